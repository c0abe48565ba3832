"""What the views show, route by route; and that no report, however hostile, is ever more than words in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from starlette.testclient import TestClient

import review_made
from byline.model import (
    Actor,
    Coding,
    Document,
    Event,
    Mention,
    Place,
    Span,
    When,
    document_id,
    event_id,
    sha256,
)
from byline.project import Project, auditing, linking

VIEWS = ("/", "/progress", "/incidents", "/findings", "/map", "/timeline", "/sources")


class Page(HTMLParser):
    """The elements of a page with their attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Twelve hundred made-up events, and a hostile report."""
    with Project(database=tmp_path_factory.mktemp("review") / "byline.db") as one:
        review_made.fill(one.store, number=600)
        keep(one, *review_made.hostile())
        yield one


@pytest.fixture(scope="module")
def browser(project: Project) -> TestClient:
    return review_made.client(project)


def keep(project: Project, document: Document, coding: Coding) -> None:
    project.store.add_document(document, review_made.raw(document))
    project.store.add_coding(coding)


def open_page(browser: TestClient, path: str, *, status: int = 200) -> Page:
    answer = browser.get(path)
    assert answer.status_code == status, answer.text[:400]
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def hostile_pages() -> tuple[str, ...]:
    document, coding = review_made.hostile()
    first, second = coding.events
    return (
        *VIEWS,
        "/?q=Police+arrested+%22",
        "/?place=%3Cscript%3Ealert(1)%3C/script%3E&q=%3Cscript%3Ealert(1)%3C/script%3E&source=%22%3E%3Cimg+src=x%3E",
        f"/documents/{document.id}",
        f"/documents/{document.id}?event={first.id}",
        f"/documents/{document.id}?event={second.id}",
        "/documents/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/events/%3Cimg%20src=x%20onerror=alert(1)%3E",
    )


class TestHostileReports:
    @pytest.mark.parametrize("path", hostile_pages())
    def test_they_are_words_alone(self, browser: TestClient, path: str) -> None:
        answer = browser.get(path)
        assert answer.status_code == (404 if "%3C" in path and "?" not in path else 200)
        page = Page(answer.text)
        nonce = re.search(r"'nonce-([\w-]+)'", answer.headers["content-security-policy"])
        assert nonce is not None
        for tag, attributes in page.elements:
            assert tag not in ("img", "iframe", "object", "embed", "base", "style"), tag
            assert not [name for name in attributes if name.startswith("on") or name == "style"], attributes
            if tag == "script":
                assert attributes["nonce"] == nonce.group(1)
                assert (attributes["src"] or "").startswith("/assets/")
            for name in ("href", "src", "action"):
                url = attributes.get(name)
                assert url is None or re.match(r"(/|#|\?|https?://|data:,$)", url), url
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b\x0c\x0e-\x1f]", answer.text)
        assert not re.search(r"<script[^>]*>[^<]", answer.text)

    def test_their_words_are_all_there(self, browser: TestClient) -> None:
        document, _ = review_made.hostile()
        page = open_page(browser, f"/documents/{document.id}")
        for words in (review_made.SCRIPT, review_made.IMAGE, "{{ 7*7 }}", "{% raw %}", "&lt;b&gt;", "⟨U+202E⟩gnp"):
            assert words in page.words
        assert "⟨U+D800⟩" in page.words
        assert "javascript:alert(document.cookie)" in page.words

    def test_the_map_gets_them_as_words(self, browser: TestClient) -> None:
        answer = browser.get("/map/places.json")
        assert answer.headers["content-type"] == "application/json"
        (one,) = [place for place in answer.json() if place["name"] == review_made.SCRIPT]
        assert one["events"] == 1
        assert one["href"].startswith("/?place=%3Cscript%3E")


class TestEachView:
    @pytest.mark.parametrize("path", VIEWS)
    def test_it_has_one_heading_a_language_and_a_way_past_the_navigation(self, browser: TestClient, path: str) -> None:
        page = open_page(browser, path)
        assert len(page.all("h1")) == 1
        assert page.all("html")[0]["lang"] == "en"
        assert page.all("main")[0]["id"] == "main"
        assert page.all("a")[0]["href"] == "#main"
        assert [one["href"] for one in page.all("a") if "aria-current" in one] == [path]

    @pytest.mark.parametrize("path", ["/", "/map", "/timeline"])
    def test_every_field_has_a_label(self, browser: TestClient, path: str) -> None:
        page = open_page(browser, path)
        labelled = {one.get("for") for one in page.all("label")}
        fields = [one["id"] for tag in ("input", "select") for one in page.all(tag) if "id" in one]
        assert len(fields) >= 7
        assert set(fields) <= labelled

    def test_what_is_not_there_says_so(self, browser: TestClient) -> None:
        for path in ("/nothing", "/documents/d0", "/events/e0"):
            assert "Not found" in open_page(browser, path, status=404).words
        assert browser.post("/").status_code == 403  # without the session's token no write gets as far as a route


class TestQueue:
    def test_the_least_sure_comes_first(self, browser: TestClient) -> None:
        page = open_page(browser, "/?order=least+sure")
        assert "602 events to decide, least sure first" in " ".join(page.words.split())
        scores = [float(one) for one in re.findall(r"confidence (\d+)%", page.words)]
        assert scores == sorted(scores)
        assert len(scores) == 50

    @pytest.mark.parametrize("order", ["most useful", "least sure", "latest", "newly coded"])
    def test_pages_hold_every_event_once(self, browser: TestClient, order: str) -> None:
        seen: list[str] = []
        path = f"/?order={order}"
        while path:
            text = browser.get(path).text
            seen += re.findall(r'href="/events/(e\w+)" data-open', text)
            following = re.search(r'href="(/\?[^"]+)" rel="next"', text)
            path = following.group(1).replace("&amp;", "&") if following else ""
        assert len(seen) == len(set(seen)) == 602

    @pytest.mark.parametrize(
        ("query", "word"),
        [
            ("type=PROTEST", "PROTEST"),
            ("status=denied", "denied"),
            ("place=kisu", "Kisumu, KE"),
            ("place=Kenya&place=Kenya", "KE"),
            ("source=paper+3", "Paper 3,"),
            ("since=2019-01-05&until=2019-01-06", "January 2019"),
            ("q=firm+17+in", "firm 17 in"),
        ],
    )
    def test_each_filter_narrows(self, browser: TestClient, query: str, word: str) -> None:
        text = browser.get(f"/?{query}").text
        rows = text.split("data-row>")[1:]
        assert rows
        assert all(word in " ".join(re.sub(r"<[^>]+>", "", row).split()) for row in rows)

    def test_what_cannot_be_read_is_told_beside_its_field(self, browser: TestClient) -> None:
        page = open_page(browser, "/?since=yesterday&status=maybe&source=nobody&after=x&order=none")
        words = " ".join(page.words.split())
        assert "yesterday is no day; write one as 2026-01-31" in words
        assert "is none of reported" in words
        assert "no report here is from a source of this name" in words
        assert [one["name"] for one in page.all("input") if one.get("aria-invalid")] == ["source", "since"]

    def test_signs_of_like_are_signs(self, browser: TestClient) -> None:
        assert "No report with" in open_page(browser, "/?q=%25zzz_%25").words
        assert "No event is as asked for" in open_page(browser, "/?place=%25").words


class TestDocument:
    def test_each_event_stands_beside_the_words_it_rests_on(self, project: Project, browser: TestClient) -> None:
        document = next(iter(project.store.documents()))
        page = open_page(browser, f"/documents/{document.id}")
        assert len([one for one in page.all("article") if "data-card" in one]) == review_made.EVENTS_EACH
        marked = [one for one in page.all("mark") if "trigger" in (one["class"] or "")]
        assert len(marked) == review_made.EVENTS_EACH
        numbers = {number for one in page.all("mark") for number in (one["data-words"] or "").split()}
        rests = {number for _, one in page.elements for number in (one.get("data-rests") or "").split()}
        assert rests <= numbers
        assert {f"w{number}" for number in numbers} == {
            one["id"] for one in page.all("span") if one.get("class") == "at"
        }

    def test_words_are_marked_by_code_points(self, project: Project, browser: TestClient) -> None:
        text = "𝔄𝔅 Police beat 𝔄da in Oruro."
        trigger = Span(start=10, end=14)
        document, coding = one_event(text, trigger)
        keep(project, document, coding)
        page = browser.get(f"/documents/{document.id}").text
        assert re.search(r'<mark class="m c1 p1 trigger" data-words="0" data-of="1" data-at="10">beat<a', page)

    def test_an_event_leads_to_its_document(self, project: Project, browser: TestClient) -> None:
        document, coding = review_made.hostile()
        answer = browser.get(f"/events/{coding.events[0].id}")
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/documents/{document.id}?event={coding.events[0].id}#chosen"

    def test_what_was_cut_is_shown_with_its_reason(self, browser: TestClient) -> None:
        document, _ = review_made.hostile()
        text = browser.get(f"/documents/{document.id}").text
        assert '<p class="cut"><span class="reason">left out, ' in text

    def test_a_document_without_coding_or_text_is_shown(self, project: Project, browser: TestClient) -> None:
        document, _ = one_event("", Span(start=0, end=0))
        project.store.add_document(document, b"")
        words = open_page(browser, f"/documents/{document.id}").words
        assert "This report has no text." in words
        assert "This report was not coded yet." in words

    def test_a_document_of_a_megabyte_is_quick_part_by_part(self, project: Project, browser: TestClient) -> None:
        sentence = "Police beat Ada in Oruro on Monday. "
        text = "\n\n".join(sentence * 6 for _ in range(5_000))
        assert len(text) > 1_000_000
        starts = [found.start() for found in re.finditer("beat", text)][::15]
        document, coding = one_event(text, *(Span(start=start, end=start + 4) for start in starts))
        keep(project, document, coding)
        browser.get(f"/documents/{document.id}")
        since = perf_counter()
        answer = browser.get(f"/documents/{document.id}")
        seconds = perf_counter() - since
        assert "Part 1 of 3" in Page(answer.text).words
        assert len(answer.content) < 700_000
        assert seconds < 3  # 0.2 when nothing else runs
        last = coding.events[-1]
        page = open_page(browser, f"/documents/{document.id}?event={last.id}")
        assert [one["data-event"] for one in page.all("article") if "chosen" in (one["class"] or "")] == [last.id]
        assert re.search(r"Part (\d+) of \1", page.words)

    @pytest.mark.parametrize("part", ["0", "-1", "99", "x", "1e9", "９"])
    def test_a_part_that_is_not_there_is_the_nearest(self, project: Project, browser: TestClient, part: str) -> None:
        document = next(iter(project.store.documents()))
        assert browser.get(f"/documents/{document.id}", params={"part": part}).status_code == 200


def one_event(text: str, *triggers: Span) -> tuple[Document, Coding]:
    id = document_id(source=None, where="one.txt", text=text)
    hashed = sha256(text)
    document = Document(
        id=id,
        text=text,
        origin="one.txt",
        raw_sha256=hashed,
        text_sha256=hashed,
        made_by="text 1",
        published=date(2020, 1, 1),
    )
    events = tuple(
        Event(
            id=event_id(document_id=id, trigger=one),
            document_id=id,
            type="ASSAULT",
            mode=None,
            trigger=one,
            sentence=one,
        )
        for one in triggers
    )
    return document, Coding(document_id=id, pipeline_id="p1", sentences=(), events=events)


class TestMapAndTimeline:
    def test_the_table_and_the_map_hold_the_same(self, browser: TestClient) -> None:
        page = open_page(browser, "/map?place=Bolivia")
        points = browser.get("/map/places.json?place=Bolivia").json()
        assert {one["name"] for one in points} == {"Oruro", "Tarija"}
        for one in points:
            assert one["name"] in page.words
            assert f"{one['events']:,}" in page.words
            assert one["radius_km"] == 12

    def test_no_place_is_drawn_finer_than_its_kind(self, browser: TestClient) -> None:
        (one,) = [place for place in browser.get("/map/places.json").json() if place["name"] == review_made.SCRIPT]
        assert one["radius_km"] == 5

    def test_a_bin_leads_to_its_events(self, browser: TestClient) -> None:
        page = open_page(browser, "/timeline?since=2019-01-01&until=2019-01-31&by=day")
        links = [one["href"] or "" for one in page.all("a") if (one["href"] or "").startswith("/?since=")]
        assert "/?since=2019-01-05&until=2019-01-05&decided=all+but+rejected" in links

    def test_the_figures_are_those_of_the_queue(self, browser: TestClient) -> None:
        rows = re.findall(r"<tr data-start=.*?</tr>", browser.get("/timeline?by=year").text, re.DOTALL)
        told: Any = [re.findall(r'class="figure">([\d,]+)<', row)[-1].replace(",", "") for row in rows]
        assert sum(map(int, told)) == 600

    def test_sources_are_told_with_what_the_register_knows(self, browser: TestClient) -> None:
        page = open_page(browser, "/sources")
        assert "Paper 3" in page.words
        assert "not in the register" in page.words
        assert any(one["href"] == "/?source=Paper+3&decided=all+but+rejected" for one in page.all("a"))


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Two papers print one report, hostile in its words, with a list that is shorter than it says."""
    with Project(database=tmp_path_factory.mktemp("linked") / "byline.db") as project:
        for source in ("Paper 1", "Paper 2"):
            keep(project, *told_by(source))
        linking.link(project.store)
        auditing.audit(project.store, project.sources)
        yield review_made.client(project)


