"""What a learned reader says of a sentence: which word triggers an event of which kind, and which words fill its roles.

One small encoder reads a sentence once; heads over it give probabilities. Weights, data and figures are in
docs/models/event-reader.md; training/event_reader.py makes them. The reader proposes and weighs: what is an event and
who takes part in it is decided in what.py and who.py, by thresholds named there.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from byline.coding.wordpiece import Pieces, Wordpiece
from byline.model import Span

if TYPE_CHECKING:
    from byline.coding.page import Page

Numbers = NDArray[np.float32]
# Pieces of a sentence that are read.
LONGEST = 160
# Distances between a trigger and a word are told apart up to here, as in training.
_FAR = 24
_WEIGHTS = "weights/event_reader"
_EVEN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The names of the classes of each head; the first of types, modes ("ASSAULT/beat") and sub-events is "-", none."""

    types: tuple[str, ...]
    modes: tuple[str, ...]
    sub_events: tuple[str, ...]
    statuses: tuple[str, ...]
    roles: tuple[str, ...]


class EventReader:
    """The weights, loaded once a process. Reads sentences; the same sentences in the same order give the same."""

    def __init__(self) -> None:
        import onnxruntime

        folder = resources.files("byline.coding")
        table = json.loads(folder.joinpath(f"{_WEIGHTS}.json").read_text(encoding="utf-8"))
        self._wordpiece = Wordpiece(table.pop("vocabulary"))
        self.labels = Labels(**{name: tuple(row) for name, row in table.items()})
        with folder.joinpath(f"{_WEIGHTS}.npz").open("rb") as file:
            arrays = np.load(file, allow_pickle=False)
            self._distance, self._role, self._bias = (arrays[name] for name in ("distance", "role", "bias"))
        options = onnxruntime.SessionOptions()
        # One thread: a process a core is how runs are spread, and sums are always made in one order.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            folder.joinpath(f"{_WEIGHTS}.onnx").read_bytes(), options, providers=["CPUExecutionProvider"]
        )

    def read(self, text: str) -> Reading:
        """A Reading of a text, which should be one sentence.

        One at a time: sentences padded to one length together took longer (docs/models/event-reader.md), and a sentence
        would be read a little differently in other company.
        """
        pieces = self._wordpiece.cut(text, longest=LONGEST)
        ids = np.array([pieces.ids], dtype=np.int64)
        (read,) = self._session.run(None, {"ids": ids, "places": np.arange(ids.shape[1])})
        return Reading(reader=self, pieces=pieces, states=read[0, list(pieces.heads)])

    @cached_property
    def columns(self) -> Mapping[str, slice]:
        """Where each head stands in the states of a word."""
        names = self.labels
        roles = (self._distance.shape[1], self._role.shape[0] - self._distance.shape[1])
        widths = {
            "types": len(names.types),
            "modes": len(names.modes),
            "sub_events": len(names.sub_events),
            "statuses": len(names.statuses),
            "trigger_sum": roles[0],
            "trigger_product": roles[1],
            "filler_sum": roles[0],
            "filler_product": roles[1],
        }
        ends = np.cumsum(list(widths.values())).tolist()
        return {name: slice(end - width, end) for (name, width), end in zip(widths.items(), ends, strict=True)}

    def roles(self, states: Numbers, word: int) -> Numbers:
        """For each word of a sentence, how likely it fills each role of the event that a word triggers."""
        at = self.columns
        apart = np.clip(np.arange(len(states)) - word, -_FAR, _FAR) + _FAR
        total = states[word, at["trigger_sum"]] + states[:, at["filler_sum"]] + self._distance[apart]
        product = states[word, at["trigger_product"]] * states[:, at["filler_product"]]
        odds = np.concatenate([np.maximum(total, 0.0), product], axis=1) @ self._role + self._bias
        chances: Numbers = 1.0 / (1.0 + np.exp(-odds))
        return chances


@dataclass(slots=True, kw_only=True)
class Reading:
    """What was read of one sentence: words with their characters, and what each head says of them."""

    reader: EventReader
    pieces: Pieces
    states: Numbers
    _kinds: Numbers | None = None
    _roles: dict[int, Numbers] = field(default_factory=dict)

    @property
    def kinds(self) -> Numbers:
        """For each word, how likely it triggers an event of each type (none first)."""
        if self._kinds is None:
            self._kinds = _softmax(self.states[:, self.reader.columns["types"]])
        return self._kinds

    def chances(self, head: str, word: int) -> dict[str, float]:
        """What a head ("types", "modes", "sub_events", "statuses") says of a word: each class with its probability."""
        names = getattr(self.reader.labels, head)
        odds = self.states[word, self.reader.columns[head]]
        return dict(zip(names, _softmax(odds[None])[0].tolist(), strict=True))

    def roles(self, word: int) -> Numbers:
        """For each word, how likely it fills each role of the event that a word triggers."""
        if word not in self._roles:
            self._roles[word] = self.reader.roles(self.states, word)
        return self._roles[word]

    def words_in(self, start: int, end: int) -> range:
        """The words that share a character with a stretch of the sentence."""
        touched = [n for n, (first, last) in enumerate(self.pieces.words) if first < end and start < last]
        return range(touched[0], touched[-1] + 1) if touched else range(0)


