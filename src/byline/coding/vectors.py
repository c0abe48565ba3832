"""What spaCy's `tok2vec` says of each token, faster: numpy's multiplication, and what a word says by itself kept.

A tok2vec of spaCy's sm pipelines embeds each word by itself (MultiHashEmbed), then looks at its neighbours (a residual
maxout convolution, repeated). The first half is the same wherever a word stands, so it is computed once a word; the
second is four matrix products. The numbers are spaCy's up to rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.tokens import Doc

Floats = NDArray[np.float32]
Key = tuple[int, ...]

# Words kept at most: some 400 bytes each.
MOST_WORDS = 50_000
_EPSILON = np.float32(1e-8)
# By these columns a token is known to its embedding.
_KNOWN_BY = ("ORTH", "NORM", "SPACY")


@dataclass(slots=True)
class Vectors:
    """One tok2vec of a pipeline: `of` gives the vectors of some stretches of tokens, each read by itself."""

    embed: Any
    mixer: _Maxout
    layers: tuple[_Maxout, ...]
    width: int
    columns: tuple[str, ...]
    words: dict[Key, int] = field(default_factory=dict)
    table: Floats = field(default_factory=lambda: np.zeros((0, 0), dtype=np.float32))

    @classmethod
    def of_model(cls, model: Any) -> Vectors | None:
        """That of a thinc model, None for a model of another make."""
        try:
            embed, encode = model.layers
            features, _, hashed, mixed, _ = embed.layers
            layers = tuple(_convolution(block.layers[0]) for block in encode.layers[0].layers)
            mixer = _maxout(mixed.layers[0])
            columns = tuple(str(name) for name in features.attrs["columns"])
        except (AttributeError, ValueError, KeyError, IndexError, TypeError):
            return None
        width = encode.get_dim("nO") if encode.has_dim("nO") else int(layers[0].bias.shape[0])
        if encode.attrs.get("pad") != len(layers):
            # A stretch would see its neighbour: this is another make after all.
            return None
        return cls(hashed.layers[0], mixer, layers, width, columns)

    def of(self, doc: Doc, stretches: Sequence[tuple[int, int]]) -> list[Floats]:
        """The vectors of the tokens of each stretch, a row a token; a stretch sees nothing of what stands around it."""
        rows = self._rows(doc, stretches)
        pad = len(self.layers)
        # Rows of zeros part the stretches, as spaCy parts the documents of a batch.
        total = sum(last - first for first, last in stretches) + pad * (len(stretches) + 1)
        numbers = np.zeros((total, self.width), dtype=np.float32)
        places: list[tuple[int, int]] = []
        at, taken = pad, 0
        for first, last in stretches:
            size = last - first
            numbers[at : at + size] = self.table[rows[taken : taken + size]]
            places.append((at, at + size))
            at, taken = at + size + pad, taken + size
        for layer in self.layers:
            numbers += layer.of(_windows(numbers))
        return [numbers[start:end] for start, end in places]

    def _rows(self, doc: Doc, stretches: Sequence[tuple[int, int]]) -> list[int]:
        if len(self.words) > MOST_WORDS:
            self.words.clear()
        keys: list[Key] = []
        for first, last in stretches:
            tokens: Any = doc[first:last]
            keys += map(tuple, tokens.to_array(_numbers(_KNOWN_BY)).tolist())
        new: dict[Key, int] = {}
        position = 0
        for first, last in stretches:
            for at in range(first, last):
                key = keys[position]
                if key not in self.words and key not in new:
                    new[key] = at
                position += 1
        if new:
            self._learn(doc, new)
        return [self.words[key] for key in keys]

    def _learn(self, doc: Doc, new: dict[Key, int]) -> None:
        first, last = min(new.values()), max(new.values()) + 1
        tokens: Any = doc[first:last]
        columns = tokens.to_array(_numbers(self.columns))
        features = np.ascontiguousarray(columns[[at - first for at in new.values()]])
        made = self.mixer.of(self.embed.predict(features))
        first = len(self.words)
        if first + len(new) > len(self.table):
            grown = np.zeros((max(2 * len(self.table), first + len(new), 4096), made.shape[1]), dtype=np.float32)
            if first:
                grown[:first] = self.table[:first]
            self.table = grown
        self.table[first : first + len(new)] = made
        self.words.update(zip(new, range(first, first + len(new)), strict=True))


@cache
def _numbers(columns: tuple[str, ...]) -> list[int]:
    """spaCy's numbers of attributes."""
    from spacy.attrs import IDS

    return [int(IDS[name]) for name in columns]


@dataclass(frozen=True, slots=True)
class Tagger:
    """A tagger over the vectors: a weight for each tag, the greatest is a word's."""

    weights: Floats
    bias: Floats
    labels: tuple[str, ...]

    @classmethod
    def of_pipe(cls, pipe: Any) -> Tagger | None:
        """That of a spaCy pipe, None for one of another make."""
        try:
            softmax = pipe.model.layers[1].layers[0]
            return cls(softmax.get_param("W"), softmax.get_param("b"), tuple(pipe.labels))
        except (AttributeError, ValueError, KeyError, IndexError, TypeError):
            return None

    def tags(self, numbers: Floats) -> list[str]:
        """The tag of each token, by its vector."""
        return [self.labels[best] for best in (numbers @ self.weights.T + self.bias).argmax(axis=1).tolist()]


@dataclass(frozen=True, slots=True)
class _Maxout:
    """A layer: the best of some products with `weights`, pieces side by side, brought to mean nought and spread one."""

    weights: Floats
    offsets: Floats
    gain: Floats
    bias: Floats

    def of(self, numbers: Floats) -> Floats:
        """The outputs for each row."""
        width = len(self.gain)
        pieces = numbers @ self.weights
        pieces += self.offsets
        best = pieces[:, :width]
        for piece in range(1, pieces.shape[1] // width):
            np.maximum(best, pieces[:, piece * width : (piece + 1) * width], out=best)
        best -= best @ np.full((width, 1), 1 / width, dtype=np.float32)
        spread = np.einsum("ij,ij->i", best, best)[:, None] / np.float32(width) + _EPSILON
        best *= 1 / np.sqrt(spread)
        best *= self.gain
        best += self.bias
        return best


def _windows(numbers: Floats) -> Floats:
    """Each row between the row before and the row behind it, side by side; nought beyond the ends."""
    count, width = numbers.shape
    windows = np.empty((count, 3 * width), dtype=np.float32)
    windows[0, :width] = windows[-1, 2 * width :] = 0
    windows[1:, :width] = numbers[:-1]
    windows[:, width : 2 * width] = numbers
    windows[:-1, 2 * width :] = numbers[1:]
    return windows


def _convolution(block: Any) -> _Maxout:
    window = block.layers[0]
    layer = _maxout(block.layers[1])
    if window.attrs["window_size"] != 1 or layer.weights.shape[0] != 3 * len(layer.gain):
        raise ValueError("another window")
    return layer


def _maxout(block: Any) -> _Maxout:
    maxout, scale = block.layers[0].layers if block.layers[0].layers else block.layers[:2]
    # Outputs by pieces to pieces by outputs, so that the best of the pieces is one of equal blocks.
    weights = maxout.get_param("W").transpose(1, 0, 2)
    return _Maxout(
        np.ascontiguousarray(weights.reshape(-1, weights.shape[2]).T),
        np.ascontiguousarray(maxout.get_param("b").T.reshape(-1)),
        scale.get_param("G"),
        scale.get_param("b"),
    )
