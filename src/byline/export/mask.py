"""Whose names does an export hide? A masked copy of a document and its coding: each letter of a name is one █.

So every offset holds, and what is kept is never changed. Public persons are shown; private ones are hidden unless the
export shows them, protected ones unless it says so for them too. Who is what was decided when the document was coded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from byline.coding.people_names import FEWEST_WITHIN, Names, words
from byline.errors import ExportError
from byline.gazetteer.names import fold
from byline.model import Actor, Coding, Cut, Document, Event, Mention, Person, Place, Quantity, Speaker, Value

BLOCK = "█"
# In an address a word of a name counts by itself from so many letters on.
_FEWEST_LETTERS = 3
_ADDRESS_WORD = re.compile(r"(?:%[0-9A-Fa-f]{2}|[^\W_])+")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Whose names are shown besides those of public persons: all private ones, all protected ones, or the private ones
    whose whole names stand in `public`."""

    private: bool = False
    protected: bool = False
    public: tuple[str, ...] = ()

    def hides(self, person: Person) -> bool:
        """True for a person whose name is masked."""
        if person.standing == "private":
            return not self.private and fold(person.name) not in map(fold, self.public)
        return person.standing == "protected" and not self.protected


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """The names to hide of one document."""

    people: tuple[Person, ...]
    shown: Shown
    language: str

    @property
    def hidden(self) -> tuple[Person, ...]:
        """The persons whose names are masked."""
        return tuple(one for one in self.people if self.shown.hides(one))

    def text(self, text: str, *, part: str) -> str:
        """A part of the document with the hidden names masked where they stand."""
        spans = [span for one in self.hidden for span in one.spans if span.part == part]
        return _blocked(text, [(span.start, span.end) for span in spans])

    def words(self, text: str) -> str:
        """Any words told of the document, a value or a note, with the hidden names in them masked."""
        if not self.hidden:
            return text
        names = Names(((number, one.name) for number, one in enumerate(self.people)), language=self.language)
        small = not any(char.isupper() for char in text)
        found = [
            (one.start, one.end)
            for one in names.find(text, any_case=small)
            if any(self.shown.hides(self.people[number]) for number in one.numbers)
        ]
        return _blocked(text, found)

    def address(self, text: str) -> str:
        """A url, path or foreign id with the words masked that a hidden name is made of, however they are spelled."""
        keys = {word.key for one in self.hidden for word in words(one.name)}
        alone = {key for key in keys if len(key) >= _FEWEST_LETTERS}
        within = {key for key in keys if len(key) >= FEWEST_WITHIN}
        scheme = _SCHEME.match(text)
        found = []
        for match in _ADDRESS_WORD.finditer(text, scheme.end() if scheme else 0):
            told = fold(unquote(match.group(), errors="replace"))
            if alone & set(re.findall(r"[^\W\d_]+", told)) or any(key in told for key in within):
                found.append(match.span())
        return _blocked(text, found)

    def document(self, document: Document) -> Document:
        """A copy of the document with the hidden names masked in all that is told of it."""
        if not self.hidden:
            return document
        return replace(
            document,
            text=self.text(document.text, part="text"),
            title=None if document.title is None else self.text(document.title, part="title"),
            captions=tuple(self.text(one, part=f"caption:{number}") for number, one in enumerate(document.captions)),
            byline=None if document.byline is None else self.words(document.byline),
            url=None if document.url is None else self.address(document.url),
            external_id=None if document.external_id is None else self.address(document.external_id),
            origin=self.address(document.origin),
            cuts=tuple(Cut(start=cut.start, text=self.words(cut.text), reason=cut.reason) for cut in document.cuts),
        )

    def event(self, event: Event) -> Event:
        """A copy of an event with the hidden names masked in its values."""
        if not self.hidden:
            return event
        return replace(event, mentions=tuple(self._mention(one) for one in event.mentions))

    def _mention(self, mention: Mention) -> Mention:
        value = None if mention.value is None else self._value(mention.value)
        if self._named_by_a_person(mention) and isinstance(value, Actor):
            value = replace(value, name=blocks(value.name))
        return replace(mention, value=value)

    def _named_by_a_person(self, mention: Mention) -> bool:
        """Whether a coder named an individual there who is not known to be public: the report may name nobody so, and
        then nobody has looked at who it is."""
        value = mention.value
        if not isinstance(value, Actor) or value.kind != "individual" or value.public is True:
            return False
        public = fold(value.name) in map(fold, self.shown.public)
        return mention.by.startswith("person:") and not public and not self.shown.private

    def _value(self, value: Value) -> Value:
        match value:
            case Actor():
                return replace(value, name=self.words(value.name))
            case Speaker():
                return replace(value, name=self._or_none(value.name))
            case Quantity():
                return replace(value, of=self._or_none(value.of), attribution=self._or_none(value.attribution))
            case Place():
                # The gazetteer's names are not the report's words.
                name = self.words(value.name) if value.geonameid is None else value.name
                return replace(value, name=name, attribution=self._or_none(value.attribution))
        return value

    def _or_none(self, text: str | None) -> str | None:
        return None if text is None else self.words(text)

    def coding(self, coding: Coding) -> Coding:
        """A copy of the coding with the hidden names masked in values and in the list of persons."""
        people = tuple(replace(one, name=blocks(one.name)) if self.shown.hides(one) else one for one in self.people)
        return replace(coding, events=tuple(self.event(one) for one in coding.events), people=people)


def masked(
    document: Document, coding: Coding, *, shown: Shown | None = None, language: str = "en"
) -> tuple[Document, Coding]:
    """A document and its coding with the names masked that an export hides; both of unchanged ids, offsets and length.

    Raises ExportError where persons were not looked for: then nobody knows whom to mask.
    """
    mask = mask_of(document, coding, shown=shown or Shown(), language=language)
    return mask.document(document), mask.coding(coding)


def mask_of(document: Document, coding: Coding, *, shown: Shown, language: str) -> Mask:
    """The mask of a document. Raises ExportError where persons were not looked for."""
    if coding.people is None:
        raise ExportError(
            f"{document.id} ({document.origin}): it is not known whom this document names, as it was coded by an older "
            "Byline or tells of no event; code it again (byline code), then export"
        )
    return Mask(people=coding.people, shown=shown, language=language)


def blocks(text: str) -> str:
    """A name masked: each letter, mark and digit one █; blanks, hyphens, apostrophes and full stops stay."""
    return "".join(BLOCK if unicodedata.category(char)[0] in "LMN" else char for char in text)


def _blocked(text: str, found: Sequence[tuple[int, int]]) -> str:
    """The text with stretches of it masked."""
    if not found:
        return text
    letters = list(text)
    for start, end in found:
        letters[start:end] = blocks(text[start:end])
    return "".join(letters)
