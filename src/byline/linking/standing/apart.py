"""The largest set of things of which no two are joined: how many voices there are, once those that are one are told."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

MOST_EXACT = 300
"""Of more things than this that are joined, the one joined to the fewest is taken, until so many are left: in cliques,
which is how owners and credits join voices, that loses nothing, and it takes no time."""

MOST_BRANCHES = 500
"""So often may two ways be tried: a random graph of 300 then takes half a second. Where that is used up, the set found
is still one of which no two are joined, if not surely the largest."""


def largest(joined: Sequence[AbstractSet[int]]) -> tuple[int, ...]:
    """The largest set of numbers of which no two are joined; the same one for the same input. `joined[i]` are those
    that i is joined to, both ways, itself not among them."""
    chosen = [one for one, others in enumerate(joined) if not others]
    left = {one: set(others) for one, others in enumerate(joined) if others}
    while len(left) > MOST_EXACT:
        best = min(left, key=lambda one: (len(left[one]), one))
        chosen.append(best)
        for gone in (*left[best], best):
            for other in left.pop(gone):
                if other in left:
                    left[other].discard(gone)
    return tuple(sorted([*chosen, *_largest(set(left), joined, [MOST_BRANCHES])]))


def _largest(left: set[int], joined: Sequence[AbstractSet[int]], branches: list[int]) -> list[int]:
    chosen: list[int] = []
    while left:
        near = {one: joined[one] & left for one in left}
        ranked = sorted(left, key=lambda one: (len(near[one]), one))
        # Of a clique one can be taken, and one whose neighbours are all joined to each other loses nothing by it.
        best = next((one for one in ranked if _is_clique(near[one], joined)), None)
        if best is None and branches[0] <= 0:
            best = ranked[0]
        if best is None:
            branches[0] -= 1
            most = ranked[-1]
            taken = [most, *_largest(left - near[most] - {most}, joined, branches)]
            passed = _largest(left - {most}, joined, branches)
            return chosen + (taken if len(taken) >= len(passed) else passed)
        chosen.append(best)
        left = left - near[best] - {best}
    return chosen


def _is_clique(some: AbstractSet[int], joined: Sequence[AbstractSet[int]]) -> bool:
    return all(some - {one} <= joined[one] for one in some)
