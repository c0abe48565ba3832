"""Who did it, to whom and with what, told in other sentences than the act: "The bomb, 5 kg of dynamite, …", "The dead
were …", "The front claimed responsibility".

A noun of the sentences that follow an attack fills a role of it where its levels of evidence weigh enough; the weights
are those of a logistic regression for each role, learned by `training/who_beyond.py`.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from byline.coding.absorb import words_in
from byline.coding.syntax import children, is_verb, prepositional
from byline.coding.who_actor import actor_of, kind_of, person_of, sector
from byline.coding.who_meant import nameable
from byline.coding.who_names import name_span
from byline.coding.who_weapons import is_weapon
from byline.coding.who_weapons import mention as instrument
from byline.model import Actor, Event, Mention, Role, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

ROLES: tuple[Role, ...] = ("actor", "recipient", "instrument")
Weights = Mapping[str, Mapping[str, float]]

# So many sentences after an act, and no further, are read for more of it; the paragraph may end between.
REACH = 4
_HEADS = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "conj", "appos", "attr", "dative", "oprd", "ROOT", "poss"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A noun that may fill a role of an event told before it, and how many sentences lie between."""

    event: Event
    token: Token
    distance: int


# From this probability on a noun is taken. On MUC-4's training documents, a fifth held out at a time, and counting only
# what the keys give in the same words (training/README.md).
LIKELY = {"actor": 0.45, "recipient": 0.45, "instrument": 0.4}
# Who claims responsibility, with no word for the act, claims the act just told, as surely as where the act is named.
CLAIMED = 0.6
# No event has more from beyond its own words.
_MOST = 6


