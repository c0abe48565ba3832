"""What is an event, as people decided it? The coding of a document and the decisions on it, put together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Final, Literal

from byline.deciding import acled, joining, making, moving, values
from byline.deciding.making import Made
from byline.deciding.viewing import EVERYTHING, Viewer
from byline.deciding.words import STANDS, VERDICT, Words
from byline.errors import DecisionError
from byline.model import Coding, Decision, Document, Event, Span, sha256

State = Literal["accepted", "rejected", "edited", "new", "undecided"]
"""What people made of an event: said to be right; to be none; given other values; made by a person; not spoken of (or
spoken of only as it was before, so that it is asked again)."""

Standing = Literal[
    "in force", "replaced", "contradicted", "undone", "second coding", "ask again", "orphan", "unreadable"
]
"""How a decision stands: in force; replaced by a later one of the same person; contradicted by what another said, which
takes effect in its place; taken back; a double coder's, which takes no effect by itself; to be asked again, as the
coding is another now; on what is no longer there; of a value that cannot be read."""

ON_VERDICT: Final = ("accept", "reject", "split", "joined")
"""Verdicts that say whether there is such an event."""

_RANK: Final = {"new": 0, "set": 1, "undo": 3, "note": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What people differ in: the verdict ("event"), or a field. `decisions` are their last words, the earliest first;
    the last of them is what takes effect."""

    field: str
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedEvent:
    """An event with what people made of it.

    `event` holds the values that count now: a mention set by a person has `by` "person:NAME" and score 1.0. `coded` is
    the same event as the newest coding has it; None for one that a person made. `decisions` are all on it, the earliest
    first; `sets` is for each field that a person set the decision that counts. `asks` are those on what looks otherwise
    now. `into` is the event that it was joined into, as told twice (its state is then "rejected").
    """

    event: Event
    coded: Event | None
    state: State
    decisions: tuple[Decision, ...] = ()
    differences: tuple[Difference, ...] = ()
    sets: Mapping[str, Decision] = field(default_factory=dict)
    asks: tuple[Decision, ...] = ()
    into: str | None = None

    @property
    def differs(self) -> bool:
        """Whether people say different things of it, and no adjudicator has spoken."""
        return bool(self.differences)

    @property
    def seen(self) -> str:
        """What a decision on it is taken of, to be given with it: the hash of what is coded; "" for a person's own."""
        return seen(self.coded) if self.coded is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedDocument:
    """All events of a document as decided: those of its newest coding in order, then people's own by their words.

    `standings` says of each decision on it, by id, how it stands, and `now` which event it is on now (None: an
    orphan's).
    """

    events: tuple[DecidedEvent, ...]
    standings: Mapping[str, Standing] = field(default_factory=dict)
    now: Mapping[str, str | None] = field(default_factory=dict)


def edit(
    document: Document,
    coding: Coding | None,
    *,
    decisions: Sequence[Decision],
    gone: Mapping[str, Event] | None = None,
    viewer: Viewer = EVERYTHING,
) -> DecidedDocument:
    """What decisions make of a document's newest coding, as `viewer` may see it.

    `decisions` are those on its events, the "new" ones on itself and those that undo them, in any order; `gone` are
    events of earlier codings, by id, that decisions speak of. The same comes out in whatever order they came.
    """
    if not decisions:
        return DecidedDocument(events=undecided(coding))
    shown = [one for one in decisions if viewer.hears(document.id, one)]
    return _Editing(document, coding, shown, gone or {}, blind=not viewer.sees(document.id)).done()


def undecided(coding: Coding | None) -> tuple[DecidedEvent, ...]:
    """The events of a coding that nobody has decided on."""
    events = coding.events if coding is not None else ()
    return tuple(DecidedEvent(event=one, coded=one, state="undecided") for one in events)


