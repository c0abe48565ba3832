"""The trail: each line chained to the one before, none changed or taken away, and the first break named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import kept
from byline.cli import main
from byline.errors import StoreError
from byline.project import Project, accounts, deciding, keeping
from byline.project.deciding import Said
from byline.store import trail
from byline.store.trail import hash_of

UNGUARD = {
    "sqlite": ("DROP TRIGGER trail_no_UPDATE", "DROP TRIGGER trail_no_DELETE"),
    "postgresql": ("DROP TRIGGER trail_no_change ON trail",),
}


def three_lines(project: Project) -> None:
    accounts.add(project.store, "ada", role="admin", by="test", password="seven lamps over the bay")
    accounts.set_password(project.store, "ada", by="test", password="eight lamps over the bay")
    accounts.make_token(project.store, "ada", label="", by="test")


def broken(project: Project) -> list[str]:
    return [f"{one.where}: {one.what}" for one in keeping.verify(project).breaks if one.where.startswith("trail")]


class TestChain:
    def test_what_is_done_is_told_in_order(self, project: Project) -> None:
        three_lines(project)
        told = [(one.number, one.who, one.what, one.about) for one in trail.lines(project.store)]
        assert told == [
            (1, "test", "account made", "ada"),
            (2, "test", "password set", "ada"),
            (3, "test", "token made", "ada"),
        ]
        assert broken(project) == []

    def test_a_decision_is_told_by_its_id(self, project: Project) -> None:
        event = next(iter(project.store.latest_coding(next(project.store.documents()).id).events))
        taken = deciding.decide_many(project.store, [Said(subject=(event.id,), verdict="accept")], reviewer="ada")
        last = trail.latest(project.store, limit=1)[0]
        assert (last.who, last.what, last.about) == ("ada", "decided", taken[0].id)

    @given(st.text(), st.text())
    def test_a_hash_is_of_all_that_a_line_says(self, who: str, about: str) -> None:
        row = {"number": 1, "at": "", "who": who, "what": "decided", "about": about, "note": "", "before": ""}
        others = [row | {name: f"{row[name]}x"} for name in ("at", "who", "what", "about", "note", "before")]
        moved = [row | {"who": f"{who},", "about": about[1:]}, row | {"number": 2}]
        assert len({hash_of(one) for one in (row, *others, *moved)}) == 9

    def test_any_text_is_kept_as_it_is(self, project: Project) -> None:
        for words in ("ü\x00\ud800", "'; DROP TABLE trail; --", "\x1b[31m", "‮"):
            trail.add(project.store, who=words, what="exported", about=words, note=words)
            last = trail.latest(project.store, limit=1)[0]
            assert (last.who, last.about, last.note) == (words, words, words)
        assert broken(project) == []


class TestGuards:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE trail SET who = 'someone else' WHERE number = 2",
            "DELETE FROM trail WHERE number = 3",
            "DELETE FROM trail",
        ],
    )
    def test_the_database_refuses_to_change_it(self, project: Project, statement: str) -> None:
        three_lines(project)
        with pytest.raises((DBAPIError, StoreError), match="only ever added to"), project.store.writing() as connection:
            connection.execute(text(statement))
        assert [one.number for one in trail.lines(project.store)] == [1, 2, 3]

    def test_a_line_cannot_be_replaced(self, sqlite_project: Project) -> None:
        three_lines(sqlite_project)
        with pytest.raises((DBAPIError, StoreError)), sqlite_project.store.writing() as connection:
            connection.execute(text("INSERT OR REPLACE INTO trail VALUES (2, '', 'x', 'x', '', '', '', 'h')"))
        assert broken(sqlite_project) == []

    def test_nor_all_of_it_emptied(self, postgres: Callable[[], str], tmp_path: Path) -> None:
        with Project(database=postgres(), files=tmp_path / "files") as project:
            three_lines(project)
            with pytest.raises((DBAPIError, StoreError), match="added to"), project.store.writing() as connection:
                connection.execute(text("TRUNCATE trail"))


class TestVerify:
    @pytest.mark.parametrize(
        ("statement", "says"),
        [
            ("UPDATE trail SET who = 'someone else' WHERE number = 2", "trail, line 2: is not as it was written"),
            ("UPDATE trail SET note = 'x' WHERE number = 1", "trail, line 1: is not as it was written"),
            ("DELETE FROM trail WHERE number = 2", "trail, line 3: line 2 is missing before it"),
            ("DELETE FROM trail WHERE number = 1", "trail, line 2: line 1 is missing before it"),
            ("UPDATE trail SET before = 'x' WHERE number = 3", "trail, line 3: is not chained to the line before it"),
        ],
    )
    def test_it_names_the_first_break_where_the_guards_were_taken_off(
        self, project: Project, statement: str, says: str
    ) -> None:
        three_lines(project)
        with project.store.writing() as connection:
            for one in UNGUARD[connection.dialect.name]:
                connection.execute(text(one))
            connection.execute(text(statement))
        assert broken(project) == [says]

    def test_the_command_says_so_and_fails(self, sqlite_project: Project) -> None:
        three_lines(sqlite_project)
        database = str(sqlite_project.database)
        assert "3 lines of the trail checked" in CliRunner().invoke(main, ["verify", "--db", database]).output
        with sqlite_project.store.writing() as connection:
            connection.execute(text(UNGUARD["sqlite"][0]))
            connection.execute(text("UPDATE trail SET who = 'x' WHERE number = 1"))
        found = CliRunner().invoke(main, ["verify", "--db", database])
        assert found.exit_code == 1
        assert "trail, line 1: is not as it was written" in found.output

    def test_a_rebuild_carries_it_over_with_the_accounts(self, project: Project) -> None:
        three_lines(project)
        before = list(trail.lines(project.store)), accounts.everyone(project.store)
        keeping.rebuild(project)
        assert (list(trail.lines(project.store)), accounts.everyone(project.store)) == before
        assert broken(project) == []
        with pytest.raises((DBAPIError, StoreError)), project.store.writing() as connection:
            connection.execute(text("DELETE FROM trail"))

    def test_erasing_a_document_leaves_no_word_of_it_there(self, sqlite_project: Project) -> None:
        document = kept.read_document("Oruro")
        event = sqlite_project.store.latest_coding(document.id).events[0]
        said = Said(subject=(event.id,), verdict="set", field="type", value="PROTEST", note="Oruro was told")
        deciding.decide_many(sqlite_project.store, [said], reviewer="ada")
        keeping.erase(sqlite_project, document.id, reason="asked for")
        assert kept.found_in(sqlite_project, "Oruro was told") == []
        assert broken(sqlite_project) == []
