"""A document's text as a spaCy Doc: every character kept, paragraphs kept apart."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from byline.errors import ConfigError

if TYPE_CHECKING:
    from spacy.language import Language as Model
    from spacy.tokens import Doc


@cache
def model(name: str) -> Model:
    """The installed spaCy pipeline `name`, loaded once a process. Raises ConfigError where it is not installed."""
    import spacy

    try:
        return spacy.load(name)
    except OSError as error:
        raise ConfigError(f"the spaCy pipeline {name!r} is not installed; run `make install`, or name another as `model` in byline.toml") from error


def parse(nlp: Model, text: str) -> Doc:
    """`text` unchanged, tokenised and parsed. A line end closes a sentence: headings and list items are not run together
    with what follows."""
    doc = nlp.make_doc(text)
    after_break = True
    for token in doc:
        if token.is_space:
            after_break = after_break or "\n" in token.text
            token.is_sent_start = token.i == 0
            continue
        if after_break and token.i:
            token.is_sent_start = True
        after_break = False
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    return doc


def settings(name: str) -> dict[str, Any]:
    """What identifies a model in a pipeline's id: its name and version."""
    meta = model(name).meta
    return {"name": name, "version": meta.get("version")}
