"""Place names and where on earth they are: LGL and TR-News, GeoWebNews, GeoVirus."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from byline.bench.documents import Text, overlapping, snippet
from byline.bench.harness import Bench, Coder, Error, Json
from byline.bench.regions import region_at
from byline.bench.scores import kilometres, score, share
from byline.errors import InputError

if TYPE_CHECKING:
    from byline.coding.toponyms import Toponym

NEAR_KM = 161.0
"""A hundred miles: the distance within which geocoding research counts a place as found (Accuracy@161)."""

SAME_REGION_KM = 1000.0
"""Errors within this distance are told apart: another town of one country, rather than a namesake abroad."""

COUNTED = {"lgl": ("place", "site", "demonym"), "gwn": ("place", "site", "demonym"), "geovirus": ("place", "site")}
"""Kinds of toponym that each corpus marks: GeoVirus leaves demonyms out."""

PEOPLE_LEFT_OUT = ("gwn",)
"""Corpora whose guidelines leave out plural demonyms that stand for people ("Syrians"), but mark adjectives."""


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


def counted(toponym: Toponym, kind: str) -> bool:
    """True for a toponym that a corpus of this kind would mark."""
    if toponym.kind not in COUNTED[kind] or toponym.span.part != "text":
        return False
    return not (toponym.people and kind in PEOPLE_LEFT_OUT)


def predict(coder: Coder, article: Article) -> Json:
    """Every place name of the text with the degrees of the place it was resolved to, else of the place it is most
    likely in, None where there is neither."""
    found: dict[tuple[int, int], Json] = {}
    for toponym in coder.ask(article.text.document, lambda page: page.toponyms):
        if not counted(toponym, article.kind):
            continue
        start, end = article.text.back(toponym.span.start, toponym.span.end)
        entry = toponym.entry or toponym.anchor
        lat, lon = (entry.latitude, entry.longitude) if entry is not None else (None, None)
        found.setdefault((start, end), {"start": start, "end": end, "lat": lat, "lon": lon})
    return {"docid": article.text.id, "toponyms": list(found.values())}


def _near(name: Name, toponym: Json) -> bool:
    if name.latitude is None or name.longitude is None or toponym["lat"] is None:
        return False
    return kilometres(name.latitude, name.longitude, toponym["lat"], toponym["lon"]) <= NEAR_KM


@dataclass(slots=True)
class Counts:
    """Counts of gold names: `located` have coordinates, `found` of these were told, `near` of these are within
    NEAR_KM; `told` are all that were told, with coordinates or without."""

    gold: int = 0
    told: int = 0
    located: int = 0
    found: int = 0
    near: int = 0

    def add(self, name: Name, toponym: Json | None) -> None:
        """Count one gold name with what was told of it."""
        located = name.latitude is not None
        self.gold += 1
        self.told += toponym is not None
        self.located += located
        self.found += located and toponym is not None
        self.near += toponym is not None and _near(name, toponym)

    def __str__(self) -> str:
        return f"acc161 {share(self.near, self.found):.3f}, found161 {share(self.near, self.located):.3f}"


def figures(articles: Sequence[Article], predictions: Sequence[Json]) -> Iterable[str]:
    """Exact spans P/R/F1; acc161 of those found with coordinates; found161 of all gold with coordinates; recall and
    both for each region of the world."""
    every, regions = Counts(), dict[str, Counts]()
    right = predicted = gold = 0
    for article, prediction in zip(articles, predictions, strict=True):
        toponyms = {(t["start"], t["end"]): t for t in prediction["toponyms"]}
        spans = {(name.start, name.end) for name in article.names}
        right += len(spans & toponyms.keys())
        predicted += len(toponyms)
        gold += len(spans)
        for name in article.names:
            toponym = toponyms.get((name.start, name.end))
            every.add(name, toponym)
            regions.setdefault(region_of(name), Counts()).add(name, toponym)
    yield f"{len(articles)} documents ({articles[0].kind}): {score(right, predicted, gold)}, {every}"
    for region, counts in sorted(regions.items(), key=lambda item: -item[1].gold):
        recall = share(counts.told, counts.gold)
        yield f"  {region:26} {counts.gold:5} names, R {recall:.3f}, {counts}"


def region_of(name: Name) -> str:
    """The region of the world (UN geoscheme) that the gold coordinates lie in."""
    if name.latitude is None or name.longitude is None:
        return "no coordinates"
    return region_at(name.latitude, name.longitude) or "elsewhere"


def errors(articles: Sequence[Article], predictions: Sequence[Json]) -> Iterator[Error]:
    """Names missed, of other bounds, told where there is none, not resolved, or resolved more than 161 km away."""
    for article, prediction in zip(articles, predictions, strict=True):
        toponyms = {(t["start"], t["end"]): t for t in prediction["toponyms"]}
        spans = {(name.start, name.end): name for name in article.names}
        for span, name in spans.items():
            kind = _missed(name, toponyms)
            if kind is not None:
                yield Error(kind=kind, where=article.text.id, words=snippet(article.text.raw, *span))
        for span in sorted(toponyms.keys() - spans.keys()):
            if overlapping(*span, spans) is None:
                yield Error(kind="extra", where=article.text.id, words=snippet(article.text.raw, *span))


def _missed(name: Name, toponyms: dict[tuple[int, int], Json]) -> str | None:
    """What went wrong with a gold name, None where nothing did."""
    toponym = toponyms.get((name.start, name.end))
    if toponym is None:
        over = overlapping(name.start, name.end, toponyms)
        if over is None:
            return "missed"
        longer = over[1] - over[0] > name.end - name.start
        return "other bounds, longer" if longer else "other bounds, shorter or shifted"
    if name.latitude is None or name.longitude is None or _near(name, toponym):
        return None
    if toponym["lat"] is None:
        return "not resolved"
    far = kilometres(name.latitude, name.longitude, toponym["lat"], toponym["lon"])
    return "resolved to a place in the same region" if far <= SAME_REGION_KM else "resolved to a place far away"


bench = Bench(load=load, predict=predict, figures=figures, errors=errors)
