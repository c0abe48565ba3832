"""The index behind the views: it holds each document's newest coding, whatever comes in what order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, select, update

import review_made
from byline.model import Mention, Span, When
from byline.project import Project, keeping
from byline.review.bins import timeline
from byline.store import Store, codec, rows, views
from byline.store.current import source_key
from byline.store.database import migrate
from byline.store.schema import codings, current_events, current_places, documents, events, mentions
from byline.store.views import DaysCount, Filters
from kept import code_document, read_document


def indexed(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.reading() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in (current_events, current_places)
        }


def told(store: Store) -> list[tuple[str, str]]:
    """Events and their pipelines' types, as a list shows them."""
    return [(one.event.document_id, one.event.id) for one in views.listing(store, Filters()).rows]


class TestCurrent:
    def test_the_newest_coding_counts_in_whatever_order_they_come(self, project: Project) -> None:
        store = project.store
        document = read_document("Oruro")
        older = replace(code_document(document, pipeline="p0"), events=())
        newer = replace(code_document(document, pipeline="p3"))
        newer = replace(newer, events=tuple(replace(one, type="PROTEST") for one in newer.events))
        store.add_coding(older, coded_at="2026-02-01T10:00:00Z")
        assert views.count(store, Filters()) == 4
        store.add_coding(newer, coded_at="2026-04-01T10:00:00Z")
        assert views.count(store, Filters()) == 4
        assert views.count(store, Filters(type="PROTEST")) == 1
        store.add_coding(replace(older, pipeline_id="p4"), coded_at="2026-05-01T10:00:00Z")
        assert views.count(store, Filters()) == 3

    def test_a_rebuilt_database_has_the_same(self, project: Project) -> None:
        before = indexed(project.store)
        project.store.close()
        keeping.rebuild(project)
        with Store.open(project.database, files=project.files) as store:
            after = indexed(store)
        without_numbers = [[row[:2] + row[3:] for row in one["current_events"]] for one in (before, after)]
        assert without_numbers[0] == without_numbers[1]
        assert before["current_places"] == after["current_places"]

    def test_an_erased_document_is_in_it_no_more(self, project: Project) -> None:
        document = read_document("Oruro")
        keeping.erase(project, document.id, reason="asked for")
        assert document.id not in [row[0] for table in indexed(project.store).values() for row in table]

    def test_an_older_database_is_filled_as_a_new_one_is(self, tmp_path: Path) -> None:
        document, coding = review_made.hostile()
        later = replace(coding, pipeline_id="p2", events=coding.events[:1])
        day = When(start=None, end=date(2019, 3, 1), precision="month", basis="relative")
        dated = replace(
            later.events[0],
            mentions=(*later.events[0].mentions, Mention(role="when", span=Span(start=0, end=1), value=day)),
        )
        later = replace(later, events=(dated,))
        with Store.open(tmp_path / "new.db") as store:
            store.add_document(document, review_made.raw(document))
            store.add_coding(coding, coded_at="2026-01-01T10:00:00Z")
            store.add_coding(later, coded_at="2026-02-01T10:00:00Z")
            new = indexed(store)
        engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
        with engine.begin() as connection:
            migrate(connection, to="0006")
            connection.execute(insert(documents), codec.document_row(document))
            for nth, (one, at) in enumerate([(coding, "2026-01-01T10:00:00Z"), (later, "2026-02-01T10:00:00Z")], 1):
                connection.execute(insert(codings), rows.coding_row(one, coded_at=at))
                connection.execute(insert(events), rows.event_rows(one, coding_id=nth))
                connection.execute(insert(mentions), rows.mention_rows(one, coding_id=nth))
        engine.dispose()
        with Store.open(tmp_path / "old.db") as store:
            assert indexed(store) == new
            assert len(new["current_events"]) == 1

    @pytest.mark.parametrize(
        ("source", "url", "key"),
        [
            ("Paper", "https://example.org/a", "Paper"),
            (None, "https://www.Example.org:8080/a", "example.org"),
            (None, "no address", None),
            (None, "http://[::1", None),
            ("", None, None),
        ],
    )
    def test_a_document_is_counted_under_its_source_or_host(
        self, source: str | None, url: str | None, key: str | None
    ) -> None:
        assert source_key(source, url) == key


