"""Reports that linking learns from, as coded events: public texts of which the days of publication are kept.

MUC-4's reports of one year and one region tell many happenings more than once; their keys say which. LGL, GeoWebNews,
TimeBank and AQUAINT are of other matters, years and places. Texts of ECB+ are read for their words alone.
"""

from __future__ import annotations

import pickle
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from byline.bench import timex, toponyms
from byline.bench.documents import document
from byline.bench.harness import Coder
from byline.config import Config
from byline.model import Document, Event

Coded = tuple[Document, tuple[Event, ...]]

_REPORT = re.compile(r"^((?:DEV|TST\d)-MUC\d-\d{4})[^\n]*\n", re.MULTILINE)
_DATELINE = re.compile(r"(\d{1,2}) (JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)\w* (\d\d)\b")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


def coded(gold: Path, *, kept: Path | None = None) -> list[Coded]:
    """The reports with their events; from the file `kept` where it is there, else coded now and kept there."""
    if kept is not None and kept.exists():
        found: list[Coded] = pickle.loads(kept.read_bytes())
        return found
    coder = Coder.load(Config())
    found = [(one, coder.events(one)) for one in reports(gold)]
    if kept is not None:
        kept.write_bytes(pickle.dumps(found))
    return found


def reports(gold: Path) -> Iterator[Document]:
    """MUC-4's development texts, TimeBank, AQUAINT, LGL and GeoWebNews."""
    for path in sorted((gold / "muc4/texts").glob("dev-*")):
        yield from _muc(path.read_text(encoding="utf-8", errors="replace"))
    for folder in sorted({path.parent for path in (gold / "timex").rglob("*.tml")}):
        yield from (article.text.document for article in timex.load(folder))
    published = _lgl_days(gold / "toponyms/lgl.xml")
    for name in ("lgl.xml", "GWN.xml"):
        for article in toponyms.load(gold / "toponyms" / name):
            text = article.text
            yield document(text.raw, id=text.id, published=published.get(text.id) if name == "lgl.xml" else None)


def _muc(text: str) -> Iterator[Document]:
    """The reports of one file, the first day that stands in a report taken for that of its publication."""
    parts = _REPORT.split(text)[1:]
    for id, body in zip(parts[::2], parts[1::2], strict=True):
        match = _DATELINE.search(body[:200])
        day = date(1900 + int(match[3]), _MONTHS.index(match[2]) + 1, int(match[1])) if match else None
        paragraphs = [" ".join(lines.split()) for lines in re.split(r"\n\s*\n", body)]
        yield document("\n\n".join(filter(None, paragraphs)), id=id, published=day)


def _lgl_days(path: Path) -> dict[str, date]:
    """The day each article of LGL was fetched, from its feed: that of publication, or the next."""
    told = {article.get("docid", ""): article.findtext("dltime") or "" for article in ET.parse(path).getroot()}
    return {id: date.fromisoformat(time[:10]) for id, time in told.items() if time}
