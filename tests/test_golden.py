"""What is coded, beside the versions of the steps that coded it: output that changes while no version does is an error.

tests/golden/examples.json keeps, for each of our example reports, a hash of its records and a line an event for people.
A step's version stands in src/byline/coding/pipeline.py; it is raised by hand when the step's output changes, so that
what an older version coded is never taken for the same. `pytest tests/test_golden.py --update-golden` writes the file
anew, and does so only when a version was raised (or when the file is not there).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from byline.coding.pipeline import STEPS, Pipeline
from byline.config import Config
from byline.export.record import record
from byline.model import Coding, sha256
from byline.read import Read, read
from conftest import ROOT

GOLDEN = Path(__file__).parent / "golden" / "examples.json"
UPDATE = "pytest tests/test_golden.py --update-golden"
VERSIONS = [f"{step.name} {step.version}" for step in STEPS]

RAISE = (
    "The output of the coder changed, and no step's version did. Where that is meant, raise the `version` of each step "
    f"whose output changed in src/byline/coding/pipeline.py, run `{UPDATE}`, and commit the file with the change. "
    "What changed:\n"
)
REGENERATE = f"The steps, or their versions, changed; run `{UPDATE}` and commit {GOLDEN.relative_to(ROOT)}."
MISSING = f"{GOLDEN.relative_to(ROOT)} is not there; run `{UPDATE}` and commit it."

Golden = dict[str, Any]


@pytest.fixture(scope="module")
def now(pipeline: Pipeline, examples: Path) -> Golden:
    """What the file would hold if it were written now."""
    return {"steps": VERSIONS, "reports": {path.name: coded(path, pipeline) for path in sorted(examples.glob("*.txt"))}}


def coded(path: Path, pipeline: Pipeline) -> Golden:
    """A report's records as a hash, and as a line for people an event."""
    (reading,) = read([path], config=Config())
    assert isinstance(reading, Read), reading
    coding = pipeline.code(reading.document)
    assert isinstance(coding, Coding), coding
    records = [record(event, reading.document, ontology=pipeline.ontology, pipeline_id="") for event in coding.events]
    for one in records:
        del one["decided"]  # people's, no step's
    for one in records:
        # Where the checkout stands is no output of a step.
        one["document"]["origin"] = path.name
    return {
        "records_sha256": sha256("\n".join(json.dumps(one, ensure_ascii=False, sort_keys=True) for one in records)),
        "events": [summary(one) for one in records],
    }


def summary(one: dict[str, Any]) -> str:
    """ "ASSAULT/firearms background “opened” 2018-01-01..2018-12-31 in Nakuru"."""
    kind = "/".join(word for word in (one["type"] or "no type", one["mode"]) if word)
    start, end = one["when"]["start"], one["when"]["end"]
    days = "undated" if start is None else start if start == end else f"{start}..{end}"
    places = ", ".join(place["name"] or place["text"] for place in one["places"]) or "no place"
    return f"{kind} {one['status']} “{one['trigger']['text']}” {days} in {places}"


def test_output_does_not_change_under_unchanged_versions(now: Golden, request: pytest.FixtureRequest) -> None:
    kept = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else None
    wrong = verdict(kept, now)
    if request.config.getoption("--update-golden") and wrong in (None, MISSING, REGENERATE):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        return
    assert wrong is None, wrong


def verdict(kept: Golden | None, now: Golden) -> str | None:
    """What is wrong with the file, and what to do; None where it holds what is coded now."""
    if kept is None:
        return MISSING
    if kept["steps"] != now["steps"]:
        return REGENERATE
    if kept["reports"] != now["reports"]:
        return RAISE + "\n".join(changes(kept["reports"], now["reports"]))
    return None


def changes(kept: Golden, now: Golden) -> list[str]:
    """What changed in each report, a line an event; a report that changed in no such line says so."""
    told = []
    for name in sorted({*kept, *now}):
        before, after = (reports.get(name, {"events": []}) for reports in (kept, now))
        if before == after:
            continue
        gone = [f"  - {line}" for line in before["events"] if line not in after["events"]]
        new = [f"  + {line}" for line in after["events"] if line not in before["events"]]
        told += [name, *(gone + new or ["  in the details of its records: actors, numbers, evidence"])]
    return told


KEPT: Golden = {"steps": ["what 1"], "reports": {"a.txt": {"records_sha256": "1", "events": ["ASSAULT “shot”"]}}}
OTHER: Golden = {"a.txt": {"records_sha256": "2", "events": ["ASSAULT “killed”"]}}


class TestVerdict:
    """The rule itself, on made-up files."""

    def test_nothing_changed(self) -> None:
        assert verdict(KEPT, KEPT) is None

    def test_output_changed_and_no_version(self) -> None:
        said = verdict(KEPT, {**KEPT, "reports": OTHER})
        assert said is not None
        assert "raise the `version` of each step" in said
        assert "--update-golden" in said
        assert said.endswith("a.txt\n  - ASSAULT “shot”\n  + ASSAULT “killed”")

    def test_details_changed_and_no_version(self) -> None:
        details = {"a.txt": {**KEPT["reports"]["a.txt"], "records_sha256": "2"}}
        said = verdict(KEPT, {**KEPT, "reports": details})
        assert said is not None
        assert said.endswith("in the details of its records: actors, numbers, evidence")

    @pytest.mark.parametrize("reports", [KEPT["reports"], OTHER], ids=["same output", "other output"])
    def test_a_version_was_raised(self, reports: Golden) -> None:
        assert verdict(KEPT, {"steps": ["what 2"], "reports": reports}) == REGENERATE

    def test_no_file(self) -> None:
        assert verdict(None, KEPT) == MISSING
