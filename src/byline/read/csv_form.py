"""How a table of text is written: its encoding, and what stands between its values."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass, replace

from byline.errors import DocumentError
from byline.read.decode import MARKS, decode

SAMPLE_BYTES = 65_536
"""How much of a file is looked at to tell its encoding and what stands between its values."""

DELIMITERS = ",;\t|"
"""What may stand between values; the first is taken for a header of one column."""

FEW_BYTES = 400
"""A shorter value gives a detector nothing to go by, and in a table that begins as UTF-8 Windows-1252 is usual."""

BROKEN = "byline.broken"
"""The error handler for encodings of more than a byte a character: what is none becomes a lone surrogate."""

NOT_DECLARED = frozenset({"utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
"""Codecs that no table is written in: some take time that grows with the square of the text."""

_SEPARATOR = re.compile(r'\A"?sep=(.)"?\r?\n')
_SURROGATE = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How a table is written. `encoding_note` says how its encoding was told where it is not plainly UTF-8;
    `says_separator`: its first line is no header, but says the delimiter, as Excel writes it ("sep=;")."""

    encoding: str
    encoding_note: str = ""
    delimiter: str = ","
    says_separator: bool = False

    @property
    def on_error(self) -> str:
        """The error handler for decoding, which never loses a byte without a trace."""
        return BROKEN if self.encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"

    def told(self) -> str:
        """The form for a document's `made_by`."""
        between = {"\t": "tab"}.get(self.delimiter, self.delimiter)
        return f"{between} between values" + (f", {self.encoding_note}" if self.encoding_note else "")


def form_of(sample: bytes, *, charset: str | None, delimiters: str, wanted: str) -> Form:
    """The form of the table that begins with `sample`.

    Its encoding is that of its byte order mark, else `charset`, else found by its bytes. Its delimiter is the one it
    says, else that of `delimiters` by which its header holds the column `wanted` among the most others. Raises
    DocumentError where no header does, and for bytes that are no text.
    """
    form = _encoding(sample, charset=charset)
    text = sample.decode(form.encoding, form.on_error)
    if said := _SEPARATOR.match(text):
        form = replace(form, says_separator=True)
        text, delimiters = text[said.end() :], said[1]
    headers = {delimiter: _header(text, delimiter=delimiter) for delimiter in delimiters}
    fitting = [delimiter for delimiter, header in headers.items() if wanted in header]
    if not fitting:
        longest = max(headers.values(), key=len)
        raise DocumentError(
            f'has no column "{wanted}" in its header ({_listed(longest)}); say which one holds the text in '
            'byline.toml, as text = "…" under [columns]'
        )
    return replace(form, delimiter=max(fitting, key=lambda delimiter: len(headers[delimiter])))


def names(header: list[str]) -> list[str]:
    """The columns that a header names."""
    return [_SURROGATE.sub("\ufffd", name.strip()) for name in header]


def mended(value: str, *, form: Form) -> tuple[str, str]:
    """A value in which bytes that are not of the table's encoding are read as in a text, and how ("" where none are).

    Raises DocumentError where they cannot be.
    """
    if not _SURROGATE.search(value):
        return value, ""
    if form.encoding not in {"utf-8", "utf-8-sig"}:
        raise DocumentError(f"has bytes that are not {form.encoding}; save the file again as UTF-8")
    data = value.encode("utf-8", "surrogateescape")
    if len(data) < FEW_BYTES and _SURROGATE.sub("", value).isascii():
        return data.decode("cp1252", "replace"), "windows-1252 by its bytes"
    decoded = decode(data)
    return decoded.text, decoded.note


def _encoding(sample: bytes, *, charset: str | None) -> Form:
    for mark, encoding in MARKS:
        if sample.startswith(mark):
            if encoding == "utf-8":
                return Form(encoding="utf-8-sig")
            return Form(encoding=encoding[:6], encoding_note=f"{encoding} by its byte order mark")
    declared = _known(charset)
    if declared is not None:
        return Form(encoding=declared, encoding_note=f"{declared} as declared")
    if b"\x00" not in sample and _begins_as_utf8(sample):
        return Form(encoding="utf-8")
    whole = sample if len(sample) < SAMPLE_BYTES else sample[: sample.rfind(b"\n") + 1 or None]
    decoded = decode(whole)
    return Form(encoding=decoded.encoding, encoding_note="" if decoded.encoding == "utf-8" else decoded.note)


def _begins_as_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _known(charset: str | None) -> str | None:
    """The codec of a declared charset; None where there is none, or none that a table is written in."""
    try:
        codec = codecs.lookup(charset or "")
        "".encode(codec.name)  # raises for those that are not of text
    except (LookupError, ValueError):
        return None
    return None if codec.name in NOT_DECLARED else codec.name


def _header(text: str, *, delimiter: str) -> list[str]:
    try:
        return names(next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), []))
    except csv.Error:
        return []


def _listed(header: list[str]) -> str:
    shown = ", ".join(name[:30] for name in header[:8]) or "it is empty"
    return shown + (", …" if len(header) > 8 else "")


def _broken(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return "\udcff", error.end


codecs.register_error(BROKEN, _broken)
