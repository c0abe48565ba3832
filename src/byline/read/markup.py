"""HTML bytes as text, and that text as a tree: by what the page declares, and bounded in depth and size."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from byline.errors import DocumentError
from byline.read.decode import MARKS, Decoded, decode

if TYPE_CHECKING:
    from lxml.html import HtmlElement

DECLARED_BYTES = 4_096
"""Where a page may declare its encoding; the standard gives it 1,024 bytes, and real pages need more."""

MAX_ELEMENTS = 30_000
"""Elements of a page, at most. The largest of 61 news pages has 1,500; twenty times that many take some seconds."""

MAX_TAG = 2_000
"""Characters of a tag without its quoted values: the parser compares each attribute with all before it, so 150,000 of
them take a minute. The longest on 61 news pages has 400."""

WEB_NAMES = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
"""What names mean on the web (WHATWG Encoding): a declaration one could read is no UTF-16, Latin 1 is Windows-1252."""

_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
NO_SIGNS = dict.fromkeys({*range(32), 0xFFFE, 0xFFFF} - {9, 10, 13}, " ")
"""Characters that no XML may hold; the parser lets them in, and its tree then breaks over them."""

_REFERENCE = re.compile(r"&#([xX][0-9A-Fa-f]{1,8}|[0-9]{1,10});?")
_SCRIPT = re.compile(r"<script(?=[\s>/])", re.IGNORECASE)
_VALUE = re.compile(r"""(?<=[^=\s])\s{0,20}=\s{0,20}(?:"[^"]*"|'[^']*')""")
_TAG = re.compile(r"<[A-Za-z][^<>]*")
_XML = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A page's tree, and what there is to say of it ("" nothing)."""

    tree: HtmlElement
    note: str = ""


def decode_page(data: bytes, *, charset: str | None = None) -> Decoded:
    """The text of an HTML page: by its mark, else as `charset` or the page declares, else by its bytes.

    A declaration that the bytes belie is not followed, and the note says so. Raises DocumentError as `decode` does.
    """
    if any(data.startswith(mark) for mark, _ in MARKS):
        return decode(data)
    declared = _declared(data, charset=charset)
    if declared is None or declared == "utf-8" or b"\x00" in data:
        return decode(data)
    try:
        if not data.isascii():
            text = data.decode("utf-8")
            return Decoded(text=text, note=f"utf-8 by its bytes, though {declared} is declared")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode(declared)
    except UnicodeDecodeError:
        found = decode(data)
        return Decoded(text=found.text, note=f"{found.note or 'utf-8 by its bytes'}, though {declared} is declared")
    decode(text.encode("utf-8", "surrogatepass"))  # empty and binary pages are refused in its words
    return Decoded(text=text, note="" if data.isascii() else f"{declared} as declared")


def _declared(data: bytes, *, charset: str | None) -> str | None:
    """The codec that the first declaration we know names."""
    head = data[:DECLARED_BYTES]
    found = [charset] if charset else []
    found += [match[1].decode("ascii", "replace") for match in (_CHARSET.search(head), _XML.match(head)) if match]
    return next((codec for name in found if (codec := _codec(name))), None)


def _codec(name: str) -> str | None:
    try:
        codec = codecs.lookup(WEB_NAMES.get(name.lower(), name.replace("\x00", "")))
    except (LookupError, ValueError):
        return None
    if not codec._is_text_encoding:  # "rot13", "base64": no encodings of text
        return None
    return WEB_NAMES.get(codec.name, WEB_NAMES.get(codec.name.replace("iso8859", "iso-8859"), codec.name))


@cache
def _parser() -> Any:
    """A parser that fetches nothing, and stops where a page nests too deep (huge_tree would not)."""
    from lxml.html import HTMLParser

    return HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)


def _shown(reference: re.Match[str]) -> str:
    """A reference to a character, a space where that is none."""
    digits = reference[1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return " " if code in NO_SIGNS or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF else reference[0]


def _longest_tag(markup: str) -> int:
    """Characters of the longest tag outside of scripts, without quoted values."""
    outside = "".join(
        part if number == 0 else part.partition("</script")[2]
        for number, part in enumerate(_SCRIPT.split(markup.replace("</SCRIPT", "</script")))
    )
    bare = _VALUE.sub("", outside)
    return max((tag.end() - tag.start() for tag in _TAG.finditer(bare)), default=0)


def parse(markup: str) -> Parsed:
    """The tree of a page. Raises DocumentError where there is none, or more of it than MAX_ELEMENTS."""
    from lxml import etree
    from lxml.html import document_fromstring

    if markup.count("<") > 3 * MAX_ELEMENTS:
        raise DocumentError(f"holds over {MAX_ELEMENTS:,} elements, more than any report; there is no page to read")
    if _longest_tag(markup) > MAX_TAG:
        raise DocumentError(f"holds a tag of over {MAX_TAG:,} characters beside its values; there is no page to read")
    parser = _parser().copy()
    data = _REFERENCE.sub(_shown, markup.translate(NO_SIGNS)).encode("utf-8", "replace")
    try:
        tree = document_fromstring(data, parser=parser, ensure_head_body=True)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise DocumentError("holds no HTML that can be parsed; check the file") from error
    elements = sum(1 for _ in tree.iter())
    if elements > MAX_ELEMENTS:
        raise DocumentError(f"holds {elements:,} elements, more than the {MAX_ELEMENTS:,} that are read of a page")
    deep = next((entry for entry in parser.error_log if "xcessive depth" in entry.message), None)
    return Parsed(tree, f"cut off at line {deep.line}, where it nests too deep" if deep is not None else "")
