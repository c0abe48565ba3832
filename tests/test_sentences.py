"""Every line of our own training sentences is of the form that training/sentences/README.md describes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from byline.ontology import plover

FOLDER = Path(__file__).parent.parent / "training/sentences"
STATUSES = {"reported", "background", "planned", "hypothetical", "denied"}
SPAN = re.compile(r"\{([^{}:]*):([^{}]*)\}")
LABEL = re.compile(r"e(\d)=([A-Z]+)/([^/]+)/(.+)/([a-z]+)")
FILES = sorted(FOLDER.glob("*.tsv"))


def lines(path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line and not line.startswith("#"):
            yield f"{path.name}:{number}", line


def wrong(line: str) -> str | None:
    """What is wrong with a line, None for nothing."""
    if line.count("\t") != 1:
        return "not one tab"
    text, labels = line.split("\t")
    if set("{}") & set(SPAN.sub("", text)):
        return "a brace stands alone"
    keys = [key for match in SPAN.finditer(text) for key in match[1].split(",")]
    if not all(re.fullmatch(r"[eariptfwdm]\d", key) for key in keys):
        return "a key of another form"
    if any(not words or words != words.strip() for _, words in SPAN.findall(text)):
        return "a span begins or ends in white space"
    triggers = {key[1] for key in keys if key[0] == "e"}
    if labels.strip() == "-":
        return "spans in a sentence without events" if keys else None
    told = [LABEL.fullmatch(label.strip()) for label in labels.split(";") if label.strip()]
    if not all(told) or {match[1] for match in told if match} != triggers:
        return "labels and triggers do not agree"
    if {key[1] for key in keys} - triggers:
        return "a role of no event"
    return next((problem for match in told if match and (problem := unknown(*match.groups()[1:]))), None)


def unknown(kind: str, mode: str, sub_event: str, status: str) -> str | None:
    ontology = plover()
    if kind not in ontology.types or mode not in {"-", *ontology.types[kind].modes}:
        return f"no such type and mode: {kind}/{mode}"
    if sub_event not in {"-", *ontology.crosswalk.types}:
        return f"no such sub-event type: {sub_event}"
    return None if status in STATUSES else f"no such status: {status}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_line_is_of_the_form(path: Path) -> None:
    assert [(where, problem) for where, line in lines(path) if (problem := wrong(line))] == []


def test_no_sentence_stands_twice() -> None:
    counted = Counter(SPAN.sub(r"\2", line.split("\t")[0]) for path in FILES for _, line in lines(path))
    assert [text for text, count in counted.items() if count > 1] == []
