"""From characters to the phrases that may name a time: tokens with a class each, and patterns over the classes.

The words, classes and patterns are data (`language/xx/dates.toml`). Every token becomes one character of a second,
shorter string, so that a pattern over classes is an ordinary regular expression and a text is read at native speed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from byline.errors import DataError
from byline.language import data
from byline.language.numbers import MAX_DIGITS

# Classes of numerals and signs, which no word list can hold. WORD is any other word, BREAK an empty line, GLUE a sign
# that makes the next number a sum of money or a label ("$1990", "#1988").
_BUILT_IN = (
    *("WORD", "BREAK", "GLUE", "DAYNUM", "YEAR", "NUM", "NTHNUM", "FRACTION"),
    *("ISODATE", "NUMDATE", "CLOCKTIME", "DECADENUM"),
)
_FIRST_SYMBOL = 0x100  # symbols are letters outside ASCII, so that none means anything in a regular expression
_NAME = re.compile(r"[A-Z][A-Z_0-9]+")
_TIMES = re.compile(r"\{(\d,\d)\}")
_CHOICE = re.compile(r"\(\?:([\u0100-\u02ff](?:\|[\u0100-\u02ff])*)\)")  # one of some symbols
_KEPT = re.compile(r"\{(\w+) ")

# One token. Possessive quantifiers keep this linear on tokens of any length.
_TOKEN = re.compile(
    r"""
      (?P<word>(?:[ap]\.[ ]?m\b\.?|o['’]clock\b|[^\W\d_][\w\u0300-\u036f]*+))
    | (?P<number>
        (?P<iso>[12][0-9]{3}(?P<sep>[-/])[0-9]{2}(?P=sep)[0-9]{2}(?:T[0-9]{2}:[0-9]{2}[0-9:.]{0,9}Z?)?(?![\w/-]))
      | (?P<numdate>[0-9]{1,2}
          (?:/[0-9]{1,2}/(?:[0-9]{4}|[0-9]{2})|-[0-9]{1,2}-[0-9]{4}|\.[0-9]{1,2}\.[0-9]{4})
          (?![\w/-]|[.,:][0-9]))
      | (?P<clock>[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9:]))
      | (?P<nth>[0-9]{1,2}(?:st|nd|rd|th)\b)
      | (?P<decade>['’]?(?:[12][0-9])?[0-9]0['’]?s\b)
      | (?P<fraction>[0-9]{1,3}/[0-9]{1,3}(?![\w/]))
      | (?P<plain>[0-9]++(?:,[0-9]{3}(?![0-9]))*+(?:\.[0-9]++)?+(?:(?=[ap]\.?m\b)|(?!\w)))
      )
    | (?P<other>\w[\w\u0300-\u036f]*+)
    | (?P<poss>['’]s?\b|['’](?=\s))
    | (?P<gap>\n[^\S\n]*\n\s*)
    | (?P<sign>--|[^\s\w])
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern over symbols, and the name of what its match is made into."""

    pattern: re.Pattern[str]
    make: str


@dataclass(frozen=True, slots=True)
class Grammar:
    """A language's time words (lower case → class, meaning, must be capitalised), symbols and rules."""

    words: dict[str, tuple[str, Any, bool]]
    symbols: dict[str, str]
    rules: tuple[Rule, ...]
    known: re.Pattern[str]
    core: re.Pattern[str]
    settings: dict[str, Any]
    numbers: dict[str, Any]


@dataclass(slots=True)
class Tokens:
    """A text's tokens: offsets, the symbol string, lower-case words, and what a word or numeral stands for."""

    text: str
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    meanings: list[Any] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    symbols: str = ""

    def index(self, offset: int) -> int:
        """The first token that starts at `offset` or later."""
        return bisect_left(self.starts, offset)


@dataclass(frozen=True, slots=True)
class Found:
    """A rule's match: tokens [start, end) and the groups it kept."""

    tokens: Tokens
    make: str
    match: re.Match[str]
    start: int
    end: int

    def has(self, name: str) -> bool:
        """True when the rule kept something under `name`."""
        return name in self.match.re.groupindex and self.match[name] is not None

    def span(self, name: str) -> tuple[int, int]:
        """The tokens kept under `name`."""
        return self.match.span(name)

    def text(self, name: str) -> str:
        """The characters kept under `name`, empty where nothing was."""
        if not self.has(name):
            return ""
        start, end = self.match.span(name)
        return self.tokens.text[self.tokens.starts[start] : self.tokens.ends[end - 1]] if end > start else ""

    def meaning(self, name: str) -> Any:
        """What the last word kept under `name` stands for, None where nothing was kept."""
        if not self.has(name):
            return None
        start, end = self.match.span(name)
        last = end - 1 if end - start == 1 or self.tokens.classes[end - 1] != "DOT" else end - 2
        return self.tokens.meanings[last]

    @property
    def classes(self) -> list[str]:
        """The classes of the phrase's tokens."""
        return self.tokens.classes[self.start : self.end]

    def names(self, name: str) -> list[str]:
        """The classes of the tokens kept under `name`."""
        return self.tokens.classes[slice(*self.match.span(name))] if self.has(name) else []


@cache
def grammar(language: str) -> Grammar:
    """A language's time grammar, compiled once. Raises DataError where its file names a class it does not have."""
    settings, numbers = data(language, "dates"), data(language, "numbers")
    lists: dict[str, dict[str, Any]] = settings["words"]
    symbols = {name: chr(_FIRST_SYMBOL + i) for i, name in enumerate((*_BUILT_IN, *lists))}
    capital = set(settings["capital"])
    words = {word: (name, meaning, name in capital) for name, group in lists.items() for word, meaning in group.items()}
    for word in numbers["values"]:
        words.setdefault(word, ("NUMBERWORD", None, False))
    for word in numbers["scales"]:
        words.setdefault(word, ("SCALE", None, False))
    rules = tuple(
        Rule(re.compile(_regex(rule["pattern"], symbols, settings["names"])), rule["make"]) for rule in settings["rule"]
    )
    core = re.compile(_regex(settings["core"], symbols, settings["names"]))
    known = re.compile("[^" + "".join(symbols[name] for name in ("WORD", "BREAK", "GLUE")) + "]+")
    return Grammar(words, symbols, rules, known, core, settings, numbers)


def _regex(expression: str, symbols: dict[str, str], names: dict[str, str], depth: int = 0) -> str:
    if depth > len(names):
        raise DataError(f"dates: names run in a circle at {expression!r}")

    def expand(match: re.Match[str]) -> str:
        name = match[0]
        if name in symbols:
            return symbols[name]
        if name in names:
            return _regex(names[name], symbols, names, depth + 1)
        raise DataError(f"dates: pattern names the class {name!r}, which is neither in [words] nor in [names]")

    kept: dict[str, str] = {}

    def keep(match: re.Match[str]) -> str:
        kept[chr(0xE000 + len(kept))] = match[1]
        return "(?P<" + list(kept)[-1] + ">"

    text = re.sub(r"\((?!\?)", "(?:", expression.replace("[", "(").replace("]", ")?"))
    text = _KEPT.sub(keep, _TIMES.sub(r"<\1>", text)).replace("}", ")")
    text = _NAME.sub(expand, text)
    for mark, name in kept.items():
        text = text.replace(mark, name)
    text = re.sub(r"\s+", "", re.sub(r"<(\d,\d)>", r"{\1}", text))
    return _CHOICE.sub(lambda match: "[" + match[1].replace("|", "") + "]", text)


def tokenize(text: str, grammar: Grammar) -> Tokens:
    """The tokens of a text. Any text: what is no word, numeral or sign of a date becomes a WORD."""
    tokens = Tokens(text)
    starts, ends, lowered = tokens.starts, tokens.ends, tokens.words
    meanings, classes = tokens.meanings, tokens.classes
    known_words, glue = grammar.words, False
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        start, end = match.span()
        token = match[0].lower()
        name, meaning = "WORD", None
        if kind in _WORDS:
            known = known_words.get(token)
            if known is not None:
                if not known[2] or text[start].isupper():
                    name, meaning, _ = known
            elif token in _GLUE:
                name = "GLUE"
        elif kind == "number":
            name, meaning = ("WORD", None) if glue else _numeral(match, token)
        elif kind == "gap":
            name = "BREAK"
        glue = name == "GLUE"
        starts.append(start)
        ends.append(end)
        lowered.append(token)
        meanings.append(meaning)
        classes.append(name)
    symbols = grammar.symbols
    tokens.symbols = "".join([symbols[name] for name in classes])
    return tokens


_WORDS = frozenset(["word", "poss", "sign"])
_GLUE = frozenset("$€£¥#№@&")


def _numeral(match: re.Match[str], token: str) -> tuple[str, Any]:
    """The class and meaning of a numeral."""
    if match["iso"]:
        return "ISODATE", token
    if match["numdate"]:
        return "NUMDATE", token
    if match["clock"]:
        return "CLOCKTIME", token
    if match["nth"]:
        number = int(token[:-2])
        return ("NTHNUM" if 1 <= number <= 31 else "NTH"), number
    if match["decade"]:
        return "DECADENUM", token
    if match["fraction"]:
        return "FRACTION", token
    if len(token) > MAX_DIGITS:
        return "WORD", None
    if token.isdigit() and len(token) <= 2 and 1 <= int(token) <= 31:
        return "DAYNUM", int(token)
    if token.isdigit() and len(token) == 4 and 1000 <= int(token) < 3000:
        return "YEAR", int(token)
    return "NUM", token


def find_phrases(tokens: Tokens, grammar: Grammar) -> Iterator[Found]:
    """Phrases that match a rule, in order and without overlap: the longest wins, then the first rule."""
    candidates: list[tuple[int, int, int, Found]] = []
    for region in grammar.known.finditer(tokens.symbols):
        if not grammar.core.search(tokens.symbols, *region.span()):
            continue
        for order, rule in enumerate(grammar.rules):
            # One token more than the region holds, so that a pattern can look at what follows.
            for match in rule.pattern.finditer(tokens.symbols, region.start(), region.end() + 1):
                first, last = match.span()
                if last > first:
                    candidates.append((first - last, order, first, Found(tokens, rule.make, match, first, last)))
    candidates.sort(key=lambda candidate: candidate[:3])
    taken = bytearray(len(tokens.symbols))
    chosen = []
    for _, _, _, found in candidates:
        if not any(taken[found.start : found.end]):
            taken[found.start : found.end] = b"\x01" * (found.end - found.start)
            chosen.append(found)
    return iter(sorted(chosen, key=lambda found: found.start))
