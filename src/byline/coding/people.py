"""Whom does the document name, and may the public know who it is?

Everyone named is public (an office or role that news names them for), protected (not of age, or a victim of sexual
violence) or private. Names are found in plain characters, so in the title, captions and sentences that were not parsed
too; where the recogniser's labels are there they are heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from byline.coding import people_found
from byline.coding.people_evidence import Told
from byline.coding.people_found import Candidate, Part
from byline.coding.people_names import Names, Occurrence, lists, words
from byline.model import Actor, Event, Mention, Person, Span, Standing, StandingBasis

if TYPE_CHECKING:
    from byline.coding.page import Page

# What tells of a private life: an office told of a surname alone is not that of someone introduced so.
_PRIVATE_LIFE = ("age", "kin", "calling", "minor", "victim", "titled")
_MOST_PROTECTED: tuple[Standing, ...] = ("protected", "private", "public")


@dataclass(slots=True)
class _Someone:
    """A person as the candidates of one document build it up."""

    name: str
    keys: tuple[str, ...]
    told: list[tuple[str, Told]] = field(default_factory=list)
    at: list[Span] = field(default_factory=list)

    def add(self, one: Candidate) -> None:
        self.told += [(one.part.name, fact) for fact in one.told]
        self.at.append(Span(start=one.start, end=one.end, part=one.part.name))

    def tells(self, *facts: str) -> list[Span]:
        """The words that tell any of these facts."""
        return [
            Span(start=one.start, end=one.end, part=part)
            for part, one in self.told
            if one.fact in facts and one.start < one.end
        ]


def find(page: Page) -> tuple[Person, ...]:
    """Everyone the document names, in the order of their first mention, with the standing its words give them."""
    parts = list(people_found.parts(page))
    found = [one for part in parts for one in people_found.persons(page, part)]
    sexual = _sexual_words(parts, page.language.code)
    people = [_person(page, one, sexual) for one in _gathered(found, page.language.code)]
    return _placed(parts, people, page.language.code)


def named(page: Page, events: tuple[Event, ...]) -> tuple[Person, ...]:
    """Everyone the document names, as its events show them too: those to whom sexual violence was done are protected,
    and an individual who acts or suffers under a name is a person whatever it looks like."""
    people = [*page.persons, *_actors(page, events)]
    hurt = [
        span for event in events if _is_sexual(page, event) for one in event.role("recipient") for span in _all(one)
    ]
    return tuple(_hurt(one, hurt) for one in people)


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with each individual public where the document names the person so, and only there."""
    people = named(page, events)
    return tuple(replace(event, mentions=tuple(_as_told(one, people) for one in event.mentions)) for event in events)


def _as_told(mention: Mention, people: Sequence[Person]) -> Mention:
    value = mention.value
    if not isinstance(value, Actor) or value.kind != "individual":
        return mention
    meant = [one for one in people if any(span.overlaps(mention.span) for span in one.spans)]
    meant = meant or [one for one in people if one.name == value.name]
    if not meant:
        return mention
    public = any(one.standing == "public" for one in meant)
    return mention if value.public is public else replace(mention, value=replace(value, public=public))


def _gathered(found: Iterable[Candidate], code: str) -> list[_Someone]:
    """The persons that candidates name: a part of a longer name is that of the person introduced by it."""
    people: list[_Someone] = []
    joiners = lists(code)["joiners"]
    for one in sorted(found, key=lambda one: (one.headline, -len(one.words))):
        keys = tuple(word.key for word in one.words)
        if one.headline and any(set(keys) & set(who.keys) for who in people):
            # Found there again by the name that the rest of the document gives.
            continue
        meant = [who for who in people if _part_of(keys, who.keys, joiners)]
        who = meant[0] if len(meant) == 1 else None
        alone = len(one.words) == 1 and one.tells("office")
        if who is not None and alone and who.keys != keys and any(fact.fact in _PRIVATE_LIFE for _, fact in who.told):
            who = next((other for other in people if other.keys == keys), None)
        if who is None:
            who = _Someone(one.name, keys)
            people.append(who)
        who.add(one)
    return people


def _part_of(keys: tuple[str, ...], whole: tuple[str, ...], joiners: frozenset[str]) -> bool:
    return keys == whole or set(keys) - joiners <= set(whole) - joiners


def _person(page: Page, who: _Someone, sexual: Sequence[Span]) -> Person:
    """A person with the standing that the words around the name give; `spans` are where those words were found."""
    standing, because, evidence = _standing(page, who, sexual)
    return Person(
        name=who.name, standing=standing, because=because, spans=tuple(who.at), evidence=tuple(dict.fromkeys(evidence))
    )


def _standing(page: Page, who: _Someone, sexual: Sequence[Span]) -> tuple[Standing, StandingBasis, Sequence[Span]]:
    victim, minor, office = who.tells("victim"), who.tells("minor"), who.tells("office")
    if victim and sexual:
        return "protected", "sexual violence", [*victim, sexual[0]]
    if minor:
        return "protected", "minor", minor
    if office:
        return "public", "office", office
    signed = _signed(page, who)
    if signed:
        return "public", "byline", signed
    beside = [] if who.tells("said") else [word for word in sexual if any(_together(page, word, at) for at in who.at)]
    return ("protected", "sexual violence", beside) if beside else ("private", "none told", ())


