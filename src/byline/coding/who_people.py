"""Which persons does the text introduce by name? Their bare names, and whom a surname alone means."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.coding.syntax import span
from byline.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Span as Tokens
    from spacy.tokens import Token

    from byline.coding.page import Page

_NAME_PARTS = ("PROPN", "PART", "X", "ADP", "DET")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person's name where the text first gives it: its words in small letters, and where they stand."""

    words: tuple[str, ...]
    span: Span

    @property
    def whole(self) -> bool:
        """True for a name of two words and more, which introduces someone."""
        return len(self.words) > 1


def person(page: Page, word: str) -> Person | None:
    """The person introduced by a whole name of which a word, in small letters, is not the first; None where nobody is,
    or more than one."""
    introduced: list[Person] = []
    for ent in page.people.get(word, ()):
        last = ent.end
        while last < ent.sent.end and _may_go_on(page.words[last]) and _goes_on(page.doc[last]):
            # The recogniser stops short of a second surname.
            last += 1
        if word not in {token.lower_ for token in page.words[ent.start + 1 : last]}:
            # It is the first of the name, which needs no parse.
            continue
        one = _person(page, ent.start, last)
        if one is None or not one.whole or word not in one.words[1:]:
            continue
        if not any(set(other.words) & set(one.words) - {word} for other in introduced):
            introduced.append(one)
    return introduced[0] if len(introduced) == 1 else None


def people(page: Page) -> dict[str, list[Tokens]]:
    """The names that the recogniser takes for persons', by each word, in small letters, that may belong to them."""
    found: dict[str, list[Tokens]] = defaultdict(list)
    for ent in page.named.ents:
        if ent.label_ != "PERSON":
            continue
        last = ent.end
        while last < ent.sent.end and page.words[last].ent_type_ == "" and page.words[last].text[:1].isupper():
            last += 1
        for word in {token.lower_ for token in page.words[ent.start : last]}:
            found[word].append(ent)
    return found


def _goes_on(token: Token) -> bool:
    return _may_go_on(token) and token.pos_ == "PROPN"


def _may_go_on(token: Token) -> bool:
    return token.ent_type_ == "" and token.text[:1].isupper()


def bare_name(page: Page, token: Token) -> Person | None:
    """The name of the person a noun names, titles and possessives left out; None where it is no proper name."""
    if token.pos_ != "PROPN":
        return None
    first, last = token.i, token.i + 1
    while first > token.sent.start and _joins(page.doc[first - 1], page.doc[first]):
        first -= 1
    while last < token.sent.end and page.doc[last].ent_type_ == "PERSON" and page.doc[last].ent_iob_ == "I":
        last += 1
    return _person(page, first, last)


def _joins(before: Token, token: Token) -> bool:
    """True when a token goes on with the name of the one before it."""
    if token.ent_type_ == "PERSON" and token.ent_iob_ == "I":
        return True
    return before.pos_ == "PROPN" and before.dep_ in ("compound", "nmod", "flat") and before.ent_type_ in ("PERSON", "")


def _person(page: Page, first: int, last: int) -> Person | None:
    doc = page.doc
    titles = page.language.words["offices"] | page.language.words["titles"]
    while first < last and (doc[first].lower_.rstrip(".") in titles or doc[first].pos_ not in _NAME_PARTS):
        first += 1
    while last > first and (doc[last - 1].tag_ == "POS" or doc[last - 1].is_punct):
        last -= 1
    if first >= last or any(token.is_punct and token.text not in ("-", ".", "'", "’") for token in doc[first:last]):
        return None
    while doc[first].ent_type_ == "" and any(token.ent_type_ == "PERSON" for token in doc[first + 1 : last]):
        # "Impresario Delgado Parker": what stands before the name is what the person is.
        first += 1
    words = tuple(token.lower_ for token in doc[first:last])
    return Person(words=words, span=span(doc[first], doc[last - 1]))


def introduced_as(page: Page, person: Person) -> Person | None:
    """The whole name under which the text introduces a person whom a surname, or part of a name, means here."""
    known = page.person(person.words[-1])
    if known is None or known.words == person.words or len(known.words) <= len(person.words):
        return None
    return known if set(person.words) <= set(known.words) else None
