"""Double coding: who is given what, what a blind coder sees, what two differ in, who settles it, what one learns."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import review_made
import team_made
from byline.cli import main
from byline.deciding import EVERYTHING, Viewer, making, values
from byline.deciding.making import Made
from byline.errors import AssignmentError, DecisionError, NotFoundError
from byline.model import Span
from byline.project import Project, accounts, agreement, decided, deciding, linking, settling, teams, training
from byline.project.deciding import Said
from byline.project.settling import Choice
from byline.project.teams import Wanted
from byline.review.access import READS
from byline.store import assignments, trail
from byline.store.views import DECIDED, Filters
from team_made import CODERS, OF_ROLE, Team
from test_review_access import LEAST

MARKS = ("Marzipanland", "quicksilver note", "FIRSTCODER")
"""What only the first coder's decisions hold."""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(database=tmp_path / "byline.db") as one:
        review_made.fill(one.store, number=30)
        yield one


@pytest.fixture
def team(project: Project) -> Team:
    return team_made.team(project)


def documents(project: Project) -> list[str]:
    return [one.id for one in project.store.documents()]


def viewer(project: Project, name: str) -> Viewer:
    role = {"judy": "adjudicator", "cleo": "admin"}.get(name, "coder")
    return Viewer(name=name, role=role, blind=assignments.blind(project.store, name))  # type: ignore[arg-type]


def give(project: Project, *, first: str = "ada", second: str = "ben", number: int = 1) -> list[str]:
    """Documents given to two coders."""
    teams.assign(project.store, Wanted(coders=(first,), seconds=(second,), sample=number), by="judy")
    return [one.document_id for one in teams.doubled(project.store)]


def events(project: Project, document_id: str, name: str) -> tuple[Any, ...]:
    return teams.as_coded_by(project.store, document_id, name=name)


def say(project: Project, name: str, *said: Said) -> None:
    """Decisions as the page takes them: a blind coder's as a double coder's."""
    subject = said[0].subject[0]
    document_id = subject if subject.startswith("d") else deciding.of_event(
        project.store, subject, viewer=EVERYTHING
    ).event.document_id  # fmt: skip
    role = viewer(project, name).voice(document_id)
    deciding.decide_many(project.store, said, reviewer=name, role=role)


def accept_all(project: Project, document_id: str, name: str) -> None:
    """Accepts what a coder has not decided yet, and says that the document is done."""
    left = [one for one in events(project, document_id, name) if one.state == "undecided"]
    if left:
        say(project, name, *(Said(subject=(one.event.id,), verdict="accept") for one in left))
    teams.say_done(project.store, document_id, viewer=viewer(project, name))


def new_event(project: Project, document_id: str, words: str, *, kind: str = "PROTEST", actor: str = "") -> Said:
    """An event of a person's own, on some words of the text."""
    text = project.document(document_id).text
    start = text.index(words)
    trigger = Span(start=start, end=start + len(words))
    document = project.document(document_id)
    fields = {"type": values.read("type", kind, document=document, trigger=trigger)}
    if actor:
        fields["actors"] = values.read("actors", f"actor: {actor}", document=document, trigger=trigger)
    made = Made(trigger=trigger, sentence=making.sentence_of(trigger, document, ()), fields=fields)
    return Said(subject=(document_id,), verdict="new", value=making.written(made))


