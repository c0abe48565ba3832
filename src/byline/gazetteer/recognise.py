"""Which candidates are names of places: the best set of them that do not overlap, by the weights of their levels."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from byline.gazetteer import candidates, evidence
from byline.gazetteer.candidates import Candidate, Text, Words, is_capital
from byline.gazetteer.index import Gazetteer
from byline.gazetteer.row import table

# What a sure site scores over the names within it, so that it is taken whole.
SURE_SITE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """A candidate believed to name a place; `score` is its log odds and `levels` what it rests on."""

    candidate: Candidate
    score: float
    levels: tuple[tuple[str, float], ...]


@cache
def weights(section: str) -> dict[str, float]:
    """The weight of each level, from weights.toml: "recognise" for names, "resolve" for the places they mean."""
    found: dict[str, float] = table("weights").get(section, {})
    return found


def find(
    text: Text, gazetteer: Gazetteer, language: str, weight: Mapping[str, float] | None = None
) -> list[Recognised]:
    """The names of places in a text, in order, none overlapping another; `weight` stands in for those of the file."""
    lists = candidates.words(language)
    text = candidates.recase(text)
    proposed = candidates.find(text, gazetteer, language)
    around = evidence.survey(text, proposed, gazetteer, lists)
    weight = weights("recognise") if weight is None else weight
    scored = []
    for candidate in proposed:
        levels = evidence.levels(text, candidate, around, gazetteer, lists)
        known = tuple((level, weight[level]) for level in levels if level in weight)
        scored.append(Recognised(candidate=candidate, score=sum(value for _, value in known), levels=known))
    return best([*_sure_sites(text, scored, lists), *(found for found in scored if found.score > 0.0)])


def _sure_sites(text: Text, scored: Sequence[Recognised], lists: Words) -> list[Recognised]:
    """Sites by their noun alone ("Evin prison", "Camp Taji"). The public corpora mark few sites, so their weights would
    lose them; yet camps, prisons and squares are where much of what we read of happens."""
    groups: defaultdict[tuple[str, int], list[Recognised]] = defaultdict(list)
    for found in scored:
        side = _sure_side(text, found.candidate, lists)
        if side is not None:
            groups[side].append(found)
    sure = []
    for group in groups.values():
        likeliest = max(group, key=lambda found: (found.score, found.candidate.first))
        within = [
            found
            for found in scored
            if found.score > 0.0
            and found.candidate.first >= likeliest.candidate.first
            and found.candidate.last <= likeliest.candidate.last
        ]
        small = not is_capital(text.tokens[likeliest.candidate.last - 1])
        if small and any(found.candidate.kind != "name" for found in within):
            continue  # "a Baghdad prison", "a Turkish hospital": the place is what is named
        score = SURE_SITE + sum(found.score for found in within)
        levels = (*likeliest.levels, ("a noun that only sites have", score - likeliest.score))
        sure.append(replace(likeliest, score=score, levels=levels))
    return sure


def _sure_side(text: Text, candidate: Candidate, lists: Words) -> tuple[str, int] | None:
    """The position of the noun or the head that makes a site candidate sure, None where it is not."""
    if candidate.kind != "site":
        return None
    words = [token.lower() for token in text.tokens[candidate.first : candidate.last]]
    proper = [
        word
        for word, token in zip(words, text.tokens[candidate.first : candidate.last], strict=True)
        if is_capital(token) and word not in lists["never"] and word not in lists["site_nouns"]
    ]
    if not proper or all(word in lists["ordinary"] or word in lists["compass_words"] for word in proper):
        return None
    if words[-1] in lists["sure_site_nouns"] and words[0] not in lists["never"]:
        return "noun", candidate.last
    return ("head", candidate.first) if words[0] in lists["sure_site_heads"] else None


def best(scored: Sequence[Recognised]) -> list[Recognised]:
    """The set without overlaps whose scores sum highest."""
    ordered = sorted(scored, key=lambda found: (found.candidate.last, found.candidate.first))
    ends = [found.candidate.last for found in ordered]
    totals, chosen = [0.0], [False]
    for number, found in enumerate(ordered):
        before = bisect.bisect_right(ends, found.candidate.first, 0, number)
        total = totals[before] + found.score
        chosen.append(total > totals[number])
        totals.append(max(total, totals[number]))
    kept, number = [], len(ordered)
    while number:
        if chosen[number]:
            kept.append(ordered[number - 1])
            number = bisect.bisect_right(ends, ordered[number - 1].candidate.first, 0, number - 1)
        else:
            number -= 1
    return kept[::-1]
