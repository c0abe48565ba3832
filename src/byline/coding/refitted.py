"""How sure is each value, as the people of this project decide? A curve a field over the confidence that was learned.

A project may name a file of curves in `byline.toml` (`calibration`), as `byline evaluate --refit` writes it. Its hash
is part of the pipeline's id, so what is coded with it stands beside what is coded without.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from byline.errors import ConfigError
from byline.model import Event, Mention

if TYPE_CHECKING:
    from byline.coding.page import Page

FIELDS: Final = ("event", "actor", "recipient", "instrument", "place", "when", "quantity", "speaker")
"""What has a confidence: the event, and what fills its roles."""

LEAST, MOST = 0.02, 0.98
"""No number of decisions makes a value certain, and none makes it impossible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Turns a confidence into another: of its log odds `slope` times and `intercept` more. A slope above 0, so that the
    order of values stays."""

    slope: float
    intercept: float

    def of(self, confidence: float) -> float:
        """The confidence on the curve."""
        held = min(MOST, max(LEAST, confidence))
        odds = self.slope * math.log(held / (1 - held)) + self.intercept
        return round(min(MOST, max(LEAST, 1 / (1 + math.exp(-odds)))), 3)


Curves = Mapping[str, Curve]


def load(path: Path) -> Curves:
    """The curves of a file. Raises ConfigError where it is not there or is none."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(
            f"{path}: cannot be read as a calibration ({error}); byline evaluate --refit writes one"
        ) from error
    curves: dict[str, Curve] = {}
    for field, row in told.items():
        slope, intercept = (
            _number(row.get(name)) if isinstance(row, dict) else None for name in ("slope", "intercept")
        )
        if field not in FIELDS or slope is None or slope <= 0 or intercept is None:
            raise ConfigError(
                f"{path}: [{field}] is no curve; it must be one of {', '.join(FIELDS)} with a slope above 0 and an "
                "intercept, as byline evaluate --refit writes it"
            )
        curves[field] = Curve(slope=slope, intercept=intercept)
    return curves


def refiner(curves: Curves) -> Callable[[Page, tuple[Event, ...]], tuple[Event, ...]]:
    """The step that puts the confidences of events on curves."""

    def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
        return tuple(_event(event, curves) for event in events)

    return refine


def _event(event: Event, curves: Curves) -> Event:
    score = curves["event"].of(event.score) if "event" in curves else event.score
    return replace(event, score=score, mentions=tuple(_mention(one, curves) for one in event.mentions))


def _mention(mention: Mention, curves: Curves) -> Mention:
    curve = curves.get(mention.role)
    return mention if curve is None else replace(mention, score=curve.of(mention.score))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
