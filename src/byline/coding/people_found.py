"""Which runs of capitals name a person? Candidates of one part of a document, and what is told around each."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from byline.coding import truecase
from byline.coding.people_evidence import Fact, Told, around, signs
from byline.coding.people_names import Word, lists, runs, words

if TYPE_CHECKING:
    from byline.coding.page import Page

# What says that capitals name a person, whatever else they may be.
STRONG: tuple[Fact, ...] = ("titled", "office", "named", "age", "minor", "victim", "relative", "calling")
# Of these, what says so of the name of a place: a title before it may belong to the sentence.
_OF_A_PLACE: tuple[Fact, ...] = ("named", "age", "minor", "victim", "relative", "calling")
# A name of more words is a headline in capitals.
_MOST_WORDS = 6
# Only a run of so many words can hold more than a name; a line is a headline when of its words of four letters and more
# this share has capitals (news English between 0.2 and 0.3).
_HEADLINE_RUN = 2
_LONG_WORD = 4
_HEADLINE_SHARE = 0.7
# Letters of an acronym: "MEK" names no person by itself.
_LONGEST_ACRONYM = 6
# Between two names of one list, ages looked over: "A, 34, B (29) and C".
_LISTED = re.compile(r"(?: \(\d{1,3}\)|, \d{1,3})?(?:[,;]? and|[,;]) ")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a document: its words, the stretches that name places and peoples, the recogniser's labels; stretches
    are in order, and none overlaps another of its kind."""

    name: str
    text: str
    words: list[Word]
    places: tuple[tuple[int, int], ...] = ()
    unresolved: frozenset[tuple[int, int]] = frozenset()
    peoples: frozenset[int] = frozenset()
    labels: tuple[tuple[int, int, str], ...] = ()

    def covering(self, start: int, end: int) -> tuple[int, int] | None:
        """The name of a place that holds characters [start, end); None where there is none."""
        at = bisect.bisect_right(self.places, start, key=lambda one: one[0]) - 1
        return self.places[at] if at >= 0 and end <= self.places[at][1] else None

    def label(self, start: int, end: int) -> str:
        """The recogniser's label of the first of characters [start, end) that has one, "" for none."""
        at = bisect.bisect_right(self.labels, start, key=lambda one: one[1])
        return self.labels[at][2] if at < len(self.labels) and self.labels[at][0] < end else ""

    @cached_property
    def place_names(self) -> frozenset[str]:
        """What the places named in the part are called there."""
        return frozenset(self.text[start:end] for start, end in self.places)

    @cached_property
    def small(self) -> frozenset[str]:
        """The words that stand in the part in small letters."""
        return frozenset(word.text for word in self.words if not word.capital)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A name that may be a person's, with what is told around it. In a headline other words may stand among its own."""

    part: Part
    words: tuple[Word, ...]
    told: tuple[Told, ...]
    headline: bool = False

    @property
    def start(self) -> int:
        """Where the name begins in its part."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Where the name ends in its part."""
        return self.words[-1].end

    @property
    def name(self) -> str:
        """The name as it stands there."""
        return self.part.text[self.start : self.end]

    def tells(self, *facts: Fact) -> bool:
        """True when any of these is told of it."""
        return any(one.fact in facts for one in self.told)


def parts(page: Page) -> Iterator[Part]:
    """The parts of a document: its text with what was found in it, its title, its captions."""
    document = page.document
    resolved = [one for one in page.toponyms if one.entry is not None]
    yield Part(
        name="text",
        text=page.text,
        words=words(page.text),
        places=tuple((one.span.start, one.span.end) for one in resolved if one.kind != "demonym"),
        unresolved=frozenset((one.span.start, one.span.end) for one in page.toponyms if one.entry is None),
        peoples=frozenset(one.span.start for one in resolved if one.kind == "demonym"),
        labels=tuple((one.start_char, one.end_char, one.label_) for one in page.named.ents),
    )
    others = [("title", document.title or ""), *((f"caption:{n}", one) for n, one in enumerate(document.captions))]
    for name, text in others:
        read = truecase.restored(text, page.language.code)
        yield Part(name=name, text=read, words=words(read))


