"""Which words of its sentence fill an event's roles? Doers, those it is done to, and weapons, from the parse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from byline.coding import who_spoken
from byline.coding.syntax import (
    agents,
    children,
    clipped,
    conjuncts,
    grammatical_subject,
    is_verb,
    passive,
    prepositional,
)
from byline.coding.who_actor import is_someone
from byline.coding.who_blame import blamed
from byline.coding.who_meant import leading_line
from byline.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page
    from byline.coding.what import Found


def doers(page: Page, found: Found) -> Iterator[Token]:
    """The nouns that do what a trigger tells: subject, "by", possessive, "of" where the sense says so."""
    token, verb, sense, words = found.token, found.verb, found.sense, page.language.words
    if verb is not None and verb.dep_ == "pcomp":
        accused = list(blamed(page, verb))
        if accused:
            # "accused the army of killing …": the army, not who accuses.
            yield from accused
            return
    if found.nominal:
        yield from prepositional(token, "by") or _by_behind(page, found)
        if sense.of == "actor":
            yield from prepositional(token, "of")
            yield from children(token, "poss")
            yield from (child for child in children(token, "compound") if child.lemma_.lower() in page.language.actors)
            if token.dep_ == "acl" and token.head.i == token.i - 1:
                # "died in police firing": the parser takes the firing for a clause of the police.
                yield token.head
        elif sense.of == "place":
            yield from prepositional(token, "between")[:1]
        else:
            yield from (child for child in children(token, "compound", "amod") if _armed(page, child))
            yield from [] if of_someone(page, token) else children(token, "poss")
    if verb is None or (found.nominal and verb.lemma_.lower() in words["witness_verbs"]):
        return
    if found.nominal and sense.type == "ASSAULT" and verb.lemma_ == "be":
        return
    if _done_to_subject(page, found) or (found.nominal and passive(verb)):
        yield from agents(verb)
        return
    subject = _subject(page, verb)
    if subject is not None and subject.i != token.i:
        yield subject


WATCHED = frozenset({"ASSAULT", "PROTEST", "COERCE"})
"""Types of act that people see, or are in, without doing them; who attends talks does talk."""


def of_someone(page: Page, noun: Token) -> bool:
    """True for an act whose owner is the one it is done to: "her murder", but not "their raid", nor "her shooting of
    a burglar"."""
    return noun.lemma_.lower() in page.language.words["person_acts"] and not prepositional(noun, "of")


def _by_behind(page: Page, found: Found) -> list[Token]:
    """ "the killing of A, minister of B, by …": the "by" of an act told as a noun, which long names part from it."""
    if found.sense.of != "recipient":
        return []
    for word in page.doc[found.token.i + 1 : found.token.sent.end]:
        if word.dep_ in ("prep", "agent") and word.lower_ == "by" and not is_verb(word.head):
            return (
                [one for one in children(word, "pobj") if is_someone(page, one)] if word.head.i > found.token.i else []
            )
        if is_verb(word) or word.text in (";", ":"):
            return []
    return []


# Sectors whose name before a noun for an attack says whose it is: "a guerrilla ambush", but not "a police killing".
_ARMED = frozenset({"REB", "MIL", "PRM"})


def _armed(page: Page, modifier: Token) -> bool:
    noun = page.language.actors.get(modifier.lemma_.lower())
    labels = page.language.words["loaded_labels"]
    return noun is not None and noun.sector in _ARMED and modifier.lemma_.lower() not in labels


def recipients(page: Page, found: Found) -> Iterator[Token]:
    """The nouns that what a trigger tells is done to."""
    token, verb, sense = found.token, found.verb, found.sense
    if found.nominal:
        if sense.of == "recipient":
            yield from prepositional(token, "of")
        yield from children(token, "poss") if of_someone(page, token) else []
        if sense.mode == "explosives":
            yield from _blasted(page, verb or token)
        if sense.of == "place":
            # "fighting between A and B": both sides do it to each other; the first named is put down as the doer.
            yield from (other for side in prepositional(token, "between") for other in conjuncts(side)[1:])
        yield from prepositional(token, *sense.recipient_prep)
        if verb is not None and sense.recipient_prep:
            yield from (one for one in prepositional(verb, *sense.recipient_prep) if not _area(page, one))
        return
    assert verb is not None
    if sense.mode == "explosives" and not children(verb, "dobj"):
        yield from _blasted(page, verb)
    if sense.type in who_spoken.SPOKEN:
        yield from who_spoken.recipients(page, verb, sense, objects=_done_to(page, found, verb))
        return
    shot = (
        [one for one in _done_to(page, found, verb) if is_someone(page, one) and not _fired(page, one)]
        if sense.prep and not sense.light
        else []
    )
    if shot:
        # "shot two men at the bridge": with an object, "at" says where.
        yield from shot
        return
    if sense.recipient_prep:
        yield from prepositional(verb, *sense.recipient_prep)
        if sense.light:
            for target in _done_to(page, found, verb):
                yield from prepositional(target, *sense.recipient_prep)
    if sense.light:
        # "took four engineers hostage": what the phrase does not hold itself.
        yield from (
            one for one in _done_to(page, found, verb) if not _in_phrase(one, sense.object) and not _fired(page, one)
        )
    elif not (sense.prep and sense.recipient_prep):
        yield from (one for one in _done_to(page, found, verb) if not _fired(page, one))


