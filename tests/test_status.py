"""In what status a word is told, whether or not the word lists hold it: the cases of cases/status.toml."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from byline.bench.documents import Text
from byline.bench.harness import Coder
from byline.bench.status import Asked, Marked, predict
from byline.config import Config
from byline.language import load

CASES = tomllib.loads((Path(__file__).parent / "cases" / "status.toml").read_text(encoding="utf-8"))["case"]


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.load(Config())


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_status(case: dict[str, Any], coder: Coder, request: pytest.FixtureRequest) -> None:
    if "fails" in case:
        request.applymarker(pytest.mark.xfail(strict=True, reason=case["fails"]))
    text, asked = "", []
    for number, piece in enumerate(re.split(r"[{}]", case["text"])):
        if number % 2:
            asked.append(Asked(start=len(text), end=len(text) + len(piece), type="ASSAULT", told=""))
        text += piece
    record = Marked(file="cases", text=Text(id="case", raw=text, published=case.get("published")), events=tuple(asked))
    assert [event["status"] for event in predict(coder, record)["events"]] == case["status"]
    assert not coder.failed


def test_a_cue_is_written_in_more_ways_than_one() -> None:
    told = {cue.words for cue in load("en").cues}
    assert {("deny", "responsibility"), ("deny", "any", "responsibility")} <= told
