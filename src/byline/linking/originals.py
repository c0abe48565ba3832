"""Of documents that are copies of one another, which is the original."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from byline.model import Alike, Copy


def originals(
    pairs: Iterable[Alike], published: Mapping[str, date | None], compare: Callable[[str, str], Alike | None]
) -> Iterator[Copy]:
    """Each document of `pairs` that is a copy, with its original: the one published earliest, ties by id.

    An original is a copy of none, so copies do not chain: a round-up that holds two reports does not make one of them
    the other's copy. `compare` lays two documents beside each other whose pair was not found; None: they are no copies.
    Documents without a day of publication come after those with one.
    """
    beside: dict[str, dict[str, Alike]] = {}
    for known in pairs:
        beside.setdefault(known.left, {})[known.right] = known
        beside.setdefault(known.right, {})[known.left] = known
    place = {id: rank for rank, id in enumerate(sorted(beside, key=lambda id: _order(id, published)))}
    original_of: dict[str, str] = {}
    for id in sorted(beside, key=place.__getitem__):
        earlier = {original_of.get(other, other) for other in beside[id] if place[other] < place[id]}
        for original in sorted(earlier, key=place.__getitem__):
            pair = beside[id].get(original) or compare(id, original)
            if pair is not None:
                original_of[id] = original
                shares = (pair.left_share, pair.right_share)
                share, of_original = shares if pair.left == id else shares[::-1]
                yield Copy(document_id=id, original_id=original, share=share, of_original=of_original)
                break


def _order(id: str, published: Mapping[str, date | None]) -> tuple[bool, date, str]:
    day = published.get(id)
    return day is None, day or date.max, id