def _fired(page: Page, token: Token) -> bool:
    """True for what is shot off and hit by nobody: "fired a total of ten rounds"."""
    lemma, words = token.lemma_.lower(), page.language.words
    if lemma in words["partitive"] | words["weapon_measures"]:
        return any(_fired(page, target) for target in prepositional(token, "of"))
    return lemma in words["ammunition"]


def _blasted(page: Page, carrier: Token) -> Iterator[Token]:
    """What a blast is told to have gone off at: a thing, not the area it is in."""
    for token in prepositional(carrier, *page.language.words["blast_preps"]):
        # "killed in a blast": the blast is the act, and hit by none.
        if not _area(page, token) and token.lemma_.lower() not in page.language.noun_senses:
            yield token


def _area(page: Page, token: Token) -> bool:
    """True for a noun that says where, and names nothing that is hit there."""
    span = Span(start=token.idx, end=token.idx + len(token))
    if token.lemma_.lower() in page.language.words["area_nouns"] or page.is_timed(span):
        return True
    return any(place.span.overlaps(span) for place in page.toponyms_in(page.sentence_at(token.idx)))


def _in_phrase(token: Token, phrases: tuple[str, ...]) -> bool:
    """True for a noun that belongs to a trigger's own words, alone or as the head of several ("teargas shell")."""
    return any(words.rpartition(" ")[2] == token.lemma_.lower() for words in phrases)


def _done_to(page: Page, found: Found, verb: Token) -> list[Token]:
    """The object of a verb, or the subject of a passive."""
    if _done_to_subject(page, found):
        subject = _subject(page, verb)
        return [subject] if subject is not None else []
    return children(verb, "dobj", "dative")


def _behind_dateline(subject: Token | None, verb: Token) -> Token | None:
    """A subject, or, where the parse took the place a report is from for it, the noun between its dash and the verb."""
    dash = leading_line(subject) if subject is not None else None
    if subject is None or dash is None:
        return subject
    behind = (word for word in subject.subtree if dash < word.i < verb.i and word.pos_ in ("NOUN", "PROPN", "PRON"))
    return next((word for word in behind if word.head.i <= dash), None)


def _subject(page: Page, verb: Token) -> Token | None:
    """The subject of a verb; behind "who" the nearest noun for someone: "the driver of a van, who was shot"."""
    subject = _behind_dateline(grammatical_subject(verb), verb)
    who = any(child.lower_ == "who" for child in children(verb, "nsubj", "nsubjpass"))
    if subject is None or not who or verb.dep_ != "relcl" or subject.pos_ == "PRON" or is_someone(page, subject):
        return subject
    owners = [above for above in subject.ancestors if above.pos_ in ("NOUN", "PROPN")]
    return next((above for above in owners if is_someone(page, above)), subject)


def _found_done(page: Page, verb: Token) -> bool:
    """ "has seen his car attacked", "had her house searched": a participle whose subject is what it is done to."""
    above = verb.head
    return (
        verb.tag_ in ("VBN", "VBD")
        and verb.dep_ in ("ccomp", "xcomp")
        and above.lemma_.lower() in page.language.words["found_verbs"]
        and bool(children(verb, "nsubj"))
        and not children(verb, "dobj", "aux", "auxpass", "mark")
    )


# Acts that are always done to someone: a headline that names no other ("14 arrested", "Woman stabbed") names them.
_DONE_TO_SOMEONE = frozenset({"ASSAULT", "COERCE", "SANCTION"})


def _done_to_subject(page: Page, found: Found) -> bool:
    verb = found.verb
    if verb is None or found.nominal:
        return False
    if verb.lemma_ in page.language.words["suffering_verbs"] or passive(verb) or _found_done(page, verb):
        return True
    bare = verb.tag_ in ("VBN", "VBD") and not children(verb, "dobj", "aux", "auxpass")
    return clipped(verb, page.language.words) or (
        bare
        and found.sense.type in _DONE_TO_SOMEONE
        and not found.sense.recipient_prep
        and page.is_headline(page.sentence_at(verb.idx))
    )
