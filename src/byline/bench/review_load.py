"""How the page bears a team: coders who all sign in, read and decide at once, and whether any decision is lost.

    python -m byline.bench.review_load --db postgresql://… --files NAME.files --coders 20 --seconds 300

opens the page (`byline review --accounts`) on a database with coded reports in a process of its own, makes an account
for each coder, and has each of them sign in, walk the queue, open reports, accept and reject, with a pause between two
steps as a person makes one. It prints how long answers took, what failed, and whether each decision that was
acknowledged stands in the database and in decisions.jsonl. The accounts stay, closed.
"""

from __future__ import annotations

import argparse
import html
import http.client
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

from byline.errors import EngineError
from byline.project import Project, accounts, passwords
from byline.store import decisions

PAUSE_SECONDS: Final = 2.0
"""Between two steps of a coder, on average: a decision in two keys, and the time to read a sentence."""

ARRIVE_SECONDS: Final = 30.0
"""In which coders arrive: a password is worked out for a tenth of a second on purpose, and not for all at once."""

STARTS_WITHIN: Final = 60.0
"""Seconds in which the page is up."""

MOST_MILLISECONDS: Final = 500
"""The 95th percentile that is aimed at."""

_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')
_SEEN = re.compile(r'action="/events/(e[0-9a-f]{16})/decide".*?name="seen" value="([0-9a-f]*)"', re.DOTALL)
_EVENT = re.compile(r'href="/events/(e[0-9a-f]{16})"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How many coders work for how long, and how long each pauses between two steps on average."""

    coders: int = 20
    seconds: float = 300.0
    pause: float = PAUSE_SECONDS
    seed: int = 0


@dataclass(slots=True)
class Told:
    """What one coder met: how long each kind of step took in seconds, what failed, and the decisions acknowledged."""

    name: str
    took: list[tuple[str, float]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    decided: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a load. `milliseconds` are the 50th, 95th and 99th percentile and the longest, by kind of step and
    of all; `acknowledged`, `kept` and `logged` are the decisions that were, that the database has and that the log
    has."""

    coders: int
    seconds: float
    requests: int
    failed: tuple[str, ...]
    milliseconds: Mapping[str, tuple[float, float, float, float]]
    acknowledged: int
    kept: int
    logged: int

    @property
    def holds(self) -> bool:
        """Whether nothing failed, nothing was lost, and answers came in time."""
        lost = self.acknowledged != self.kept or self.kept != self.logged
        return not self.failed and not lost and self.milliseconds["all"][1] <= MOST_MILLISECONDS


def bear(database: str, *, files: Path | None, load: Load) -> Outcome:
    """Has coders work on the page of a database. Raises EngineError where the page does not open."""
    secrets: dict[str, str] = {}
    with Project(database=database, files=files) as project:
        there = {one.name for one in accounts.everyone(project.store)}
        for nth in range(1, load.coders + 1):
            name, password = f"load-{nth:02}", passwords.made_up()
            if name in there:
                accounts.disable(project.store, name, by="load", disabled=False)
                accounts.set_password(project.store, name, by="load", password=password)
            else:
                accounts.add(project.store, name, role="coder", by="load", password=password)
            secrets[name] = password
        before = _counted(project, set(secrets))
        try:
            with _page(database, files) as address:
                told, seconds = _work(address, secrets, load)
            after = _counted(project, set(secrets))
        finally:
            for name in secrets:
                accounts.disable(project.store, name, by="load")
    return Outcome(
        coders=load.coders,
        seconds=seconds,
        requests=sum(len(one.took) for one in told),
        failed=tuple(words for one in told for words in one.failed),
        milliseconds=_percentiles(told),
        acknowledged=sum(one.decided for one in told),
        kept=after[0] - before[0],
        logged=after[1] - before[1],
    )


def _counted(project: Project, names: set[str]) -> tuple[int, int]:
    """How many decisions of these coders the database has, and how many the log."""
    kept = sum(one.reviewer in names for one in decisions.everyone(project.store))
    return kept, sum(one.reviewer in names for one in decisions.read(project.store.files))


@contextmanager
def _page(database: str, files: Path | None) -> Iterator[str]:
    """The page, served by a process of its own; its address."""
    more = ["--files", str(files)] if files else []
    started = [sys.executable, "-c", "from byline.cli import main; main()", "review", "--accounts", "--no-open"]
    process = subprocess.Popen(
        [*started, "--port", "0", "--db", database, *more], stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://[^\s/]+", said)
        if not found:
            raise EngineError(f"the page did not open: {said}{process.stderr.read()}".strip())
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield found[0]
    finally:
        process.terminate()
        process.wait(timeout=STARTS_WITHIN)


def _work(address: str, secrets: Mapping[str, str], load: Load) -> tuple[list[Told], float]:
    told = [Told(name) for name in secrets]
    until = time.monotonic() + load.seconds
    threads = [
        threading.Thread(target=_Coder(address, one, load, nth, until).work, args=(secrets[one.name],))
        for nth, one in enumerate(told)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told, time.monotonic() - began


class _Coder:
    """A coder's browser: it keeps its cookies and its connection, and follows nothing by itself."""

    def __init__(self, address: str, told: Told, load: Load, nth: int, until: float) -> None:
        self.host, self.told, self.load, self.until = urlsplit(address).netloc, told, load, until
        self.drawn = random.Random(load.seed * 1000 + nth)
        self.cookies: dict[str, str] = {}
        self.connection = http.client.HTTPConnection(self.host, timeout=60)

    def work(self, password: str) -> None:
        """Signs in, some time after the others, and codes until the time is up."""
        time.sleep(self.drawn.uniform(0, min(ARRIVE_SECONDS, self.load.seconds / 4)))
        form = self._ask("sign-in form", "GET", "/sign-in")
        fields = {"csrf": _first(_CSRF, form), "name": self.told.name, "password": password}
        self._ask("sign in", "POST", "/sign-in", fields, wanted=303)
        while time.monotonic() < self.until and len(self.told.failed) < 10:
            self._turn()
        self.connection.close()

    def _turn(self) -> None:
        """A look at the queue, a report from it, and its events decided one after another."""
        queue = self._ask("queue", "GET", self.drawn.choice(["/", "/?order=latest", "/?decided=to+decide"]))
        found = _EVENT.findall(queue)
        if not found:
            self.told.failed.append("the queue is empty")
            return
        # Where the event is: a redirect to its report.
        self._rest()
        to = self._ask("event", "GET", f"/events/{self.drawn.choice(found)}", wanted=303)
        report = self._ask("report", "GET", to.partition("#")[0])
        csrf = _first(_CSRF, report)
        for event_id, seen in _SEEN.findall(report)[:5]:
            self._rest()
            if time.monotonic() >= self.until:
                return
            verdict = self.drawn.choice(["accept", "accept", "accept", "reject"])
            fields = {"csrf": csrf, "verdict": verdict, "seen": html.unescape(seen), "part": "1"}
            before = len(self.told.failed)
            self._ask("decision", "POST", f"/events/{event_id}/decide", fields, wanted=303)
            self.told.decided += len(self.told.failed) == before

    def _rest(self) -> None:
        time.sleep(self.drawn.uniform(0.5, 1.5) * self.load.pause)

    def _ask(
        self, kind: str, method: str, path: str, fields: Mapping[str, str] | None = None, *, wanted: int = 200
    ) -> str:
        """What is answered: the page, or where it leads on. What is not as wanted is noted."""
        headers = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = urlencode(fields) if fields is not None else None
        if body is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        try:
            self.connection.request(method, path, body=body, headers=headers)
            answer = self.connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            self.told.failed.append(f"{kind}: {type(error).__name__} {error}")
            self.connection.close()
            return ""
        self.told.took.append((kind, time.perf_counter() - began))
        for given in answer.headers.get_all("set-cookie") or ():
            name, _, value = given.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status != wanted:
            words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))[:200]
            self.told.failed.append(f"{kind}: {answer.status} {path} {words}")
        return answer.headers.get("location", "") if answer.status in (301, 303) else text


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""


