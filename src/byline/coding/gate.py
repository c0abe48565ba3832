"""Which sentences can tell of an event? Those that hold the words of one.

Parsing is what costs; most sentences of most news hold no event. A sentence is let through when its words may have the
lemmas that some sense of a trigger asks for, by their letters alone, and one of them is tagged as that sense needs it,
a verb or a noun (only now is anything tagged); or, whatever words it holds, when as a whole they are those of an event
to the learned reader's own gate. So all follows from the word lists: a new trigger passes with no training, and what is
lost is an event in words no list holds. A linear model over words and tags behind it was tried: to keep 99.3 of 100
events it let through 83 of 100 candidates, and with the tagger's vectors 73, so it is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from byline.coding.reader_gate import WORTH, score
from byline.language import Language, Sense

if TYPE_CHECKING:
    from byline.coding.parse import Reading, Stretch

_ANYTHING = "*"
_VERBS = ("VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "MD")
_NOUNS = ("NN", "NNS", "NNP", "NNPS", "VBG")

Needs = tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Triggers:
    """What a sentence must hold to tell of an event: for each lemma of a verb, and of a noun, the sets of lemmas of
    each of its senses, of each of which one must stand there too."""

    verbs: dict[str, tuple[Needs, ...]]
    nouns: dict[str, tuple[Needs, ...]]
    lemmas: frozenset[str]
    known: dict[int, frozenset[str]] = field(default_factory=dict)

    def verb(self, lemma: str, held: set[str]) -> bool:
        """True when a verb may be a trigger in a sentence that holds these lemmas."""
        return any(all(need & held for need in needs) for needs in self.verbs.get(lemma, ()))

    def noun(self, lemma: str, held: set[str]) -> bool:
        """True when a noun may be one."""
        return any(all(need & held for need in needs) for needs in self.nouns.get(lemma, ()))


def triggers(language: Language) -> Triggers:
    """The triggers of a language."""
    return _triggers(language.code, language.senses)


@cache
def _triggers(code: str, senses: tuple[Sense, ...]) -> Triggers:
    verbs: dict[str, list[Needs]] = {}
    nouns: dict[str, list[Needs]] = {}
    for sense in senses:
        objects = () if sense.named_place else sense.object
        for lemma in sense.verbs:
            needs = _listed(objects, sense.prep, sense.prep_object, sense.clause, sense.modal)
            verbs.setdefault(lemma, []).append(needs)
        for lemma in sense.nouns:
            nouns.setdefault(lemma, []).append(_listed(sense.modifier, sense.prep))
    every = {
        lemma
        for found in (verbs, nouns)
        for sets in found.values()
        for needs in sets
        for need in needs
        for lemma in need
    }
    return Triggers(
        {lemma: tuple(found) for lemma, found in verbs.items()},
        {lemma: tuple(found) for lemma, found in nouns.items()},
        frozenset(every | verbs.keys() | nouns.keys()),
    )


def _listed(*lists: Sequence[str]) -> Needs:
    return tuple(frozenset(words) for words in lists if words and _ANYTHING not in words)


def passed(reading: Reading, language: Language) -> tuple[int, ...]:
    """The ordinals of the sentences that may tell of an event, in order."""
    if not reading.reader.by_sentence:
        return tuple(range(len(reading.sentences)))
    listed = set(_candidates(reading, triggers(language)))
    return tuple(
        number
        for number, span in enumerate(reading.sentences)
        if number in listed or score(reading.text[span.start : span.end]) > WORTH
    )


def _candidates(reading: Reading, asked: Triggers) -> Iterator[int]:
    """The ordinals of the sentences that hold the words of an event, in order."""
    held = {number: lemmas for number, lemmas in _held(reading, asked) if _may_tell(lemmas, asked)}
    for (number, lemmas), stretches in zip(held.items(), reading.tagged(list(held)), strict=True):
        if any(_tells(reading, asked, stretch, lemmas) for stretch in stretches):
            yield number


def _held(reading: Reading, asked: Triggers) -> Iterator[tuple[int, set[str]]]:
    """The lemmas that senses ask for and each sentence may hold."""
    for number, numbers in enumerate(reading.sentence_words):
        yield number, set().union(*(_lemmas(reading, asked, word) for word in numbers))


def _lemmas(reading: Reading, asked: Triggers, word: int) -> frozenset[str]:
    known = asked.known.get(word)
    if known is None:
        forms = reading.reader.forms
        assert forms is not None
        known = asked.known[word] = asked.lemmas & forms.lemmas(reading.tokens.vocab.strings[word])
    return known


def _may_tell(held: set[str], asked: Triggers) -> bool:
    return any(asked.verb(lemma, held) or asked.noun(lemma, held) for lemma in held)


def _tells(reading: Reading, asked: Triggers, stretch: Stretch, held: set[str]) -> bool:
    """True when a word is tagged as a sense of one of its lemmas needs it."""
    strings = reading.tokens.vocab.strings
    for word, tag in zip(stretch.words, stretch.tags, strict=True):
        if tag in _VERBS or tag in _NOUNS:
            lemmas = _lemmas(reading, asked, strings[word.lower()])
            if tag in _VERBS and any(asked.verb(lemma, held) for lemma in lemmas):
                return True
            if tag in _NOUNS and any(asked.noun(lemma, held) for lemma in lemmas):
                return True
    return False
