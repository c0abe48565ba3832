"""Which stretches of a text may be names of places: gazetteer names, demonyms and sites, before any is believed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

import numpy as np

from byline.gazetteer.index import ALIAS, DEMONYM, PREFERRED, SHORT, Gazetteer, Hits
from byline.gazetteer.names import fold
from byline.language import data

CandidateKind = Literal["place", "demonym", "site", "name"]

# Names of more tokens than this are not looked up ("Chaharmahal and Bakhtiari Province" has four).
MAX_NAME_TOKENS = 8
# No name is longer; a longer run of letters is not read.
MAX_NAME_CHARACTERS = 80
# Below this share of capitalised words a text is taken to be in lower case throughout.
LOWER_CASE_SHARE = 0.01
# Above this share of words in capitals a text is taken to be in capitals throughout.
UPPER_CASE_SHARE = 0.8
# In a text in small letters a name of one word is looked for where it bears a place of so many people, or stands behind
# a preposition of place and bears one of the smaller size: every other word of English is somewhere a village's name.
LOWER_CASE_POPULATION, LOWER_CASE_LED_POPULATION = 100_000, 1_000

# A name the gazetteer has not may have so many tokens, and must have so many letters.
MAX_UNKNOWN_TOKENS = 4
MIN_UNKNOWN_CHARACTERS = 3

WORLD = frozenset(["country", "region", "continent", "sea"])
_HYPHENATED = re.compile(r"(-)")
_HYPHENS = frozenset("-‐‑–")
# Forms of the Arabic article, written small before the hyphen of a name.
_ARTICLES = frozenset(["al", "el", "an", "as", "ad", "ar", "at", "az", "ash", "ez", "es", "er", "ed", "esh", "ul"])
# Short words that begin names ("El Salvador", "La Paz"), to be looked for in a text in small letters.
_SHORT_HEADS = frozenset(["el", "la", "le", "al", "st", "ho"])
# Small words that part a site from what is named before it.
_PARTING = frozenset(["in", "on", "an", "and"])
_APOSTROPHES = frozenset(["'s", "’s", "'", "’"])


# What names of sites, roads, waters and divisions end with.
_TAILS = ("site_nouns", "road_nouns", "land_nouns", "division_words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The word lists of one language that finding places rests on (places.toml), as sets of lower-case words, and
    `site_tails`, all that ends the name of a site."""

    sets: Mapping[str, frozenset[str]]

    def __getitem__(self, name: str) -> frozenset[str]:
        return self.sets[name]


@cache
def words(language: str) -> Words:
    """The word lists of a language, read once."""
    raw: dict[str, Any] = data(language, "places")
    sets = {
        name: frozenset(value.split() if isinstance(value, str) else value)
        for name, value in raw.items()
        if isinstance(value, str | list)
    }
    return Words(sets={**sets, "site_tails": frozenset[str]().union(*(sets[name] for name in _TAILS))})


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text in tokens: parallel lists of words and their first and last offsets (half-open), and the entity label
    a statistical name finder gave each token ("" for none). `labelled` is False when no finder ran."""

    text: str
    tokens: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]
    labels: Sequence[str]
    labelled: bool

    @classmethod
    def of(cls, text: str, tokens: Iterable[tuple[str, int, str]], *, labelled: bool) -> Text:
        """A text from (word, offset, label) of its tokens; words that a hyphen still joins are parted ("U.S.-led")."""
        words: list[str] = []
        starts: list[int] = []
        labels: list[str] = []
        for word, start, label in tokens:
            if "-" in word and len(word) > 2 and word[0].isupper():
                for piece in filter(None, _HYPHENATED.split(word)):
                    words.append(piece)
                    starts.append(start)
                    labels.append(label)
                    start += len(piece)
            else:
                words.append(word)
                starts.append(start)
                labels.append(label)
        ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
        return cls(text=text, tokens=words, starts=starts, ends=ends, labels=labels, labelled=labelled)

    def cut(self, first: int, last: int) -> str:
        """The characters of tokens [first, last)."""
        return self.text[self.starts[first] : self.ends[last - 1]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Tokens [first, last) that may name a place. `hits` are the gazetteer's places; none for a mere site.

    `run_first` and `run_last` bound the run of capitalised words it stands in.
    """

    first: int
    last: int
    kind: CandidateKind
    folded: str
    hits: Hits | None
    run_first: int
    run_last: int


def recase(text: Text) -> Text:
    """A text in capitals throughout with its tokens in small letters, which tell as much; any other text as it is.
    Offsets stay. (On dev, small letters found161 0.698 and 0.626; capitals read as headlines 0.656 and 0.602.)"""
    long = [token for token in text.tokens if token.isalpha() and len(token) > 1]
    if sum(token.isupper() for token in long) < UPPER_CASE_SHARE * max(1, len(long)):
        return text
    return replace(text, tokens=[token.lower() for token in text.tokens])


def is_capital(token: str) -> bool:
    """True for a word that begins with a capital letter."""
    return token[:1].isupper()


