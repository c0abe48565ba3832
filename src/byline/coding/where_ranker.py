"""Which spot of a sentence is where an event happened, or none: the one whose levels weigh most.

A spot's score is the sum of its levels' weights; that of "no place given" likewise. The weights are those of a
conditional logit (a softmax over the spots of a sentence and no place), learned by `training/event_place.py`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from byline.coding import spots
from byline.coding.spots import Spot
from byline.coding.where_barred import barred
from byline.coding.where_levels import Reader

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

Weights = Mapping[str, float]

# Of a sentence with more lists of spots than this the nearest to the event's word are weighed: each is compared with
# each.
MAX_LISTS = 16


@cache
def weights() -> Weights:
    """The weight of each level, read once a process."""
    file = resources.files("byline.coding").joinpath("where_weights.toml")
    table: dict[str, float] = tomllib.loads(file.read_text(encoding="utf-8"))["levels"]
    return table


def choose(
    page: Page, event: Token, verb: Token | None, weight: Weights | None = None, *, type: str | None = None
) -> tuple[Spot, ...]:
    """The spots where the event of a word happened: one, or the items of one list; none is an answer.

    `verb` is the verb that carries the event of a noun; `weight` stands in for the weights of the file; `type` is the
    event's, where known.
    """
    candidates = near(spots.find(page, page.sentence_at(event.idx)), event)
    if not candidates:
        return ()
    weight = weights() if weight is None else weight
    reader = Reader(page, event, verb, candidates)
    first = {spot.series: spot for spot in reversed(candidates)}
    scores = {series: score(reader.levels(spot), weight) for series, spot in first.items()}
    none = score(reader.none(), weight)
    # A second list, however close its score, is wrong more often than right (training/README.md).
    for best in sorted(scores, key=lambda series: (-scores[series], series)):
        if scores[best] <= none:
            break
        if not barred(page, first[best], event=event, verb=verb, type=type):
            return tuple(spot for spot in candidates if spot.series == best)
    return ()


def near(candidates: tuple[Spot, ...], event: Token) -> tuple[Spot, ...]:
    """The spots that are weighed: all items of the lists nearest to the event's word."""
    distance = {spot.series: abs(spot.first - event.i) for spot in reversed(candidates)}
    kept = set(sorted(distance, key=lambda series: (distance[series], series))[:MAX_LISTS])
    return tuple(spot for spot in candidates if spot.series in kept)


def score(levels: Iterable[str], weight: Weights) -> float:
    """The sum of the weights of levels, each counted once."""
    return sum(weight.get(level, 0.0) for level in set(levels))