def _percentiles(told: list[Told]) -> dict[str, tuple[float, float, float, float]]:
    by_kind: dict[str, list[float]] = {"all": []}
    for one in told:
        for kind, seconds in one.took:
            by_kind["all"].append(seconds * 1000)
            by_kind.setdefault(kind, []).append(seconds * 1000)
    return {kind: _quantiles(sorted(found)) for kind, found in by_kind.items() if found}


def _quantiles(found: list[float]) -> tuple[float, float, float, float]:
    at: Callable[[float], float] = lambda share: found[min(len(found) - 1, int(share * len(found)))]  # noqa: E731
    return at(0.5), at(0.95), at(0.99), found[-1]


def _lines(found: Outcome) -> Iterator[str]:
    yield (
        f"{found.coders} coders for {found.seconds:,.0f} s: {found.requests:,} answers, {len(found.failed):,} failed; "
        f"{found.acknowledged:,} decisions acknowledged, {found.kept:,} in the database, {found.logged:,} in the log"
    )
    yield f"{'milliseconds':<14}{'p50':>8}{'p95':>8}{'p99':>8}{'most':>8}"
    for kind, told in found.milliseconds.items():
        yield f"{kind:<14}" + "".join(f"{one:>8,.0f}" for one in told)
    for words, number in Counter(found.failed).most_common(5):
        yield f"failed {number:,} times: {words}"


def main(arguments: list[str] | None = None) -> int:
    """Runs a load and prints what came of it; 1 where something failed, was lost, or took too long."""
    given = argparse.ArgumentParser(description="How the page bears a team.")
    given.add_argument("--db", required=True)
    given.add_argument("--files", type=Path)
    given.add_argument("--coders", type=int, default=20)
    given.add_argument("--seconds", type=float, default=300)
    given.add_argument("--pause", type=float, default=PAUSE_SECONDS)
    asked = given.parse_args(arguments)
    load = Load(coders=asked.coders, seconds=asked.seconds, pause=asked.pause)
    found = bear(asked.db, files=asked.files, load=load)
    sys.stdout.write("\n".join(_lines(found)) + "\n")
    return 0 if found.holds else 1


if __name__ == "__main__":
    sys.exit(main())
