"""The command line: each command is one call on `project.py`, and what a person sees of its answer."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from byline.cli import asked, audited, compared, decided, explained, exported, keeping, linked, reported, team, user
from byline.cli.options import Command
from byline.cli.options import count as _count
from byline.cli.options import existing as _existing
from byline.cli.options import note as _note
from byline.cli.options import option_db as _option_db
from byline.cli.options import option_format as _option_format
from byline.cli.review import review as _review
from byline.errors import BylineError
from byline.model import Failure

if TYPE_CHECKING:
    from byline.project import Coded, Project

EXIT_NOTHING_DONE = 1
EXIT_SOME_FAILED = 3


class _Commands(click.Group):
    """Commands in the order of a user's work, and errors of ours as one clear message."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BylineError as error:
            raise click.ClickException(str(error)) from error


def _option_failures(what: str) -> Callable[[Command], Command]:
    path = click.Path(path_type=Path, dir_okay=False)
    return click.option("--failures", type=path, help=f"Write a JSON line here for each input that {what}.")


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: byline code examples/kenya-protest.txt",
)
@click.version_option(package_name="byline-events", prog_name="byline")
def main() -> None:
    """Read news reports into events: who did what to whom, where, when, how many, and according to whom, every value
    tied to the words it rests on."""


@main.command(epilog="Example: byline read examples/kenya-protest.txt")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@_option_format("jsonl", says="For people, or one JSON object a line.")
@_option_failures("could not be read")
def read(inputs: tuple[str, ...], form: str, failures: Path | None) -> None:
    """Show the documents in INPUT: title, byline, dateline, text, and what was cut and why.

    INPUT is a file, a folder, or - for standard input. Nothing is stored.
    """
    from byline.export.document import to_json
    from byline.project import Project

    done = failed = 0
    with Project() as project, _lines(failures) as lines:
        for one in project.read(inputs):
            if isinstance(one, Failure):
                failed += 1
                _tell_failure(one, lines)
            elif form == "jsonl":
                done += 1
                click.echo(_json(to_json(one)))
            else:
                from byline.cli import view

                done += 1
                view.console().print(view.document(one))
    _note(f"{_count(done, 'document')} read, {failed} failed.")
    _leave(done=done, failed=failed)


@main.command(epilog="Example: byline code examples/kenya-protest.txt --format jsonl")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@_option_format("jsonl", says="For people, or the event record, one JSON object a line.")
@_option_failures("failed")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(min=1), help="How many work at a time.")
@click.option(
    "--engine",
    type=click.Choice(["serial", "processes", "ray"]),
    help="Where: in this process, in processes beside it, on Ray (default: serial for one worker, else processes).",
)
@click.option("--ray-address", metavar="ADDRESS", help="A Ray cluster to work on; implies --engine ray.")
@click.option("--retry-failures", is_flag=True, help="Try again what took too long, too much memory, or a worker.")
@click.option("--no-gate", is_flag=True, help="Look for events in every sentence: slower, kept apart.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What is said on standard error: for people, or one JSON object a line.",
)
@click.option("--quiet", is_flag=True, help="Say nothing on standard error but what ends the run.")
@_option_db
def code(
    inputs: tuple[str, ...], form: str, failures: Path | None, no_gate: bool, db: str, files: Path | None, **how: Any
) -> None:
    """Code the reports in INPUT: print every event with the words it rests on.

    INPUT is a file, a folder, an archive, or - for standard input. What was coded before by the same pipeline is
    printed from the database; a run begun again goes on. Workers and engines change how fast it goes, not what is
    printed.
    """
    from byline.cli import run as running
    from byline.project import Project

    run = running.chosen(how)
    with Project(database=db, files=files, gated=not no_gate) as project, _lines(failures) as lines:
        counts = running.follow(
            project.code(inputs, run=run),
            running.teller(log=how["log_format"], quiet=how["quiet"], count=lambda: project.count(inputs)),
            shown=lambda coded: _show_coded(project, coded, form=form),
            lines=lines,
        )
    _leave(done=counts.documents, failed=counts.failed)


def _show_coded(project: Project, coded: Coded, *, form: str) -> None:
    records = project.records(coded)
    if form == "jsonl":
        for one in records:
            click.echo(_json(one))
    else:
        from byline.cli import view

        view.console().print(view.coding(coded.document, records))


