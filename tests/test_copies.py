"""Copies: reports taken over with another headline, trimmed, touched up or set into a longer text are found and linked;
reports of like matters are not."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.linking.copies import METHOD, align, keys
from byline.linking.originals import originals
from byline.model import Alike, Document, document_id, sha256
from byline.project import copies as project
from byline.store import Store
from byline.store import copies as kept

# Invented reports over real places.
_AGENCY = (
    "Two people were killed and eleven injured on Saturday when a cement lorry ran into a row of market "
    "stalls in Nakuru, police said. The driver fled on foot and had not been found by nightfall. County commander "
    "Grace Achieng told reporters that the brakes appeared to have failed on the slope above the bus park. Four of the "
    "injured were taken to the provincial hospital, where doctors said one was in a critical condition. Traders said "
    "they had asked the county for bollards since March. The county government said it would pay for the funerals and "
    "close the upper road to heavy vehicles while the matter was looked into."
)
_NEXT_DAY = (
    "The driver of the lorry that ran into market stalls in Nakuru gave himself up on Sunday, police said. The man "
    "walked into Bondeni station with a lawyer in the morning. A third person died overnight. County commander Grace "
    "Achieng told reporters that he would be brought before a magistrate on Monday. Hawkers held a prayer at the bus "
    "park and left flowers where the stalls had been. The transport authority said that its inspectors had taken the "
    "vehicle to Nairobi, and asked owners of heavy vehicles to have their brakes looked at before the rains begin."
)
_OTHER = (
    "The national team named its squad for the qualifying rounds on Tuesday, leaving out two players who had been "
    "injured in training. The coach said that younger men would be given a chance in the first match, which is to be "
    "played in Kisumu on the fourth of next month. Tickets go on sale at noon on Friday and cost from two hundred "
    "shillings. The federation said that gates would open three hours before the match and asked people to come early."
)


def _words(text: str) -> list[str]:
    return text.split()


_TOUCHED = _AGENCY.replace("eleven", "11").replace("fled on foot", "ran away").replace("looked into", "investigated")
COPIES = {
    "another headline": "Lorry kills two in market\n\n" + _AGENCY,
    "a new first line": "NAKURU, Kenya (Invented Agency) - " + _AGENCY,
    "trimmed to half": " ".join(_words(_AGENCY)[: len(_words(_AGENCY)) // 2]),
    "its end alone": " ".join(_words(_AGENCY)[-60:]),
    "touched up": _TOUCHED,
    "in capitals": _AGENCY.upper(),
    "set into another": _OTHER[:200] + "\n\n" + _AGENCY + "\n\n" + _OTHER[200:],
}


def _document(text: str, *, name: str, published: date | None = None) -> Document:
    return Document(
        id=document_id(source=None, where=name, text=text),
        text=text,
        origin=name,
        raw_sha256=sha256(text),
        text_sha256=sha256(text),
        made_by="test",
        published=published,
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "copies.db") as opened:
        yield opened


def _add(store: Store, *documents: Document) -> None:
    for document in documents:
        store.add_document(document, document.text.encode("utf-8"))


@pytest.mark.parametrize("how", COPIES)
def test_a_copy_shares_a_key_and_its_words(how: str) -> None:
    assert set(keys(_AGENCY)) & set(keys(COPIES[how]))
    assert align(_AGENCY, COPIES[how]).is_copy


@pytest.mark.parametrize("other", [_NEXT_DAY, _OTHER])
def test_another_report_is_no_copy(other: str) -> None:
    assert not align(_AGENCY, other).is_copy


def test_an_alignment_says_which_words_stand_in_both() -> None:
    found = align(_AGENCY, COPIES["a new first line"])
    assert found.left == 1.0
    assert found.right < 1.0
    for left, right in found.runs:
        assert _AGENCY[left.start : left.end] == COPIES["a new first line"][right.start : right.end]


def test_the_earliest_published_is_the_original(store: Store) -> None:
    first = _document(COPIES["trimmed to half"], name="first", published=date(2024, 5, 4))
    late = _document(_AGENCY, name="late", published=date(2024, 5, 6))
    undated = _document(COPIES["another headline"], name="undated")
    _add(store, late, undated, first, _document(_NEXT_DAY, name="next"), _document(_OTHER, name="other"))
    assert project.find(store) == 2
    assert {copy.document_id: copy.original_id for copy in kept.all_copies(store)} == {
        late.id: first.id,
        undated.id: first.id,
    }
    assert [copy.document_id for copy in kept.copies_of(store, first.id)] == sorted((late.id, undated.id))


def test_looking_again_looks_at_what_is_new_and_any_order_gives_the_same(tmp_path: Path) -> None:
    documents = [
        _document(text, name=how, published=date(2024, 5, 1 + number))
        for number, (how, text) in enumerate({"report": _AGENCY, "next": _NEXT_DAY, **COPIES}.items())
    ]
    found = set()
    for order in range(3):
        random.Random(order).shuffle(documents)
        with Store.open(tmp_path / f"{order}.db") as store:
            for document in documents:
                _add(store, document)
                project.find(store)
            lots: list[int] = []
            project.find(store, progress=lots.append)
            assert lots == []
            found.add(tuple(kept.all_copies(store)))
    assert len(found) == 1


def test_a_round_up_does_not_make_one_report_the_copy_of_another(store: Store) -> None:
    agency = _document(_AGENCY, name="agency", published=date(2024, 5, 4))
    other = _document(_OTHER, name="other", published=date(2024, 5, 4))
    round_up = _document(_AGENCY + "\n\n" + _OTHER, name="round-up", published=date(2024, 5, 5))
    _add(store, agency, other, round_up)
    project.find(store)
    assert [copy.document_id for copy in kept.all_copies(store)] == [round_up.id]


def test_copies_of_copies_go_back_to_the_original() -> None:
    days = {"a": date(2024, 5, 1), "b": date(2024, 5, 2), "c": date(2024, 5, 3)}
    pairs = [
        Alike(left="a", right="b", left_share=0.7, right_share=1.0),
        Alike(left="b", right="c", left_share=0.7, right_share=1.0),
    ]
    far = Alike(left="a", right="c", left_share=0.5, right_share=0.9)
    assert [one.original_id for one in originals(pairs, days, lambda one, other: far)] == ["a", "a"]
    assert [one.document_id for one in originals(pairs, days, lambda one, other: None)] == ["b"]


def test_what_is_forgotten_leaves_no_key(store: Store) -> None:
    one, other = _document(_AGENCY, name="one"), _document(_TOUCHED, name="other")
    _add(store, one, other)
    project.find(store)
    kept.forget(store, one.id)
    assert list(kept.all_copies(store)) == []
    assert kept.sketch(store, other.id, keys(_AGENCY), method=METHOD) == ()


@pytest.mark.parametrize("text", ["", "Short.", "\ud800 odd \x00 text " * 20, "word " * 5_000])
def test_odd_texts_have_keys_and_are_copies_of_themselves_only(text: str) -> None:
    assert all(-(2**63) <= key < 2**63 for key in keys(text))
    assert not align(text, _AGENCY).is_copy


@given(st.text(max_size=400), st.text(max_size=400))
def test_shares_are_shares_and_runs_lie_in_the_texts(left: str, right: str) -> None:
    found = align(left, right)
    assert 0.0 <= found.left <= 1.0
    assert 0.0 <= found.right <= 1.0
    for ours, theirs in found.runs:
        assert left[ours.start : ours.end].split()[0]
        assert right[theirs.start : theirs.end].split()[0]


def test_a_document_keeps_what_it_was_when_it_is_a_copy(store: Store) -> None:
    one = _document(_AGENCY, name="one", published=date(2024, 5, 4))
    other = replace(_document(_TOUCHED, name="other"), published=date(2024, 5, 5))
    _add(store, one, other)
    project.find(store)
    assert store.document(other.id) == other
