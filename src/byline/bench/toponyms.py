"""Place names and where on earth they are: LGL and TR-News, GeoWebNews, GeoVirus."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from byline.bench.documents import Text, overlapping, snippet
from byline.bench.harness import Bench, Coder, Error, Json
from byline.bench.scores import kilometres, score, share
from byline.errors import InputError

NEAR_KM = 161.0
"""A hundred miles: the distance within which geocoding research counts a place as found (Accuracy@161)."""

COUNTED = {"lgl": ("place", "site", "demonym"), "gwn": ("place", "site", "demonym"), "geovirus": ("place", "site")}
"""Kinds of toponym that each corpus marks: GeoVirus leaves demonyms out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A place name of the gold, with degrees where the gold gives them."""

    start: int
    end: int
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article with the place names that people marked; `kind` is the corpus's form."""

    text: Text
    kind: str
    names: tuple[Name, ...]


def load(path: Path) -> list[Article]:
    """The articles of an XML file; its form (lgl, gwn, geovirus) is recognised from its elements.

    Raises InputError when it is none of the three.
    """
    try:
        root = ET.parse(path).getroot()
    except (OSError, ET.ParseError) as error:
        raise InputError(f"{path}: cannot be read as XML ({error})") from error
    kind = recognised(root)
    if kind is None:
        raise InputError(f"{path}: neither the form of LGL, nor of GeoWebNews, nor of GeoVirus")
    return [_article(kind, number, element) for number, element in enumerate(root)]


def recognised(root: ET.Element) -> str | None:
    """The form of a file of articles: "lgl", "gwn" or "geovirus", None when it is another."""
    first = next(iter(root), None)
    if first is None or first.find("text") is None:
        return None
    if first.find("locations") is not None:
        return "geovirus"
    if first.find("toponyms") is None:
        return None
    return "gwn" if first.get("docid") is None else "lgl"


def _article(kind: str, number: int, element: ET.Element) -> Article:
    key = {"lgl": element.get("docid"), "gwn": element.get("file"), "geovirus": str(number)}[kind]
    text = Text(id=key or str(number), raw=element.findtext("text") or "")
    names = {"lgl": _lgl, "gwn": _gwn, "geovirus": _geovirus}[kind](element)
    return Article(text=text, kind=kind, names=tuple(names))


def _lgl(article: ET.Element) -> Iterator[Name]:
    for name in article.iterfind("toponyms/toponym"):
        yield _name(name, name.findtext("gaztag/lat"), name.findtext("gaztag/lon"))


def _gwn(article: ET.Element) -> Iterator[Name]:
    for name in article.iterfind("toponyms/toponym"):
        latitude = (name.findtext("latitude") or "").strip()
        if (name.findtext("nonLocational") or "No").strip() == "No" and latitude:
            yield _name(name, latitude, name.findtext("longitude"))


def _geovirus(article: ET.Element) -> Iterator[Name]:
    for name in article.iterfind("locations/location"):
        yield _name(name, name.findtext("lat"), name.findtext("lon"), first=1)


def _name(element: ET.Element, latitude: str | None, longitude: str | None, *, first: int = 0) -> Name:
    """`first` is the number of the text's first character: GeoVirus counts from one."""
    return Name(
        start=int(element.findtext("start") or 0) - first,
        end=int(element.findtext("end") or 0) - first,
        latitude=float(latitude) if latitude else None,
        longitude=float(longitude) if longitude else None,
    )


def predict(coder: Coder, article: Article) -> Json:
    """Every place name of the text with the degrees of the place it was resolved to, None where it was not."""
    found: dict[tuple[int, int], Json] = {}
    for toponym in coder.ask(article.text.document, lambda page: page.toponyms):
        if toponym.kind not in COUNTED[article.kind] or toponym.span.part != "text":
            continue
        start, end = article.text.back(toponym.span.start, toponym.span.end)
        entry = toponym.entry
        lat, lon = (entry.latitude, entry.longitude) if entry is not None else (None, None)
        found.setdefault((start, end), {"start": start, "end": end, "lat": lat, "lon": lon})
    return {"docid": article.text.id, "toponyms": list(found.values())}


def _near(name: Name, toponym: Json) -> bool:
    if name.latitude is None or name.longitude is None or toponym["lat"] is None:
        return False
    return kilometres(name.latitude, name.longitude, toponym["lat"], toponym["lon"]) <= NEAR_KM


def figures(articles: Sequence[Article], predictions: Sequence[Json]) -> Iterable[str]:
    """Exact spans P/R/F1; acc161 of those found with coordinates; found161 of all gold with coordinates."""
    right = predicted = gold = located = found = near = 0
    for article, prediction in zip(articles, predictions, strict=True):
        toponyms = {(t["start"], t["end"]): t for t in prediction["toponyms"]}
        spans = {(name.start, name.end) for name in article.names}
        right += len(spans & toponyms.keys())
        predicted += len(toponyms)
        gold += len(spans)
        for name in article.names:
            located += name.latitude is not None
            toponym = toponyms.get((name.start, name.end))
            if name.latitude is not None and toponym is not None:
                found += 1
                near += _near(name, toponym)
    spans_found = score(right, predicted, gold)
    places = f"acc161 {share(near, found):.3f}, found161 {share(near, located):.3f}"
    yield f"{len(articles)} documents ({articles[0].kind}): {spans_found}, {places}"


def errors(articles: Sequence[Article], predictions: Sequence[Json]) -> Iterator[Error]:
    """Names missed, of other bounds, told where there is none, not resolved, or resolved more than 161 km away."""
    for article, prediction in zip(articles, predictions, strict=True):
        toponyms = {(t["start"], t["end"]): t for t in prediction["toponyms"]}
        spans = {(name.start, name.end): name for name in article.names}
        for span, name in spans.items():
            kind = _missed(name, toponyms)
            if kind is not None:
                yield Error(kind=kind, where=article.text.id, words=snippet(article.text.raw, *span))
        for span in toponyms.keys() - spans.keys():
            if overlapping(*span, spans) is None:
                yield Error(kind="extra", where=article.text.id, words=snippet(article.text.raw, *span))


def _missed(name: Name, toponyms: dict[tuple[int, int], Json]) -> str | None:
    toponym = toponyms.get((name.start, name.end))
    if toponym is None:
        return "missed" if overlapping(name.start, name.end, toponyms) is None else "other bounds"
    if name.latitude is None or _near(name, toponym):
        return None
    return "not resolved" if toponym["lat"] is None else "resolved to another place"


bench = Bench(load=load, predict=predict, figures=figures, errors=errors)
