"""What the event reader learns from: sentences with words that trigger events and words that fill their roles.

Four sources, each with what it can tell and no more (what it cannot is left out of the loss):

- `training/sentences/*.tsv`, our own sentences: everything.
- MUC-4's training documents: which words near a trigger the keys name as perpetrator, target, victim or weapon.
- India Police Events, training sentences: whether police arrested, or used force, somewhere in the sentence.
- PLOVER's gold standard records, the half whose ids have an even sha256: one event of a sentence, its two sides.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Literal

from byline.bench import sentences
from byline.bench.plover import NOW
from byline.coding.wordpiece import Pieces, Wordpiece

SENTENCES = Path(__file__).parent / "sentences"
ROLES = ("actor", "recipient", "instrument", "place", "time", "dead", "wounded", "detained", "participants")
"""What the role head tells."""
LETTERS = dict(zip("ariptfwdm", ROLES, strict=True))
STATUSES = ("reported", "background", "planned", "hypothetical", "denied")
VALIDATION = 8
Part = Literal["train", "validation", "held out"]


@dataclass(frozen=True, kw_only=True)
class Told:
    """An event of a sentence: the characters of its trigger, its labels ("" where unknown, "-" for none), the
    characters that fill each role, and the roles of which all words that fill them are marked."""

    trigger: tuple[int, int]
    type: str = ""
    mode: str = ""
    sub_event: str = ""
    status: str = ""
    roles: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()
    weight: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Example:
    """A sentence with the events it tells. `full`: no other word of it triggers an event. `police`: whether police
    arrest and whether they use force in it, None where not known."""

    text: str
    told: tuple[Told, ...]
    full: bool = False
    source: str = "own"
    police: tuple[bool, bool] | None = None
    part: Part = "train"


def own(folder: Path = SENTENCES) -> Iterator[Example]:
    """Our own sentences, in the form that training/sentences/README.md describes."""
    for sentence in sentences.load(folder):
        told = tuple(
            Told(
                trigger=one.trigger,
                type=one.type,
                mode=one.mode or "-",
                sub_event=one.acled or "-",
                status=one.status,
                roles={role: list(one.roles.get(letter, ())) for letter, role in LETTERS.items()},
                known=frozenset(ROLES),
            )
            for one in sentence.events
        )
        yield Example(text=sentence.text.raw, told=told, full=True, part=_part(sentence))


def _part(sentence: sentences.Sentence) -> Part:
    """What a sentence is for: a fifth is held out for the figures; an eighth of the rest chooses settings and
    thresholds."""
    if sentence.held_out:
        return "held out"
    digest = sha256(f"validation/{sentence.text.raw}".encode()).digest()
    return "validation" if digest[0] % VALIDATION == 0 else "train"


def plover(path: Path) -> Iterator[Example]:
    """The training half of PLOVER's records: the words marked as the event, and those of either side."""
    for row in json.loads(path.read_text(encoding="utf-8")):
        noted = row.get("textInfo")
        markup = noted.get("markup", "") if isinstance(noted, dict) else ""
        if row["event"] == "DOCUMENT" or not in_training_half(row["id"]) or "EVT" not in markup:
            continue
        text, at = "", 0
        spans: dict[str, list[tuple[int, int]]] = {"EVT": [], "SRC": [], "TAR": []}
        for match in re.finditer(r"\((\w+(?:/\w+)?): ([^()]*)\)", markup):
            text += markup[at : match.start()]
            for key in match[1].split("/"):
                spans.setdefault(key, []).append((len(text), len(text) + len(match[2])))
            text, at = text + match[2], match.end()
        text += markup[at:]
        if not spans["EVT"]:
            continue
        told = Told(
            trigger=spans["EVT"][0],
            type=NOW.get(row["event"], row["event"]),
            roles={"actor": spans["SRC"], "recipient": spans["TAR"]},
            known=frozenset({"actor", "recipient"}),
            weight=0.7,
        )
        yield Example(text=text, told=(told,), source="plover")


def in_training_half(name: str) -> bool:
    """True for the half of a corpus without a training part whose errors may be read and learned from."""
    return int(sha256(name.encode()).hexdigest(), 16) % 2 == 0


def police(path: Path) -> Iterator[Example]:
    """India Police Events: whether police arrest, and whether they use force, in a sentence."""
    rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), delimiter="\t")
    for row in rows:
        text = " ".join(row[0].split())
        if len(text) > 20:
            yield Example(text=text, told=(), source="police", police=(row[2] == "1", row[5] == "1"))


# ---------------------------------------------------------------------------------------------------- as numbers
@dataclass(frozen=True, kw_only=True)
class Row:
    """An example cut into pieces, its labels by word. Unknown labels are -1.

    types: of each word. events: (word, mode, sub_event, status, weight) of each trigger. roles: for each event a list
    of (role, words that fill it, weight of the words that do not).
    """

    example: Example
    pieces: Pieces
    types: list[int]
    events: list[tuple[int, int, int, int, float]]
    roles: list[list[tuple[int, frozenset[int], float]]]


@dataclass(frozen=True, kw_only=True)
class Labels:
    """The names behind the numbers of each head; number 0 of a head is "-", none."""

    types: tuple[str, ...]
    modes: tuple[str, ...]
    sub_events: tuple[str, ...]


def rows(examples: Iterable[Example], tokenizer: Wordpiece, labels: Labels, *, longest: int) -> Iterator[Row]:
    """Examples as numbers, those without a word left out."""
    for example in examples:
        pieces = tokenizer.cut(example.text, longest=longest)
        if not pieces.words:
            continue
        types = [0 if example.full else -1] * len(pieces.words)
        events, roles = [], []
        for told in example.told:
            words = touching(pieces, told.trigger)
            if not words:
                continue
            for word in words:
                types[word] = labels.types.index(told.type)
            events.append(
                (
                    words[-1],
                    _number(labels.modes, told.mode and f"{told.type}/{told.mode}", told.mode),
                    _number(labels.sub_events, told.sub_event, told.sub_event),
                    _number(STATUSES, told.status, told.status),
                    told.weight,
                )
            )
            filled = []
            for role, spans in told.roles.items():
                fill = frozenset(word for span in spans for word in touching(pieces, span))
                filled.append((ROLES.index(role), fill, 1.0 if role in told.known else 0.2))
            roles.append(filled)
        yield Row(example=example, pieces=pieces, types=types, events=events, roles=roles)


def _number(names: tuple[str, ...], name: str, told: str) -> int:
    if not told:
        return -1
    return 0 if told == "-" else names.index(name)


def touching(pieces: Pieces, span: tuple[int, int]) -> list[int]:
    """The words that share a character with a span."""
    return [number for number, (start, end) in enumerate(pieces.words) if start < span[1] and span[0] < end]
