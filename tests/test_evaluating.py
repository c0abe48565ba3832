"""The program against people's decisions, and its confidences fitted to them, only when asked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from byline.cli import main
from byline.coding import refitted
from byline.coding.pipeline import Pipeline
from byline.config import Config, load
from byline.errors import ConfigError, DecisionError
from byline.project import Project, evaluating
from byline.project.deciding import Said, Word, decide, decide_many
from happenings import Told, coded, id_of, keep, report
from kept import run

ADA = Word(reviewer="Ada")


def by_name(rows: tuple[evaluating.Figures, ...]) -> dict[str | None, evaluating.Figures]:
    return {one.name: one for one in rows}


def many(project: Project, number: int) -> None:
    """So many reports, whose events are held likely by the program: of those held 0.9 likely half are right, of those
    held 0.6 one in ten."""
    made = []
    for n in range(number):
        outcome = coded(Told(paper=f"Paper {n}"))
        assert outcome.coding is not None
        (event,) = outcome.coding.events
        event = replace(event, score=0.9 if n % 2 else 0.6)
        made.append(replace(outcome, coding=replace(outcome.coding, events=(event,))))
    run(project.store, *made)
    said = []
    for n in range(number):
        right = n % 4 == 1 if n % 2 else n % 20 == 0
        verdict = "accept" if right else "reject"
        said.append(Said(subject=(id_of(Told(paper=f"Paper {n}")),), verdict=verdict))  # type: ignore[arg-type]
    decide_many(project.store, said, reviewer="Ada")


def test_each_field_is_held_against_what_people_decided(sqlite_project: Project) -> None:
    project = sqlite_project
    papers = [Told(paper=name) for name in ("The Andean", "The Bell", "The Courier", "The Daily")]
    keep(project, *papers)
    one, two, three, four = map(id_of, papers)
    decide(project.store, [one], verdict="accept", word=ADA)
    decide(project.store, [two], verdict="reject", word=ADA)
    said = [
        Said(subject=(three,), verdict="set", field="type", value="PROTEST"),
        Said(subject=(three,), verdict="set", field="quantities", value="injuries 9; fatalities 1"),
    ]
    decide_many(project.store, said, reviewer="Ada")
    decide(project.store, [four], verdict="set", word=replace(ADA, field="places", value=""))
    start = report(papers[3]).text.index("burned")
    new = {"trigger": {"start": start, "end": start + 6}, "fields": {"type": "ASSAULT"}}
    decide(project.store, [report(papers[3]).id], verdict="new", word=replace(ADA, value=json.dumps(new)))
    found = evaluating.evaluate(project.store)
    assert (found.events, found.documents) == (4, 4)
    fields = {
        name: (each.values, each.accepted, each.changed, each.rejected, each.missed)
        for name, each in by_name(found.fields).items()
    }
    assert fields["event"] == (4, 2, 1, 1, 1)
    assert fields["type"] == (3, 2, 1, 0, 0)
    assert fields["quantity"] == (3, 2, 1, 0, 1)
    assert fields["place"] == (3, 2, 0, 1, 0)
    assert fields["when"] == (3, 3, 0, 0, 0)
    assert by_name(found.fields)["place"].agreement == 0.667
    assert set(by_name(found.sources)) == {one.paper for one in papers}
    assert by_name(found.sources)["The Andean"].agreement == 1.0
    assert set(by_name(found.languages)) == {None}
    assert by_name(found.fields)["event"].ece is None  # too few to tell


def test_confidences_are_fitted_where_enough_was_decided(sqlite_project: Project) -> None:
    many(sqlite_project, 200)
    found = evaluating.evaluate(sqlite_project.store)
    event = by_name(found.fields)["event"]
    assert (event.values, event.accepted, event.rejected) == (200, 60, 140)
    assert event.ece == pytest.approx(0.47, abs=0.03)  # 0.9 against 0.5, and 0.6 against 0.1
    assert event.auroc == pytest.approx(0.738, abs=0.001)
    (fitted,) = evaluating.refit(found)
    assert (fitted.field, fitted.values) == ("event", 200)
    assert fitted.after < 0.1 < fitted.before
    assert fitted.curve.of(0.9) == pytest.approx(0.5, abs=0.05)
    assert fitted.curve.of(0.6) == pytest.approx(0.1, abs=0.05)


def test_too_few_decisions_fit_nothing(sqlite_project: Project) -> None:
    many(sqlite_project, 60)
    with pytest.raises(DecisionError, match=r"a field needs 100 decided values, of them 20 right.* one has is 60"):
        evaluating.refit(evaluating.evaluate(sqlite_project.store))


def test_it_counts_only_where_the_project_names_it(
    sqlite_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(sqlite_project, 120)

    def byline(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, [*words, "--db", str(sqlite_project.database)])
        return result.exit_code, result.output

    monkeypatch.chdir(tmp_path)
    plain = Pipeline.load(load())
    code, said = byline("evaluate", "--refit", "curves.toml")
    assert code == 0
    assert 'put calibration = "curves.toml" in byline.toml' in said
    assert "field" in said
    assert "120" in said
    assert Pipeline.load(load()).id == plain.id
    assert byline("evaluate", "--refit", "curves.toml")[1].endswith("name another file, or give --overwrite\n")
    (tmp_path / "byline.toml").write_text('calibration = "curves.toml"\n')
    named = Pipeline.load(load())
    assert named.id != plain.id
    assert [step.name for step in named.steps][-1] == "calibration"
    assert "names a calibration already" in byline("evaluate", "--refit", "other.toml")[1]
    (tmp_path / "curves.toml").write_text("[event]\nslope = 2.0\nintercept = 0.5\n")
    assert Pipeline.load(load()).id not in (named.id, plain.id)
    row = json.loads(byline("evaluate", "--format", "json")[1].rpartition("}")[0] + "}")
    assert [each["name"] for each in row["fields"]][:2] == ["event", "type"]


def test_what_is_coded_follows_the_curves(tmp_path: Path) -> None:
    from byline.model import Document, sha256

    text = "Gunmen killed four farmers in Oruro on Monday, police said."
    document = Document(
        id="d" + "0" * 16,
        text=text,
        origin="a.txt",
        raw_sha256=sha256(text),
        text_sha256=sha256(text),
        made_by="test",
        language="en",
    )
    (tmp_path / "curves.toml").write_text(
        "[event]\nslope = 0.5\nintercept = 0.0\n[actor]\nslope = 1.0\nintercept = 1.0\n"
    )
    plain = Pipeline.load(Config()).code(document)
    curved = Pipeline.load(Config(calibration=str(tmp_path / "curves.toml"))).code(document)
    (before,), (after,) = plain.events, curved.events  # type: ignore[union-attr]
    curves = refitted.load(tmp_path / "curves.toml")
    assert after.score == curves["event"].of(before.score) != before.score
    assert after.role("actor")[0].score == curves["actor"].of(before.role("actor")[0].score)
    assert after.role("place") == before.role("place")


@pytest.mark.parametrize("words", ["[event]\nslope = -1\nintercept = 0", "[colour]\nslope = 1\nintercept = 0", "x ="])
def test_what_is_no_file_of_curves(tmp_path: Path, words: str) -> None:
    (tmp_path / "curves.toml").write_text(words)
    with pytest.raises(ConfigError, match="byline evaluate --refit writes"):
        refitted.load(tmp_path / "curves.toml")
