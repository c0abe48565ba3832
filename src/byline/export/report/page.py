"""The report as one HTML page: nothing is loaded from anywhere, and nothing may run in it but its own script."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from byline.errors import ExportError
from byline.export.countries import country
from byline.export.dossier import About
from byline.export.report import map_drawn, timeline_drawn
from byline.export.report.markup import Markup, element, joined
from byline.export.report.picture import LISTED, TOLD_OF, UNNAMED, Picture, Shown, Spot, Weak
from byline.export.report.pieces import bar, counts, folded, is_web, listed, more, of_all, ranked, span, table

PLACES: Final = 40
DRAWN: Final = 2_000
"""Places on the map, those of most incidents."""

STYLE, SCRIPT = "report-style.css", "report.js"

MISSING: Final = (
    "the page's scripts and styles were not built: in a checkout, run make install with Node.js 20 or newer and npm on "
    "the path; an installed wheel has them"
)
BASE: Final = (
    "Each circle is as wide as its place is known: a city told by name alone is its city, not a point in it. Base map: "
    "Natural Earth, with lines as they are held; those disputed in whole or in part are dashed. No position is taken "
    "on any."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Whom the page is made for: what is known of the export, what is to be seen, and where the built assets stand."""

    about: About
    picture: Picture
    assets: Path


