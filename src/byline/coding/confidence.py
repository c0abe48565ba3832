"""How sure is each value? The last question: a probability for every event and for what fills its roles.

A value's odds are the sum of the weights of the levels of evidence that hold for it (confidence_levels.py), learned by
`training/confidence.py` on values that people judged or marked. Values of roles that nothing was learned for keep the
score they have.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from byline.coding import confidence_levels
from byline.model import Event, Mention

if TYPE_CHECKING:
    from byline.coding.page import Page

Weights = Mapping[str, Mapping[str, float]]
"""For each field ("event", "actor", "place" …) the weight of each of its levels, in log odds."""

# No sum of evidence read by a program makes a value certain, and none makes it impossible.
_LEAST, _MOST = 0.02, 0.98


@cache
def weights() -> Weights:
    """The weights of each field, read once a process."""
    file = resources.files("byline.coding").joinpath("confidence_weights.toml")
    table: Weights = tomllib.loads(file.read_text(encoding="utf-8"))
    return table


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events with the probability that each, and each of its values, is right."""
    return tuple(_weighed(page, event) for event in events)


def _weighed(page: Page, event: Event) -> Event:
    score = probability("event", confidence_levels.event(page, event))
    mentions = tuple(_weighed_mention(page, event, mention) for mention in event.mentions)
    return replace(event, score=event.score if score is None else score, mentions=mentions)


def _weighed_mention(page: Page, event: Event, mention: Mention) -> Mention:
    score = probability(mention.role, confidence_levels.mention(page, event, mention))
    return mention if score is None else replace(mention, score=score)


def probability(field: str, levels: Iterable[str], table: Weights | None = None) -> float | None:
    """How likely a value of a field is right, by the levels that hold for it; None where nothing was learned."""
    weight = (weights() if table is None else table).get(field)
    if weight is None:
        return None
    odds = sum(weight.get(level, 0.0) for level in set(levels))
    return round(min(_MOST, max(_LEAST, 1 / (1 + math.exp(-odds)))), 3)
