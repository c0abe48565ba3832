"""What speaks for and against a candidate being the name of a place: named levels, weighed elsewhere.

Each level is a short readable string; `weights.toml` has the weight of each, learned on public gold data.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from byline.gazetteer.candidates import Candidate, CandidateKind, Text, Words, is_capital, is_lower_case
from byline.gazetteer.index import ALIAS, PREFERRED, Gazetteer, Hits

SENTENCE_ENDS = frozenset('.!?:"“”')


@dataclass(slots=True, kw_only=True)
class Surroundings:
    """What the whole document says about its words, gathered once."""

    lowered: list[str]
    lower_case_words: frozenset[str]
    lower_case: bool
    persons: Counter[str]
    after_preposition: Counter[str]
    seen: Counter[str]
    place_at: dict[int, int]
    place_until: dict[int, int]
    larger_at: frozenset[int]
    longer: dict[int, tuple[int, int]]
    told: dict[int, list[str]] = field(default_factory=dict)  # what the gazetteer says of one Hits, by its id


def survey(text: Text, candidates: Sequence[Candidate], gazetteer: Gazetteer, lists: Words) -> Surroundings:
    """The document's own evidence: which words it also writes small, which belong to persons, which follow "in"."""
    lowered = [token.lower() for token in text.tokens]
    lower_case = is_lower_case(text)
    small = frozenset() if lower_case else frozenset(token for token in text.tokens if token.islower())
    persons: Counter[str] = Counter()
    after_preposition: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for first, last in {(candidate.run_first, candidate.run_last) for candidate in candidates}:
        given = lowered[first] in lists["given_names"]
        titled = first > 0 and lowered[first - 1].rstrip(".") in lists["person_titles"]
        titled = titled or lowered[first].rstrip(".") in lists["person_titles"]
        if ((given or titled) and 1 < last - first <= 4 and lowered[last - 1] not in lists["place_nouns"]) or titled:
            persons.update(lowered[first:last])
    for label, word in zip(text.labels, lowered, strict=True):
        if label == "PERSON":
            persons[word] += 1
    place_at: dict[int, int] = {}
    place_until: dict[int, int] = {}
    larger: set[int] = set()
    asked: dict[int, bool] = {}
    for candidate in candidates:
        if candidate.kind != "place":
            continue
        seen[candidate.folded] += 1
        if candidate.first and lowered[candidate.first - 1] in lists["place_prepositions"]:
            after_preposition[candidate.folded] += 1
        place_at[candidate.first] = max(place_at.get(candidate.first, 0), candidate.last)
        place_until[candidate.last] = min(place_until.get(candidate.last, candidate.first), candidate.first)
        assert candidate.hits is not None
        if _has_larger(candidate.hits, gazetteer, asked):
            larger.add(candidate.first)
    longer: dict[int, tuple[int, int]] = {}
    for candidate in candidates:
        if (
            candidate.hits is not None
            and candidate.last - candidate.first > 1
            and (candidate.kind == "demonym" or bool((candidate.hits.flags & (PREFERRED | ALIAS)).any()))
        ):
            for position in range(candidate.first, candidate.last):
                held = longer.get(position, (position, position + 1))
                if candidate.last - candidate.first > held[1] - held[0]:
                    longer[position] = (candidate.first, candidate.last)
    return Surroundings(
        lowered=lowered, lower_case_words=small, lower_case=lower_case, persons=persons,
        after_preposition=after_preposition, seen=seen,
        place_at=place_at, place_until=place_until, larger_at=frozenset(larger),
        longer=longer,
    )  # fmt: skip


def _has_larger(hits: Hits, gazetteer: Gazetteer, asked: dict[int, bool]) -> bool:
    """True where a name may mean a country or a state; asked once for all the mentions that share their hits."""
    found = asked.get(id(hits))
    if found is None:
        found = any(gazetteer.kind(int(place)) in ("country", "admin1") for place in hits.places[:12])
        asked[id(hits)] = found
    return found


