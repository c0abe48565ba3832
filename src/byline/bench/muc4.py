"""Whole documents into incidents: MUC-4's templates with five roles."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from byline.bench.documents import Text
from byline.bench.harness import Bench, Coder, Error, Json, read_lines
from byline.bench.muc4_templates import ROLES, templates
from byline.bench.scores import assign, score
from byline.errors import InputError

SAME_TYPE = 1e-6
"""What two templates of one type without a common filler are worth: they may be paired, after all that share one."""

Entity = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """An incident: the types it may be of, and for each role its entities, each as the set of its mentions."""

    types: tuple[str, ...]
    roles: dict[str, list[Entity]]

    @property
    def empty(self) -> bool:
        """True when no role is filled."""
        return not any(self.roles.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report and the templates of its key."""

    text: Text
    templates: tuple[Template, ...]


def load(path: Path) -> list[Report]:
    """The reports of a file of lines with docid, doctext and templates. Raises InputError for another form."""
    rows = read_lines(path, "docid", "doctext", "templates")
    try:
        return [
            Report(
                text=Text(id=row["docid"], raw=row["doctext"]),
                templates=tuple(_template(template) for template in row["templates"]),
            )
            for row in rows
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path}: its templates are not of the form of roles_*.json ({error!r})") from error


def _template(row: Json) -> Template:
    types = tuple(part.strip() for part in row["incident_type"].split("/"))
    return Template(types=types, roles={role: [_entity(entity) for entity in row.get(role, [])] for role in ROLES})


def _entity(mentions: Sequence[Any]) -> Entity:
    """An entity's mentions, given as texts or as pairs of a text and an offset."""
    return frozenset(plain(m if isinstance(m, str) else m[0]) for m in mentions) - {""}


def plain(text: str) -> str:
    """`text` in lower case without punctuation and articles, words one space apart."""
    kept = "".join(char for char in text.lower() if char not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())


def predict(coder: Coder, report: Report) -> Json:
    """The incidents coded in the report, in the task's types and roles."""
    document = report.text.document
    return {"docid": report.text.id, "templates": templates(document, coder.events(document))}


def right(entity: Entity, gold: Sequence[Entity]) -> bool:
    """True when all mentions of a predicted entity are mentions of one gold entity."""
    return bool(entity) and any(entity <= other for other in gold)


def hits(predicted: Template, gold: Template) -> tuple[int, int]:
    """(predicted entities that are right, gold entities that a right one points at) of two templates paired."""
    good = found = 0
    for role in ROLES:
        given, wanted = predicted.roles[role], gold.roles[role]
        good += sum(right(entity, wanted) for entity in given)
        found += sum(any(entity and entity <= other for entity in given) for other in wanted)
    return good, found


def same_type(predicted: Template, gold: Template) -> bool:
    """True when the predicted type is one of those the key allows."""
    return " / ".join(predicted.types) in gold.types


def pair(predicted: Sequence[Template], gold: Sequence[Template]) -> list[tuple[int, int]]:
    """Templates of one type paired one to one, so that right fillers are most; gold without fillers takes no part."""
    filled = [j for j, template in enumerate(gold) if not template.empty]

    def value(p: Template, j: int) -> float:
        return sum(hits(p, gold[j])) + SAME_TYPE if same_type(p, gold[j]) else 0.0

    return [(i, filled[k]) for i, k, _ in assign(predicted, filled, value)]


def _paired(reports: Sequence[Report], lines: Sequence[Json]) -> Iterator[tuple[Report, list[Template]]]:
    for report, line in zip(reports, lines, strict=True):
        yield report, [_template(row) for row in line["templates"]]


def figures(reports: Sequence[Report], predictions: Sequence[Json]) -> Iterator[str]:
    """Template types P/R/F1; role fillers P/R/F1 (CEAF-RME with the subset similarity, micro-averaged)."""
    met = given = wanted = good = found = fillers = keys = 0
    for report, predicted in _paired(reports, predictions):
        gold = report.templates
        met += len(assign(predicted, gold, lambda p, g: float(same_type(p, g))))
        given += len(predicted)
        wanted += len(gold)
        for i, j in pair(predicted, gold):
            more, hit = hits(predicted[i], gold[j])
            good, found = good + more, found + hit
        fillers += sum(len(entities) for template in predicted for entities in template.roles.values())
        keys += sum(len(entities) for template in gold for entities in template.roles.values())
    yield f"types: {score(met, given, wanted)} ({len(reports)} documents)"
    yield f"roles: {score(good, fillers, keys, found=found)} ({len(reports)} documents)"


def errors(reports: Sequence[Report], predictions: Sequence[Json]) -> Iterator[Error]:
    """Incidents missed and too many, by type; within the pairs, fillers missed and too many, by role."""
    for report, predicted in _paired(reports, predictions):
        gold, where = report.templates, report.text.id
        met = assign(predicted, gold, lambda p, g: float(same_type(p, g)))
        for j in sorted(set(range(len(gold))) - {j for _, j, _ in met}):
            yield Error(kind=f"{' / '.join(gold[j].types)} missed", where=where, words=_shown(gold[j]))
        for i in sorted(set(range(len(predicted))) - {i for i, _, _ in met}):
            yield Error(kind=f"{predicted[i].types[0]} too many", where=where, words=_shown(predicted[i]))
        for i, j in pair(predicted, gold):
            yield from _fillers(where, predicted[i], gold[j])


def _fillers(where: str, predicted: Template, gold: Template) -> Iterator[Error]:
    for role in ROLES:
        given, wanted = predicted.roles[role], gold.roles[role]
        for entity in wanted:
            if not any(other and other <= entity for other in given):
                words = f"{_named(entity)}, not {', '.join(map(_named, given)) or 'nobody'}"
                yield Error(kind=f"{role} missed", where=where, words=words)
        for entity in given:
            if not right(entity, wanted):
                words = f"{_named(entity)}; wanted {', '.join(map(_named, wanted)) or 'nobody'}"
                yield Error(kind=f"{role} too many", where=where, words=words)


def _named(entity: Entity) -> str:
    return " = ".join(sorted(entity))


def _shown(template: Template) -> str:
    parts = (f"{role} {', '.join(map(_named, fills))}" for role, fills in template.roles.items() if fills)
    return "; ".join(parts) or "no role filled"


bench = Bench(load=load, predict=predict, figures=figures, errors=errors)