def persons(page: Page, part: Part) -> list[Candidate]:
    """The names of persons in a part, in order, each with what is told around it."""
    told = list(_candidates(page, part))
    votes = Counter(one.name for one in told if len(one.words) == 1 and part.label(one.start, one.end) == "PERSON")
    seen = Counter(one.name for one in told)
    code = page.language.code
    # A lone word that the recogniser takes for a person in most places is one.
    sure = {name for name, count in votes.items() if 2 * count > seen[name]}
    found = [_is_person(one, code, lone=one.name in sure) for one in told]
    return list(_listed(told, found, code))


def _candidates(page: Page, part: Part) -> Iterator[Candidate]:
    code, sign = page.language.code, signs(page.language.code)
    for first, last in runs(part.words, code):
        run = part.words[first:last]
        begin, end = _name_within(part, run, lists(code))
        headline = _is_headline(part, run)
        if headline:
            begin = next((n for n in range(begin, end - 1) if run[n].key in lists(code)["given"]), end)
        elif end - begin > _MOST_WORDS:
            begin, end = _labelled(part, run)
        if begin >= end:
            continue
        name = tuple(run[begin:end])
        near = around(part.text, name[0].start, name[-1].end)
        yield Candidate(part=part, words=name, told=tuple(sign.tell(near)), headline=headline)


def _labelled(part: Part, run: Sequence[Word]) -> tuple[int, int]:
    """The words of a run that the recogniser takes for a person's name."""
    inside = [n for n, word in enumerate(run) if part.label(word.start, word.end) == "PERSON"]
    return (inside[0], inside[-1] + 1) if inside and len(inside) == inside[-1] + 1 - inside[0] else (0, 0)


def _name_within(part: Part, run: Sequence[Word], told: dict[str, frozenset[str]]) -> tuple[int, int]:
    """Where in a run of words the name of a person would stand: behind the last title and behind the place it is held
    in, words that belong to no name and peoples left out. An empty range: nowhere."""
    first, end = _behind_place(part, run), len(run)
    for number, word in enumerate(run[first:], first):
        lower = word.text.lower()
        after = number > first
        dated = part.text[word.end : word.end + 2].strip()[:1].isdigit()
        if lower in told["names_too"] and after and not dated:
            continue
        if lower in told["breaks"] or word.start in part.peoples:
            if after:
                end = number
                break
            first = number + 1
        elif lower in told["leading"]:
            first = number + 1
    if first >= end and run[0].key in told["given"]:
        # The last word of a name that is a title elsewhere: "Stephen King".
        first = 0
    return (first, end) if first < end else (0, 0)


def _behind_place(part: Part, run: Sequence[Word]) -> int:
    """The number of the word behind a place that a run begins with: "the mayor of Goma Justin Mbala"."""
    before = part.text[max(0, run[0].start - 4) : run[0].start]
    if not before.endswith((" of ", " in ")):
        return 0
    place = next((one for one in part.places if one[0] == run[0].start), None)
    behind = 0 if place is None else sum(word.end <= place[1] for word in run)
    return behind if len(run) - behind > 1 else 0


def _is_headline(part: Part, run: Sequence[Word]) -> bool:
    """True for a run in a line without a full stop most of whose longer words have capitals, as headlines have."""
    start = part.text.rfind("\n", 0, run[0].start) + 1
    end = part.text.find("\n", run[-1].end)
    if len(run) < _HEADLINE_RUN:
        return False
    told = part.text[start : end if end >= 0 else None].rstrip()
    if told[-1:] in '.!?”"':
        return False
    line = [word for word in told.split() if len(word) >= _LONG_WORD]
    return sum(word[0].isupper() for word in line) > _HEADLINE_SHARE * len(line)


