"""What happened? Triggers: the words that tell of an event, each in the sense its surroundings allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.coding import who
from byline.coding.syntax import (
    agents,
    children,
    conjuncts,
    grammatical_subject,
    is_verb,
    passive,
    prepositional,
)
from byline.language import Sense
from byline.model import Event, Span, event_id

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# Dependencies under which a bare noun is only mentioned, never told as happening.
_MODIFIERS = frozenset({"compound", "nmod", "amod"})
_PREPOSITION_DEPS = ("prep", "prt", "advmod", "agent", "dative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A trigger: its characters, its token, the sense it was taken in, and the verb that carries a noun's event.

    `verb` is the token whose subject, object, time and place are the event's own: the trigger itself when it is a verb,
    the support verb of a noun ("staged attacks"), or None for a noun that stands on its own.
    """

    span: Span
    token: Token
    sense: Sense
    verb: Token | None

    @property
    def carrier(self) -> Token:
        """The token whose clause the event stands in: the verb that carries it, else the noun itself."""
        return self.verb if self.verb is not None else self.token

    @property
    def nominal(self) -> bool:
        """True when the trigger is a noun."""
        return self.verb != self.token


def find(page: Page) -> tuple[Event, ...]:
    """An event for each trigger of the text, with its type, mode and sentence, and nothing filled in yet."""
    return tuple(
        Event(
            id=event_id(document_id=page.document.id, trigger=found.span),
            document_id=page.document.id,
            type=found.sense.type or None,
            mode=found.sense.mode,
            trigger=found.span,
            sentence=page.sentence_at(found.span.start),
            contexts=found.sense.contexts,
            score=_score(found),
        )
        for found in page.found.values()
    )


# How sure a trigger is, until confidence is calibrated on people's decisions: a verb of the main clause, less for each
# clause it lies under, less for a noun and for a word of many senses.
_SURE, _NOMINAL, _WEAK, _A_CLAUSE_DEEPER = 0.9, 0.15, 0.1, 0.1
_FLOOR = 0.3


def _score(found: Found) -> float:
    carrier = found.carrier
    depth = sum(
        above.dep_ in ("relcl", "acl", "advcl", "pcomp") for above in [carrier, *carrier.ancestors] if is_verb(above)
    )
    return round(max(_FLOOR, _SURE - _NOMINAL * found.nominal - _WEAK * found.sense.weak - _A_CLAUSE_DEEPER * depth), 2)


def triggers(page: Page) -> Iterator[Found]:
    """Trigger words in the order of the text, each in the first sense of the language's list that fits."""
    used: set[int] = set()
    found: list[Found] = []
    for token in page.doc:
        if _verbal(page, token):
            for sense in page.language.verb_senses.get(token.lemma_.lower(), ()):
                if _verb_fits(page, token, sense):
                    found.append(Found(span=_span(token), token=token, sense=sense, verb=token))
                    used.update(_words_of(token, sense))
                    break
    carriers = {one.token.i for one in found}
    for token in page.doc:
        if _nominal(token) and token.i not in used and token.dep_ not in _MODIFIERS and not _dates(page, token):
            lemma = token.lower_ if token.tag_ == "VBG" else token.lemma_.lower()
            for sense in page.language.noun_senses.get(lemma, ()):
                if _noun_fits(page, token, sense) and not _only_object(page, token, carriers):
                    found.append(Found(span=_span(token), token=token, sense=sense, verb=_support(page, token)))
                    break
    yield from sorted(found, key=lambda one: one.span.start)


def _verbal(page: Page, token: Token) -> bool:
    """True for a verb form that tells: not one that only qualifies a noun ("looting centers"), nor one used as a noun
    ("four of the wounded"), nor the name of a month."""
    if not (is_verb(token) or token.tag_ in ("VBN", "VBD", "VBG")) or _dates(page, token):
        return False
    if token.dep_ in ("amod", "compound", "nmod") or (token.lower_ in page.language.noun_senses and _nominal(token)):
        return False
    if (
        token.tag_ in ("VBN", "VBD")
        and token.i
        and token.nbor(-1).like_num
        and not page.is_headline(page.sentence_at(token.idx))
    ):
        # "seven dead and 23 wounded" counts; it is the toll's, and no verb.
        return False
    return not (
        token.dep_ in ("pobj", "dobj", "nsubj", "nsubjpass") and any(child.dep_ == "det" for child in token.lefts)
    )


