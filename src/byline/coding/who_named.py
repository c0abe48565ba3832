"""Who were they? Names the text gives to people an event only counts: "the dead were identified as …", appositions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from byline.coding.syntax import children, grammatical_subject, is_verb, passive, prepositional
from byline.coding.who_actor import kind_of
from byline.model import Event, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# Names are given soon after the event is told.
_NAMING_SENTENCES = 4


def appositions(page: Page, token: Token) -> list[Token]:
    """Persons named behind a noun for several: "two reporters, A and B"."""
    if token.tag_ not in ("NNS", "NNPS") and not _counts_many(token):
        return []
    named = [one for apposition in children(token, "appos") for one in _listed(apposition)]
    return [one for one in named if _is_person(page, one)]


def _counts_many(token: Token) -> bool:
    return any(child.dep_ == "nummod" and child.lower_ not in ("one", "1") for child in token.lefts)


def _is_person(page: Page, token: Token) -> bool:
    return token.pos_ == "PROPN" and kind_of(page, token) == "individual"


def identified(page: Page, event: Event, recipients: Iterable[Token]) -> Iterator[Token]:
    """The persons whom the sentences after an event name as those it was done to."""
    heads = {token.lemma_.lower() for token in recipients if token.pos_ in ("NOUN", "NUM", "ADJ")}
    if not heads:
        return
    number = page.sentence_number(event.sentence.start)
    for sentence in page.sentences[number : number + 1 + _NAMING_SENTENCES]:
        if not _may_name(page, sentence, heads):
            continue
        for token in page.tokens(sentence):
            if token.idx > event.trigger.start and is_verb(token):
                yield from _named_by(page, token, heads)


def _may_name(page: Page, sentence: Span, heads: set[str]) -> bool:
    """True for a sentence whose words may name those meant: spares the parse of the others."""
    text = page.document.text[sentence.start : sentence.end].lower()
    words = page.language.words
    meant = heads | words["victim_nouns"] | words["person_acts"]
    return any(form in text for form in words["naming_forms"]) and any(word in text for word in meant)


def _named_by(page: Page, verb: Token, heads: set[str]) -> Iterator[Token]:
    """The persons a verb of naming gives to those meant: "… were identified as A", "a judge named the dead as A and B",
    "the injured were A and B", "among the dead was A"."""
    words = page.language.words
    subjects = [one for one in [grammatical_subject(verb)] if one is not None]
    if verb.lemma_.lower() in words["naming_verbs"]:
        meant = subjects if passive(verb) else children(verb, "dobj")
        targets = prepositional(verb, "as") + children(verb, "oprd")
    elif verb.lemma_ == "be":
        among = prepositional(verb, "among")
        meant, targets = (among, subjects) if among else (subjects, children(verb, "attr"))
    else:
        return
    if any(one.lemma_.lower() in heads | words["victim_nouns"] or _described(page, one) for one in meant):
        yield from (one for target in targets for one in _listed(target) if _is_person(page, one))


def _described(page: Page, token: Token) -> bool:
    """ "the dead men", "the two other wounded nuns", "the priests murdered": a noun for people with a word for what
    befell them."""
    around = [child for child in token.children if child.dep_ in ("amod", "acl", "compound")]
    known = page.language.words["victim_nouns"] | page.language.words["person_acts"]
    return any(child.lower_ in known or child.lemma_.lower() in known for child in around)


def _listed(token: Token) -> list[Token]:
    """A name and those listed after it, which the parser takes for appositions as often as not."""
    found = [token]
    for child in token.children:
        if child.dep_ in ("conj", "appos"):
            found += _listed(child)
    return found