class TestIncidentsAndFindings:
    def test_what_is_one_happening_is_shown_with_each_report(self, linked: TestClient) -> None:
        page = open_page(linked, "/incidents")
        (id,) = {one["href"] for one in page.all("a") if (one["href"] or "").startswith("/incidents/i")}
        found = linked.get(str(id))
        assert found.status_code == 200
        words = " ".join(Page(found.text).words.split())
        for expected in ("How well it is attested", "What the reports tell", "Why these are held to be one", "COERCE"):
            assert expected in words
        assert review_made.SCRIPT in words
        assert review_made.SCRIPT not in found.text
        assert len(re.findall(r'<article class="card">', found.text)) == 2

    def test_an_event_leads_to_its_incident(self, linked: TestClient) -> None:
        _, coding = told_by("Paper 1")
        page = open_page(linked, f"/documents/{coding.document_id}?event={coding.events[0].id}")
        assert "2 events are held to be this one happening" in page.words

    def test_both_sides_of_a_finding_are_quoted(self, linked: TestClient) -> None:
        words = " ".join(open_page(linked, "/findings").words.split())
        assert "No verdict on which is right." in words
        assert "nine villages" in words

    def test_pages_that_are_not_there_are_the_first(self, linked: TestClient) -> None:
        for page in ("0", "-1", "x", "٣", "9" * 30):
            assert linked.get("/incidents", params={"page": page}).status_code == 200
        assert "on this page" in open_page(linked, "/incidents?page=7").words

    def test_an_incident_that_is_not_there_says_so(self, linked: TestClient) -> None:
        open_page(linked, "/incidents/i0000000000000000", status=404)