def _sexual_words(parts: Iterable[Part], code: str) -> list[Span]:
    """Words of the document for sexual violence."""
    sexual = lists(code)["sexual"]
    return [
        Span(start=word.start, end=word.end, part=part.name)
        for part in parts
        for word in part.words
        if word.text.lower() in sexual
    ]


def _together(page: Page, word: Span, name: Span) -> bool:
    """True when a word and a name stand in one sentence of the text, or in one title or caption."""
    if word.part != name.part:
        return False
    return word.part != "text" or page.sentence_at(word.start) == page.sentence_at(name.start)


def _signed(page: Page, who: _Someone) -> list[Span]:
    """Where a byline names the person: who signs a report is named for it."""
    byline = page.document.byline
    if byline and set(who.keys) <= {word.key for word in words(byline)}:
        return [span for span in who.at if span.part == "text"][:1] or who.at[:1]
    return [span for span in who.at if span.part == "text" and page.in_header(span)]


def _placed(parts: Sequence[Part], people: Sequence[Person], code: str) -> tuple[Person, ...]:
    """Persons with all places where their names, or parts of them, stand; a part that may mean several is taken for the
    most protected of them."""
    names = Names(((number, one.name) for number, one in enumerate(people)), language=code)
    spans: list[list[Span]] = [[] for _ in people]
    told = lists(code)
    for part in parts:
        for one in names.find(part.text, part.words):
            if not one.whole and _is_other(part, one, told):
                continue
            number = min(one.numbers, key=lambda number: _MOST_PROTECTED.index(people[number].standing))
            spans[number].append(Span(start=one.start, end=one.end, part=part.name))
        for start, end, numbers in names.spelled(part.text):
            number = min(numbers, key=lambda number: _MOST_PROTECTED.index(people[number].standing))
            spans[number].append(Span(start=start, end=end, part=part.name))
    there = [replace(one, spans=_apart(own)) for one, own in zip(people, spans, strict=True) if own]
    order = {part.name: number for number, part in enumerate(parts)}
    return tuple(sorted(there, key=lambda one: (order[one.spans[0].part], one.spans[0].start)))


def _apart(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in their order, those within another left out."""
    told = list(spans)
    kept = [one for one in told if not any(other != one and other.covers(one) for other in told)]
    parts = list(dict.fromkeys(one.part for one in told))
    return tuple(sorted(kept, key=lambda one: (parts.index(one.part), one.start)))


def _is_other(part: Part, one: Occurrence, told: dict[str, frozenset[str]]) -> bool:
    """True where a part of a name is another word: a place it is told to be in, a longer place, "may" in May."""
    before = part.words[one.first - 1] if one.first else None
    place = part.covering(one.start, one.end)
    if place is not None:
        preceded = before is not None and before.text.lower() in told["place_prepositions"]
        return place != (one.start, one.end) or preceded
    word = part.words[one.first]
    if one.words > 1 or word.key not in told["breaks"]:
        return False
    after = part.words[one.first + 1] if one.first + 1 < len(part.words) else None
    if after is not None and after.text.lower() in told["saying"]:
        return False
    dated = part.text[one.end : one.end + 2].strip()[:1].isdigit()
    return dated or before is None or word.gap.strip() != "" or before.text.lower() in told["place_prepositions"]


def _actors(page: Page, events: Iterable[Event]) -> Iterator[Person]:
    """Individuals of events who bear a name that was not found to be a person's: private, as nothing says otherwise."""
    known = {one.name for one in page.persons}
    parts: list[Part] = []
    for mention in (one for event in events for one in event.role("actor", "recipient")):
        value = mention.value
        if not isinstance(value, Actor) or value.kind != "individual" or value.public or value.name in known:
            continue
        if not _is_bare_name(page, mention, value.name):
            continue
        known.add(value.name)
        one = Person(name=value.name, standing="private", because="none told", spans=(mention.span,))
        parts = parts or list(people_found.parts(page))
        yield from _placed(parts, (one,), page.language.code)


def _is_bare_name(page: Page, mention: Mention, name: str) -> bool:
    """True for a name in capitals that holds no word for a place, people or organisation, and meets no person found."""
    told = words(name)
    if not told or not all(word.capital or word.key in lists(page.language.code)["joiners"] for word in told):
        return False
    lower = {word.text.lower().removesuffix("s") for word in told} | {word.text.lower() for word in told}
    if lower & (lists(page.language.code)["no_person"] | lists(page.language.code)["nouns"]):
        return False
    taken = [span for one in page.persons for span in one.spans] + [one.span for one in page.toponyms]
    return not any(span.overlaps(other) for span in _all(mention) for other in taken)


def _all(mention: Mention) -> list[Span]:
    return [mention.span, *mention.also, *([mention.antecedent] if mention.antecedent else [])]


def _is_sexual(page: Page, event: Event) -> bool:
    told = {word.text.lower() for word in words(page.document.quote(event.trigger))}
    return event.mode == "sexual" or bool(told & lists(page.language.code)["sexual"])


def _hurt(one: Person, hurt: Sequence[Span]) -> Person:
    met = [span for span in hurt if any(span.overlaps(own) for own in one.spans)]
    if not met or one.standing == "protected":
        return one
    return replace(one, standing="protected", because="sexual violence", evidence=tuple(met))


__all__ = ["find", "named", "refine"]