@main.command(epilog="Example: byline show d04cb006 --format json")
@click.argument("id", metavar="ID")
@_option_format("json", says="For people, or one JSON object.")
@_option_db
def show(id: str, form: str, db: str, files: Path | None) -> None:
    """Show one event, one incident, or one document with its events, with all the words behind it.

    ID is the id of an event or a document as `byline code` prints it, or of an incident as `byline link` does; its
    beginning is enough. The example shows the document of examples/kenya-protest.txt, once that is coded.
    """
    from byline.cli import view
    from byline.export.document import to_json
    from byline.project import Project

    with Project(database=_existing(db), files=files) as project:
        if id.startswith("i"):
            linked.show(project, project.store.find(id), form=form)
            return
        found = project.show(id)
        if isinstance(found, tuple):
            coded, event = found
            one = project.record(event, coded.document, pipeline_id=coded.coding.pipeline_id)
            if form == "json":
                click.echo(_json(one, indent=2))
            else:
                by: dict[tuple[int, int, str], str] = {
                    (mention.span.start, mention.span.end, mention.role): mention.by for mention in event.mentions
                }
                behind = view.behind(coded.document, project.sources) | decided.beside(project, event)
                view.console().print(view.event(coded.document, one, by=by, behind=behind))
        elif form == "json":
            click.echo(_json(to_json(found.document), indent=2))
        else:
            view.console().print(view.document(found.document, behind=view.behind(found.document, project.sources)))
            view.console().print(view.coding(found.document, project.records(found)))


@main.command(epilog="Example: byline copies --format jsonl")
@_option_format("jsonl", says="For people, or one JSON object a copy.")
@_option_db
def copies(form: str, db: str, files: Path | None) -> None:
    """Find documents that are copies of one another: with another headline, trimmed, or set into a longer text.

    Copies stay documents. The original is the one published first. Each is told with the share of its words that stand
    in the original.
    """
    from byline.cli import copied as listing
    from byline.project import Project

    with Project(database=_existing(db), files=files) as project:
        found = project.find_copies()
        if form == "jsonl":
            for one in listing.rows(project):
                click.echo(_json(one))
        else:
            for line in listing.lines(project):
                click.echo(line)
    _note(f"{_count(found, 'document')} found to be {'a copy' if found == 1 else 'copies'} of another.")


@main.command(epilog="Example: byline bench examples examples/ --errors")
@click.argument("name")
@click.argument("golds", type=click.Path(path_type=Path, exists=True), nargs=-1, required=True, metavar="GOLD...")
@click.option(
    "--predictions",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the predictions here, one JSON object a line, as the referees read them.",
)
@click.option("--errors", is_flag=True, help="Print the errors by kind.")
@click.option("--sample", default=100, show_default=True, metavar="N", help="precision, audit: how many are drawn.")
@click.option("--seed", default=0, show_default=True, metavar="N", help="precision, audit: draw another sample.")
@click.option("--documents", is_flag=True, help="precision: draw documents, not events.")
@click.option("--texts", default=200, show_default=True, metavar="N", help="audit: how many texts are drawn.")
@click.option(
    "--judged",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="precision, audit: print the figures of rows judged by hand.",
)
@click.option("--sizes", multiple=True, type=click.IntRange(min=1), metavar="N", help="exports: how many events.")
@click.option("--form", "forms", multiple=True, metavar="FORMAT", help="exports: only this format; again for more.")
def bench(name: str, golds: tuple[Path, ...], predictions: Path | None, errors: bool, **draw: Any) -> None:
    """Measure against gold data: NAME is the measure, GOLD its data as published.

    NAME: examples, toponyms, timex, event-place, muc4, plover, acled, police, attribution, precision, speed or exports.
    """
    from byline import bench as benches
    from byline import config
    from byline.bench.harness import Draw, Job

    if len(golds) > 1 and name not in ("precision", "audit"):
        raise click.UsageError(f"the bench {name} takes one GOLD, not {len(golds)}")
    if not draw["sizes"]:
        del draw["sizes"]
    asked = Draw(more=golds[1:], **draw)
    job = Job(gold=golds[0], config=config.load(), predictions=predictions, errors=errors, write=click.echo, draw=asked)
    benches.run(name, job)


@contextmanager
def _lines(path: Path | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
        return
    try:
        with path.open("w", encoding="utf-8") as file:
            yield file
    except OSError as error:
        raise BylineError(f"{path}: cannot be written ({error.strerror}); name another file for --failures") from error


def _tell_failure(failure: Failure, lines: TextIO | None) -> None:
    from byline.cli import run

    click.secho(run.failure_line(failure), err=True, fg="red")
    if lines is not None:
        lines.write(run.json_line(failure))


# Characters that steer a terminal or turn the direction of what it shows; JSON can name each by its number.
_STEERING = re.compile("[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _json(value: dict[str, Any], *, indent: int | None = None) -> str:
    words = json.dumps(value, ensure_ascii=False, indent=indent)
    return _STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", words)


def _leave(*, done: int, failed: int) -> None:
    if failed:
        sys.exit(EXIT_SOME_FAILED if done else EXIT_NOTHING_DONE)


_COMMANDS = (
    audited.command,
    _review,
    *linked.COMMANDS,
    *decided.COMMANDS,
    *exported.COMMANDS,
    *compared.COMMANDS,
    *reported.COMMANDS,
    asked.query,
    explained.explain,
    user.user,
    team.team,
    *keeping.COMMANDS,
)

for _command in _COMMANDS:
    main.add_command(_command)
