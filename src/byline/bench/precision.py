"""Precision on ordinary news: events drawn at random for people to judge, and what people judged of them.

Without `--judged` a sample is printed, a row each, to be judged by reading the report; with it, the share judged right.
Rows name a document and characters of it and hold none of its words, so that they can be published.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from byline.bench import timex, toponyms
from byline.bench.documents import Text, snippet
from byline.bench.harness import Coder, Job, read_text, save, told
from byline.bench.scores import share
from byline.errors import InputError
from byline.model import Event

VERDICTS = ("right", "wrong field", "no event")
"""What a person may say of an event: all of it holds; it took place, but a field is wrong; no such event is told."""

DOCUMENT, HOLDS = "document", ("holds none", "holds some")
"""The type and the verdicts of a row that speaks of a whole document: whether it tells of any of HARD."""

HARD = frozenset({"ASSAULT", "PROTEST", "COERCE", "MOBILIZE"})
"""Types that do harm when they are told falsely: they are counted in documents that hold none, too."""

TEN = 10
"""False events are given for so many documents."""

AROUND = 120
"""Characters of a sentence shown on both sides of a trigger."""

COLUMNS = ("document", "start", "end", "type", "verdict", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An event and what was said of it. `kind` says what is wrong ("sense", "status", "actor"), else ""."""

    document: str
    start: int
    end: int
    type: str
    verdict: str
    kind: str

    @property
    def place(self) -> tuple[str, int, int]:
        """Where the trigger stands."""
        return self.document, self.start, self.end


def bench(job: Job) -> None:
    """Print a sample of the events reported in all texts of the gold, or what people judged of one."""
    texts = [text for path in (job.gold, *job.draw.more) for text in load(path)]
    if not texts:
        raise InputError(f"{job.gold}: holds no text")
    ask = figures if job.draw.judged is not None else documents if job.draw.documents else sampled
    for line in ask(texts, job):
        job.write(line)


def load(path: Path) -> Iterator[Text]:
    """The texts of a file (.xml as for `toponyms`, .tml as for `timex`) or of all such files below a folder."""
    if path.is_dir():
        for file in sorted(file for file in path.rglob("*") if file.suffix in (".xml", ".tml")):
            yield from load(file)
    elif path.suffix == ".tml":
        yield from (article.text for article in timex.load(path))
    else:
        yield from (article.text for article in toponyms.load(path))


def sampled(texts: Sequence[Text], job: Job) -> Iterator[str]:
    """A line for each event of the sample: a row with no verdict yet, and the words about the trigger.

    The order is a hash of seed, document and offset, so every reported event is as likely as another, and those that a
    change of the coder leaves alone are drawn again.
    """
    coder = Coder.load(job.config)
    events = [(text, event) for text in texts for event in reported(coder, text)]
    events.sort(key=lambda one: _drawn(job.draw.seed, one[0].id, one[1].trigger.start))
    drawn = events[: job.draw.sample]
    if job.predictions is not None:
        save(job.predictions, (coder.record(event, text.document) for text, event in drawn))
    yield "\t".join((*COLUMNS, "words"))
    for text, event in drawn:
        words = snippet(text.document.text, event.trigger.start, event.trigger.end, around=AROUND)
        yield "\t".join((text.id, str(event.trigger.start), str(event.trigger.end), event.type or "", "", "", words))
    yield from told(coder.failed)


def documents(texts: Sequence[Text], job: Job) -> Iterator[str]:
    """A line for each document of a sample, to be judged by whether it holds an event of HARD at all."""
    yield "\t".join((*COLUMNS, "words"))
    for text in sorted(texts, key=lambda one: _drawn(job.draw.seed, one.id, 0))[: job.draw.sample]:
        yield "\t".join((text.id, "0", "0", DOCUMENT, "", "", snippet(text.document.text, 0, 0, around=AROUND)))


def _drawn(seed: int, document: str, start: int) -> str:
    return hashlib.sha256(f"{seed}:{document}:{start}".encode()).hexdigest()


def reported(coder: Coder, text: Text) -> list[Event]:
    """The events of a type that a text reports as new."""
    return [event for event in coder.events(text.document) if event.type and event.status == "reported"]


def read(path: Path) -> list[Row]:
    """Judged rows: tab-separated COLUMNS (further columns are left aside), a header first, `#` lines skipped.

    Raises InputError for a row of another form, or a verdict that is not one of VERDICTS.
    """
    rows = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or cells[0] == COLUMNS[0]:
            continue
        verdicts = HOLDS if DOCUMENT in cells else VERDICTS
        if len(cells) < len(COLUMNS) - 1 or not (cells[1] + cells[2]).isdigit() or cells[4] not in verdicts:
            wants = f"wants {', '.join(COLUMNS)}, tabs between; a verdict is one of {', '.join(verdicts)}"
            raise InputError(f"{path}, line {number}: {wants}")
        document, start, end, type, verdict, kind = [*cells, ""][: len(COLUMNS)]
        rows.append(Row(document=document, start=int(start), end=int(end), type=type, verdict=verdict, kind=kind))
    return rows


def figures(texts: Sequence[Text], job: Job) -> Iterator[str]:
    """The share of events judged right; then that of those among them that the coder tells today.

    Of documents judged to hold none of HARD: how many events of HARD, all false, the coder tells in ten of them.
    """
    assert job.draw.judged is not None
    rows = read(job.draw.judged)
    judged = [row for row in rows if row.type != DOCUMENT]
    empty = {row.document for row in rows if row.verdict == HOLDS[0]}
    coder = Coder.load(job.config)
    wanted = {row.document for row in judged} | empty
    told_now = {
        (text.id, event.trigger.start, event.trigger.end): event.type
        for text in texts
        if text.id in wanted
        for event in reported(coder, text)
    }
    if judged:
        yield _counted("judged", judged)
        wrong = Counter(f"{row.verdict}, {row.kind}" for row in judged if row.kind)
        yield from (f"  {kind}: {count}" for kind, count in wrong.most_common())
        yield _counted("of them told today", [row for row in judged if told_now.get(row.place) == row.type])
    if empty:
        false = sum(place[0] in empty and type in HARD for place, type in told_now.items())
        names = ", ".join(sorted(HARD))
        yield f"false {names}: {false} in {len(empty)} documents that hold none, {TEN * false / len(empty):.2f} in ten"
    yield from told(coder.failed)


def _counted(what: str, rows: Sequence[Row]) -> str:
    verdicts = Counter(row.verdict for row in rows)
    listed = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in VERDICTS)
    return f"{what} {len(rows)}: right {share(verdicts['right'], len(rows)):.3f} ({listed})"
