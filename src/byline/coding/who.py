"""Who did what to whom? Candidates for the actors, recipients and instruments of an event, and which of them fill it.

`candidates` gathers the words that may fill a role, each with what proposes it; `decide` makes mentions of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from byline.coding.syntax import children, named, phrase, prepositional
from byline.coding.who_actor import actor_of, kind_of, person_of, sector
from byline.coding.who_blame import blamed
from byline.coding.who_candidate import Candidate
from byline.coding.who_lists import together
from byline.coding.who_meant import antecedent, nameable
from byline.coding.who_named import appositions, identified
from byline.coding.who_names import aliases, name_span, phrase_start
from byline.coding.who_read import weighed
from byline.coding.who_roles import doers, recipients
from byline.coding.who_spoken import SPOKEN
from byline.coding.who_weapons import is_weapon, weapons
from byline.coding.who_weapons import mention as instrument
from byline.model import Actor, Event, Mention, Role, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page
    from byline.coding.what import Found

# A pronoun's antecedent is a guess of nearness and number; the words themselves are not.
_PRONOUN_SCORE = 0.7
# "including" singles out some of what was named: told, but less surely by the parse.
_INCLUDED_SCORE = 0.8
# Names given sentences later, and doers only by what others say of them, are less sure still.
_NAMED_SCORE, _BLAMED_SCORE = 0.7, 0.6
# Who acts as a member acts for the whole, more often than not.
_BELONGING_SCORE = 0.7
# How far before a phrase one looks for "among them", in characters.
_PART_REACH = 20
# Modes whose objects are what explodes, where those are weapons.
_BLASTS = frozenset({"explosives", "suicide-attack"})


def fill(page: Page, event: Event) -> tuple[Mention, ...]:
    """Mentions of actors, recipients and instruments of an event, each with the words that name it."""
    return decide(page, event, candidates(page, event))


def candidates(page: Page, event: Event) -> list[Candidate]:
    """Every noun that may fill a role of the event, the likelier reading of a noun first."""
    found = page.trigger(event)
    proposed = list(_by_parse(page, found))
    done_to = [one.token for one in proposed if one.role == "recipient"]
    proposed += [
        Candidate(role="recipient", token=token, source="including", score=_INCLUDED_SCORE)
        for token in _included(page, event)
    ]
    proposed += [
        Candidate(role="recipient", token=token, source="named", score=_NAMED_SCORE)
        for token in identified(page, event, done_to)
    ]
    proposed += [
        Candidate(role="actor", token=one, source="blamed", score=_BLAMED_SCORE)
        for token in blamed(page, found.token)
        for one in together(token)
    ]
    proposed += [Candidate(role="instrument", token=token, source="parse") for token in weapons(page, found)]
    return weighed(page, found, proposed)


def decide(page: Page, event: Event, proposed: Iterable[Candidate]) -> tuple[Mention, ...]:
    """The mentions that candidates become: each noun once, in the first role proposed; none for what names nobody."""
    proposed = [replace(one, token=_behind_title(page, one.token)) for one in proposed]
    mentions: list[Mention] = []
    taken: set[int] = set()
    for one in proposed:
        if one.role == "instrument":
            weapon = instrument(page, one.token)
            mentions += [] if any(weapon.span.overlaps(other.span) for other in mentions) else [weapon]
            continue
        if one.source == "including" and not _alike(page, one.token, mentions):
            continue
        if one.token.i in taken or not nameable(page, one.token):
            continue
        if one.source != "including" and part_of(page, one.token):
            continue
        if one.role == "recipient" and _one_another(page, one.token, proposed):
            continue
        taken.add(one.token.i)
        mention = _mention(page, event, one)
        mentions += [mention] if mention is not None else []
    return tuple(sorted(mentions, key=lambda mention: (mention.span.start, mention.role)))


def _behind_title(page: Page, token: Token) -> Token:
    """The name behind a title cut short that the parse took for the name itself ("Sgt. Watson")."""
    if token.lower_.rstrip(".") not in page.language.words["short_titles"] or not token.text[:1].isupper():
        return token
    at = token.i + 1
    while at < token.sent.end and token.doc[at].text == ".":
        at += 1
    last = token
    while at < token.sent.end and token.doc[at].pos_ == "PROPN":
        last, at = token.doc[at], at + 1
    return last


def _one_another(page: Page, token: Token, proposed: Iterable[Candidate]) -> bool:
    """True for those who act told again together ("an accord between the two countries"), where they are named."""
    marks = {child.lower_ for child in token.lefts}
    if not marks & page.language.words["mutual_numbers"] or not marks & {"the", "both", "each"} or token.pos_ != "NOUN":
        return False
    doers = {one.token.i for one in proposed if one.role == "actor" and one.token.pos_ == "PROPN"}
    return len(doers - {token.i}) > 1


def _alike(page: Page, token: Token, mentions: Iterable[Mention]) -> bool:
    """True for a noun that may single out some of those it is done to: a thing is none of the people ("charged with
    offences, including two thefts")."""
    people = [
        mention.value.kind in ("individual", "group")
        for mention in mentions
        if mention.role == "recipient" and isinstance(mention.value, Actor)
    ]
    return bool(people) and (kind_of(page, token) != "object" or not all(people))


def _by_parse(page: Page, found: Found) -> Iterator[Candidate]:
    """Nouns in the places of a clause that its roles stand in, with those coordinated and those named behind them."""
    sides = found.nominal and found.sense.of == "place"
    roles: tuple[tuple[Role, Iterator[Token]], ...] = (
        ("recipient", recipients(page, found)),
        ("actor", doers(page, found)),
    )
    for role, tokens in roles:
        for token in tokens:
            for one in [token] if sides else together(token):
                for meant in _those_of(page, one):
                    yield Candidate(role=role, token=meant, source="parse")
                    for name in appositions(page, meant):
                        yield Candidate(role=role, token=name, source="apposition")
                    if role == "actor":
                        for whole in _belong_to(page, meant):
                            yield Candidate(role=role, token=whole, source="belonging", score=_BELONGING_SCORE)


def _belong_to(page: Page, token: Token) -> list[Token]:
    """The organization that those who act are told to be of: "gunmen belonging to the …"."""
    found = []
    for verb in children(token, "acl", "relcl"):
        if verb.lemma_.lower() in page.language.words["belonging_verbs"]:
            found += prepositional(verb, "to", "with", "of", "by", "in") or children(verb, "dobj")
    return [one for one in found if kind_of(page, one) == "organization"]


def _those_of(page: Page, token: Token) -> list[Token]:
    """Those whose bodies, deaths or lives a noun speaks of, else the noun itself."""
    if token.lemma_.lower() in page.language.words["body_nouns"]:
        whose = prepositional(token, "of") + children(token, "poss")
        return [one for target in whose for one in together(target)] or [token]
    return [token]


def _included(page: Page, event: Event) -> Iterator[Token]:
    """ "three centers were torched, including a branch of …": one of those it was done to, by name."""
    places = [place.span for place in page.toponyms_in(event.sentence)]
    for token in page.tokens(event.sentence):
        if token.lower_ not in page.language.words["including"] or token.idx < event.trigger.start:
            continue
        for target in children(token, "pobj"):
            head = Span(start=target.idx, end=target.idx + len(target))
            if not any(place.overlaps(head) for place in places):
                yield target


def part_of(page: Page, token: Token) -> bool:
    """True for some of those named before: "14 people, among them three owners"."""
    start = phrase(token)[0].idx
    before = page.document.text[max(0, start - _PART_REACH) : start].rstrip()
    return re.search(rf"\b(?:{'|'.join(page.language.words['part_words'])})$", before) is not None


def _mention(page: Page, event: Event, candidate: Candidate) -> Mention | None:
    token, role = candidate.token, candidate.role
    span = name_span(page, token)
    meant = antecedent(page, token) if token.pos_ == "PRON" else None
    actor = actor_of(page, meant if meant is not None else token)
    if actor is None:
        return None
    if meant is not None:
        score = min(_PRONOUN_SCORE, candidate.score)
        return Mention(role=role, span=span, value=actor, antecedent=named(meant), score=score)
    if is_weapon(page, token) and (role == "actor" or page.trigger(event).sense.mode in _BLASTS):
        # "a car bomb killed two", "the explosion of two grenades"
        return Mention(role="instrument", span=span, value=Actor(name=actor.name, kind="object"))
    if role == "recipient" and actor.kind == "object" and _done_to_people(page, event, token):
        actor = replace(actor, kind="individual" if token.tag_ in ("NN", "NNP") else "group")
    if actor.kind == "object" and _acts_by_people(page, event, token, role):
        actor = replace(actor, kind="organization", sector=sector(page, token))
    person = person_of(page, token) if actor.kind == "individual" else None
    introduced = person.span if person is not None and not span.covers(person.span) else None
    return Mention(role=role, span=span, value=actor, antecedent=introduced, score=candidate.score)


def _acts_by_people(page: Page, event: Event, token: Token, role: Role) -> bool:
    """True for a place or a house that acts by its people, or to which words are said ("sued the hospital")."""
    spoken = event.type in SPOKEN
    house = token.lemma_.lower() in page.language.words["acting_places"]
    return house and spoken and (role == "actor" or token.pos_ == "PROPN" or bool(children(token, "det", "poss")))


def _done_to_people(page: Page, event: Event, token: Token) -> bool:
    """True for a noun that no list holds, and to which is done what is only done to people."""
    words = page.language.words
    lemma = page.trigger(event).token.lemma_.lower()
    return lemma in words["person_acts"] and token.lemma_.lower() not in words["things"] and token.ent_type_ == ""


__all__ = [
    "Candidate",
    "actor_of",
    "aliases",
    "candidates",
    "decide",
    "doers",
    "fill",
    "part_of",
    "phrase_start",
    "recipients",
    "sector",
]
