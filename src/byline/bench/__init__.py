"""How good and how fast Byline is, on public gold data: what `byline bench NAME GOLD` does."""

from __future__ import annotations

import difflib
import importlib

from byline.bench.harness import Job
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
    "status",
    "sentences",
    "copies",
    "linking",
    "precision",
    "audit",
    "calibration",
    "pages",
    "speed",
    "exports",
)
"""The benches there are, each a module of this room (with `_` for `-`) that offers `bench`, a function of a Job."""


def run(name: str, job: Job) -> None:
    """Do `job` by the bench of this name: measure on its gold and write the figures line by line.

    Raises BylineError for a name that is not in NAMES, InputError for gold that is not there or not of its kind.
    """
    if name not in NAMES:
        near = difflib.get_close_matches(name, NAMES, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(NAMES)}"
        raise BylineError(f"no bench is named {name!r}; {hint}")
    if not job.gold.exists():
        raise InputError(f"{job.gold}: no such file or folder; name the gold data to measure on")
    module = importlib.import_module(f"byline.bench.{name.replace('-', '_')}")
    module.bench(job)