def is_lower_case(text: Text) -> bool:
    """True for a text that hardly has a capital letter."""
    return sum([token[:1].isupper() for token in text.tokens]) < LOWER_CASE_SHARE * len(text.tokens)


def find(text: Text, gazetteer: Gazetteer, language: str) -> list[Candidate]:
    """Every candidate of the text, in order of its first token."""
    lists = words(language)
    lower_case = is_lower_case(text)
    runs = _runs(text, lists, lower_case=lower_case)
    spans = [span for run in runs for span in _spans(text, run, lists, lower_case=lower_case)]
    folded = [fold(text.cut(first, last)) for first, last, _ in spans]
    distinct = {name: number for number, name in enumerate(dict.fromkeys(folded))}
    hits = gazetteer.lookup(list(distinct))
    candidates: list[Candidate] = []
    meant: dict[tuple[str, Writing], list[tuple[CandidateKind, Hits]]] = {}
    for (first, last, run), name in zip(spans, folded, strict=True):
        found = hits[distinct[name]]
        if found is None or not name:
            continue
        key = name, _writing(text, first, last, lists, lower_case=lower_case)
        if key not in meant:
            meant[key] = _meant(gazetteer, *key, found, never=lists["never"])
        if lower_case:  # runs mean nothing there: each name is read as if it stood alone
            run = (first, last)
        candidates += [
            Candidate(first=first, last=last, kind=kind, folded=name, hits=part, run_first=run[0], run_last=run[1])
            for kind, part in meant[key]
        ]
    candidates += _parts(text, candidates, lists)
    known = {(candidate.first, candidate.last) for candidate in candidates}
    for run in runs:
        sites = [site for site in _sites(text, run, lists) if (site.first, site.last) not in known]
        candidates += sites
        if run not in known and not lower_case:
            candidates += _unknown(text, run, lists)
    return sorted(candidates, key=lambda candidate: (candidate.first, candidate.last, candidate.kind))


def _parts(text: Text, candidates: list[Candidate], lists: Words) -> list[Candidate]:
    """ "South Florida": a place with a compass word before it, both capitalised, is a name too."""
    known = {(candidate.first, candidate.last) for candidate in candidates}
    return [
        replace(candidate, first=candidate.first - 1, folded=fold(text.cut(candidate.first - 1, candidate.last)))
        for candidate in candidates
        if candidate.kind == "place"
        and candidate.first > candidate.run_first
        and is_capital(text.tokens[candidate.first - 1])
        and text.tokens[candidate.first - 1].lower() in lists["compass_words"]
        and (candidate.first - 1, candidate.last) not in known
    ]


def _unknown(text: Text, run: Run, lists: Words) -> list[Candidate]:
    """A short run of capitalised words that the gazetteer has not: only its context can make it a place."""
    first, last = run
    if last - first > MAX_UNKNOWN_TOKENS or (text.tokens[first].lower() in lists["never"] and last - first == 1):
        return []
    if text.tokens[last - 1].lower() in lists["never"] or len(text.cut(first, last)) < MIN_UNKNOWN_CHARACTERS:
        return []
    return [
        Candidate(
            first=first, last=last, kind="name", folded=fold(text.cut(first, last)), hits=None, run_first=first,
            run_last=last,
        )
    ]  # fmt: skip


Run = tuple[int, int]


def _runs(text: Text, lists: Words, *, lower_case: bool) -> list[Run]:
    """Runs of capitalised words with what may join them, each beginning and ending with a capitalised word."""
    joints, tokens = lists["name_joints"], text.tokens
    runs: list[Run] = []
    end, count = 0, len(tokens)
    for position in [number for number in range(count) if _begins(text, number, lower_case)]:
        if position < end:
            continue
        last = position + 1
        ahead = last
        while ahead < count and ahead - last < 4 and _adjoins(text, ahead):
            token = tokens[ahead]
            if _begins(text, ahead, lower_case) or (token[:1].isdigit() and len(token) <= 4):
                last = ahead + 1
            elif not (
                token in _HYPHENS
                or token in joints
                or token in _APOSTROPHES
                or (token == "." and tokens[ahead - 1].lower() in lists["abbreviations"])
            ):
                break
            ahead += 1
        runs.append((position, last))
        end = last
    return runs


def _begins(text: Text, position: int, lower_case: bool) -> bool:
    token = text.tokens[position]
    if token[:1].isupper():
        return True
    if lower_case:
        return token[:1].isalpha() and (len(token) > 2 or token in _SHORT_HEADS)
    if token not in _ARTICLES:
        return False
    # "al-Tanf", "el-Arish": the article is small, the name after its hyphen is not.
    hyphen, following = (*text.tokens[position + 1 : position + 3], "", "")[:2]
    return hyphen in _HYPHENS and is_capital(following)


def _adjoins(text: Text, position: int) -> bool:
    """True when only a blank, or nothing, parts the token from the one before."""
    between = text.text[text.ends[position - 1] : text.starts[position]]
    return len(between) <= 1 and between != "\n"