class TestAssigning:
    def test_each_document_is_given_once_and_dealt_in_turn(self, project: Project, team: Team) -> None:
        done = teams.assign(project.store, Wanted(coders=("ada", "ben")), by="judy")
        assert (done.documents, done.doubled) == (6, 0)
        held = {name: {one.document_id for one in assignments.of_coder(project.store, name)} for name in ("ada", "ben")}
        assert [len(one) for one in held.values()] == [3, 3]
        assert held["ada"] | held["ben"] == set(documents(project))
        assert teams.assign(project.store, Wanted(coders=("ada",)), by="judy").documents == 0

    def test_a_sample_is_drawn_by_its_seed_alone(self, project: Project, team: Team) -> None:
        def drawn(seed: int) -> list[str]:
            teams.assign(project.store, Wanted(coders=("ada",), sample=3, seed=seed), by="judy")
            found = [one.document_id for one in assignments.of_coder(project.store, "ada")]
            for id in found:
                teams.withdraw(project.store, id, coder="ada", by="judy")
            return found

        first = drawn(1)
        assert len(first) == 3
        assert drawn(1) == first
        assert drawn(2) != first

    def test_a_filter_narrows_it_to_reports_with_such_an_event(self, project: Project, team: Team) -> None:
        wanted = Wanted(coders=("ada",), filters=Filters(countries=("KE",)))
        teams.assign(project.store, wanted, by="judy")
        for one in assignments.of_coder(project.store, "ada"):
            assert re.search("Kisumu|Nakuru", project.document(one.document_id).text)

    def test_a_share_is_coded_twice_and_never_by_one_person(self, project: Project, team: Team) -> None:
        done = teams.assign(project.store, Wanted(coders=("ada", "ben"), seconds=("ada", "cara"), double=50), by="judy")
        assert (done.documents, done.doubled) == (6, 3)
        assert all(one.first != one.second for one in teams.doubled(project.store))

    @pytest.mark.parametrize(
        ("wanted", "why"),
        [
            (Wanted(coders=()), "to whom"),
            (Wanted(coders=("nobody",)), "no account"),
            (Wanted(coders=("rita",)), "is a reader"),
            (Wanted(coders=("ada",), seconds=("ada",)), "someone else"),
            (Wanted(coders=("ada",), double=101), "from 0 to 100"),
            (Wanted(coders=("ada",), sample=0), "1 document"),
        ],
    )
    def test_what_cannot_be_is_refused(self, project: Project, team: Team, wanted: Wanted, why: str) -> None:
        with pytest.raises(AssignmentError, match=why):
            teams.assign(project.store, wanted, by="judy")

    def test_done_is_said_once_every_event_is_decided_on(self, project: Project, team: Team) -> None:
        teams.assign(project.store, Wanted(coders=("ada",), sample=1), by="judy")
        [given] = assignments.of_coder(project.store, "ada")
        with pytest.raises(AssignmentError, match="5 events are not decided"):
            teams.say_done(project.store, given.document_id, viewer=viewer(project, "ada"))
        accept_all(project, given.document_id, "ada")
        assert [(one.coder, one.done) for one in teams.progress(project.store)] == [("ada", 1)]
        with pytest.raises(NotFoundError):
            teams.say_done(project.store, given.document_id, viewer=viewer(project, "ben"))


@pytest.fixture
def coded(project: Project, team: Team) -> str:
    """A document that the first coder has finished, with marks in all that can be said; the second has not begun."""
    [document_id] = give(project)
    one, two, three, *_ = (each.event.id for each in events(project, document_id, "ada"))
    say(project, "ada", Said(subject=(one,), verdict="accept", note=f"{MARKS[1]}"))
    say(project, "ada", Said(subject=(two,), verdict="set", field="actors", value=f"actor: {MARKS[0]}"))
    say(project, "ada", Said(subject=(three,), verdict="reject", note=MARKS[2]))
    say(project, "ada", new_event(project, document_id, "The council had met", actor=f"{MARKS[0]} council"))
    accept_all(project, document_id, "ada")
    beside = decided.of_document(project.store, other(project, document_id), viewer=EVERYTHING)[0]
    deciding.decide_many(
        project.store,
        [Said(subject=(two, beside.event.id), verdict="same", note=MARKS[1])],
        reviewer="ada",
    )
    linking.regroup(project.store)
    return document_id


def other(project: Project, document_id: str) -> str:
    """Another report, of which an event is said to be the same happening."""
    return next(id for id in documents(project) if id != document_id)


def addresses(project: Project, document_id: str) -> Iterator[str]:
    """Every address that a coder can ask for, of the document and its events, and searches for the marks."""
    held = [document_id, other(project, document_id)]
    events = [one for id in held for one in decided.of_document(project.store, id, viewer=EVERYTHING)]
    ids = [one.event.id for one in events]
    decisions = [one.id for each in events for one in each.decisions]
    whats = ("kind", "when", "places", "actors", "quantities", "attribution", "note", "split", "joined", "same")
    for method, path in LEAST:
        if method not in READS:
            continue
        known = {"/documents/": held, "/incidents/": [f"i{id[1:]}" for id in ids], "/events/": ids}
        each = next((found for start, found in known.items() if start in path), [document_id, *decisions])
        for id in each if "{id}" in path else [""]:
            address = path.replace("{id}", id).replace("{name}", "ada")
            for what in whats if "{what}" in path else ("",):
                yield address.replace("{what}", what)
    for mark in MARKS:
        yield f"/?q={mark}"
        yield f"/map/places.json?q={mark}"
        yield f"/timeline?q={mark}"
    for asked in DECIDED:
        yield f"/?decided={asked}"


