"""Number words and digits of a language into values: "two", "twenty-three", "1,200", "1.2 million", "a dozen"."""

from __future__ import annotations

import re
from typing import Any

# Longer strings of digits are no count or date of a news report, and would cost quadratic time to convert.
MAX_DIGITS = 15
# "nine hundred ninety-nine thousand nine hundred and ninety-nine" has ten words; more is not a number.
MAX_WORDS = 16
# Scales from here on close a group: "two hundred thousand five" is 200,000 and 5.
THOUSAND = 1000

_FRACTION = re.compile(r"(\d{1,3})/(\d{1,3})")
_SPLIT = re.compile(r"[\s\u00a0‐‑-]+")


def parse_number(words: str, data: dict[str, Any]) -> float | None:
    """The value of number words or digits, None where they are not one number.

    `data` is the language's `numbers` file: `values` add up, `scales` multiply what stands before them.

    >>> from byline.language import data
    >>> parse_number("two hundred and five", data("en", "numbers"))
    205.0
    """
    parts = [part for part in _SPLIT.split(words.strip().lower()) if part]
    if not parts or len(parts) > MAX_WORDS:
        return None
    total = group = 0.0
    last = "start"
    for part in parts:
        if part in data["articles"]:
            last = {"start": "article", "value and": "value and a"}.get(last, last)
        elif part in data["joiners"]:
            if last not in ("value", "scale"):
                return None
            last += " and"
        elif part in data["scales"]:
            if last == "value and":
                return None
            scale = float(data["scales"][part])
            group = (group or 1.0) * scale
            if scale >= THOUSAND:
                total, group = total + group, 0.0
            last = "scale"
        else:
            value = _value(part, data)
            if value is None or (last.startswith("value") and not _adds(group, value, joined=last != "value")):
                return None
            group += value
            last = "value"
    return total + group if last in ("scale", "value") else None


def _value(part: str, data: dict[str, Any]) -> float | None:
    """The value of one word, numeral or fraction."""
    if part in data["values"]:
        return float(data["values"][part])
    if part in data["halves"]:
        return 0.5
    if part in data["fractions"]:
        return float(data["fractions"][part])
    fraction = _FRACTION.fullmatch(part)
    if fraction:
        return int(fraction[1]) / int(fraction[2]) if int(fraction[2]) else None
    return _digits(part, data)


def _digits(part: str, data: dict[str, Any]) -> float | None:
    """The value of a numeral such as "1,200" or "3.5", None for "12,34" and the like."""
    whole, _, decimals = part.partition(data["decimal_point"])
    groups = whole.split(data["group_separator"])
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    text = "".join(groups)
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
        return None
    if decimals and not (decimals.isascii() and decimals.isdigit() and len(decimals) <= MAX_DIGITS):
        return None
    if not decimals and part.endswith(data["decimal_point"]):
        return None
    return float(f"{text}.{decimals or 0}")


def _adds(group: float, value: float, *, joined: bool) -> bool:
    """True where `value` may follow a value: "twenty three", "5 1/2", "two and a half", not "two three"."""
    if value < 1:
        return True
    return not joined and 20 <= group % 100 <= 90 and group % 10 == 0 and value <= 9