def _spans(text: Text, run: Run, lists: Words, *, lower_case: bool) -> list[tuple[int, int, Run]]:
    first, last = run
    spans = []
    if _stop_belongs(text, last, lists):
        last += 1
    for start in range(first, last):
        if not _begins(text, start, lower_case):
            continue
        for stop in range(start + 1, min(last, start + MAX_NAME_TOKENS) + 1):
            if text.ends[stop - 1] - text.starts[start] > MAX_NAME_CHARACTERS:
                break
            token = text.tokens[stop - 1]
            if is_capital(token) or token[:1].isdigit() or token == "." or (lower_case and token[:1].isalpha()):
                spans.append((start, stop, run))
    # "Washington, D.C." is one name with a comma in it.
    if last + 1 < len(text.tokens) and text.tokens[last] == "," and text.tokens[last + 1] in ("D.C.", "DC"):
        spans.append((last - 1, last + 2, run))
    return spans


def _stop_belongs(text: Text, position: int, lists: Words) -> bool:
    """True when the token at `position` is the full stop of an abbreviation before it ("Rd.", "W.Va.")."""
    if position >= len(text.tokens) or text.tokens[position] != "." or text.starts[position] != text.ends[position - 1]:
        return False
    before = text.tokens[position - 1]
    return "." in before or before.lower() in lists["abbreviations"]


@dataclass(frozen=True, slots=True)
class Writing:
    """How a name is written where that tells what it can mean: in capitals, with a full stop; and, in a text in small
    letters, the least people of a place it may mean (0 in any other text)."""

    upper: bool
    dotted: bool
    least_people: int


def _writing(text: Text, first: int, last: int, lists: Words, *, lower_case: bool) -> Writing:
    surface = " ".join(text.tokens[first:last])
    people = 0
    if lower_case:
        led = first > 0 and text.tokens[first - 1] in lists["place_prepositions"]
        people = LOWER_CASE_LED_POPULATION if led or last - first > 1 else LOWER_CASE_POPULATION
    return Writing(surface.upper() == surface, "." in surface, people)


def _meant(
    gazetteer: Gazetteer, name: str, writing: Writing, hits: Hits, *, never: frozenset[str]
) -> list[tuple[CandidateKind, Hits]]:
    """What a folded name that the index has may mean, so written: places, the places of a demonym, both or neither."""
    keep = np.ones(hits.places.size, bool)
    if len(name) <= 4 and not (writing.upper and len(name) > 1):
        # "Us" and "Man" are words; only US, or Man., may be the short name.
        keep = (hits.flags & SHORT == 0) | writing.dotted
    if name in never and not writing.upper:
        keep &= (hits.flags & SHORT != 0) & writing.dotted
    if writing.least_people:
        known = (hits.flags & (PREFERRED | ALIAS) != 0) & (gazetteer.population[hits.places] >= writing.least_people)
        world = np.array([gazetteer.kind(int(place)) in WORLD for place in hits.places])
        keep &= known | (world & (hits.flags & (PREFERRED | ALIAS | DEMONYM) != 0))
    demonym = (hits.flags & DEMONYM) != 0
    kinds: tuple[tuple[CandidateKind, Any], ...] = (("place", keep & ~demonym), ("demonym", keep & demonym))
    return [
        (kind, Hits(places=hits.places[chosen], flags=hits.flags[chosen])) for kind, chosen in kinds if chosen.any()
    ]


def _sites(text: Text, run: Run, lists: Words) -> list[Candidate]:
    """Sites, roads, waters and divisions that a run names by a noun of their kind."""
    first, last = run
    tokens = text.tokens
    lowered = [token.lower().rstrip(".") for token in tokens[first:last]]
    tails, heads = lists["site_tails"], lists["site_heads"]
    spans = set()
    for offset, word in enumerate(lowered):
        position = first + offset
        if offset and word in tails:
            begin = position - 1
            while begin >= first and position - begin < MAX_NAME_TOKENS and tokens[begin] not in _PARTING:
                if is_capital(tokens[begin]) or tokens[begin][:1].isdigit():
                    spans.add((begin, position + 1 + _stop_belongs(text, position + 1, lists)))
                begin -= 1
        if word in heads and offset + 1 < len(lowered):
            spans.update((position, stop) for stop in range(position + 2, min(last, position + 4) + 1))
    # A small noun after the run: "Evin prison"; a small head before it: "camp Bucca".
    if last < len(tokens) and tokens[last] in tails and _adjoins(text, last):
        spans.update((begin, last + 1) for begin in range(max(first, last - 4), last) if is_capital(tokens[begin]))
    if first and tokens[first - 1] in heads and _adjoins(text, first):
        spans.update((first - 1, stop) for stop in range(first + 1, min(last, first + 3) + 1))
    return [
        Candidate(
            first=begin, last=stop, kind="site", folded=fold(text.cut(begin, stop)), hits=None,
            run_first=first, run_last=last,
        )
        for begin, stop in sorted(spans)
        if is_capital(tokens[stop - 1]) or tokens[stop - 1] in tails or tokens[stop - 1][:1].isdigit()
        or tokens[stop - 1] == "."
    ]  # fmt: skip
