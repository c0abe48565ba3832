"""Of which country does a report speak? It places names no gazetteer holds, and events whose place nothing tells."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from byline.coding.toponyms import Toponym
from byline.model import Span

if TYPE_CHECKING:
    from byline.coding.page import Page

# Of the places that a report with a dateline names, this share lie in the dateline's country before an unknown name is
# taken to lie there too.
HOME_SHARE = 0.5
# A report names so many different places before they say of which country it speaks: one alone may be a namesake's.
MIN_PLACES = 2
# "SEVERN, Md. (AP) —": so many words stand at most between a dateline's town and its dash.
_DATELINE_TOKENS = 8
# Capitals of no more letters than this are a short form ("U.S.", "UK"), not a town set in capitals.
_ABBREVIATION = 4
_DASHES = frozenset({"-", "--", "–", "—", "_"})


def dateline(page: Page) -> Toponym | None:
    """The place the report was sent from: that of its dateline, or of one that stands behind a title ("Two men held.
    LIMA — Police …")."""
    for one in _named(page):
        if page.in_header(one.span) or opens_report(page, one.span):
            return one
    return None


def opens_report(page: Page, span: Span) -> bool:
    """True for the town of a dateline that stands in a sentence: "LIMA — Two men were charged"."""
    tokens = page.tokens(span)
    after = [token.text for token in page.doc[tokens.end : tokens.end + _DATELINE_TOKENS]]
    return tokens.root.is_upper and len(tokens.text) > _ABBREVIATION and any(text in _DASHES for text in after)


def is_about_another(page: Page, sent: Toponym) -> bool:
    """True for a report that names another town, and more often than the one it was sent from: "SAN FRANCISCO — An
    Oakland officer … Oakland police …"."""
    towns = [one for one in _named(page) if one.entry is not None and one.entry.kind == "city"]
    counts = Counter(one.entry.index for one in towns if one.entry is not None and not page.in_header(one.span))
    own = counts.pop(sent.entry.index, 0) if sent.entry is not None else 0
    return max(counts.values(), default=0) >= max(MIN_PLACES, own + 1)


def home(page: Page) -> Toponym | None:
    """The name that says in which country an unknown name of the text lies: of the dateline's, where half of the
    places named are, else of the only one named. None where the report is of several."""
    named = _named(page)
    counts = Counter(one.entry.country for one in named if one.entry is not None)
    sent = dateline(page)
    if sent is not None and sent.entry is not None:
        return sent if counts[sent.entry.country] >= HOME_SHARE * counts.total() else None
    return only(page)


def only(page: Page) -> Toponym | None:
    """The first name of a place in the one country that every place and nationality of the text is of; None where there
    are several, or too few names to tell. A name of the country itself goes before that of a town."""
    named = _named(page)
    places = {one.entry.index for one in named if one.entry is not None}
    countries = {one.entry.country for one in page.toponyms if one.entry is not None}
    if len(places) < MIN_PLACES or len(countries) != 1:
        return None
    return next((one for one in named if one.entry is not None and one.entry.kind == "country"), named[0])


def _named(page: Page) -> list[Toponym]:
    return [one for one in page.toponyms if one.entry is not None and one.entry.country and one.kind != "demonym"]
