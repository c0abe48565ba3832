"""Which language a document is in: the words of grammar first, a trained model only where they leave a doubt."""

from __future__ import annotations

import re
from functools import cache

from byline import language
from byline.errors import DocumentError

SAMPLE_CHARACTERS = 20_000
"""Enough words for a share to be steady; a longer text is judged by its beginning."""

FEW_WORDS = 12
"""Fewer words than this say nothing either way, so such a text passes."""

SURE_SHARE = 0.2
"""English prose has 0.25 to 0.5 words of grammar, its nearest neighbours (Dutch, Danish, Afrikaans) under 0.16."""

DOUBT_SHARE = 0.12
"""Between this and SURE_SHARE lie English headlines and lists of names: the model's word does not turn them away."""

SHORT_WORDS, SHORT_SHARE = 40, 0.06
"""In so short a text the model errs on English notes ("10 held"): a few words of grammar are enough to let it pass."""

_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")


def recognise(text: str, *, declared: str | None, wanted: str) -> str | None:
    """The language of `text`: `wanted`, or None for a text too short to tell that declares none.

    `declared` is what the source says; it decides only for a short text, since pages often declare wrongly. Raises
    DocumentError with step "language" for a text in another language.
    """
    words = _WORD.findall(text[:SAMPLE_CHARACTERS].lower())
    if len(words) < FEW_WORDS:
        return _declared(declared, wanted=wanted)
    share = sum(word in _function_words(wanted) for word in words) / len(words)
    if share >= SURE_SHARE:
        return wanted
    if len(words) < SHORT_WORDS and share >= SHORT_SHARE:
        return wanted
    if share >= DOUBT_SHARE:
        return wanted
    likely = _likely(text[:SAMPLE_CHARACTERS])
    if likely == wanted:
        return wanted
    raise _other(likely, wanted=wanted)


def _declared(declared: str | None, *, wanted: str) -> str | None:
    if not declared or not declared.strip():
        return None
    name = re.split(r"[-_]", declared.strip().lower())[0]
    if name in language.data(wanted, "reading")["language"]["names"]:
        return wanted
    raise _other(name, wanted=wanted)


def _other(found: str, *, wanted: str) -> DocumentError:
    return DocumentError(
        f"is in another language ({found}), and Byline reads {wanted} only; translate it first", step="language"
    )


@cache
def _function_words(name: str) -> frozenset[str]:
    return frozenset(language.data(name, "reading")["language"]["function_words"])


def _likely(text: str) -> str:
    import py3langid  # half a second to load, so only for a text in doubt

    return str(py3langid.classify(text)[0])
