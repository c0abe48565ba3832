"""What do the reports of one happening tell together? One record with the keys of the event record, filled from theirs.

Nothing is averaged and no disagreement is hidden: of the kind and the day the one that most texts tell stands here, of
equally many the one told first; places, actors and numbers are all those that any report tells, each once, with the
words of all that tell it. Copies have no vote. Where people decided on some of the reports' events, these alone vote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, get_args

from byline.export.dossier import Report, Standing, lead
from byline.model import WhenPrecision

FINEST_DAYS = get_args(WhenPrecision)
"""How exactly days are told, the most exact first."""

STRONGEST = ("new", "edited", "accepted", "undecided")

Told = Mapping[str, Any]


def record(id: str, reports: Sequence[Report], standing: Standing | None) -> dict[str, Any]:
    """The record of an incident: the keys of the event record, each evidence with its "document", and "incident"."""
    held = [one for one in reports if one.event.status != "denied"] or list(reports)
    speaking = _speaking(held)
    first = lead(reports).record
    kind = _most((one["type"], one["mode"]) for one in speaking)
    return {
        **first,
        "id": id,
        "type": kind[0],
        "mode": kind[1],
        "contexts": list(dict.fromkeys(context for one in held for context in one.record["contexts"])),
        "acled": _acled(speaking, kind[0]),
        "status": "reported" if any(one["status"] == "reported" for one in speaking) else _status(speaking),
        "trigger": _cited(first["trigger"], first),
        "told": [_cited(words, one) for one in _records(held) for words in one["told"]],
        "sentence": _cited(first["sentence"], first),
        "when": _when(speaking) or _when(_records(held)) or {**first["when"], "evidence": _evidence("when", first)},
        "places": _united(held, "places", _same_place),
        "actors": _united(held, "actors", _same_actor),
        "quantities": _united(held, "quantities", _same_number),
        "quotes": [_cited(words, one) for one in _records(held) for words in one["quotes"]],
        "demands": [_cited(words, one) for one in _records(held) for words in one["demands"]],
        "attribution": {**first["attribution"], "evidence": _evidence("attribution", first)},
        "members": list(dict.fromkeys(member for one in _records(held) for member in one["members"])),
        "confidence": max(one["confidence"] for one in _records(held)),
        "decided": _decided(reports),
        "incident": {
            "events": [one.event.id for one in reports],
            "copies": {one.document.id: one.original for one in reports if one.original != one.document.id},
            "attested": None if standing is None else attested(standing),
            "reports": [one.record for one in reports],
        },
    }


def attested(standing: Standing) -> dict[str, Any]:
    """How well an incident is attested, as its record tells it."""
    return {
        "reports": standing.reports,
        "texts": standing.texts,
        "sources": {"low": standing.sources[0], "high": standing.sources[1]},
        "words": {"low": standing.words[0], "high": standing.words[1]},
        "differ": [{"field": name, "says": says} for name, says in standing.differ],
        "disputed": list(standing.disputed),
    }


def _records(reports: Iterable[Report]) -> list[Told]:
    return [one.record for one in reports]


def _speaking(held: Sequence[Report]) -> list[Told]:
    """Records of those that have a vote."""
    texts = [one for one in held if one.original == one.document.id] or list(held)
    decided = [one for one in texts if one.record["decided"] and one.record["decided"]["state"] != "undecided"]
    return _records(decided or texts)


def _most(told: Iterable[Any]) -> Any:
    """What most say; of equally many the first."""
    counted = Counter(told)
    return max(counted, key=lambda one: counted[one])


def _status(speaking: Sequence[Told]) -> str:
    return str(_most(one["status"] for one in speaking))


def _acled(speaking: Sequence[Told], type: str | None) -> Told | None:
    """ACLED's type: of the records of the type that stands those that have one vote."""
    found = [one["acled"] for one in speaking if one["type"] == type and one["acled"]]
    if not found:
        return None
    name = _most(one["sub_event_type"] for one in found)
    return dict(next(one for one in found if one["sub_event_type"] == name))


def _when(told: Sequence[Told]) -> Told | None:
    """The days that are told most exactly, and of these most often; None where no record tells any."""
    dated = [one for one in told if one["when"]["start"] or one["when"]["end"]]
    if not dated:
        return None
    finest = min(FINEST_DAYS.index(one["when"]["precision"]) for one in dated)
    fine = [one for one in dated if FINEST_DAYS.index(one["when"]["precision"]) == finest]
    days = _most((one["when"]["start"], one["when"]["end"]) for one in fine)
    same = [one for one in fine if (one["when"]["start"], one["when"]["end"]) == days]
    evidence = [words for one in same for words in _evidence("when", one)]
    return {**same[0]["when"], "evidence": evidence}


def _united(held: Sequence[Report], key: str, same: Callable[[Told], Hashable]) -> list[dict[str, Any]]:
    """What any record lists under a key, each once: as it is told first, with the words of all that tell it."""
    found: dict[Hashable, dict[str, Any]] = {}
    for told in _records(held):
        for one in told[key]:
            evidence = [_cited(words, told) for words in one["evidence"]]
            known = found.setdefault(same(one), {**one, "evidence": []})
            known["evidence"] += evidence
            known["confidence"] = max(known["confidence"], one["confidence"])
    return list(found.values())


def _same_place(one: Told) -> Hashable:
    return one["geonameid"] or (one["name"] or one["text"]).casefold(), one["relation"]


def _same_actor(one: Told) -> Hashable:
    return one["role"], (one["name"] or one["text"]).casefold(), one["code"]


def _same_number(one: Told) -> Hashable:
    return one["what"], one["low"], one["high"], (one["of"] or "").casefold(), one["attribution"]


def _cited(words: Told, told: Told) -> dict[str, Any]:
    return {"document": told["document"]["id"], **words}


def _evidence(key: str, told: Told) -> list[dict[str, Any]]:
    return [_cited(words, told) for words in told[key]["evidence"]]


def _decided(reports: Sequence[Report]) -> dict[str, Any] | None:
    """What people made of some of its events: the most that they changed, the last time that they did."""
    found = [one.record["decided"] for one in reports if one.record["decided"]]
    if not found:
        return None
    return {
        "state": min((one["state"] for one in found), key=STRONGEST.index),
        "by": max(one["by"] for one in found),
        "at": max(one["at"] for one in found),
        "fields": sorted({name for one in found for name in one["fields"]}),
        "differs": any(one["differs"] for one in found),
    }