def _is_person(one: Candidate, code: str, *, lone: bool) -> bool:
    """True when a candidate is a person's name, by what is told around it, its words and its label."""
    told = lists(code)
    lower = {word.text.lower() for word in one.words}
    courtesy = _before(one) in told["courtesies"]
    if lower & told["no_person"] and not courtesy:
        return False
    strong = one.tells(*STRONG)
    if _has_acronym(one) and not strong:
        return False
    if one.tells("article"):
        return False
    place = one.part.covering(one.start, one.end)
    if place is not None and not courtesy:
        return one.tells(*_OF_A_PLACE) and not one.tells("in") and place == (one.start, one.end)
    label = one.part.label(one.start, one.end)
    given = one.words[0].key in told["given"]
    if strong or one.tells("kin"):
        return True
    if len(one.words) == 1:
        return (label == "PERSON" and lone and not _is_common(one, told)) or (given and one.tells("said"))
    return given or (label == "PERSON" and not _among_places(one))


def _is_common(one: Candidate, told: dict[str, frozenset[str]]) -> bool:
    """True for a lone word that names a place no gazetteer holds, or that is a word like another: "Shopkeepers"."""
    if (one.start, one.end) in one.part.unresolved or one.tells("in"):
        return True
    lower = one.name.lower()
    if any(one.part.text[start:end] == one.name for start, end in one.part.places):
        return True
    return lower in told["nouns"] or lower.removesuffix("s") in told["nouns"]


def _among_places(one: Candidate) -> bool:
    """True for a name in a list of places."""
    part = one.part
    before = part.text[max(0, one.start - 2) : one.start] == ", " and part.covering(one.start - 3, one.start - 2)
    after = part.text[one.end : one.end + 2] == ", " and part.covering(one.end + 2, one.end + 3)
    return bool(before or after)


def _before(one: Candidate) -> str:
    """The word that stands right before a candidate's name, in small letters."""
    match = re.search(r"([^\W\d_]+)\.? $", one.part.text[max(0, one.start - 12) : one.start])
    return match[1].lower() if match else ""


def _has_acronym(one: Candidate) -> bool:
    """True for a name with a word of capitals only; not for one that is written in capitals throughout."""
    upper = [word.text.isupper() and len(word.text) > 1 for word in one.words]
    if all(upper) and len(upper) > 1:
        return False
    return any(mark and len(word.text) <= _LONGEST_ACRONYM for mark, word in zip(upper, one.words, strict=True))


def _listed(told: Sequence[Candidate], found: Sequence[bool], code: str) -> Iterator[Candidate]:
    """The candidates that are persons, and whole names listed with them: "the dead were named as A, B and C". What a
    noun for several tells ("the boys A and B") is told of each."""
    before: Candidate | None = None
    for number, one in enumerate(told):
        person = found[number]
        follows = before is not None and _LISTED.fullmatch(one.part.text, before.end, one.start) is not None
        precedes = (
            number + 1 < len(told)
            and found[number + 1]
            and _LISTED.fullmatch(one.part.text, one.end, told[number + 1].start) is not None
        )
        if not person and (follows or precedes):
            person = _may_be_listed(one, code)
        if not person:
            before = None
            continue
        if follows and before is not None:
            shared = tuple(fact for fact in before.told if _of_several(one.part.text[fact.start : fact.end], fact.fact))
            one = replace(one, told=one.told + shared)
        yield one
        before = one


def _may_be_listed(one: Candidate, code: str) -> bool:
    if len(one.words) < 2 or one.tells("article") or _has_acronym(one):
        return False
    lower = {word.text.lower() for word in one.words}
    plain = one.part.label(one.start, one.end) in ("", "PERSON") and one.part.covering(one.start, one.end) is None
    return plain and not lower & lists(code)["no_person"]


def _of_several(word: str, fact: Fact) -> bool:
    return fact in ("minor", "victim") and word.lower().endswith(("s", "children"))
