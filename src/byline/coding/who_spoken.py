"""Whom are words, gifts and moves meant for? Recipients of acts whose object is what is asked, given or sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from byline.coding.syntax import children, prepositional
from byline.coding.who_actor import is_someone
from byline.coding.who_lists import together

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page
    from byline.language import Sense

SPOKEN = frozenset(
    {"REQUEST", "REJECT", "THREATEN", "CONCEDE", "AGREE", "ACCUSE", "SUPPORT", "AID", "MOBILIZE", "SANCTION", "CONSULT"}
)
"""Types of act that are done in words or in kind: a thing in their object is what they are about, not whom."""

# What is condemned, backed or refused may be a thing, where nobody stands behind it.
_KEPT_THINGS = frozenset({"ACCUSE", "SUPPORT", "REJECT"})
# Prepositions that lead from what is said or given to the one it is said or given to, or who asked for it.
_TOWARDS = ("to", "against", "with", "from", "by", "for", "on", "toward", "towards", "in", "between")
_BEHIND = ("by", "from", "against", "of")


def may_be_someone(page: Page, token: Token) -> bool:
    """True for a word that names someone, or by its ending may ("rulers")."""
    words = page.language.words
    lemma = token.lemma_.lower()
    if is_someone(page, token):
        return True
    never = words["not_someone"] | words["things"] | words["not_actors"]
    return token.pos_ == "NOUN" and lemma.endswith(tuple(words["someone_endings"])) and lemma not in never


def recipients(page: Page, verb: Token, sense: Sense, *, objects: list[Token]) -> Iterator[Token]:
    """The object that is someone, else who stands behind the thing that is the object ("demands by the union"), else
    who stands in the clause below ("urged that the ministry pay"); what is moved or armed is never the recipient."""
    about = [one for target in objects for one in together(target)]
    moved = sense.type == "MOBILIZE"
    people = [] if moved else [one for one in about if is_someone(page, one) and _names_itself(one, sense)]
    direct = [one for one in prepositional(verb, *sense.recipient_prep) if is_someone(page, one)] + people
    things = [one for one in about if one not in people]
    found = direct or [one for thing in things for one in _behind(page, thing, sense, owners=not moved)]
    if not found and sense.clause_recipient:
        found = list(_in_clause(page, verb))
    if not found and sense.type in _KEPT_THINGS and not sense.light:
        found = things
    yield from found


def _names_itself(token: Token, sense: Sense) -> bool:
    return token.lemma_.lower() not in sense.object


def _behind(page: Page, thing: Token, sense: Sense, *, owners: bool) -> list[Token]:
    """Who stands behind a thing: "the demands of the union", "a NATO demand" (where owners count); behind an event only
    who did it ("condemned the bombing by …")."""
    preps = sense.recipient_prep
    behind = [one for one in thing.subtree if one.dep_ == "pobj" and one.head.lower_ in preps]
    if (thing.idx, thing.idx + len(thing)) in page.found:
        behind = prepositional(thing, "by")
    elif owners:
        behind += [*prepositional(thing, *_BEHIND), *children(thing, "poss")]
        behind += [one for one in children(thing, "compound", "amod") if one.ent_type_ in ("GPE", "NORP", "ORG")]
    return [one for one in behind if may_be_someone(page, one) or one.ent_type_ == "NORP"]


def _in_clause(page: Page, verb: Token) -> Iterator[Token]:
    """Who is to do what a verb asks, or to whom it is to be done ("threatened to strike at the port authority")."""
    inner = [below for clause in children(verb, "xcomp", "advcl") for below in children(clause, "ccomp")]
    for clause in [*children(verb, "ccomp"), *inner]:
        # "agreed that their countries should …": their own.
        subjects = children(clause, "nsubj", "nsubjpass")
        yield from (one for one in subjects if not any(owner.pos_ == "PRON" for owner in children(one, "poss")))
    for clause in children(verb, "xcomp", "advcl"):
        if clause.tag_ != "VB":
            continue
        objects = children(clause, "dobj")
        given = [one for one in clause.subtree if one.dep_ == "pobj" and one.head.lower_ == "to"]
        below = [*given, *objects, *prepositional(clause, *_TOWARDS)]
        below += [one for target in objects for one in prepositional(target, *_TOWARDS)]
        yield from [one for one in below if is_someone(page, one)][:1]
