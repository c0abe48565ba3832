"""The learned reader and its tokenizer: offsets are the text's, answers are probabilities, files stay small."""

from __future__ import annotations

from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.coding.reader import LONGEST, event_reader
from byline.coding.wordpiece import SPECIAL, Wordpiece

WEIGHTS = resources.files("byline.coding").joinpath("weights")
TINY = Wordpiece([*SPECIAL, "gun", "##men", "shot", "cafe", "##s", ".", ","])


@pytest.mark.parametrize(
    ("text", "words", "pieces"),
    [
        ("GUNMEN shot.", ["GUNMEN", "shot", "."], [4, 5, 6, 9]),
        ("Cafés, shot", ["Cafés", ",", "shot"], [7, 8, 10, 6]),
        ("shot xyz", ["shot", "xyz"], [6, 1]),
        ("", [], []),
    ],
)
def test_words_are_cut_into_known_pieces(text: str, words: list[str], pieces: list[int]) -> None:
    cut = TINY.cut(text, longest=20)
    assert [text[start:end] for start, end in cut.words] == words
    assert list(cut.ids) == [2, *pieces, 3]


@given(st.text(max_size=200), st.integers(2, 40))
@settings(deadline=None)
def test_every_word_is_its_slice_and_stands_behind_the_last(text: str, longest: int) -> None:
    cut = TINY.cut(text, longest=longest)
    assert len(cut.ids) <= longest + 1
    assert len(cut.words) == len(cut.heads)
    ends = [0, *(end for _, end in cut.words)]
    assert all(last <= start < end <= len(text) for last, (start, end) in zip(ends, cut.words, strict=False))


def test_files_are_within_what_was_promised() -> None:
    sizes = {file.name: len(file.read_bytes()) for file in WEIGHTS.iterdir() if file.name.startswith("event_reader")}
    assert set(sizes) == {f"event_reader{end}" for end in (".onnx", ".npz", ".json", "_gate.json")}
    assert sizes["event_reader.onnx"] <= 16_000_000
    assert sum(sizes.values()) <= 25_000_000


def test_a_sentence_is_read_with_its_words_and_roles() -> None:
    text = "Gunmen shot two farmers near Kitale on Monday, and police arrested a suspect."
    reading = event_reader().read(text)
    words = [text[start:end] for start, end in reading.pieces.words]
    shot, arrested = words.index("shot"), words.index("arrested")
    assert max(kinds := reading.chances("types", shot), key=lambda name: kinds[name]) == "ASSAULT"
    assert max(kinds := reading.chances("types", arrested), key=lambda name: kinds[name]) == "COERCE"
    roles = event_reader().labels.roles
    actor = reading.roles(shot)[:, roles.index("actor")]
    assert words[int(actor.argmax())] == "Gunmen"
    assert ((reading.roles(arrested) >= 0) & (reading.roles(arrested) <= 1)).all()


def test_the_same_sentences_give_the_same_numbers() -> None:
    texts = ["Workers marched in Salta.", "The sides struck a deal on grain.", "a " * LONGEST * 2, ""]
    first, second = ([event_reader().read(text) for text in texts] for _ in range(2))
    assert all((one.states == other.states).all() for one, other in zip(first, second, strict=True))
    assert len(first[2].pieces.ids) <= LONGEST + 1
    assert not first[3].pieces.words
