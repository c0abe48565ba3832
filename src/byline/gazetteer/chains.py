"""How the names of places in a text stand together: chains ("X, Y"), lists, and qualifiers in brackets."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from byline.gazetteer.candidates import Candidate, Text, Words, is_capital
from byline.gazetteer.index import Gazetteer
from byline.gazetteer.names import fold
from byline.gazetteer.recognise import Recognised

# A list of so many items, of which such a share are names of places, is a list of places in every item.
LIST_ITEMS = 4
LIST_SHARE = 0.6
# In a longer run of commas a chain is believed only where chains are the rule.
LONG_RUN = 5
CHAIN_SHARE = 0.4
# An item of a list has at most so many tokens.
ITEM_TOKENS = 8
# The most populous places of a name that are asked where they lie.
ASKED_PLACES = 60

_INNER = frozenset(["-", "'s", "’s", "e", "ye", "al", "el", "de", "of"])
_LARGER = frozenset(["country", "admin1", "region"])


@dataclass(slots=True, kw_only=True)
class Linked:
    """A recognised name with what stands by it: numbers of its parents and list neighbours, and the tokens of its
    qualifier in brackets."""

    recognised: Recognised
    parents: list[int] = field(default_factory=list)
    siblings: list[int] = field(default_factory=list)
    qualifier: tuple[int, int] | None = None

    @property
    def candidate(self) -> Candidate:
        """The tokens of the name and what they may mean."""
        return self.recognised.candidate


def link(text: Text, names: Sequence[Recognised], gazetteer: Gazetteer, lists: Words) -> list[Linked]:
    """The names in order, lists completed and brackets taken for what they are, each with its parents and siblings."""
    names, lists_found = _complete_lists(text, list(names), gazetteer, lists)
    linked, lists_found = _brackets(text, names, lists_found)
    for members in lists_found:
        for member in members:
            linked[member].siblings = [other for other in members if other != member]
    _chains(text, linked, gazetteer, lists)
    return linked


# ---------------------------------------------------------------------------------------------------------- lists
def _complete_lists(
    text: Text, names: list[Recognised], gazetteer: Gazetteer, lists: Words
) -> tuple[list[Recognised], list[list[int]]]:
    """Names with the unknown items of lists of places added; and the lists, as numbers of names."""
    at = {name.candidate.first: name for name in names if name.candidate.kind != "demonym"}
    groups: list[list[Recognised]] = []
    taken: set[int] = set()
    removed: set[int] = set()
    for name in names:
        if name.candidate.first in taken or name.candidate.kind == "demonym":
            continue
        items = _items(text, name, at)
        taken.update(range(name.candidate.first, items[-1][1] if items else name.candidate.last))
        known = [item for item in items if item[0] in at and at[item[0]].candidate.last == item[1]]
        if len(items) < 3 or len(known) < LIST_SHARE * len(items):
            continue
        group = []
        for first, last in items:
            found = at.get(first)
            if found is not None and found.candidate.last == last:
                group.append(found)
            elif len(items) >= LIST_ITEMS:
                group.append(_listed(text, first, last, gazetteer))
                removed.update(range(first, last))
        groups.append(group)
    added = {id(found) for group in groups for found in group}
    kept = [name for name in names if id(name) in added or name.candidate.first not in removed]
    fresh = [found for group in groups for found in group if id(found) not in {id(name) for name in names}]
    ordered = sorted([*kept, *fresh], key=lambda found: found.candidate.first)
    number = {id(found): position for position, found in enumerate(ordered)}
    return ordered, [[number[id(found)] for found in group] for group in groups]


def _items(text: Text, start: Recognised, at: dict[int, Recognised]) -> list[tuple[int, int]]:
    """The items of the list that begins with a name: tokens [first, last) each, without brackets behind them."""
    items = [(start.candidate.first, start.candidate.last)]
    position = start.candidate.last
    while True:
        position = _after_bracket(text, position)
        following = _after_separator(text, position)
        if following is None:
            return items
        last = _item_end(text, following, at)
        if last is None:
            return items
        items.append((following, last))
        position = last


def _after_separator(text: Text, position: int) -> int | None:
    """Where the next item begins: after a comma or semicolon, "and" or "or", or both, and an article."""
    tokens, begin = text.tokens, position
    if position < len(tokens) and tokens[position] in (",", ";"):
        position += 1
    if position < len(tokens) and tokens[position] in ("and", "or", "&"):
        position += 1
    while position < len(tokens) and (tokens[position] == "the" or (position > begin and tokens[position].isspace())):
        position += 1
    return position if position > begin and position < len(tokens) else None


def _item_end(text: Text, first: int, at: dict[int, Recognised]) -> int | None:
    """The end of an item made of capitalised words and what joins them; None when something else stands there."""
    tokens, position, last = text.tokens, first, first
    while position < len(tokens) and position - first < ITEM_TOKENS:
        token = tokens[position]
        if position in at:
            position = last = at[position].candidate.last
        elif is_capital(token):
            position += 1
            last = position
        elif last > first and (token in _INNER or (token.isspace() and "\n" not in token)):
            position += 1
        else:
            break
    if last == first:
        return None
    after = tokens[last] if last < len(tokens) else "."
    return (
        last
        if after in (",", ";", ".", "and", "or", "(", ":", "—", "–") or after.isspace() or last in _ends(at)
        else None
    )


def _ends(at: dict[int, Recognised]) -> set[int]:
    return {name.candidate.last for name in at.values()}


def _after_bracket(text: Text, position: int) -> int:
    """Past "( … )" on the same line, if one begins here."""
    tokens = text.tokens
    if position < len(tokens) and tokens[position] == "(":
        for ahead in range(position + 1, min(len(tokens), position + ITEM_TOKENS + 2)):
            if tokens[ahead] == ")":
                return ahead + 1
            if "\n" in tokens[ahead]:
                break
    return position


def _listed(text: Text, first: int, last: int, gazetteer: Gazetteer) -> Recognised:
    folded = fold(text.cut(first, last))
    candidate = Candidate(
        first=first, last=last, kind="place", folded=folded, hits=gazetteer.lookup([folded])[0], run_first=first,
        run_last=last,
    )  # fmt: skip
    return Recognised(candidate=candidate, score=0.0, levels=(("an item of a list of places", 0.0),))


# ------------------------------------------------------------------------------------------------------- brackets
def _brackets(text: Text, names: list[Recognised], groups: list[list[int]]) -> tuple[list[Linked], list[list[int]]]:
    """ "Malard (Karaj)" is one place with a qualifier: what stands in brackets is no place of its own."""
    listed = {member for group in groups for member in group}
    dropped: set[int] = set()
    qualifiers: dict[int, tuple[int, int]] = {}
    for number, name in enumerate(names):
        begin, end = name.candidate.last, _after_bracket(text, name.candidate.last)
        if end == begin or name.candidate.kind == "demonym":
            continue
        inside = [other for other in range(number + 1, len(names)) if begin < names[other].candidate.first < end]
        whole = len(inside) == 1 and (names[inside[0]].candidate.first, names[inside[0]].candidate.last) == (
            begin + 1,
            end - 1,
        )
        if (number in listed or whole) and not text.cut(begin + 1, end - 1).isupper():
            qualifiers[number] = (begin + 1, end - 1)
            dropped.update(inside)
    kept = [number for number in range(len(names)) if number not in dropped]
    renumbered = {number: position for position, number in enumerate(kept)}
    linked = [Linked(recognised=names[number], qualifier=qualifiers.get(number)) for number in kept]
    return linked, [[renumbered[member] for member in group if member in renumbered] for group in groups]


# --------------------------------------------------------------------------------------------------------- chains
def _chains(text: Text, linked: list[Linked], gazetteer: Gazetteer, lists: Words) -> None:
    joined = [_joined(text, left.candidate, right.candidate, lists) for left, right in itertools.pairwise(linked)]
    fits = [
        join is not None and _fits(left.candidate, right.candidate, gazetteer, strict=join == ",")
        for join, left, right in zip(joined, linked, linked[1:], strict=False)
    ]
    position = 0
    while position < len(joined):
        end = position
        while end < len(joined) and joined[end] == ",":
            end += 1
        if end - position >= LONG_RUN and sum(fits[position:end]) < CHAIN_SHARE * (end - position):
            fits[position:end] = [False] * (end - position)
        position = max(end, position + 1)
    for number, fit in enumerate(fits):
        if fit:
            child, parent = linked[number], number + 1
            child.parents.append(parent)
            child.siblings = [sibling for sibling in child.siblings if sibling != parent]
    for number in range(len(linked) - 3, -1, -1):
        for parent in list(linked[number].parents):
            linked[number].parents += [above for above in linked[parent].parents if above not in linked[number].parents]


def _joined(text: Text, left: Candidate, right: Candidate, lists: Words) -> str | None:
    """ "," or "in" where only that, and words like "province", stand between two names; else None."""
    if left.kind == "demonym" or right.kind == "demonym":
        return None
    between = [token.lower() for token in text.tokens[left.last : right.first]]
    if not between or len(between) > 4 or "\n" in text.text[text.ends[left.last - 1] : text.starts[right.first]]:
        return None
    rest = [token for token in between if token not in lists["division_words"] and token not in ("the", "'s")]
    rest = [token for token in rest if token not in lists["compass_words"]]
    if rest == [","] or rest == [",", "in"]:
        return ","
    return "in" if rest in (["in"], ["of"]) else None


def _fits(left: Candidate, right: Candidate, gazetteer: Gazetteer, *, strict: bool) -> bool:
    """Can the left name lie in the right one? A name the gazetteer has not can lie anywhere."""
    if right.hits is None:
        return False
    right_places = right.hits.places[:ASKED_PLACES]
    larger = [int(place) for place in right_places if gazetteer.kind(int(place)) in _LARGER]
    if not larger:
        return False
    if left.hits is None:
        return strict
    countries = {gazetteer.country_of(place) for place in larger if gazetteer.kind(place) == "country"}
    states = {gazetteer.state_of(place) for place in larger if gazetteer.kind(place) == "admin1"}
    for place in map(int, left.hits.places[:ASKED_PLACES]):
        kind = gazetteer.kind(place)
        if kind in ("city", "district") and gazetteer.state_of(place) in states:
            return True
        if kind in ("city", "district", "admin1", "region") and gazetteer.country_of(place) in countries - {None}:
            return True
    return False


def with_hits(linked: Linked, candidate: Candidate) -> Linked:
    """The same name with another choice of places."""
    return replace(linked, recognised=replace(linked.recognised, candidate=candidate))


def kept(linked: Sequence[Linked], numbers: Sequence[int]) -> list[Linked]:
    """The names with these numbers, their parents and siblings renumbered."""
    position = {number: place for place, number in enumerate(numbers)}
    return [
        replace(
            linked[number],
            parents=[position[parent] for parent in linked[number].parents if parent in position],
            siblings=[position[sibling] for sibling in linked[number].siblings if sibling in position],
        )
        for number in numbers
    ]
