"""Which text a run of bytes holds: by its mark, as UTF-8, and only then by looking at the bytes."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from byline.errors import DocumentError

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks; UTF-32's come before UTF-16's, as the one begins with the other."""

FORMATS = ((b"%PDF-", "a PDF"), (b"PK\x03\x04", "a ZIP archive"), (b"\x1f\x8b", "a gzip archive"), (b"{\\rtf", "RTF"))
"""How files begin that are no plain text though they may be named so."""

SAMPLE_BYTES = 65_536
"""How much is shown to the detector: it decodes the sample once for each of some hundred encodings."""

MARKLESS_SHARE = 0.4
"""UTF-16 of a Latin text has a NUL in every second byte; a tenth of other characters is room enough."""

FEW_HIGH_SHARE = 0.05
"""Bytes above ASCII in Western prose: 1 to 4 %. So few give a detector nothing to go by, and Windows-1252 is usual."""

CONTROL_SHARE = 0.002
"""Control characters in a text, at most: one stray escape in a short report passes, a compressed file does not."""

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_HIGH = (
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)  # well-formed UTF-8 above ASCII: table 3-7 of the Unicode Standard
_HIGH_UTF8 = re.compile(_HIGH)
_UTF8_OR_BYTE = re.compile(rb"(?:[\x00-\x7f]+|" + _HIGH + rb")+|(?P<wrong>[\x80-\xff])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text, its encoding, and how that was told where it is not plainly UTF-8 ("" where it is)."""

    text: str
    note: str = ""
    encoding: str = "utf-8"


def decode(data: bytes) -> Decoded:
    """The text of `data`, without its byte order mark.

    Raises DocumentError for bytes that are empty, no text, or broken; the message names the first wrong byte.
    """
    if not data.strip():
        raise DocumentError("is empty; there is nothing to read")
    for magic, name in FORMATS:
        if data.startswith(magic):
            raise DocumentError(f"is {name}, not plain text; convert it to text first")
    decoded = _marked(data) or _markless_utf16(data) or _unmarked(data)
    controls = len(_CONTROLS.findall(decoded.text))
    if controls > max(1, CONTROL_SHARE * len(decoded.text)):
        raise DocumentError(f"is binary, not text: it holds {controls:,} control characters")
    if not decoded.text.strip():
        raise DocumentError("holds nothing but white space; there is nothing to read")
    return decoded


def _marked(data: bytes) -> Decoded | None:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            if encoding == "utf-8":
                return _unmarked(data, start=len(mark))
            text = _strictly(data, encoding, start=len(mark))
            return Decoded(text=text, note=f"{encoding} by its byte order mark", encoding=encoding)
    return None


def _markless_utf16(data: bytes) -> Decoded | None:
    sample = data[:SAMPLE_BYTES]
    if b"\x00" not in sample or len(sample) % 2:
        return None
    for encoding, offset in (("utf-16-le", 1), ("utf-16-be", 0)):
        if sample[offset::2].count(0) > MARKLESS_SHARE * len(sample) and not sample[1 - offset :: 2].count(0):
            text = _strictly(data, encoding, start=0)
            return Decoded(text=text, note=f"{encoding} by its bytes", encoding=encoding)
    return None


def _strictly(data: bytes, encoding: str, *, start: int) -> str:
    try:
        return data[start:].decode(encoding)
    except UnicodeDecodeError as error:
        message = f"is broken {encoding} at byte {start + error.start:,}; save it again as UTF-8"
        raise DocumentError(message) from error


def _unmarked(data: bytes, *, start: int = 0) -> Decoded:
    nul = data.find(b"\x00", start)
    if nul >= 0:
        raise DocumentError(f"is binary, not text: there is a NUL at byte {nul:,}")
    try:
        return Decoded(text=data[start:].decode("utf-8"))
    except UnicodeDecodeError as error:
        first = start + error.start
    if start or _HIGH_UTF8.search(data):
        return _mixed(data, start=start)
    return _detected(data, first=first)


def _mixed(data: bytes, *, start: int) -> Decoded:
    """UTF-8 in which some bytes are not: those are read as Windows-1252, the usual cause, and counted in the note."""
    pieces: list[str] = []
    wrong: list[int] = []
    for match in _UTF8_OR_BYTE.finditer(data, start):
        if match["wrong"]:
            wrong.append(match.start())
        pieces.append(match[0].decode("cp1252" if match["wrong"] else "utf-8", "replace"))
    high = sum(1 for _ in _HIGH_UTF8.finditer(data))
    if len(wrong) > high + len(data) * FEW_HIGH_SHARE:
        message = f"is neither UTF-8 nor another text Byline knows: {len(wrong):,} wrong bytes, first at {wrong[0]:,}"
        raise DocumentError(message)
    if not wrong:
        return Decoded(text="".join(pieces))
    count = "1 byte of windows-1252, at" if len(wrong) == 1 else f"{len(wrong)} bytes of windows-1252, the first at"
    note = f"utf-8 but for {count} byte {wrong[0]}"
    return Decoded(text="".join(pieces), note=note)


def _detected(data: bytes, *, first: int) -> Decoded:
    """A text in an older encoding; `first` is its first byte that is not UTF-8."""
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    if high <= FEW_HIGH_SHARE * len(data):
        try:
            return Decoded(text=data.decode("cp1252"), note="windows-1252 by its bytes", encoding="cp1252")
        except UnicodeDecodeError:
            pass
    from charset_normalizer import from_bytes

    sample = data[max(0, first - SAMPLE_BYTES // 2) :][:SAMPLE_BYTES]
    best = from_bytes(sample).best()
    if best is None:
        raise DocumentError(f"is binary or in an unknown encoding: byte {first:,} fits none; save it again as UTF-8")
    try:
        return Decoded(text=data.decode(best.encoding), note=f"{best.encoding} by its bytes", encoding=best.encoding)
    except UnicodeDecodeError as error:
        message = f"is in mixed encodings: mostly {best.encoding}, but not at byte {error.start:,}; save it as UTF-8"
        raise DocumentError(message) from error
