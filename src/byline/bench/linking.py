"""Which reports have one main happening: ECB+, two happenings of a kind in each topic.

All reports of the gold lie together, as in a store, and are grouped by `byline.linking.stories`; a group is an
incident, named by the first of its reports. Figures are B-cubed over reports (Bagga and Baldwin 1998), as the referee
reckons them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from byline.bench.documents import Text
from byline.bench.harness import Error, Job, Json, listed, read_lines, save
from byline.bench.scores import share
from byline.errors import InputError
from byline.linking import stories, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report, the happening that the gold says it tells of, and the topic both belong to."""

    text: Text
    happening: str
    topic: str


def bench(job: Job) -> None:
    """Print B-cubed P/R/F1 over the reports and how many groups were made; with --errors what was split or merged."""
    reports = load(job.gold)
    if not reports:
        raise InputError(f"{job.gold}: holds no record of this kind of gold")
    predictions = predict(reports)
    if job.predictions is not None:
        save(job.predictions, predictions)
    for line in figures(reports, predictions):
        job.write(line)
    if job.errors:
        for line in listed(errors(reports, predictions)):
            job.write(line)


def load(path: Path) -> list[Report]:
    """The reports of a file of lines with docid, text, happening and topic, or of the one such file of a folder."""
    if path.is_dir():
        files = sorted(path.glob("*.jsonl"))
        return [report for file in files for report in load(file)]
    return [
        Report(
            text=Text(id=str(row["docid"]), raw=row["text"]),
            happening=str(row["happening"]),
            topic=str(row["topic"]),
        )
        for row in read_lines(path, "docid", "text", "happening", "topic")
    ]


def predict(reports: Sequence[Report]) -> list[Json]:
    """For each report its incident: the name of the first report of its group; None where it stands alone."""
    ids = [report.text.id for report in reports]
    sketches = np.concatenate([words.sketch(report.text.document) for report in reports])
    incident = {id: members[0] for members in stories.group(ids, sketches) for id in members if len(members) > 1}
    return [{"docid": id, "incident": incident.get(id)} for id in ids]


def b_cubed(gold: Sequence[str], predicted: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 over reports: of those put with mine, how many belong; of those that belong, how many
    are with me."""
    both, wanted, given = Counter(zip(gold, predicted, strict=True)), Counter(gold), Counter(predicted)
    precision = sum(n * n / given[group] for (_, group), n in both.items()) / len(gold)
    recall = sum(n * n / wanted[happening] for (happening, _), n in both.items()) / len(gold)
    return precision, recall, 2 * precision * recall / (precision + recall)


def figures(reports: Sequence[Report], predictions: Sequence[Json]) -> Iterator[str]:
    """B-cubed P/R/F1; how many happenings are one group whole and alone; how many are split, and merged with others."""
    gold, groups = [report.happening for report in reports], _groups(predictions)
    precision, recall, f1 = b_cubed(gold, groups)
    yield f"B-cubed P {precision:.3f} R {recall:.3f} F1 {f1:.3f} ({len(reports)} documents)"
    split, merged = set(_split(reports, groups)), {happening for some in _merged(reports, groups) for happening in some}
    whole = set(gold) - split - merged
    yield f"{len(set(gold))} happenings, {len(set(groups))} incidents"
    yield f"whole and alone {share(len(whole), len(set(gold))):.3f}, split {len(split)}, merged {len(merged)}"


def errors(reports: Sequence[Report], predictions: Sequence[Json]) -> Iterator[Error]:
    """Happenings in several groups, with the reports that are not in the greatest; groups of several happenings, of one
    topic or of several."""
    groups = _groups(predictions)
    for happening, parts in sorted(_split(reports, groups).items()):
        rest = [f"{len(part)} ({', '.join(part)})" for part in parts[1:]]
        where = f"topic {_topic(reports, happening)}, {happening}"
        yield Error(kind="happening split", where=where, words=f"{len(parts[0])} together, apart: {'; '.join(rest)}")
    for members in _merged(reports, groups):
        topics = sorted({_topic(reports, happening) for happening in members})
        kind = "happenings of one topic merged" if len(topics) == 1 else "happenings of several topics merged"
        held = ", ".join(f"{happening} {number}" for happening, number in members.most_common())
        yield Error(kind=kind, where=f"topic {', '.join(topics)}", words=held)


def _groups(predictions: Sequence[Json]) -> list[str]:
    return [line["incident"] or f"alone:{line['docid']}" for line in predictions]


def _topic(reports: Sequence[Report], happening: str) -> str:
    return next(report.topic for report in reports if report.happening == happening)


def _split(reports: Sequence[Report], groups: Sequence[str]) -> dict[str, list[list[str]]]:
    """The reports of each happening in several groups, group by group, the greatest first."""
    parts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for report, group in zip(reports, groups, strict=True):
        parts[report.happening][group].append(report.text.id)
    return {
        happening: sorted(some.values(), key=lambda part: (-len(part), part))
        for happening, some in parts.items()
        if len(some) > 1
    }


def _merged(reports: Sequence[Report], groups: Sequence[str]) -> list[Counter[str]]:
    """How many reports of which happenings stand in each group that holds several."""
    held: dict[str, Counter[str]] = defaultdict(Counter)
    for report, group in zip(reports, groups, strict=True):
        held[group][report.happening] += 1
    return [happenings for happenings in held.values() if len(happenings) > 1]
