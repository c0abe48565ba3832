"""Incidents: which events stand together, under which ids, whatever comes in whatever order."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from byline.cli import main
from byline.deciding import EVERYTHING
from byline.errors import NotFoundError, StoreError
from byline.linking import blocking
from byline.linking.minting import mint
from byline.model import incident_id
from byline.project import Project, deciding, incidents, keeping, linking
from byline.project.linking import link
from byline.store import incident_log, links
from byline.store import incidents as kept
from byline.store.incident_log import Change, fold
from happenings import FIRST, Told, coded, groups, id_of, keep, report, standing
from kept import broken, found_in, run

A, B, C, D = (Told(paper=name) for name in ("The Andean", "The Bell", "The Courier", "The Dawn"))
SALTA = Told(paper="The Andean", place="Salta")
LATER = Told(paper="The Bell", day=FIRST + timedelta(days=40))


def ids(*told: Told) -> tuple[str, ...]:
    return tuple(sorted(map(id_of, told)))


@pytest.fixture
def empty(address: str, tmp_path: object) -> Project:
    """An empty project, on each database."""
    return Project(database=address, files=tmp_path / "byline.files")  # type: ignore[operator]


class TestLink:
    def test_reports_of_one_happening_stand_together(self, empty: Project) -> None:
        keep(empty, A, B, SALTA, LATER)
        done = link(empty.store)
        assert (done.events, done.links, done.looked_at) == (4, 1, 4)
        assert groups(empty) == {ids(A, B)}
        assert broken(empty) == []
        again = link(empty.store)
        assert (again.events, again.links, again.looked_at) == (0, 0, 0)
        assert linking.is_done(empty.store)

    def test_a_new_report_joins_and_the_id_stays(self, empty: Project) -> None:
        keep(empty, B, C)
        link(empty.store)
        (before,) = standing(empty)
        keep(empty, A, SALTA, at="2026-03-06T10:00:00Z")
        assert not linking.is_done(empty.store)
        done = link(empty.store)
        assert (done.events, done.looked_at) == (2, 4)
        (after,) = standing(empty)
        assert (after.id, after.event_ids) == (before.id, ids(A, B, C))

    def test_what_is_not_told_joins_nothing(self, empty: Project) -> None:
        keep(empty, *(replace(one, day=None, at="") for one in (A, B, C)))
        link(empty.store)
        assert groups(empty) == set()

    def test_a_plan_is_not_the_happening_and_a_denial_stands_beside_it(self, empty: Project) -> None:
        denied, planned = replace(C, status="denied"), replace(D, status="planned")
        keep(empty, A, B, denied, planned)
        link(empty.store)
        assert groups(empty) == {ids(A, B, denied)}

    @pytest.mark.parametrize("seed", range(2))
    def test_any_order_of_arrival_gives_the_same(
        self, laptop: Callable[[str], Project], monkeypatch: pytest.MonkeyPatch, seed: int
    ) -> None:
        """Also where blocks are great, so that not each is compared with each, and where events go again."""
        monkeypatch.setattr(blocking, "COMMON", 3)
        monkeypatch.setattr(blocking, "LEADERS", 1)
        draw = random.Random(seed)
        told = [
            Told(
                paper=f"The {name} Post",
                place=draw.choice(["Oruro", "Salta", "Tarija"]),
                day=FIRST + timedelta(days=draw.choice([0, 0, 1, 2, 2, 3])),
                wounded=draw.choice([2, 4, 9, 30]),
            )
            for name in ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth", "Tenth")
        ]
        gone = [replace(one, status="planned") for one in draw.sample(told, 3)]
        found = set()
        for order in range(3):
            draw.shuffle(told)
            with laptop(f"{order}") as project:
                left = list(told)
                while left:
                    number = len(left) if order == 0 else draw.randint(1, 4)
                    keep(project, *left[:number], at=f"2026-03-05T10:00:{len(left):02}Z")
                    left = left[number:]
                    link(project.store)
                before = groups(project), _links(project)
                keep(project, *gone, pipeline="p2", at="2026-03-06T10:00:00Z")
                link(project.store)
                assert broken(project) == []
                found.add((frozenset(before[0]), before[1], frozenset(groups(project)), _links(project)))
        with laptop("at once") as project:
            keep(project, *told)
            keep(project, *gone, pipeline="p2", at="2026-03-06T10:00:00Z")
            link(project.store)
            assert {one[2:] for one in found} == {(frozenset(groups(project)), _links(project))}
        assert len(found) == 1

    def test_a_newer_coding_takes_the_place_of_the_older(self, empty: Project) -> None:
        keep(empty, A, B, C)
        link(empty.store)
        (before,) = standing(empty)
        keep(empty, C, pipeline="p2", at="2026-03-09T10:00:00Z")
        assert (link(empty.store).events, standing(empty)) == (0, [before])
        planned = replace(C, status="planned")
        keep(empty, planned, pipeline="p3", at="2026-03-10T10:00:00Z")
        link(empty.store)
        assert groups(empty) == {ids(A, B)}
        keep(empty, B, pipeline="p3", at="2026-03-11T10:00:00Z", trigger="wounded")
        assert groups(empty) == set()
        link(empty.store)
        assert groups(empty) == {tuple(sorted((id_of(A), id_of(B, trigger="wounded"))))}
        assert standing(empty)[0].id == before.id
        assert broken(empty) == []

    def test_one_that_was_broken_off_is_finished(self, empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        keep(empty, A, B)
        for step in ("finding.lots", "partition.partition", "incidents.keep", "links.compared"):
            with monkeypatch.context() as patched:

                def killed(*_: object, **__: object) -> None:
                    raise KeyboardInterrupt

                patched.setattr(f"byline.project.linking.{step}", killed)
                with pytest.raises(KeyboardInterrupt):
                    link(empty.store)
            assert not linking.is_done(empty.store)
        link(empty.store)
        assert groups(empty) == {ids(A, B)}
        assert broken(empty) == []

    def test_lines_that_were_written_before_the_database_was_are_taken_in(self, sqlite_project: Project) -> None:
        store = sqlite_project.store
        keep(sqlite_project, A, B)
        link(store)
        lost = Change(turn=9, at="2026-03-12T10:00:00Z", incident="i" + "1" * 16, events=ids(A, B))
        incident_log.append(store.files, [lost])
        assert any("in incidents.jsonl, in the database" in one for one in broken(sqlite_project))
        link(store)
        assert broken(sqlite_project) == []
        assert standing(sqlite_project)[0].id == lost.incident

    def test_one_at_a_time(self, sqlite_project: Project) -> None:
        with linking._alone(sqlite_project.store), pytest.raises(StoreError, match="events are being linked here"):
            link(sqlite_project.store)

    def test_other_rules_link_anew_under_the_same_ids(self, empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        keep(empty, A, B, SALTA)
        link(empty.store)
        before = standing(empty)
        monkeypatch.setattr(linking, "RULES", 99)
        assert not linking.is_done(empty.store) or link(empty.store).links == 1
        assert standing(empty) == before

    def test_copies_are_of_the_incident_and_are_told(self, sqlite_project: Project) -> None:
        copied = replace(B, paper="The Bell of the North and of all the Valleys")
        keep(sqlite_project, A, B, copied)
        link(sqlite_project.store)
        (one,) = incidents.joined(sqlite_project.store)
        assert (len(one.documents), one.copies) == (3, 0)  # these texts are too short to be copies but of themselves


class TestIds:
    def test_mergers_lead_for_ever(self, empty: Project) -> None:
        """Two incidents that a person calls one: the id of the smaller group leads to the other, over steps."""
        keep(empty, A, B, C, Told(paper="The East", place="Salta"), Told(paper="The West", place="Salta"))
        link(empty.store)
        larger, smaller = sorted(standing(empty), key=lambda one: -len(one.event_ids))
        say(empty, larger.event_ids[0], smaller.event_ids[0], "same")
        link(empty.store)
        (one,) = standing(empty)
        assert one.id == larger.id
        assert incidents.find(empty.store, smaller.id) == one
        assert kept.merged_into(empty.store, one.id) == (smaller.id,)
        assert incidents.find(empty.store, incident_id(smaller.event_ids[1])) == one
        with pytest.raises(NotFoundError, match="no incident"):
            incidents.find(empty.store, "i" + "0" * 16)
        assert broken(empty) == []

    def test_an_event_alone_is_an_incident_named_after_it(self, empty: Project) -> None:
        keep(empty, SALTA)
        link(empty.store)
        id = incident_id(id_of(SALTA))
        assert empty.store.find(id[:9]) == id
        assert incidents.find(empty.store, id).event_ids == (id_of(SALTA),)
        assert not (empty.store.files / incident_log.NAME).exists()

    @given(
        st.lists(st.integers(0, 5), min_size=1, max_size=12),
        st.lists(st.integers(-1, 3), min_size=12, max_size=12),
    )
    def test_minting_gives_each_group_an_id_and_loses_none(self, group_of: list[int], old_of: list[int]) -> None:
        events = [f"e{number:016x}" for number in range(len(group_of))]
        groups = [
            tuple(event for event, of in zip(events, group_of, strict=True) if of == group)
            for group in sorted(set(group_of))
        ]
        before = {event: f"i{old:016x}" for event, old in zip(events, old_of, strict=False) if old >= 0}
        known = set(before.values())
        minted = mint(groups, before, known.__contains__)
        after = before | {event: id for id, given in minted.given.items() for event in given}
        for group in groups:
            assert len({after.get(event) for event in group}) == 1
        named = [after[group[0]] for group in groups if group[0] in after]
        assert len(set(named)) == len(named)
        for old in known:
            assert (old in named) != (old in minted.merged)
        assert set(minted.merged.values()) <= set(named)
        assert mint(groups, after, (known | set(named)).__contains__).given == {}

    @given(st.permutations(range(6)))
    def test_lines_come_to_the_same_in_any_order(self, order: list[int]) -> None:
        one, two, three = (f"i{number:016x}" for number in (1, 2, 3))
        lines = [
            Change(turn=1, at="t", incident=one, events=("e1", "e2")),
            Change(turn=1, at="t", incident=two, events=("e2", "e3")),
            Change(turn=2, at="t", incident=one, into=two),
            Change(turn=2, at="u", incident=two, into=one),
            Change(turn=2, at="t", incident=three, events=("e9",)),
            Change(turn=3, at="a", incident=two, events=("e9",)),
        ]
        record = fold(lines[i] for i in order)
        assert record.of == {"e1": two, "e2": two, "e3": two, "e9": two}
        assert record.into == {one: two, three: two}
        assert record.led == {three: two}


class TestKeeping:
    def test_rebuilding_gives_the_same_incidents(self, empty: Project) -> None:
        keep(empty, A, B, C, SALTA)
        link(empty.store)
        say(empty, id_of(A), id_of(SALTA), "same")
        link(empty.store)
        before, said = standing(empty), list(deciding.decided(empty.store, viewer=EVERYTHING))
        keeping.rebuild(empty)
        assert (standing(empty), list(deciding.decided(empty.store, viewer=EVERYTHING))) == (before, said)
        assert broken(empty) == []
        link(empty.store)
        assert standing(empty) == before
        assert broken(empty) == []

    def test_laptops_come_to_the_same_in_any_order(self, laptop: Callable[[str], Project], tmp_path: object) -> None:
        """Each mints ids of its own for what both know; one of two leads to the other."""
        shared, mine, yours = (A, B), (C,), (D, LATER)
        projects = {}
        for name, told in (("mine", (*shared, *mine)), ("yours", (*yours, *shared))):
            project = projects[name] = laptop(name)
            if name == "yours":  # another id for the same
                keep(project, D, A)
                link(project.store)
            keep(project, *told, at="2026-03-07T10:00:00Z")
            link(project.store)
            say(project, id_of(A), id_of(told[-1]), "not the same" if name == "mine" else "same")
            link(project.store)
            keeping.bundle(project, tmp_path / f"{name}.bundle")  # type: ignore[operator]
        ours = {id for name in projects for id in _minted(projects[name])}
        assert len(ours) >= 2
        told = []
        for order, names in enumerate((("mine", "yours"), ("yours", "mine", "yours"))):
            project = laptop(f"third{order}")
            done = list(keeping.merge(project, [tmp_path / f"{name}.bundle" for name in names]))  # type: ignore[operator]
            assert sum(one.decisions for one in done) == 2
            assert broken(project) == []
            link(project.store)
            assert broken(project) == []
            leads = {id: incidents.find(project.store, id).id for id in ours}
            decided = [(one.decision, one.standing) for one in deciding.decided(project.store, viewer=EVERYTHING)]
            told.append((groups(project), leads, decided))
        assert told[0] == told[1]

    def test_restoring_a_backup_brings_all_back(self, sqlite_project: Project, tmp_path: object) -> None:
        keep(sqlite_project, A, B)
        link(sqlite_project.store)
        say(sqlite_project, id_of(A), id_of(B), "same")
        keeping.backup(sqlite_project, tmp_path / "a.backup")  # type: ignore[operator]
        with Project(database=tmp_path / "back.db") as back:  # type: ignore[operator]
            keeping.restore(back, tmp_path / "a.backup")  # type: ignore[operator]
            assert standing(back) == standing(sqlite_project)
            assert len(list(deciding.decided(back.store, viewer=EVERYTHING))) == 1
            assert broken(back) == []

    def test_erasing_takes_what_rests_on_the_document(self, empty: Project) -> None:
        keep(empty, A, B, C)
        link(empty.store)
        say(empty, id_of(A), id_of(B), "same", note="the porters of A")
        deciding.decide(empty.store, [id_of(C)], verdict="accept", word=deciding.Word(reviewer="Ada"))
        assert keeping.erase(empty, report(A).id, reason="asked for").decisions == 1
        assert not found_in(empty, "the porters of A")
        assert groups(empty) == {ids(B, C)}
        assert all(
            links.number(id_of(A)) not in one for one in links.linked(empty.store, map(links.number, ids(A, B, C)))
        )
        assert broken(empty) == []
        link(empty.store)
        assert groups(empty) == {ids(B, C)}
        assert broken(empty) == []
        keeping.rebuild(empty)
        assert groups(empty) == {ids(B, C)}
        assert broken(empty) == []

    def test_what_was_decided_on_an_erased_document_does_not_come_back(
        self, laptop: Callable[[str], Project], tmp_path: object
    ) -> None:
        with laptop("one") as one, laptop("two") as two:
            keep(one, A, B)
            say(one, id_of(A), id_of(B), "same", note="words of A")
            keeping.bundle(one, tmp_path / "before.bundle")  # type: ignore[operator]
            keep(two, A)
            keeping.erase(two, report(A).id, reason="asked for")
            (done,) = keeping.merge(two, [tmp_path / "before.bundle"])  # type: ignore[operator]
            assert done.decisions == 0
            assert not found_in(two, "words of A")
            assert broken(two) == []

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ("UPDATE incident_events SET incident_id = (SELECT max(id) FROM incidents)", "is an event of"),
            ('UPDATE incidents SET "into" = id', "leads to"),
            ("UPDATE links SET probability = 1.5", "is no link"),
            ("UPDATE links SET probability = 0.51", "its probability is not that of its events"),
            ("UPDATE decisions SET verdict = 'not the same'", "is another in the database"),
            ("DELETE FROM decisions", "stands in decisions.jsonl and not in the database"),
        ],
    )
    def test_what_was_changed_in_the_database_is_told(self, sqlite_project: Project, change: str, says: str) -> None:
        keep(sqlite_project, A, B, SALTA, replace(SALTA, paper="The East"))
        link(sqlite_project.store)
        say(sqlite_project, id_of(A), id_of(B), "same")
        link(sqlite_project.store)
        assert broken(sqlite_project) == []
        with sqlite_project.store.writing() as connection:
            connection.execute(text(change))
        assert any(says in one for one in broken(sqlite_project))

    def test_damaged_and_lost_files_are_told(self, sqlite_project: Project) -> None:
        store = sqlite_project.store
        keep(sqlite_project, A, B)
        link(store)
        said = say(sqlite_project, id_of(A), id_of(B), "same")
        decided, linked = store.files / "decisions.jsonl", store.files / incident_log.NAME
        before = decided.read_text(), linked.read_text()
        decided.write_text(before[0].replace("Ada", "Eve"))
        assert any(f"{said}: its id is not that of what was decided" in one for one in broken(sqlite_project))
        for path in (decided, linked):
            path.write_text("{}\n")
            assert any(f"{path}:1: is no " in one for one in broken(sqlite_project))
            path.unlink()
        assert any("stands in the database and not in decisions.jsonl" in one for one in broken(sqlite_project))
        assert keeping.rebuild(sqlite_project).written_out == 2
        assert broken(sqlite_project) == []
        assert groups(sqlite_project) == {ids(A, B)}


class TestCommands:
    def test_the_whole_way(self, sqlite_project: Project) -> None:
        def byline(*words: str) -> tuple[str, str]:
            result = CliRunner().invoke(main, [*words, "--db", str(sqlite_project.database)])
            assert result.exit_code == 0, result.output
            return result.stdout, result.stderr

        keep(sqlite_project, A, B, SALTA)
        table, told = byline("link")
        (one,) = standing(sqlite_project)
        assert table.startswith(f"{one.id}  2 events in 2 reports, probability ")
        assert "2026-03-03  The Andean: “A bomb exploded" in table
        assert "links found" in told or "link found" in told
        assert f'"id": "{one.id}"' in byline("link", "--format", "jsonl")[0]
        assert f"Incident {one.id}" in byline("show", one.id[:12])[0]
        assert f'"id": "{one.id}"' in byline("show", one.id, "--format", "json")[0]
        assert "with 1 other event" in byline("show", one.event_ids[0])[0]
        other = next(id for id in one.event_ids if incident_id(id) != one.id)
        assert f"is part of {one.id} now" in byline("show", incident_id(other))[1]
        assert "Run byline link" in byline("decide", *one.event_ids, "not", "the", "same", "--reviewer", "Ada")[1]
        byline("decide", *one.event_ids, "same", "--reviewer", "Ben")
        assert "run byline link" in byline("show", one.id)[1]
        assert "Ben called" in byline("link")[1]
        assert groups(sqlite_project) == set()
        assert "contradicted" in byline("decisions")[0]
        assert "incidents   0 of two events or more, 0 together" in byline("status")[0]
        assert "decisions   2" in byline("status")[0]


def say(project: Project, one: str, other: str, verdict: deciding.Verdict, *, note: str = "") -> str:
    word = deciding.Word(reviewer="Ada", note=note)
    return deciding.decide(project.store, [one, other], verdict=verdict, word=word).id


def _links(project: Project) -> frozenset[tuple[int, int]]:
    return frozenset((one, other) for lot in links.every(project.store) for one, other, _ in lot)


def _minted(project: Project) -> set[str]:
    return set(fold(incident_log.read(project.store.files)).turns)


def test_every_pair_of_a_great_incident_need_not_be_found(sqlite_project: Project) -> None:
    told = [Told(paper=f"Paper {number}") for number in range(60)]
    run(sqlite_project.store, *map(coded, told), at="2026-03-05T11")
    link(sqlite_project.store)
    (one,) = standing(sqlite_project)
    assert one.event_ids == ids(*told)
    dossier = incidents.dossier(sqlite_project.store, one, register=sqlite_project.sources)
    assert len(dossier.links) == len(told) - 1
    assert len(list(combinations(told, 2))) > len(
        set(links.linked(sqlite_project.store, map(links.number, one.event_ids)))
    )