class TestListing:
    def test_a_row_has_its_sentence_around_the_trigger(self, project: Project) -> None:
        for row in views.listing(project.store, Filters()).rows:
            assert (row.before, row.trigger) == ("Police ", "arrested")
            assert row.after.startswith(" twelve people in ")
            assert row.event == next(
                one for one in code_document(read_document(row.after.split()[3])).events if one.id == row.event.id
            )

    def test_words_that_databases_refuse_are_shown_too(self, project: Project) -> None:
        document, coding = review_made.hostile()
        project.store.add_document(document, review_made.raw(document))
        project.store.add_coding(coding)
        found = {one.event.id: one for one in views.listing(project.store, Filters()).rows}
        sentence = document.quote(coding.events[0].sentence)
        row = found[coding.events[0].id]
        assert row.before + row.trigger + row.after == sentence
        titled = found[coding.events[1].id]
        assert titled.trigger == (document.title or "")[:8]

    def test_pages_follow_each_other_in_every_order(self, project: Project) -> None:
        review_made.fill(project.store, number=50)
        for order in views.ORDERS:
            ids, after = [], None
            while True:
                page = views.listing(project.store, Filters(), order=order, after=after, limit=7)
                ids += [one.event.id for one in page.rows]
                after = page.more
                if after is None:
                    break
            assert len(ids) == len(set(ids)) == 54

    def test_what_is_most_useful_comes_first_on_each_database(self, project: Project) -> None:
        store = project.store
        review_made.fill(store, number=60)
        table = current_events.c
        with store.writing() as connection:
            rows = connection.execute(select(table.event_id, table.document_id, table.score)).all()
            ids = [row.event_id for row in rows]
            differ, ask, done = ids[0:2], ids[2:4], ids[4:20]
            connection.execute(update(current_events).where(table.event_id.in_(differ)).values(differs=True))
            connection.execute(update(current_events).where(table.event_id.in_(ask)).values(asks=True))
            decided = update(current_events).where(table.event_id.in_([*differ, *ask, *done]))
            connection.execute(decided.values(state="accepted", decided_at="2026-03-15T00:00:00.000000Z"))
        for asked, number in (("to decide", len(ids) - len(done)), (None, len(ids))):
            seen: list[views.Listed] = []
            after = None
            while True:
                page = views.listing(store, Filters(decided=asked), after=after, limit=7)  # type: ignore[arg-type]
                seen += page.rows
                after = page.more
                if after is None:
                    break
            assert len({one.event.id for one in seen}) == len(seen) == number
            assert {one.event.id for one in seen[:4]} == {*differ, *ask}
            assert all(one.reasons for one in seen[:4])
            waiting = [one for one in seen[4:] if one.state == "undecided"]
            since = "2026-03-15T00:00:00.000000Z"
            ranks = [one.event.score - (0.2 if one.coded_at > since else 0) for one in waiting]
            assert ranks == sorted(ranks)
            assert [one.state for one in seen[4:]] == ["undecided"] * len(waiting) + ["accepted"] * (
                number - 4 - len(waiting)
            )
        first = views.next_event(store, Filters())
        assert first is not None
        assert first[1] in differ + ask
        assert views.next_event(store, Filters(blind=frozenset(row.document_id for row in rows))) is None

    def test_filters_narrow_alike_on_each_database(self, project: Project) -> None:
        review_made.fill(project.store, number=50)
        for filters, some in (
            (Filters(type="PROTEST"), True),
            (Filters(status="planned"), True),
            (Filters(place="OrURO"), True),
            (Filters(countries=("BO",)), True),
            (Filters(countries=("BO",), place="kisumu"), False),
            (Filters(sources=("Paper 1", "Paper 2")), True),
            (Filters(since=date(2019, 1, 3), until=date(2019, 1, 4)), True),
            (Filters(until=date(2000, 1, 1)), False),
            (Filters(words="POLICE arrested"), True),
            (Filters(words="100%"), False),
        ):
            listed = views.listing(project.store, filters, limit=100).rows
            assert bool(listed) == some
            assert views.count(project.store, filters) == len(listed)
            assert sum(one.events for one in views.days(project.store, filters)) == len(listed)

    @pytest.mark.parametrize("after", ["", "x", "~", "x~e1", "0.1~"])
    def test_a_place_in_a_list_that_is_none_is_an_error(self, project: Project, after: str) -> None:
        with pytest.raises(ValueError, match=r"."):
            views.listing(project.store, Filters(), after=after)

    def test_places_and_sources_are_counted(self, project: Project) -> None:
        review_made.fill(project.store, number=50)
        places = views.places(project.store, Filters())
        assert sum(one.events for one in places) == 54
        assert views.places(project.store, Filters(countries=("KE",), type="PROTEST"))
        sources = views.sources(project.store)
        assert sum(one.events for one in sources) == 54
        assert {one.documents for one in sources} == {1, 4}
        assert views.choices(project.store).countries == ("BD", "BO", "GE", "KE")


class TestBins:
    def test_an_event_stands_only_where_it_is_known_that_finely(self) -> None:
        told = [
            DaysCount(first_day=date(2020, 5, 3), last_day=date(2020, 5, 3), status="reported", events=4),
            DaysCount(first_day=date(2020, 5, 1), last_day=date(2020, 5, 31), status="denied", events=2),
            DaysCount(first_day=date(2020, 1, 1), last_day=date(2020, 12, 31), status="background", events=3),
            DaysCount(first_day=None, last_day=None, status="reported", events=1),
        ]
        for unit, totals, wider in (("day", [4], 5), ("month", [6], 3), ("year", [9], 0)):
            found = timeline(told, unit=unit)  # type: ignore[arg-type]
            assert [one.total for one in found.bins] == totals
            assert (found.wider, found.undated) == (wider, 1)
        assert timeline(told).unit == "month"
        assert timeline([]).bins == ()

    def test_a_bin_ends_with_its_last_day(self) -> None:
        told = [
            DaysCount(first_day=day, last_day=day, status="reported", events=1)
            for day in (date(2020, 2, 9), date(2021, 12, 5))
        ]
        assert [one.end for one in timeline(told, unit="month").bins] == [date(2020, 2, 29), date(2021, 12, 31)]
        assert [one.end for one in timeline(told, unit="year").bins] == [date(2020, 12, 31), date(2021, 12, 31)]
