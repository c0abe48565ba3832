"""What the sections of the report are made of: tables with bars, numbers and lists as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from byline.export.report.markup import Markup, element

ROWS: Final = 16
"""Rows of a table of counts; what is beyond them is counted together."""

BAR: Final = 120.0


def counts(title: str, what: str, counted: Sequence[tuple[str, int]]) -> Markup:
    """A table of counts with a bar each."""
    rest = sum(number for _, number in counted[ROWS:])
    rows = [*counted[:ROWS], *([(f"{len(counted) - ROWS:,} more", rest)] if rest else [])]
    most = max((number for _, number in rows), default=1)
    return table(
        (what, "Number"),
        (element("tr", element("th", name, scope="row"), bar(number, most)) for name, number in rows),
        caption=title,
    )


def bar(number: int, most: int) -> Markup:
    """A cell with a number, and a bar that is as long as it is beside the most."""
    wide = BAR * number / max(1, most)
    rect = element("rect", width=f"{max(1.0, wide):.1f}", height="10")
    drawn = element(
        "svg", rect, viewBox=f"0 0 {BAR:.0f} 10", class_="bar", aria_hidden="true", preserveAspectRatio="none"
    )
    return element("td", drawn, f"{number:,}", class_="figure")


def table(head: Sequence[str], rows: Iterable[Markup], *, caption: str) -> Markup:
    """A table that can be scrolled where it is wider than the page."""
    columns = element("tr", *(element("th", one, scope="col") for one in head))
    table = element("table", element("caption", caption), element("thead", columns), element("tbody", *rows))
    return element("div", table, class_="scroll", tabindex="0", role="region", aria_label=caption)


def folded(title: str, inside: Markup) -> Markup:
    """What is there to be unfolded."""
    return element("details", element("summary", title), inside)


def span(low: float | None, high: float | None) -> str:
    """A number or a range of two, as people write it; nothing where none is told."""
    match low, high:
        case None, None:
            return ""
        case _, None:
            return f"{low:,g} or more"
        case None, _:
            return f"up to {high:,g}"
    return f"{low:,g}" if low == high else f"{low:,g} to {high:,g}"


def ranked(counted: Mapping[Any, int]) -> list[tuple[Any, int]]:
    """What was counted, the most first."""
    return sorted(counted.items(), key=lambda one: (-one[1], str(one[0])))


def more(there: int, shown: int, what: str) -> Markup | None:
    """A line that not all are shown; None where they are."""
    return element("p", f"{shown:,} of {there:,} {what}.") if there > shown else None


def of_all(shown: int, there: int) -> str:
    """The same in brackets."""
    return f" ({shown:,} of {there:,})" if there > shown else ""


def listed(words: Iterable[str]) -> str:
    """Words in a row, empty ones left out."""
    return ", ".join(one for one in words if one)


def is_web(url: str | None) -> bool:
    """Only such an address becomes a link: a report's may hold anything. One with a masked name in it leads nowhere."""
    return url is not None and url.lower().startswith(("http://", "https://")) and "█" not in url
