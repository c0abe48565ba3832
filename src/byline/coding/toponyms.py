"""Every name of a place in a text: where it stands, what kind of name it is, and which place it means.

Finding the names and choosing among the places that bear them are `byline.gazetteer`'s; here a spaCy Doc becomes the
tokens it reads, and what it found becomes toponyms with spans of the document's text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from byline.gazetteer import Entry, Gazetteer, chains, recognise, resolve
from byline.gazetteer.candidates import Candidate, Text, Words, is_capital, words
from byline.gazetteer.chains import Linked
from byline.gazetteer.index import ALIAS, PEOPLE, PREFERRED, Hits
from byline.gazetteer.names import fold
from byline.gazetteer.strays import SURE_NAME
from byline.gazetteer.strays import strays as find_strays
from byline.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from byline.coding.page import Page

ToponymKind = Literal["place", "demonym", "site"]

# A list or a document speaks of one country when this share of its places lie there, out of at least so many.
LIST_COUNTRY_SHARE = 0.75
LIST_COUNTRY_ITEMS = 4
DOCUMENT_COUNTRY_SHARE = 0.5
# A transliteration replaces an exact spelling when it leads to a place larger by this factor.
FAR_LARGER = 10
# A city of so many people is meant by its name within the name of a site, whatever else bears it.
WELL_KNOWN_PEOPLE = 500_000
# A site is told to be in a place named within so many tokens of it.
NEAR_TOKENS = 12
SENTENCE_ENDS = frozenset(".!?;")


@dataclass(frozen=True, slots=True, kw_only=True)
class Toponym:
    """A name of a place in the text.

    `span` is the name alone, without article or compass word, with "Province" or "County" where the name has it.
    `entry` is the place it means, None where no gazetteer place is good enough. `kind`: "demonym" says of what place
    someone or something is (`entry` is that place, nothing happened there); "site" is a camp, airport, street and the
    like. `qualifier` is what stands in brackets behind it, `parents` the names it is told to lie in, innermost first.
    `anchor` is, for a name without an entry, the place it is most likely in: one named within the name, one it is told
    to lie in, one named close by, else the town the whole document is about; a hint, coarser than a place told.
    `people` is true for a demonym that stands for people ("Syrians"), not for a quality ("Syrian").
    `levels` say what the choice of `entry` rests on, each with its weight. `state_share` and `country_share` are the
    probability, from 0 to 1, that the name means `entry` or another place of its state, of its country.
    """

    span: Span
    entry: Entry | None
    demonym: bool = False
    kind: ToponymKind = "place"
    qualifier: Span | None = None
    parents: tuple[Span, ...] = ()
    anchor: Entry | None = None
    people: bool = False
    levels: tuple[tuple[str, float], ...] = ()
    state_share: float = 1.0
    country_share: float = 1.0


def find(page: Page) -> tuple[Toponym, ...]:
    """All names of places in the page's text, in order, none overlapping another."""
    home = _home(page)
    return read(tokens(page.named, page.text), page.gazetteer, language=page.language.code, home=home)


