"""FollowTheMoney: entities for Aleph and its relatives, one JSON object a line, made and checked by their own library.

An incident is an Event with its Addresses, the Articles that tell it as `proof`, and the organizations and public
persons that reports name as `involved`; who did it to whom is an UnknownLink from the one to the other. Private persons
and those whom a report only describes ("police", "two students") are no entities: they stand as words in the notes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from byline.errors import ExportError
from byline.export.dossier import Dossier, Dossiers, Format, Losses, Report, Tally
from byline.export.lost import tell_lost
from byline.export.once import OnceEach
from byline.export.pins import Pin, pins
from byline.export.summary import joined
from byline.model import sha256

if TYPE_CHECKING:
    from followthemoney.proxy import EntityProxy

PREFIX: Final = "byline"
FEWEST: Final = 2
"""Words with a capital, or capital letters alone, that make a name: any first word of a sentence has a capital."""

JOINTS: Final = frozenset({"of", "the", "for", "and", "de", "del", "la", "al", "el", "du", "des", "von", "van"})
"""Words within names that have no capital."""

PUBLIC_SECTORS: Final = frozenset({"GOV", "MIL", "COP", "JUD", "LEG", "SPY"})
"""PLOVER's sectors whose organizations are bodies of a state."""

SHORTENED: Final = {"day": 10, "week": 10, "month": 7, "quarter": 7, "season": 7, "year": 4, "decade": 4}
"""How many characters of an ISO date each precision bears out: FollowTheMoney has 2026, 2026-03 and 2026-03-12."""

LOST: Final = ("contexts", "told", "quotes", "demands", "members")

Actor = Mapping[str, Any]


def write(dossiers: Dossiers, out: Path) -> Losses:
    """Writes each incident as it comes, then what incidents share, each once. Raises ExportError where the library is
    not installed."""
    tally, make = Tally(), _Maker()
    with out.open("w", encoding="utf-8", errors="replace", newline="\n") as file, OnceEach(out.parent) as shared:
        for dossier in dossiers:
            own, common = make.entities(dossier)
            for entity in own:
                file.write(_line(entity))
            for entity in common:
                shared.add(entity.id or "", _line(entity))
            _tell(dossier, tally)
            tally.write(rows=len(own))
        for line in shared:
            file.write(line)
            tally.rows += 1
    return tally.losses()


class _Maker:
    """Makes entities of dossiers."""

    def __init__(self) -> None:
        try:
            from followthemoney import model
        except ImportError as error:
            raise ExportError(
                "FollowTheMoney is not installed; pip install 'byline-events[ftm]' (it compiles ICU: it needs a C++ "
                "compiler, pkg-config and ICU's headers)"
            ) from error
        self._model = model

    def entities(self, dossier: Dossier) -> tuple[list[EntityProxy], list[EntityProxy]]:
        """What is this incident's alone, the event and its links; and what others may share."""
        articles = [self._article(report) for report in dossier.reports]
        addresses = [self._address(pin) for pin in pins(dossier)]
        named = {role: list(self._named(dossier, role)) for role in ("actor", "recipient")}
        parties = [entity for entity, _ in (*named["actor"], *named["recipient"])]
        event = self._event(dossier)
        for name, others in (("proof", articles), ("addressEntity", addresses), ("involved", parties)):
            event.add(name, [one.id for one in others])
        links = list(self._links(dossier, event, named))
        return [event, *links], [*articles, *addresses, *parties]

    def _entity(self, schema: str, id: str, **properties: Any) -> EntityProxy:
        entity = self._model.make_entity(schema)
        entity.id = id
        for name, value in properties.items():
            entity.add(name, value, quiet=False)
        return entity

    def _event(self, dossier: Dossier) -> EntityProxy:
        record, reports = dossier.record, dossier.reports
        when = record["when"]
        length = SHORTENED.get(when["precision"], 0)
        kind = " · ".join(word for word in (record["type"] or "event", record["mode"]) if word)
        place = next((one["name"] for one in record["places"] if one["name"]), None)
        return self._entity(
            "Event",
            f"{PREFIX}-{dossier.id}",
            name=", ".join(word for word in (kind, place, (when["start"] or "")[:length]) if word),
            recordId=dossier.id,
            startDate=when["start"] and when["start"][:length],
            endDate=when["end"] and when["end"][:length],
            location=[one["name"] or one["text"] for one in record["places"]],
            country=[one["country"] for one in record["places"]],
            keywords=[record["type"], record["mode"], *_acled(record), record["status"]],
            summary=[one.record["sentence"]["text"] for one in reports],
            publisher=[one.source_name for one in reports],
            sourceUrl=[one.document.url for one in reports],
            notes=[*(f"words: {one.words}" for one in reports), *_notes(dossier)],
        )

    def _article(self, report: Report) -> EntityProxy:
        document = report.record["document"]
        return self._entity(
            "Article",
            f"{PREFIX}-{document['id']}",
            title=document["title"] or document["origin"],
            author=document["byline"],
            publishedAt=document["published"],
            publisher=report.source_name,
            sourceUrl=document["url"],
            language=report.document.language,
        )

    def _address(self, pin: Pin) -> EntityProxy:
        name = pin.name or pin.text
        key = str(pin.geonameid) if pin.geonameid else _key(name, pin.country, str(pin.latitude), str(pin.longitude))
        around = [pin.admin1 if pin.admin1 != name and pin.precision != "country" else None, pin.country]
        return self._entity(
            "Address",
            f"{PREFIX}-place-{key}",
            full=", ".join(word for word in (name, *around) if word),
            city=name if pin.precision == "city" else None,
            region=pin.admin1,
            country=pin.country,
            latitude=_number(pin.latitude),
            longitude=_number(pin.longitude),
            remarks=None if pin.radius_km is None else f"{pin.precision}: anywhere within {pin.radius_km:g} km",
        )

    def _named(self, dossier: Dossier, role: str) -> Iterator[tuple[EntityProxy, Actor]]:
        """The entities that take a part, each once."""
        seen = set()
        for report in dossier.reports:
            for actor in report.record["actors"]:
                schema = schema_of(actor)
                if actor["role"] != role or schema is None:
                    continue
                entity = self._party(schema, actor)
                if entity.id not in seen:
                    seen.add(entity.id)
                    yield entity, actor

    def _party(self, schema: str, actor: Actor) -> EntityProxy:
        name = " ".join(actor["name"].split())
        key = _key(schema, name.casefold(), actor["code"])
        return self._entity(schema, f"{PREFIX}-{key}", name=name, country=actor["code"])

    def _links(
        self, dossier: Dossier, event: EntityProxy, named: Mapping[str, list[tuple[EntityProxy, Actor]]]
    ) -> Iterator[EntityProxy]:
        for (subject, _), (object, _) in product(named["actor"], named["recipient"]):
            if subject.id == object.id:
                continue
            kind = joined([dossier.record["type"], dossier.record["mode"]]) or "event"
            yield self._entity(
                "UnknownLink",
                f"{event.id}-{_key(subject.id, object.id)}",
                subject=subject.id,
                object=object.id,
                role=f"{kind}, {dossier.record['status']} ({dossier.id})",
                startDate=event.get("startDate"),
                endDate=event.get("endDate"),
                proof=event.get("proof"),
                recordId=dossier.id,
            )


