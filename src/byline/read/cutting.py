"""What of a text is no part of the report: advertising slots, share bars, notices, and what stands there twice."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from unicodedata import normalize

from byline import language
from byline.model import Cut

MAX_NOTICE = 400
"""Characters of a notice, at most: a longer paragraph is prose, however it begins, and stays."""

REPEATED_BLOCK = 40
"""Characters from which a paragraph that stands there twice is a copy, and not a refrain or a heading."""

REPEATED_LINE = 60
"""The same for one line of a longer run of lines, where verse and hard-wrapped lists have shorter ones."""

NEAR = 6
"""How many paragraphs back a repetition is looked for: a teaser stands just above the lede it repeats. Further apart, a
report may quote the same words twice on purpose."""

REPEATED = "repeated"

BLANK_LINES = 2
"""Blank lines kept between paragraphs, at most."""

_WORD = re.compile(r"\w+(?:-\w+)*")
_LINE = re.compile(r"[^\r\n]+")


class Line(NamedTuple):
    """A line of the raw text that is not blank, without its end."""

    start: int
    text: str
    words: str
    """The line without white space around it, in NFC."""
    above: int
    """Line ends between it and the line above: 1 where no blank line stands between."""


def cut(raw: str, *, name: str) -> tuple[str, tuple[Cut, ...]]:
    """The text of a report and what was cut from `raw`, by the rules of the language `name`.

    Whole lines are cut, each with its offset in `raw` (`raw[cut.start:][:len(cut.text)] == cut.text`). The text is the
    lines that stay, joined by "\\n": unchanged but for NFC, blank lines at its ends, and more than two in a row.
    """
    lines = list(_lines(raw))
    cuts: dict[int, Cut] = {}
    for find in (_notices, _repeated_blocks, _repeated_lines):
        for first, last, reason in find([_kept(block, cuts) for block in _blocks(lines)], name):
            cuts.update(_cut(raw, lines, range(first, last + 1), reason=reason))
    text = normalize("NFC", "".join(_tidy(lines, cuts)))
    return text, tuple(sorted(set(cuts.values()), key=lambda one: one.start))


Block = Sequence[tuple[int, Line]]
"""Lines without a blank one between, each with its number."""

Found = tuple[int, int, str]
"""Numbers of the first and the last line to cut, and the reason."""


def _lines(raw: str) -> Iterator[Line]:
    end = 0
    for match in _LINE.finditer(raw):
        if match[0].isspace():
            continue
        gap = raw[end : match.start()]
        above = gap.count("\n") + gap.count("\r") - gap.count("\r\n")
        end = match.end()
        yield Line(match.start(), match[0], normalize("NFC", match[0].strip()), above)


def _blocks(lines: Sequence[Line]) -> Iterator[Block]:
    block: list[tuple[int, Line]] = []
    for number, line in enumerate(lines):
        if line.above > 1 and block:
            yield block
            block = []
        block.append((number, line))
    if block:
        yield block


def _kept(block: Block, cuts: Mapping[int, Cut]) -> Block:
    return [(number, line) for number, line in block if number not in cuts] if cuts else block


def _notices(blocks: Sequence[Block], name: str) -> Iterator[Found]:
    for block in blocks:
        reason = _reason(" ".join(line.words for _, line in block), name) if len(block) > 1 else None
        if reason:
            yield block[0][0], block[-1][0], reason
            continue
        for number, line in block:
            if reason := _reason(line.words, name):
                yield number, number, reason


def _reason(words: str, name: str) -> str | None:
    return _rules(name).reason(words) if len(words) <= MAX_NOTICE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    """The [[cut]] rules of a language's reading.toml: those of patterns as one, a group for each; those of words."""

    reasons: tuple[str, ...]
    pattern: re.Pattern[str]
    words: tuple[tuple[frozenset[str], frozenset[str], str], ...]

    def reason(self, line: str) -> str | None:
        """Why a line is to be cut; None where it is not."""
        if match := self.pattern.fullmatch(line):
            return self.reasons[(match.lastindex or 1) - 1]
        told = set(_WORD.findall(line.lower()))
        return next((reason for all_of, one_of, reason in self.words if told & one_of and told <= all_of), None)


@cache
def _rules(name: str) -> _Rules:
    rules = language.data(name, "reading")["cut"]
    patterns = [rule for rule in rules if "patterns" in rule]
    one = "|".join(f"({'|'.join(rule['patterns'])})" for rule in patterns)
    return _Rules(
        reasons=tuple(rule["reason"] for rule in patterns),
        pattern=re.compile(rf"[\W_]*(?:{one})[\W_]*", re.IGNORECASE),
        words=tuple(
            (frozenset(rule["words"]) | frozenset(rule["one_of"]), frozenset(rule["one_of"]), rule["reason"])
            for rule in rules
            if "words" in rule
        ),
    )


def _repeated_blocks(blocks: Sequence[Block], name: str) -> Iterator[Found]:
    seen: deque[str] = deque(maxlen=NEAR)
    for block in blocks:
        if not block:
            continue
        key = _key(" ".join(line.words for _, line in block))
        if len(key) >= REPEATED_BLOCK and key in seen:
            yield block[0][0], block[-1][0], REPEATED
        else:
            seen.append(key)


def _repeated_lines(blocks: Sequence[Block], name: str) -> Iterator[Found]:
    seen: deque[str] = deque(maxlen=NEAR)
    for number, line in (pair for block in blocks for pair in block):
        key = _key(line.words)
        if len(key) >= REPEATED_LINE and key in seen:
            yield number, number, REPEATED
        else:
            seen.append(key)


def _key(words: str) -> str:
    return " ".join(words.split())


def _cut(raw: str, lines: Sequence[Line], numbers: range, *, reason: str) -> dict[int, Cut]:
    first, last = lines[numbers[0]], lines[numbers[-1]]
    piece = raw[first.start : last.start + len(last.text)]
    start = first.start + len(piece) - len(piece.lstrip())
    made = Cut(start=start, text=piece.strip(), reason=reason)
    return dict.fromkeys(numbers, made)


def _tidy(lines: Sequence[Line], cuts: Mapping[int, Cut]) -> Iterator[str]:
    """Lines that stay, and what parts them; where lines were cut, the greater of the gaps before and after them."""
    above = 0
    begun = False
    for number, line in enumerate(lines):
        above = max(above, line.above)
        if number not in cuts:
            if begun:
                yield "\n" * min(above, BLANK_LINES + 1)
            yield line.text
            above = 0
            begun = True
