"""Writes the output that stands in the documentation anew: `python docs/generate.py`, or `--check` to compare.

A generated block begins with a comment and ends with `<!-- end -->`. `<!-- $ COMMAND -->` runs a command (`byline …` or
`cat FILE`) in a folder of its own that holds `examples/` and the bad inputs below; `cd FOLDER && …` runs it in a folder
of these. `<!-- ! COMMAND -->` runs one and shows nothing of it. `<!-- = PIECE NAME TRIGGER … -->` shows how
examples/NAME.txt is coded. In a command `[NAME TRIGGER]` stands for the id of the event of examples/NAME.txt that has
this trigger. Width is 100 columns, whatever the terminal's.
"""

from __future__ import annotations

import contextlib
import json
import re
import shlex
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from byline.cli import main as byline
from byline.cli import view
from byline.coding.page import Page
from byline.coding.pipeline import Pipeline
from byline.config import Config
from byline.model import Event, Mention, Span
from byline.read import Read, read

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 100
MOST_WORDS = 6
"""How many words of a list in a data file are shown."""

BLOCK = re.compile(r"(<!-- (?P<kind>[$=!]) (?P<what>[^\n]+?) -->\n)(?P<output>.*?)(<!-- end -->)", re.DOTALL)
EVENT = re.compile(r"\[(?P<name>[\w/-]+) (?P<trigger>[^\]]+)\]")

SPANISH = (
    "La policía detuvo el lunes a doce personas que habían bloqueado la carretera entre las dos ciudades durante tres "
    "días, según informó el ministerio. El sindicato anunció que seguirá con las protestas la semana que viene.\n"
)
LATIN = "Café owners in Salta closed the road to Jujuy on Monday, and the police said that nobody was hurt.\n"
GOOD = "Police arrested nine drivers in Salta on March 11, 2021, a spokesman said."
UNDATED = "Police arrested nine drivers in Salta on Thursday. In March 2019 drivers had blocked the road to Jujuy.\n"
PEOPLE = (
    "Police arrested Daniel Otieno, a farmer, and beat a 14-year-old boy, Arif Hasanovin, in Kisumu on Monday. "
    "Governor Amina Yusufin said that Otieno’s brother had torched a tax office.\n"
)
ROWS = (
    {"id": "a-1", "published": "2021-03-12", "text": "Police arrested nine drivers in Salta on Thursday, they said."},
    {"id": "a-2", "title": "A row without a text"},
)
INPUTS: dict[str, bytes] = {
    "empty.txt": b"",
    "photo.txt": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "scan.txt": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "slot.txt": b"300 x 250\n\nAdvertisement\n",
    "latin.txt": LATIN.encode("cp1252"),
    "mixed.txt": LATIN.encode() + LATIN.replace("Salta", "Orán").encode("cp1252"),
    "broken.txt": LATIN.encode("utf-16")[:-1],
    "spanish.txt": SPANISH.encode(),
    "undated.txt": UNDATED.encode(),
    "rows.jsonl": b"".join(json.dumps(row).encode() + b"\n" for row in ROWS) + b'{"text": "Police arr\n',
    "pictures/map.png": b"\x89PNG",
    "pictures/square.png": b"\x89PNG",
    "some/1-good.txt": f"{GOOD}\n".encode(),
    "some/2-empty.txt": b"",
    "some/3-good.txt": f"{GOOD}\n".replace("nine", "ten").encode(),
    "wrong-key/byline.toml": b"max_document_size = 50_000_000\n",
    "wrong-kind/byline.toml": b'max_document_bytes = "50 MB"\n',
    "other.db": b"This is no database.\n",
    "people/report.txt": PEOPLE.encode(),
}
LARGE_BYTES = 100_000_000
TUTORIAL = ("kenya-protest.txt", "again/kenya-protest-second.txt", "congo-battle.txt")
"""The reports in the inboxes of docs/tutorial.md, docs/exports.md and docs/compare.md."""
THEIRS = """\
event_id_cnty,event_date,event_type,sub_event_type,actor1,country,location,latitude,longitude,fatalities,notes
KEN10231,2021-03-11,Protests,Peaceful protest,Protesters (Kenya),Kenya,Nairobi,-1.2921,36.8219,0,"On 11 March 2021, \
hundreds of traders marched in Nairobi against a new market fee."
KEN10232,2021-03-11,Protests,Peaceful protest,Protesters (Kenya),Kenya,Mombasa,-4.0435,39.6682,0,"On 11 March 2021, \
fishermen rallied in Mombasa over fuel prices."
DRC20001,2022-11-08,Battles,Armed clash,Military Forces of the Democratic Republic of Congo (2019-),Democratic \
Republic of Congo,Rutshuru,-1.1885,29.4464,30,"On 8 November 2022, government soldiers clashed with rebels near \
Rutshuru; at least 17 people were killed, a hospital said."
"""
"""A table of another team's, with the columns that ACLED's has among others: invented."""


class Stale(Exception):
    """A block asks for something that is not there: the page must be mended by hand."""


