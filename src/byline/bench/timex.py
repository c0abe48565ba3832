"""Time expressions and their values: TimeML as TempEval-3 has it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from byline.bench.documents import Text, overlapping, snippet
from byline.bench.harness import Bench, Coder, Error, Json
from byline.bench.scores import score, share
from byline.errors import InputError

CREATION = ("CREATION_TIME", "PUBLICATION_TIME")
"""Functions in the document that mark the day it was made: what relative expressions are read from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A text with the time expressions that people marked: (start, end, TIMEX3 value)."""

    text: Text
    times: tuple[tuple[int, int, str | None], ...]


def load(path: Path) -> list[Article]:
    """The `*.tml` files of a folder in the order of their names, or one such file. Raises InputError for bad XML."""
    files = sorted(path.glob("*.tml")) if path.is_dir() else [path]
    return [_article(file) for file in files]


def _article(path: Path) -> Article:
    root, text, marked = read(path, "TIMEX3")
    times = tuple((start, end, element.get("value")) for element, start, end in marked)
    return Article(text=Text(id=path.stem, raw=text, published=made(root)), times=times)


def read(path: Path, tag: str) -> tuple[ET.Element, str, list[tuple[ET.Element, int, int]]]:
    """A TimeML file: its root, its text, and each element `tag` of the text with where it starts and ends.

    Raises InputError for bad XML.
    """
    try:
        root = ET.parse(path).getroot()
    except (OSError, ET.ParseError) as error:
        raise InputError(f"{path}: cannot be read as TimeML ({error})") from error
    body = root.find("TEXT")
    if body is None:
        raise InputError(f"{path}: TimeML without a TEXT element")
    parts: list[str] = []
    marked: list[tuple[ET.Element, int, int]] = []
    _walk(body, tag, parts=parts, marked=marked)
    return root, "".join(parts), marked


def made(root: ET.Element) -> date | None:
    """The day the document was made; the one thing besides the text that the bench takes of the gold."""
    values = (t.get("value") or "" for t in root.iter("TIMEX3") if t.get("functionInDocument") in CREATION)
    try:
        return date.fromisoformat(next(values, "")[: len("2000-01-01")])
    except ValueError:
        return None


def _walk(element: ET.Element, tag: str, *, parts: list[str], marked: list[tuple[ET.Element, int, int]]) -> None:
    start = sum(map(len, parts))
    parts.append(element.text or "")
    for child in element:
        _walk(child, tag, parts=parts, marked=marked)
        parts.append(child.tail or "")
    if element.tag == tag:
        marked.append((element, start, sum(map(len, parts))))


def predict(coder: Coder, article: Article) -> Json:
    """Every time expression of the text with its TIMEX3 value."""
    found = []
    for timex in coder.ask(article.text.document, lambda page: page.timexes):
        if timex.span.part == "text":
            start, end = article.text.back(timex.span.start, timex.span.end)
            found.append({"start": start, "end": end, "value": timex.value})
    return {"docid": article.text.id, "timexes": found}


def figures(articles: Sequence[Article], predictions: Sequence[Json]) -> Iterable[str]:
    """Relaxed F1 (overlap is enough), strict F1 (same bounds), value F1 (overlap and the same value)."""
    gold = predicted = strict = gold_met = predicted_met = value = 0
    for article, prediction in zip(articles, predictions, strict=True):
        times = [(t["start"], t["end"], t["value"]) for t in prediction["timexes"]]
        gold += len(article.times)
        predicted += len(times)
        strict += len({t[:2] for t in article.times} & {t[:2] for t in times})
        for start, end, wanted in article.times:
            over = [t for t in times if t[0] < end and start < t[1]]
            gold_met += bool(over)
            value += any(t[2] == wanted for t in over)
        spans = [t[:2] for t in article.times]
        predicted_met += sum(overlapping(t[0], t[1], spans) is not None for t in times)
    relaxed = score(predicted_met, predicted, gold, found=gold_met).f1
    exact, valued = share(2 * strict, predicted + gold), share(2 * value, predicted + gold)
    yield (
        f"{len(articles)} documents, {gold} gold, {predicted} predicted: relaxed F1 {relaxed:.3f}, "
        f"strict F1 {exact:.3f}, value F1 {valued:.3f}"
    )


def errors(articles: Sequence[Article], predictions: Sequence[Json]) -> Iterator[Error]:
    """Expressions missed, of other bounds, told where there is none, or of another value (by what both values are)."""
    for article, prediction in zip(articles, predictions, strict=True):
        raw, where = article.text.raw, article.text.id
        times = [(t["start"], t["end"], t["value"]) for t in prediction["timexes"]]
        for start, end, wanted in article.times:
            over = [t for t in times if t[0] < end and start < t[1]]
            if not over:
                yield Error(kind=f"missed, {form(wanted)}", where=where, words=f"{snippet(raw, start, end)} = {wanted}")
            elif all(t[2] != wanted for t in over):
                kind = f"another value, {form(wanted)} told as {form(over[0][2])}"
                words = f"{snippet(raw, start, end)} = {wanted}, not {over[0][2]}"
                yield Error(kind=kind, where=where, words=words)
            elif all(t[:2] != (start, end) for t in over):
                words = f"{snippet(raw, start, end)}, not [{raw[over[0][0] : over[0][1]]}]"
                yield Error(kind="other bounds", where=where, words=words)
        spans = [t[:2] for t in article.times]
        for start, end, value in times:
            if overlapping(start, end, spans) is None:
                yield Error(kind=f"extra, {form(value)}", where=where, words=f"{snippet(raw, start, end)} = {value}")


_FORMS = (
    ("time of day", re.compile(r".*T.*\d.*|.*T(MO|AF|EV|NI|MI|DT)")),
    ("reference", re.compile(r".*_REF")),
    ("duration", re.compile(r"P.*")),
    ("day", re.compile(r"[\dX]{4}-[\dX]{2}-[\dX]{2}|.*-WXX-\d")),
    ("week", re.compile(r".*-W[\dX]{2}(-WE)?")),
    ("quarter or half", re.compile(r".*-[QH][\dX]")),
    ("season", re.compile(r".*-(SP|SU|FA|WI)")),
    ("month", re.compile(r"[\dX]{4}-[\dX]{2}")),
    ("year or longer", re.compile(r"[\dX]{2,4}")),
)


def form(value: str | None) -> str:
    """What a TIMEX3 value is the value of, for errors to be told by."""
    value = value or ""
    if value.startswith("P") and not value.endswith("_REF"):
        return "duration"
    return next((name for name, pattern in _FORMS if pattern.fullmatch(value)), "other")


bench = Bench(load=load, predict=predict, figures=figures, errors=errors)
