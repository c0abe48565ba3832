"""Deciding on the page, route by route: one word, any field, words that are selected, events made, split and joined."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

import review_made
from byline.deciding import EVERYTHING, DecidedEvent, Viewer
from byline.model import (
    Actor,
    Coding,
    Decision,
    Document,
    Event,
    Mention,
    Place,
    Quantity,
    Span,
    When,
    document_id,
    event_id,
    sha256,
)
from byline.project import Project, decided, deciding, linking
from byline.review.access import Access
from byline.review.app import application
from byline.review.assets import Assets
from byline.review.chosen import chosen, written
from byline.review.shown import plain, reach
from byline.store import decisions, views
from byline.store.views import Filters

TEXT = (
    "𝔄 Police arrested 12 drivers in Oruro and Tarija on 4 May 2020, Ada Quispe said.\n\n"
    "Police later released two drivers in Oruro.\n\nThe arrests\u202e came after a strike in Tarija. "
    "Police said nothing.\n"
)


class Browser:
    """A browser with an open session that sends forms as the page does."""

    def __init__(self, project: Project, viewer: Viewer) -> None:
        access = Access(port=8000, person=lambda: viewer)
        app = application(project, access=access, assets=Assets(folder=Path(__file__).parent, hashes={}))
        self.client = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
        self.client.get("/enter", params={"token": access.token})
        found = re.search(r'name="csrf" value="(\w+)"|x-csrf": "(\w+)', self.client.get("/progress").text)
        assert found is not None
        self.token = found[1] or found[2]

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def send(self, path: str, *, htmx: bool = False, **fields: Any) -> Any:
        headers = {"hx-request": "true"} if htmx else {}
        return self.client.post(path, data={"csrf": self.token, **fields}, headers=headers)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """One report with two events, and a few made-up ones besides."""
    with Project(database=tmp_path / "byline.db") as one:
        review_made.fill(one.store, number=20)
        document, coding = report()
        one.store.add_document(document, review_made.raw(document))
        one.store.add_coding(coding)
        yield one


@pytest.fixture
def ada(project: Project) -> Browser:
    return Browser(project, Viewer(name="ada", role="coder"))


def span(words: str, *, last: bool = False) -> Span:
    start = TEXT.rindex(words) if last else TEXT.index(words)
    return Span(start=start, end=start + len(words))


def report(source: str = "Paper 77") -> tuple[Document, Coding]:
    id = document_id(source=source, where="drivers.txt", text=TEXT)
    document = Document(
        id=id,
        text=TEXT,
        title="Drivers arrested",
        origin=f"{source}.txt",
        source_id=source,
        language="en",
        raw_sha256=sha256(TEXT),
        text_sha256=sha256(TEXT),
        made_by="text 1",
        published=date(2020, 5, 5),
    )
    day = When(start=date(2020, 5, 4), end=date(2020, 5, 4), precision="day", basis="stated")
    oruro = Place(
        name="Oruro",
        precision="city",
        geonameid=3909234,
        latitude=-17.98,
        longitude=-67.15,
        radius_km=12.0,
        country="BO",
    )
    tarija = Place(
        name="Tarija",
        precision="city",
        geonameid=3903320,
        latitude=-21.53,
        longitude=-64.73,
        radius_km=9.0,
        country="BO",
    )
    arrests = Event(
        id=event_id(document_id=id, trigger=span("arrested")),
        document_id=id,
        type="COERCE",
        mode="arrest",
        trigger=span("arrested"),
        sentence=Span(start=0, end=TEXT.index("\n")),
        score=0.4,
        mentions=(
            Mention(role="actor", span=span("Police"), value=Actor(name="Police", kind="organization"), score=0.9),
            Mention(role="recipient", span=span("12 drivers"), value=Actor(name="drivers", kind="group")),
            Mention(role="place", span=span("Oruro"), value=oruro),
            Mention(role="place", span=span("Tarija"), value=tarija),
            Mention(role="when", span=span("4 May 2020"), value=day),
            Mention(role="quantity", span=span("12"), value=Quantity(what="arrests", low=12, high=12)),
        ),
    )
    release = Event(
        id=event_id(document_id=id, trigger=span("released")),
        document_id=id,
        type="RETREAT",
        mode="release",
        trigger=span("released"),
        sentence=Span(start=TEXT.index("Police later"), end=TEXT.index("Oruro.") + 6),
        score=0.3,
        mentions=(Mention(role="place", span=span("Oruro", last=True), value=oruro),),
    )
    return document, Coding(document_id=id, pipeline_id="p1", sentences=(arrests.sentence,), events=(arrests, release))


DOCUMENT, CODING = report()
ARRESTS, RELEASE = CODING.events


def stands(project: Project, id: str = ARRESTS.id, *, viewer: Viewer = EVERYTHING) -> DecidedEvent:
    found = decided.of_event(project.store, id, viewer=viewer)
    assert found is not None
    return found


def told(project: Project) -> list[Decision]:
    return list(decisions.everyone(project.store))


class TestOneWord:
    def test_accept_gives_the_card_and_says_who_is_next(self, project: Project, ada: Browser) -> None:
        answer = ada.send(f"/events/{ARRESTS.id}/decide", htmx=True, verdict="accept", seen=stands(project).seen)
        assert answer.status_code == 200
        assert "is-accepted" in answer.text
        assert " by ada" in answer.text
        assert "1 of 2 to decide" in answer.text
        done = json.loads(answer.headers["hx-trigger-after-settle"])["decided"]
        assert done == {"at": ARRESTS.id, "next": RELEASE.id, "then": "", "says": "Accepted"}
        (one,) = told(project)
        assert (one.subject, one.verdict, one.reviewer, one.role) == (ARRESTS.id, "accept", "ada", "coder")
        assert stands(project).state == "accepted"

    def test_a_plain_form_leads_through_the_report_and_on_to_the_next(self, project: Project, ada: Browser) -> None:
        answer = ada.send(f"/events/{ARRESTS.id}/decide", verdict="accept")
        assert answer.headers["location"] == f"/documents/{DOCUMENT.id}?event={RELEASE.id}"
        answer = ada.send(f"/events/{RELEASE.id}/decide", verdict="reject")
        assert answer.headers["location"] == f"/next?document={DOCUMENT.id}"
        elsewhere = ada.get(f"/next?document={DOCUMENT.id}").headers["location"]
        assert elsewhere.startswith("/documents/d")
        assert DOCUMENT.id not in elsewhere

    def test_when_nothing_is_left_the_queue_says_so(self, project: Project, ada: Browser) -> None:
        for document in list(project.store.documents()):
            for one in decided.of_document(project.store, document.id, viewer=EVERYTHING):
                ada.send(f"/events/{one.event.id}/decide", verdict="accept")
        assert ada.get("/next").headers["location"] == "/?done"
        assert "Nothing is left to decide" in ada.get("/?done").text
        assert "Every event is decided" in ada.get("/").text
        assert ada.get("/?decided=everything").text.count("data-row") == 22

    def test_undo_takes_back_the_last_gesture_and_leads_to_it(self, project: Project, ada: Browser) -> None:
        ada.send(f"/events/{ARRESTS.id}/decide", verdict="accept")
        ada.send(f"/events/{ARRESTS.id}/decide", verdict="reject")
        assert stands(project).state == "rejected"
        answer = ada.send("/undo", document=DOCUMENT.id)
        assert answer.headers["location"] == f"/documents/{DOCUMENT.id}?event={ARRESTS.id}"
        assert stands(project).state == "accepted"
        ada.send("/undo")
        assert stands(project).state == "undecided"
        assert ada.send("/undo", document=DOCUMENT.id).headers["location"] == f"/documents/{DOCUMENT.id}"
        assert len(told(project)) == 4  # nothing is ever taken out

    def test_what_is_no_verdict_is_not_taken(self, project: Project, ada: Browser) -> None:
        for verdict in ("", "set", "same", "<script>"):
            answer = ada.send(f"/events/{ARRESTS.id}/decide", htmx=True, verdict=verdict)
            assert answer.status_code == 409
            assert answer.headers["content-type"].startswith("text/plain")
        assert ada.send("/events/e0000000000000000/decide", verdict="accept").status_code == 404
        assert told(project) == []

    def test_a_note_stays_on_the_card_as_words(self, project: Project, ada: Browser) -> None:
        answer = ada.send(f"/events/{ARRESTS.id}/edit/note", htmx=True, note=review_made.SCRIPT)
        assert review_made.SCRIPT not in answer.text
        assert "&lt;script&gt;" in answer.text
        assert stands(project).state == "undecided"

    def test_another_coders_word_shows_as_a_difference(self, project: Project, ada: Browser) -> None:
        ben = Browser(project, Viewer(name="ben", role="coder"))
        ada.send(f"/events/{ARRESTS.id}/decide", verdict="accept")
        ben.send(f"/events/{ARRESTS.id}/decide", verdict="reject")
        page = ada.get(f"/documents/{DOCUMENT.id}").text
        assert "People differ" in page
        assert ada.get("/").text.index("people differ") < ada.get("/").text.index("data-row", 5000)
        judy = Browser(project, Viewer(name="judy", role="adjudicator"))
        judy.send(f"/events/{ARRESTS.id}/decide", verdict="accept")
        assert stands(project).differences == ()
        assert stands(project).state == "accepted"
        assert told(project)[-1].role == "adjudicator"

    def test_a_second_coder_sees_nothing_of_the_first(self, project: Project, ada: Browser) -> None:
        ada.send(f"/events/{ARRESTS.id}/edit/kind", kind="PROTEST · demo", status="reported", note="mine")
        blind = Browser(project, Viewer(name="ben", role="coder", blind=frozenset({DOCUMENT.id})))
        for path in (f"/documents/{DOCUMENT.id}", f"/events/{ARRESTS.id}/history", "/?decided=everything", "/progress"):
            text = blind.get(path).text
            assert "mine" not in text, path
            assert "PROTEST · demo" not in text or path == "/?decided=everything", path
        assert DOCUMENT.id not in blind.get("/?decided=everything&q=drivers").text
        blind.send(f"/events/{ARRESTS.id}/decide", verdict="accept")
        assert told(project)[-1].role == "double coder"
        assert "is-accepted" in blind.get(f"/documents/{DOCUMENT.id}").text


class TestEveryField:
    def test_what_happened(self, project: Project, ada: Browser) -> None:
        form = ada.get(f"/events/{ARRESTS.id}/edit/kind").text
        assert "<h1>What happened</h1>" in form
        assert 'value="ASSAULT · firearms"' in form
        answer = ada.send(f"/events/{ARRESTS.id}/edit/kind", htmx=True, kind="assault · beat", status="denied")
        assert answer.headers["hx-retarget"] == "#desk"
        event = stands(project).event
        assert (event.type, event.mode, event.status) == ("ASSAULT", "beat", "denied")
        ada.send("/undo")  # one gesture
        assert stands(project).event == ARRESTS

    def test_when_it_was(self, project: Project, ada: Browser) -> None:
        ada.send(
            f"/events/{ARRESTS.id}/edit/when", start="2020-05-01", end="2020-05-31", precision="month", basis="relative"
        )
        value = stands(project).event.role("when")[0].value
        assert value == When(start=date(2020, 5, 1), end=date(2020, 5, 31), precision="month", basis="relative")
        ada.send(f"/events/{ARRESTS.id}/edit/when", start="", end="")
        assert stands(project).event.role("when") == ()

    def test_where_it_was(self, project: Project, ada: Browser) -> None:
        found = ada.get("/gazetteer?place=Kisumu").text
        id = re.search(r'value="(\d+)"', found)
        assert id is not None
        ada.send(f"/events/{RELEASE.id}/edit/places", keep=["0"], place="Kisumu", geonameid=id[1], relation="near")
        first, second = stands(project, RELEASE.id).event.role("place")
        assert isinstance(first.value, Place)
        assert isinstance(second.value, Place)
        assert (first.value.geonameid, first.span) == (3909234, RELEASE.mentions[0].span)
        assert (second.value.name, second.value.country, second.value.relation) == ("Kisumu", "KE", "near")
        assert second.span == RELEASE.trigger  # its name does not stand in the report
        ada.send(f"/events/{RELEASE.id}/edit/places", place="Tarija", geonameid="3903320")
        (only,) = stands(project, RELEASE.id).event.role("place")
        assert DOCUMENT.quote(only.span) == "Tarija"
        assert views.places(project.store, Filters(place="kisumu"))[0].events < 20

    def test_a_place_that_no_gazetteer_has_keeps_the_reports_name(self, project: Project, ada: Browser) -> None:
        ada.send(f"/events/{RELEASE.id}/edit/places", own="Camp Three", relation="in")
        (only,) = stands(project, RELEASE.id).event.role("place")
        assert isinstance(only.value, Place)
        assert (only.value.name, only.value.latitude) == ("Camp Three", None)

    def test_who(self, project: Project, ada: Browser) -> None:
        ada.send(
            f"/events/{ARRESTS.id}/edit/actors",
            **{"keep": ["0"], "name-0": "Policía", "role-0": "actor", "akind-0": "organization", "code-0": "bol"},
            **{"sector-0": "COP", "name": "Ada Quispe", "role": "recipient", "akind": "individual"},
        )
        police, ada_quispe = stands(project).event.role("actor", "recipient")
        assert police.value == Actor(name="Policía", kind="organization", code="BOL", sector="COP")
        assert ada_quispe.role == "recipient"
        assert DOCUMENT.quote(ada_quispe.span) == "Ada Quispe"

    def test_how_many_and_whose_word(self, project: Project, ada: Browser) -> None:
        ada.send(
            f"/events/{ARRESTS.id}/edit/quantities",
            **{"keep": ["0"], "what-0": "arrests", "low-0": "12", "high-0": "", "what": "injuries", "low": "1,000"},
        )
        kept, added = (one.value for one in stands(project).event.role("quantity"))
        assert kept == Quantity(what="arrests", low=12, high=None)
        assert added == Quantity(what="injuries", low=1000, high=None)
        ada.send(f"/events/{ARRESTS.id}/edit/attribution", source="Ada Quispe", words="Ada Quispe", party="1")
        (speaker,) = stands(project).event.role("speaker")
        assert DOCUMENT.quote(speaker.span) == "Ada Quispe"

    @pytest.mark.parametrize(
        ("what", "fields", "says"),
        [
            ("kind", {"kind": "KILL"}, "KILL"),
            ("kind", {"kind": "COERCE · arrest", "status": "reported"}, "Nothing is other than before."),
            ("when", {"start": "yesterday"}, "is no day"),
            ("when", {"start": "2020-05-05", "end": "2020-05-04"}, "before the first"),
            ("when", {"start": "2020-05-05", "words": "no such words"}, "does not stand in this report"),
            ("when", {"start": "2020-05-05", "span": "text:9-999999"}, "is not in this report"),
            ("places", {"geonameid": "1"}, "no such place"),
            ("places", {"place": "Oruro"}, "Pick one of the places"),
            ("quantities", {"low": "many"}, "is no number"),
            ("quantities", {"low": "3", "high": "2", "what": "arrests"}, "larger than the most"),
            ("actors", {"name": "x", "role": "king"}, "is none of"),
            ("split", {}, "Tick two or more"),
            ("joined", {}, "Say which event"),
            ("same", {"verdict": "same"}, "Pick the other"),
            ("note", {"note": "  "}, "The note is empty."),
        ],
    )
    def test_what_cannot_be_is_said_and_nothing_kept(
        self, project: Project, ada: Browser, what: str, fields: dict[str, str], says: str
    ) -> None:
        answer = ada.send(f"/events/{ARRESTS.id}/edit/{what}", htmx=True, **fields)
        assert answer.status_code == 422
        assert says in answer.text
        assert told(project) == []

    def test_what_was_filled_in_comes_back_as_words(self, ada: Browser) -> None:
        for field in ("kind", "status", "words", "note", "place", "start", "own"):
            for what in ("kind", "when", "places"):
                answer = ada.send(f"/events/{ARRESTS.id}/edit/{what}", **{field: review_made.IMAGE, "start": "x"})
                assert "<img" not in answer.text


class TestWords:
    """Which characters are meant, whatever a browser counts."""

    def test_selected_words_are_found_by_the_segments_they_stand_in(self, project: Project, ada: Browser) -> None:
        start = span("12 drivers").start
        ada.send(
            f"/events/{ARRESTS.id}/edit/when",
            **{"start": "2020-05-04", "words": "12 drivers", "part": "text", "from": f"{start}+0", "to": f"{start}+10"},
        )
        assert stands(project).event.role("when")[0].span == span("12 drivers")

    def test_an_unseen_character_counts_as_it_is_shown(self) -> None:
        at = TEXT.index("arrests\u202e")
        form = {"words": "arrests⟨U+202E⟩ came", "part": "text", "from": f"{at}+0", "to": f"{at}+20"}
        found = chosen(DOCUMENT, form).span
        assert found is not None
        assert DOCUMENT.quote(found) == "arrests\u202e came"

    def test_a_point_whose_words_are_others_is_not_believed(self) -> None:
        form = {"words": "Tarija on 4 May", "part": "text", "from": "0+0", "to": "0+9"}
        found = chosen(DOCUMENT, form).span
        assert found is not None
        assert DOCUMENT.quote(found) == "Tarija on 4 May"

    def test_words_that_stand_twice_are_asked_for_the_nearest_first(self, ada: Browser) -> None:
        found = chosen(DOCUMENT, {"words": "Oruro"}, near=RELEASE.trigger.start)
        assert [one.span.start for one in found.places] == [TEXT.rindex("Oruro"), TEXT.index("Oruro")]
        answer = ada.send(f"/events/{RELEASE.id}/edit/when", start="2020-05-04", words="Oruro")
        assert answer.status_code == 422
        assert answer.text.count('type="radio" name="span"') == 2

    @pytest.mark.parametrize("point", ["", "x", "1", "-1+0", "5+", "99999999+1", "1+99999999", "²+1"])
    def test_points_that_are_none_fall_back_to_the_words(self, point: str) -> None:
        found = chosen(DOCUMENT, {"words": "strike", "from": point, "to": point, "part": "caption:9"})
        assert found.span == span("strike")

    @given(text=st.text(min_size=1, max_size=60), points=st.data())
    def test_any_selection_comes_back_whole(self, text: str, points: st.DataObject) -> None:
        first = points.draw(st.integers(0, len(text) - 1))
        last = points.draw(st.integers(first + 1, len(text)))
        if text[first - 1 : first + 1] == "\r\n" or text[last - 1 : last + 1] == "\r\n":
            return  # within a line end nobody can point
        segment = points.draw(st.integers(0, first))
        if text[segment - 1 : segment + 1] == "\r\n":
            return
        shown = plain(text[segment:first]).replace("\r\n", "\n")
        upto = plain(text[segment:last]).replace("\r\n", "\n")
        assert reach(text, segment, len(shown)) == first
        assert reach(text, segment, len(upto)) == last


class TestMaking:
    def test_selected_words_become_an_event(self, project: Project, ada: Browser) -> None:
        form = ada.get(f"/documents/{DOCUMENT.id}/new?words=strike", **{"hx-request": "true"}).text
        assert f'value="{written(span("strike"))}"' in form
        answer = ada.send(
            f"/documents/{DOCUMENT.id}/new",
            span=written(span("strike")),
            kind="PROTEST · strike",
            status="background",
            start="2020-04-01",
            end="2020-04-30",
            precision="month",
            place="Tarija",
            geonameid="3903320",
            actor="drivers",
        )
        assert answer.status_code == 303
        made = [one for one in decided.of_document(project.store, DOCUMENT.id, viewer=EVERYTHING) if one.state == "new"]
        (one,) = made
        assert (one.event.type, one.event.mode, one.event.status) == ("PROTEST", "strike", "background")
        assert DOCUMENT.quote(one.event.trigger) == "strike"
        assert DOCUMENT.quote(one.event.role("place")[0].span) == "Tarija"
        assert DOCUMENT.quote(one.event.role("actor")[0].span) == "drivers"
        assert answer.headers["location"] == f"/documents/{DOCUMENT.id}?event={one.event.id}"
        page = ada.get(f"/documents/{DOCUMENT.id}").text
        assert "added by hand" in page
        assert ada.get("/?decided=added+by+hand").text.count("data-row") == 1
        assert ada.get(f"/events/{one.event.id}").status_code == 303
        ada.send("/undo")
        assert len(decided.of_document(project.store, DOCUMENT.id, viewer=EVERYTHING)) == 2

    def test_without_words_or_kind_none_is_made(self, project: Project, ada: Browser) -> None:
        for fields in ({"kind": "PROTEST"}, {"words": "strike"}, {"words": "strike", "kind": "NONSENSE"}):
            assert ada.send(f"/documents/{DOCUMENT.id}/new", **fields).status_code == 422
        assert told(project) == []

    def test_one_event_is_split_by_its_places(self, project: Project, ada: Browser) -> None:
        places = [nth for nth, one in enumerate(ARRESTS.mentions) if one.role == "place"]
        answer = ada.send(f"/events/{ARRESTS.id}/edit/split", into=[str(nth) for nth in places])
        assert answer.status_code == 303
        events = decided.of_document(project.store, DOCUMENT.id, viewer=EVERYTHING)
        made = [one.event for one in events if one.state == "new"]
        assert sorted(DOCUMENT.quote(one.role("place")[0].span) for one in made) == ["Oruro", "Tarija"]
        assert all(one.role("quantity") == () for one in made)
        assert all(one.type == "COERCE" for one in made)
        assert stands(project).state == "rejected"
        ada.send("/undo")
        assert stands(project).state == "undecided"
        assert len(decided.of_document(project.store, DOCUMENT.id, viewer=EVERYTHING)) == 2

    def test_what_is_told_twice_is_joined(self, project: Project, ada: Browser) -> None:
        assert ARRESTS.id in ada.get(f"/events/{RELEASE.id}/edit/joined").text
        ada.send(f"/events/{RELEASE.id}/edit/joined", other=ARRESTS.id, stays="other")
        assert stands(project, RELEASE.id).into == ARRESTS.id
        assert "told twice" in ada.get(f"/documents/{DOCUMENT.id}").text

    def test_events_of_two_reports_are_the_same_or_not(self, project: Project, ada: Browser) -> None:
        document, coding = report("Paper 78")
        project.store.add_document(document, review_made.raw(document))
        project.store.add_coding(coding)
        linking.link(project.store)
        offered = ada.get(f"/events/{ARRESTS.id}/edit/same").text
        assert coding.events[0].id in offered
        answer = ada.send("/pairs", left=ARRESTS.id, right=coding.events[0].id, verdict="not the same")
        page = ada.get(answer.headers["location"]).text
        assert "You said: not the same" in page
        answer = ada.send(f"/events/{ARRESTS.id}/edit/same", other=coding.events[0].id, verdict="same")
        assert answer.status_code == 303
        page = ada.get(f"/documents/{DOCUMENT.id}").text
        assert "2 events</a> are held to be this one happening" in page


class TestAskingAgain:
    def test_a_changed_coding_asks_again_and_shows_what_changed(self, project: Project, ada: Browser) -> None:
        ada.send(f"/events/{ARRESTS.id}/decide", verdict="accept", seen=stands(project).seen)
        document, coding = report()
        now = coding.events[0]
        other = Event(**{name: getattr(now, name) for name in now.__slots__} | {"mode": "restrict", "type": "COERCE"})
        project.store.add_coding(
            Coding(document_id=document.id, pipeline_id="p2", sentences=(), events=(other, coding.events[1]))
        )
        page = ada.get(f"/documents/{DOCUMENT.id}").text
        assert "Asked again." in page
        assert "<dt>mode</dt>" in page
        queue = ada.get("/").text
        assert "coded otherwise since it was decided" in queue.split("data-row")[1]


class TestHistory:
    def test_each_turn_is_told_and_can_be_taken_back(self, project: Project, ada: Browser) -> None:
        ada.send(f"/events/{ARRESTS.id}/edit/kind", kind="ASSAULT · beat", status="reported", note="seen again")
        page = ada.get(f"/events/{ARRESTS.id}/history").text
        for words in ("ada", "type", "COERCE", "ASSAULT", "seen again"):
            assert words in page
        assert "COERCE" not in ada.get(f"/events/{ARRESTS.id}/history?field=mode").text.split("<tbody>")[1]
        id = re.search(r'name="decision" value="(n\w+)"', page)
        assert id is not None
        ada.send("/undo", decision=id[1])
        assert stands(project).event == ARRESTS


class TestProgress:
    def test_what_is_decided_and_what_remains(self, project: Project, ada: Browser) -> None:
        ada.send(f"/events/{ARRESTS.id}/decide", verdict="accept")
        ada.send(f"/events/{RELEASE.id}/decide", verdict="reject")
        words = " ".join(re.sub(r"<[^>]+>", " ", ada.get("/progress").text).split())
        assert "2 of 22 events decided, 9%" in words
        assert "20 to decide" in words
        assert "In all: ada 2 ." in words or "In all: ada 2." in words


class TestFindingsAndDoors:
    def test_no_form_leads_elsewhere(self, ada: Browser) -> None:
        for back in ("//evil.example", "https://evil.example", "/documents/../x", "javascript:alert(1)"):
            assert ada.send("/undo", back=back).headers["location"] == "/"

    @pytest.mark.parametrize("path", ["/events/{}/decide", "/events/{}/edit/kind", "/events/{}/edit/split"])
    def test_a_reader_decides_nothing(self, project: Project, path: str) -> None:
        reader = Browser(project, Viewer(name="rita", role="reader"))
        assert reader.send(path.format(ARRESTS.id), verdict="accept", kind="PROTEST").status_code == 403
        page = reader.get(f"/documents/{DOCUMENT.id}").text
        assert "Accept" not in page
        assert told(project) == []

    def test_a_form_without_the_sessions_token_is_refused(self, project: Project, ada: Browser) -> None:
        answer = ada.client.post(f"/events/{ARRESTS.id}/decide", data={"verdict": "accept"})
        assert answer.status_code == 403
        assert told(project) == []


class TestQueue:
    def test_disagreement_comes_before_doubt(self, project: Project, ada: Browser) -> None:
        document, coding = report("Paper 78")
        project.store.add_document(document, review_made.raw(document))
        later = coding.events[0]
        other = Event(**{name: getattr(later, name) for name in later.__slots__} | {"status": "denied", "score": 0.45})
        project.store.add_coding(
            Coding(document_id=document.id, pipeline_id="p1", sentences=(), events=(other, coding.events[1]))
        )
        deciding.decide(project.store, [ARRESTS.id, other.id], verdict="same", word=deciding.Word(reviewer="ada"))
        linking.link(project.store)
        rows = [re.sub(r"<[^>]+>", " ", row) for row in ada.get("/").text.split("data-row>")[1:]]
        assert "reports differ in status" in rows[0] + rows[1]
        scores = [float(found[1]) for row in rows[2:] if (found := re.search(r"confidence\s+(\d+)%", row))]
        assert scores == sorted(scores)

    def test_decided_events_leave_the_queue_and_can_be_asked_for(self, project: Project, ada: Browser) -> None:
        ada.send(f"/events/{ARRESTS.id}/decide", verdict="reject")
        assert ARRESTS.id not in ada.get("/").text
        assert ARRESTS.id in ada.get("/?decided=rejected").text
        assert ARRESTS.id in ada.get("/?decided=decided").text
        assert "is none of to decide" in ada.get("/?decided=maybe").text

    def test_what_was_rejected_is_on_no_map_unless_it_is_asked_for(self, project: Project, ada: Browser) -> None:
        def tarija() -> int:
            counts = ada.get("/map/places.json?place=Tarija&source=Paper+77").json()
            return sum(one["events"] for one in counts)

        before = tarija()
        ada.send(f"/events/{ARRESTS.id}/decide", verdict="reject")
        assert tarija() == before - 1
        ada.send("/undo")
        ada.send(f"/events/{ARRESTS.id}/edit/places", keep=["0"])
        assert tarija() == before - 1
