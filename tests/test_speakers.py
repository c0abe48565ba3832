"""Whose word is it? The cases of cases/speakers.toml: quotations over paragraphs, and whom a speaker's word goes back
to."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from byline.model import Speaker
from conftest import Code, MakeDocument

CASES = tomllib.loads((Path(__file__).parent / "cases" / "speakers.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_whose_word_it_is(case: dict[str, Any], document: MakeDocument, code: Code) -> None:
    report = document(case["text"].strip())
    events = [one for one in code(report).events if case["trigger"] in report.quote(one.trigger)]
    assert events, "no such event"
    speaker = next(iter(events[0].role("speaker")), None)
    if not case["says"]:
        assert speaker is None
        return
    assert speaker is not None
    assert isinstance(speaker.value, Speaker)
    assert case["says"] in (speaker.value.name or "")
    assert speaker.value.kind == case.get("kind", speaker.value.kind)
    back = report.quote(speaker.antecedent) if speaker.antecedent is not None else ""
    assert case.get("back", back) in back
    assert bool(case.get("back", back)) == bool(back)
