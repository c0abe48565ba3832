"""What people decided, kept: in the lists of events, after a rebuild, a merge, an erasure, and with many at once."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlalchemy import create_engine, select, text

from byline.deciding import EVERYTHING
from byline.errors import StoreError
from byline.model import Place, incident_id
from byline.project import Project, decided, deciding, incidents, keeping, linking
from byline.project.deciding import Word, decide, undo
from byline.store import Store, decisions, views
from byline.store.database import migrate
from byline.store.schema import current_events, current_places
from byline.store.views import Filters
from happenings import Told, groups, id_of, keep, report, standing
from kept import broken

A, B, SALTA = Told(paper="The Andean"), Told(paper="The Bell"), Told(paper="The Courier", place="Salta")
ADA, BEN = Word(reviewer="Ada"), Word(reviewer="Ben")


@pytest.fixture
def empty(address: str, tmp_path: Path) -> Project:
    """An empty project, on each database."""
    return Project(database=address, files=tmp_path / "byline.files")


def listed(project: Project) -> list[tuple[Any, ...]]:
    """The lists of events and places, whatever number a coding has."""
    store = project.store
    names = [column for column in current_events.c if column.name != "coding_id"]
    found: list[tuple[Any, ...]] = []
    with store.reading() as connection:
        for query in (select(*names), select(current_places)):
            found += [tuple(row) for row in connection.execute(query)]
    return sorted(found, key=repr)


def setting(project: Project, told: Told, field: str, value: str, *, word: Word = ADA) -> None:
    decide(project.store, [id_of(told)], verdict="set", word=replace(word, field=field, value=value))


def making(project: Project, told: Told, words: str) -> str:
    """Makes an event of words of a report; its id."""
    start = report(told).text.index(words)
    value = {"trigger": {"start": start, "end": start + len(words)}, "fields": {"type": "ASSAULT", "places": "Oruro"}}
    decide(project.store, [report(told).id], verdict="new", word=replace(ADA, value=json.dumps(value)))
    events = decided.of_document(project.store, report(told).id, viewer=EVERYTHING)
    return next(one.event.id for one in events if one.coded is None)


def much(project: Project) -> None:
    """Reports, and decisions of each kind on them."""
    keep(project, A, B, SALTA)
    setting(project, A, "places", "Salta, AR")
    setting(project, A, "when", "2026-03-01")
    decide(project.store, [id_of(B)], verdict="reject", word=BEN)
    made = making(project, B, "burned")
    setting_on = replace(BEN, field="status", value="denied")
    decide(project.store, [made], verdict="set", word=setting_on)
    decide(project.store, [id_of(A), id_of(SALTA)], verdict="same", word=ADA)
    told = decide(project.store, [id_of(SALTA)], verdict="accept", word=ADA)
    undo(project.store, told.id, reviewer="Ada")


class TestLists:
    def test_lists_hold_what_people_made_of_events(self, empty: Project) -> None:
        much(empty)
        assert {one.name: one.events for one in views.places(empty.store, Filters(sources=(A.paper,)))} == {"Salta": 1}
        rows = {row.event.id: row for row in views.listing(empty.store, Filters(decided="everything")).rows}
        assert {id: row.state for id, row in rows.items()} == {
            id_of(A): "edited",
            id_of(B): "rejected",
            id_of(SALTA): "undecided",
            making_id(): "new",
        }
        (place,) = rows[id_of(A)].event.role("place")
        assert isinstance(place.value, Place)
        assert place.value.name == "Salta"
        assert rows[making_id()].trigger == "burned"
        assert broken(empty) == []

    def test_they_are_the_same_after_a_rebuild_and_a_newer_coding(self, empty: Project) -> None:
        much(empty)
        before, said = listed(empty), told(empty)
        keeping.rebuild(empty)
        assert (listed(empty), told(empty)) == (before, said)
        keep(empty, A, pipeline="p2", at="2026-03-09T10:00:00Z", trigger="bomb exploded")
        moved = {row.event.id: row for row in views.listing(empty.store, Filters()).rows}
        (place,) = moved[id_of(A, trigger="bomb exploded")].event.role("place")
        assert isinstance(place.value, Place)
        assert (place.value.name, moved[id_of(A, trigger="bomb exploded")].asks) == ("Salta", True)
        after = listed(empty)
        keeping.rebuild(empty)
        assert listed(empty) == after
        assert broken(empty) == []

    def test_two_laptops_come_to_the_same(self, laptop: Any, tmp_path: Path) -> None:
        one, two = laptop("one"), laptop("two")
        much(one)
        keep(two, A, B)
        setting(two, A, "places", "Oruro", word=BEN)
        making(two, B, "burned")
        bundles = []
        for number, project in enumerate((one, two)):
            bundles.append(tmp_path / f"{number}.tar")
            keeping.bundle(project, bundles[-1])
        for project in (one, two):
            list(keeping.merge(project, bundles))
        assert listed(one) == listed(two)
        assert told(one) == told(two)
        assert broken(one) == broken(two) == []

    def test_verify_says_where_a_list_is_wrong(self, sqlite_project: Project) -> None:
        keep(sqlite_project, A, B)
        setting(sqlite_project, A, "type", "PROTEST")
        with sqlite_project.store.writing() as connection:
            connection.execute(text(f"UPDATE current_events SET type = 'AID' WHERE event_id = '{id_of(A)}'"))
            connection.execute(text(f"DELETE FROM current_places WHERE document_id = '{report(B).id}'"))
        said = broken(sqlite_project)
        assert [one.partition(":")[0] for one in said] == [report(A).id, report(B).id]
        assert "its list of events has another type than its coding and decisions come to" in said[0]
        assert "its list of places has one too few" in said[1]
        keeping.rebuild(sqlite_project)
        assert broken(sqlite_project) == []


class TestIncidents:
    def test_an_event_is_linked_where_a_person_says_it_was(self, empty: Project) -> None:
        keep(empty, A, B, SALTA)
        linking.link(empty.store)
        assert groups(empty) == {tuple(sorted((id_of(A), id_of(B))))}
        setting(empty, B, "places", "Salta, AR")
        assert not linking.is_done(empty.store)
        linking.link(empty.store)
        assert tuple(sorted((id_of(A), id_of(B)))) not in groups(empty)
        undo(empty.store, deciding.last_gesture(empty.store, reviewer="Ada")[0].id, reviewer="Ada")
        linking.link(empty.store)
        assert groups(empty) == {tuple(sorted((id_of(A), id_of(B))))}
        assert broken(empty) == []

    def test_a_rejected_event_is_in_no_incident(self, empty: Project) -> None:
        keep(empty, A, B)
        linking.link(empty.store)
        (one,) = standing(empty)
        decide(empty.store, [id_of(B)], verdict="reject", word=ADA)
        assert incidents.find(empty.store, one.id).event_ids == (id_of(A),)
        linking.link(empty.store)
        assert groups(empty) == set()
        decide(empty.store, [id_of(B)], verdict="accept", word=ADA)
        linking.link(empty.store)
        assert groups(empty) == {tuple(sorted((id_of(A), id_of(B))))}
        assert broken(empty) == []

    def test_an_event_that_a_person_made_is_an_incident_and_may_be_called_the_same(self, empty: Project) -> None:
        keep(empty, A, B)
        made = making(empty, A, "burned")
        found = incidents.find(empty.store, empty.store.find(f"i{made[1:9]}"))
        assert (found.id, found.event_ids) == (incident_id(made), (made,))
        linking.link(empty.store)
        decide(empty.store, [made, id_of(B)], verdict="same", word=ADA)
        linking.link(empty.store)
        assert any(made in one and id_of(B) in one for one in groups(empty))
        dossier = incidents.dossier(empty.store, incidents.of_event(empty.store, made), register=empty.sources)
        assert made in {event.id for event, _ in dossier.reports}
        assert broken(empty) == []

    def test_same_undone_parts_them_again(self, empty: Project) -> None:
        keep(empty, A, SALTA)
        said = decide(empty.store, [id_of(A), id_of(SALTA)], verdict="same", word=ADA)
        linking.link(empty.store)
        assert len(groups(empty)) == 1
        undo(empty.store, said.id, reviewer="Ada")
        linking.link(empty.store)
        assert groups(empty) == set()
        assert [one.standing for one in deciding.decided(empty.store, viewer=EVERYTHING)] == ["undone", "in force"]


class TestTheLog:
    OLD: ClassVar = {
        "at": "2026-03-01T10:00:00.000000Z",
        "field": None,
        "id": "",
        "note": "",
        "reviewer": "Ada",
        "seen": "",
        "subject": id_of(A),
        "value": None,
        "verdict": "accept",
    }

    def write(self, project: Project, **more: Any) -> None:
        path = project.store.files / decisions.NAME
        path.write_text(json.dumps(self.OLD | more) + "\n")

    def test_lines_of_an_older_byline_read(self, sqlite_project: Project) -> None:
        """Also their ids, which are of fewer keys."""
        keep(sqlite_project, A)
        self.write(sqlite_project, id="nd9c5dc4d5a5b9c0d")
        (made,) = decisions.read(sqlite_project.store.files)
        assert (made.role, made.pipeline_id) == ("coder", "")
        self.write(sqlite_project, id=decisions.made(made))
        assert [one.standing for one in deciding.decided(sqlite_project.store, viewer=EVERYTHING)] == ["in force"]
        assert broken(sqlite_project) == []

    def test_one_of_a_newer_byline_is_a_clear_error(self, sqlite_project: Project) -> None:
        self.write(sqlite_project, id="n" + "0" * 16, mood="good")
        with pytest.raises(StoreError, match=r"decisions.jsonl:1: has the key 'mood'.*update Byline"):
            list(decisions.read(sqlite_project.store.files))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"role": "boss"},
            {"verdict": "set"},
            {"verdict": "undo"},
            {"verdict": "new"},
            {"at": "today"},
            {"seen": None},
        ],
    )
    def test_a_damaged_line_is_named(self, sqlite_project: Project, wrong: dict[str, Any]) -> None:
        self.write(sqlite_project, id="n" + "0" * 16, **wrong)
        with pytest.raises(StoreError, match=r"decisions.jsonl:1: is no decision"):
            list(decisions.read(sqlite_project.store.files))

    def test_a_value_that_cannot_be_read_takes_no_effect_and_is_told(self, sqlite_project: Project) -> None:
        """An older Byline took any text as a place."""
        keep(sqlite_project, A)
        self.write(sqlite_project, id="n" + "0" * 16, verdict="set", field="places", value="behind the mill")
        (made,) = deciding.decided(sqlite_project.store, viewer=EVERYTHING)
        assert made.standing == "unreadable"
        assert any("cannot be read, so it takes no effect" in one for one in broken(sqlite_project))

    def test_what_an_older_database_held_takes_effect(self, tmp_path: Path) -> None:
        made = Project(database=tmp_path / "new.db", files=tmp_path / "byline.files")
        with made:
            keep(made, A)
            setting(made, A, "type", "PROTEST")
            log = made.store.files / decisions.NAME
            told = json.loads(log.read_text())
            log.write_text(json.dumps({name: told[name] for name in self.OLD}) + "\n")
        path = tmp_path / "old.db"
        with create_engine(f"sqlite:///{path}").begin() as connection:
            migrate(connection, to="0008")
        with create_engine(f"sqlite:///{path}").begin() as connection, made:
            connection.exec_driver_sql(f"ATTACH '{tmp_path / 'new.db'}' AS new")
            for name in ("documents", "codings", "events", "mentions", "custody", "receipts"):
                connection.exec_driver_sql(f"INSERT INTO main.{name} SELECT * FROM new.{name}")
            columns = "document_id, position, coding_id, event_id, type, mode, status, score, source, coded_at"
            connection.exec_driver_sql(
                f"INSERT INTO main.current_events ({columns}) SELECT {columns} FROM new.current_events"
            )
            connection.exec_driver_sql(
                "INSERT INTO main.decisions SELECT id, subject, verdict, reviewer, at, field, value, note, seen "
                "FROM new.decisions"
            )
        with Project(database=path, files=tmp_path / "byline.files") as old:
            (row,) = views.listing(old.store, Filters()).rows
            assert (row.event.type, row.state) == ("PROTEST", "edited")
            assert broken(old) == []

    def test_erasing_a_document_takes_all_that_was_said_of_it(self, empty: Project) -> None:
        much(empty)
        gone = keeping.erase(empty, report(B).id, reason="asked for")
        assert gone.decisions == 3
        assert {one.subject for one in decisions.everyone(empty.store)}.isdisjoint(
            {id_of(B), report(B).id, making_id()}
        )
        keeping.erase(empty, report(SALTA).id, reason="asked for")
        assert [one.verdict for one in decisions.everyone(empty.store)] == ["set", "set"]
        assert broken(empty) == []


def hammer(project: Project, people: int, each: int) -> list[BaseException]:
    """So many people decide at once on the same two events, each a thread of its own; what went wrong."""
    wrong: list[BaseException] = []
    start = threading.Barrier(people)

    def person(name: str) -> None:
        try:
            start.wait()
            for number in range(each):
                verdict: Any = ("accept", "reject")[number % 2]
                on = (A, B)[number % 2]
                decide(project.store, [id_of(on)], verdict=verdict, word=Word(reviewer=name))
                decided.of_document(project.store, report(on).id, viewer=EVERYTHING)
        except BaseException as error:  # noqa: BLE001 - told to the test
            wrong.append(error)

    threads = [threading.Thread(target=person, args=(f"P{number}",)) for number in range(people)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return wrong


class TestManyAtOnce:
    def test_nothing_is_lost_and_the_lists_hold(self, sqlite_project: Project) -> None:
        keep(sqlite_project, A, B)
        assert hammer(sqlite_project, 5, 6) == []
        found = list(deciding.decided(sqlite_project.store, viewer=EVERYTHING))
        assert len(found) == 30
        assert len({one.decision.id for one in found}) == 30
        assert len(list(decisions.read(sqlite_project.store.files))) == 30
        assert broken(sqlite_project) == []

    @pytest.mark.slow
    def test_nor_on_postgresql(self, postgres: Any, tmp_path: Path) -> None:
        with Project(database=postgres(), files=tmp_path / "byline.files") as project:
            keep(project, A, B)
            assert hammer(project, 15, 10) == []
            assert len(list(decisions.everyone(project.store))) == 150
            assert broken(project) == []

    def test_one_s_transaction_is_not_another_s(self, sqlite_project: Project) -> None:
        keep(sqlite_project, A)
        store, seen = sqlite_project.store, list[Any]()
        with store.transaction():
            with store.writing() as connection:
                connection.execute(text("UPDATE current_events SET type = 'AID'"))

            def look() -> None:
                seen.extend(row.event.type for row in views.listing(store, Filters(sources=("The Andean",))).rows)

            other = threading.Thread(target=look)
            other.start()
            other.join()
        assert seen == ["ASSAULT"]


def told(project: Project) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.decision.id, one.standing, one.now) for one in deciding.decided(project.store, viewer=EVERYTHING)]


def making_id() -> str:
    """The id of the event that `much` makes."""
    from byline.model import Span, event_id

    start = report(B).text.index("burned")
    return event_id(document_id=report(B).id, trigger=Span(start=start, end=start + 6))


def test_what_is_read_in_a_transaction_is_read_through_it(tmp_path: Path) -> None:
    with Store.open(tmp_path / "byline.db") as store, store.writing() as one, store.reading() as other:
        assert one is other