def told_by(source: str) -> tuple[Document, Coding]:
    text = (
        f"{review_made.SCRIPT} Police arrested 12 drivers in Oruro on 4 May 2020.\n\n"
        "They had come from nine villages: Caracollo, Huari, Poopó, Toledo, Corque, Salinas, Andamarca and Huanuni.\n"
    )
    id = document_id(source=source, where="one.txt", text=text)
    hashed = sha256(text)
    document = Document(
        id=id,
        text=text,
        title=f"{review_made.IMAGE} arrests",
        origin=f"{source}.txt",
        source_id=source,
        language="en",
        raw_sha256=hashed,
        text_sha256=hashed,
        made_by="text 1",
        published=date(2020, 5, 5),
    )

    def span(piece: str) -> Span:
        return Span(start=text.index(piece), end=text.index(piece) + len(piece))

    place = Place(name="Oruro", precision="city", geonameid=3909234, latitude=-17.98, longitude=-67.15, country="BO")
    when = When(start=date(2020, 5, 4), end=date(2020, 5, 4), precision="day", basis="stated")
    event = Event(
        id=event_id(document_id=id, trigger=span("arrested")),
        document_id=id,
        type="COERCE",
        mode="arrest",
        trigger=span("arrested"),
        sentence=Span(start=0, end=text.index("\n")),
        mentions=(
            Mention(role="actor", span=span("Police"), value=Actor(name="Police", kind="organization")),
            Mention(role="recipient", span=span("drivers"), value=Actor(name="drivers", kind="group")),
            Mention(role="place", span=span("Oruro"), value=place),
            Mention(role="when", span=span("4 May 2020"), value=when),
        ),
    )
    return document, Coding(document_id=id, pipeline_id="p1", sentences=(event.sentence,), events=(event,))


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    with Project(database=tmp_path / "byline.db") as project:
        browser = review_made.client(project)
        assert "Code a report first" in open_page(browser, "/").words
        for path in VIEWS[1:]:
            open_page(browser, path)
        assert browser.get("/map/places.json").json() == []
