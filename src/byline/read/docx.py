"""DOCX: the paragraphs of a Word file, as they stand after all changes; captions beside them. Macros are data here."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from byline.config import Config
from byline.errors import DocumentError
from byline.model import Document, document_id, sha256
from byline.read import heading
from byline.read.reading import Input, Read, Reading, reader, take
from byline.read.report import of_text

if TYPE_CHECKING:
    from docx.document import Document as DocxDocument
    from docx.oxml.xmlchemy import BaseOxmlElement

VERSION = 1
"""Raised by hand when the documents this reader makes change."""

MAX_UNPACKED = 100_000_000
"""Bytes of all parts unpacked, pictures included; python-docx holds all of them."""

MAX_XML = 20_000_000
"""Bytes of a part that is XML, which takes ten times that as a tree: two hundred pages have 2 MB."""

MAX_PARTS = 5_000

BROKEN = (
    *(zipfile.BadZipFile, zlib.error, LookupError, ValueError, TypeError, AttributeError, AssertionError),
    *(EOFError, OSError, RuntimeError),
)
"""What zipfile and python-docx raise over packages that are not as they should be; both say little of it."""

OLD_WORD = b"\xd0\xcf\x11\xe0"
"""How files begin that are of Word before 2007, or under a password."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARKS = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_OLDER_FORM = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NOT_READ = (f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", _OLDER_FORM)
"""What was taken out of the text, orders to the program, and the older form of what stands there already."""


@reader(".docx", media_types=("application/vnd.openxmlformats-officedocument.wordprocessingml.document",))
def read(source: Input, /, *, config: Config) -> Iterator[Reading]:
    """The one report a Word file holds; headers, footers and notes are left out.

    Raises DocumentError for a file above the limit, broken, under a password, too large unpacked, or without text.
    """
    raw = take(source, limit=config.max_document_bytes)
    paragraphs = list(_paragraphs(_opened(raw)))
    captions = tuple(text for style, text in paragraphs if style == "caption")
    title = next((text for style, text in paragraphs if style == "title"), None)
    lines = [text for style, text in paragraphs if style != "caption"]
    if not lines:
        raise DocumentError("holds no text; if it holds pictures of pages, read those with an OCR program first")
    report = of_text("\n\n".join(lines), name=config.language)
    head = heading.find(report.text, name=config.language)
    document = Document(
        id=document_id(source=None, where=source.url or source.name, text=report.text),
        text=report.text,
        origin=source.origin,
        raw_sha256=sha256(raw),
        text_sha256=sha256(report.text),
        made_by="; ".join((f"docx {VERSION}", *source.notes)),
        title=title or head.title,
        byline=head.byline,
        dateline=head.dateline,
        published=head.published,
        url=source.url,
        captions=captions,
        cuts=report.cuts,
    )
    yield Read(document=document, raw=raw)


def _opened(raw: bytes) -> DocxDocument:
    """The file's main part and styles. python-docx parses them without entities, and runs nothing."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import LxmlError

    _check(raw)
    try:
        return docx.Document(io.BytesIO(raw))
    except (PackageNotFoundError, LxmlError, *BROKEN) as error:
        raise DocumentError("is no Word file that can be read: parts of it are missing or broken") from error


def _check(raw: bytes) -> None:
    """Raises DocumentError for what is no package, or one that would be too large unpacked. No part can be larger than
    it says: zipfile stops there."""
    if raw.startswith(OLD_WORD):
        raise DocumentError("is an older Word file or under a password; save it as .docx without one")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            parts = package.infolist()
    except BROKEN as error:
        raise DocumentError("is no Word file: it is not packed as one, or broken") from error
    total = sum(part.file_size for part in parts)
    largest = max((part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))), default=0)
    if len(parts) > MAX_PARTS or total > MAX_UNPACKED or largest > MAX_XML:
        raise DocumentError(
            f"would unpack to {total:,} bytes in {len(parts):,} parts, more than the limits of {MAX_UNPACKED:,} and "
            f"{MAX_PARTS:,} (and {MAX_XML:,} a part of XML)"
        )


def _paragraphs(document: DocxDocument) -> Iterator[tuple[str, str]]:
    """Each paragraph that has words, with the name of its style in small letters, in the order of the file; those of
    tables and text boxes where they stand."""
    body = document.element.body
    styles = _styles(document)
    left_out = {below for one in body.iter(*_NOT_READ) for below in one.iter(f"{_W}p", f"{_W}t")}
    texts: dict[BaseOxmlElement, list[str]] = {}
    for element in body.iter(f"{_W}p", f"{_W}t", *_MARKS):
        if element in left_out:
            continue
        if element.tag == f"{_W}p":
            texts[element] = []
        elif (paragraph := next(element.iterancestors(f"{_W}p"), None)) in texts:
            texts[paragraph].append(element.text or "" if element.tag == f"{_W}t" else _MARKS[element.tag])
    for paragraph, pieces in texts.items():
        lines = [" ".join(line.split()) for line in "".join(pieces).split("\n")]
        if text := "\n".join(line for line in lines if line):
            named = paragraph.find(f"{_W}pPr/{_W}pStyle")
            yield styles.get(named.get(f"{_W}val") if named is not None else None, ""), text


def _styles(document: DocxDocument) -> dict[str | None, str]:
    """The names of styles by their ids. Those of Word's own are English in every language ("caption", "title")."""
    names: dict[str | None, str] = {}
    for style in document.part.styles.element.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        if name is not None:
            names[style.get(f"{_W}styleId")] = (name.get(f"{_W}val") or "").lower()
    return names
