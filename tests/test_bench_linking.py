"""The bench `linking`: gold read, groups named, B-cubed figures, errors by kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from byline import bench
from byline.bench import linking
from byline.bench.documents import Text
from byline.bench.harness import Job
from byline.config import Config
from byline.errors import InputError

# Two floods of one kind and a strike, invented over real places.
_ROWS = (
    ("a1", 1, "flood/lerma", "The Lerma burst its banks at Salamanca and 60 families of Los Prados left their homes."),
    ("a2", 1, "flood/lerma", "Sixty families of Los Prados left when the Lerma flooded Salamanca, civil defence said."),
    ("b1", 1, "flood/oder", "The Oder flooded Slubice on Monday; the bridge to Frankfurt was closed to lorries."),
    ("b2", 1, "flood/oder", "Lorries turned back at Slubice, where the Oder flooded the bridge to Frankfurt."),
    ("c1", 2, "strike", "Tram drivers in Porto struck for a day over night shifts."),
)


def _job(gold: Path, out: list[str], *, predictions: Path | None = None) -> Job:
    return Job(gold=gold, config=Config(), predictions=predictions, errors=True, write=out.append)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    folder = tmp_path / "gold"
    folder.mkdir()
    rows = [dict(zip(("docid", "topic", "happening", "text"), row, strict=True)) for row in _ROWS]
    (folder / "reports.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def test_reports_are_grouped_and_scored(gold: Path, tmp_path: Path) -> None:
    out: list[str] = []
    bench.run("linking", _job(gold, out, predictions=tmp_path / "predictions.jsonl"))
    assert out[0] == "B-cubed P 1.000 R 1.000 F1 1.000 (5 documents)"
    assert out[1:] == ["3 happenings, 3 incidents", "whole and alone 1.000, split 0, merged 0"]
    lines = [json.loads(line) for line in (tmp_path / "predictions.jsonl").read_text(encoding="utf-8").splitlines()]
    assert lines == [
        {"docid": "a1", "incident": "a1"},
        {"docid": "a2", "incident": "a1"},
        {"docid": "b1", "incident": "b1"},
        {"docid": "b2", "incident": "b1"},
        {"docid": "c1", "incident": None},
    ]


def test_only_the_texts_decide(gold: Path) -> None:
    reports = linking.load(gold)
    blind = [linking.Report(text=one.text, happening="?", topic="?") for one in reports]
    assert linking.predict(blind) == linking.predict(reports)


@pytest.mark.parametrize(
    ("gold", "predicted", "wanted"),
    [
        ("aabb", "xxyy", (1, 1)),
        ("aabb", "xxxx", (0.5, 1)),
        ("aabb", "wxyz", (1, 0.5)),
        ("aaab", "xxyy", ((1 + 1 + 0.5 + 0.5) / 4, (2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)),
    ],
)
def test_b_cubed(gold: str, predicted: str, wanted: tuple[float, float]) -> None:
    precision, recall, f1 = linking.b_cubed(gold, predicted)
    assert (precision, recall) == pytest.approx(wanted)
    assert f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_errors_say_what_was_split_and_what_was_merged() -> None:
    reports = [
        linking.Report(text=Text(id=id, raw=text), happening=happening, topic=str(topic))
        for id, topic, happening, text in _ROWS
    ]
    groups = {"a1": "a1", "a2": None, "b1": "a1", "b2": "b2", "c1": "b2"}
    predictions = [{"docid": id, "incident": group} for id, group in groups.items()]
    found = [(error.kind, error.where, error.words) for error in linking.errors(reports, predictions)]
    assert found == [
        ("happening split", "topic 1, flood/lerma", "1 together, apart: 1 (a2)"),
        ("happening split", "topic 1, flood/oder", "1 together, apart: 1 (b2)"),
        ("happenings of one topic merged", "topic 1", "flood/lerma 1, flood/oder 1"),
        ("happenings of several topics merged", "topic 1, 2", "flood/oder 1, strike 1"),
    ]
    assert list(linking.figures(reports, predictions))[1:] == [
        "3 happenings, 3 incidents",
        "whole and alone 0.000, split 2, merged 3",
    ]


def test_gold_of_another_kind_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no record"):
        bench.run("linking", _job(tmp_path / "empty", []))
    (tmp_path / "other.jsonl").write_text('{"docid": "a", "text": "b"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="happening"):
        bench.run("linking", _job(tmp_path / "other.jsonl", []))
