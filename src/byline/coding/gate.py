"""Which sentences can tell of an event? Those that hold the words of one.

Parsing is what costs; most sentences of most news hold no event. A sentence is let through when one of its words may be
a trigger and the others what its sense asks for, where it asks for them (`gate_needs`): first by their letters alone,
then with tags; or, whatever words it holds, when as a whole they are those of an event to the learned reader's own
gate. So all follows from the word lists: a new trigger passes with no training, and what is lost is an event in words
no list holds. A model over words, pairs and tags around the candidates behind it was tried, learned from what the
coder finds in 4,136 such sentences of other news: to keep 99 of 100 events it let 90 of 100 of them through.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from byline.coding.gate_needs import Sentence, Triggers, Word
from byline.coding.reader_gate import WORTH, score
from byline.language import Language

if TYPE_CHECKING:
    from byline.coding.parse import Reading


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


def triggers(language: Language) -> Triggers:
    """The triggers of a language, made once."""
    found = _MADE.get(language.code)
    if found is None or found[0] is not language:
        found = _MADE[language.code] = language, Triggers(language)
    return found[1]


_MADE: dict[str, tuple[Language, Triggers]] = {}


def _candidates(reading: Reading, asked: Triggers) -> Iterator[int]:
    """The ordinals of the sentences that hold the words of an event, in order."""
    held = list(_held(reading, asked))
    strings = reading.tokens.vocab.strings
    for number, stretches in zip(held, reading.tagged(held), strict=True):
        for one in stretches:
            words = [_word(reading, asked, strings[word.lower()]) for word in one.words]
            if Sentence(one.words, words, one.tags).tells():
                yield number
                break


def _held(reading: Reading, asked: Triggers) -> Iterator[int]:
    """The ordinals of the sentences that may hold them by their letters."""
    for number, (numbers, written) in enumerate(zip(reading.sentence_words, reading.sentence_orths, strict=True)):
        words = [_word(reading, asked, word) for word in numbers]
        if any(word.verbs or word.nouns for word in words):
            strings = reading.tokens.vocab.strings
            if Sentence([strings[orth] for orth in written], words).tells():
                yield number


def _word(reading: Reading, asked: Triggers, number: int) -> Word:
    known = asked.known(number)
    if known is not None:
        return known
    forms = reading.reader.forms
    assert forms is not None
    lower = reading.tokens.vocab.strings[number]
    return asked.word(number, lower, lemmas=forms.lemmas(lower))
