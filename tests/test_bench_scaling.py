"""The benches of scale measure what a run does, on documents that are made anew each time the same."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import pytest

from byline.bench import copies_pairs, copies_scale, load_scale, scaling
from byline.bench.copies import Told
from byline.bench.scaling_texts import made, texts
from byline.project import Run

# Invented.
REPORTS = (
    "Police arrested 14 people in Nairobi on Thursday. Teachers marched with Grace Achieng in Kisumu on 3 March 2020.",
    "Gunmen killed 3 villagers near Maiduguri on Monday, officials said. The governor of Borno, Musa Ali, wept.",
)


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    for number, text in enumerate(REPORTS):
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    return tmp_path


def test_documents_are_made_anew_the_same_and_differ(gold: Path) -> None:
    rows = list(made(texts([gold]), 40, words=None))
    assert rows == list(made(texts([gold]), 40, words=None))
    assert len({row["text"] for row in rows}) > 35
    assert all("Thursday" in row["text"] or "Monday" in row["text"] for row in rows)
    assert max(len(row["text"].split()) for row in made(texts([gold]), 40, words=9)) <= 9


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
def test_a_run_is_measured_at_its_marks_and_its_files_load(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = gold / "made.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in made(REPORTS, 8, words=None)), encoding="utf-8")
    first, last = scaling.curve(rows, [4, 8], run=Run(engine="processes"), folder=gold)
    assert (first.documents, last.documents, last.failed) == (4, 8, 0)
    assert last.events >= 8
    assert last.workers.resident > first.driver.resident / 10 > 0
    assert list(scaling.told([first, last]))[-1].startswith("from 4 to 8: ")

    files = gold / "scaling.files"
    assert load_scale.written(files, 8).startswith("files written: 8 documents")
    with load_scale.sqlite() as database:
        (mark,) = load_scale.curve(files, [8], into=database)
        assert load_scale.known(files, into=database).endswith(" bytes each")
    assert (mark.documents, mark.events) == (8, last.events)


def test_copies_among_many_are_found_and_no_others(gold: Path) -> None:
    pool = [
        f"{one} word{number} stands with thing{number * 7} in row {number}." for number in range(90) for one in "ab"
    ]
    first, last = copies_scale.curve(copies_scale.made([" ".join(pool)]), [60, 120], folder=gold)
    assert (first.documents, last.documents) == (60, 120)
    assert last.found / last.copies > 0.9
    assert len({one.id for one in islice(copies_scale.made([" ".join(pool)]), 50)}) == 50


def test_every_pair_is_compared() -> None:
    words = [f"word{number}" for number in range(60)]
    told = [
        Told(id="whole", text=" ".join(words)),
        Told(id="part", text=" ".join(words[20:])),
        Told(id="other", text=" ".join(reversed(words))),
    ]
    assert [(left, right) for left, right, _ in copies_pairs.pairs(told)] == [("whole", "part")]