def _softmax(odds: Numbers) -> Numbers:
    raised = np.exp(odds - odds.max(axis=-1, keepdims=True))
    shares: Numbers = raised / raised.sum(axis=-1, keepdims=True)
    return shares


@cache
def event_reader() -> EventReader:
    """The event reader, loaded at first use and once a process."""
    return EventReader()


class PageReader:
    """The learned reader over a page: a sentence is read when it is first asked for, where it is worth it."""

    def __init__(self, page: Page, worth: Collection[int]) -> None:
        self._page = page
        self._worth = worth
        self._readings: dict[int, Reading] = {}

    @cached_property
    def labels(self) -> Labels:
        """The names of the classes of each head."""
        return event_reader().labels

    def sentence(self, number: int) -> Reading | None:
        """The reading of a sentence; None where it is not worth one."""
        if number not in self._worth:
            return None
        if number not in self._readings:
            self._readings[number] = event_reader().read(self._page.document.quote(self._page.sentences[number]))
        return self._readings[number]

    def at(self, span: Span) -> tuple[Reading, int] | None:
        """The reading of the sentence a span stands in, and the number of its last word; None where it was not read."""
        number = self._page.sentence_number(span.start)
        reading = self.sentence(number)
        if reading is None:
            return None
        start = self._page.sentences[number].start
        words = reading.words_in(span.start - start, span.end - start)
        named = [word for word in words if self._page.document.text[start + reading.pieces.words[word][0]].isalnum()]
        return (reading, named[-1]) if named else None

    def kinds(self, span: Span) -> dict[str, float] | None:
        """How likely a trigger's words tell of an event of each type ("-": none); None where it was not read."""
        return self._chances("types", span)

    def quiet(self, span: Span) -> bool:
        """True when no word of the sentence a span stands in is more likely than not to trigger an event."""
        reading = self.sentence(self._page.sentence_number(span.start))
        return reading is not None and bool((reading.kinds[:, 0] >= _EVEN).all())

    def modes(self, span: Span) -> dict[str, float] | None:
        """How likely its event is of each mode, as TYPE/mode ("-": none)."""
        return self._chances("modes", span)

    def sub_events(self, span: Span) -> dict[str, float] | None:
        """How likely its event is of each of ACLED's sub-event types ("-": it has no row)."""
        return self._chances("sub_events", span)

    def statuses(self, span: Span) -> dict[str, float] | None:
        """How likely its event is told in each status."""
        return self._chances("statuses", span)

    def _chances(self, head: str, span: Span) -> dict[str, float] | None:
        at = self.at(span)
        return at[0].chances(head, at[1]) if at else None

    def role(self, trigger: Span, filler: Span, role: str) -> float | None:
        """How likely a word fills a role of a trigger's event; None where they stand in two sentences, or were not
        read."""
        at, other = self.at(trigger), self.at(filler)
        if at is None or other is None or at[0] is not other[0]:
            return None
        return float(at[0].roles(at[1])[other[1], self.labels.roles.index(role)])

    def triggers(self, *, above: float) -> Iterator[tuple[Span, str]]:
        """Words that trigger an event of some type with a probability of at least `above`, with the type."""
        names = self.labels.types
        for number in self._worth:
            reading = self.sentence(number)
            if reading is None:
                continue
            start = self._page.sentences[number].start
            for word, kind in zip(*np.nonzero(reading.kinds[:, 1:] >= above), strict=True):
                first, last = reading.pieces.words[word]
                yield Span(start=start + first, end=start + last), names[kind + 1]

    def words(self, trigger: Span, role: str, *, above: float) -> Iterator[tuple[Span, float]]:
        """Stretches of words each of which fills a role of a trigger's event with a probability above a threshold, with
        the highest of them."""
        at = self.at(trigger)
        if at is None:
            return
        reading, word = at
        chances = reading.roles(word)[:, self.labels.roles.index(role)]
        start = self._page.sentences[self._page.sentence_number(trigger.start)].start
        run: list[int] = []
        for number in range(len(chances) + 1):
            if number < len(chances) and chances[number] > above:
                run.append(number)
            elif run:
                words = reading.pieces.words
                yield Span(start=start + words[run[0]][0], end=start + words[run[-1]][1]), float(chances[run].max())
                run = []