class TestBlind:
    def test_no_view_search_history_or_api_shows_the_first_coding(
        self, project: Project, team: Team, coded: str
    ) -> None:
        browser = team.browser("ben")
        browser.follow_redirects = True
        token = accounts.make_token(project.store, "ben", label="", by="ben")
        asked = 0
        for address in dict.fromkeys(addresses(project, coded)):
            headers = {"authorization": f"Bearer {token}"} if address.startswith("/api") else {}
            text = browser.get(address, headers=headers).text
            asked += 1
            for mark in MARKS if address == "/progress" else (*MARKS, "ada"):  # it counts what each says of pairs
                told = text.replace(f"q={mark}", "").replace(f'"{mark}"', "").replace(f"“{mark}”", "")  # as asked for
                assert not re.search(rf"\b{mark}\b", told), f"{address} tells of {mark}"
        assert asked > 60

    def test_the_same_addresses_show_it_to_others(self, project: Project, team: Team, coded: str) -> None:
        """So that the test above can fail."""
        browser = team.browser("cara")
        browser.follow_redirects = True
        shown = "".join(browser.get(address).text for address in addresses(project, coded) if "api" not in address)
        assert all(mark in shown for mark in MARKS)

    def test_the_first_sees_nothing_of_the_second_either(self, project: Project, team: Team, coded: str) -> None:
        one = events(project, coded, "ben")[0].event.id
        say(project, "ben", Said(subject=(one,), verdict="reject", note="bens own words"))
        for name in ("ada", "cara", "rita"):
            browser = team.browser(name)
            for address in (f"/documents/{coded}", f"/events/{one}/history", "/", "/progress"):
                assert "bens own words" not in browser.get(address, follow_redirects=True).text, (name, address)

    def test_a_blind_coder_starts_from_what_the_machine_coded(self, project: Project, team: Team, coded: str) -> None:
        mine = decided.of_document(project.store, coded, viewer=viewer(project, "ben"))
        assert [one.state for one in mine] == ["undecided"] * 5
        assert all(one.event == one.coded for one in mine)

    def test_what_the_second_says_takes_no_effect(self, project: Project, team: Team, coded: str) -> None:
        before = decided.of_document(project.store, coded, viewer=EVERYTHING)
        one = events(project, coded, "ben")[0].event.id
        say(project, "ben", Said(subject=(one,), verdict="set", field="type", value="THREATEN"))
        say(project, "ben", new_event(project, coded, "shops near the station"))
        accept_all(project, coded, "ben")
        after = decided.of_document(project.store, coded, viewer=EVERYTHING)
        assert [(each.event, each.state) for each in after] == [(each.event, each.state) for each in before]
        assert len(events(project, coded, "ben")) == 6

    def test_an_adjudicator_who_codes_second_cannot_settle_it(self, project: Project, team: Team) -> None:
        [document_id] = give(project, second="judy")
        accept_all(project, document_id, "ada")
        accept_all(project, document_id, "judy")
        browser = team.browser("judy")
        assert browser.get(f"/team/settle/{document_id}").status_code == 404
        assert settling.open_documents(project.store, viewer=viewer(project, "judy")) == ()
        assert agreement.agreement(project.store, viewer=viewer(project, "judy")) == ()
        assert document_id not in browser.get("/team").text.split("To settle")[1]


