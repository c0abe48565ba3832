"""How good and how fast Byline is, on public gold data: what `byline bench NAME GOLD` does."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable
from pathlib import Path

from byline.bench.harness import Job
from byline.config import Config
from byline.errors import BylineError, InputError

NAMES = (
    "examples",
    "toponyms",
    "timex",
    "event-place",
    "muc4",
    "plover",
    "acled",
    "police",
    "attribution",
    "speed",
)
"""The benches there are, each a module of this room (with `_` for `-`) that offers `bench`, a function of a Job."""


def run(
    name: str, gold: Path, *, config: Config, predictions: Path | None, errors: bool, write: Callable[[str], None]
) -> None:
    """Measure on `gold`, a file or folder as it was published, and `write` the figures line by line.

    `predictions`: a file to write predictions to, a JSON line a document or record in the gold's order.
    `errors`: list what went wrong too, by kind. Raises BylineError for a name that is not in NAMES, InputError for
    gold that is not there or not of the bench's kind.
    """
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(NAMES)}"
        raise BylineError(f"no bench is named {name!r}; {hint}")
    if not gold.exists():
        raise InputError(f"{gold}: no such file or folder; name the gold data to measure on")
    module = importlib.import_module(f"byline.bench.{name.replace('-', '_')}")
    module.bench(Job(gold=gold, config=config, predictions=predictions, errors=errors, write=write))
