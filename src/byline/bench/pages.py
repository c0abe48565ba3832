"""The text of a report out of a real web page, in shingles of four words, against what trafilatura alone takes.

The gold is that of scrapinghub's article-extraction-benchmark: `ground-truth.json`, the body of each page's article as
a person marked it, and the pages in `html/`. Pages in all languages count: they are read as they stand, before the
language is looked at.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from byline.bench.harness import Error, Job, listed, read_text, save
from byline.bench.scores import Score, share
from byline.config import Config
from byline.errors import DocumentError, InputError
from byline.export.document import to_json
from byline.model import Document
from byline.read import Input, Read
from byline.read.html import read

WORDS = 4
"""Words of a shingle."""

HEADING_WORDS = 10
"""Words below which a line is told as a heading or a link, not as a paragraph."""

MAX_PAGE_BYTES = 50_000_000

Shingles = Counter[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page under its name in the gold, the text a person marked, and the page's bytes."""

    name: str
    body: str
    data: bytes


def bench(job: Job) -> None:
    """Read the pages of `job.gold` and print figures of ours and of trafilatura's own text, in one run. Raises
    InputError for gold that is not there or holds no page."""
    pages = load(job.gold)
    documents = {page.name: document for page in pages if (document := _document(page, job.config)) is not None}
    if job.predictions is not None:
        save(job.predictions, (to_json(document) for document in documents.values()))
    texts = {name: document.text for name, document in documents.items()}
    job.write(_figures("byline", pages, texts))
    for named, told in OTHERS.items():
        job.write(_figures(named, pages, {page.name: told(page.data) for page in pages}))
    if job.errors:
        for line in listed(errors(pages, texts)):
            job.write(line)


def load(path: Path) -> list[Page]:
    """The pages of a gold folder, in its order. Raises InputError for one that is not as the module says."""
    truth = read_text(path / "ground-truth.json")
    try:
        bodies: dict[str, Any] = json.loads(truth)
        pages = [
            Page(name=name, body=row["articleBody"], data=_unpacked(path / "html", name))
            for name, row in bodies.items()
        ]
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}/ground-truth.json: wants an object with an articleBody for each page") from error
    if not pages:
        raise InputError(f"{path}: holds no page")
    return pages


def _unpacked(folder: Path, name: str) -> bytes:
    try:
        packed = folder / f"{name}.html.gz"
        return gzip.decompress(packed.read_bytes()) if packed.exists() else (folder / f"{name}.html").read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{folder}/{name}.html.gz: cannot be read ({error})") from error


def _document(page: Page, config: Config) -> Document | None:
    """The page as the HTML reader reads it; None where it finds no document."""
    source = Input(origin=f"{page.name}.html", name=f"{page.name}.html", data=page.data, size=len(page.data))
    try:
        readings = list(read(source, config=replace(config, max_document_bytes=MAX_PAGE_BYTES)))
    except DocumentError:
        return None
    return next((reading.document for reading in readings if isinstance(reading, Read)), None)


# Others


def _without_tables(data: bytes) -> str:
    from trafilatura import extract

    return extract(data, include_comments=False, include_tables=False) or ""


def _with_tables(data: bytes) -> str:
    from trafilatura import extract

    return extract(data, include_comments=False) or ""


OTHERS: Mapping[str, Callable[[bytes], str]] = {
    "trafilatura without comments and tables": _without_tables,
    "trafilatura without comments": _with_tables,
}


# Figures


def shingles(text: str) -> Shingles:
    """The runs of WORDS words in a text, with how often each is there; a shorter text is one run."""
    words = re.findall(r"\w+", text)
    if not words:
        return Counter()
    return Counter(tuple(words[start : start + WORDS]) for start in range(max(1, len(words) - WORDS + 1)))


def score(pages: Sequence[Page], texts: Mapping[str, str]) -> Score:
    """The means of the pages' own precision and recall."""
    precision = recall = 0.0
    for page in pages:
        gold, told = shingles(page.body), shingles(texts.get(page.name, ""))
        both = (gold & told).total()
        precision += both / told.total() if told else float(not gold)
        recall += both / gold.total() if gold else 1.0
    return Score(precision=share(precision, len(pages)), recall=share(recall, len(pages)))


def _figures(named: str, pages: Sequence[Page], texts: Mapping[str, str]) -> str:
    was_read = share(sum(bool(texts.get(page.name)) for page in pages), len(pages))
    return f"{named}: {score(pages, texts)}, read {was_read:.3f} ({len(pages)} pages)"


# Errors


def errors(pages: Sequence[Page], texts: Mapping[str, str]) -> Iterator[Error]:
    """Lines of the gold that were not read, and lines that were and are not in the gold, by what they look like."""
    for page in pages:
        text = texts.get(page.name)
        if text is None:
            yield Error(kind="page not read", where=page.name[:8], words="")
            continue
        for words in _lacking(page.body, shingles(text), text):
            yield Error(kind=f"missed, {_look(words)}", where=page.name[:8], words=words)
        for words in _lacking(text, shingles(page.body), page.body):
            yield Error(kind=f"extra, {_look(words)}", where=page.name[:8], words=words)


def _lacking(text: str, known: Shingles, whole: str) -> Iterator[str]:
    """Lines of `text` that for the most part are not in `whole`, of which `known` are the shingles."""
    for line in filter(str.strip, io.StringIO(text)):
        told = shingles(line)
        there = (
            sum(shingle in known for shingle in told) if len(next(iter(told), ())) == WORDS else line.strip() in whole
        )
        if told and there < 0.5 * len(told):
            yield " ".join(line.split())


def _look(words: str) -> str:
    return "heading or link" if len(words.split()) < HEADING_WORDS else "paragraph"
