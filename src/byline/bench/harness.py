"""What all benches have in common: gold read, texts coded, predictions written, figures and errors printed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from byline.config import Config
from byline.errors import DocumentError, InputError
from byline.export.record import record
from byline.model import Coding, Document, Event, Failure
from byline.read.language import recognise

if TYPE_CHECKING:
    from byline.coding.page import Page
    from byline.coding.pipeline import Pipeline

R = TypeVar("R")
T = TypeVar("T")
Json = dict[str, Any]
Write = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What the benches `precision` and `audit` are asked besides: further gold, how many events (documents, findings)
    are drawn with which seed, of how many texts, and the rows that people judged, where the figures of those are
    wanted; and `exports`, how many events are written in which formats
    (none named: all)."""

    more: tuple[Path, ...] = ()
    sample: int = 100
    seed: int = 0
    documents: bool = False
    texts: int = 200
    judged: Path | None = None
    sizes: tuple[int, ...] = (1_000, 100_000)
    forms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One call of `byline bench`: the gold, the settings, where predictions go (None: nowhere), whether errors show."""

    gold: Path
    config: Config
    predictions: Path | None
    errors: bool
    write: Write
    draw: Draw = Draw()


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """One thing the coder got wrong: its kind, the document or record, and the words it is about."""

    kind: str
    where: str
    words: str


@dataclass(slots=True)
class Coder:
    """The pipeline as benches use it: a text that cannot be coded gives nothing and is counted in `failed`."""

    pipeline: Pipeline
    config: Config
    failed: list[str] = field(default_factory=list)

    @classmethod
    def load(cls, config: Config) -> Coder:
        """A coder with the pipeline of `config`. Raises BylineError when that cannot be loaded."""
        from byline.coding.pipeline import Pipeline

        return cls(Pipeline.load(config), config)

    def ask(self, document: Document, question: Callable[[Page], Iterable[T]], *, gated: bool = True) -> list[T]:
        """What `question` answers of the document laid open; nothing when it cannot be laid open or asked. Not `gated`,
        events are looked for in every sentence."""
        try:
            return list(question(self.pipeline.page(self._recognised(document), gated=gated)))
        except DocumentError as error:
            self.failed.append(f"{error.step}: {error}")
        except Exception as error:  # noqa: BLE001 - as in coding, a bad document is counted, whatever it broke
            self.failed.append(f"{type(error).__name__}: {error}")
        return []

    def events(self, document: Document) -> tuple[Event, ...]:
        """Every event coded in the document; none when it cannot be coded."""
        coded = self.coding(document)
        return coded.events if coded is not None else ()

    def coding(self, document: Document) -> Coding | None:
        """What is coded in the document; None when it cannot be coded."""
        try:
            coded = self.pipeline.code(self._recognised(document))
        except DocumentError as error:
            self.failed.append(f"{error.step}: {error}")
            return None
        if isinstance(coded, Failure):
            self.failed.append(f"{coded.step}: {coded.error}")
            return None
        return coded

    def record(self, event: Event, document: Document) -> Json:
        """The event as `byline code --format jsonl` prints it."""
        return record(event, document, ontology=self.pipeline.ontology, pipeline_id=self.pipeline.id)

    def _recognised(self, document: Document) -> Document:
        """The document in its language, as reading leaves it. Raises DocumentError when that is not one we read."""
        language = recognise(document.text, declared=document.language, wanted=self.config.language)
        return replace(document, language=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench(Generic[R]):
    """A bench over records of one kind. `predict` sees a record's text alone, save where its loader says otherwise.

    load: the records of a gold file or folder, in its order. predict: a record's line of predictions, as the referee
    of that gold reads it. figures: lines to print. errors: what went wrong, record by record.
    """

    load: Callable[[Path], Sequence[R]]
    predict: Callable[[Coder, R], Json]
    figures: Callable[[Sequence[R], Sequence[Json]], Iterable[str]]
    errors: Callable[[Sequence[R], Sequence[Json]], Iterable[Error]]

    def __call__(self, job: Job) -> None:
        """Do `job`. Raises InputError when the gold cannot be read or holds no record."""
        records = self.load(job.gold)
        if not records:
            raise InputError(f"{job.gold}: holds no record of this kind of gold")
        coder = Coder.load(job.config)
        predictions = [self.predict(coder, record) for record in records]
        if job.predictions is not None:
            save(job.predictions, predictions)
        for line in self.figures(records, predictions):
            job.write(line)
        for line in told(coder.failed):
            job.write(line)
        if job.errors:
            for line in listed(self.errors(records, predictions)):
                job.write(line)


def save(path: Path, lines: Iterable[Json]) -> None:
    """Write `lines` as JSON Lines in UTF-8. Raises InputError when `path` cannot be written."""
    try:
        with path.open("w", encoding="utf-8") as file:
            for line in lines:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        raise InputError(f"{path}: predictions cannot be written there ({error.strerror})") from error


def read_text(path: Path) -> str:
    """A gold file's characters, line ends as they stand. Raises InputError when it cannot be read as UTF-8."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({error})") from error


def read_lines(path: Path, *keys: str) -> list[Json]:
    """The objects of a JSON Lines file. Raises InputError for a line that is none, or that lacks one of `keys`."""
    out: list[Json] = []
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{path}, line {number}: not JSON ({error})") from error
        if not isinstance(row, dict) or not all(key in row for key in keys):
            raise InputError(f"{path}, line {number}: wants an object with {', '.join(keys)}")
        out.append(row)
    return out


def told(failed: Sequence[str]) -> Iterator[str]:
    """A line for each reason for which texts could not be coded, with how many."""
    for reason, count in Counter(failed).most_common():
        yield f"{count} could not be coded, {reason}"


def listed(errors: Iterable[Error]) -> Iterator[str]:
    """Lines that show `errors` kind by kind, the most frequent first, each under its count."""
    kinds: dict[str, list[Error]] = {}
    for error in errors:
        kinds.setdefault(error.kind, []).append(error)
    for kind, members in sorted(kinds.items(), key=lambda item: -len(item[1])):
        yield ""
        yield f"{kind}: {len(members)}"
        for error in members:
            yield f"  {error.where}: {error.words}"
