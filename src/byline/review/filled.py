"""What does a filled-in form say of an event? The fields of `edit.html` as the things a decision takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, cast, get_args

from byline.deciding import places, plain, values
from byline.deciding.values import Chosen, Field, Mentions, Words
from byline.errors import DecisionError
from byline.gazetteer import Gazetteer
from byline.model import (
    Actor,
    ActorKind,
    Basis,
    Counted,
    Document,
    Event,
    Mention,
    Place,
    Quantity,
    Relation,
    Role,
    Span,
    Speaker,
    SpeakerKind,
    When,
    WhenPrecision,
)
from byline.review.chosen import Place as Found
from byline.review.chosen import chosen
from byline.review.forms import Form

KIND_MARK = " · "
"""Between a type and its mode, as lists show them."""


@dataclass(frozen=True)
class NotYet(Exception):
    """A form that is to be shown again: what is wrong with it, or the places of which one is to be picked, in which of
    its groups of fields."""

    says: str
    found: tuple[Found, ...] = ()
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A form about an event of a document; `event` is the event as it stands, or a bare one that is being made."""

    document: Document
    event: Event
    form: Form
    suffixes: Sequence[str] = field(default=("",))

    def words(self, suffix: str = "") -> Span | None:
        """The words that a group of fields rests on; None where none were named. Raises NotYet for words that are not
        there, or stand in several places."""
        found = chosen(self.document, self.form.firsts(suffix=suffix), near=self.event.trigger.start)
        if found.wrong:
            written = self.form.one(f"words{suffix}")
            raise NotYet(f"“{written[:80]}” {found.wrong}", group=suffix)
        if found.places:
            raise NotYet("These words stand in several places: say which is meant.", found=found.places, group=suffix)
        return found.span


def kind(filling: Filling) -> Iterator[Chosen]:
    """Type, mode and status, each where it is another than before."""
    event, form = filling.event, filling.form
    given = form.one("kind")
    code, _, mode = (part.strip() for part in given.partition(KIND_MARK.strip()))
    code = code.upper() if code.lower() != "no type" else ""
    if (code or None) != event.type:
        yield _ontology("type", code)
    if (mode.lower() or None) != event.mode:
        yield _ontology("mode", mode.lower())
    if (status := form.one("status")) and status != event.status:
        yield _ontology("status", status)
    contexts = tuple(dict.fromkeys(form.all("context")))
    if form.one("contexts") and set(contexts) != set(event.contexts):
        yield Words(field="contexts", words=contexts)


def when(filling: Filling) -> Iterator[Chosen]:
    """When it was: days, how finely, on what ground."""
    form = filling.form
    start, end = (_day(form.one(name)) for name in ("start", "end"))
    if start is None and end is None:
        yield Mentions(field="when", mentions=())
        return
    start, end = start or end, end or start
    if start and end and end < start:
        raise NotYet("The last day is before the first.")
    value = When(
        start=start,
        end=end,
        precision=_word(form.one("precision") or _precision(start, end), WhenPrecision),
        basis=_word(form.one("basis") or "stated", Basis),
    )
    yield Mentions(field="when", mentions=(_mention(filling, "when", value),))


def _precision(start: date | None, end: date | None) -> WhenPrecision:
    return plain.precision(start, end) if start and end else "unknown"


def wheres(filling: Filling) -> Iterator[Chosen]:
    """Where it was: the places that stay, and one more."""
    kept = list(_kept(filling, "place"))
    form = filling.form
    if form.one("geonameid"):
        kept.append(_mention(filling, "place", _gazetteers(form), named=form.one("place")))
    elif form.one("own"):
        name = form.one("own")
        place = Place(name=name[:200], precision="site", relation=_relation(form))
        kept.append(_mention(filling, "place", place, named=name))
    elif form.one("place"):
        raise NotYet(
            f"Pick one of the places called “{form.one('place')[:80]}”, or keep the name as the report tells it."
        )
    yield Mentions(field="places", mentions=tuple(kept))


def actors(filling: Filling) -> Iterator[Chosen]:
    """Who, to whom, with what: those that stay as they were filled in, and one more."""
    kept = list(_kept(filling, "actor", "recipient", "instrument"))
    added = _actor(filling.form, "", None)
    if added:
        role, actor = added
        kept.append(_mention(filling, role, actor, named=actor.name))
    elif (span := filling.words()) is not None:
        name = filling.document.quote(span)
        role = _role(filling.form, "")
        kept.append(Mention(role=role, span=span, value=Actor(name=name, kind=_actor_kind(filling.form, "", role))))
    yield Mentions(field="actors", mentions=tuple(kept))


def quantities(filling: Filling) -> Iterator[Chosen]:
    """How many: those that stay as they were filled in, and one more."""
    kept = list(_kept(filling, "quantity"))
    added = _quantity(filling.form, "", None)
    if added:
        kept.append(_mention(filling, "quantity", added))
    yield Mentions(field="quantities", mentions=tuple(kept))


def attribution(filling: Filling) -> Iterator[Chosen]:
    """Whose word it is; with no name and no words, the report's own."""
    form = filling.form
    name = form.one("source")
    span = filling.words()
    if not name and span is None:
        yield Mentions(field="attribution", mentions=())
        return
    speaker = Speaker(
        name=name or filling.document.quote(span or filling.event.trigger)[:200],
        kind=_word(form.one("speaker") or "named source", SpeakerKind),
        interest="party" if form.one("party") else None,
    )
    yield Mentions(
        field="attribution", mentions=(Mention(role="speaker", span=span or filling.event.trigger, value=speaker),)
    )


FILLED: dict[str, Callable[[Filling], Iterator[Chosen]]] = {
    "kind": kind,
    "when": when,
    "places": wheres,
    "actors": actors,
    "quantities": quantities,
    "attribution": attribution,
}
"""What each form says, by its name."""


