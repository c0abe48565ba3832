"""What happened? Triggers: the words that tell of an event, each in the sense its surroundings allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.coding.senses import dates, noun_fits, phrase_words, verb_fits
from byline.coding.syntax import children, grammatical_subject, is_verb
from byline.language import Sense
from byline.model import Event, Span, event_id

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# Dependencies under which a bare noun is only mentioned, never told as happening.
_MODIFIERS = frozenset({"compound", "nmod", "amod"})


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


# How sure a trigger is before confidence is weighed (confidence.py): a verb of the main clause, less for each
# clause it lies under, less for a noun and for a word of many senses.
_SURE, _NOMINAL, _WEAK, _A_CLAUSE_DEEPER = 0.9, 0.15, 0.1, 0.1
_FLOOR = 0.3


def _score(found: Found) -> float:
    carrier = found.carrier
    depth = sum(
        above.dep_ in ("relcl", "acl", "advcl", "pcomp") for above in [carrier, *carrier.ancestors] if is_verb(above)
    )
    return round(max(_FLOOR, _SURE - _NOMINAL * found.nominal - _WEAK * found.sense.weak - _A_CLAUSE_DEEPER * depth), 2)


def proposed(page: Page) -> Iterator[Found]:
    """Trigger words in the order of the text, each in the first sense of the language's list that fits."""
    used: set[int] = set()
    found: list[Found] = []
    told = list(page.told)
    for token in told:
        # The list is asked first: few words stand in it.
        verb_senses = page.language.verb_senses.get(token.lemma_.lower(), ())
        if verb_senses and _like_verb(page, token):
            for sense in verb_senses:
                # Whether it dates is asked last, since all times of the text are read for it; so below.
                if verb_fits(page, token, sense):
                    if dates(page, token):
                        break
                    found.append(Found(span=_span(token), token=token, sense=sense, verb=token))
                    used.update(phrase_words(page, token, sense))
                    break
    carriers = {one.token.i for one in found}
    for token in told:
        lemma = token.lower_ if token.tag_ == "VBG" else token.lemma_.lower()
        senses = page.language.noun_senses.get(lemma, ())
        if senses and _nominal(token) and token.i not in used and token.dep_ not in _MODIFIERS:
            support = support_of(page, token)
            for sense in senses:
                if (
                    noun_fits(page, token, sense, support=support)
                    and _asserted(page, token, support)
                    and not _only_object(page, token, carriers)
                ):
                    if dates(page, token):
                        break
                    found.append(Found(span=_span(token), token=token, sense=sense, verb=support))
                    break
    yield from sorted(found, key=lambda one: one.span.start)


def may_tell(page: Page, token: Token, carriers: set[int]) -> bool:
    """True for a verb that tells, and for a noun told as having happened; `carriers` are the verbs of other events."""
    if _verbal(page, token):
        return True
    if not _nominal(token) or token.dep_ in _MODIFIERS or dates(page, token):
        return False
    return _asserted(page, token, support_of(page, token)) and not _only_object(page, token, carriers)


def pointed(page: Page, span: Span, *, sense: Sense) -> Found:
    """The trigger at words that another points to, no list of ours: of several words the one the others hang on."""
    token = next(iter(sorted(page.tokens(span), key=lambda one: sum(1 for _ in one.ancestors))))
    return Found(
        span=_span(token), token=token, sense=sense, verb=token if _verbal(page, token) else support_of(page, token)
    )


def _verbal(page: Page, token: Token) -> bool:
    """True for a verb form that tells: not one that only qualifies a noun ("looting centers"), nor one used as a noun
    ("four of the wounded"), nor the name of a month."""
    return _like_verb(page, token) and not dates(page, token)


