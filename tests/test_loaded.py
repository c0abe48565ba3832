"""A report's loaded words stay quotes: no label, note or summary of ours repeats one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from byline.cli import main, view
from byline.coding.pipeline import Pipeline
from byline.export.record import REPORTS_WORDS
from byline.language.loaded import loaded
from conftest import ROOT, Records

QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"", re.DOTALL)
TEXT = (
    "Brave youths torched two suppressive centers of the regime in Tehran on July 30, 2020. The regime said terrorists "
    "had killed 12 martyrs. The Martyrs’ Brigades (MB) claimed the attack on the regime's henchmen near Camp Heroic."
)


def ours(value: Any, key: str = "") -> Iterator[str]:
    """Every string of a record that is not the report's word."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from (name, *ours(one, name))
    elif isinstance(value, list):
        for one in value:
            yield from ours(one, key)
    elif isinstance(value, str) and key not in REPORTS_WORDS:
        yield value


def reports() -> list[Path]:
    seed = ROOT.parent / "shared" / "reports" / "iran-2020-08-01.txt"
    return [*sorted((ROOT / "examples").glob("*.txt")), *([seed] if seed.exists() else [])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the regime", ["regime"]),
        ("the Iranian Regime", ["Regime"]),
        ("Army of Martyrs", []),
        ("the Martyrs’ Brigades", []),
        ("Martyrs said", ["Martyrs"]),
        ("the blood of the martyrs", ["martyrs"]),
        ("suppressive centers", ["suppressive"]),
        ("charges of terrorism", []),
    ],
)
def test_what_is_loaded(text: str, found: list[str]) -> None:
    assert list(loaded("en").found(text)) == found


def test_no_label_of_a_record_is_loaded(records: Records) -> None:
    rows = records(TEXT)
    assert {row["type"] for row in rows} >= {"ASSAULT"}
    for row in rows:
        assert [one for one in ours(row) if loaded("en").found(one)] == []
    actors = [actor for row in rows for actor in row["actors"]]
    assert any(actor["name"] is None and "suppressive centers" in actor["text"] for actor in actors)


@pytest.mark.parametrize("report", reports(), ids=lambda path: path.stem)
def test_what_is_generated_of_a_report_is_free_of_them(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Records, and what a person sees of them: whatever is not in quotation marks there is ours."""
    monkeypatch.chdir(tmp_path)
    view.console.cache_clear()
    runner = CliRunner(env={"COLUMNS": "400", "NO_COLOR": "1"})
    lines = runner.invoke(main, ["code", str(report), "--format", "jsonl"]).stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    assert rows
    assert [one for row in rows for one in ours(row) if loaded("en").found(one)] == []
    shown = runner.invoke(main, ["code", str(report)]).stdout
    shown += "".join(runner.invoke(main, ["show", row["id"]]).stdout for row in rows)
    assert loaded("en").found(QUOTED.sub("“”", shown)) == ()
    view.console.cache_clear()


def test_the_codebook_and_its_reasons_are_free_of_them(pipeline: Pipeline) -> None:
    told = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
    reasons = [rule.because for rule in pipeline.ontology.crosswalk.rules]
    assert loaded("en").found(QUOTED.sub("“”", "\n".join([told, *reasons]))) == ()


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.stem)
def test_output_in_the_pages_is_free_of_them(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"<!-- [$=] [^\n]+? -->\n```(?:console|text)\n(.*?)```", text, re.DOTALL)
    assert loaded("en").found(QUOTED.sub("“”", "\n".join(blocks))) == ()


def test_the_help_of_every_command_is_free_of_them() -> None:
    runner = CliRunner()
    told = [runner.invoke(main, [*words, "--help"]).stdout for words in [[], *([name] for name in main.commands)]]
    assert loaded("en").found(" . ".join(told)) == ()