def seen(event: Event) -> str:
    """The hash of an event as a person sees it: of its values and their words, whatever read them and how surely."""
    told = asdict(event)
    for row in (told, *told["mentions"]):
        row.pop("score")
        row.pop("by")
    return sha256(json.dumps(told, sort_keys=True, default=str))


def undone(decisions: Iterable[Decision]) -> set[str]:
    """The decisions that were taken back, by id, and not given back since. Who took one, or an adjudicator, can."""
    every = {one.id: one for one in decisions}
    back: set[str] = set()
    for one in sorted(every.values(), key=_moment, reverse=True):
        whose = every.get(one.subject) if one.verdict == "undo" and one.id not in back else None
        if whose is not None and (whose.reviewer == one.reviewer or one.role == "adjudicator"):
            back.add(whose.id)
    return back


def _moment(decision: Decision) -> tuple[str, int, str]:
    """The order of decisions: by time; of one gesture what makes an event comes first, then its values, then a
    verdict."""
    return decision.at, _RANK.get(decision.verdict, 2), decision.id


class _Editing:
    """One document's decisions, gone through."""

    def __init__(
        self,
        document: Document,
        coding: Coding | None,
        shown: Sequence[Decision],
        gone: Mapping[str, Event],
        *,
        blind: bool,
    ) -> None:
        self.document, self.coding, self.gone = document, coding, gone
        self.coded = {one.id: one for one in (coding.events if coding is not None else ())}
        self.sentences: tuple[Span, ...] = coding.sentences if coding is not None else ()
        self.shown = sorted(shown, key=_moment)
        self.standings: dict[str, Standing] = {}
        self.now: dict[str, str | None] = {}
        back = undone(self.shown)
        self.counting: list[Decision] = []
        for one in self.shown:
            if one.id in back:
                self.standings[one.id] = "undone"
            elif one.role == "double coder" and not blind and one.verdict != "note":
                self.standings[one.id] = "second coding"
            elif one.verdict in ("undo", "note"):
                self.standings[one.id] = "in force"
            else:
                self.counting.append(one)
        self.made: dict[str, Event] = {}
        self.fields: dict[str, list[tuple[Decision, Made]]] = {}
        self.words: dict[str, Words] = {}
        self.hashes: dict[str, str] = {}
        self.on: dict[str, list[Decision]] = {}

    def done(self) -> DecidedDocument:
        """The document as decided."""
        for one in self.counting:
            if one.verdict == "new":
                self._make(one, self._read_new(one))
        self._tell()
        splits = [one for one in self.counting if one.verdict == "split" and self._is_obeyed(one)]
        for one in splits:  # it makes events, and decisions may be on these
            self._make(one, *self._read_split(one))
        if splits:
            self.words.clear()
            self._tell()
        self._stand()
        return self._events()

    # Events that people made

    def _read_new(self, one: Decision) -> Made | None:
        try:
            return making.read(one.value or "", document=self.document, sentences=self.sentences, strict=False)
        except DecisionError:
            self.standings[one.id] = "unreadable"
            return None

    def _read_split(self, one: Decision) -> tuple[Made, ...]:
        try:
            return making.read_split(one.value or "", document=self.document, sentences=self.sentences, strict=False)
        except DecisionError:
            self.standings[one.id] = "unreadable"
            return ()

    def _make(self, decision: Decision, *every: Made | None) -> None:
        for made in every:
            if made is None:
                continue
            id = made.id(self.document.id)
            self.fields.setdefault(id, []).append((decision, made))
            if id not in self.coded and id not in self.made:
                self.made[id] = replace(made, fields={}).event(self.document.id, reviewer=decision.reviewer)

    # Who said what

    def _tell(self) -> None:
        """Tells each event's words what was said of it: first what moved to it, then what was said of itself."""
        told: list[tuple[bool, tuple[str, int, str], str, Decision]] = []
        for one in self.counting:
            for id, own in self._subjects(one):
                told.append((own, _moment(one), id, one))
        for id, rows in self.fields.items():
            told += [(True, _moment(one), id, one) for one, _ in rows]
        for own, _, id, one in sorted(told, key=lambda row: row[:3]):
            self._say(id, one, own=own)

    def _subjects(self, one: Decision) -> Iterator[tuple[str, bool]]:
        """The events that a decision is on now, and whether on their own ids. Of two joined ones, the one that goes."""
        if one.verdict == "new":
            made = [id for id, rows in self.fields.items() if any(by == one for by, _ in rows)]
            self.now[one.id] = made[0] if made else None
            return
        ids = one.subject.split()
        where = [self._where(id) for id in ids]
        if one.verdict == "joined":
            stays = one.value if one.value in ids else ids[0]
            goes = where[1 - ids.index(stays)]
            self.now[one.id] = goes if goes != where[ids.index(stays)] and all(where) else None
            if self.now[one.id]:
                yield self.now[one.id] or "", all(map(self._is_there, ids))
            return
        self.now[one.id] = where[0]
        if where[0] is not None:
            yield where[0], where[0] == ids[0]

    def _is_there(self, id: str) -> bool:
        return id in self.coded or id in self.made

    def _where(self, id: str) -> str | None:
        """What an event is now: itself, else the one whose trigger has its words, else None."""
        if self._is_there(id):
            return id
        if (gone := self.gone.get(id)) is None:
            return None
        found = moving.overlapping(gone, self.coded.values())
        return found.id if found else None

    def _say(self, id: str, one: Decision, *, own: bool) -> None:
        words = self.words.get(id)
        if words is None:
            words = self.words[id] = Words(coded=self._coded_says(id))
        asks = not own or bool(one.seen and id in self.coded and one.seen != self._seen(id))
        made = next((made for by, made in self.fields.get(id, ()) if by == one), None)
        if made is not None:
            words.verdict(one, STANDS, asks=one.verdict == "new" and self._is_told_by_machine(one, made))
            for chosen in made.fields.values():
                words.set(one, chosen, asks=False)
        elif one.verdict == "set":
            self._set(words, id, one, asks=asks)
        else:
            words.verdict(one, self._verdict_says(one), asks=asks)

    def _seen(self, id: str) -> str:
        if id not in self.hashes:
            self.hashes[id] = seen(self.coded[id])
        return self.hashes[id]

    def _is_told_by_machine(self, one: Decision, made: Made) -> bool:
        """Whether a coding that a person had not seen has an event at the words of the person's own."""
        if self.coding is None or one.pipeline_id == self.coding.pipeline_id:
            return False
        return any(event.trigger.overlaps(made.trigger) for event in self.coded.values())

    def _set(self, words: Words, id: str, one: Decision, *, asks: bool) -> None:
        event = self.coded.get(id) or self.made[id]
        try:
            chosen = values.read(
                one.field or "", one.value or "", document=self.document, trigger=event.trigger, strict=False
            )
        except DecisionError:
            self.standings[one.id] = "unreadable"
            return
        words.set(one, chosen, asks=asks)

    def _verdict_says(self, one: Decision) -> object:
        if one.verdict == "accept":
            return STANDS
        return (one.verdict, one.value) if one.verdict in ("split", "joined") else one.verdict

    def _coded_says(self, id: str) -> Mapping[str, object]:
        event = self.coded.get(id) or self.made[id]
        return {name: values.essence(values.of(name, event)) for name in values.FIELDS}

    def _is_obeyed(self, one: Decision) -> bool:
        """Whether it is the verdict that takes effect on its event."""
        id = self.now.get(one.id)
        word = self.words[id].counts(VERDICT) if id is not None and id in self.words else None
        return word is not None and word.decision == one

    # How decisions stand

    def _stand(self) -> None:
        for one in self.counting:
            if one.id not in self.standings:
                self.standings[one.id] = self._standing(one)
        for one in self.shown:
            if one.verdict == "note":
                self.now[one.id] = self._where(one.subject) if one.subject.startswith("e") else one.subject
            made = (id for id, rows in self.fields.items() if any(by == one for by, _ in rows))
            for id in dict.fromkeys((self.now.get(one.id), *one.subject.split(), *made)):
                if id is not None:
                    self.on.setdefault(id, []).append(one)

    def _standing(self, one: Decision) -> Standing:
        id = self.now.get(one.id)
        if id is None or id not in self.words:
            return "orphan"
        words = self.words[id]
        name = (one.field or "") if one.verdict == "set" else VERDICT
        counts, mine = words.counts(name), words.of.get(name, {}).get(one.reviewer)
        open_still: Standing = "ask again" if one.id in words.asking and one.id not in words.settled else "in force"
        if counts is not None and one in (counts.decision, counts.setter):
            return "replaced" if one.verdict == "accept" and one.id in words.settled else open_still
        if one.verdict == "new" and counts is not None and counts.says == STANDS:
            return open_still
        if mine is None or one not in (mine.decision, mine.setter) or one.id in words.settled:
            return "replaced"
        return open_still if counts is None or counts.says == mine.says else "contradicted"

    # What comes out

    def _events(self) -> DecidedDocument:
        made = sorted(
            self.made.values(), key=lambda one: (one.trigger.part, one.trigger.start, one.trigger.end, one.id)
        )
        every = [self._event(one) for one in (*self.coded.values(), *made)]
        every = joining.joined(every, {one.event.id: one.into for one in every if one.into is not None})
        return DecidedDocument(
            events=tuple(self._finished(one) for one in every), standings=self.standings, now=self.now
        )

    def _event(self, base: Event) -> DecidedEvent:
        coded = self.coded.get(base.id)
        words = self.words.get(base.id)
        mine = self.on.get(base.id, [])
        if words is None and not mine and coded is not None:
            return DecidedEvent(event=base, coded=coded, state="undecided")
        if words is None:
            state: State = "undecided" if coded is not None else "new"
            return DecidedEvent(event=base, coded=coded, state=state, decisions=tuple(mine))
        event, sets = base, dict[str, Decision]()
        for name in values.FIELDS:
            word = words.counts(name)
            if word is not None and word.chosen is not None and word.setter is not None:
                event = values.applied(event, word.chosen, reviewer=word.setter.reviewer)
                sets[name] = word.setter
        verdict = words.counts(VERDICT)
        says = verdict.says if verdict is not None else STANDS
        return DecidedEvent(
            event=event,
            coded=coded,
            state=self._state(base.id, says, sets),
            decisions=tuple(mine),
            differences=tuple(Difference(field=name, decisions=told) for name, told in words.differ()),
            sets=sets,
            asks=tuple(one for one in mine if self.standings.get(one.id) == "ask again"),
            into=self._stays(verdict.decision) if verdict is not None and says != STANDS else None,
        )

    def _state(self, id: str, says: object, sets: Mapping[str, Decision]) -> State:
        if says != STANDS:
            return "rejected"
        if id not in self.coded:
            return "new"
        if sets:
            return "edited"
        words = self.words[id].of.get(VERDICT, {}).values()
        standing = [self.standings.get(one.decision.id) for one in words if one.decision.verdict == "accept"]
        return "accepted" if "in force" in standing else "undecided"

    def _stays(self, decision: Decision) -> str | None:
        """The event that the one which goes was joined into."""
        if decision.verdict != "joined":
            return None
        ids = decision.subject.split()
        return self._where(decision.value if decision.value in ids else ids[0])

    def _finished(self, one: DecidedEvent) -> DecidedEvent:
        """ACLED's type as the values now give it; an event whose values are as coded after all is no edited one."""
        event, coded = one.event, one.coded
        if one.sets and "acled" not in one.sets:
            event = replace(event, acled=acled.sub_event_type(event, coded, document=self.document))
        state = one.state
        if state == "edited" and coded is not None and seen(event) == seen(coded):
            state = "accepted"
        return replace(one, event=event, state=state)
