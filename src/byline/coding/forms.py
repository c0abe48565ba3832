"""Word class, features and lemma of a token, as a spaCy pipeline's attribute ruler and lemmatizer give them, kept by
word.

Both pipes ask the same of the same words again and again. What they say rests on the word, its tag and its dependency
(and, in a few patterns, on the next word), so it is asked once of each and kept: `tests/test_parse.py` holds that the
answers are the pipes' own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language as Model
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

# Tag, dependency, word class, features and lemma as spaCy numbers them.
Form = tuple[int, int, int, int, int]
# The words of a sentence, their tags and their dependencies.
Sentence = tuple[Sequence[str], Sequence[str], Sequence[str]]
Test = Callable[[str, str], bool]
_COLUMNS = ("TAG", "DEP", "POS", "MORPH", "LEMMA")
_KEYS = frozenset({"LOWER", "TAG", "DEP", "IS_SPACE"})
# Words kept at most; beyond, all are asked anew.
MOST_FORMS = 200_000
# No ending that a rule takes off is longer ("ches", "sses").
_LONGEST_ENDING = 8


@dataclass(slots=True)
class Forms:
    """The ruler and the lemmatizer of a pipeline with what they have said."""

    vocab: Vocab
    pipes: tuple[Any, ...]
    # Which dependencies patterns of one token ask for, of which words and tags, by the word ("" where a pattern names
    # none); and tests of first tokens of longer patterns, by word and dependency.
    deps: dict[str, list[tuple[Test, frozenset[str]]]]
    leads: tuple[Test, ...]
    kept: dict[tuple[str, str, str], Form] = field(default_factory=dict)
    asked: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    leading: dict[tuple[str, str], bool] = field(default_factory=dict)
    fixed: dict[str, set[str]] = field(default_factory=dict)
    endings: dict[str, set[str]] = field(default_factory=dict)
    made: dict[str, frozenset[str]] = field(default_factory=dict)
    possible: dict[frozenset[str], dict[int, bool]] = field(default_factory=dict)

    @classmethod
    def of_pipeline(cls, nlp: Model) -> Forms | None:
        """Those of a pipeline; None where its pipes ask for more than the word, its tag and its dependency."""
        names = [name for name in ("attribute_ruler", "lemmatizer") if nlp.has_pipe(name)]
        if names != ["attribute_ruler", "lemmatizer"]:
            return None
        ruler: Any = nlp.get_pipe("attribute_ruler")
        lemmatizer: Any = nlp.get_pipe("lemmatizer")
        deps: dict[str, list[tuple[Test, frozenset[str]]]] = {}
        leads: list[Test] = []
        for pattern in (tokens for row in ruler.patterns for tokens in row["patterns"]):
            if any(token.keys() - _KEYS for token in pattern):
                return None
            if len(pattern) > 1:
                leads.append(_test(pattern[0], "LOWER", "DEP"))
            elif named := _literals(pattern[0].get("DEP")):
                for word in _words(pattern[0].get("LOWER")):
                    deps.setdefault(word, []).append((_test(pattern[0], "LOWER", "TAG"), frozenset(named)))
        if getattr(lemmatizer, "mode", None) != "rule" or getattr(lemmatizer, "overwrite", True):
            return None
        return cls(nlp.vocab, (ruler, lemmatizer), deps, tuple(leads))

    def of(self, sentences: Sequence[Sentence]) -> list[list[Form]]:
        """The forms of the words of some sentences."""
        if len(self.kept) > MOST_FORMS:
            self.kept.clear()
        known = [[self._key(*one) for one in zip(*sentence, strict=True)] for sentence in sentences]
        new = [key for key in dict.fromkeys(key for keys in known for key in keys) if key not in self.kept]
        if new:
            # A word that leads no pattern cannot begin one of two tokens, so such may stand side by side.
            asked = self._asked(tuple(list(column) for column in zip(*new, strict=True)))  # type: ignore[arg-type]
            self.kept.update(zip(new, asked, strict=True))
        strings = self.vocab.strings
        return [
            self._asked(sentence)
            if any(self._leads(word, dep) for word, dep in zip(sentence[0], sentence[2], strict=True))
            else [
                (form[0], strings[dep], *form[2:])
                for form, dep in zip(map(self.kept.__getitem__, keys), sentence[2], strict=True)
            ]
            for sentence, keys in zip(sentences, known, strict=True)
        ]

    def _key(self, word: str, tag: str, dep: str) -> tuple[str, str, str]:
        """A word with its tag, and with its dependency where a pattern asks for that of such a word."""
        asked = self.asked.get((word, tag))
        if asked is None:
            lower = word.lower()
            fits = (deps for test, deps in (*self.deps.get(lower, ()), *self.deps.get("", ())) if test(lower, tag))
            asked = self.asked[word, tag] = frozenset().union(*fits)
        return word, tag, dep if dep in asked else _OTHER

    def may_be(self, word: int, lemmas: frozenset[str]) -> bool:
        """True where a word, by spaCy's number of it in small letters, may have one of these lemmas in some
        sentence."""
        known = self.possible.setdefault(lemmas, {})
        told = known.get(word)
        if told is None:
            told = known[word] = not lemmas.isdisjoint(self.lemmas(self.vocab.strings[word]))
        return told

    def lemmas(self, word: str) -> frozenset[str]:
        """What the lemmatizer's tables and the ruler make of a word in small letters, whatever its class."""
        known = self.made.get(word)
        if known is None:
            if len(self.made) > MOST_FORMS:
                self.made.clear()
            known = self.made[word] = frozenset(self._made(word))
        return known

    def _made(self, word: str) -> set[str]:
        tables = self.pipes[1].lookups
        if not self.fixed:
            self.fixed = {word: {lemma} for word, lemma in _fixed(self.pipes[0])} or {"": set()}
            for rules in tables.get_table("lemma_rules", {}).values():
                for old, new in rules:
                    self.endings.setdefault(old, set()).add(new)
        exceptions = tables.get_table("lemma_exc", {})
        found = {word, *self.fixed.get(word, ())}
        for pos in exceptions:
            found.update(exceptions[pos].get(word, ()))
        for size in range(min(len(word), _LONGEST_ENDING) + 1):
            stem, ending = word[: len(word) - size], word[len(word) - size :]
            found.update(stem + new for new in self.endings.get(ending, ()))
        return {lemma.lower() for lemma in found}

    def _leads(self, word: str, dep: str) -> bool:
        key = word.lower(), dep
        known = self.leading.get(key)
        if known is None:
            known = self.leading[key] = any(test(*key) for test in self.leads)
        return known

    def _asked(self, sentence: Sentence) -> list[Form]:
        from spacy.tokens import Doc as SpacyDoc

        words, tags, deps = sentence
        doc: Doc = SpacyDoc(
            self.vocab, words=list(words), tags=list(tags), deps=list(deps), heads=list(range(len(words)))
        )
        for pipe in self.pipes:
            doc = pipe(doc)
        return [tuple(row) for row in doc.to_array(list(_COLUMNS)).tolist()]