def tokens(doc: Doc, text: str) -> Text:
    """The tokens of a Doc of this text with their entity labels, for the gazetteer to read."""
    labelled = doc.has_annotation("ENT_IOB")
    # Columns of the Doc, not its tokens one by one: a third of the time.
    starts, lengths, kinds = (
        doc.to_array(["IDX", "LENGTH", "ENT_TYPE"]).astype("int64").T.tolist() if len(doc) else ([], [], [])
    )
    strings = doc.vocab.strings
    labels = {kind: strings[kind] if kind else "" for kind in set(kinds)}
    words = [text[start : start + length] for start, length in zip(starts, lengths, strict=True)]
    return Text.of(text, zip(words, starts, [labels[kind] for kind in kinds], strict=True), labelled=labelled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The weights of levels: of those that make words a name, and of those that choose among its places."""

    recognise: Mapping[str, float]
    resolve: Mapping[str, float]

    @classmethod
    def shipped(cls) -> Weights:
        """Those of the gazetteer's weights.toml."""
        return cls(recognise=recognise.weights("recognise"), resolve=recognise.weights("resolve"))


def read(
    text: Text, gazetteer: Gazetteer, *, language: str, home: str | None = None, weights: Weights | None = None
) -> tuple[Toponym, ...]:
    """The toponyms of a text in tokens. `home` is the country the report was written in, where known; `weights` are
    the shipped ones unless given."""
    weights = weights or Weights.shipped()
    linked, divisions = named(text, gazetteer, language=language, weights=weights)
    meanings = mean(linked, divisions, gazetteer, home=home, weights=weights)
    second = _second_chance(linked, meanings, gazetteer)
    if second is not None:
        linked = second
        meanings = mean(linked, divisions, gazetteer, home=home, weights=weights)
    linked, meanings = _believed(linked, meanings, home)
    return tuple(_toponyms(text, linked, meanings, gazetteer))


def _believed(
    linked: list[Linked], meanings: list[resolve.Meaning | None], home: str | None
) -> tuple[list[Linked], list[resolve.Meaning | None]]:
    """The names without those that are strays and hardly names; of other strays the place is not believed."""
    strays = find_strays(linked, [meaning.entry if meaning is not None else None for meaning in meanings], home)
    if not strays:
        return linked, meanings
    dropped = {number for number in strays if linked[number].recognised.score < SURE_NAME}
    kept = [number for number in range(len(linked)) if number not in dropped]
    found = [None if number in strays else meanings[number] for number in kept]
    return chains.kept(linked, kept), found


def named(text: Text, gazetteer: Gazetteer, *, language: str, weights: Weights) -> tuple[list[Linked], list[bool]]:
    """The names of places in a text with how they stand together, and which of them are called provinces or the
    like."""
    names = recognise.find(text, gazetteer, language, weights.recognise)
    linked = chains.link(text, names, gazetteer, words(language))
    linked = [_with_county(name, gazetteer) for name in linked]
    return linked, _divisions(text, linked, words(language))


def mean(
    linked: Sequence[Linked], divisions: Sequence[bool], gazetteer: Gazetteer, *, home: str | None, weights: Weights
) -> list[resolve.Meaning | None]:
    """What each linked name means; None for one the gazetteer has not. `divisions` says which are called provinces."""
    known, names = askable(linked, divisions)
    meanings = resolve.resolve(names, gazetteer, weights=weights.resolve, home=home)
    found: list[resolve.Meaning | None] = [None] * len(linked)
    for number, meaning in zip(known, meanings, strict=True):
        found[number] = meaning
    return found


def askable(linked: Sequence[Linked], divisions: Sequence[bool]) -> tuple[list[int], list[resolve.Name]]:
    """The numbers of the names that the gazetteer has, and what the resolver is asked of each."""
    known = [number for number, name in enumerate(linked) if name.candidate.hits is not None]
    renumbered = {number: position for position, number in enumerate(known)}
    return known, [_name(linked[number], divisions[number], renumbered) for number in known]


def _name(linked: Linked, division: bool, renumbered: dict[int, int]) -> resolve.Name:
    candidate = linked.candidate
    assert candidate.hits is not None
    return resolve.Name(
        text=candidate.folded,
        hits=candidate.hits,
        demonym=candidate.kind == "demonym",
        division=division,
        parents=tuple(renumbered[parent] for parent in linked.parents if parent in renumbered),
        siblings=tuple(renumbered[sibling] for sibling in linked.siblings if sibling in renumbered),
    )


def _divisions(text: Text, linked: Sequence[Linked], lists: Words) -> list[bool]:
    """For each name whether a word like "province" stands behind it, ends it, or leads to it ("the province of …")."""
    told = lists["division_words"] - {"co", "territory", "republic"}
    found = []
    for name in linked:
        first, last = name.candidate.first, name.candidate.last
        around = (
            [text.tokens[last - 1], *text.tokens[last : last + 1]] if last - first > 1 else text.tokens[last : last + 1]
        )
        if first > 1 and text.tokens[first - 1] == "of":
            around = [*around, text.tokens[first - 2]]
        found.append(any(token.lower() in told for token in around))
    return found


def _home(page: Page) -> str | None:
    """The country of the dateline, where the gazetteer has one place of that name that is plainly the largest."""
    dateline = page.document.dateline
    if dateline is None or dateline.place is None:
        return None
    found = page.gazetteer.find(dateline.place)
    return found[0].country if found else None


def _with_county(linked: Linked, gazetteer: Gazetteer) -> Linked:
    """A name no place bears may be short for a county's."""
    candidate = linked.candidate
    if candidate.hits is not None or candidate.kind != "name":
        return linked
    for word in ("county", "parish"):
        hits = gazetteer.lookup([f"{candidate.folded} {word}"])[0]
        if hits is not None:
            return chains.with_hits(linked, replace(candidate, hits=hits))
    return linked


# ---------------------------------------------------------------------------------------------------- second chance
def _second_chance(
    linked: list[Linked], meanings: Sequence[resolve.Meaning | None], gazetteer: Gazetteer
) -> list[Linked] | None:
    """Names re-read as transliterations, within the country their list or the document speaks of; None when no
    name changed."""
    document = _country([meaning for meaning in meanings if meaning is not None], DOCUMENT_COUNTRY_SHARE)
    changed = False
    again: list[Linked] = []
    for name in linked:
        candidate = name.candidate
        country = document
        if len(name.siblings) + 1 >= LIST_COUNTRY_ITEMS:
            country = (
                _country([m for s in name.siblings if (m := meanings[s]) is not None], LIST_COUNTRY_SHARE) or country
            )
        elif candidate.hits is not None:
            country = None
        if country is not None and candidate.kind not in ("demonym", "site"):
            hits = resolve.lenient(candidate.folded, country, gazetteer)
            if hits is not None and _better(candidate, hits, country, gazetteer):
                name = chains.with_hits(name, replace(candidate, hits=hits))
                changed = True
        again.append(name)
    return again if changed else None


def _country(meanings: Sequence[resolve.Meaning], share: float) -> str | None:
    counts = Counter(meaning.entry.country for meaning in meanings if meaning.entry is not None)
    if counts.total() < LIST_COUNTRY_ITEMS - 1:
        return None
    country, count = counts.most_common(1)[0]
    return country if count >= share * counts.total() else None


def _better(candidate: Candidate, lenient: Hits, country: str, gazetteer: Gazetteer) -> bool:
    """Is a transliteration worth more than the spelling itself: it is borne nowhere in the country, or by a place far
    smaller than the one the transliteration leads to."""
    if candidate.hits is None:
        return True
    exact = [int(place) for place in candidate.hits.places]
    if any(gazetteer.kind(place) in ("country", "continent", "region", "sea") for place in exact):
        return False
    people = [int(gazetteer.population[place]) for place in exact if gazetteer.country_of(place) == country]
    return not people or int(gazetteer.population[lenient.places].max()) > FAR_LARGER * max(people)


# ------------------------------------------------------------------------------------------------------- toponyms
def _toponyms(
    text: Text, linked: Sequence[Linked], meanings: Sequence[resolve.Meaning | None], gazetteer: Gazetteer
) -> list[Toponym]:
    entries = [meaning.entry if meaning is not None else None for meaning in meanings]
    made = []
    for number, (name, meaning, entry) in enumerate(zip(linked, meanings, entries, strict=True)):
        candidate = name.candidate
        made.append(
            Toponym(
                span=_span(text, candidate.first, candidate.last),
                entry=entry,
                demonym=candidate.kind == "demonym",
                kind=_kind(candidate, entry),
                qualifier=_span(text, *name.qualifier) if name.qualifier else None,
                parents=tuple(
                    _span(text, linked[parent].candidate.first, linked[parent].candidate.last)
                    for parent in name.parents
                ),
                anchor=None if entry is not None else _anchor(text, number, linked, entries, gazetteer),
                people=_of_people(candidate),
                levels=meaning.levels if meaning is not None else name.recognised.levels,
                state_share=meaning.state_share if meaning is not None else 1.0,
                country_share=meaning.country_share if meaning is not None else 1.0,
            )
        )
    return made


def _span(text: Text, first: int, last: int) -> Span:
    return Span(start=text.starts[first], end=text.ends[last - 1])


def _of_people(candidate: Candidate) -> bool:
    if candidate.kind != "demonym" or candidate.hits is None:
        return False
    return bool(candidate.hits.flags[0] & PEOPLE)


def _kind(candidate: Candidate, entry: Entry | None) -> ToponymKind:
    if candidate.kind == "demonym":
        return "demonym"
    return "site" if candidate.kind == "site" and entry is None else "place"


def _anchor(
    text: Text, number: int, linked: Sequence[Linked], entries: Sequence[Entry | None], gazetteer: Gazetteer
) -> Entry | None:
    """The place named within the name ("Baghdad Airport"), else one it is told to lie in, else the town or state named
    nearest to it in the same sentence."""
    candidate = linked[number].candidate
    inner = [
        fold(text.cut(first, last))
        for last in range(candidate.first + 1, candidate.last + 1)
        for first in range(candidate.first, last)
        if (first, last) != (candidate.first, candidate.last) and is_capital(text.tokens[first])
    ]
    meant = {fold(entry.name): entry for entry in entries if entry is not None}
    for folded in sorted(inner, key=len, reverse=True):
        if folded in meant:
            return meant[folded]
    for parent in linked[number].parents:
        if (entry := entries[parent]) is not None:
            return entry
    return _well_known(inner, gazetteer) or _nearest(text, number, linked, entries) or _focus(entries)


def _focus(entries: Sequence[Entry | None]) -> Entry | None:
    """The town the document names more than any other, if it names it again at all."""
    counts = Counter(entry for entry in entries if entry is not None and entry.kind in ("city", "district"))
    if not counts:
        return None
    (town, most), *others = counts.most_common(2)
    return town if most > max([1, *(count for _, count in others)]) else None


def _well_known(inner: Sequence[str], gazetteer: Gazetteer) -> Entry | None:
    """The largest place that bears a part of the name as its own, if it is a city anyone knows."""
    best: Entry | None = None
    for hits in gazetteer.lookup(inner):
        for place, flags in zip(hits.places[:5], hits.flags[:5], strict=True) if hits is not None else ():
            if flags & (PREFERRED | ALIAS) and gazetteer.population[place] >= WELL_KNOWN_PEOPLE:
                entry = gazetteer.entry(int(place))
                if entry.kind != "admin1" and (best is None or entry.population > best.population):
                    best = entry
    return best


def _nearest(text: Text, number: int, linked: Sequence[Linked], entries: Sequence[Entry | None]) -> Entry | None:
    """The resolved place nearest in the same sentence, those that follow before those that precede."""
    here = linked[number].candidate
    for step in (1, -1):
        other = number + step
        while 0 <= other < len(linked):
            there = linked[other].candidate
            between = text.tokens[here.last : there.first] if step > 0 else text.tokens[there.last : here.first]
            if len(between) > NEAR_TOKENS or any(token in SENTENCE_ENDS or "\n" in token for token in between):
                break
            entry = entries[other]
            if entry is not None and there.kind != "demonym":
                return entry
            other += step
    return None
