"""PLOVER: one JSON array of its records (manual 0.8), a record an event. Its events that are not told as new have its
auxiliary modes: historical, future, hypothetical, negation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from byline.export.countries import country
from byline.export.dossier import Dossier, Dossiers, Format, Losses, Report, Tally
from byline.export.figures import figure
from byline.export.jsonl import line
from byline.ontology import plover

NO_TYPE: Final = "PLOVER has no type for it"
NO_DAY: Final = "neither its day nor that of its publication is told"
SUMMED: Final = "it sums up other events, which are records of their own"

PUBLISHED: Final = "The report tells no day: this is the day it was published."

RESOLUTION: Final = {"site": 5, "city": 4, "district": 3, "admin1": 2, "country": 1, "region": 1}
"""How fine a place is, as PLOVER counts it: from 5, a part of a city, to 1, a country."""

LOST: Final = {
    "demands": "has no place for what is demanded",
    "told": "has the words of one sentence",
    "acled": "has no place for ACLED's types",
    "decided": "does not say what people decided",
}


def write(dossiers: Dossiers, out: Path) -> Losses:
    """Writes a JSON array, a record a line."""
    tally = Tally()
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.write("[")
        for dossier in dossiers:
            told = record(dossier, about=dossiers.about.byline)
            if isinstance(told, str):
                tally.leave_out(told)
                continue
            file.write((",\n" if tally.written else "\n") + line(told).rstrip("\n"))
            tally.write()
            _tell_lost(dossier, tally)
        file.write("\n]\n")
    return tally.losses()


def record(dossier: Dossier, *, about: str) -> dict[str, Any] | str:
    """PLOVER's record of an event; why there is none, where PLOVER has none. `about` is Byline's version."""
    told, lead = dossier.record, dossier.lead
    if told["type"] is None:
        return NO_TYPE
    if told["status"] == "summary" and told["members"]:
        return SUMMED
    when, published = told["when"], lead.record["document"]["published"]
    day = when["start"] or when["end"] or published
    if day is None:
        return NO_DAY
    kind = plover().types[told["type"]]
    auxiliary = plover().statuses[told["status"]].auxiliary_mode
    dated = bool(when["start"] or when["end"])
    return {
        "id": dossier.id,
        "has_event": True,
        "date": day,
        "time": None,
        "enddate": (when["end"] or day) if dated else None,
        "endtime": None,
        "actor": [_entity(one) for one in told["actors"] if one["role"] == "actor"],
        "recipient": [_entity(one) for one in told["actors"] if one["role"] == "recipient"],
        "event": [told["type"]],
        "event_loc": [_location(one) for one in told["places"]],
        "event_text": [told["trigger"]["text"]],
        "quad_code": kind.quad,
        "event_scale": kind.intensity(told["mode"]),
        "mode": [one for one in (told["mode"], auxiliary) if one],
        "context": list(told["contexts"]),
        "size": _size(dossier),
        "link": dossier.incident,
        "text": told["sentence"]["text"],
        "text_info": _text_info(lead),
        "cite_info": _cite_info(lead, about=about),
        "coder": f"Byline {about}",
        "coded_date": dossier.at[:10] or None,
        "coded_time": dossier.at[11:19] or None,
        "comment": f"words={lead.words}" + ("" if dated else f"; {PUBLISHED}"),
    }


def _entity(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": one["code"][:3] if one["code"] else None,
        "sector": one["sector"],
        "entity_text": one["text"],
        "identifier_id": None,
        "identifier_text": one["name"],
        "religion": None,
        "ethnicity": None,
        "office": None,
        "gender": None,
        "age": None,
    }


def _location(one: Mapping[str, Any]) -> dict[str, Any]:
    at = country(one["country"])
    return {
        "extracted_place": one["text"],
        "resolved_place": one["name"],
        "geonameid": one["geonameid"],
        "lat": one["latitude"],
        "lon": one["longitude"],
        "city": one["name"] if one["precision"] == "city" else None,
        "district": one["name"] if one["precision"] == "district" else None,
        "province": one["admin1"],
        "country": at.name if at else None,
        "country_code": at.alpha_3 if at else None,
        "feature_class": None,
        "feature_code": None,
        "resolution": RESOLUTION.get(one["precision"]),
    }


def _size(dossier: Dossier) -> dict[str, int]:
    """Numbers told, in one number each; none where nothing is told."""
    found = {
        "dead": figure(dossier, "fatalities"),
        "injured": figure(dossier, "injuries"),
        "arrested": figure(dossier, "arrests"),
    }
    return {name: one.best for name, one in found.items() if one is not None}


def _text_info(lead: Report) -> dict[str, Any]:
    sentence = lead.record["sentence"]
    return {"sequence": None, "start": sentence["start"], "end": sentence["end"], "text_story": []}


def _cite_info(lead: Report, *, about: str) -> dict[str, Any]:
    document = lead.document
    return {
        "corpus": None,
        "citation": document.id,
        "url": document.url,
        "title": document.title,
        "language": document.language,
        "publication": lead.source_name,
        "license": None,
        "copyright": None,
        "coder": f"Byline {about}",
        "codebook": f"{plover().name} {plover().version}",
        "version": lead.record["pipeline_id"],
    }


def _tell_lost(dossier: Dossier, tally: Tally) -> None:
    told = dossier.record
    for key, reason in LOST.items():
        if told[key]:
            tally.lose(key, reason)
    sized = ("fatalities", "injuries", "arrests")
    if any(one["what"] not in sized or one["low"] != one["high"] for one in told["quantities"]):
        tally.lose("quantities", "has one number each of the dead, the injured and the arrested, and no ranges")
    if any(one["role"] == "instrument" for one in told["actors"]):
        tally.lose("actors", "has no place for what it was done with")
    if told["attribution"]["kind"] != "byline":
        tally.lose("attribution", "does not say on whose word it is told")


FORMAT = Format(write=write, says="PLOVER's records as one JSON array, a record an event")
