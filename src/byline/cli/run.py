"""How `byline code` is run, and what is told of it on standard error while it runs."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from threading import Thread
from typing import Any, Protocol, TextIO

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from byline.cli import options, view
from byline.model import Failure
from byline.project import Coded, Counts, Outcomes, Run

EXIT_STOPPED = 130
"""What shells give a program that Ctrl-C ended: 128 and the number of the signal."""

LOG_SECONDS = 10.0
"""Between two lines of progress in a log."""

RATE_SECONDS = 60.0
"""Documents a second are those of the last minute, so that they follow a run that slows down."""


def chosen(how: Mapping[str, Any]) -> Run:
    """The run that the options of `byline code` ask for. Raises UsageError where they do not go together."""
    engine, workers, address = how["engine"], how["workers"], how["ray_address"]
    if address and engine not in (None, "ray"):
        raise click.UsageError(f"--ray-address goes with --engine ray, not with {engine}")
    if engine == "serial" and workers > 1:
        raise click.UsageError(f"--engine serial has one worker, not {workers}; choose processes or ray")
    if engine is None:
        engine = "ray" if address else "serial" if workers == 1 else "processes"
    return Run(engine=engine, workers=workers, address=address, retry_failures=how["retry_failures"])


def teller(*, log: str, quiet: bool, count: Callable[[], int | None]) -> Teller:
    """Who tells of a run, by what was asked for and by what standard error is. `count` gives the number of inputs,
    None where nobody knows; it is asked in a thread of its own."""
    if quiet:
        return Silent()
    if log == "json":
        return Log()
    return Bar(count) if sys.stderr.isatty() else Plain()


def follow(outcomes: Outcomes, tell: Teller, *, shown: Callable[[Coded], None], lines: TextIO | None) -> Counts:
    """The counts of a run, its documents shown and all told as it comes, its failures written to `lines` besides.
    Ctrl-C ends the program, with what to do."""
    counts = Counts()
    try:
        for outcome in outcomes:
            counts.add(outcome)
            if isinstance(outcome, Failure):
                tell.failed(outcome)
                if lines is not None:
                    lines.write(json_line(outcome))
            else:
                shown(outcome)
            tell.done(counts)
    except KeyboardInterrupt:
        outcomes.close()
        tell.close()
        tell.end("stopped", f"stopped; {_summed(counts)} All of it is kept. Run the same again to go on.", counts)
        sys.exit(EXIT_STOPPED)
    finally:
        outcomes.close()
        tell.close()
    tell.end("finished", _summed(counts), counts)
    return counts


def _summed(counts: Counts) -> str:
    again = f" ({counts.before} coded before)" if counts.before else ""
    return (
        f"{options.count(counts.documents, 'document')} read{again}, {counts.without_events} without events, "
        f"{counts.gated_out} gated out, {counts.failed} failed; {options.count(counts.events, 'event')}."
    )


def failure_line(failure: Failure) -> str:
    """A failure as a person reads it."""
    return f"failed: {view.clean(failure.origin)}: {view.clean(failure.error)}"


class Teller(Protocol):
    """Tells of a run."""

    def failed(self, failure: Failure) -> None:
        """An input failed."""

    def done(self, counts: Counts) -> None:
        """Another outcome is there; the counts hold it."""

    def close(self) -> None:
        """No more outcomes come."""

    def end(self, event: str, words: str, counts: Counts) -> None:
        """The run has "finished" or was "stopped"; told after `close`."""


class Silent:
    """Says nothing: failures are rows, and the exit code tells that there are some."""

    def failed(self, failure: Failure) -> None:
        """Nothing."""

    def done(self, counts: Counts) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""

    def end(self, event: str, words: str, counts: Counts) -> None:
        """Nothing."""


class Plain(Silent):
    """Where standard error is no terminal: failures, and the end."""

    def failed(self, failure: Failure) -> None:
        """The failure, a line."""
        click.secho(failure_line(failure), err=True, fg="red")

    def end(self, event: str, words: str, counts: Counts) -> None:
        """The words, a line."""
        click.echo(words, err=True)


class Bar(Plain):
    """In a terminal: documents, documents a second, failures, and the time left where it is known."""

    def __init__(self, count: Callable[[], int | None]) -> None:
        columns = (BarColumn(bar_width=24), TextColumn("{task.description}"), TimeRemainingColumn(compact=True))
        # Where results go to the same terminal, Rich keeps them above the bar.
        self._console = Console(stderr=True, highlight=False)
        self._progress = Progress(
            *columns, console=self._console, transient=True, redirect_stdout=sys.stdout.isatty(), redirect_stderr=False
        )
        self._task = self._progress.add_task("loading", total=None)
        self._rate = Rate()
        self._progress.start()
        Thread(target=lambda: self._progress.update(self._task, total=count()), daemon=True).start()

    def failed(self, failure: Failure) -> None:
        """The failure, above the bar."""
        self._console.print(Text(failure_line(failure), style="red"), soft_wrap=True)

    def done(self, counts: Counts) -> None:
        """The bar moved on."""
        done = counts.documents + counts.failed
        failed = f", [red]{counts.failed:,} failed[/red]" if counts.failed else ""
        words = f"{options.count(counts.documents, 'document')}, {self._rate.of(done):.0f} a second{failed}"
        self._progress.update(self._task, completed=done, description=words)

    def close(self) -> None:
        """The bar taken away."""
        self._progress.stop()


class Log(Silent):
    """For a machine: lines of JSON, each with the time and the event."""

    def __init__(self) -> None:
        self._rate = Rate()
        self._last = time.monotonic()

    def failed(self, failure: Failure) -> None:
        """The failure."""
        self._write("failure", {"origin": failure.origin, "step": failure.step, "error": failure.error})

    def done(self, counts: Counts) -> None:
        """The counts, every few seconds."""
        rate = self._rate.of(counts.documents + counts.failed)
        if time.monotonic() - self._last >= LOG_SECONDS:
            self._last = time.monotonic()
            self._write("progress", asdict(counts) | {"documents_per_second": round(rate, 1)})

    def end(self, event: str, words: str, counts: Counts) -> None:
        """The counts."""
        self._write(event, asdict(counts))

    def _write(self, event: str, told: dict[str, Any]) -> None:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        click.echo(json.dumps({"at": at, "event": event} | told), err=True)


@dataclass(slots=True)
class Rate:
    """Documents a second, from how many were done when."""

    marks: list[tuple[float, int]] = field(default_factory=lambda: [(time.monotonic(), 0)])

    def of(self, count: int) -> float:
        """The rate of the last minute, when `count` are done now."""
        now = time.monotonic()
        if now - self.marks[-1][0] >= 1:
            self.marks.append((now, count))
        while len(self.marks) > 2 and now - self.marks[1][0] > RATE_SECONDS:
            self.marks.pop(0)
        since, before = self.marks[0]
        return (count - before) / max(now - since, 0.001)


def json_line(failure: Failure) -> str:
    """A failure as a line of the file that --failures names."""
    told = {"origin": failure.origin, "step": failure.step, "error": failure.error}
    return json.dumps(told, ensure_ascii=False) + "\n"
