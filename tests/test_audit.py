"""Findings: what each question of the audit finds and leaves alone, and what becomes of findings in a store."""

from __future__ import annotations

import json
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from byline.audit import Report, across, within
from byline.bench import audit as bench
from byline.bench.documents import document
from byline.cli import main
from byline.config import Config
from byline.model import Document, Finding, Span
from byline.project import Project
from byline.project.auditing import audit, findings
from byline.store import erasing
from byline.store import findings as kept

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = tomllib.loads((HERE / "cases" / "audit.toml").read_text(encoding="utf-8"))["case"]

LIST = "Police searched offices in five towns: Gulu, Lira, Soroti and Mbale."


def _document(case: dict[str, Any], *, text: str, published: Any) -> Document:
    from dataclasses import replace

    made = document(text.strip("\n"), id=case["name"], published=published)
    return replace(
        made, title=case.get("title"), source_id=case.get("outlet"), captions=tuple(case.get("captions", ()))
    )


def _found(case: dict[str, Any]) -> list[Finding]:
    reports = [Report(_document(case, text=case["text"], published=case.get("published")))]
    if "earlier" in case:
        reports.append(Report(_document(case, text=case["earlier"], published=case["earlier_published"])))
    return [*(one for report in reports for one in within(report)), *across(reports)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_what_is_found(case: dict[str, Any]) -> None:
    found = _found(case)
    kinds = [kind for kind, *_ in case["finds"]]
    assert [one.kind for one in found] == kinds, [one.says for one in found]
    for one, (_, *numbers) in zip(found, case["finds"], strict=True):
        assert set(numbers) <= set(one.numbers), one.says


@pytest.mark.parametrize("text", ["", "\n\n", "1", ": : :", "A, B, C and D, E", "(" * 500, "Nine " * 400, "12, " * 400])
def test_any_text_is_audited(text: str) -> None:
    within(Report(document(text, id="any")))


def test_every_span_quotes_its_words() -> None:
    for case in CASES:
        texts = {d.id: d for d in (_document(case, text=case["text"], published=case.get("published")),)}
        for one in _found(case):
            for cited in (*one.claim, *one.against):
                if cited.document_id in texts:
                    assert texts[cited.document_id].quote(cited.span).strip()


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "report.txt").write_text(f"Searches in the north\n\n{LIST}\n", encoding="utf-8")
    project = Project(database=tmp_path / "byline.db", config=Config())
    list(project.code([tmp_path / "report.txt"]))
    return project


def test_findings_are_kept_and_found_once(project: Project) -> None:
    with project:
        assert audit(project.store, project.sources).documents == 1
        first = [one.finding for one in findings(project.store)]
        assert audit(project.store, project.sources).documents == 0
        assert [one.finding for one in findings(project.store)] == first
        assert [one.kind for one in first] == ["count-list"]
        assert kept.finding(project.store, first[0].id) == first[0]


def test_a_decision_stays_with_its_finding(project: Project) -> None:
    from byline.project.deciding import Word, decide

    with project:
        audit(project.store, project.sources)
        (one,) = findings(project.store)
        decide(project.store, [one.finding.id], verdict="reject", word=Word(reviewer="A. Reader"))
        (one,) = findings(project.store)
        assert one.decision is not None
        assert one.decision.verdict == "reject"


def test_an_erased_document_leaves_no_finding(project: Project) -> None:
    with project:
        audit(project.store, project.sources)
        (document,) = project.store.documents()
        erasing.erase(project.store, document.id, reason="asked for")
        assert not list(findings(project.store))


def test_json_is_as_the_schema_says(project: Project) -> None:
    schema = json.loads(resources.files("byline").joinpath("schemas", "finding.json").read_text(encoding="utf-8"))
    with project:
        shown = CliRunner().invoke(main, ["audit", "--format", "json", "--db", str(project.database)])
    assert shown.exit_code == 0, shown.output
    (one,) = json.loads(shown.stdout)
    parts = schema["$defs"]
    assert set(one) == set(parts["finding"]["required"]) == set(parts["finding"]["properties"])
    assert set(one["documents"][0]) == set(parts["document"]["required"])
    assert one["claim"][0]["text"] == "five towns"
    assert set(one["claim"][0]) == set(parts["words"]["required"])


def test_an_input_is_coded_and_only_what_is_found_on_it_is_shown(project: Project, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Court day\n\nThe hearing was put off to 30 February.\n", encoding="utf-8")
    with project:
        shown = CliRunner().invoke(main, ["audit", str(other), "--db", str(project.database)])
    assert shown.exit_code == 0, shown.output
    assert "impossible-date" in shown.output
    assert "count-list" not in shown.output


def test_the_planted_cases_of_one_kind_are_found() -> None:
    """All forty are measured by `byline bench audit tests/audit`; two of them here, to be quick."""
    outcomes = list(bench.outcomes_of(HERE / "audit", Config(), only=("06-", "18-")))
    assert [bool(one.hits) for one in outcomes] == [True, True]
    assert not any(one.false for one in outcomes)


def test_judged_rows_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "judged.tsv"
    path.write_text("document\tin\tstart\tend\tkind\tverdict\twhy\n7\ttext\t1\t9\tweekday\tright\t\n", encoding="utf-8")
    assert list(bench.figures(bench.read(path))) == [
        "weekday             1 judged: right 1, wrong 0, 1.00",
        "all                 1 judged: right 1, wrong 0, 1.00",
    ]


def test_a_finding_in_a_title_is_cited_in_the_title() -> None:
    case = next(one for one in CASES if one["name"] == "a toll in the headline")
    (one,) = _found(case)
    assert one.claim[0].span.part == "title"
    assert one.against[0].span == Span(start=0, end=len("Seventeen people were killed"))
