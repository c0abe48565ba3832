"""At whose door is the act laid? Those who claim it, those accused of it, those told to have had a part in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from byline.coding.syntax import agents, children, grammatical_subject, is_verb, passive, prepositional

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page


def blamed(page: Page, act: Token) -> Iterator[Token]:
    """The nouns that the words around an act, told as a noun or a gerund, make answerable for it: "X claimed
    responsibility for the blast", "X is accused of killing …", "the raid was attributed to X"."""
    while act.dep_ == "conj":
        act = act.head
    yield from _by_participle(page, act)
    if act.dep_ in ("pobj", "pcomp") and act.head.dep_ in ("prep", "agent", "prt"):
        yield from _by_preposition(page, act.head)
    elif act.dep_ in ("dobj", "nsubjpass"):
        yield from _by_verb(page, act)


def only_whose(page: Page, act: Token) -> bool:
    """True for an act of which the clause only says whose it is, or is not: "denied responsibility for the blast", "no
    group has claimed the attack". The act itself is taken as known."""
    words = page.language.words
    if not any(
        child.dep_ == "poss" or child.lower_ in words["definite"] | words["one_articles"] for child in act.lefts
    ):
        return False
    above = act.head
    if act.dep_ == "pobj" and above.dep_ == "prep":
        return above.head.lemma_.lower() in words["claiming_nouns"] | words["part_nouns"]
    return act.dep_ in ("dobj", "nsubjpass") and above.lemma_.lower() in words["owning_verbs"]


def _by_participle(page: Page, act: Token) -> Iterator[Token]:
    """ "an attack attributed to X", "the blast claimed by X", "the killing carried out by X"."""
    words = page.language.words
    for verb in children(act, "acl", "relcl"):
        lemma = verb.lemma_.lower()
        if lemma in words["laying_verbs"]:
            yield from prepositional(verb, *words["laying_preps"])
        elif lemma in words["doing_verbs"] and passive(verb):
            yield from agents(verb)
        elif lemma in words["claiming_verbs"] and any(
            child.lemma_.lower() in words["claiming_nouns"] for child in children(verb, "dobj")
        ):
            # "an attack for which X claimed credit"
            yield from _subject_of(page, verb)


def _by_preposition(page: Page, prep: Token) -> Iterator[Token]:
    """What the governor of the act's preposition says of whose it is."""
    words, above = page.language.words, prep.head
    lemma = above.lemma_.lower()
    borne = {child.lemma_.lower() for child in children(above, "dobj")} if is_verb(above) else set()
    if borne & words["part_nouns"]:
        # "played a key role in the killing", where the parse hangs "in" on the verb
        yield from _subject_of(page, above)
    elif lemma in words["claiming_nouns"] | words["part_nouns"]:
        yield from _answerable(page, above)
    elif lemma in words["guilty_words"] or prep.lower_ in words["guilty_words"]:
        yield from _subject_of(page, above)
    elif lemma in words["accusing_verbs"] and prep.lower_ in words["accusing_preps"]:
        yield from _object_of(above)
    elif lemma in words["part_verbs"]:
        yield from _object_of(above) if passive(above) else _subject_of(page, above)


def _answerable(page: Page, noun: Token) -> Iterator[Token]:
    """Whose responsibility or part a noun is: its owner, or the subject of the verb that claims it."""
    words, verb = page.language.words, noun.head
    owners = children(noun, "poss") + prepositional(noun, "of")
    if owners:
        yield from owners
        return
    if not is_verb(verb) or noun.dep_ not in ("dobj", "nsubjpass", "prep", "pobj"):
        return
    if noun.dep_ == "nsubjpass":
        yield from agents(verb)
    elif noun.lemma_.lower() in words["part_nouns"] or verb.lemma_.lower() in words["claiming_verbs"]:
        yield from _subject_of(page, verb)


def _subject_of(page: Page, word: Token) -> Iterator[Token]:
    """The subject of the clause a word stands in, or the noun it qualifies: "those responsible for"."""
    while not is_verb(word) and word.head != word:
        if word.dep_ in ("amod", "acl", "relcl") and not is_verb(word.head):
            yield word.head
            return
        word = word.head
    if word.dep_ == "pcomp" and word.head.head.lemma_.lower() in page.language.words["accusing_verbs"]:
        # "accused X of carrying out …"
        yield from _object_of(word.head.head)
        return
    subject = grammatical_subject(word) if is_verb(word) else None
    if subject is not None and not any(child.dep_ == "neg" for child in word.children):
        yield subject


def _object_of(verb: Token) -> Iterator[Token]:
    """Who is accused: the subject of the passive, the object of the active verb."""
    if passive(verb):
        subject = grammatical_subject(verb)
        yield from [subject] if subject is not None else []
    else:
        yield from children(verb, "dobj")


def _by_verb(page: Page, act: Token) -> Iterator[Token]:
    """ "they blamed the blast on X", "the blast was attributed to X", "X masterminded the killing"."""
    words, verb = page.language.words, act.head
    lemma = verb.lemma_.lower()
    if lemma in words["laying_verbs"]:
        yield from prepositional(verb, *words["laying_preps"])
    elif lemma in words["doing_verbs"] and is_verb(verb):
        yield from agents(verb) if passive(verb) else _subject_of(page, verb)
