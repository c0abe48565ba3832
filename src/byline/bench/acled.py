"""ACLED's sub-event types of short news snippets: the form of CASE 2021, task 2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from byline.bench.documents import Text
from byline.bench.harness import Bench, Coder, Error, Json, read_lines
from byline.bench.scores import score, share
from byline.errors import InputError
from byline.model import Status

SUB_EVENT_TYPES: dict[str, str | None] = {
    "ABDUCT_DISSAP": "Abduction/forced disappearance",
    "AGREEMENT": "Agreement",
    "AIR_STRIKE": "Air/drone strike",
    "ARMED_CLASH": "Armed clash",
    "ARREST": "Arrests",
    "ART_MISS_ATTACK": "Shelling/artillery/missile attack",
    "ATTACK": "Attack",
    "CHANGE_TO_GROUP_ACT": "Change to group/activity",
    "CHEM_WEAP": "Chemical weapon",
    "DISR_WEAP": "Disrupted weapons use",
    "FORCE_AGAINST_PROTEST": "Excessive force against protesters",
    "GOV_REGAINS_TERIT": "Government regains territory",
    "GRENADE": "Grenade",
    "HQ_ESTABLISHED": "Headquarters or base established",
    "MOB_VIOL": "Mob violence",
    "NON_STATE_ACTOR_OVERTAKES_TER": "Non-state actor overtakes territory",
    "NON_VIOL_TERRIT_TRANSFER": "Non-violent transfer of territory",
    "OTHER": "Other",
    "PEACE_PROTEST": "Peaceful protest",
    "PROPERTY_DISTRUCT": "Looting/property destruction",
    "PROTEST_WITH_INTER": "Protest with intervention",
    "REM_EXPLOS": "Remote explosive/landmine/IED",
    "SEX_VIOL": "Sexual violence",
    "SUIC_BOMB": "Suicide bomb",
    "VIOL_DEMONSTR": "Violent demonstration",
    "MAN_MADE_DISASTER": None,
    "NATURAL_DISASTER": None,
    "DIPLO": None,
    "ORG_CRIME": None,
    "ATTRIB": None,
}
"""The gold's labels under ACLED's names; the last five have no home in ACLED and want none."""

STATUSES: tuple[frozenset[Status], ...] = (frozenset({"reported", "summary"}), frozenset({"background"}))
"""ACLED records what happened: what is denied, planned or supposed has no sub-event type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A snippet and the sub-event type of its event, None where ACLED has none for it."""

    text: Text
    wanted: str | None


def load(path: Path) -> list[Snippet]:
    """The snippets of a JSON Lines file with id, text and label. Raises InputError for a label that is not known."""
    rows = read_lines(path, "id", "text", "label")
    for row in rows:
        if row["label"] not in SUB_EVENT_TYPES:
            raise InputError(f"{path}: {row['label']!r} is none of the labels {', '.join(SUB_EVENT_TYPES)}")
    return [
        Snippet(text=Text(id=str(row["id"]), raw=row["text"]), wanted=SUB_EVENT_TYPES[row["label"]]) for row in rows
    ]


RESIDUAL = "Attack"
"""What ACLED calls violence of which nothing more particular is known: the last to name a snippet."""


def predict(coder: Coder, snippet: Snippet) -> Json:
    """The sub-event type of the snippet's headline act, None where no event has one.

    That is its first event with a type, those that are told as new before its background, and a particular type before
    the residual one.
    """
    told = [event for event in coder.events(snippet.text.document) if event.acled is not None]
    counted = next((kept for tier in STATUSES if (kept := [event for event in told if event.status in tier])), [])
    headline = min(counted, key=lambda event: (event.acled == RESIDUAL, event.trigger.start), default=None)
    return {"id": snippet.text.id, "sub_event_type": headline.acled if headline is not None else None}


def figures(snippets: Sequence[Snippet], predictions: Sequence[Json]) -> Iterator[str]:
    """Accuracy over all snippets, and the mean F1 of the sub-event types that the gold holds."""
    wanted = [snippet.wanted for snippet in snippets]
    given = [line["sub_event_type"] for line in predictions]
    pairs = list(zip(wanted, given, strict=True))
    types = sorted({kind for kind in wanted if kind})
    f1s = [score(sum(a == b == kind for a, b in pairs), given.count(kind), wanted.count(kind)).f1 for kind in types]
    accuracy = share(sum(a == b for a, b in pairs), len(pairs))
    yield f"{len(snippets)} snippets: accuracy {accuracy:.3f}, macro F1 {share(sum(f1s), len(f1s)):.3f}"


def errors(snippets: Sequence[Snippet], predictions: Sequence[Json]) -> Iterator[Error]:
    """Snippets of another sub-event type than the gold's, by which is read as which."""
    for snippet, line in zip(snippets, predictions, strict=True):
        given = line["sub_event_type"]
        if given != snippet.wanted:
            kind = f"{snippet.wanted or 'none'} read as {given or 'none'}"
            yield Error(kind=kind, where=snippet.text.id, words=" ".join(snippet.text.raw.split()))


bench = Bench(load=load, predict=predict, figures=figures, errors=errors)