def schema_of(actor: Actor) -> str | None:
    """Which entity somebody becomes: none who is not named or not known to be public."""
    name = actor["name"] or ""
    match actor["kind"]:
        case "individual":
            return "Person" if actor["public"] and _capitals(name) >= FEWEST else None
        case "organization" if _capitals(name) >= FEWEST or _is_short_form(name):
            return "PublicBody" if actor["sector"] in PUBLIC_SECTORS else "Organization"
        case "group" if _capitals(name) >= FEWEST and _is_name_throughout(name):
            return "LegalEntity"
    return None


def _capitals(name: str) -> int:
    """How many words of a name have a capital, none of it masked; one may have it as its sentence's first."""
    return 0 if "█" in name else sum(word[0].isupper() for word in name.split())


def _is_name_throughout(name: str) -> bool:
    """True for "Army of the Lake", false for "Residents of the district of Velille"."""
    return all(word[0].isupper() or word in JOINTS for word in name.split())


def _is_short_form(name: str) -> bool:
    return len(name) >= FEWEST and name.isupper() and "█" not in name


def _notes(dossier: Dossier) -> Iterator[str]:
    """What stands in words, since it is no entity; how sure it is, and what people decided."""
    yield f"confidence: {dossier.record['confidence']}"
    if decided := dossier.record.get("decided"):
        yield f"decided: {decided['state']}"
    if (standing := dossier.standing) is not None:
        yield f"independent sources: {standing.sources[0]} to {standing.sources[1]}"
        yield from (f"reports differ in {name}: {says}" for name, says in standing.differ)
    for report in dossier.reports:
        for actor in report.record["actors"]:
            if schema_of(actor) is None:
                yield f"{actor['role']}: {actor['text']}"


def _tell(dossier: Dossier, tally: Tally) -> None:
    tell_lost(dossier, tally, LOST)
    if dossier.record["quantities"]:
        tally.lose("quantities", "has no place for numbers but the sentences they stand in")
    if any(schema_of(actor) is None for one in dossier.reports for actor in one.record["actors"]):
        tally.lose("actors", "are entities only where they are named organizations or public persons; others are notes")
    if any(actor["role"] != "instrument" for actor in dossier.record["actors"]):
        tally.lose("actors", "has no role at an Event: all are `involved`; an UnknownLink says who did it to whom")


def _acled(record: Mapping[str, Any]) -> Iterable[str]:
    return (record["acled"]["event_type"], record["acled"]["sub_event_type"]) if record["acled"] else ()


def _number(value: float | None) -> str | None:
    return None if value is None else repr(value)


def _key(*parts: str | None) -> str:
    return sha256("\x1f".join(part or "" for part in parts))[:16]


def _line(entity: EntityProxy) -> str:
    told = entity.to_dict()
    told["properties"] = {name: sorted(told["properties"][name]) for name in sorted(told["properties"])}
    return json.dumps({name: told[name] for name in ("id", "schema", "properties")}, ensure_ascii=False) + "\n"


FORMAT = Format(
    write=write,
    says="FollowTheMoney entities, one a line, for Aleph: an Event an incident (needs the extra ftm)",
    unit="incident",
)