def _nominal(token: Token) -> bool:
    """True for a noun, and for a verbal noun that stands where a noun does ("Fighting broke out")."""
    if token.pos_ in ("NOUN", "PROPN"):
        return True
    plain = not any(child.dep_ in ("aux", "auxpass", "dobj", "nsubj") for child in token.children)
    return token.tag_ == "VBG" and plain and token.dep_ in ("nsubj", "nsubjpass", "csubj", "pobj", "dobj", "ROOT")


def _only_object(page: Page, noun: Token, carriers: set[int]) -> bool:
    """True for a noun that another event is done to and of which no more is said: "fired on a similar march"."""
    governor = noun.head.head if noun.dep_ == "pobj" else noun.head
    if noun.dep_ not in ("pobj", "dobj") or governor.i not in carriers:
        return False
    if noun.dep_ == "pobj" and noun.head.lower_ in ("in", "during", "after", "at", "with", "over", "for"):
        return False
    return not any(child.dep_ in ("prep", "relcl", "acl", "nummod", "compound") for child in noun.children)


def _dates(page: Page, token: Token) -> bool:
    span = _span(token)
    return page.is_timed(span) or page.in_header(span)


def _span(token: Token) -> Span:
    return Span(start=token.idx, end=token.idx + len(token))


def _lemma(token: Token) -> str:
    return str(token.lemma_.lower())


def _objects(verb: Token) -> list[Token]:
    if passive(verb):
        subject = grammatical_subject(verb)
        return [subject] if subject is not None else []
    return [other for target in children(verb, "dobj", "oprd", "acomp", "attr") for other in conjuncts(target)]


def _doers(verb: Token) -> list[Token]:
    if passive(verb):
        return agents(verb) + prepositional(verb, "in")
    subject = grammatical_subject(verb)
    return [subject] if subject is not None else []


def _words_of(verb: Token, sense: Sense) -> list[int]:
    """Tokens that belong to the trigger's own phrase, so that they do not tell of a second event."""
    words = [verb.i]
    if sense.object:
        words += [token.i for token in _objects(verb) if _lemma(token) in sense.object and sense.light]
    if sense.prep_object:
        words += [token.i for token in prepositional(verb, *sense.prep) if _lemma(token) in sense.prep_object]
    return words


def _names(token: Token) -> set[str]:
    """Lemmas a condition may name a noun by: its head, and what it is made of ("car bomb", "hundreds of workers")."""
    found = {_lemma(token)}
    for child in token.children:
        if child.dep_ in ("compound", "amod"):
            found.add(_lemma(child))
        if child.dep_ == "prep" and child.lower_ == "of":
            found.update(_lemma(target) for target in children(child, "pobj"))
    return found


def _heads(tokens: list[Token]) -> set[str]:
    return {_lemma(token) for token in tokens}


def _verb_fits(page: Page, verb: Token, sense: Sense) -> bool:
    if sense.modifier:
        return False
    objects = _objects(verb)
    if sense.object and not _heads(objects) & set(sense.object):
        return False
    if sense.not_object and _heads(objects) & set(sense.not_object):
        return False
    if sense.prep and not _has_prep(page, verb, sense):
        return False
    if sense.needs_object and not objects:
        return False
    if sense.type == "AGREE" and any(_tells(page, child) for child in children(verb, "xcomp")):
        # "vowed to block the port": what is vowed is the event.
        return False
    doers = _doers(verb)
    names = set().union(*(_names(token) for token in doers)) if doers else set()
    if sense.subject and not names & set(sense.subject):
        # What explodes is the subject; what is exploded is the object.
        return False
    things = [token for token in doers if token.tag_ != "VBG"]
    if sense.not_subject and _heads(things) & set(sense.not_subject):
        return False
    return _actor_fits(page, doers, sense)


def _tells(page: Page, verb: Token) -> bool:
    return any(sense.type != "AGREE" for sense in page.language.verb_senses.get(_lemma(verb), ()))


def _has_prep(page: Page, verb: Token, sense: Sense) -> bool:
    for child in verb.children:
        if child.lower_ in sense.prep and child.dep_ in _PREPOSITION_DEPS:
            if not sense.prep_object:
                # "fired on the crowd", not "fired … on Monday".
                if child.dep_ == "prt" or not all(_dates(page, target) for target in children(child, "pobj")):
                    return True
                continue
            if _heads(prepositional(verb, child.lower_)) & set(sense.prep_object):
                return True
    return False


def _actor_fits(page: Page, doers: list[Token], sense: Sense) -> bool:
    if not sense.actor_sector:
        return not sense.weak or bool(doers)
    sectors = [who.sector(page, token) for doer in doers for token in conjuncts(doer)]
    known = [sector for sector in sectors if sector is not None]
    if not known:
        # Nobody is named: a strong word stands by itself, a weak one does not.
        return not sense.weak and (not doers or any(doer.pos_ in ("PRON", "PROPN") for doer in doers))
    return any(sector in sense.actor_sector for sector in known)