def pages() -> tuple[Path, ...]:
    """The pages that may hold generated output."""
    return (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))


@dataclass
class Session:
    """A folder with the examples and the bad inputs, and what was coded there; each report is coded once."""

    folder: Path
    records: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shutil.copytree(ROOT / "examples", self.folder / "examples")
        for name, data in INPUTS.items():
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_bytes(data)
        for page in ("tutorial", "dataset", "compared", "deciding"):
            inbox = self.folder / page / "inbox"
            inbox.mkdir(parents=True)
            for name in TUTORIAL:
                shutil.copy(ROOT / "examples" / name, inbox)
        (self.folder / "compared" / "theirs.csv").write_text(THEIRS, encoding="utf-8")
        with (self.folder / "large.txt").open("wb") as file:
            file.truncate(LARGE_BYTES)  # takes no space on disk

    def written(self, text: str) -> str:
        """A page with its blocks written anew. Raises Stale where a block asks for an event that is not there."""
        return BLOCK.sub(self._block, text)

    def coded(self, name: str) -> list[dict[str, Any]]:
        """The event records of an example report."""
        if name not in self.records:
            lines, _ = self.run(f"byline code examples/{name}.txt --format jsonl", errors=False)
            self.records[name] = [json.loads(line) for line in lines.splitlines()]
        return self.records[name]

    def event_id(self, name: str, trigger: str) -> str:
        """The id of the event of an example report with this trigger. Raises Stale where there is none."""
        triggers = {record["trigger"]["text"]: str(record["id"]) for record in reversed(self.coded(name))}
        if trigger not in triggers:
            raise Stale(f"{name} has no event with the trigger {trigger!r}; it has {', '.join(triggers)}")
        return triggers[trigger]

    def run(self, command: str, *, errors: bool = True) -> tuple[str, int]:
        """What a command prints, as a terminal shows it, without colours, and its exit code."""
        folder = self.folder
        if command.startswith("cd "):
            inside, command = command.removeprefix("cd ").split(" && ", 1)
            folder /= inside
        words = shlex.split(command)
        with contextlib.chdir(folder):
            if words[0] == "cat":
                return _trimmed("".join(Path(name).read_text("utf-8") for name in words[1:])), 0
            view.console.cache_clear()  # the console of a test run may be another
            plain = {"COLUMNS": str(WIDTH), "NO_COLOR": "1", "FORCE_COLOR": None, "TTY_COMPATIBLE": None}
            result = CliRunner(env=plain).invoke(byline, words[1:], prog_name="byline")
            view.console.cache_clear()
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return _trimmed(result.output if errors else result.stdout), result.exit_code

    def _block(self, match: re.Match[str]) -> str:
        kind, what = match["kind"], match["what"]
        if "<!-- " in match["output"]:
            raise Stale(f"the block of {what!r} has no <!-- end -->")
        command = EVENT.sub(lambda one: self.event_id(one["name"], one["trigger"]), what) if kind != "=" else what
        if kind == "!":
            self.run(command)
            return match[1] + match[5]
        if kind == "$":
            output, code = self.run(command)
            shown = [f"$ {command}", output, *(["$ echo $?", str(code)] if code else [])]
            return f"{match[1]}```console\n{_joined(shown)}\n```\n{match[5]}"
        piece, name, *triggers = what.split()
        language = "json" if piece == "record" else "text"
        return f"{match[1]}```{language}\n{self._piece(piece, name, triggers)}\n```\n{match[5]}"

    def _piece(self, piece: str, name: str, triggers: list[str]) -> str:
        if piece == "record":
            trigger, *keys = triggers
            wanted = self.event_id(name, trigger)
            record = next(one for one in self.coded(name) if one["id"] == wanted)
            return json.dumps({key: record[key] for key in keys}, ensure_ascii=False, indent=2)
        followed = Followed(name=name, triggers=tuple(triggers))
        pieces: dict[str, Callable[[], Iterator[str]]] = {
            "tokens": followed.tokens,
            "senses": followed.senses,
            "steps": followed.steps,
            "pipeline": followed.made_of,
        }
        return "\n".join(pieces[piece]())


