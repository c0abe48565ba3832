"""What spaCy's name finder says, faster: all tokens at once where it goes token by token.

The finder's state holds the token, the first token of an open name and the one before (`StateC.set_context_tokens` with
three features), so all answers outside names are one matrix product, and only names of several words are followed. The
moves and which of them are allowed are those of spaCy's BILUO transition system; nothing is preset here. Equal to
spaCy's answers up to rounding (`tests/test_parse.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from byline.coding.vectors import Floats, Vectors

if TYPE_CHECKING:
    from spacy.tokens import Doc

_NEVER = np.float32(-1e30)
_FEATURES = 3
# The move that takes a token out, for names set beforehand.
_BLOCKED = "U-"


@dataclass(frozen=True, slots=True)
class Finder:
    """A name finder of a pipeline."""

    vectors: Vectors
    weights: Floats
    bias: Floats
    lower: tuple[Floats, Floats, Floats]
    upper: tuple[Floats, Floats]
    moves: tuple[str, ...]

    @classmethod
    def of_pipe(cls, pipe: Any) -> Finder | None:
        """That of a spaCy pipe, None for one of another make."""
        try:
            reader, lower, upper = pipe.model.layers
            vectors = Vectors.of_model(reader.layers[0])
            linear = reader.layers[-1]
            moves = tuple(pipe.moves.get_class_name(number) for number in range(pipe.moves.n_moves))
            if vectors is None or lower.get_dim("nF") != _FEATURES or pipe.cfg.get("beam_width", 1) != 1:
                return None
            if pipe.model.attrs["unseen_classes"] or len(moves) != upper.get_dim("nO"):
                return None
            return cls(
                vectors=vectors,
                weights=linear.get_param("W"),
                bias=linear.get_param("b"),
                # Pieces before outputs: the better of two blocks is quicker to find than of neighbours.
                lower=(
                    np.ascontiguousarray(lower.get_param("W").transpose(0, 2, 1, 3)),
                    np.ascontiguousarray(lower.get_param("b").T),
                    np.ascontiguousarray(lower.get_param("pad")[0].transpose(0, 2, 1)),
                ),
                upper=(upper.get_param("W"), upper.get_param("b")),
                moves=moves,
            )
        except (AttributeError, ValueError, KeyError, IndexError, TypeError):
            return None

    def find(self, doc: Doc, first: int, last: int) -> list[tuple[int, int, str]]:
        """The names among some tokens: first token, the one behind the last, and the label, in order."""
        reading = self.vectors.of(doc, [(first, last)])[0] @ self.weights.T + self.bias
        starts, spaces = doc.to_array(["SENT_START", "IS_SPACE"])[first:last].T
        ends = np.append(starts[1:] == 1, True)
        return [(start + first, end + first, label) for start, end, label in self._walk(reading, ends, spaces != 0)]

    def _walk(self, reading: Floats, ends: Any, spaces: Any) -> list[tuple[int, int, str]]:
        lower = _Lower.of(reading, self.lower)
        kinds = np.array([move[0] for move in self.moves])
        labels = [move[2:] for move in self.moves]
        outside = self._scores(lower.outside())
        outside[:, [kind in "IL" or move == _BLOCKED for kind, move in zip(kinds, self.moves, strict=True)]] = _NEVER
        outside[np.ix_(np.nonzero(ends | spaces)[0], np.nonzero(kinds == "B")[0])] = _NEVER
        outside[np.ix_(np.nonzero(spaces)[0], np.nonzero(kinds == "U")[0])] = _NEVER
        best = outside.argmax(axis=1).tolist()
        within = {
            label: [at for at, name in enumerate(self.moves) if name in (f"I-{label}", f"L-{label}")]
            for label in set(labels)
        }
        found: list[tuple[int, int, str]] = []
        at = 0
        while at < len(best):
            kind, label = kinds[best[at]], labels[best[at]]
            start, at = at, at + 1
            while kind in "BI":
                allowed = [move for move in within[label] if kinds[move] == "L" or not ends[at]]
                scores = self._scores(lower.inside(at, start))[0]
                kind = kinds[max(allowed, key=lambda move: (scores[move], -move))]
                at += 1
            if kind in "LU":
                found.append((start, at, label))
        return found

    def _scores(self, hidden: Floats) -> Floats:
        weights, bias = self.upper
        scores: Floats = hidden @ weights.T + bias
        return scores


@dataclass(frozen=True, slots=True)
class _Lower:
    """The finder's hidden layer: each token's part in it in each of the three places, and the part of none."""

    parts: Floats
    none: Floats
    bias: Floats

    @classmethod
    def of(cls, reading: Floats, layer: tuple[Floats, Floats, Floats]) -> _Lower:
        weights, bias, pad = layer
        places, pieces, outputs, width = weights.shape
        parts = (reading @ weights.reshape(-1, width).T).reshape(len(reading), places, pieces, outputs)
        return cls(parts, pad, bias)

    def outside(self) -> Floats:
        """Of every token outside a name."""
        whole = self.parts[:, 0] + (self.none[1] + self.none[2] + self.bias)
        return _best(whole)

    def inside(self, at: int, start: int) -> Floats:
        """Of a token within a name that began at `start`."""
        whole = self.parts[at, 0] + self.parts[start, 1] + self.parts[at - 1, 2] + self.bias
        return _best(whole[None])


def _best(whole: Floats) -> Floats:
    """The better of the pieces of each output."""
    best = whole[:, 0]
    for piece in range(1, whole.shape[1]):
        best = np.maximum(best, whole[:, piece])
    return best