def _noun_fits(page: Page, noun: Token, sense: Sense) -> bool:
    modifiers = {_lemma(child) for child in noun.lefts if child.dep_ in ("compound", "amod", "nmod", "poss")}
    modifiers |= {_lemma(noun.nbor(-1))} if noun.i else set()
    if sense.modifier and not modifiers & set(sense.modifier):
        return False
    if modifiers & set(sense.not_modifier):
        return False
    support = _support(page, noun)
    doers = _noun_doers(noun, support)
    if sense.subject and not {name for doer in [noun, *doers] for name in _names(doer)} & set(sense.subject):
        return False
    if sense.actor_sector and not _actor_fits(page, doers, sense):
        return False
    if noun.dep_ == "dobj" and _lemma(noun.head) in page.language.words["art_verbs"]:
        return False
    if sense.of == "actor" and any(_is_thing(page, target) for target in prepositional(noun, "of")):
        # "a demonstration of the new pump", "a riot of colour"
        return False
    return _asserted(page, noun, support)


def _is_thing(page: Page, token: Token) -> bool:
    actor = who.actor_of(page, token)
    known = token.lemma_.lower() in page.language.words["not_actors"] - {"colour", "color"}
    return actor is not None and actor.kind == "object" and actor.sector is None and not known and token.ent_type_ == ""


def _noun_doers(noun: Token, support: Token | None) -> list[Token]:
    doers = prepositional(noun, "of", "by") + children(noun, "poss")
    if support is not None:
        if passive(support):
            doers += agents(support)
        else:
            subject = grammatical_subject(support)
            doers += [subject] if subject is not None and subject != noun else []
    return doers


def _support(page: Page, noun: Token) -> Token | None:
    """The verb that carries a noun's event: it is the object, or the subject, of a verb that says little itself."""
    head = noun.head
    if noun.dep_ in ("conj",) and not is_verb(head):
        return _support(page, head)
    for child in children(noun, "relcl"):
        # "a protest they led in …"
        subject = grammatical_subject(child)
        if child.lemma_.lower() in page.language.support_verbs and subject is not None and subject != noun:
            return child
    if noun.dep_ == "pobj" and head.dep_ == "prep" and is_verb(head.head):
        verb = head.head
        light = (verb.lemma_ == "be" or verb.lemma_.lower() in page.language.support_verbs) and head.lower_ in (
            "to",
            "out",
            "in",
            "with",
            "on",
        )
        return verb if light and not children(verb, "dobj") else None
    if not is_verb(head):
        return None
    if noun.dep_ in ("dobj", "nsubjpass", "attr", "nsubj", "oprd"):
        return head if head.lemma_.lower() in page.language.support_verbs or noun.dep_ == "nsubj" else None
    return None


def _asserted(page: Page, noun: Token, support: Token | None) -> bool:
    """True when a noun is told as having happened, not only spoken of: carried by a verb, or made particular by a
    number, a determiner, a date or a place of its own, or heading a headline."""
    if support is not None and _particular(page, noun):
        return True
    if support is not None:
        return noun.dep_ != "nsubj" or support.tag_ in ("VBD", "VBN")
    if (
        noun.dep_ == "pobj"
        and noun.head.lower_ == "of"
        and noun.head.head.lemma_.lower() in page.language.words["role_nouns"]
    ):
        return False
    return noun.dep_ == "ROOT" or _particular(page, noun)


def _particular(page: Page, noun: Token) -> bool:
    first, last = noun.left_edge.idx, noun.right_edge.idx + len(noun.right_edge)
    for child in noun.lefts:
        if child.dep_ == "compound" and child.lemma_.lower() in page.language.actors:
            # "police firing", "army raid": someone's, so told of as done.
            return True
        if child.dep_ in ("nummod", "poss") or (
            child.dep_ == "det" and child.lower_ not in ("any", "such", "no", "every")
        ):
            return True
    own = Span(start=first, end=last)
    if any(own.covers(one.span) and is_of(page, one.span, noun) for one in page.dated_in(own)):
        return True
    return any(own.covers(place.span) and place.kind != "demonym" for place in page.toponyms_in(own))


def is_of(page: Page, span: Span, noun: Token) -> bool:
    """True when the nearest event noun above a date is this one: "protests such as the November uprising"."""
    for above in page.token_at(span.start).ancestors:
        if above == noun:
            return True
        if is_verb(above) or above.lemma_.lower() in page.language.noun_senses:
            return False
    return False