@dataclass
class Followed:
    """An example report laid open, and what each step of the pipeline did for the events of some of its words."""

    name: str
    triggers: tuple[str, ...]

    @cached_property
    def pipeline(self) -> Pipeline:
        """The pipeline as `byline code` has it."""
        return Pipeline.load(Config())

    @cached_property
    def page(self) -> Page:
        """The report laid open."""
        (one,) = read([ROOT / "examples" / f"{self.name}.txt"], config=Config())
        assert isinstance(one, Read)
        return self.pipeline.page(one.document)

    @cached_property
    def spans(self) -> dict[str, Span]:
        """The triggers by their words. Raises Stale for a word that is none."""
        found = {self.page.document.quote(one.span): one.span for one in self.page.found.values()}
        if missing := [word for word in self.triggers if word not in found]:
            raise Stale(f"{self.name}: no trigger {missing[0]!r} among {', '.join(found)}")
        return {word: found[word] for word in self.triggers}

    def tokens(self) -> Iterator[str]:
        """The tokens of the sentence that the first trigger stands in."""
        sentence = self.page.sentence_at(self.spans[self.triggers[0]].start)
        yield f"{'offset':>6}  {'token':<12} {'lemma':<12} {'part':<6} {'is the':<10} of"
        for token in self.page.tokens(sentence):
            head = token.head.text if token.head != token else "(the sentence)"
            yield f"{token.idx:>6}  {token.text:<12} {token.lemma_:<12} {token.pos_:<6} {token.dep_:<10} {head}"

    def senses(self) -> Iterator[str]:
        """The rows of triggers.toml that the triggers were taken by, long lists shortened."""
        for number, (word, span) in enumerate(self.spans.items()):
            sense = self.page.found[span.start, span.end].sense
            yield from ([""] if number else [])
            yield f"# “{word}” at {span.start}–{span.end}"
            for one in fields(sense):
                value = getattr(sense, one.name)
                if value != one.default:
                    yield f"{one.name} = {_listed(value)}"

    def steps(self) -> Iterator[str]:
        """What each step did for the events of the triggers; steps that did nothing for them are only named."""
        before: tuple[Event, ...] = ()
        for number, step in enumerate(self.pipeline.steps, 1):
            after = replace(self.pipeline, steps=self.pipeline.steps[:number]).code_page(self.page)
            data = f"  reads {', '.join(f'{name}.toml' for name in step.data)}" if step.data else ""
            yield f"{type(step).__name__.lower():<7}{step.name} {step.version}{data}"
            for word, span in self.spans.items():
                for line in self._changes(span, before, after):
                    yield from textwrap.wrap(
                        f"{word}: {line}", WIDTH - 7, initial_indent=" " * 7, subsequent_indent=" " * 11
                    )
            before = after

    def made_of(self) -> Iterator[str]:
        """The pipeline's id and the steps it is made of."""
        yield self.pipeline.id
        yield from textwrap.wrap(", ".join(f"{step.name} {step.version}" for step in self.pipeline.steps), WIDTH)

    def _changes(self, span: Span, before: tuple[Event, ...], after: tuple[Event, ...]) -> Iterator[str]:
        old = [event for event in before if event.trigger == span]
        new = [event for event in after if event.trigger == span]
        if old and not new:
            told = [event for event in after if span in event.told]
            quote = self.page.document.quote
            yield f"told again of “{quote(told[0].trigger)}”" if told else "no event after all"
        for event in new:
            known = next((one for one in old if one.id == event.id), None)
            if known is None:
                kind = " · ".join(word for word in (event.type, event.mode) if word)
                yield f"event {event.id}, {kind or 'no type'}"
            if known is not None and known.status != event.status:
                yield f"{known.status} → {event.status}"
            if known is not None and (known.type, known.mode) != (event.type, event.mode):
                yield f"{known.type} {known.mode} → {event.type} {event.mode}"
            there = known.mentions if known else ()
            yield from (f"− {self._said(one)}" for one in there if one not in event.mentions)
            yield from (f"+ {self._said(one)}" for one in event.mentions if one not in there)
            for again in event.told[len(known.told) if known else 0 :]:
                yield f"told again at {again.start}–{again.end}, “{self.page.document.quote(again)}”"

    def _said(self, mention: Mention) -> str:
        value = mention.value
        stated = "" if value is None else type(value).__name__
        parts = ((one.name, getattr(value, one.name)) for one in fields(value)) if value is not None else ()
        inside = ", ".join(f"{name} {part}" for name, part in parts if part is not None)
        words = self.page.document.quote(mention.span)
        return f"{mention.role} “{words}” at {mention.span.start}–{mention.span.end}: {stated}({inside})"


def _listed(value: object) -> str:
    if not isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    shown = [json.dumps(one, ensure_ascii=False) for one in value[:MOST_WORDS]]
    return f"[{', '.join(shown)}{', …' if len(value) > MOST_WORDS else ''}]"


def _trimmed(output: str) -> str:
    return "\n".join(line.rstrip() for line in output.splitlines()).strip("\n")


def _joined(parts: list[str]) -> str:
    return "\n".join(part for part in parts if part)


@contextlib.contextmanager
def session() -> Iterator[Session]:
    """A Session in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield Session(Path(folder))


def main() -> int:
    """Write the pages, or with `--check` say which are stale (exit 1)."""
    check, failed = "--check" in sys.argv[1:], 0
    with session() as one:
        for page in pages():
            text = page.read_text("utf-8")
            try:
                fresh = one.written(text)
            except Stale as error:
                sys.stderr.write(f"{page.relative_to(ROOT)}: {error}; mend the page\n")
                failed = 1
                continue
            if check and fresh != text:
                sys.stderr.write(f"{page.relative_to(ROOT)}: generated output is stale; run `make docs`\n")
                failed = 1
            elif fresh != text:
                page.write_text(fresh, "utf-8")
    return failed


if __name__ == "__main__":
    sys.exit(main())
