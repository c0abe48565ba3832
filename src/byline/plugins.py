"""One function over entry points: the door by which languages, ontologies, readers and exporters come in."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from byline.errors import BylineError


@cache
def _group(group: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in sorted(entry_points(group=group), key=lambda point: point.name)}


def names(group: str) -> tuple[str, ...]:
    """Names offered in `group` ("byline.languages", "byline.readers", …), sorted."""
    return tuple(_group(group))


def load(group: str, name: str) -> Any:
    """The object that the plugin `name` of `group` offers.

    Raises BylineError, naming the nearest known name, where none is installed under `name`.
    """
    points = _group(group)
    if name not in points:
        near = difflib.get_close_matches(name, points, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; installed: {', '.join(points) or 'none'}"
        raise BylineError(f"no {group.removeprefix('byline.').rstrip('s')} named {name!r} is installed{hint}")
    return points[name].load()