class TestSettling:
    def test_what_two_differ_in_is_put_side_by_side(self, project: Project, team: Team, coded: str) -> None:
        accept_all(project, coded, "ben")
        one, differences = settling.to_settle(project.store, coded, viewer=viewer(project, "judy"))
        assert (one.first, one.second) == ("ada", "ben")
        told = {each.key: (each.pair.first is None, each.pair.second is None, each.fields) for each in differences}
        assert sorted(told.values()) == sorted(
            [(False, False, ())] * 3 + [(False, False, ("actors",)), (True, False, ()), (False, True, ())]
        )
        shown = team.browser("judy").get(f"/team/settle/{coded}").text
        assert shown.count(MARKS[0]) >= 2

    def test_it_waits_for_both(self, project: Project, team: Team, coded: str) -> None:
        with pytest.raises(AssignmentError, match="not finished"):
            settling.to_settle(project.store, coded, viewer=viewer(project, "judy"))
        assert team.browser("judy").get(f"/team/settle/{coded}").status_code == 409

    def test_what_is_chosen_stands_and_the_second_is_blind_no_more(
        self, project: Project, team: Team, coded: str
    ) -> None:
        say(project, "ben", new_event(project, coded, "shops near the station", kind="REQUEST", actor="shopkeepers"))
        accept_all(project, coded, "ben")
        browser = team.browser("judy")
        _, differences = settling.to_settle(project.store, coded, viewer=viewer(project, "judy"))
        fields = {}
        for one in differences:
            if one.fields:
                fields[f"{one.key}.actors"] = "other"
                fields[f"{one.key}.actors.value"] = "actor: police of Oruro; recipient: drivers"
            elif one.pair.first is None or one.pair.second is None:
                # The event the first rejected is none; what each added by hand is one.
                by_hand = (one.pair.first or one.pair.second).coded is None
                fields[f"{one.key}.event"] = "yes" if by_hand else "no"
        missing = dict(list(fields.items())[1:])
        assert "choose for each event" in team.post(browser, f"/team/settle/{coded}", **missing).text
        answer = team.post(browser, f"/team/settle/{coded}", **fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/team")
        stands = decided.of_document(project.store, coded, viewer=EVERYTHING)
        assert sorted(one.state for one in stands) == ["accepted"] * 3 + ["edited"] + ["new"] * 2 + ["rejected"]
        assert not any(one.differs for one in stands)
        edited = next(one for one in stands if one.state == "edited")
        assert [mention.value.name for mention in edited.event.role("actor")] == ["police of Oruro"]
        assert viewer(project, "ben").sees(coded)
        assert settling.open_documents(project.store, viewer=viewer(project, "judy")) == ()

    def test_a_value_that_is_none_settles_nothing(self, project: Project, team: Team, coded: str) -> None:
        one = next(each for each in events(project, coded, "ben") if each.event.type != "AGREE")
        say(project, "ben", Said(subject=(one.event.id,), verdict="set", field="type", value="AGREE"))
        accept_all(project, coded, "ben")
        judy = viewer(project, "judy")
        _, differences = settling.to_settle(project.store, coded, viewer=judy)
        chosen = {each.key: Choice(event=True, fields=dict.fromkeys(each.fields, "NONSENSE")) for each in differences}
        with pytest.raises(DecisionError):
            settling.settle(project.store, coded, chosen=chosen, viewer=judy)
        assert teams.doubled(project.store)[0].settled_at is None
        assert not any(one.role == "adjudicator" for one in _decisions(project))

    def test_agreeing_coders_are_settled_in_one_press(self, project: Project, team: Team) -> None:
        [document_id] = give(project)
        accept_all(project, document_id, "ada")
        accept_all(project, document_id, "ben")
        assert team.post(team.browser("judy"), f"/team/settle/{document_id}").status_code == 303
        assert {one.role for one in _decisions(project)} == {"coder", "double coder", "adjudicator"}

    def test_the_log_alone_rebuilds_what_stands(self, project: Project, team: Team, coded: str) -> None:
        accept_all(project, coded, "ben")
        judy = viewer(project, "judy")
        _, differences = settling.to_settle(project.store, coded, viewer=judy)
        chosen = {
            each.key: Choice(event=True, fields={n: values.told_of(n, each.pair.first.event) for n in each.fields})
            for each in differences
        }
        settling.settle(project.store, coded, chosen=chosen, viewer=judy)
        before = [(one.event, one.state) for one in decided.of_document(project.store, coded, viewer=EVERYTHING)]
        found = CliRunner().invoke(main, ["rebuild", "--db", str(project.database)])
        assert found.exit_code == 0, found.output
        with Project(database=project.database) as again:
            after = [(one.event, one.state) for one in decided.of_document(again.store, coded, viewer=EVERYTHING)]
            assert after == before
            assert [one.name for one in accounts.everyone(again.store)] == sorted({*OF_ROLE.values(), *CODERS})
            assert teams.doubled(again.store)[0].settled_at is not None
            assert [one.what for one in trail.lines(again.store)][-1] == "settled"


def _decisions(project: Project) -> list[Any]:
    from byline.store import decisions

    return list(decisions.everyone(project.store))


class TestTraining:
    def test_a_new_coder_is_scored_against_what_stands(self, project: Project, team: Team) -> None:
        [document_id, *_] = documents(project)
        for one in events(project, document_id, "judy"):
            say(project, "judy", Said(subject=(one.event.id,), verdict="accept", note=MARKS[1]))
        teams.assign(project.store, Wanted(coders=("cara",), training=True), by="judy")
        assert [one.document_id for one in assignments.of_coder(project.store, "cara")] == [document_id]
        browser = team.browser("cara")
        assert MARKS[1] not in browser.get(f"/documents/{document_id}").text
        assert browser.get(f"/team/training/{document_id}").status_code == 409
        one, two, *_ = events(project, document_id, "cara")
        other = "AGREE" if one.event.type != "AGREE" else "ACCUSE"
        say(project, "cara", Said(subject=(one.event.id,), verdict="set", field="type", value=other))
        say(project, "cara", Said(subject=(two.event.id,), verdict="reject"))
        say(project, "cara", new_event(project, document_id, "shops near the station"))
        accept_all(project, document_id, "cara")
        found = training.lesson(project.store, document_id, viewer=viewer(project, "cara"))
        assert (found.found, found.there, found.besides) == (4, 5, 1)
        scores = {score.says: (score.right, score.of) for score in found.scores}
        assert (scores["type"], scores["status"], scores["places"]) == ((3, 4), (4, 4), (4, 4))
        assert "3" in browser.get(f"/team/training/{document_id}").text
        assert browser.get(f"/team/training/{documents(project)[1]}").status_code == 404
        stands = decided.of_document(project.store, document_id, viewer=EVERYTHING)
        assert {one.state for one in stands} == {"accepted"}, "what is said in training takes no effect"


class TestCommands:
    def run(self, project: Project, *arguments: str) -> str:
        found = CliRunner().invoke(main, [*arguments, "--db", str(project.database)])
        assert found.exit_code == 0, found.output
        return found.output

    def test_a_team_is_led_from_the_command_line(self, project: Project, team: Team) -> None:
        wanted = ("--to", "ada", "--second", "ben", "--sample", "2", "--seed", "3", "--batch", "pilot")
        said = self.run(project, "team", "assign", *wanted)
        assert "2 documents given out, 2 of them to two: batch 'pilot'" in said
        for one in teams.doubled(project.store):
            accept_all(project, one.document_id, "ada")
            accept_all(project, one.document_id, "ben")
        assert "ada  first          2 of      2 done, 0 settled" in self.run(project, "team", "progress")
        assert json.loads(self.run(project, "team", "progress", "--format", "json"))[1]["coder"] == "ben"
        told = self.run(project, "team", "agreement")
        assert "ada and ben: 2 reports, 10 events that both have, 0 that one has" in told
        assert re.search(r"type\s+nominal\s+1\.00", told)
        assert json.loads(self.run(project, "team", "agreement", "--format", "json"))[0]["rows"][0]["n"] == 10

    def test_accounts_are_kept_from_the_command_line(self, project: Project) -> None:
        given = self.run(project, "user", "add", "dora", "--role", "admin").splitlines()[0]
        assert re.fullmatch(r"([a-z0-9]{4}-){4}[a-z0-9]{4}", given)
        store = project.store
        assert accounts.sign_in(store, accounts.SignIn(name="dora", password=given))
        assert "has to change the password" in self.run(project, "user", "list")
        assert self.run(project, "user", "password", "dora").splitlines()[0] != given
        token = self.run(project, "user", "token", "dora", "--for", "weekly").splitlines()[0]
        assert accounts.bearer(store, token) is not None
        listed = self.run(project, "user", "token", "dora", "--list")
        assert "weekly" in listed
        self.run(project, "user", "token", "dora", "--withdraw", listed.split()[0])
        assert accounts.bearer(store, token) is None
        assert "without a one-time code" in self.run(project, "user", "totp", "dora", "--off")
        self.run(project, "user", "add", "emil")
        self.run(project, "user", "role", "emil", "adjudicator")
        self.run(project, "user", "disable", "emil")
        assert "closed" in self.run(project, "user", "list")
        log = self.run(project, "user", "log")
        for what in ("account made", "signed in", "password set", "token made", "role changed", "account disabled"):
            assert what in log