@cache
def weights() -> Weights:
    """The weight of each level for each role, read once a process."""
    file = resources.files("byline.coding").joinpath("who_beyond_weights.toml")
    table: Weights = tomllib.loads(file.read_text(encoding="utf-8"))
    return table


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Attacks with those who did them, those they were done to, and weapons, told in the sentences about and after."""
    more: dict[str, list[Mention]] = {}
    for offer in offers(page, events):
        found = frozenset(levels(page, offer))
        role, chance = max(((role, probability(found, role, weights())) for role in ROLES), key=lambda one: one[1])
        if _claims(page, offer.token):
            role, chance = "actor", max(CLAIMED, probability(found, "actor", weights()))
        if chance < LIKELY[role] or len(more.get(offer.event.id, ())) >= _MOST:
            continue
        mention = _mention(page, offer, role, chance)
        if mention is not None and _adds(offer.event, mention, more.get(offer.event.id, ())):
            more.setdefault(offer.event.id, []).append(mention)
    return tuple(
        replace(event, mentions=(*event.mentions, *more[event.id])) if event.id in more else event for event in events
    )


def _claims(page: Page, token: Token) -> bool:
    """ "The front claimed responsibility": a subject that takes an act upon itself, and does not deny it."""
    verb, words = token.head, page.language.words
    return (
        token.dep_ == "nsubj"
        and verb.lemma_.lower() in words["claiming_verbs"]
        and any(child.lemma_.lower() in words["claiming_nouns"] for child in children(verb, "dobj"))
        and not children(verb, "neg")
        and not any(child.lower_ in words["none_determiners"] for child in children(token, "det"))
    )


def _mention(page: Page, offer: Offer, role: Role, chance: float) -> Mention | None:
    token, score = offer.token, round(chance, 2)
    if role == "instrument":
        return replace(instrument(page, token), score=score) if is_weapon(page, token) else None
    actor = actor_of(page, token)
    if actor is None or (role == "actor" and actor.kind == "object") or is_weapon(page, token):
        return None
    span = name_span(page, token)
    person = person_of(page, token) if actor.kind == "individual" else None
    introduced = person.span if person is not None and not span.covers(person.span) else None
    return Mention(role=role, span=span, value=actor, antecedent=introduced, score=score)


def _adds(event: Event, mention: Mention, others: Iterable[Mention]) -> bool:
    """True for what is not told yet: no words of those in the role, and a name where the role is filled."""
    same = [one for one in (*event.mentions, *others) if one.role == mention.role]
    value = mention.value
    if any(words_in((mention,)) & words_in((one,)) for one in same):
        return False
    return not same or mention.role != "actor" or (isinstance(value, Actor) and value.name[:1].isupper())


def offers(page: Page, events: Iterable[Event]) -> Iterator[Offer]:
    """The nouns of the sentences about and after each attack that name somebody or something and fill no role yet."""
    told = [event for event in events if event.type == "ASSAULT" and event.status in ("reported", "background")]
    taken = [mention.span for event in events for mention in event.mentions]
    taken += [mention.antecedent for event in events for mention in event.mentions if mention.antecedent]
    for number, event, distance in _sentences(page, told):
        sentence = page.sentences[number]
        for token in page.tokens(sentence):
            if token.dep_ not in _HEADS or token.pos_ not in ("NOUN", "PROPN") or not nameable(page, token):
                continue
            head = Span(start=token.idx, end=token.idx + len(token))
            if not any(head.overlaps(span) for span in taken) and not _told_to_be(token, taken):
                yield Offer(event=event, token=token, distance=distance)


def _told_to_be(token: Token, taken: Iterable[Span]) -> bool:
    """True for what a name that fills a role already is told to be: "Moro, 52, a baker and singer, was shot"."""
    first = token
    while first.dep_ in ("conj", "appos"):
        first = first.head
    head = Span(start=first.idx, end=first.idx + len(first))
    joined = any(one.dep_ == "appos" for one in first.children if first.i < one.i <= token.i)
    common = token.pos_ == "NOUN" and first.pos_ == "PROPN" and first.i != token.i
    return common and joined and any(head.overlaps(span) for span in taken)


def _sentences(page: Page, events: Iterable[Event]) -> Iterator[tuple[int, Event, int]]:
    """(sentence, the attack it may say more of, sentences between) for sentences near an attack, each once: the attack
    is the last one told up to there."""
    last: dict[int, Event] = {}
    for event in sorted(events, key=lambda one: one.trigger.start):
        for span in (event.trigger, *event.told):
            if span.part == "text":
                last[page.sentence_number(span.start)] = event
    holding = page.holding(page.language.words["beyond_cues"]) if "beyond_cues" in page.language.words else None
    for home, event in sorted(last.items(), key=lambda item: item[0]):
        for number in range(home, min(home + REACH + 1, len(page.sentences))):
            if number > home and number in last:
                break
            if number == home or holding is None or number in holding:
                yield number, event, number - home


def levels(page: Page, offer: Offer) -> Iterator[str]:
    """What speaks for and against: the noun, what it hangs on, what it is, how far away, and what the act is."""
    token, event = offer.token, offer.event
    yield "any"
    yield f"far {offer.distance}"
    kind, who = kind_of(page, token), sector(page, token)
    named = token.pos_ == "PROPN"
    yield f"kind {kind} {'named' if named else 'common'}"
    yield f"sector {who}"
    yield f"noun {_word(token)}"
    yield f"mode {event.mode} {kind}"
    if is_weapon(page, token):
        yield "weapon"
        yield f"weapon {event.mode}"
    if person_of(page, token) is not None:
        yield "person"
    if token.ent_type_:
        yield f"entity {token.ent_type_}"
    yield f"tag {token.tag_}"
    yield f"determiner {_determiner(token)}"
    for role in ROLES:
        filled = event.role(role)
        yield f"{role} {'told' if filled else 'open'} {kind}"
    yield from _governed(token, offer.distance)
    here = page.sentence_at(token.idx)
    act = any(here.covers(one.span) and one.sense.type == "ASSAULT" for one in page.found.values())
    yield f"act here {act} {offer.distance > 0} {kind}"
    shared = {word.lower_ for word in token.subtree} & words_in(event.role("actor", "recipient"))
    if shared:
        yield "shares words"


def _determiner(token: Token) -> str:
    if children(token, "nummod"):
        return "number"
    return next((child.lower_ for child in children(token, "det")), "none")


def _governed(token: Token, distance: int) -> Iterator[str]:
    """The words a noun hangs on, and its part there."""
    one, dep = token, token.dep_
    while dep in ("conj", "appos") and one.head != one:
        yield f"in a list {dep}"
        one = one.head
        dep = one.dep_
    above = one.head
    if dep == "pobj":
        yield f"prep {above.lower_}"
        yield f"{above.lower_} under {_word(above.head)}"
        above = above.head
    else:
        yield f"{dep} of {_word(above)}"
    verb = above
    while not is_verb(verb) and verb.head != verb:
        verb = verb.head
    yield f"part {dep}"
    yield f"{dep} near {_word(verb)}"
    for other in children(verb, "dobj", "attr", "nsubjpass", "nsubj"):
        if other.i != one.i:
            yield f"{dep} beside {_word(other)}"
            yield from (f"{dep} beside {_word(other)} of" for _ in prepositional(other, "of", "for"))
    for child in children(token, "amod", "compound", "acl", "relcl", "poss"):
        yield f"with {_word(child)}"


def _word(token: Token) -> str:
    """A word as levels name it: nobody's name becomes one."""
    return "a name" if token.pos_ == "PROPN" or token.ent_type_ else token.lemma_.lower()


def probability(found: Iterable[str], role: str, table: Weights) -> float:
    """How likely a noun fills a role, by its levels."""
    weight = table[role]
    odds = sum(weight.get(level, 0.0) for level in set(found))
    return 1 / (1 + math.exp(-odds))