def _like_verb(page: Page, token: Token) -> bool:
    if not (is_verb(token) or token.tag_ in ("VBN", "VBD", "VBG")):
        return False
    if token.dep_ in ("amod", "compound", "nmod") or (token.lower_ in page.language.noun_senses and _nominal(token)):
        return False
    if (
        token.tag_ in ("VBN", "VBD")
        and token.i > token.sent.start
        and token.nbor(-1).like_num
        and token.nbor(-1).dep_ not in ("nsubj", "nsubjpass")
        and not page.is_headline(page.sentence_at(token.idx))
    ):
        # "seven dead and 23 wounded" counts; it is the toll's, and no verb.
        return False
    return not (
        token.dep_ in ("pobj", "dobj", "nsubj", "nsubjpass") and any(child.dep_ == "det" for child in token.lefts)
    )


def _nominal(token: Token) -> bool:
    """True for a noun, and for a verbal noun that stands where a noun does ("Fighting broke out")."""
    if token.pos_ in ("NOUN", "PROPN") or _someones(token):
        return True
    plain = not any(child.dep_ in ("aux", "auxpass", "dobj", "nsubj") for child in token.children)
    someones = any(child.dep_ == "compound" for child in token.lefts)
    deps = ("nsubj", "nsubjpass", "csubj", "pobj", "dobj", "ROOT", *(("pcomp",) if someones else ()))
    return token.tag_ == "VBG" and plain and token.dep_ in deps


def _someones(token: Token) -> bool:
    """True for the noun that the parser takes for a clause in "died in police firing": who fired stands right before
    it, bare, behind a preposition."""
    head = token.head
    return (
        token.tag_ == "VBG"
        and token.dep_ == "acl"
        and head.i == token.i - 1
        and head.dep_ == "pobj"
        and not children(head, "det", "poss", "amod")
        and not children(token, "dobj")
    )


def _only_object(page: Page, noun: Token, carriers: set[int]) -> bool:
    """True for a noun that another event is done to and of which no more is said: "fired on a similar march"."""
    governor = noun.head.head if noun.dep_ == "pobj" else noun.head
    if noun.dep_ not in ("pobj", "dobj") or governor.i not in carriers:
        return False
    if noun.dep_ == "pobj" and noun.head.lower_ in ("in", "during", "after", "at", "with", "over", "for"):
        return False
    return not any(child.dep_ in ("prep", "relcl", "acl", "nummod", "compound") for child in noun.children)


def _span(token: Token) -> Span:
    return Span(start=token.idx, end=token.idx + len(token))


def support_of(page: Page, noun: Token) -> Token | None:
    """The verb that carries a noun's event: it is the object, or the subject, of a verb that says little itself."""
    head = noun.head
    if noun.dep_ in ("conj",) and not is_verb(head):
        return support_of(page, head)
    for child in children(noun, "relcl"):
        # "a protest they led in …"
        subject = grammatical_subject(child)
        if child.lemma_.lower() in page.language.support_verbs and subject is not None and subject != noun:
            return child
    if noun.dep_ == "pobj" and head.dep_ == "prep" and is_verb(head.head):
        verb = head.head
        # "held in the slaying": whom police hold is not who did it.
        carries = verb.lemma_ == "be" or (verb.lemma_.lower() in page.language.support_verbs and verb.lemma_ != "hold")
        light = carries and head.lower_ in ("to", "out", "in", "with", "on")
        return verb if light and not children(verb, "dobj") else None
    if not is_verb(head):
        return None
    if noun.dep_ in ("dobj", "nsubjpass", "attr", "nsubj", "oprd"):
        return head if head.lemma_.lower() in page.language.support_verbs or noun.dep_ == "nsubj" else None
    return None


def _asserted(page: Page, noun: Token, support: Token | None) -> bool:
    """True when a noun is told as having happened, not only spoken of: carried by a verb, or made particular by a
    number, a determiner, a date or a place of its own, or heading a headline."""
    if _someones(noun) or (support is not None and _particular(page, noun)):
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
    if page.text[first:last].islower():
        return False
    return any(own.covers(place.span) and place.kind != "demonym" for place in page.toponyms_in(own))


def is_of(page: Page, span: Span, noun: Token) -> bool:
    """True when the nearest event noun above a date is this one: "protests such as the November uprising"."""
    for above in page.token_at(span.start).ancestors:
        if above == noun:
            return True
        if is_verb(above) or above.lemma_.lower() in page.language.noun_senses:
            return False
    return False
