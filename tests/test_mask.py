"""What an export hides: names of private persons, letter by letter, wherever they stand; nothing moves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from byline.coding.people_names import words
from byline.coding.pipeline import Pipeline
from byline.errors import ExportError
from byline.export.document import to_json
from byline.export.mask import BLOCK, Mask, Shown, blocks, masked
from byline.export.record import record
from byline.model import Coding, Document, Person, Span
from conftest import Code, MakeDocument

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
GIVEN = ("Daniel", "Amina", "José", "Zoë", "Jean-Pierre", "Ali", "Rosa", "Łukasz")
FAMILY = ("Otieno", "N'Golan", "al-Hassani", "de la Torren", "Quispe Huallpan", "Ñandúvan", "Brown-Adewale", "Köhlerin")
MINISTERS = ("Interior Minister Petra Sandovalin", "Governor Ole Vestergaardin")
# Reports around a private name: {name} stands for all of it, {surname} for its last part.
REPORTS = (
    "{name}, 34, a farmer, was shot dead by police in Kisumu on Monday. {surname}’s wife fled to Goma.",
    "Police arrested {name}, a student, in Nairobi. “Free {surname}”, the placards of 200 marchers read.",
    "{minister} said that soldiers had beaten {name} (29), a trader, near Goma. The {surname}-led march went on.",
    "By Rafiq Mondan\n\nRebels abducted {name}, 41, a nurse, near Sake.\n\n{surname} was freed, {minister} said.",
    "A 14-year-old boy, {name}, was wounded when a bomb exploded in Quetta. #Justice for @{handle}!",
    "Gunmen killed a teacher named {name} in Kidal. {upper} WAS 40.",
)


@st.composite
def reports(draw: st.DrawFn) -> tuple[str, str, dict[str, Any]]:
    """A private name, a text that names it in several ways, and what else the document has."""
    name = f"{draw(st.sampled_from(GIVEN))} {draw(st.sampled_from(FAMILY))}"
    surname = name.partition(" ")[2]
    shapes = {
        "name": name,
        "surname": surname,
        "minister": draw(st.sampled_from(MINISTERS)),
        "upper": surname.upper(),
        "handle": re.sub(r"\W", "", name.lower()),
    }
    chosen = draw(st.lists(st.sampled_from(REPORTS), min_size=1, max_size=3, unique=True))
    text = "\n\n".join(one.format(**shapes) for one in chosen)
    slug = re.sub(r"[^\w]+", "-", name.lower())
    more = {
        "title": f"March for {name} in Kisumu",
        "captions": (f"{surname} in 2019", "A market"),
        "url": f"https://example.org/2021/{slug}-shot.html",
        "external_id": f"{slug}-1",
        "published": date(2021, 3, 12),
    }
    return name, text, more


def letters(name: str) -> set[str]:
    """The words of a name that give it away, as they are compared."""
    small = {"al", "de", "la"}
    return {word.key for word in words(name) if len(word.key) > 1} - small


def everything(document: Document, coding: Coding, pipeline: Pipeline) -> str:
    """All that an export of a document could hold."""
    rows = [record(one, document, ontology=pipeline.ontology, pipeline_id="p") for one in coding.events]
    names = [one.name for one in coding.people or ()]
    return json.dumps([to_json(document), rows, names], ensure_ascii=False)


@SETTINGS
@given(told=reports())
def test_no_private_name_is_left_and_nothing_moves(
    told: tuple[str, str, dict[str, Any]], pipeline: Pipeline, document: MakeDocument, code: Code
) -> None:
    name, text, more = told
    made = document(text, **more)
    coding = code(made)
    hidden = [one for one in coding.people or () if one.standing != "public"]
    assert any(one.name == name for one in hidden)
    seen, again = masked(made, coding)
    exported = everything(seen, again, pipeline)
    left = {word.key for word in words(exported)} & letters(name)
    assert not left
    assert not any(key in exported.lower() for key in letters(name) if len(key) > 4)
    assert list(lengths(seen)) == list(lengths(made))
    assert seen.id == made.id
    assert [one.id for one in again.events] == [one.id for one in coding.events]
    # What is masked is a letter or digit of a hidden name; all else is as it was.
    for before, after in zip(parts(made), parts(seen), strict=True):
        assert all(new == old or (new == BLOCK and old.isalnum()) for old, new in zip(before, after, strict=True))
    assert masked(seen, again) == (seen, again)
    assert masked(made, coding, shown=Shown(private=True, protected=True)) == (made, coding)


def parts(document: Document) -> Iterator[str]:
    yield from (document.text, document.title or "", *document.captions, document.url or "")


def lengths(document: Document) -> Iterator[int]:
    yield from (len(one) for one in parts(document))


@given(name=st.text(max_size=20))
def test_a_mask_is_as_long_as_the_name(name: str) -> None:
    assert len(blocks(name)) == len(name)
    assert blocks(blocks(name)) == blocks(name)


def test_marks_count_as_letters_and_what_joins_stays() -> None:
    assert blocks("Zo\u0308e O'Neil-Brown Jr.'s 2") == "████ █'████-█████ ██.'█ █"


def test_possessives_public_names_and_the_stored_text_stay(document: MakeDocument, code: Code) -> None:
    made = document("Police arrested Daniel Otieno in Kisumu. Otieno’s brother thanked Governor Amina Yusufin.")
    coding = code(made)
    seen, _ = masked(made, coding)
    assert seen.text == "Police arrested ██████ ██████ in Kisumu. ██████’s brother thanked Governor Amina Yusufin."
    assert "Otieno" in made.text


def test_protected_names_stay_masked_when_private_ones_are_shown(document: MakeDocument, code: Code) -> None:
    made = document("Police beat Daniel Otieno, a farmer, and a 14-year-old boy, Arif Hasanovin, in Kisumu.")
    coding = code(made)
    seen, _ = masked(made, coding, shown=Shown(private=True))
    assert seen.text == "Police beat Daniel Otieno, a farmer, and a 14-year-old boy, ████ █████████, in Kisumu."
    assert masked(made, coding, shown=Shown(private=True, protected=True))[0] == made


def test_an_unknown_person_is_masked_as_a_private_one() -> None:
    unknown = Person(name="Massin Radvari", standing="private", because="none told", spans=(Span(start=0, end=14),))
    assert Shown().hides(unknown)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://example.org/2021/03/daniel-otieno-shot", "https://example.org/2021/03/██████-██████-shot"),
        ("https://example.org/?q=Jos%C3%A9%20Torren", "https://example.org/?q=███%██%██%████████"),
        ("reports/OTIENO_1.txt", "reports/██████_1.txt"),
        ("https://example.org/danielotieno", "https://example.org/████████████"),
        ("https://example.org/rose-garden", "https://example.org/rose-garden"),
    ],
)
def test_addresses(address: str, shown: str) -> None:
    names = ("Daniel Otieno", "José Torren")
    people = tuple(Person(name=name, standing="private", because="none told", spans=()) for name in names)
    assert Mask(people=people, shown=Shown(), language="en").address(address) == shown


def test_who_was_not_looked_for_cannot_be_masked(document: MakeDocument) -> None:
    made = document("Police arrested Daniel Otieno.")
    coding = Coding(document_id=made.id, pipeline_id="p0", sentences=(), events=())
    with pytest.raises(ExportError, match=r"not known whom this document names.*code it again"):
        masked(made, coding)
