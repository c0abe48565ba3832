"""The report in what a mail, a feed or a file holds as a page or as plain text: its text, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass

from byline.errors import DocumentError
from byline.model import Cut
from byline.read.cutting import cut
from byline.read.webpage import read_webpage


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report's text with captions and cuts; `notes` tell how it was made."""

    text: str
    captions: tuple[str, ...] = ()
    cuts: tuple[Cut, ...] = ()
    notes: tuple[str, ...] = ()


def of_page(markup: str, note: str = "", *, name: str) -> Report:
    """The report of a page in the language `name`; `note` says how it was decoded. Raises DocumentError for none."""
    page = read_webpage(markup, name=name, whole=True)
    return Report(text=page.text, captions=page.captions, cuts=page.cuts, notes=(note, *page.notes))


def of_text(raw: str, *, note: str = "", name: str) -> Report:
    """The report of a plain text in the language `name`. Raises DocumentError where all of it was cut."""
    text, cuts = cut(raw, name=name)
    if not text:
        reasons = ", ".join(sorted({one.reason for one in cuts}))
        raise DocumentError(f"holds no report: all of it was cut ({reasons})" if reasons else "holds no text")
    return Report(text=text, cuts=cuts, notes=(note,))
