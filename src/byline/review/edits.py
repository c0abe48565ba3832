"""Forms that change an event or make one: fetched into its card, or, without scripts, pages of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from byline.deciding import DecidedEvent, Viewer, making, values
from byline.deciding.making import Made
from byline.deciding.plain import ACTOR_ROLES
from byline.deciding.values import Chosen, Mentions
from byline.errors import DecisionError, NotFoundError
from byline.model import (
    ActorKind,
    Basis,
    Counted,
    Document,
    Event,
    Mention,
    Relation,
    Span,
    SpeakerKind,
    Verdict,
    WhenPrecision,
)
from byline.ontology import Ontology
from byline.project import decided, deciding, linking
from byline.project.deciding import Said
from byline.review import told
from byline.review.access import needs
from byline.review.asked_places import candidates
from byline.review.chosen import chosen, written
from byline.review.filled import FILLED, KIND_MARK, Filling, NotYet, made_of
from byline.review.filled import written as value_of
from byline.review.forms import Form, Sent, of_query
from byline.review.site import Site
from byline.review.verdicts import Done, answer, event_of, voice, whole
from byline.store import views
from byline.store.views import Filters, Listed

TITLES = {
    "kind": "What happened",
    "when": "When it was",
    "places": "Where it was",
    "actors": "Who, to whom, with what",
    "quantities": "How many",
    "attribution": "Whose word it is",
    "note": "A note",
    "split": "Split into several events",
    "joined": "Told twice in this report",
    "same": "The same happening in another report",
    "new": "A new event",
}
"""The forms, by name."""

BESIDE = 12
"""Events of other reports that are offered as the same happening."""

CHOICES: dict[str, tuple[str, ...]] = {
    "precisions": get_args(WhenPrecision),
    "bases": get_args(Basis),
    "relations": get_args(Relation),
    "actor_kinds": get_args(ActorKind),
    "counted": get_args(Counted),
    "speakers": get_args(SpeakerKind),
    "roles": ACTOR_ROLES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """A form as it is shown: about which event (None: one that is being made), with what was filled in and is wrong."""

    what: str
    document: Document
    event: Event | None
    form: Form = field(default_factory=lambda: Form({}))
    seen: str = ""
    wrong: NotYet | None = None
    words: str = ""
    span: str = ""
    near: tuple[Event, ...] = ()
    beside: tuple[Listed, ...] = ()

    @property
    def title(self) -> str:
        """What it is for."""
        return TITLES[self.what]

    @property
    def action(self) -> str:
        """Where it is sent."""
        return f"/events/{self.event.id}/edit/{self.what}" if self.event else f"/documents/{self.document.id}/new"

    def given(self, name: str, default: object = "") -> str:
        """What a field holds: what was filled in, else what stands."""
        return self.form.one(name) if name in self.form.fields else "" if default is None else str(default)


def router(site: Site) -> APIRouter:
    """The routes of forms."""
    routes = APIRouter()

    @routes.get("/events/{id}/edit/{what}", response_class=HTMLResponse)
    def edit(request: Request, id: str, what: str, viewer: Viewer = needs("coder")) -> Response:
        one = event_of(site, id, viewer=viewer)
        document = site.project.document(one.event.document_id)
        return show(site, request, _editor(site, what, document, one, form=of_query(request), viewer=viewer))

    @routes.post("/events/{id}/edit/{what}")
    def send(request: Request, id: str, what: str, form: Sent, viewer: Viewer = needs("coder")) -> Response:
        one = event_of(site, id, viewer=viewer)
        document = site.project.document(one.event.document_id)
        editor = _editor(site, what, document, one, form=form, viewer=viewer)
        try:
            said = list(_said(what, Filling(document=document, event=one.event, form=form), seen=form.one("seen")))
            if not said:
                raise NotYet("Nothing is other than before.")
            deciding.decide_many(site.project.store, said, reviewer=viewer.name, role=voice(viewer, one))
        except (NotYet, DecisionError) as error:
            return show(site, request, replace(editor, wrong=_wrong(error)), status=422)
        if what == "same":
            linking.regroup(site.project.store)
        return _done(site, request, what, one, said)

    @routes.get("/documents/{id}/new", response_class=HTMLResponse)
    def begin(request: Request, id: str, viewer: Viewer = needs("coder")) -> Response:
        document = site.project.document(id)
        form = of_query(request)
        found = chosen(document, form.firsts())
        wrong = None
        if found.wrong:
            wrong = NotYet(f"“{form.one('words')[:80]}” {found.wrong}.")
        elif found.places:
            wrong = NotYet("These words stand in several places: say which is meant.", found=found.places)
        made = Editor(what="new", document=document, event=None, form=form, wrong=wrong)
        if found.span:
            made = replace(made, words=document.quote(found.span), span=written(found.span))
        return show(site, request, made)

    @routes.post("/documents/{id}/new")
    def make(request: Request, id: str, form: Sent, viewer: Viewer = needs("coder")) -> Response:
        document = site.project.document(id)
        try:
            made = _made(document, form)
            one = Said(subject=(document.id,), verdict="new", value=making.written(made), note=form.one("note"))
            deciding.decide_many(site.project.store, [one], reviewer=viewer.name, role=viewer.voice(document.id))
        except (NotYet, DecisionError) as error:
            editor = Editor(what="new", document=document, event=None, form=form, wrong=_wrong(error))
            return show(site, request, editor, status=422)
        done = Done(made.id(document.id), "A new event stands.", stay=True)
        return whole(site, request, document.id, done=done)

    @routes.get("/gazetteer", response_class=HTMLResponse)
    def places(request: Request, place: str = "") -> HTMLResponse:
        return site.render(request, "candidates.html", candidates=candidates(place), asked=place.strip()[:80])

    return routes


def show(site: Site, request: Request, editor: Editor, *, status: int = 200) -> HTMLResponse:
    """A form, alone for htmx, else on a page of its own."""
    template = "editor.html" if "hx-request" in request.headers else "edit.html"
    ontology = site.project.ontology
    return site.render(
        request,
        template,
        status=status,
        editor=editor,
        kinds=_kinds(ontology),
        contexts=_contexts(ontology),
        sectors=ontology.sectors,
        found=candidates(editor.given("place")),
        told=told,
        **CHOICES,
    )


def _editor(site: Site, what: str, document: Document, one: DecidedEvent, *, form: Form, viewer: Viewer) -> Editor:
    if what not in TITLES or what == "new":
        raise NotFoundError("There is nothing of an event that is edited so.")
    editor = Editor(what=what, document=document, event=one.event, form=form, seen=one.seen)
    if what == "joined":
        events = decided.of_document(site.project.store, document.id, viewer=viewer)
        near = tuple(each.event for each in events if each.event.id != one.event.id and each.state != "rejected")
        return replace(editor, near=near)
    if what == "same":
        return replace(editor, beside=_beside(site, one.event))
    return editor


def _beside(site: Site, event: Event) -> tuple[Listed, ...]:
    """Events of other reports that may be the same happening: of the same days, those of the same type first."""
    first, last = _days(event)
    wanted = Filters(since=first, until=last, type=event.type) if first else Filters(type=event.type)
    rows = views.listing(site.project.store, wanted, limit=BESIDE * 3).rows
    return tuple(one for one in rows if one.event.document_id != event.document_id)[:BESIDE]


def _days(event: Event) -> tuple[Any, Any]:
    value = next((one.value for one in event.role("when")), None)
    return getattr(value, "start", None), getattr(value, "end", None)


# What a form says


def _said(what: str, filling: Filling, *, seen: str) -> Iterable[Said]:
    event, form = filling.event, filling.form
    if what in FILLED:
        for one in FILLED[what](filling):
            value = value_of(one, event)
            yield Said(
                subject=(event.id,), verdict="set", field=one.field, value=value, note=form.one("note"), seen=seen
            )
    elif what == "note":
        if not form.one("note"):
            raise NotYet("The note is empty.")
        yield Said(subject=(event.id,), verdict="note", note=form.one("note"), seen=seen)
    elif what == "split":
        value = making.written_split(_split(event, form))
        yield Said(subject=(event.id,), verdict="split", value=value, note=form.one("note"), seen=seen)
    elif what == "joined":
        other = form.one("other")
        stays = other if form.one("stays") == "other" else event.id
        if not other:
            raise NotYet("Say which event tells of it again.")
        yield Said(subject=(event.id, other), verdict="joined", value=stays, note=form.one("note"))
    else:
        verdict: Verdict = "not the same" if form.one("verdict") == "not the same" else "same"
        other = form.one("id") or form.one("other")
        if not other:
            raise NotYet("Pick the other report's event, or write its id.")
        yield Said(subject=(event.id, other), verdict=verdict, note=form.one("note"))


def _split(event: Event, form: Form) -> list[Made]:
    """An event for each place, or each actor or recipient, that is ticked; all else as it is, numbers left out."""
    ticked = [int(one) for one in form.all("into") if one.isdecimal()]
    apart = [event.mentions[nth] for nth in ticked if nth < len(event.mentions)]
    if len(apart) < 2:
        raise NotYet("Tick two or more: an event is made of each.")
    if len({one.role for one in apart}) > 1:
        raise NotYet("Split by places or by one role of actors, not by both at once.")
    return [_alone(event, one, apart, counts=form.one("counts") != "") for one in apart]


def _alone(event: Event, own: Mention, apart: list[Mention], *, counts: bool) -> Made:
    fields: dict[str, Chosen] = {}
    for name in values.FIELDS:
        one = values.of(name, event)
        if isinstance(one, Mentions):
            if name == "quantities" and not counts:
                continue
            one = replace(one, mentions=tuple(each for each in one.mentions if each is own or each not in apart))
            if not one.mentions:
                continue
        elif not one.words:
            continue
        fields[name] = one
    return Made(trigger=event.trigger, sentence=event.sentence, apart=own.span, fields=fields)


def _made(document: Document, form: Form) -> Made:
    found = chosen(document, form.firsts())
    if found.wrong:
        raise NotYet(f"“{form.one('words')[:80]}” {found.wrong}.")
    if found.places:
        raise NotYet("These words stand in several places: say which is meant.", found=found.places)
    if found.span is None:
        raise NotYet("Select or write the words that tell of it.")
    bare = Event(
        id="", document_id=document.id, type=None, mode=None, trigger=found.span, sentence=found.span, status="reported"
    )
    filling = Filling(document=document, event=bare, form=form)
    fields = made_of(filling)
    if "type" not in fields:
        raise NotYet("Say what happened.")
    return Made(trigger=found.span, sentence=found.span, fields=fields)


def _wrong(error: NotYet | DecisionError) -> NotYet:
    return error if isinstance(error, NotYet) else NotYet(str(error)[:1].upper() + str(error)[1:])


def _done(site: Site, request: Request, what: str, one: DecidedEvent, said: list[Said]) -> Response:
    document_id = one.event.document_id
    if what == "note":
        return answer(site, request, document_id, done=Done(one.event.id, "The note stands.", stay=True))
    says = {"split": "Split.", "joined": "Joined.", "same": "Said."}.get(what, "Set.")
    stays = said[0].value if what == "joined" and said[0].value else one.event.id
    return whole(site, request, document_id, done=Done(stays, says, stay=True))


# What there is to choose from


def _kinds(ontology: Ontology) -> list[tuple[str, str]]:
    """Types and modes with what they are, as one list to search in."""
    made = []
    for code, type in ontology.types.items():
        made.append((code, type.rule))
        made += [(f"{code}{KIND_MARK}{mode.code}", mode.rule) for mode in type.modes.values()]
    return made


def _contexts(ontology: Ontology) -> tuple[str, ...]:
    return tuple(ontology.contexts)


def kind_of(event: Event | None) -> str:
    """Type and mode as the form's field holds them."""
    return told.kind(event) if event and event.type else ""


def spans_of(mention: Mention) -> tuple[Span, ...]:
    """The words a mention rests on."""
    return (mention.span, *mention.also)
