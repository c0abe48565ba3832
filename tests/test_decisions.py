"""Decisions: taken down for ever, on disk first, and how each stands whatever comes after."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from byline.cli import main
from byline.deciding import EVERYTHING
from byline.errors import DecisionError, StoreError
from byline.model import Decision, Verdict, incident_id
from byline.project import Project, deciding, keeping, linking
from byline.project.deciding import Decided, Word, decide, decided
from byline.store import decisions, results
from happenings import Told, event_of, groups, id_of, keep, report, standing
from kept import broken

A, B, C = (Told(paper=name) for name in ("The Andean", "The Bell", "The Courier"))
SALTA = Told(paper="The Andean", place="Salta")
ADA, BEN = Word(reviewer="Ada", note="read both"), Word(reviewer="Ben")


@pytest.fixture
def empty(address: str, tmp_path: Path) -> Project:
    """An empty project, on each database."""
    return Project(database=address, files=tmp_path / "byline.files")


def said(project: Project, one: str, other: str, verdict: Verdict, *, word: Word = ADA) -> Decision:
    return decide(project.store, [one, other], verdict=verdict, word=word)


def told_of(project: Project) -> list[Decided]:
    return list(decided(project.store, viewer=EVERYTHING))


def how(project: Project) -> list[tuple[str, str]]:
    """How all decisions stand."""
    return [(one.decision.verdict, one.standing) for one in told_of(project)]


class TestTakingDown:
    def test_it_is_on_disk_before_it_is_in_the_database(self, empty: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        keep(empty, A)
        with monkeypatch.context() as patched:

            def killed(*_: object) -> None:
                raise KeyboardInterrupt

            patched.setattr("byline.store.decisions._load", killed)
            with pytest.raises(KeyboardInterrupt):
                decide(empty.store, [id_of(A)], verdict="accept", word=ADA)
        (line,) = (empty.store.files / decisions.NAME).read_text().splitlines()
        told = json.loads(line)
        assert (told["subject"], told["verdict"], told["reviewer"], told["note"]) == (
            id_of(A),
            "accept",
            "Ada",
            "read both",
        )
        assert how(empty) == [("accept", "in force")]
        assert broken(empty) == []

    def test_one_that_cannot_be_written_is_not_taken(
        self, sqlite_project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keep(sqlite_project, A)

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("byline.store.logs.os.fsync", full)
        with pytest.raises(StoreError, match=r"No space left on device.*take it again"):
            decide(sqlite_project.store, [id_of(A)], verdict="accept", word=ADA)
        assert how(sqlite_project) == []
        assert (sqlite_project.store.files / decisions.NAME).read_bytes() == b""

    def test_a_torn_line_was_never_there(self, sqlite_project: Project) -> None:
        keep(sqlite_project, A)
        decide(sqlite_project.store, [id_of(A)], verdict="accept", word=ADA)
        path = sqlite_project.store.files / decisions.NAME
        path.write_bytes(path.read_bytes() + path.read_bytes()[:40])
        decide(sqlite_project.store, [id_of(A)], verdict="reject", word=ADA)
        assert how(sqlite_project) == [("accept", "replaced"), ("reject", "in force")]
        assert broken(sqlite_project) == []

    def test_a_run_goes_on_meanwhile(self, sqlite_project: Project) -> None:
        keep(sqlite_project, A)
        with results.under_way(sqlite_project.store.files):
            decide(sqlite_project.store, [id_of(A)], verdict="accept", word=ADA)
        assert how(sqlite_project) == [("accept", "in force")]

    def test_a_clock_that_is_behind_does_not_change_the_order(
        self, sqlite_project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keep(sqlite_project, A)
        decide(sqlite_project.store, [id_of(A)], verdict="accept", word=ADA)
        (first,) = decisions.on(sqlite_project.store, id_of(A))
        ahead = replace(first, at="2999-01-01T00:00:00.000000Z", verdict="reject")
        decisions.add_all(sqlite_project.store, [replace(ahead, id=decisions.made(ahead))])
        made = decide(sqlite_project.store, [id_of(A)], verdict="accept", word=ADA)
        assert made.at == "2999-01-01T00:00:00.000001Z"
        assert how(sqlite_project)[-1] == ("accept", "in force")

    @pytest.mark.parametrize(
        ("subject", "verdict", "word", "says"),
        [
            ([A], "same", ADA, "is said of two events"),
            ([A, A], "same", ADA, "is said of two events"),
            ([A, B], "accept", ADA, "is said of one event"),
            ([A], "accept", Word(reviewer=" "), "say who decides it"),
            ([A], "set", Word(reviewer="Ada", field="colour", value="red"), "'colour' cannot be set; type, mode"),
            ([A], "set", Word(reviewer="Ada", field="type", value="ASALT"), "'ASALT' is no type; did you mean ASSAULT"),
            ([A], "set", Word(reviewer="Ada", field="when", value="Friday"), "is no day; write one as 2026-03-12"),
            ([A], "set", Word(reviewer="Ada", field="when", value="2026-03-04/2026-03-02"), "is no day"),
            ([C], "accept", ADA, "is no event of the newest coding"),
        ],
    )
    def test_what_it_refuses(
        self, sqlite_project: Project, subject: list[Told], verdict: Verdict, word: Word, says: str
    ) -> None:
        keep(sqlite_project, A, B)
        with pytest.raises(DecisionError, match=says):
            decide(sqlite_project.store, list(map(id_of, subject)), verdict=verdict, word=word)
        assert how(sqlite_project) == []

    @pytest.mark.parametrize(
        ("field", "value"),
        [("type", "PROTEST"), ("status", "denied"), ("when", "2026-03-02"), ("when", "2026-03-02/2026-03-04")],
    )
    def test_a_field_is_set_beside_what_was_coded(self, sqlite_project: Project, field: str, value: str) -> None:
        keep(sqlite_project, A)
        decide(sqlite_project.store, [id_of(A)], verdict="set", word=replace(ADA, field=field, value=value))
        assert how(sqlite_project) == [("set", "in force")]
        found = sqlite_project.store.event(id_of(A))
        assert found is not None
        assert found[1] == event_of(A, report(A))


class TestObeyed:
    def test_not_the_same_is_never_joined_and_same_always_is(self, empty: Project) -> None:
        nothing_told = replace(C, day=None, at="")
        keep(empty, A, B, SALTA, nothing_told)
        linking.link(empty.store)
        assert groups(empty) == {tuple(sorted((id_of(A), id_of(B))))}
        said(empty, id_of(A), id_of(B), "not the same")
        said(empty, id_of(SALTA), id_of(B), "same")
        said(empty, id_of(nothing_told), id_of(A), "same")
        assert not linking.is_done(empty.store)
        for _ in range(2):
            linking.link(empty.store)
            assert groups(empty) == {
                tuple(sorted((id_of(SALTA), id_of(B)))),
                tuple(sorted((id_of(nothing_told), id_of(A)))),
            }
        assert broken(empty) == []

    def test_not_the_same_wins_where_people_contradict_each_other(self, empty: Project) -> None:
        keep(empty, A, B)
        first = said(empty, id_of(A), id_of(B), "not the same")
        said(empty, id_of(A), id_of(B), "same", word=BEN)
        linking.link(empty.store)
        assert groups(empty) == set()
        assert how(empty) == [("not the same", "in force"), ("same", "contradicted")]
        assert told_of(empty)[1].against == (first,)
        said(empty, id_of(A), id_of(B), "same")  # Ada thought better of it
        linking.link(empty.store)
        assert groups(empty) == {tuple(sorted((id_of(A), id_of(B))))}
        assert how(empty) == [("not the same", "replaced"), ("same", "in force"), ("same", "in force")]

    def test_what_only_a_person_joined_parts_again_when_the_event_goes(self, empty: Project) -> None:
        """Also an event that has nothing to be compared by, so that no link goes with it."""
        bare = replace(B, day=None, at="")
        keep(empty, A, bare, SALTA)
        said(empty, id_of(A), id_of(bare), "same")
        said(empty, id_of(bare), id_of(SALTA), "same")
        linking.link(empty.store)
        assert groups(empty) == {tuple(sorted(map(id_of, (A, bare, SALTA))))}
        keep(empty, bare, pipeline="p2", at="2026-03-09T10:00:00Z", trigger="burned")
        linking.link(empty.store)
        assert groups(empty) == set()
        keep(empty, bare, pipeline="p3", at="2026-03-10T10:00:00Z")
        linking.link(empty.store)
        assert len(standing(empty)[0].event_ids) == 3
        keeping.erase(empty, report(bare).id, reason="asked for")
        linking.link(empty.store)
        assert groups(empty) == set()
        assert broken(empty) == []

    def test_a_contradiction_over_a_third_is_shown(self, empty: Project) -> None:
        keep(empty, A, B, SALTA)
        said(empty, id_of(A), id_of(B), "same")
        said(empty, id_of(B), id_of(SALTA), "same", word=BEN)
        linking.link(empty.store)
        assert len(standing(empty)[0].event_ids) == 3
        against = said(empty, id_of(A), id_of(SALTA), "not the same")
        linking.link(empty.store)
        assert len(standing(empty)[0].event_ids) == 2
        (one,) = (one for one in told_of(empty) if one.standing == "contradicted")
        assert one.against == (against,)

    def test_one_who_is_called_the_same_brings_its_incident(self, empty: Project) -> None:
        others = [Told(paper=name, place="Salta") for name in ("The East", "The West")]
        keep(empty, A, B, *others)
        linking.link(empty.store)
        assert len(standing(empty)) == 2
        said(empty, id_of(A), id_of(others[0]), "same")
        linking.link(empty.store)
        (one,) = standing(empty)
        assert one.event_ids == tuple(sorted(map(id_of, (A, B, *others))))


class TestStanding:
    def test_a_later_one_on_the_same_counts(self, sqlite_project: Project) -> None:
        keep(sqlite_project, A)
        for verdict, word in (
            ("accept", ADA),
            ("set", replace(ADA, field="type", value="COERCE")),
            ("reject", BEN),
            ("set", replace(BEN, field="status", value="denied")),
            ("set", replace(BEN, field="type", value="ASSAULT")),
        ):
            decide(sqlite_project.store, [id_of(A)], verdict=verdict, word=word)  # type: ignore[arg-type]
        assert [one for _, one in how(sqlite_project)] == [
            "in force",
            "contradicted",
            "replaced",
            "in force",
            "in force",
        ]

    def test_a_newer_coding_asks_again_at_the_words(self, empty: Project) -> None:
        keep(empty, A, B, SALTA)
        decide(empty.store, [id_of(A)], verdict="accept", word=ADA)
        said(empty, id_of(A), id_of(SALTA), "same")
        keep(empty, A, pipeline="p2", at="2026-03-09T10:00:00Z", trigger="bomb exploded")
        moved = id_of(A, trigger="bomb exploded")
        told = told_of(empty)
        assert [one.standing for one in told] == ["ask again", "ask again"]
        assert told[0].now == (moved,)
        assert told[1].now == tuple(sorted((moved, id_of(SALTA))))
        linking.link(empty.store)
        assert groups(empty) == {tuple(sorted((moved, id_of(B), id_of(SALTA))))}
        decide(empty.store, [moved], verdict="reject", word=BEN)
        assert how(empty)[0] == ("accept", "replaced")
        with pytest.raises(DecisionError, match=f"its words are now those of {moved}"):
            decide(empty.store, [id_of(A)], verdict="accept", word=ADA)
        assert broken(empty) == []

    def test_where_no_words_are_left_it_is_an_orphan_and_shown(self, empty: Project) -> None:
        keep(empty, A, B)
        decide(empty.store, [id_of(A)], verdict="accept", word=ADA)
        said(empty, id_of(A), id_of(B), "same")
        keep(empty, A, pipeline="p2", at="2026-03-09T10:00:00Z", trigger="burned")
        assert how(empty) == [("accept", "orphan"), ("same", "orphan")]
        linking.link(empty.store)
        keep(empty, A, pipeline="p3", at="2026-03-10T10:00:00Z")
        assert how(empty) == [("accept", "in force"), ("same", "in force")]
        assert broken(empty) == []

    def test_what_looks_otherwise_now_is_asked_again(self, sqlite_project: Project) -> None:
        keep(sqlite_project, A)
        seen = deciding.seen(event_of(A, report(A)))
        decide(sqlite_project.store, [id_of(A)], verdict="accept", word=replace(ADA, seen=seen))
        assert how(sqlite_project) == [("accept", "in force")]
        keep(sqlite_project, replace(A, status="planned"), pipeline="p2", at="2026-03-09T10:00:00Z")
        assert how(sqlite_project) == [("accept", "ask again")]

    def test_on_incidents_and_findings(self, sqlite_project: Project) -> None:
        keep(sqlite_project, A, B)
        linking.link(sqlite_project.store)
        (one,) = standing(sqlite_project)
        decide(sqlite_project.store, [one.id], verdict="accept", word=ADA)
        decide(sqlite_project.store, ["f" + "0" * 16], verdict="reject", word=ADA)
        assert how(sqlite_project) == [("accept", "in force"), ("reject", "in force")]
        other = incident_id(next(id for id in one.event_ids if incident_id(id) != one.id))
        with pytest.raises(DecisionError, match=f"merged into {one.id}"):
            decide(sqlite_project.store, [other], verdict="accept", word=ADA)
        with pytest.raises(DecisionError, match="no incident has"):
            decide(sqlite_project.store, ["i" + "0" * 16], verdict="accept", word=ADA)


class TestCommand:
    def test_what_it_takes_and_says(self, sqlite_project: Project) -> None:
        def byline(*words: str) -> tuple[int, str]:
            result = CliRunner().invoke(main, [*words, "--db", str(sqlite_project.database)])
            return result.exit_code, result.output

        keep(sqlite_project, A, B)
        one, other = id_of(A)[:9], id_of(B)[:9]
        by = ("--reviewer", "Ada", "--note", "read\x1b both")
        assert byline("decide", one, "accept", *by)[1].endswith(f"  {id_of(A)} accept\n")
        assert byline("decide", one, "set", "type", "COERCE", *by)[1].endswith("set type COERCE\n")
        for words in (("not the same",), ("not", "the", "same"), ("same",)):
            assert byline("decide", one, other, *words, *by)[0] == 0
        listed = byline("decisions")[1]
        assert "in force" in listed
        assert ", by Ada: read¿ both" in listed
        assert listed.endswith("5 decisions.\n")
        row = json.loads(byline("decisions", "--format", "jsonl")[1].splitlines()[0])
        assert (row["verdict"], row["standing"], row["now"]) == ("accept", "in force", [id_of(A)])
        assert "accept, by Ada" in byline("show", one)[1]
        assert byline("decide", one, "perhaps", *by)[0] == 2
        assert byline("decide", "e000000", "accept", *by)[0] == 1
        assert byline("decide", one, "accept")[0] == 2
