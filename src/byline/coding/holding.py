"""What speaks for and against an event having happened at a spot: named levels, weighed in `where_weights.toml`.

Every level is a short readable string about the way from the spot to the event's word through the parsed sentence, the
words around the spot, what it is a name of, and the other spots there are. The words in levels are prepositions and
other words of grammar; nouns and verbs appear as the class they belong to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from byline.coding.spots import Spot
from byline.coding.syntax import CLAUSES, children, is_verb, passive
from byline.gazetteer.candidates import words

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# A way through more heads than this is told by its ends alone.
LONGEST_WAY = 7
_OF_GRAMMAR = frozenset({"ADP", "DET", "CCONJ", "SCONJ", "PUNCT", "PART", "PRON"})
_MOTION_TO = frozenset("arrive come enter reach return go travel fly march head advance move push".split())
_MOTION_FROM = frozenset("leave flee depart escape withdraw retreat evacuate".split())
_TAKING = frozenset("capture seize take liberate recapture occupy control storm secure retake overrun".split())
_STRIKING = frozenset("attack bomb shell hit strike target raid bombard assault destroy burn torch".split())
_SAYING = frozenset("say tell report announce claim add state declare warn accuse condemn describe call".split())
_EDGES = (1, 2, 3, 5, 8, 12, 18, 26, 40)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An event's word in its sentence, and the verb that carries it where that is another."""

    token: Token
    verb: Token | None