def levels(text: Text, candidate: Candidate, around: Surroundings, gazetteer: Gazetteer, lists: Words) -> list[str]:
    """The levels that hold for a candidate; the empty document has none."""
    kind = candidate.kind
    found = [f"{kind}", *_name(text, candidate, around, lists)]
    if around.lower_case:
        found.append(f"{kind} in a text in small letters")
    if candidate.hits is not None:
        told = around.told.get(id(candidate.hits))
        if told is None:
            told = around.told[id(candidate.hits)] = _gazetteer(candidate.kind, candidate.hits, gazetteer)
        found += told
    found += _neighbours(text, candidate, around, lists)
    found += _document(candidate, around)
    found += _label(text, candidate)
    return found


def _name(text: Text, candidate: Candidate, around: Surroundings, lists: Words) -> list[str]:
    """The name itself: how many words, how written, what its last word is."""
    first, last, kind = candidate.first, candidate.last, candidate.kind
    words = around.lowered[first:last]
    tail, head = words[-1].rstrip("."), words[0].rstrip(".")
    found = [f"{kind} of {min(last - first, 4)} words"]
    surface = text.cut(first, last)
    single = last - first == 1
    if surface.isupper() and len(surface) > 1:
        found.append(f"{kind} in capitals" if len(surface) > 4 else f"{kind} short capitals")
    if "." in surface:
        found.append("with full stop")
    if kind == "site":
        found.append(f"site noun {tail}")
        if not is_capital(text.tokens[last - 1]):
            found.append("site noun small")
        if head in lists["site_heads"]:
            found.append(f"site head {head}")
    elif not single:
        for name in ("site_nouns", "road_nouns", "land_nouns", "division_words", "organisation_nouns"):
            if tail in lists[name]:
                found.append(f"ends with {name}")
    if words[0] in lists["given_names"]:
        found.append("given name alone" if single else "given name first")
    if words[-1] in lists["given_names"] and not single:
        found.append("given name last")
    if words[0] == "the":
        found.append("begins with the")
    if single:
        if words[0] in lists["ordinary"]:
            found.append("ordinary word")
        if words[0] in around.lower_case_words:
            found.append("written small elsewhere")
        if words[0] in lists["organisation_nouns"] or words[0] in lists["person_titles"]:
            found.append("a noun of its own")
    if tail in lists["compass_words"] or head in lists["compass_words"]:
        found.append("compass word" if single else "compass word within")
    return found


def _gazetteer(kind: CandidateKind, hits: Hits, gazetteer: Gazetteer) -> list[str]:
    """How well known the name is: the largest place that bears it, and as what."""
    if kind == "demonym":
        return [f"demonym of {gazetteer.kind(int(hits.places[0]))}"]
    found = []
    exact = (hits.flags & (PREFERRED | ALIAS)) != 0
    kinds = {gazetteer.kind(int(place)) for place in hits.places[exact][:12]}
    found += [f"bears name {name}" for name in kinds]
    if kinds & {"region", "sea", "continent", "country"}:
        found.append("a name of the world's")
    elif exact.any():
        people = int(gazetteer.population[hits.places[exact]].max())
        found.append(f"people 10^{int(math.log10(people + 1))}")
    else:
        people = int(gazetteer.population[hits.places].max())
        found.append(f"only alternate, people 10^{int(math.log10(people + 1))}")
    found.append(f"places of the name {min(6, int(math.log2(hits.places.size)))}")
    return found


