"""Who said what last of an event, whose word counts, and in what people differ? One event's decisions, gone through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from byline.deciding import values
from byline.deciding.values import Chosen
from byline.model import Decision

VERDICT: Final = "event"
"""The name of the verdict among the things that people may differ in; the others are fields."""

STANDS: Final = "stands"
"""What an accept says, and a set: that there is such an event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A person's last word on one thing: what it says, and the decision that it was said by. For a field also the value
    and the decision that set it; None: as it was coded."""

    says: object
    decision: Decision
    chosen: Chosen | None = None
    setter: Decision | None = None


@dataclass(slots=True)
class Words:
    """What people said of one event, told in order with `verdict` and `set`.

    `coded` gives what the coding has in a field, as a word says it. A person's word on a field is the last of what was
    set, and of what was accepted: an accept says that all fields are as they then stood.
    """

    coded: Mapping[str, object]
    of: dict[str, dict[str, Word]] = field(default_factory=dict)
    last: dict[str, Word] = field(default_factory=dict)
    adjudicated: dict[str, Word] = field(default_factory=dict)
    asking: dict[str, Decision] = field(default_factory=dict)
    """Decisions to be asked again, by id: on what was coded otherwise."""
    settled: set[str] = field(default_factory=set)
    """Those of them that someone decided anew since."""
    _accepted: dict[str, Word] = field(default_factory=dict)

    def verdict(self, decision: Decision, says: object, *, asks: bool) -> None:
        """Somebody accepts, rejects, splits or joins it."""
        self._ask(VERDICT, decision, asks=asks)
        self._say(VERDICT, Word(says=says, decision=decision))
        if says != STANDS:
            self._accepted.pop(decision.reviewer, None)
            for words in self.of.values():
                if words.get(decision.reviewer) is not None and words is not self.of[VERDICT]:
                    del words[decision.reviewer]
        elif decision.verdict == "accept" and not asks:
            self._accept(decision)

    def set(self, decision: Decision, chosen: Chosen, *, asks: bool) -> None:
        """Somebody says what a field is, and so that there is such an event."""
        name = chosen.field
        self._ask(name, decision, asks=asks)
        mine = self.of.get(VERDICT, {}).get(decision.reviewer)
        if mine is None or mine.says != STANDS:
            self._say(VERDICT, Word(says=STANDS, decision=decision))
        for word in self._accepted.values():
            if word.decision.reviewer != decision.reviewer and word.decision.reviewer not in self.of.get(name, {}):
                self._say(name, Word(says=self.coded.get(name), decision=word.decision), counts=False)
        self._say(name, Word(says=values.essence(chosen), decision=decision, chosen=chosen, setter=decision))

    def counts(self, name: str) -> Word | None:
        """The word that takes effect: an adjudicator's last, else the last."""
        return self.adjudicated.get(name) or self.last.get(name)

    def differ(self) -> Iterator[tuple[str, tuple[Decision, ...]]]:
        """The things that people's last words differ in, with these; nothing that an adjudicator has decided."""
        for name in (VERDICT, *values.FIELDS):
            words = [one for one in self.of.get(name, {}).values() if one.decision.id not in self.settled]
            if name not in self.adjudicated and len({one.says for one in words}) > 1:
                told = sorted((one.decision for one in words), key=lambda one: (one.at, one.id))
                yield name, tuple(dict.fromkeys(told))

    def _say(self, name: str, word: Word, *, counts: bool = True) -> None:
        words = self.of.setdefault(name, {})
        words.pop(word.decision.reviewer, None)
        words[word.decision.reviewer] = word
        if word.decision.role == "adjudicator":
            self.adjudicated[name] = word
        elif counts:
            self.last[name] = word

    def _accept(self, decision: Decision) -> None:
        """All fields that anybody set are as they now stand, to whoever accepts; the others as they are coded."""
        self._accepted[decision.reviewer] = Word(says=STANDS, decision=decision)
        for name in [one for one in self.of if one != VERDICT]:
            if (now := self.counts(name)) is not None:
                self._say(name, replace(now, decision=decision), counts=False)

    def _ask(self, name: str, decision: Decision, *, asks: bool) -> None:
        """Keeps what is to be asked again; what was said anew, or accepted as it is now, is asked no more."""
        if asks:
            self.asking[decision.id] = decision
            return
        for id, one in self.asking.items():
            kind = one.field if one.verdict == "set" else VERDICT
            if kind == name or decision.verdict == "accept":
                self.settled.add(id)
