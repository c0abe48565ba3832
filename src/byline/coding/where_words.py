"""What a word is for the question of where: a word of grammar by itself, any other as the class it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.coding.syntax import is_verb
from byline.gazetteer.candidates import words

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.language import Language

_GRAMMAR = frozenset({"ADP", "DET", "CCONJ", "SCONJ", "PUNCT", "PART", "PRON"})
_POSSESSIVE = frozenset({"'s", "’s"})
# Sorts of verbs that say how their object, or what "to" and "from" lead to, is a place.
_SORTS: dict[str, frozenset[str]] = {
    "to": frozenset({
        "arrive", "come", "enter", "reach", "return", "go", "travel", "fly", "march", "head", "advance", "move", "push",
    }),
    "from": frozenset({"leave", "flee", "depart", "escape", "withdraw", "retreat", "evacuate"}),
    "taking": frozenset({
        "capture", "seize", "take", "liberate", "recapture", "occupy", "control", "storm", "secure", "retake",
        "overrun",
    }),
    "striking": frozenset({
        "attack", "bomb", "shell", "hit", "strike", "target", "raid", "bombard", "assault", "destroy", "burn", "torch",
    }),
    "saying": frozenset({
        "say", "tell", "report", "announce", "claim", "add", "state", "declare", "warn", "accuse", "condemn",
        "describe", "call",
    }),
    "being": frozenset({"be"}),
}  # fmt: skip
# Lists of places.toml that name the class of a noun, the first that has it.
_NOUNS = ("compass_words", "settlement_words", "division_words", "site_nouns", "land_nouns", "road_nouns")


class Classes:
    """The classes of words in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.lists = words(language.code)

    def of_grammar(self, token: Token) -> bool:
        """Is it a preposition, an article, a conjunction, a mark or the like, to be taken by itself?"""
        if token.lower_ in self.lists["place_prepositions"]:
            return True
        return token.pos_ in _GRAMMAR and (token.is_stop or token.is_punct or token.lower_ in _POSSESSIVE)

    def word(self, token: Token | None) -> str:
        """A word of grammar itself, the class of any other; "edge" beyond the text and for white space."""
        if token is None or token.is_space:
            return "edge"
        return str(token.lower_) if self.of_grammar(token) else self.of(token)

    def of(self, token: Token) -> str:
        """The class of a verb, a noun or a name."""
        if is_verb(token):
            return f"verb {self.sort(token)}"
        lower, lemma = token.lower_, token.lemma_.lower()
        for name in _NOUNS:
            if lower in self.lists[name]:
                return name
        if lemma in self.language.noun_senses:
            return "event noun"
        if lemma in self.language.actors:
            return "actor noun"
        if lower in self.lists["organisation_nouns"]:
            return "organisation_nouns"
        return f"{token.pos_} {token.ent_type_}".strip()

    def sort(self, verb: Token) -> str:
        """The sort of a verb: what it says of places, else the first type of event it is a word of, else "other"."""
        lemma = verb.lemma_.lower()
        for name, lemmas in _SORTS.items():
            if lemma in lemmas:
                return name
        if senses := self.language.verb_senses.get(lemma):
            return str(senses[0].type)
        return "event" if lemma in self.language.noun_senses else "other"

    def step(self, token: Token) -> str:
        """A step of the way through the heads: a preposition itself, a verb or noun by its dependency."""
        if token.dep_ in ("prep", "agent") or token.pos_ == "ADP":
            return str(token.lower_) if self.of_grammar(token) else "preposition"
        return f"verb {token.dep_}" if is_verb(token) else str(token.dep_)