def _neighbours(text: Text, candidate: Candidate, around: Surroundings, lists: Words) -> list[str]:
    """The words before and after."""
    first, last, kind = candidate.first, candidate.last, candidate.kind
    lowered, count = around.lowered, len(text.tokens)
    found = []
    before = lowered[first - 1] if first else "START"
    after = lowered[last] if last < count else "END"
    before_inside, after_inside = first > candidate.run_first, last < candidate.run_last
    found.append(f"{kind} run {'inner' if before_inside else 'first'} {'inner' if after_inside else 'last'}")
    if before_inside:
        word = before.rstrip(".")
        found += _classes(word, "after", lists, ("given_names", "person_titles", "compass_words", "name_joints"))
        found.append("after hyphen" if before in "-‐‑–" else "after capitalised")
        if len(word) == 1 and word.isalpha():
            found.append("after initial")
    else:
        found.append(f"after '{before}'")
        found += _classes(before, "after", lists, ("place_prepositions", "person_titles", "compass_words"))
        if first and not text.tokens[first - 1].islower() and before in '.!?"“”:':
            found.append("begins a sentence")
    if before[:1].isdigit():
        found.append("after a number")
    if after_inside:
        word = after.rstrip(".")
        classes = ("organisation_nouns", "site_nouns", "road_nouns", "land_nouns", "division_words", "compass_words")
        classed = _classes(word, f"{kind} before", lists, classes)
        found += classed or [f"{kind} before capitalised"]
        found.append("before hyphen" if after in "-‐‑–" else f"before '{after}'")
    else:
        found.append(f"{kind} before '{after}'")
        found += _classes(after, "before", lists, ("person_verbs", "settlement_words", "division_words", "site_nouns"))
    return found + _commas(candidate, around, before=before, after=after)


def _classes(word: str, side: str, lists: Words, names: tuple[str, ...]) -> list[str]:
    return [f"{side} {name}" for name in names if word in lists[name]]


def _commas(candidate: Candidate, around: Surroundings, *, before: str, after: str) -> list[str]:
    """Chains ("X, Y") and lists."""
    found = []
    if after == ",":
        if candidate.last + 1 in around.larger_at:
            found.append(f"{candidate.kind} before comma and a state or country")
        elif candidate.last + 1 in around.place_at:
            found.append(f"{candidate.kind} before comma and a place")
    elif after == "and" and candidate.last + 1 in around.place_at:
        found.append("before and with a place")
    if before == ",":
        if candidate.first - 1 in around.place_until:
            larger = candidate.first in around.larger_at
            found.append(f"{candidate.kind} after a place and comma" + (" as state or country" if larger else ""))
    elif before == "and" and candidate.first - 1 in around.place_until:
        found.append("after a place and and")
    if before == "(" and after == ")":
        found.append("in brackets")
    return found


def _document(candidate: Candidate, around: Surroundings) -> list[str]:
    """What the document says elsewhere of the same words."""
    found = []
    whole = around.longer.get(candidate.first)
    if whole is not None and whole[1] - whole[0] > candidate.last - candidate.first and whole[1] >= candidate.last:
        found.append(f"{candidate.kind} within a longer name")
    elif whole == (candidate.first, candidate.last):
        found.append(f"{candidate.kind} the longest name here")
    if candidate.kind == "place":
        others = around.after_preposition[candidate.folded]
        if others:
            found.append("follows a preposition somewhere" if others == 1 else "follows prepositions often")
        if around.seen[candidate.folded] > 1:
            found.append("named again")
    if candidate.last - candidate.first == 1 and around.persons[around.lowered[candidate.first]]:
        found.append("part of a person's name")
    return found


def _label(text: Text, candidate: Candidate) -> list[str]:
    """What a statistical name finder said, where one ran."""
    if not text.labelled:
        return ["no finder"]
    inside = set(text.labels[candidate.first : candidate.last])
    label = text.labels[candidate.first] if len(inside) == 1 else "mixed"
    edge = ""
    if label and label != "mixed":
        wider = (
            candidate.first > 0 and text.labels[candidate.first - 1] == label and _same(text, candidate.first)
        ) or (
            candidate.last < len(text.labels) and text.labels[candidate.last] == label and _same(text, candidate.last)
        )
        edge = " wider" if wider else ""
    return [f"{candidate.kind} labelled {label or 'nothing'}{edge}"]


def _same(text: Text, position: int) -> bool:
    """True when the token goes on the entity of the one before it (no comma between)."""
    return text.tokens[position] not in ",;" and text.tokens[position - 1] not in ",;"
