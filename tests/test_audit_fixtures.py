"""The planted reports and clean twins in audit/ and audit_unseen/: quotes stand, twins differ in the error alone."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

FOLDER, UNSEEN = (Path(__file__).parent / name for name in ("audit", "audit_unseen"))


def cases_in(folder: Path) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = tomllib.loads((folder / "cases.toml").read_text(encoding="utf-8"))["case"]
    return cases


FORTY, TEN = cases_in(FOLDER), cases_in(UNSEEN)
CASES = FORTY + TEN
KINDS = {
    *("count-list", "sum-items", "headline-body", "impossible-date", "weekday", "wrong-country"),
    *("shrinking-total", "told-before", "party-only", "caption", "contradiction"),
}
KEYS = {"name", "kind", "genre", "country", "claim", "evidence", "numbers", "sentence"}
MARK = "(Invented report, written as a test for Byline.)"
MOST_WORDS_MENDED = 20

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAY, MONTH = rf"(?P<weekday>{'|'.join(DAYS)})", rf"(?P<month>{'|'.join(MONTHS)})"
DATED_WEEKDAYS = [
    re.compile(rf"{DAY},? (?P<day>\d+) {MONTH}(?: (?P<year>\d{{4}}))?"),
    re.compile(rf"{DAY},? {MONTH} (?P<day>\d+)\b(?! to \d)(?:, (?P<year>\d{{4}}))?"),
    re.compile(rf"(?P<day>\d+) {MONTH} (?P<year>\d{{4}}), a {DAY}"),
    re.compile(rf"{MONTH} (?P<day>\d+), (?P<year>\d{{4}}), a {DAY}"),
]
YEAR = re.compile(r"\b20\d\d\b")

Record = dict[str, Any]


def documents(path: Path) -> list[Record]:
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in content.splitlines()]
    return [{"text": content}]


def part(document: Record, name: str) -> str:
    kind, _, number = name.partition(":")
    return str(document["captions"][int(number)] if kind == "caption" else document[kind])


def whole(path: Path) -> str:
    return "\n".join(
        "\n".join([row.get("title", ""), row["text"], *row.get("captions", [])]) for row in documents(path)
    )


def home(case: Record, twin: str) -> Path:
    return (UNSEEN if case in TEN else FOLDER) / str(case["name"]) / twin


def files(case: Record, twin: str) -> list[Path]:
    return sorted(home(case, twin).iterdir())


def dated_weekdays(text: str, *, year: int) -> Iterator[tuple[str, date]]:
    """Each weekday that stands beside a date, with that date; `year` where the text gives none."""
    for pattern in DATED_WEEKDAYS:
        for match in pattern.finditer(text):
            day = date(int(match["year"] or year), MONTHS.index(match["month"]) + 1, int(match["day"]))
            yield match["weekday"], day


def wrong_weekdays(path: Path) -> list[str]:
    wrong = []
    for document in documents(path):
        text = "\n".join([document["text"], *document.get("captions", [])])
        published = document.get("published") or text
        year = YEAR.search(published)
        assert year is not None, path
        found = dated_weekdays(text, year=int(year[0]))
        wrong += [f"{weekday} {day}" for weekday, day in found if DAYS[day.weekday()] != weekday]
    return wrong


def by_name(case: Record) -> str:
    return str(case["name"])


def test_forty_cases_of_every_kind_at_least_three() -> None:
    counted = Counter(case["kind"] for case in FORTY)
    assert set(counted) == KINDS
    assert min(counted.values()) >= 3
    assert sum(counted.values()) == 40


def test_ten_unseen_cases_of_ten_kinds() -> None:
    assert len(TEN) == len({case["kind"] for case in TEN}) == 10


@pytest.mark.parametrize(("folder", "cases"), [(FOLDER, FORTY), (UNSEEN, TEN)], ids=["forty", "unseen"])
def test_every_folder_is_a_case(folder: Path, cases: list[Record]) -> None:
    folders = sorted(path.name for path in folder.iterdir() if path.is_dir())
    assert folders == sorted(map(by_name, cases))


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_quotes_stand_in_the_planted_text(case: Record) -> None:
    assert KEYS <= case.keys() <= KEYS | {"also", "standing"}
    assert {case["kind"], *case.get("also", ()), *case.get("standing", ())} <= KINDS
    assert case["evidence"]
    for quote in [case["claim"], *case["evidence"]]:
        document = documents(home(case, "planted") / quote["file"])[quote.get("row", 1) - 1]
        assert quote["words"] in part(document, quote.get("in", "text"))


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_twins_differ_in_few_words(case: Record) -> None:
    planted, clean = files(case, "planted"), files(case, "clean")
    assert [path.name for path in planted] == [path.name for path in clean]
    mended = 0
    for left, right in zip(planted, clean, strict=True):
        before, after = whole(left).split(), whole(right).split()
        blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        mended += sum(max(b - a, d - c) for tag, a, b, c, d in blocks if tag != "equal")
    assert 1 <= mended <= MOST_WORDS_MENDED


@pytest.mark.parametrize("case", TEN, ids=by_name)
def test_unseen_twins_differ_only_in_the_quoted_words(case: Record) -> None:
    quotes = [case["claim"]["words"], *(quote["words"] for quote in case["evidence"])]
    for left, right in zip(files(case, "planted"), files(case, "clean"), strict=True):
        before, after = whole(left).split(), whole(right).split()
        blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        changed = [" ".join(before[a:b]).strip(".,") for tag, a, b, _, _ in blocks if tag != "equal"]
        assert all(words and any(words in quote for quote in quotes) for words in changed), changed


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_every_document_says_that_it_is_invented(case: Record) -> None:
    for path in files(case, "planted") + files(case, "clean"):
        rows = documents(path)
        assert all(row["text"].rstrip().endswith(MARK) for row in rows), path
        assert all(80 <= len(row["text"].split()) <= 350 for row in rows), path


@pytest.mark.parametrize("case", CASES, ids=by_name)
def test_only_weekday_cases_have_a_wrong_weekday(case: Record) -> None:
    assert not [wrong for path in files(case, "clean") for wrong in wrong_weekdays(path)]
    if case["kind"] != "impossible-date":  # a day that no calendar has bears no weekday
        planted = [wrong for path in files(case, "planted") for wrong in wrong_weekdays(path)]
        assert len(planted) == (case["kind"] == "weekday")