def page(parts: Parts) -> str:
    """The whole page. Raises ExportError where the assets were not built."""
    style, script = (_asset(parts.assets, name) for name in (STYLE, SCRIPT))
    own = f"style-src '{_hash(style)}'; script-src '{_hash(script)}'"
    policy = f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", parts.about.title),
        element("style", style),
    )
    body = element(
        "body",
        _header(parts),
        element("main", *_sections(parts)),
        _footer(parts),
        element("script", script, type="module"),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _sections(parts: Parts) -> Iterable[Markup]:
    seen = parts.picture
    if not seen.incidents:
        yield element("p", "No events were asked for, or none is there: nothing can be shown.", class_="none")
        return
    yield _numbers(seen)
    yield _where(parts)
    yield _when(seen)
    yield _what(seen)
    yield _who_tells(seen)
    yield _differences(seen)
    yield _findings(seen)
    yield _listed(seen)


def _header(parts: Parts) -> Markup:
    asked = parts.about.selection.told()
    chosen = "; ".join(f"{name.replace('_', ' ')}: {_told(value)}" for name, value in asked.items())
    return element(
        "header",
        element("h1", parts.about.title),
        element(
            "p", f"Chosen: {chosen}." if chosen else "All events that are kept, as people decided them.", class_="lead"
        ),
        element(
            "p",
            "What stands here is what reports tell, which need not be so. A happening that several reports tell of is "
            "one incident; every number and name rests on words of a report, named beside it.",
        ),
    )


def _numbers(seen: Picture) -> Markup:
    days = sorted(day for start, end, _ in seen.days for day in (start, end) if day)
    told = [
        (seen.incidents, "incident", "incidents"),
        (seen.reports, "report of one", "reports of them"),
        (len(seen.publishers) - (UNNAMED in seen.publishers), "source named", "sources named"),
        (len(seen.spots), "place", "places"),
        (seen.attested.met, "told by several reports", "told by several reports"),
    ]
    span = f"{days[0].isoformat()} to {days[-1].isoformat()}" if days else "no day told"
    return element(
        "section",
        element("h2", "In short"),
        element(
            "ul",
            *(
                element("li", element("strong", f"{number:,}"), " ", one if number == 1 else many)
                for number, one, many in told
            ),
            class_="figures",
        ),
        element("p", f"Days: {span}. {_decided(seen)}"),
        id="short",
    )


def _decided(seen: Picture) -> str:
    people = seen.incidents - seen.decided["undecided"]
    if not people:
        return "No person has decided on any of them yet: they are as the program read them."
    return f"People decided on {people:,} of them; the others are as the program read them."


def _where(parts: Parts) -> Markup:
    seen = parts.picture
    spots = sorted(seen.spots.values(), key=lambda one: (-one.incidents, _place(one)))
    heading = element("h2", "Where")
    if not spots:
        return element("section", heading, element("p", "No incident has a place on a map."), id="where")
    unplaced = "One incident has" if seen.unplaced == 1 else f"{seen.unplaced:,} incidents have"
    rows = [_place_row(one, number, most=spots[0].incidents) for number, one in enumerate(spots[:DRAWN])]
    head = ("Place", "Country", "Known to", "Within", "Incidents")
    rest = table(head, rows[PLACES:], caption="Further places") if rows[PLACES:] else None
    return element(
        "section",
        heading,
        element(
            "figure",
            element("div", map_drawn.drawn(spots[:DRAWN], parts.assets), class_="sheet"),
            element("figcaption", BASE),
            class_="map",
        ),
        element("p", f"{unplaced} no place on a map.") if seen.unplaced else None,
        table(head, rows[:PLACES], caption="Places, those of most incidents first"),
        folded(f"{len(rows) - PLACES:,} further places", rest) if rest else None,
        more(len(spots), DRAWN, "places are shown, those of most incidents") if len(spots) > DRAWN else None,
        id="where",
    )


def _place_row(one: Spot, number: int, *, most: int) -> Markup:
    radius = one.pin.radius_km
    return element(
        "tr",
        element("th", _place(one), scope="row"),
        element("td", _country(one.pin.country) or "not told"),
        element("td", one.pin.precision or "not told"),
        element("td", "not told" if radius is None else f"{radius:,.0f} km", class_="figure"),
        bar(one.incidents, most),
        id=f"place-{number}",
    )


def _when(seen: Picture) -> Markup:
    line = timeline_drawn.timeline(seen.days)
    heading = element("h2", "When")
    left = [
        f"{line.wider:,} span more than one {line.unit} and are not drawn." if line.wider else None,
        f"{line.undated:,} have no day." if line.undated else None,
    ]
    apart = element("p", joined([one for one in left if one], " ")) if any(left) else None
    if not line.bins:
        return element(
            "section", heading, element("p", "No incident is told so finely that it can be drawn."), apart, id="when"
        )
    there = [one for one in timeline_drawn.STATUSES if any(each.incidents[one] for each in line.bins)]
    legend = element(
        "ul",
        *(element("li", element("i", class_=f"k-{one}"), one) for one in there),
        class_="legend",
        aria_hidden="true",
    )
    rows = (
        element(
            "tr",
            element("th", line.label(one.start), scope="row"),
            *(element("td", f"{one.incidents[status]:,}", class_="figure") for status in there),
        )
        for one in line.bins
    )
    return element(
        "section",
        heading,
        element("figure", element("div", timeline_drawn.drawn(line), class_="sheet"), legend, class_="timeline"),
        apart,
        folded(
            f"The numbers by {line.unit}",
            table((line.unit.capitalize(), *there), rows, caption=f"Incidents by {line.unit} and by how they are told"),
        ),
        id="when",
    )


def _what(seen: Picture) -> Markup:
    kinds = [(_kind(type, mode), number) for (type, mode), number in ranked(seen.kinds)]
    countries = [(_country(code) or "no country told", number) for code, number in ranked(seen.countries)]
    return element(
        "section",
        element("h2", "What"),
        element(
            "div",
            counts("What happened", "Type and mode", kinds),
            counts("How it is told", "Status", list(ranked(seen.statuses))),
            counts("By country", "Country", countries),
            class_="beside",
        ),
        id="what",
    )


def _who_tells(seen: Picture) -> Markup:
    by_number = [(_sources(low), number) for low, number in sorted(seen.sources.items())]
    shown = seen.attested.items()
    rows = (
        element(
            "tr",
            element("th", _incident(one), scope="row"),
            element("td", span(*one.sources), class_="figure"),
            element("td", f"{one.row['reports']:,}", class_="figure"),
            element("td", f"{one.copies:,}", class_="figure"),
            element("td", listed(dict.fromkeys(each.source for each in one.reports))),
        )
        for one in shown
    )
    return element(
        "section",
        element("h2", "Who tells it"),
        element(
            "p",
            "Sources of one owner or one interest, copies, and those who take part in what they tell are not counted "
            "as independent. Where too little is known of a source there are two numbers: surely, and at most.",
        ),
        element(
            "div",
            counts("Independent sources", "Told by", by_number),
            counts("Sources", "Source", list(ranked(seen.publishers))),
            class_="beside",
        ),
        table(
            ("Incident", "Independent sources", "Reports", "Copies", "Told by"),
            rows,
            caption=f"Incidents of several reports, the best attested first{of_all(len(shown), seen.attested.met)}",
        )
        if shown
        else element("p", "No incident is told by more than one report; byline link finds which reports tell of one."),
        id="sources",
    )


def _differences(seen: Picture) -> Markup:
    shown = seen.differing.items()
    inside: list[Markup | None]
    if not shown:
        inside = [element("p", "No two reports of an incident differ, and none denies another.")]
    else:
        inside = [
            counts("In what reports differ", "Field", list(ranked(seen.differ))) if seen.differ else Markup(),
            *(_difference(one) for one in shown),
            more(seen.differing.met, TOLD_OF, "incidents told here, those denied or told by most sources"),
        ]
    return element("section", element("h2", "Where reports differ"), *inside, id="differ")


def _difference(one: Shown) -> Markup:
    return element(
        "article",
        element("h3", _incident(one)),
        element(
            "dl",
            *(joined([element("dt", name), element("dd", says)]) for name, says in one.differ),
            *(joined([element("dt", "disputed"), element("dd", says)]) for says in one.disputed),
        ),
        _reports(one),
        class_="incident",
    )


def _findings(seen: Picture) -> Markup:
    heading = element("h2", "What does not add up")
    if not seen.findings:
        return element("section", heading, element("p", "Nothing was found; byline audit looks for it."), id="findings")
    counted = [(f"{kind} ({severity})", number) for (kind, severity), number in ranked(seen.findings)]
    total = sum(seen.findings.values())
    return element(
        "section",
        heading,
        element(
            "p", "Words of a report held against other words of it, or of another report. None is a verdict on truth."
        ),
        counts("By kind", "Kind and severity", counted),
        *map(_finding, seen.weak),
        more(total, len(seen.weak), "findings told here, the gravest"),
        id="findings",
    )


def _finding(one: Weak) -> Markup:
    def side(words: Sequence[tuple[str, str]]) -> Iterable[Markup]:
        return (element("blockquote", element("p", said), element("cite", title)) for title, said in words)

    return element(
        "article",
        element("h3", one.says),
        element("p", f"{one.kind}, {one.severity} · {one.id}", class_="faint"),
        element("div", element("div", *side(one.claim)), element("div", *side(one.against)), class_="sides"),
        class_="incident",
    )


def _listed(seen: Picture) -> Markup:
    shown = seen.listed.items()
    return element(
        "section",
        element("h2", "The incidents"),
        more(seen.incidents, LISTED, "incidents, the latest; byline export writes all of them"),
        *(
            element(
                "article",
                element("h3", _incident(one)),
                _facts(one),
                _reports(one),
                class_="incident",
                id=one.row["id"],
            )
            for one in shown
        ),
        id="incidents",
    )


def _facts(one: Shown) -> Markup:
    row = one.row
    facts = [
        ("told as", None if row["status"] == "reported" else row["status"]),
        ("who", row["actors"]),
        ("to whom", row["recipients"]),
        *(
            (name, span(row[f"{name}_low"], row[f"{name}_high"]))
            for name in ("fatalities", "injuries", "arrests", "participants")
        ),
        (
            "place known to",
            None if row["precision"] is None else f"{row['precision']}, within {row['radius_km'] or 0:,.0f} km",
        ),
        ("according to", row["attribution"]),
        ("people say", row["decided"]),
    ]
    return element("dl", *(joined([element("dt", name), element("dd", value)]) for name, value in facts if value))


def _reports(one: Shown) -> Markup:
    rest = one.row["reports"] - len(one.reports)
    return joined(
        [
            *(
                element(
                    "blockquote",
                    element("p", each.sentence),
                    element(
                        "cite",
                        listed([each.source, each.title or "", each.published or ""]),
                        " · ",
                        element("a", "the report", href=each.url, rel="noreferrer noopener")
                        if is_web(each.url)
                        else None,
                        " · " if is_web(each.url) else None,
                        element("code", each.words),
                    ),
                )
                for each in one.reports
            ),
            element("p", f"and {rest:,} more reports") if rest > 0 else None,
        ]
    )


def _footer(parts: Parts) -> Markup:
    about = parts.about
    hidden = "shown" if about.masking.private_shown else "masked: each of their letters is one █"
    left_out = "; ".join(f"{why}: {number:,}" for why, number in sorted(about.left_out.items()))
    said = [
        f"Made by Byline {about.byline} from {about.masking.documents:,} documents, coded by pipeline "
        f"{', '.join(sorted(about.pipelines)) or 'none'}, ontology {about.ontology}.",
        f"Names of private persons are {hidden}.",
        f"Events that are not in it: {left_out}." if left_out else "",
        "Place names, coordinates and radii: GeoNames (CC BY 4.0) and others, see Byline's NOTICE. Sentences and "
        "titles are their publishers' own.",
    ]
    return element("footer", *(element("p", one) for one in said if one))


# Small pieces


def _incident(one: Shown) -> Markup:
    row = one.row
    day = row["start"] if row["start"] == row["end"] else f"{row['start']} to {row['end']}"
    told = [
        day if row["start"] else "day not told",
        _kind(row["type"], row["mode"]),
        row["location"] or "no place told",
    ]
    return joined([*(element("span", part) for part in told), element("code", row["id"])], " · ")


def _kind(type: str | None, mode: str | None) -> str:
    return " · ".join(word for word in (type or "no type", mode) if word)


def _place(one: Spot) -> str:
    name = one.pin.name or one.pin.text
    admin1 = one.pin.admin1
    return f"{name}, {admin1}" if admin1 and admin1 != name else name


def _country(code: str | None) -> str | None:
    found = country(code)
    return found.name if found is not None else code


def _sources(low: int) -> str:
    return "no independent source surely" if low == 0 else "1 source" if low == 1 else f"{low} independent sources"


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _asset(folder: Path, name: str) -> Markup:
    """A built asset as it stands in the page. Raises ExportError where it was not built."""
    try:
        text = (folder / name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ExportError(MISSING) from error
    if "</s" in text.lower():
        raise ExportError(f"{folder / name} holds the end of an element and cannot stand in a page; build it anew")
    return Markup(text)


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}"
