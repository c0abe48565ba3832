"""What people's decisions make of events: who counts, in what people differ, what is asked again, what is undone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.deciding import EVERYTHING, DecidedEvent, Viewer, edit, seen
from byline.errors import DecisionError
from byline.model import Actor, Decision, Event, Place, Span, event_id
from byline.project import Project, decided, deciding
from byline.project.deciding import Said, Word, decide, decide_many, undo
from byline.store import decisions
from happenings import Told, coded, event_of, id_of, keep, report

A = Told(paper="The Andean")
ADA, BEN = Word(reviewer="Ada"), Word(reviewer="Ben")
CHIEF = Word(reviewer="Cleo", role="adjudicator")
TEXT = report(A).text


def say(project: Project, word: Word, what: str, value: str | None = None, *, on: str | None = None) -> Decision:
    """Somebody says something of the event of A: a verdict, or what a field is."""
    subject = [on or id_of(A)]
    if value is None:
        return decide(project.store, subject, verdict=what, word=word)  # type: ignore[arg-type]
    if what in ("new", "split"):
        return decide(project.store, subject, verdict=what, word=replace(word, value=value))  # type: ignore[arg-type]
    return decide(project.store, subject, verdict="set", word=replace(word, field=what, value=value))


def one(project: Project, *, on: str | None = None, viewer: Viewer = EVERYTHING) -> DecidedEvent:
    found = decided.of_event(project.store, on or id_of(A), viewer=viewer)
    assert found is not None
    return found


def how(project: Project, *, viewer: Viewer = EVERYTHING) -> list[tuple[str, str]]:
    return [(each.decision.verdict, each.standing) for each in deciding.decided(project.store, viewer=viewer)]


def words(text: str) -> dict[str, Any]:
    """Where words stand in the report, as a person selects them."""
    start = TEXT.index(text)
    return {"in": "text", "start": start, "end": start + len(text)}


def new(trigger: str, *, apart: str | None = None, **fields: str) -> dict[str, Any]:
    return {"trigger": words(trigger), "apart": words(apart) if apart else None, "fields": {"type": "ASSAULT"} | fields}


@pytest.fixture
def project(sqlite_project: Project) -> Project:
    """A project that holds report A."""
    keep(sqlite_project, A)
    return sqlite_project


class TestEffect:
    def test_a_value_that_a_person_sets_stands_in_the_event(self, project: Project) -> None:
        before = one(project)
        assert (before.state, before.event) == ("undecided", event_of(A, report(A)))
        say(project, ADA, "places", json.dumps([{"geonameid": 3838233, "evidence": [words("grain market")]}]))
        after = one(project)
        (place,) = after.event.role("place")
        assert isinstance(place.value, Place)
        assert (place.value.name, place.by, place.score) == ("Salta", "person:Ada", 1.0)
        assert report(A).quote(place.span) == "grain market"
        assert (after.state, after.coded) == ("edited", before.event)
        assert after.event.role("quantity") == before.event.role("quantity")

    def test_accepting_and_rejecting(self, project: Project) -> None:
        say(project, ADA, "accept")
        assert one(project).state == "accepted"
        say(project, ADA, "reject")
        assert one(project).state == "rejected"
        say(project, ADA, "type", "COERCE")  # who gives it a value says that there is one
        assert (one(project).state, one(project).event.type) == ("edited", "COERCE")
        assert how(project) == [("accept", "replaced"), ("reject", "replaced"), ("set", "in force")]

    def test_a_mode_that_the_type_does_not_have_goes(self, project: Project) -> None:
        say(project, ADA, "type", "PROTEST")
        assert (one(project).event.type, one(project).event.mode) == ("PROTEST", None)
        with pytest.raises(DecisionError, match="'explosives' is no mode of PROTEST; choose one of"):
            say(project, ADA, "mode", "explosives")
        say(project, ADA, "mode", "strike")
        assert one(project).event.mode == "strike"

    def test_acled_follows_the_values_until_a_person_says_which(self, project: Project) -> None:
        keep(project, A)
        said = [
            Said(subject=(id_of(A),), verdict="set", field=field, value=value)
            for field, value in (("mode", "demo"), ("type", "PROTEST"))
        ]
        decide_many(project.store, said, reviewer="Ada")
        assert one(project).event.acled == "Peaceful protest"
        say(project, ADA, "status", "planned")
        assert one(project).event.acled is None
        say(project, ADA, "acled", "Attack")
        assert one(project).event.acled == "Attack"

    def test_saying_what_was_coded_is_accepting(self, project: Project) -> None:
        say(project, ADA, "status", "reported")
        assert one(project).state == "accepted"

    def test_a_note_changes_nothing(self, project: Project) -> None:
        decide(project.store, [id_of(A)], verdict="note", word=replace(ADA, note="see page 3"))
        assert one(project).state == "undecided"
        assert how(project) == [("note", "in force")]
        with pytest.raises(DecisionError, match="a note must say something"):
            say(project, ADA, "note")


class TestTwoPeople:
    def test_both_stand_the_later_applies_and_they_differ_until_they_agree(self, project: Project) -> None:
        say(project, ADA, "type", "COERCE")
        say(project, BEN, "type", "PROTEST")
        found = one(project)
        assert (found.event.type, found.differs) == ("PROTEST", True)
        (difference,) = found.differences
        assert (difference.field, [each.reviewer for each in difference.decisions]) == ("type", ["Ada", "Ben"])
        assert how(project) == [("set", "contradicted"), ("set", "in force")]
        say(project, ADA, "type", "PROTEST")
        assert (one(project).event.type, one(project).differs) == ("PROTEST", False)

    def test_accepting_what_another_set_is_agreeing(self, project: Project) -> None:
        say(project, ADA, "type", "COERCE")
        say(project, BEN, "type", "PROTEST")
        say(project, ADA, "accept")
        assert (one(project).event.type, one(project).differs) == ("PROTEST", False)

    def test_what_was_accepted_before_another_set_it_differs(self, project: Project) -> None:
        say(project, ADA, "accept")
        say(project, BEN, "type", "PROTEST")
        assert [each.field for each in one(project).differences] == ["type"]
        say(project, ADA, "accept")
        assert not one(project).differs

    def test_one_rejects_what_another_accepts(self, project: Project) -> None:
        say(project, ADA, "accept")
        say(project, BEN, "reject")
        found = one(project)
        assert (found.state, [each.field for each in found.differences]) == ("rejected", ["event"])
        assert how(project) == [("accept", "contradicted"), ("reject", "in force")]

    def test_an_adjudicator_ends_it_whatever_is_said_later(self, project: Project) -> None:
        say(project, ADA, "type", "COERCE")
        say(project, BEN, "type", "PROTEST")
        say(project, CHIEF, "type", "COERCE")
        say(project, BEN, "type", "MOBILIZE")
        assert (one(project).event.type, one(project).differs) == ("COERCE", False)
        assert how(project) == [
            ("set", "in force"),
            ("set", "replaced"),
            ("set", "in force"),
            ("set", "contradicted"),
        ]

    def test_an_adjudicator_who_accepts_ends_all(self, project: Project) -> None:
        say(project, ADA, "type", "COERCE")
        say(project, BEN, "status", "denied")
        say(project, CHIEF, "accept")
        say(project, BEN, "type", "PROTEST")
        say(project, BEN, "mode", "")
        found = one(project)
        assert (found.event.type, found.event.status, found.differs) == ("COERCE", "denied", False)


class TestDoubleCoding:
    SECOND = Word(reviewer="Dee", role="double coder")
    DEE = Viewer(name="Dee", role="coder", blind=frozenset({report(A).id}))

    def test_a_double_coder_sees_only_the_machine_and_herself_and_takes_no_effect(self, project: Project) -> None:
        say(project, ADA, "type", "PROTEST")
        say(project, self.SECOND, "type", "COERCE")
        made = say(project, self.SECOND, "new", json.dumps(new("burned")), on=report(A).id)
        own = event_id(document_id=report(A).id, trigger=Span(start=TEXT.index("burned"), end=TEXT.index("burned") + 6))
        say(project, self.SECOND, "status", "denied", on=own)
        assert one(project).event.type == "PROTEST"
        assert not one(project).differs
        assert decided.of_event(project.store, own, viewer=EVERYTHING) is None
        hers = one(project, viewer=self.DEE)
        assert (hers.event.type, [each.reviewer for each in hers.decisions]) == ("COERCE", ["Dee"])
        assert one(project, on=own, viewer=self.DEE).event.status == "denied"
        assert [each[1] for each in how(project)] == ["in force", *["second coding"] * 3]
        assert [each[1] for each in how(project, viewer=self.DEE)] == ["in force"] * 3
        assert made.role == "double coder"

    def test_nothing_of_the_first_coding_reaches_her(self, project: Project) -> None:
        say(project, ADA, "type", "PROTEST")
        decide(project.store, [id_of(A)], verdict="note", word=replace(ADA, note="secret"))
        shown = repr(
            (
                decided.document(project.store, report(A).id, viewer=self.DEE),
                list(deciding.decided(project.store, viewer=self.DEE)),
                decided.history(project.store, id_of(A), viewer=self.DEE),
                decided.progress(project.store, viewer=self.DEE),
                list(decided.of_documents(project.store, [report(A).id], viewer=self.DEE)),
            )
        )
        assert "Ada" not in shown
        assert "PROTEST" not in shown
        assert "secret" not in shown


class TestGestures:
    def test_several_are_taken_or_none(self, project: Project) -> None:
        said = [
            Said(subject=(id_of(A),), verdict="set", field="type", value="PROTEST"),
            Said(subject=(id_of(A),), verdict="set", field="when", value="Friday"),
        ]
        with pytest.raises(DecisionError, match="is no day"):
            decide_many(project.store, said, reviewer="Ada")
        assert how(project) == []
        told = decide_many(project.store, [said[0], replace(said[1], value="2026-03-03")], reviewer="Ada")
        assert len({each.at for each in told}) == 1
        assert (one(project).event.type, one(project).state) == ("PROTEST", "edited")
        with pytest.raises(DecisionError, match="says two things of the same"):
            decide_many(project.store, [said[0], said[0]], reviewer="Ada")

    def test_undone_as_one_and_undone_again(self, project: Project) -> None:
        said = [
            Said(subject=(id_of(A),), verdict="set", field=field, value=value)
            for field, value in (("type", "PROTEST"), ("status", "denied"))
        ]
        say(project, ADA, "accept")
        told = decide_many(project.store, said, reviewer="Ada")
        assert set(deciding.last_gesture(project.store, reviewer="Ada")) == set(told)
        assert set(undo(project.store, told[0].id, reviewer="Ada")) == set(told)
        assert (one(project).event, one(project).state) == (event_of(A, report(A)), "accepted")
        assert [each.verdict for each in deciding.last_gesture(project.store, reviewer="Ada")] == ["accept"]
        (first, _) = (each for each in decisions.everyone(project.store) if each.verdict == "undo")
        undo(project.store, first.id, reviewer="Ada")
        assert (one(project).event.type, one(project).event.status) == ("PROTEST", "denied")
        with pytest.raises(DecisionError, match="was taken back already"):
            undo(project.store, first.id, reviewer="Ada")

    def test_only_who_said_it_or_an_adjudicator_takes_it_back(self, project: Project) -> None:
        told = say(project, ADA, "reject")
        with pytest.raises(DecisionError, match="was decided by Ada; only who decided it, or an adjudicator"):
            undo(project.store, told.id, reviewer="Ben")
        undo(project.store, told.id, reviewer="Cleo", role="adjudicator")
        assert one(project).state == "undecided"
        assert how(project) == [("reject", "undone"), ("undo", "in force")]
        assert deciding.last_gesture(project.store, reviewer="Ada") == ()
        with pytest.raises(DecisionError, match="no decision has the id"):
            undo(project.store, "n" + "0" * 16, reviewer="Ada")


class TestMaking:
    def test_an_event_from_words(self, project: Project) -> None:
        made = say(project, ADA, "new", json.dumps(new("burned", status="background", places="Oruro")), on=report(A).id)
        assert json.loads(made.value or "")["fields"]["status"] == "background"
        events = decided.of_document(project.store, report(A).id, viewer=EVERYTHING)
        assert [(each.state, report(A).quote(each.event.trigger)) for each in events] == [
            ("undecided", "exploded"),
            ("new", "burned"),
        ]
        own = events[1].event
        assert report(A).quote(own.sentence) == TEXT  # no sentence is known there, so the paragraph
        assert (own.type, own.status, own.by, own.score) == ("ASSAULT", "background", "person:Ada", 1.0)
        with pytest.raises(DecisionError, match=f"there is an event at these words already, {own.id}"):
            say(project, ADA, "new", json.dumps(new("burned")), on=report(A).id)
        say(project, BEN, "type", "PROTEST", on=own.id)
        assert one(project, on=own.id).event.type == "PROTEST"
        assert [each.field for each in one(project, on=own.id).differences] == ["type"]
        undo(project.store, made.id, reviewer="Ada")
        assert decided.of_event(project.store, own.id, viewer=EVERYTHING) is None
        assert how(project) == [("new", "undone"), ("set", "orphan"), ("undo", "in force")]

    @pytest.mark.parametrize(
        ("value", "says"),
        [
            ("{}", "must have a trigger"),
            (json.dumps(new("burned") | {"fields": {}}), "must have a type"),
            (json.dumps(new("exploded")), "there is an event at these words already"),
            ('{"trigger": {"start": 0, "end": 100000}, "fields": {"type": "ASSAULT"}}', "are not in the text"),
            ('{"trigger": {"start": 1, "end": 2}, "fields": {"type": "ASSAULT"}}', "blanks alone"),
        ],
    )
    def test_what_is_no_event(self, project: Project, value: str, says: str) -> None:
        with pytest.raises(DecisionError, match=says):
            say(project, ADA, "new", value, on=report(A).id)

    def test_one_is_split_into_two_by_its_places(self, project: Project) -> None:
        into = [
            new("exploded", apart="grain market", quantities="injuries 1"),
            new("exploded", apart="Oruro", quantities="injuries 3"),
        ]
        made = say(project, ADA, "split", json.dumps({"into": into}))
        events = decided.of_document(project.store, report(A).id, viewer=EVERYTHING)
        assert [each.state for each in events] == ["rejected", "new", "new"]
        say(project, ADA, "status", "denied", on=events[1].event.id)
        assert one(project, on=events[1].event.id).event.status == "denied"
        say(project, BEN, "accept")  # says that it is one after all: the later applies, and they differ
        events = decided.of_document(project.store, report(A).id, viewer=EVERYTHING)
        assert [(each.state, each.differs) for each in events] == [("accepted", True)]
        undo(project.store, made.id, reviewer="Ada")
        assert [each[1] for each in how(project)] == ["undone", "orphan", "in force", "in force"]
        with pytest.raises(DecisionError, match="is split into 2 to 100 events, not 1"):
            say(project, ADA, "split", json.dumps({"into": into[:1]}))
        with pytest.raises(DecisionError, match=r'two events of a split have the same words; .*"apart"'):
            say(project, ADA, "split", json.dumps({"into": [into[0], into[0]]}))

    def test_two_are_joined_as_told_twice(self, project: Project) -> None:
        told = new("burned", actors="recipient: stalls", when="2026-03-05")
        say(project, ADA, "new", json.dumps(told), on=report(A).id)
        other = decided.of_document(project.store, report(A).id, viewer=EVERYTHING)[1].event
        joined = decide(project.store, [other.id, id_of(A)], verdict="joined", word=replace(ADA, value=id_of(A)))
        stays, goes = one(project), one(project, on=other.id)
        assert (goes.state, goes.into) == ("rejected", id_of(A))
        assert stays.event.told == (other.trigger,)
        assert [each.value for each in stays.event.role("recipient")] == [Actor(name="stalls", kind="group")]
        assert stays.event.role("when") == event_of(A, report(A)).role("when")  # its own day stays
        assert (stays.state, joined in stays.decisions) == ("edited", True)
        undo(project.store, joined.id, reviewer="Ada")
        assert (one(project).state, one(project, on=other.id).state) == ("undecided", "new")


class TestAskingAgain:
    def again(self, project: Project, **what: Any) -> None:
        keep(project, replace(A, **what), pipeline="p2", at="2026-03-09T10:00:00Z")

    def test_what_was_accepted_is_asked_again_with_what_changed(self, project: Project) -> None:
        told = say(project, ADA, "accept")
        assert (told.pipeline_id, told.seen) == ("p1", seen(event_of(A, report(A))))
        self.again(project, status="planned")
        found = one(project)
        assert (found.state, found.asks) == ("undecided", (told,))
        assert [(each.field, each.seen, each.now) for each in deciding.changes(project.store, told)] == [
            ("status", "reported", "planned")
        ]
        say(project, BEN, "accept")
        assert (one(project).state, one(project).asks) == ("accepted", ())
        assert how(project) == [("accept", "replaced"), ("accept", "in force")]

    def test_what_a_person_set_stays_and_is_asked_again(self, project: Project) -> None:
        say(project, ADA, "type", "PROTEST")
        self.again(project, status="planned")
        found = one(project)
        assert (found.event.type, found.event.status, found.state) == ("PROTEST", "planned", "edited")
        assert [each.verdict for each in found.asks] == ["set"]
        say(project, ADA, "accept")
        assert (one(project).state, one(project).asks, one(project).event.type) == ("edited", (), "PROTEST")

    def test_it_moves_to_the_event_that_has_the_words(self, project: Project) -> None:
        told = say(project, ADA, "type", "PROTEST")
        say(project, ADA, "accept")
        keep(project, A, pipeline="p2", at="2026-03-09T10:00:00Z", trigger="bomb exploded")
        moved = id_of(A, trigger="bomb exploded")
        found = one(project, on=moved)
        assert (found.event.type, found.state) == ("PROTEST", "edited")
        assert [each.standing for each in deciding.decided(project.store, viewer=EVERYTHING)] == ["ask again"] * 2
        assert ("trigger", "exploded", "bomb exploded") in [
            (each.field, each.seen, each.now) for each in deciding.changes(project.store, told)
        ]
        keep(project, A, pipeline="p3", at="2026-03-10T10:00:00Z")
        assert (one(project).state, one(project).asks) == ("edited", ())

    def test_a_new_event_that_the_machine_finds_too_is_asked_again(self, project: Project) -> None:
        say(project, ADA, "new", json.dumps(new("grain market in")), on=report(A).id)
        own = decided.of_document(project.store, report(A).id, viewer=EVERYTHING)[1]
        assert not own.asks
        keep(project, A, pipeline="p2", at="2026-03-09T10:00:00Z", trigger="market")
        again = one(project, on=own.event.id)
        assert (again.state, [each.verdict for each in again.asks]) == ("new", ["new"])

    def test_the_same_words_coded_as_a_person_made_them_are_one_event(self, project: Project) -> None:
        say(project, ADA, "new", json.dumps(new("market", status="denied")), on=report(A).id)
        keep(project, A, pipeline="p2", at="2026-03-09T10:00:00Z", trigger="market")
        events = decided.of_document(project.store, report(A).id, viewer=EVERYTHING)
        (found,) = [each for each in events if report(A).quote(each.event.trigger) == "market"]
        assert found.coded is not None
        assert (found.state, found.event.status, len(found.event.role("quantity"))) == ("edited", "denied", 1)


class TestHistory:
    def test_it_tells_from_what_to_what_by_whom_and_when(self, project: Project) -> None:
        say(project, ADA, "type", "COERCE")
        second = say(project, replace(BEN, note="read twice"), "type", "PROTEST")
        say(project, Word(reviewer="Dee", role="double coder"), "type", "AID")
        undo(project.store, second.id, reviewer="Ben")
        keep(project, replace(A, status="planned"), pipeline="p2", at="2026-03-09T10:00:00Z")
        turns = decided.history(project.store, id_of(A), field="type", viewer=EVERYTHING)
        assert [(each.before, each.after, each.by, each.counts) for each in turns] == [
            ("", "ASSAULT", "machine p1", True),
            ("ASSAULT", "COERCE", "person:Ada", True),
            ("COERCE", "PROTEST", "person:Ben", True),
            ("PROTEST", "AID", "person:Dee", False),
            ("PROTEST", "COERCE", "person:Ben", True),
        ]
        assert turns[2].decision == second
        status = decided.history(project.store, id_of(A), field="status", viewer=EVERYTHING)
        assert [(each.after, each.by) for each in status] == [("reported", "machine p1"), ("planned", "machine p2")]
        verdict = decided.history(project.store, id_of(A), field="event", viewer=EVERYTHING)
        assert [(each.before, each.after) for each in verdict] == [("undecided", "edited")]


class TestProgress:
    def test_it_counts_what_is_decided_and_what_remains(self, project: Project) -> None:
        keep(project, *(Told(paper=name) for name in ("The Bell", "The Courier")))
        say(project, ADA, "accept")
        say(project, BEN, "reject")
        undo(project.store, say(project, ADA, "reject", on=id_of(Told(paper="The Bell"))).id, reviewer="Ada")
        found = decided.progress(project.store, viewer=EVERYTHING)
        assert (found.all.rejected, found.all.undecided, found.all.differs) == (1, 6, 1)
        assert {each.name: each.undecided for each in found.types} == {"COERCE": 4, "ASSAULT": 2}
        assert {each.name: each.rejected for each in found.sources if each.name} == {
            "The Andean": 1,
            "The Bell": 0,
            "The Courier": 0,
        }
        assert [(who, number) for _, who, number in found.days] == [("Ada", 1), ("Ben", 1)]


def _log() -> st.SearchStrategy[list[Decision]]:
    """Logs of what three people may say of two events of one document, and take back."""
    event = event_of(A, report(A))
    made = [json.dumps(new("burned")), json.dumps(new("market", status="denied"))]
    ids = [event.id, event_id(document_id=report(A).id, trigger=Span(**_place("burned")))]
    rows = [("accept", None, None), ("reject", None, None), ("set", "type", "PROTEST"), ("set", "type", "AID")]
    rows += [("set", "status", "denied"), ("set", "places", "[]"), ("set", "places", "nonsense")]

    def decision(number: int, who: str, row: Any, target: int, role: Any) -> Decision:
        verdict, field, value = row
        subject = report(A).id if verdict == "new" else ids[target]
        at = f"2026-03-0{1 + number % 9}T10:00:00.{number:06}Z"
        told = Decision(
            id="", subject=subject, verdict=verdict, reviewer=who, at=at, field=field, value=value, role=role
        )
        return replace(told, id=decisions.made(told))

    one = st.builds(
        decision,
        st.integers(0, 50),
        st.sampled_from(["Ada", "Ben", "Cleo"]),
        st.sampled_from([*rows, *(("new", None, value) for value in made)]),
        st.integers(0, 1),
        st.sampled_from(["coder", "coder", "double coder", "adjudicator"]),
    )
    return st.lists(one, max_size=12).flatmap(_with_undos)


def _with_undos(log: list[Decision]) -> st.SearchStrategy[list[Decision]]:
    if not log:
        return st.just(log)

    def undoing(target: Decision, role: Any) -> Decision:
        told = Decision(
            id="",
            subject=target.id,
            verdict="undo",
            reviewer=target.reviewer,
            at="2026-04-01T10:00:00.000000Z",
            role=role,
        )
        return replace(told, id=decisions.made(told))

    undos = st.lists(st.builds(undoing, st.sampled_from(log), st.sampled_from(["coder", "adjudicator"])), max_size=3)
    return undos.map(lambda more: [*log, *more])


def _place(text: str) -> dict[str, int]:
    return {"start": TEXT.index(text), "end": TEXT.index(text) + len(text)}


@settings(max_examples=200, deadline=None)
@given(_log(), st.randoms())
def test_the_order_in_which_decisions_came_changes_nothing(log: list[Decision], random: Any) -> None:
    outcome = coded(A)
    document, coding = outcome.document, outcome.coding
    assert document is not None
    log = list({each.id: each for each in log}.values())
    first = edit(document, coding, decisions=log)
    random.shuffle(log)
    again = edit(document, coding, decisions=log)
    assert again == first
    assert set(first.standings) == {each.id for each in log}
    for each in first.events:
        assert all(document.quote(span) for span in _spans(each.event))
        if each.state == "undecided":
            assert each.event == each.coded
    alone = edit(document, coding, decisions=log, viewer=Viewer(name="", role="coder", blind=frozenset({document.id})))
    assert alone == edit(document, coding, decisions=[])


def _spans(event: Event) -> list[Span]:
    return [event.trigger, event.sentence, *(span for one in event.mentions for span in (one.span, *one.also))]
