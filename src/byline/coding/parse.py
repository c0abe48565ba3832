"""A document's text as a spaCy Doc: every character kept, paragraphs kept apart."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from byline.coding import layout
from byline.errors import ConfigError
from byline.model import Document

if TYPE_CHECKING:
    from spacy.language import Language as Model
    from spacy.tokens import Doc, Token


@cache
def model(name: str, whole_words: frozenset[str]) -> Model:
    """The installed spaCy pipeline `name`, loaded once a process; `whole_words` ("sit-in") stay one token each.

    Raises ConfigError where it is not installed.
    """
    import spacy

    try:
        nlp = spacy.load(name)
    except OSError as error:
        raise ConfigError(
            f"the spaCy pipeline {name!r} is not installed; "
            "run `make install`, or name another as `model` in byline.toml"
        ) from error
    tokenizer: Any = nlp.tokenizer
    for word in sorted(whole_words):
        for form in (word, word.capitalize(), f"{word}s"):
            tokenizer.add_special_case(form, [{"ORTH": form}])
    return nlp


def parse(nlp: Model, document: Document) -> Doc:
    """The document's text unchanged, tokenised and parsed.

    A sentence begins only after a line end, a header, or a mark that ends one: headings and datelines are not run
    together with what follows, and no bracket cuts a sentence in two. A long text is parsed in pieces of whole
    paragraphs, so that memory does not grow with its length.
    """
    import numpy as np
    from spacy.attrs import SENT_START
    from spacy.tokens import Doc as SpacyDoc

    nlp.max_length = max(nlp.max_length, len(document.text) + 1)
    doc = nlp.make_doc(document.text)
    if not len(doc):
        return doc
    starts, breaks = _sentence_starts(doc, document)
    flags: Any = np.array(starts, dtype=np.uint64).reshape(-1, 1)
    doc.from_array([SENT_START], flags)
    pieces = list(_pieces(doc, breaks))
    if len(pieces) == 1:
        return _annotate(nlp, doc)
    columns: Any = _columns()
    parsed = [_annotate(nlp, doc[first:last].as_doc()).to_array(columns) for first, last in pieces]
    words, spaces = [token.text for token in doc], [bool(token.whitespace_) for token in doc]
    everything: Any = np.concatenate(parsed)
    return SpacyDoc(doc.vocab, words=words, spaces=spaces).from_array(columns, everything)


# Pieces of about this many characters: spaCy's parser takes some 4 kB a character of what it parses at once.
_PIECE_CHARACTERS = 30_000
# A paragraph longer than a piece is cut after so many tokens.
_PIECE_TOKENS = 6_000


def _pieces(doc: Doc, breaks: list[int]) -> Iterator[tuple[int, int]]:
    """Token ranges of whole paragraphs that make up the Doc; one longer than a piece is cut where it must be."""
    first = last = 0
    for start in [*breaks, len(doc)]:
        if last > first and _length(doc, first, start) > _PIECE_CHARACTERS:
            yield first, last
            first = last
        while start - first > _PIECE_TOKENS and _length(doc, first, start) > _PIECE_CHARACTERS:
            yield first, first + _PIECE_TOKENS
            first += _PIECE_TOKENS
        last = start
    if first < len(doc):
        yield first, len(doc)


def _length(doc: Doc, first: int, last: int) -> int:
    return int(doc[last - 1].idx - doc[first].idx)


def _annotate(nlp: Model, doc: Doc) -> Doc:
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    return doc


def _columns() -> list[int]:
    from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, MORPH, POS, TAG

    return [HEAD, DEP, TAG, POS, LEMMA, MORPH, ENT_IOB, ENT_TYPE]


def _sentence_starts(doc: Doc, document: Document) -> tuple[list[int], list[int]]:
    """For each token whether a sentence begins there (1), may not (-1 as an unsigned number) or may (0); and the tokens
    that begin a paragraph."""
    ends = sorted(header.end for header in layout.headers(document))
    starts: list[int] = []
    breaks: list[int] = []
    previous: Token | None = None
    broken = True
    for token in doc:
        if token.is_space:
            broken = broken or "\n" in token.text
            starts.append(1 if token.i == 0 else _NOT_A_START)
            continue
        headed = any(end <= token.idx and (previous is None or previous.idx < end) for end in ends)
        if broken or headed:
            starts.append(1)
            if broken and token.i:
                breaks.append(token.i)
        else:
            starts.append(0 if previous is None or _ends_sentence(doc, previous) else _NOT_A_START)
        broken, previous = False, token
    return starts, breaks


_NOT_A_START = 2**64 - 1


_ENDS = frozenset(".?!:;…")
_CLOSERS = frozenset("\"”’')]»")


def _ends_sentence(doc: Doc, token: Token) -> bool:
    """True for a mark that may end a sentence, and for what closes behind one (\"Stop!\" she said). An abbreviation's
    full stop is left to the parser to judge."""
    if token.text[-1] in _ENDS:
        return True
    return token.text[-1] in _CLOSERS and token.i > 0 and doc[token.i - 1].text[-1] in "".join(_ENDS | {","})
