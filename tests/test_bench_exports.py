"""The bench of exports: dossiers are drawn again with ids and days of their own, and figures are told line by line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from byline.bench import exports
from byline.cli import main
from byline.project import Project
from given_out import bombing, dossiers, join, keep, rally


@pytest.mark.parametrize("unit", ["event", "incident"])
def test_dossiers_drawn_again_are_told_apart(unit: str, laptop: Any) -> None:
    project: Project = laptop("one")
    ids = keep(project, bombing(), bombing(source="B"), rally())
    join(project, ids[0], ids[1])
    base = dossiers(project, unit=unit)
    made = list(exports.made(base, 100))
    assert len({one.id for one in made}) == 100
    assert len({report.document.id for one in made for report in one.reports}) == sum(len(one.reports) for one in made)
    assert all(report.record["document"]["id"] == report.document.id for one in made for report in one.reports)
    assert all(len(one.id) == len(base[0].id) for one in made)
    assert len({one.record["when"]["start"] for one in made}) > 50
    assert [one.record["type"] for one in made[: len(base)]] == [one.record["type"] for one in base]


@pytest.mark.slow
def test_the_figures(examples: Path) -> None:
    words = [
        "bench",
        "exports",
        str(examples / "congo-battle.txt"),
        "--sizes",
        "20",
        "--form",
        "jsonl",
        "--form",
        "ftm",
    ]
    pytest.importorskip("followthemoney", reason="followthemoney is not installed (the extra ftm)")
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    head, *lines = result.output.splitlines()
    assert head == exports.HEAD
    assert [line.split()[:4] for line in lines] == [
        ["format", "jsonl", "event", "20"], ["format", "ftm", "incident", "20"], ["whole", "jsonl", "event", "20"]
    ]  # fmt: skip
    assert all(float(line.split()[-1]) > 30 for line in lines)
