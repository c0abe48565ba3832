"""What does someone want, plan, praise or fear? Stances: words put in someone's mouth or mind that assert no happening.

"The union plans to strike", "the minister criticised the raid", "their fear that the dam would burst": the words are
someone's, and a reader should see whose; but a stance is no testimony, so no event is told on its holder's word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from byline.coding.syntax import children, is_verb
from byline.language import data

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

Takes = Literal["infinitive", "object", "preposition", "clause"]
_HolderOf = Callable[["Token"], "Token | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """A word that takes a stance, whose it is (None where no one is named), and the heads of what it is about."""

    cue: Token
    holder: Token | None
    about: tuple[Token, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    verbs: dict[str, dict[Takes, frozenset[str]]]
    nouns: dict[str, frozenset[str]]
    bearers: frozenset[str]


@cache
def _words(language: str) -> _Words:
    verbs: dict[str, dict[Takes, frozenset[str]]] = {}
    nouns: dict[str, frozenset[str]] = {}
    table = data(language, "saying")
    for row in table["stance"]:
        for lemma in row.get("verbs", ()):
            verbs.setdefault(lemma, {})[row["takes"]] = frozenset(row.get("prepositions", ()))
        for lemma in row.get("nouns", ()):
            nouns[lemma] = nouns.get(lemma, frozenset()) | frozenset(row.get("prepositions", ()))
    return _Words(verbs=verbs, nouns=nouns, bearers=frozenset(table["stance_bearers"]))


def lemmas(language: str) -> frozenset[str]:
    """The lemmas that take a stance in a language."""
    words = _words(language)
    return frozenset(words.verbs) | frozenset(words.nouns)


def find(page: Page, tokens: Iterable[Token], holder_of: _HolderOf) -> Iterator[Stance]:
    """The stances among the tokens of a sentence; `holder_of` says who is the subject of a verb."""
    words = _words(page.language.code)
    for token in tokens:
        lemma = token.lemma_.lower()
        if is_verb(token) and lemma in words.verbs and told(token):
            about = tuple(_of_verb(token, words.verbs[lemma]))
            if about:
                yield Stance(cue=token, holder=holder_of(token), about=about)
        elif token.pos_ == "NOUN" and lemma in words.nouns:
            about = tuple(_of_noun(token, words.nouns[lemma]))
            if about:
                yield Stance(cue=token, holder=_bearer(token, words.bearers, holder_of), about=about)


def told(verb: Token) -> bool:
    """True for a verb that tells of an act of saying or holding: not for one that is only asked for, possible or to
    come ("to say", "should ask"); "did say" and "will say" tell of one."""
    if verb.tag_ != "VB":
        return True
    return any(child.dep_ == "aux" and child.lower_ in ("do", "does", "did", "will") for child in verb.children)


def _of_verb(verb: Token, takes: dict[Takes, frozenset[str]]) -> Iterator[Token]:
    if "infinitive" in takes:
        yield from (child for child in children(verb, "xcomp", "ccomp") if child.i > verb.i)
    if "object" in takes:
        objects = [child for child in children(verb, "dobj", "ccomp") if child.i > verb.i]
        yield from objects
        if objects:
            yield from children(verb, "oprd")
            yield from (child for child in children(verb, "prep") if child.lower_ in takes["object"])
    if "preposition" in takes:
        for child in children(verb, "prep"):
            if child.lower_ in takes["preposition"]:
                wanted = children(child, "pobj", "pcomp")
                yield from wanted
                # "called for the port to be closed"
                yield from (
                    one for one in children(verb, "xcomp", "advcl") if wanted and one.tag_ == "VB" and _that_or_to(one)
                )


def _of_noun(noun: Token, prepositions: frozenset[str]) -> Iterator[Token]:
    yield from (child for child in children(noun, "acl", "ccomp") if _that_or_to(child))
    for child in children(noun, "prep"):
        if child.lower_ in prepositions:
            yield from children(child, "pobj", "pcomp")


def _that_or_to(clause: Token) -> bool:
    return any(child.lower_ in ("that", "to", "whether") for child in clause.lefts)


def _bearer(noun: Token, bearers: frozenset[str], holder_of: _HolderOf) -> Token | None:
    """Whose a noun is: its possessor, who it is "by" or "of", or the subject of the verb that bears it."""
    for child in noun.children:
        if child.dep_ == "poss":
            return child
    for child in children(noun, "prep"):
        if child.lower_ in ("by", "from", "among"):
            return next(iter(children(child, "pobj")), None)
    verb = noun.head
    if noun.dep_ == "dobj" and verb.lemma_.lower() in bearers:
        return holder_of(verb)
    return None