def _fixed(ruler: Any) -> Iterator[tuple[str, str]]:
    """Words in small letters to which a ruler gives a lemma."""
    for row in ruler.patterns:
        lemma = row["attrs"].get("LEMMA")
        for pattern in row["patterns"] if lemma else ():
            yield from ((form, lemma) for form in _literals(pattern[row["index"]].get("LOWER")))


# A dependency no pattern asks for stands for all of them.
_OTHER = "dep"


def _literals(asked: Any) -> set[str]:
    if isinstance(asked, dict):
        return {value for key in ("IN", "NOT_IN") for value in asked.get(key, ())}
    return {asked} if isinstance(asked, str) else set()


def _words(asked: Any) -> set[str]:
    """The words a pattern names, {""} where it names none one by one."""
    return _literals(asked) if isinstance(asked, str) or (isinstance(asked, dict) and "IN" in asked) else {""}


def _test(token: dict[str, Any], one: str, other: str) -> Test:
    """Whether a token with these two attributes may be a token of a pattern."""

    def fits(asked: Any, value: str) -> bool:
        if asked is None or isinstance(asked, bool):
            return True
        if isinstance(asked, str):
            return asked == value
        if "REGEX" in asked:
            return re.search(asked["REGEX"], value) is not None
        return value in asked.get("IN", (value,)) and value not in asked.get("NOT_IN", ())

    return lambda left, right: fits(token.get(one), left) and fits(token.get(other), right)
