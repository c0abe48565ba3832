"""A document's text as a spaCy Doc: every character kept, paragraphs kept apart."""

from __future__ import annotations

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
    together with what follows, and no bracket cuts a sentence in two.
    """
    text = document.text
    doc = nlp.make_doc(text)
    begins = {header.end for header in layout.headers(document)}
    previous = None
    broken = True
    for token in doc:
        if token.is_space:
            broken = broken or "\n" in token.text
            token.is_sent_start = token.i == 0
            continue
        if broken or any(end <= token.idx and (previous is None or previous.idx < end) for end in begins):
            token.is_sent_start = True
        elif previous is not None and not _ends_sentence(doc, previous):
            token.is_sent_start = False
        broken, previous = False, token
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    return doc


_ENDS = frozenset(".?!:;…")
_CLOSERS = frozenset("\"”’')]»")


def _ends_sentence(doc: Doc, token: Token) -> bool:
    """True for a mark that may end a sentence, and for what closes behind one (\"Stop!\" she said). An abbreviation's
    full stop is left to the parser to judge."""
    if token.text[-1] in _ENDS:
        return True
    return token.text[-1] in _CLOSERS and token.i > 0 and doc[token.i - 1].text[-1] in "".join(_ENDS | {","})
