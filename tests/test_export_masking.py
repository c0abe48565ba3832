"""No format gives a private person away: not in a title, a sentence, a note, a name, an address or a file's name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from byline.config import Config
from byline.errors import ConfigError
from byline.export.mask import BLOCK
from byline.model import Document, Event, Person, Span
from byline.project import Project, deciding, exporting
from given_out import FOURTH, dossiers, export, join, keep
from told import NAKURU, Report, at, by, dead, on, report, says

NAME = "Daniel Otieno"
PARTS = ("Otieno", "otieno", "OTIENO")
TEXT = f"Shot was {NAME} by gunmen in Nakuru on Monday, his neighbour said; 1 died. Friends of Otieno wept."
FORMS = sorted(exporting.formats())


def killing(**event: Any) -> Report:
    """An invented report that names a private person wherever it can."""
    made: tuple[Event, Document] = report(
        TEXT, at("Nakuru", NAKURU), on("Monday", FOURTH), by(NAME, role="recipient", kind="individual", sector="CVL"),
        by("gunmen", sector="UAF"), dead("1", 1, of=NAME, attribution=f"{NAME}'s neighbour"),
        says("his neighbour", name=f"{NAME}'s neighbour"),
        **({"acled": "Attack", "source": "Herald", "mode": "firearms"} | event),
    )  # fmt: skip
    told, document = made
    title = f"Shots at {NAME}"
    return told, replace(
        document, title=title, url="https://herald.test/daniel-otieno-shot", external_id="otieno-1",
        origin="inbox/daniel_otieno.txt",
    )  # fmt: skip


def otieno() -> Person:
    start, later = TEXT.index(NAME), TEXT.index("Otieno wept")
    spans = (Span(start=start, end=start + len(NAME)), Span(start=later, end=later + 6))
    in_title = Span(start=9, end=9 + len(NAME), part="title")
    return Person(name=NAME, standing="private", because="none told", spans=(*spans, in_title))


@pytest.fixture
def one(laptop: Any) -> Project:
    """Two reports of one happening that name him, one of them edited by a person who names him too."""
    project: Project = laptop("one")
    ids = keep(project, killing(), killing(source="Post", day=5), people=(otieno(),))
    join(project, *ids)
    return project


def words(path: Path) -> str:
    """All that stands in an export's files, and their names."""
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    beside = path.parent.glob(f"{path.name}.*")
    told = []
    for one in (*files, *beside):
        told.append(one.name)
        told.append(str(pq.read_table(one).to_pylist()) if one.suffix == ".parquet" else "")
        told.append(one.read_bytes().decode("utf-8", "replace"))
    return "\n".join(told)


def out_of(form: str, folder: Path) -> Path:
    return folder / {"parquet": "o.parquet", "acled": "o.csv", "ged": "o.csv"}.get(form, "o")


@pytest.mark.parametrize("unit", ["event", "incident"])
@pytest.mark.parametrize("form", FORMS)
def test_no_format_names_him(form: str, unit: Any, one: Project, tmp_path: Path) -> None:
    out = out_of(form, tmp_path)
    said = export(one, form, out, unit=unit)
    assert said["written"] >= 1
    told = words(out)
    assert [part for part in PARTS if part in told] == []
    assert BLOCK in told or "\\u2588" in told
    assert said["names"] == {"masked": 2, "private": "masked", "protected": "masked"}


@pytest.mark.parametrize("form", FORMS)
def test_unmasked_each_of_them_does(form: str, one: Project, tmp_path: Path) -> None:
    """So that the test above can fail."""
    one.config = Config(allow_unmask=True)
    out = out_of(form, tmp_path)
    said = export(one, form, out, unmask=True)
    assert "Otieno" in words(out)
    assert said["names"]["private"] == "shown"


def test_a_flag_alone_unmasks_nobody(one: Project, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="allow_unmask = true"):
        export(one, "csv", tmp_path / "o", unmask=True)
    assert not (tmp_path / "o").exists()


def test_a_name_that_a_person_sets_is_masked_too(one: Project) -> None:
    (first, *_) = dossiers(one, unit="event")
    said = deciding.Word(reviewer="Ada", note=f"It was {NAME}.", field="attribution", value=NAME)
    deciding.decide(one.store, [first.id], verdict="set", word=said)
    for dossier in dossiers(one, unit="event"):
        assert "Otieno" not in str(dossier.record)
