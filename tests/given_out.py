"""What tests of exports share: reports coded by hand, kept in a project, and exports of them read back."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from byline.export.dossier import Dossier
from byline.model import Coding, Custody, Event, Person, incident_id
from byline.project import ExportOptions, Project, exporting
from byline.store import incidents
from byline.store.results import Outcome
from kept import run
from told import KISUMU, NAKURU, Report, at, by, dead, on, report

FOURTH = date(2024, 3, 4)


def bombing(**event: Any) -> Report:
    """An invented report of a bombing in Nakuru on 4 March 2024, by nobody named, with seven dead."""
    return report(
        "Bombed was a bus stop in Nakuru on Monday; gunmen killed seven people, a clinic said.",
        at("Nakuru", NAKURU),
        on("Monday", FOURTH),
        by("gunmen", sector="UAF"),
        by("seven people", role="recipient", sector="CVL"),
        dead("seven", 7),
        **({"source": "The Rift Herald", "acled": "Remote explosive/landmine/IED"} | event),
    )


def rally(**event: Any) -> Report:
    """An invented report of a rally in Nakuru and Kisumu over two days, with about 300 people."""
    return report(
        "Marched have about 300 teachers in Nakuru and Kisumu on Monday and Tuesday.",
        at("Nakuru", NAKURU),
        at("Kisumu", KISUMU),
        on("Monday and Tuesday", FOURTH, date(2024, 3, 5)),
        by("teachers", sector="EDU"),
        dead("about 300", 300, what="participants"),
        **({"type": "PROTEST", "mode": "demo", "acled": "Peaceful protest", "source": "The Rift Herald"} | event),
    )


def keep(
    project: Project,
    *reports: Report,
    people: tuple[Person, ...] = (),
    at: str = "2026-03-01T10:00:00Z",
    pipeline: str = "p1",
) -> list[str]:
    """Keeps reports in a project, events of one document together; the ids of the events."""
    by_document: dict[str, list[Event]] = defaultdict(list)
    documents = {document.id: document for _, document in reports}
    for event, document in reports:
        by_document[document.id].append(event)
    outcomes = []
    for id, events in by_document.items():
        document = documents[id]
        coding = Coding(
            document_id=id,
            pipeline_id=pipeline,
            sentences=tuple({event.sentence: None for event in events}),
            events=tuple(events),
            people=people,
        )
        custody = Custody(origin=document.origin, raw_sha256=document.raw_sha256, read_at=at, byline="0.1.0")
        outcomes.append(Outcome(custody=custody, document=document, coding=coding))
    run(
        project.store,
        *outcomes,
        pipeline=pipeline,
        at=f"{at}{len(outcomes)}{outcomes[0].document.id if outcomes[0].document else ''}",
    )
    return [event.id for event, _ in reports]


def join(project: Project, *event_ids: str) -> str:
    """Makes events one incident, whose id it gives."""
    id = incident_id(event_ids[0])
    incidents.keep(project.store, {id: list(event_ids)}, {})
    return id


def dossiers(project: Project, **about: Any) -> list[Dossier]:
    """The dossiers of a project, of incidents where nothing else is asked for."""
    from byline.export.dossier import About

    return list(exporting.dossiers(project, About(**({"form": "test", "unit": "incident"} | about))))


def export(project: Project, form: str, out: Path, **options: Any) -> dict[str, Any]:
    """Exports, and gives what OUT.loss.json says."""
    project.export(form, out, options=ExportOptions(**options))
    return loss(out)


def loss(out: Path) -> dict[str, Any]:
    """What OUT.loss.json says."""
    told: dict[str, Any] = json.loads(out.with_name(f"{out.name}.loss.json").read_text(encoding="utf-8"))
    return told


def rows(out: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, as any reader of CSV sees them."""
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines(out: Path) -> list[dict[str, Any]]:
    """The objects of a file of JSON Lines."""
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
