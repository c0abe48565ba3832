"""Names whose only place lies in a country that nothing else in the document speaks of.

A suburb that the gazetteer has not ("Eastleigh", of Nairobi) often has a namesake far away (of Southampton). Where a
document is about one country, a small town of another, with nothing else of that country named, is not believed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from byline.gazetteer.chains import Linked
from byline.gazetteer.index import Entry

# A document is about a country when so many other places are named, and this share of them lies there. A namesake of
# fewer people is not believed: of the names this holds for on LGL and GeoWebNews 40 were no names of places at all, and
# of 7 with coordinates 3 were rightly placed; at a million people it would be 8 of 15.
FOCUS_PLACES, FOCUS_SHARE = 3, 0.6
KNOWN_PEOPLE = 100_000
# A stray recognised with smaller log odds is taken for no place: of 31 on the two corpora 28 were none.
SURE_NAME = 1.0


def strays(linked: Sequence[Linked], entries: Sequence[Entry | None], home: str | None) -> set[int]:
    """The numbers of the names that are not believed to mean the place found for them."""
    forms: dict[Entry, set[str]] = {}
    for name, entry in zip(linked, entries, strict=True):
        if entry is not None:
            forms.setdefault(entry, set()).add(name.candidate.folded)
    countries = Counter(entry.country for entry in forms)
    own: defaultdict[str, Counter[str | None]] = defaultdict(Counter)
    for entry, names in forms.items():
        if len(names) == 1:
            own[next(iter(names))][entry.country] += 1
    found = set()
    for number, (name, meant) in enumerate(zip(linked, entries, strict=True)):
        if meant is None or meant.country == home or not _is_small_town(name, meant):
            continue
        if _is_elsewhere(meant, countries - own[name.candidate.folded]):
            found.add(number)
    return found


def _is_small_town(name: Linked, entry: Entry) -> bool:
    small = entry.kind in ("city", "district") and entry.population < KNOWN_PEOPLE
    return small and not name.parents and name.candidate.kind == "place"


def _is_elsewhere(entry: Entry, others: Counter[str | None]) -> bool:
    """True when the other places named are of another country, and none is of this one's."""
    total = others.total()
    if total < FOCUS_PLACES or others[entry.country]:
        return False
    focus, count = others.most_common(1)[0]
    return focus is not None and count >= FOCUS_SHARE * total