class Reader:
    """The levels of the spots of one sentence for one event, and those that speak for no place at all."""

    def __init__(self, page: Page, question: Question, spots: Sequence[Spot]) -> None:
        self.page = page
        self.event = question.token
        self.verb = question.verb if question.verb is not None else question.token
        self.spots = spots
        self.lists = words(page.language.code)
        self.sort = self._sort(self.verb)
        self.at = {position: spot for spot in spots for position in range(spot.first, spot.last)}

    # ------------------------------------------------------------------------------------------------- no place
    def none(self) -> list[str]:
        """Levels that speak for no spot being the place."""
        verb = self.verb
        found = ["none", f"none: verb {self.sort}", f"none: form {verb.tag_}", f"none: clause {verb.dep_}"]
        found += [f"none: with {child.lower_}" for child in children(verb, "aux", "neg")]
        found.append(f"none: spots {min(len({spot.series for spot in self.spots}), 4)}")
        found.append(f"none: passive {passive(verb)}")
        found += [f"none: verb {self.sort} with {child.dep_}" for child in verb.children if child.dep_ in ("dobj", "prep")]
        if self.page.in_quotes(self.event.idx) is not None:
            found.append("none: quoted")
        return found

    # --------------------------------------------------------------------------------------------------- a spot
    def levels(self, spot: Spot) -> list[str]:
        """Levels that speak for or against one spot."""
        up, down = self._way(spot)
        found = self._itself(spot)
        found += self._around(spot)
        found += self._of_way(up, down, spot)
        found += self._order(spot)
        found += self._others(spot)
        return found

    def _itself(self, spot: Spot) -> list[str]:
        label = spot.root.ent_type_ or "nothing"
        found = [f"is {spot.kind}", f"labelled {label}", f"{spot.kind} labelled {label}", f"{spot.kind} for {self.sort}"]
        found.append(f"{spot.kind} of {min(spot.last - spot.first, 4)} words")
        last = self.page.doc[spot.last - 1].lower_
        for name in ("site_nouns", "road_nouns", "land_nouns", "division_words", "organisation_nouns"):
            if last in self.lists[name]:
                found.append(f"{spot.kind} ends with {name}")
        text = self.page.document.quote(spot.toponym.span)
        if text.isupper() and len(text) < 6:
            found.append(f"{spot.kind} short capitals")
        return found

    def _around(self, spot: Spot) -> list[str]:
        doc = self.page.doc
        found = [f"{spot.kind} as {spot.root.dep_}"]
        after = doc[spot.last] if spot.last < len(doc) else None
        follows = self._word(after)
        found += [f"before {follows}", f"{spot.kind} before {follows}", f"{spot.root.dep_} before {follows}"]
        at = spot.first - 1
        nearest = self._word(doc[at] if at >= 0 else None)
        while at >= 0 and (doc[at].lower_ in self.lists["compass_words"] or doc[at].pos_ in ("DET", "ADJ", "SPACE")):
            at -= 1
        leads = self._word(doc[at] if at >= 0 else None)
        found += [f"after {nearest}", f"led by {leads}", f"{spot.kind} led by {leads}", f"led by {leads}, before {follows}"]
        found += [f"{leads} for {self.sort}"]
        if leads in ("of", "'s", "’s"):
            found.append(f"led by {self._word(doc[at - 1] if at else None)} {leads}")
        return found

    def _word(self, token: Token | None) -> str:
        """A word of grammar itself, the class of any other."""
        if token is None or token.is_space:
            return "edge"
        lower = token.lower_
        if token.pos_ in _OF_GRAMMAR or token.lower_ in self.lists["place_prepositions"]:
            return str(lower)
        if token.i in self.at:
            return "spot"
        return self._class(token)

    def _class(self, token: Token) -> str:
        lower, lemma = token.lower_, token.lemma_.lower()
        if is_verb(token):
            return f"verb {self._sort(token)}"
        for name in ("compass_words", "settlement_words", "division_words", "site_nouns", "land_nouns", "road_nouns"):
            if lower in self.lists[name]:
                return name
        if lemma in self.page.language.noun_senses:
            return "event noun"
        if lemma in self.page.language.actors:
            return "actor noun"
        if lower in self.lists["organisation_nouns"]:
            return "organisation_nouns"
        return f"{token.pos_} {token.ent_type_}".strip()

    def _sort(self, verb: Token) -> str:
        """The sort of a verb: what it means for places."""
        lemma = verb.lemma_.lower()
        sorts = (
            ("to", _MOTION_TO), ("from", _MOTION_FROM), ("taking", _TAKING), ("striking", _STRIKING),
            ("saying", _SAYING),
        )  # fmt: skip
        for name, lemmas in sorts:
            if lemma in lemmas:
                return name
        senses = self.page.language.verb_senses.get(lemma)
        if senses:
            return str(senses[0].type or senses[0].mode or "sense")
        if lemma in self.page.language.noun_senses:
            return "event"
        return "be" if lemma == "be" else "other"

    # ------------------------------------------------------------------------------------------------- the way
    def _way(self, spot: Spot) -> tuple[list[Token], list[Token]]:
        """The heads from a spot up to where the way turns, and from the event's word up to there, both included."""
        rising = [spot.root, *spot.root.ancestors]
        best: tuple[list[Token], list[Token]] | None = None
        for start in dict.fromkeys((self.event, self.verb)):
            ahead = [start, *start.ancestors]
            position = {token.i: number for number, token in enumerate(ahead)}
            for number, token in enumerate(rising):
                if token.i in position:
                    way = rising[: number + 1], ahead[: position[token.i] + 1]
                    if best is None or len(way[0]) + len(way[1]) < len(best[0]) + len(best[1]):
                        best = way
                    break
        return best if best is not None else ([spot.root], [self.event])

    def _of_way(self, up: list[Token], down: list[Token], spot: Spot) -> list[str]:
        steps = [self._step(token) for token in up[:-1]]
        falls = [token.dep_ for token in down[:-1]]
        way = ">".join(steps[:LONGEST_WAY])
        fall = ">".join(falls[:LONGEST_WAY])
        plain = ">".join(token.dep_ for token in up[:-1][:LONGEST_WAY])
        turn = "event" if not falls else ("spot" if not steps else self._class(up[-1]))
        found = [
            f"way {way}|{fall}", f"way {plain}|{fall}", f"way up {way}", f"way down {fall}",
            f"way length {_bucket(len(steps) + len(falls))}", f"turns at {turn}", f"up {len(steps)} down {len(falls)}",
        ]  # fmt: skip
        if steps:
            found += [f"hangs by {steps[-1]}", f"hangs by {steps[-1]} on {turn}", f"hangs by {steps[-1]} for {self.sort}"]
            found += [f"hangs by {steps[-1]} down {fall}", f"starts {'>'.join(steps[:2])}"]
            found.append(f"hangs by {steps[-1]} for {self.sort}, passive {passive(self.verb)}")
        passed = up[1:-1]
        verbs = [token for token in passed if is_verb(token)]
        found += [f"past verb as {token.dep_}" for token in verbs]
        found.append(f"past verbs {min(len(verbs), 3)}")
        for token in passed:
            if token.pos_ in ("NOUN", "PROPN"):
                found.append(f"past {self._class(token)}")
                found.append(f"past {self._class(token)} as {token.dep_}")
                found.append(f"past {self._class(token)}, down {fall}")
        preps = [token.lower_ for token in up[:-1] if token.dep_ in ("prep", "agent") or token.pos_ == "ADP"]
        found.append(f"prepositions {'>'.join(preps)}")
        found.append(f"prepositions {'>'.join(preps)} down {fall}")
        found.append(f"last preposition {preps[-1] if preps else 'none'} on {turn}")
        above = [token for token in down[1:] if is_verb(token)]
        found += [f"above verb {self._sort(token)}" for token in above[:1]]
        clauses = [token.dep_ for token in up[:-1] if token.dep_ in CLAUSES]
        found.append(f"clauses {'>'.join(clauses)}|{'>'.join(dep for dep in falls if dep in CLAUSES)}")
        return found

    def _step(self, token: Token) -> str:
        if token.dep_ in ("prep", "agent") or token.pos_ == "ADP":
            return str(token.lower_)
        if is_verb(token):
            return f"verb {token.dep_}"
        return str(token.dep_)

    # --------------------------------------------------------------------------------------------------- order
    def _order(self, spot: Spot) -> list[str]:
        here, doc = self.event.i, self.page.doc
        before = spot.first < here
        side = "left" if before else "right"
        first, last = (spot.last, here) if before else (here + 1, spot.first)
        between = doc[first:last] if first < last else doc[first:first]
        distance = len(between)
        found = [f"{side}, {_bucket(distance)} words", side]
        verbs = sum(token.pos_ == "VERB" for token in between)
        commas = sum(token.text in (",", ";", "--", "–") for token in between)
        found += [f"{side}, {min(verbs, 3)} verbs between", f"{side}, {min(commas, 3)} commas between"]
        found.append(f"{side}, {min(verbs, 2)} verbs, {min(commas, 2)} commas")
        others = {self.at[token.i].series for token in between if token.i in self.at} - {spot.series}
        found.append(f"{side}, {min(len(others), 3)} spots between")
        if any(token.text in "\"“”" for token in between):
            found.append(f"{side} over a quotation mark")
        sentence = self.page.tokens(self.page.sentence_at(self.event.idx))
        opening = spot.first - sentence.start
        if opening <= 4 and before:
            start = sentence[0]
            found.append(f"opens after {self._word(start)}" if opening else "opens the sentence")
            found.append(f"opens, clause {self.verb.dep_}")
        if any(token.lower_ in ("after", "when", "before", "while", "as", "since") for token in between):
            words_between = [t.lower_ for t in between if t.lower_ in ("after", "when", "before", "while", "as", "since")]
            found.append(f"{side} over {words_between[-1 if before else 0]}")
        return found

    # -------------------------------------------------------------------------------------------------- others
    def _others(self, spot: Spot) -> list[str]:
        others = [one for one in self.spots if one.series != spot.series]
        if not others:
            return ["the only spot", f"the only spot, {spot.kind}"]
        found = [f"spots {min(len({one.series for one in others}) + 1, 4)}"]
        kinds = {one.kind for one in others}
        if not kinds - {"unknown"}:
            found.append("the only known spot" if spot.kind != "unknown" else "all unknown")
        inside = {token.i for token in spot.root.subtree}
        heads = {token.i for token in spot.root.ancestors}
        for one in others:
            side = "earlier" if one.first < spot.first else "later"
            if one.root.i in inside:
                found.append(f"{spot.kind} holds a {one.kind} beneath")
                found.append("holds a spot beneath")
            if one.root.i in heads:
                found.append(f"{spot.kind} beneath a {one.kind}")
                found.append("beneath a spot")
            if spot.toponym.span in one.toponym.parents:
                found.append("container of another")
            if one.toponym.span in spot.toponym.parents:
                found.append("lies in another named")
            if abs(one.first - spot.last) <= 6 or abs(spot.first - one.last) <= 6:
                gap = self._gap(spot, one)
                found.append(f"{side} a spot by {gap}")
                found.append(f"{spot.kind}, {side} a {one.kind} by {gap}")
                found.append(f"{spot.kind}, {side} a {one.kind}")
            if one.root.i in self._held and spot.root.i not in self._held:
                found.append(f"{spot.kind} not in the event's phrase, a {one.kind} is")
        if spot.root.i in self._held:
            found.append("in the event's phrase")
        return found

    @property
    def _held(self) -> set[int]:
        return {token.i for token in self.verb.subtree}

    def _gap(self, left: Spot, right: Spot) -> str:
        if left.first > right.first:
            left, right = right, left
        return " ".join(self._word(token) for token in self.page.doc[left.last : right.first])


def _bucket(number: int) -> str:
    for low, high in pairwise((0, *_EDGES)):
        if number < high:
            return f"{low} to {high - 1}" if high - low > 1 else str(low)
    return f"{_EDGES[-1]} and more"