def made_of(filling: Filling) -> dict[str, Chosen]:
    """The fields of a new event, as far as they were filled in."""
    form = filling.form
    fields: dict[str, Chosen] = {one.field: one for one in kind(filling)}
    if form.one("start") or form.one("end"):
        fields |= {one.field: one for one in when(filling)}
    if form.one("geonameid") or form.one("own") or form.one("place"):
        fields |= {one.field: one for one in wheres(replace(filling, form=_without_words(form)))}
    who = [_made_actor(filling, role, form.one(role)) for role in ("actor", "recipient") if form.one(role)]
    if who:
        fields["actors"] = Mentions(field="actors", mentions=tuple(who))
    if added := _quantity(form, "", None):
        quantity = Mention(role="quantity", span=filling.event.trigger, value=added)
        fields["quantities"] = Mentions(field="quantities", mentions=(quantity,))
    return fields


def _without_words(form: Form) -> Form:
    """A form without the words that were chosen: of a new event they are its trigger."""
    return Form(
        {name: value for name, value in form.fields.items() if name not in ("words", "from", "to", "span", "part")}
    )


def _made_actor(filling: Filling, role: str, name: str) -> Mention:
    """An actor of a new event: on its own words where they stand in the report."""
    span = _named(filling, name) or filling.event.trigger
    return Mention(role=cast("Role", role), span=span, value=Actor(name=name[:500], kind="group"))


def _kept(filling: Filling, *roles: Role) -> Iterator[Mention]:
    """The mentions whose box is ticked, as they were filled in."""
    form = filling.form
    kept = set(form.all("keep"))
    for nth, mention in enumerate(filling.event.role(*roles)):
        if str(nth) not in kept:
            continue
        value = mention.value
        if mention.role in ("actor", "recipient", "instrument") and form.one(f"name-{nth}"):
            before = value if isinstance(value, Actor) else None
            role, actor = _actor(form, f"-{nth}", before) or (mention.role, before)
            yield replace(mention, role=role, value=actor)
        elif mention.role == "quantity" and form.one(f"what-{nth}"):
            counted = _quantity(form, f"-{nth}", value if isinstance(value, Quantity) else None)
            yield replace(mention, value=counted or value)
        else:
            yield mention


def _mention(filling: Filling, role: Role, value: Any, *, named: str = "") -> Mention:
    """A mention on the words that were chosen, else on those by which it was named where they stand in the report,
    nearest to the trigger; else on the trigger."""
    span = filling.words() or _named(filling, named) or filling.event.trigger
    return Mention(role=role, span=span, value=value)


def _named(filling: Filling, name: str) -> Span | None:
    found = chosen(filling.document, {"words": name.partition(",")[0]}, near=filling.event.trigger.start)
    return found.span or (found.places[0].span if found.places else None)


def _actor(form: Form, suffix: str, before: Actor | None) -> tuple[Role, Actor] | None:
    name = form.one(f"name{suffix}")
    if not name:
        return None
    role = _role(form, suffix)
    code = form.one(f"code{suffix}").upper()
    sector = form.one(f"sector{suffix}").upper()
    return role, Actor(
        name=name[:500],
        kind=_actor_kind(form, suffix, role),
        public=before.public if before else None,
        code=code or None,
        sector=sector or None,
    )


def _role(form: Form, suffix: str) -> Role:
    return cast("Role", _among(form.one(f"role{suffix}") or "actor", plain.ACTOR_ROLES))


def _actor_kind(form: Form, suffix: str, role: Role) -> ActorKind:
    return cast(
        "ActorKind", _word(form.one(f"akind{suffix}") or ("object" if role == "instrument" else "group"), ActorKind)
    )


def _quantity(form: Form, suffix: str, before: Quantity | None) -> Quantity | None:
    low, high = (_number(form.one(f"{name}{suffix}")) for name in ("low", "high"))
    if low is None and high is None:
        return None
    if low is not None and high is not None and low > high:
        raise NotYet("The least number is larger than the most.")
    return Quantity(
        what=_word(form.one(f"what{suffix}"), Counted),
        low=low,
        high=high,
        of=form.one(f"of{suffix}")[:500] or None,
        attribution=before.attribution if before else None,
    )


def _gazetteers(form: Form) -> Place:
    given = form.one("geonameid")
    entry = Gazetteer.open().with_geonameid(int(given)) if given.isascii() and given.isdecimal() else None
    if entry is None:
        raise NotYet("The gazetteer has no such place.")
    return replace(places.of_entry(entry), relation=_relation(form))


def _relation(form: Form) -> Relation:
    return cast("Relation", _word(form.one("relation") or "in", Relation))


def _ontology(name: str, word: str) -> Chosen:
    return Words(field=cast("Field", name), words=(word,) if word else ())


def _day(given: str) -> date | None:
    if not given:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise NotYet(f"“{given[:40]}” is no day; write one as 2026-03-12.") from None


def _number(given: str) -> float | None:
    if not given:
        return None
    digits = given.replace(",", "")
    if not (digits.isascii() and digits.replace(".", "", 1).isdigit() and len(digits) < 16):
        raise NotYet(f"“{given[:40]}” is no number.")
    return float(digits)


def _word(given: str, choices: Any) -> Any:
    return _among(given, get_args(choices))


def _among(given: str, choices: Sequence[str]) -> str:
    if given not in choices:
        raise NotYet(f"“{given[:40]}” is none of {', '.join(choices)}.")
    return given


def written(one: Chosen, event: Event) -> str:
    """A value as the decision keeps it."""
    try:
        return values.written(one, trigger=event.trigger)
    except DecisionError as error:
        raise NotYet(str(error)) from error
