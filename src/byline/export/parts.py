"""What a dossier has several of, as rows: its places, the reports that tell it, and who and how many each report names.

Each row has the columns of its table in columns.toml, but for `parent`, the id of what it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from byline.export.pins import Pin, key_of

Row = dict[str, Any]
Record = Mapping[str, Any]


def places(pins: Iterable[Pin]) -> Iterator[Row]:
    """A row for each place, those that are drawn first."""
    for pin in pins:
        yield {
            "name": pin.name,
            "text": pin.text,
            "geonameid": pin.geonameid,
            "latitude": pin.latitude,
            "longitude": pin.longitude,
            "radius_km": pin.radius_km,
            "precision": pin.precision,
            "relation": pin.relation,
            "basis": pin.basis,
            "country": pin.country,
            "admin1": pin.admin1,
            "attribution": pin.attribution,
            "confidence": pin.confidence,
            "within": pin.within,
            "reports": " ".join(pin.reports),
            "document": pin.reports[0],
            "words_start": pin.start,
            "words_end": pin.end,
        }


def actors(record: Record) -> Iterator[Row]:
    """A row for each actor, recipient and instrument of an event record."""
    same = ("role", "name", "text", "kind", "code", "sector", "public", "confidence")
    for one in record["actors"]:
        yield {**{name: one[name] for name in same}, **_where(one, record)}


def quantities(record: Record) -> Iterator[Row]:
    """A row for each number of an event record."""
    same = ("what", "of", "low", "high", "text", "attribution", "confidence")
    for one in record["quantities"]:
        yield {**{name: one[name] for name in same}, **_where(one, record)}


def report(record: Record) -> Row:
    """The row of one report: the way back to its words."""
    document, trigger = record["document"], record["trigger"]
    return {
        "event": record["id"],
        "document": document["id"],
        "source": document["source"],
        "title": document["title"],
        "published": document["published"],
        "url": document["url"],
        "status": record["status"],
        "trigger": trigger["text"],
        "trigger_start": trigger["start"],
        "trigger_end": trigger["end"],
        "sentence": record["sentence"]["text"],
    }


def evidence(record: Record, pins: Iterable[Pin]) -> Iterator[Row]:
    """A row for each stretch of words that something of an event record rests on; `pins` are its places."""
    order = {pin.key: number for number, pin in enumerate(pins, 1)}
    one_each = ("trigger", "sentence")
    lists = ("told", "quotes", "demands")
    for of in one_each:
        yield _stretch(of, 1, record[of], record)
    for of in lists:
        for number, words in enumerate(record[of], 1):
            yield _stretch(of, number, words, record)
    for of in ("when", "attribution"):
        for words in record[of]["evidence"]:
            yield _stretch(of, 1, words, record)
    for place in record["places"]:
        for words in place["evidence"]:
            yield _stretch("places", order[key_of(place)], words, record)
    for of in ("actors", "quantities"):
        for number, value in enumerate(record[of], 1):
            for words in value["evidence"]:
                yield _stretch(of, number, words, record)


def document(record: Record) -> Row:
    """The row of the document that an event record is of."""
    return dict(record["document"])


def _stretch(of: str, number: int, words: Record, record: Record) -> Row:
    return {
        "event": record["id"],
        "document": words.get("document", record["document"]["id"]),
        "of": of,
        "number": number,
        "part": words["in"],
        "start": words["start"],
        "end": words["end"],
        "text": words["text"],
    }


def _where(value: Record, record: Record) -> Row:
    """Where the first words of a value stand."""
    first = next(iter(value["evidence"]), None)
    if first is None:
        return {"document": None, "words_start": None, "words_end": None}
    return {
        "document": first.get("document", record["document"]["id"]),
        "words_start": first["start"],
        "words_end": first["end"],
    }
