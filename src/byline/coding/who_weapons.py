"""What was it done with? Weapons in the words of an act, beside its verb, or in the place of its doer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from byline.coding.syntax import children, conjuncts, named, prepositional, span
from byline.model import Actor, Mention, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page
    from byline.coding.what import Found


def is_weapon(page: Page, token: Token) -> bool:
    """True for a weapon, an amount of one ("20 kg of dynamite"), and its fire ("rifle fire")."""
    words, lemma = page.language.words, token.lemma_.lower()
    if lemma in words["weapons"]:
        return True
    if lemma in words["weapon_measures"]:
        return any(is_weapon(page, target) for target in prepositional(token, "of"))
    return lemma in words["weapon_fire"] and any(
        child.lemma_.lower() in words["weapons"] for child in children(token, "compound", "amod")
    )


def weapons(page: Page, found: Found) -> Iterator[Token]:
    """What it was done with: a weapon in the trigger's own phrase ("fired tear gas", "a grenade attack"), one behind
    "with" or "by", or one that is used for it."""
    words = page.language.words
    nouns = [child for child in found.token.lefts if found.nominal and child.dep_ in ("compound", "amod")]
    nouns += prepositional(found.token, "with", "by", "using") if found.nominal else []
    if found.verb is not None:
        done_to = children(found.verb, "dobj", "nsubjpass")
        if found.sense.light:
            nouns += done_to
        nouns += [noun for carrier in (found.verb, *done_to) for noun in prepositional(carrier, "with", "using", "by")]
    above = found.token.head.head if found.token.dep_ in ("pobj", "pcomp") else found.token.head
    if above.lemma_.lower() in words["using_verbs"] and above.i != found.carrier.i:
        # "used machetes for the killings"
        nouns += children(above, "dobj", "nsubjpass")
    yield from (one for noun in nouns for one in conjuncts(noun) if is_weapon(page, one))


def mention(page: Page, weapon: Token) -> Mention:
    """The instrument a weapon's noun is, with the words that make it up: "car bomb" of "a car bomb explosion"."""
    words = named(weapon) if weapon.dep_ not in ("compound", "amod") else _compound(page, weapon)
    name = " ".join(page.text[words.start : words.end].split())
    return Mention(role="instrument", span=words, value=Actor(name=name, kind="object"))


def _compound(page: Page, weapon: Token) -> Span:
    first = weapon
    while first.i > first.sent.start:
        before = page.doc[first.i - 1]
        if before.dep_ != "compound" or before.head.i not in (weapon.i, weapon.head.i):
            break
        first = before
    return span(first, weapon)
