"""Offsets in a text before and after Unicode normalisation (NFC)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from unicodedata import combining, is_normalized, normalize


def offsets(original: str, nfc: str) -> Callable[[int], int]:
    """A function that gives, for an offset in `nfc`, the offset in `original` it came from.

    `nfc` is the NFC of `original`. The function rises with its argument, maps 0 to 0 and end to end, and at the border
    of two characters that do not touch each other in NFC it is exact.
    """
    if original == nfc:
        return lambda offset: offset
    starts, targets, lengths = [0], [0], [0]
    at = to = 0
    for piece in _pieces(original):
        starts.append(to)
        targets.append(at)
        lengths.append(len(piece))
        at += len(piece)
        to += len(normalize("NFC", piece))
    starts.append(to)
    targets.append(at)
    lengths.append(0)

    def back(offset: int) -> int:
        index = bisect_right(starts, offset) - 1
        return targets[index] + min(offset - starts[index], lengths[index])

    return back


def _pieces(text: str) -> Iterator[str]:
    """`text` in pieces, each of which NFC changes (or not) by itself."""
    start = 0
    for index in range(1, len(text)):
        if text[index] < "\u0300" or _borders(text[start:index], text[index]):
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def _borders(piece: str, character: str) -> bool:
    """True when NFC joins nothing of `piece` with `character`, nor puts it in another order."""
    if combining(normalize("NFD", character)[0]):
        return False
    joined = piece + character
    if is_normalized("NFC", joined):
        return True
    return normalize("NFC", joined) == normalize("NFC", piece) + normalize("NFC", character)
