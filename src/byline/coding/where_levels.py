"""What speaks for and against an event having happened at a spot: named levels, weighed in `where_weights.toml`.

Every level is a short readable string about the way from the spot to the event's word through the parsed sentence, the
words around the spot, what it is a name of, and the other spots there are. The words in levels are prepositions and
other words of grammar; nouns, names and verbs appear as the class they belong to (`where_words`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from byline.coding.spots import Spot
from byline.coding.syntax import CLAUSES, children, is_verb, passive
from byline.coding.where_words import Classes

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

Way = tuple[list["Token"], list["Token"]]

# A way through more heads than this is told by its first ones.
LONGEST_WAY = 7
# Spots so many words apart stand beside each other.
BESIDE_TOKENS = 6
# A spot that begins within so many words of the sentence's first opens it ("In the city of Salta, …").
OPENING_TOKENS = 4
_WHERE = frozenset(["in", "at", "near", "on", "outside", "inside", "around", "across", "throughout", "within", "off"])
_LEADING = frozenset({"prep", "agent"})
_TURNS = frozenset(["after", "when", "before", "while", "as", "since"])
_ARTICLES = frozenset(["al", "el", "an", "as", "ad", "ar", "at", "az", "ash", "ez", "es"])
_ENDINGS = ("site_nouns", "road_nouns", "land_nouns", "division_words", "organisation_nouns")
_HOLDINGS = ("organisation_nouns", "land_nouns", "given_names", "person_titles", "ordinary", "site_nouns")
_COMMAS = frozenset([",", ";", "--", "–"])
_QUOTATION_MARKS = frozenset('"“”')
# Distances in words and lengths of ways fall into these steps.
_EDGES = (0, 1, 2, 3, 5, 8, 12, 18, 26, 40)
_DIRECTLY, _WITHIN, _NOT = "directly", "within a phrase", "not"


class Reader:
    """The levels of the spots of a sentence for one event, and of its having no place there.

    `event` is the event's word, `verb` the one that carries it where that is another ("staged an attack").
    """

    def __init__(self, page: Page, event: Token, verb: Token | None, spots: Sequence[Spot]) -> None:
        self.page = page
        self.event = event
        self.verb = verb if verb is not None else event
        self.spots = spots
        self.classes = Classes(page.language)
        self.sort = self.classes.sort(self.verb)
        self.passive = passive(self.verb)
        self.at = {position: spot for spot in spots for position in range(spot.first, spot.last)}

    def none(self) -> list[str]:
        """Levels that speak for no spot being the place."""
        verb = self.verb
        found = [
            "none", f"none: verb {self.sort}", f"none: form {verb.tag_}", f"none: clause {verb.dep_}",
            f"none: passive {self.passive}", f"none: spots {min(len({spot.series for spot in self.spots}), 4)}",
        ]  # fmt: skip
        found += [f"none: with {child.lower_}" for child in children(verb, "aux", "neg") if child.is_stop]
        found += [f"none: verb {self.sort} with {child.dep_}" for child in children(verb, "dobj", "prep")]
        if self.page.in_quotes(self.event.idx) is not None:
            found.append("none: quoted")
        return found

    def levels(self, spot: Spot) -> list[str]:
        """Levels that speak for or against one spot (for a list: its first item)."""
        return [
            *self._itself(spot), *self._named(spot), *self._list(spot), *self._around(spot), *self._way_levels(spot),
            *self._passed(spot), *self._order(spot), *self._others(spot), *self._ranks(spot),
        ]  # fmt: skip

    # ------------------------------------------------------------------------------------------------ the name
    def _itself(self, spot: Spot) -> Iterator[str]:
        """What kind of name it is."""
        label = spot.root.ent_type_ or "nothing"
        yield from (
            f"is {spot.kind}", f"labelled {label}", f"{spot.kind} labelled {label}", f"{spot.kind} for {self.sort}",
            f"{spot.kind} of {min(spot.last - spot.first, 4)} words", f"{spot.kind} as {spot.root.dep_}",
        )  # fmt: skip
        last = self.page.doc[spot.last - 1].lower_
        yield from (f"{spot.kind} ends with {name}" for name in _ENDINGS if last in self.classes.lists[name])
        text = self.page.document.quote(spot.toponym.span)
        if text.isupper() and len(text) < 6:
            yield f"{spot.kind} short capitals"

    def _named(self, spot: Spot) -> Iterator[str]:
        """What the words of the name are, and those right before and behind it."""
        kind, doc, lists = spot.kind, self.page.doc, self.classes.lists
        tokens = list(doc[spot.first : spot.last])
        lowered = [token.lower_.rstrip(".") for token in tokens]
        yield f"{kind} first word labelled {tokens[0].ent_type_ or 'nothing'}"
        yield from (f"{kind} has a word labelled {label}" for label in {t.ent_type_ for t in tokens} if label)
        yield from (f"{kind} has {name}" for name in _HOLDINGS if any(word in lists[name] for word in lowered))
        if lowered[0] in lists["given_names"]:
            yield f"{kind} given name first, of {min(len(tokens), 3)}"
        if lowered[0].split("-")[0] in _ARTICLES:
            yield f"{kind} begins with an article"
        if any(token.lemma_.lower() in self.page.language.actors for token in tokens):
            yield f"{kind} has actor noun"
        if any("-" in token.text for token in tokens):
            yield f"{kind} with hyphen"
        if spot.root.head.i in range(spot.first, spot.last):
            yield f"{kind} misparsed"
        if spot.first:
            before = doc[spot.first - 1]
            if before.lower_.rstrip(".") in lists["person_titles"]:
                yield f"{kind} after a title"
            if before.i in self._demonyms:
                yield f"{kind} after demonym"
        if spot.last + 1 < len(doc) and doc[spot.last].text == "(":
            after = doc[spot.last + 1]
            yield f"{kind} before bracket and {'capitals' if after.is_upper else after.pos_}"

    @cached_property
    def _demonyms(self) -> frozenset[int]:
        """The tokens in which the sentence's demonyms end."""
        sentence = self.page.sentence_at(self.event.idx)
        demonyms = (one for one in self.page.toponyms if one.kind == "demonym" and sentence.covers(one.span))
        return frozenset(self.page.tokens(one.span)[-1].i for one in demonyms)

    def _list(self, spot: Spot) -> Iterator[str]:
        """The list it is the first item of."""
        series = [one for one in self.spots if one.series == spot.series]
        if len(series) > 1:
            yield f"list of {min(len(series), 4)}"
            yield f"list before {self.classes.word(self._token(series[-1].last))}"
            yield f"list of {spot.kind} and {series[-1].kind}"

    # ------------------------------------------------------------------------------------------- the words around
    def _around(self, spot: Spot) -> Iterator[str]:
        """The word behind, the word before, and the word that leads to it over articles and adjectives."""
        kind = spot.kind
        follows = self._word(spot.last)
        at = spot.first - 1
        while at >= 0 and self._passes_over(at):
            at -= 1
        leads = self._word(at)
        yield from (
            f"before {follows}", f"{kind} before {follows}", f"{spot.root.dep_} before {follows}",
            f"after {self._word(spot.first - 1)}", f"led by {leads}", f"{kind} led by {leads}",
            f"led by {leads}, before {follows}", f"led by {leads} for {self.sort}",
        )  # fmt: skip
        if leads in ("of", "'s", "’s"):
            yield f"led by {self._word(at - 1)} {leads}"

    def _passes_over(self, at: int) -> bool:
        token = self.page.doc[at]
        return token.lower_ in self.classes.lists["compass_words"] or token.pos_ in ("DET", "ADJ", "SPACE")

    def _token(self, at: int) -> Token | None:
        return self.page.doc[at] if 0 <= at < len(self.page.doc) else None

    def _word(self, at: int) -> str:
        token = self._token(at)
        if token is not None and at in self.at and not self.classes.of_grammar(token):
            return "spot"
        return self.classes.word(token)

    # ---------------------------------------------------------------------------------------------------- the way
    @cached_property
    def _ways(self) -> dict[int, Way]:
        """For each list the heads from its first item up to where the way turns, and from the event's word up to
        there, both included."""
        ways: dict[int, Way] = {}
        for spot in self.spots:
            if spot.series not in ways:
                ways[spot.series] = self._way(spot)
        return ways

    def _way(self, spot: Spot) -> Way:
        rising = [spot.root, *spot.root.ancestors]
        best: Way | None = None
        for start in dict.fromkeys((self.event, self.verb)):
            ahead = [start, *start.ancestors]
            position = {token.i: number for number, token in enumerate(ahead)}
            number = next((number for number, token in enumerate(rising) if token.i in position), None)
            if number is not None:
                way = rising[: number + 1], ahead[: position[rising[number].i] + 1]
                if best is None or len(way[0]) + len(way[1]) < len(best[0]) + len(best[1]):
                    best = way
        return best if best is not None else ([spot.root], [self.event])

    def _way_levels(self, spot: Spot) -> Iterator[str]:
        """The way as a whole, its length, its prepositions, and the step by which it reaches the top."""
        up, down = self._ways[spot.series]
        steps = [self.classes.step(token) for token in up[:-1]]
        falls = [token.dep_ for token in down[:-1]]
        fall = ">".join(falls[:LONGEST_WAY])
        way = ">".join(steps[:LONGEST_WAY])
        plain = ">".join(token.dep_ for token in up[:-1][:LONGEST_WAY])
        turn = self._turn(up, down)
        yield from (
            f"way {way}|{fall}", f"way {plain}|{fall}", f"way up {way}", f"way down {fall}", f"turns at {turn}",
            f"way length {_step_of(len(steps) + len(falls))}", f"up {len(steps)} down {len(falls)}",
        )  # fmt: skip
        if steps:
            top = f"hangs by {steps[-1]}"
            yield from (
                top, f"{top} on {turn}", f"{top} for {self.sort}", f"{top} down {fall}",
                f"{top} for {self.sort}, passive {self.passive}", f"starts {'>'.join(steps[:2])}",
            )  # fmt: skip
        led = [
            step for token, step in zip(up[:-1], steps, strict=True) if token.dep_ in _LEADING or token.pos_ == "ADP"
        ]
        prepositions = f"prepositions {'>'.join(led)}"
        yield from (prepositions, f"{prepositions} down {fall}", f"last preposition {led[-1] if led else ''} on {turn}")

    def _turn(self, up: list[Token], down: list[Token]) -> str:
        if len(down) == 1:
            return "event"
        return "spot" if len(up) == 1 else self.classes.of(up[-1])

    def _passed(self, spot: Spot) -> Iterator[str]:
        """The verbs and nouns the way goes past, and the clauses it leaves and enters."""
        up, down = self._ways[spot.series]
        falls = [token.dep_ for token in down[:-1]]
        fall = ">".join(falls[:LONGEST_WAY])
        verbs = [token for token in up[1:-1] if is_verb(token)]
        yield from (f"past verb as {token.dep_}" for token in verbs)
        yield f"past verbs {min(len(verbs), 3)}"
        for token in up[1:-1]:
            if token.pos_ in ("NOUN", "PROPN"):
                passed = f"past {self.classes.of(token)}"
                yield from (passed, f"{passed} as {token.dep_}", f"{passed}, down {fall}")
        above = next((token for token in down[1:] if is_verb(token)), None)
        if above is not None:
            yield f"above verb {self.classes.sort(above)}"
        left = ">".join(token.dep_ for token in up[:-1] if token.dep_ in CLAUSES)
        yield f"clauses {left}|{'>'.join(dep for dep in falls if dep in CLAUSES)}"

    # ------------------------------------------------------------------------------------------------------ order
    def _order(self, spot: Spot) -> Iterator[str]:
        """On which side of the event's word, how far, and over what."""
        here, doc = self.event.i, self.page.doc
        before = spot.first < here
        side = "left" if before else "right"
        first, last = (spot.last, here) if before else (here + 1, spot.first)
        between = list(doc[first : max(first, last)])
        verbs = sum(token.pos_ == "VERB" for token in between)
        commas = sum(token.text in _COMMAS for token in between)
        others = {self.at[token.i].series for token in between if token.i in self.at} - {spot.series}
        yield from (
            side, f"{side}, {_step_of(len(between))} words", f"{side}, {min(verbs, 3)} verbs between",
            f"{side}, {min(commas, 3)} commas between", f"{side}, {min(verbs, 2)} verbs, {min(commas, 2)} commas",
            f"{side}, {min(len(others), 3)} spots between",
        )  # fmt: skip
        if any(token.text in _QUOTATION_MARKS for token in between):
            yield f"{side} over a quotation mark"
        if turns := [token.lower_ for token in between if token.lower_ in _TURNS]:
            yield f"{side} over {turns[-1 if before else 0]}"
        start = self.page.tokens(self.page.sentence_at(self.event.idx)).start
        if before and spot.first - start <= OPENING_TOKENS:
            yield f"opens after {self.classes.word(doc[start])}" if spot.first > start else "opens the sentence"
            yield f"opens, clause {self.verb.dep_}"

    # ------------------------------------------------------------------------------------------------- the others
    def _others(self, spot: Spot) -> Iterator[str]:
        """How it stands to each other spot: which holds which, what is between them."""
        others = [one for one in self.spots if one.series != spot.series]
        if not others:
            yield from ("the only spot", f"the only spot, {spot.kind}")
            return
        yield f"spots {min(len({one.series for one in others}) + 1, 4)}"
        if not {one.kind for one in others} - {"unknown"}:
            yield "the only known spot" if spot.kind != "unknown" else "all unknown"
        beneath = {token.i for token in spot.root.subtree}
        heads = {token.i for token in spot.root.ancestors}
        for one in others:
            if one.root.i in beneath:
                yield from (f"{spot.kind} holds a {one.kind} beneath", "holds a spot beneath")
            if one.root.i in heads:
                yield from (f"{spot.kind} beneath a {one.kind}", "beneath a spot")
            if spot.toponym.span in one.toponym.parents:
                yield "container of another"
            if one.toponym.span in spot.toponym.parents:
                yield "lies in another named"
            if one.root.i in self._held and spot.root.i not in self._held:
                yield f"{spot.kind} not in the event's phrase, a {one.kind} is"
            yield from self._beside(spot, one)
        if spot.root.i in self._held:
            yield "in the event's phrase"

    @cached_property
    def _held(self) -> frozenset[int]:
        """The tokens under the event's verb."""
        return frozenset(token.i for token in self.verb.subtree)

    def _beside(self, spot: Spot, one: Spot) -> Iterator[str]:
        left, right = (spot, one) if spot.first < one.first else (one, spot)
        if right.first - left.last <= BESIDE_TOKENS:
            side = "earlier" if one is left else "later"
            gap = " ".join(self._word(at) for at in range(left.last, right.first))
            pair = f"{spot.kind}, {side} a {one.kind}"
            yield from (f"{side} a spot by {gap}", f"{pair} by {gap}", pair)

    @cached_property
    def _hold(self) -> dict[int, str]:
        """For each list how a preposition of place hangs it on the event: directly, within a phrase, or not."""
        found = {}
        for series, (up, down) in self._ways.items():
            found[series] = _NOT
            if len(down) == 1:
                if up[-2 if len(up) > 1 else -1].lower_ in _WHERE:
                    found[series] = _DIRECTLY
                elif any(token.lower_ in _WHERE for token in up[1:-1]):
                    found[series] = _WITHIN
        return found

    def _ranks(self, spot: Spot) -> Iterator[str]:
        """How its way, its hold and its nearness compare with the others'."""
        lengths = {series: len(up) + len(down) for series, (up, down) in self._ways.items()}
        mine = lengths[spot.series]
        rank = sum(other < mine for other in lengths.values())
        tied = " tied" if sum(other == mine for other in lengths.values()) > 1 else ""
        hold = self._hold[spot.series]
        held = {self._hold[series] for series in lengths if series != spot.series}
        best = next((one for one in (_DIRECTLY, _WITHIN, _NOT) if one in held), "nothing")
        known = "known" if spot.known else "unknown"
        where = f"where {hold}"
        yield from (
            f"rank {min(rank, 3)}{tied}", f"rank {min(rank, 3)} of {min(len(lengths), 4)}", where,
            f"{where}, another {best}", f"{where}, {spot.kind}", f"{known}, {where}, another {best}",
            f"{where} for {self.sort}",
        )  # fmt: skip
        side = "left" if spot.first < self.event.i else "right"
        yield f"nearness {min(self._nearness.index(spot.series), 3)} {side}"
        passed = [one for one in self.spots if self.event.i < one.first < spot.first and one.series != spot.series]
        if side == "right":
            number = min(len({one.series for one in passed}), 3)
            yield from (f"right number {number}", f"right number {number}, {known} {where}")
            if passed:
                yield f"{spot.kind} after a {passed[-1].kind} {self._hold[passed[-1].series]}"
            elif rank == 0:
                yield "nearest and first"

    @cached_property
    def _nearness(self) -> list[int]:
        """The lists, the one whose first item stands nearest to the event's word first."""
        first: dict[int, int] = {}
        for spot in self.spots:
            first.setdefault(spot.series, spot.first)
        return sorted(first, key=lambda series: (abs(first[series] - self.event.i), first[series]))


def _step_of(number: int) -> str:
    for low, high in pairwise(_EDGES):
        if number < high:
            return f"{low} to {high - 1}" if high - low > 1 else str(low)
    return f"{_EDGES[-1]} and more"
