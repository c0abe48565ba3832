"""How alike reports are by their words, and which have one main happening: on invented reports over real places."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.bench.documents import document
from byline.linking import stories, words

# Two ferry accidents in a week, of one kind; three reports of each, one a bare line.
_VAN = (
    "Lake Van ferry runs aground near Tatvan, 14 hurt\nA ferry with 212 passengers ran aground outside Tatvan "
    "on Monday and 14 people were hurt, the Van Golu line said. Captain Selim Arikoglu reported fog over the harbour.",
    "Fourteen passengers were taken to hospital in Tatvan after the ferry Ahlat struck rocks in fog. The Van Golu "
    "line, which runs the Ahlat, said Captain Arikoglu had sailed the lake for 14 years.",
    "Ferry strikes rocks off Tatvan in fog; passengers of the Ahlat hurt.",
)
_BOHOL = (
    "Ferry fire off Tagbilaran forces 90 to swim\nNinety passengers jumped from a burning ferry off Tagbilaran on "
    "Friday, the coast guard of Bohol said. The Maria Celeste had left Cebu with 90 on board.",
    "All 90 people on board the Maria Celeste were picked up by fishing boats after a fire in its engine room, the "
    "Bohol coast guard reported. Fishermen from Tagbilaran reached the ferry first.",
    "Fire on the ferry Maria Celeste off Bohol; passengers saved by Tagbilaran fishermen.",
)
_ALONE = "The council of Ghent voted on Tuesday to plant 4,000 lime trees along the Coupure before the end of winter."
_REPORTS = {f"van{i}": text for i, text in enumerate(_VAN)} | {f"bohol{i}": text for i, text in enumerate(_BOHOL)}
_REPORTS["alone"] = _ALONE


def _sketch(text: str) -> np.ndarray:
    return words.sketch(document(text, id="x"))


def test_a_sketch_is_a_row_of_its_own_document() -> None:
    row = _sketch(_VAN[0])
    assert row.shape == (1,)
    assert row.dtype == words.SKETCH
    told = row["terms"][0][row["weights"][0] > 0]
    assert list(told) == sorted(set(told))
    assert row["weights"].max() == 255
    assert row.tobytes() == _sketch(_VAN[0]).tobytes()


def test_reports_of_one_happening_are_more_alike_than_two_of_a_kind() -> None:
    one = words.likeness(_sketch(_VAN[0]), _sketch(_VAN[1]))[0]
    two = words.likeness(_sketch(_VAN[0]), _sketch(_BOHOL[0]))[0]
    none = words.likeness(_sketch(_VAN[0]), _sketch(_ALONE))[0]
    assert one > 2 * two
    assert two > none


@pytest.mark.parametrize("text", ["", "...", "\ud800", "7", "Zzz"])
def test_next_to_no_words_are_no_likeness_to_others(text: str) -> None:
    # A lone surrogate cannot be hashed into a gold document; a title may still hold one.
    row = words.sketch(replace(document("", id="x"), title=text))
    assert words.likeness(row, _sketch(_VAN[0]))[0] == 0


def test_a_title_that_stands_in_the_text_counts_once() -> None:
    whole = document(_VAN[0], id="x")
    assert words.sketch(replace(whole, title=_VAN[0].split("\n")[0])).tobytes() == words.sketch(whole).tobytes()
    assert words.sketch(replace(whole, title="Fog on the lake")).tobytes() != words.sketch(whole).tobytes()


def test_words_that_differ_in_their_endings_meet() -> None:
    assert words.likeness(_sketch("jewellers robbed"), _sketch("jewellery"))[0] > 0


@given(st.lists(st.text(alphabet="abcdeABC 123.'", max_size=80), min_size=1, max_size=8))
def test_likeness_is_symmetric_and_of_oneself_whole(texts: list[str]) -> None:
    table = np.concatenate([_sketch(text) for text in texts])
    left, right = (at.ravel() for at in np.indices((len(table), len(table))))
    alike = words.likeness(table[left], table[right]).reshape(len(table), len(table))
    assert alike == pytest.approx(alike.T)
    assert ((alike >= 0) & (alike <= 1)).all()
    told = table["weights"].any(axis=1)
    assert np.diag(alike) == pytest.approx(told.astype(float))


def test_many_pairs_are_as_alike_as_each_by_itself() -> None:
    table = np.concatenate([_sketch(text) for text in _REPORTS.values()])
    draw = np.random.default_rng(5)
    left, right = draw.integers(0, len(table), (2, 3_000))
    together = words.likeness(table[left], table[right])
    for i in range(0, 3_000, 251):
        assert together[i] == words.likeness(table[left[i : i + 1]], table[right[i : i + 1]])[0]
    assert len(words.likeness(table[:0], table[:0])) == 0


def test_what_ships_holds_no_words_and_is_small() -> None:
    rarity = words.rarity()
    assert (np.diff(rarity.terms.astype(np.int64)) > 0).all()
    assert rarity.counts.max() <= rarity.documents
    common, rare = rarity.of(np.array([words.hashed("word", "police"), words.hashed("word", "arikoglu")], np.uint32))
    assert common < 2 < rare


def _group(ids: list[str]) -> set[frozenset[str]]:
    sketches = np.concatenate([_sketch(_REPORTS[id]) for id in ids])
    return {frozenset(members) for members in stories.group(ids, sketches)}


def test_two_accidents_of_one_kind_are_two_and_who_stands_alone_does() -> None:
    assert _group(list(_REPORTS)) == {
        frozenset({"van0", "van1", "van2"}),
        frozenset({"bohol0", "bohol1", "bohol2"}),
        frozenset({"alone"}),
    }


def test_groups_do_not_hang_on_order() -> None:
    ids = list(_REPORTS)
    wanted = _group(ids)
    for seed in range(5):
        random.Random(seed).shuffle(ids)
        assert _group(ids) == wanted


def test_reports_without_words_and_no_reports_at_all() -> None:
    blank = np.zeros(3, words.SKETCH)
    assert stories.group(["a", "b", "c"], blank) == [("a",), ("b",), ("c",)]
    assert stories.group([], blank[:0]) == []
    assert stories.group(["a"], _sketch(_ALONE)) == [("a",)]


def test_two_reports_of_little_in_common_are_not_joined_for_want_of_nearer_ones() -> None:
    assert len(_group(["van0", "bohol0"])) == 2
    assert len(_group(["van1", "alone"])) == 2
