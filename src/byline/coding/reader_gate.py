"""Which sentences are worth the event reader's time? Those whose words as a whole are those of events.

A sentence's score is the sum of the weights of its words and pairs of words (`training/reader_gate.py`): microseconds,
where reading takes milliseconds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from itertools import pairwise

# A sentence in which the lists propose nothing is read when its words score more than this: so do 63 in 100 of our own
# sentences with events, and 2 in 100 of TimeBank's news (training/reader_gate.py).
WORTH = 0.0
PAIR = " "
_WORD = re.compile(r"[^\W\d_]+")


def signs(text: str) -> set[str]:
    """The words of a sentence in lower case, and its pairs of neighbours."""
    words = _WORD.findall(text.lower())
    return {*words, *(f"{one}{PAIR}{other}" for one, other in pairwise(words))}


def score(text: str) -> float:
    """The log odds that a sentence tells of an event, by its words."""
    weights = _weights()
    return weights[""] + sum(weights.get(sign, 0.0) for sign in signs(text))


@cache
def _weights() -> Mapping[str, float]:
    file = resources.files("byline.coding").joinpath("weights/event_reader_gate.json")
    weights: Mapping[str, float] = json.loads(file.read_text(encoding="utf-8"))
    return weights
