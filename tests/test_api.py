"""The REST API: typed, paged, tagged, masked, and nothing of it for who is not let in or is not to know."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from byline.deciding import Viewer
from byline.model import Coding, Document
from byline.project import Project, auditing, deciding, linking
from byline.project.deciding import Word
from byline.review import api
from byline.review.access import Access
from byline.review.api_answers import Rate
from byline.review.app import application
from byline.review.assets import Assets
from byline.review.guard import Guard
from byline.review.site import Site
from byline.store.surface import views
from review_made import client

REPORTS = (
    ("Police arrested Daniel Otieno, a farmer, in Nakuru on Monday, Governor Amina Yusufin said.", "The Rift Post"),
    ("Police arrested a farmer in Nakuru on Monday, a spokesman said.", "Lake Daily"),
    ("In Kisumu gunmen killed 12 miners on 3 May 2021. A crowd of 300 people burned a tax office in Oruro.", None),
)
AT = "/api/v1"


@pytest.fixture(scope="module")
def coded(code: Callable[..., Coding], document: Callable[..., Document]) -> list[tuple[Document, Coding]]:
    """The reports, coded once."""
    made = [document(text, source_id=source, title=text[:20]) for text, source in REPORTS]
    return [(one, code(one)) for one in made]


@pytest.fixture
def project(laptop: Callable[[str], Project], coded: list[tuple[Document, Coding]]) -> Project:
    made = laptop("one")
    for one, coding in coded:
        made.store.add_document(one, one.text.encode())
        made.store.add_coding(coding)
    linking.link(made.store)
    auditing.audit(made.store, made.sources)
    return made


@pytest.fixture
def ask(project: Project) -> Callable[..., Any]:
    """Asks the API of the project, and gives what comes back."""
    browser = client(project)

    def ask(path: str, status: int = 200, **headers: str) -> Any:
        answer = browser.get(f"{AT}{path}", headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    return ask


def shipped(name: str) -> Any:
    """A schema that ships with Byline."""
    return json.loads((resources.files("byline") / "schemas" / f"{name}.json").read_text(encoding="utf-8"))


def everything(browser: TestClient, path: str) -> Iterator[Any]:
    """All items of a list, page by page."""
    address = f"{AT}{path}"
    while address:
        answer = browser.get(address)
        assert answer.status_code == 200, answer.text
        yield from answer.json()["items"]
        address = answer.json()["next"]
        link = answer.headers["link"]
        assert (address is None) == ('rel="next"' not in link)
        assert address is None or f'<{address}>; rel="next"' in link


class TestAnswers:
    def test_events_are_records(self, project: Project, ask: Any) -> None:
        schema = shipped("event")
        found = ask("/events")["items"]
        assert len(found) == len(list(project.events()))
        for record in found:
            jsonschema.validate(record, schema)
            assert ask(f"/events/{record['id']}") == record

    def test_words_stand_where_they_are_said_to(self, ask: Any) -> None:
        for record in ask("/events")["items"]:
            text = ask(f"/documents/{record['document']['id']}")["text"]
            trigger = record["trigger"]
            assert trigger["in"] == "text"
            assert text[trigger["start"] : trigger["end"]] == trigger["text"]

    @pytest.mark.parametrize("limit", [1, 2, 200])
    def test_pages_give_each_thing_once(self, project: Project, limit: int) -> None:
        browser = client(project)
        for name in ("events", "documents", "places", "incidents", "sources", "findings"):
            found = [json.dumps(one) for one in everything(browser, f"/{name}?limit={limit}")]
            assert len(set(found)) == len(found) == len(project.view(name)), name

    def test_filters_are_kept_from_page_to_page(self, project: Project, ask: Any) -> None:
        found = list(everything(client(project), "/events?limit=1&country=KE&q=Nakuru"))
        assert {record["places"][0]["name"] for record in found} == {"Nakuru"}
        assert len(found) == 2

    @pytest.mark.parametrize(
        ("asked", "number"),
        [
            ("type=COERCE", 2),
            ("type=COERCE&source=Lake%20Daily", 1),
            ("since=2021-05-03&until=2021-05-03", 2),
            ("since=2021-05-04", 0),
            ("place=Kisumu", 1),
            ("country=BO", 1),
            ("min_confidence=1", 0),
            ("status=planned", 0),
            ("decided=accepted", 0),
            ("q=%25", 0),
            ("q=miners", 1),
        ],
    )
    def test_events_are_narrowed(self, ask: Any, asked: str, number: int) -> None:
        found = ask(f"/events?{asked}")["items"]
        dated = [one for one in found if one["when"]["start"]]
        assert len(dated if asked.startswith("since") else found) == number

    def test_an_incident_tells_who_reports_it(self, ask: Any) -> None:
        schema = json.loads(
            (Path(api.__file__).parent.parent / "schemas" / "incident.json").read_text(encoding="utf-8")
        )
        rows = ask("/incidents")["items"]
        whole = ask(f"/incidents/{rows[0]['incident_id']}")
        jsonschema.validate(whole, schema)
        assert whole["corroboration"]["says"]
        assert len(ask(f"/events?incident={whole['id']}")["items"]) == len(whole["event_ids"])

    def test_decisions_are_given_and_take_effect(self, project: Project, ask: Any) -> None:
        id = ask("/events?type=COERCE")["items"][0]["id"]
        deciding.decide(project.store, [id], verdict="reject", word=Word(reviewer="Ada", note="no arrest"))
        assert [one["note"] for one in ask(f"/events/{id}/decisions")["items"]] == ["no arrest"]
        assert ask(f"/decisions?subject={id}")["items"] == ask("/decisions?reviewer=Ada")["items"]
        assert id not in [one["id"] for one in ask("/events")["items"]]
        assert ask(f"/events/{id}")["decided"]["state"] == "rejected"

    def test_private_persons_are_masked_everywhere(self, project: Project, ask: Any) -> None:
        paths = [f"/{name}" for name in ("events", "documents", "places", "incidents", "findings", "sources")]
        paths += [f"/documents/{one.id}" for one in project.store.documents()]
        paths += [f"/documents/{one.id}/events" for one in project.store.documents()]
        paths += [f"/incidents/{one['incident_id']}" for one in ask("/incidents")["items"]]
        told = "".join(json.dumps(ask(path), ensure_ascii=False) for path in paths)
        assert "██████ ██████" in told
        assert "Otieno" not in told
        assert "Amina Yusufin" in told

    def test_where_persons_were_not_looked_for_no_words_are_given(self, project: Project, ask: Any, coded: Any) -> None:
        one, coding = coded[0]
        other = replace(one, id="d" + "0" * 16)
        project.store.add_document(other, one.text.encode())
        project.store.add_coding(replace(coding, document_id=other.id, people=None, events=()))
        told = ask(f"/documents/{other.id}")
        assert (told["text"], told["title"], told["names"], told["cuts"]) == (None, None, "not known", [])
        assert ask(f"/documents/{other.id}/events")["items"] == []


def test_it_is_the_same_over_postgresql(
    postgres: Callable[[], str], tmp_path: Path, coded: list[tuple[Document, Coding]]
) -> None:
    with Project(database=postgres(), files=tmp_path / "byline.files") as project:
        for one, coding in coded:
            project.store.add_document(one, one.text.encode())
            project.store.add_coding(coding)
        auditing.audit(project.store, project.sources)
        browser = client(project)
        events = list(everything(browser, "/events?limit=1"))
        assert [one["id"] for one in events] == sorted(row["event_id"] for row in project.events())
        for name in ("documents", "places", "incidents", "sources", "findings", "decisions"):
            assert len(list(everything(browser, f"/{name}?limit=1"))) == len(project.view(name)), name
        asked = "since=2021-05-03&until=2021-05-03&min_confidence=0.01&q=MINERS&country=KE&place=Kisumu&type=ASSAULT"
        (event,) = browser.get(f"{AT}/events?{asked}").json()["items"]
        assert event["quantities"][0]["low"] == 12
        deciding.decide(project.store, [event["id"]], verdict="accept", word=Word(reviewer="Ada"))
        assert [one["reviewer"] for one in browser.get(f"{AT}/decisions?since=2021-01-01").json()["items"]] == ["Ada"]
        assert browser.get(f"{AT}/events?q=%00").status_code == 422


class TestTags:
    def test_what_the_asker_has_is_not_sent_again(self, project: Project) -> None:
        browser = client(project)
        for path in ("/events", "/", "/openapi.json", "/sources"):
            first = browser.get(AT + path)
            again = browser.get(AT + path, headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == first.headers["etag"]
            assert first.headers["cache-control"] == "private, no-cache"

    def test_a_changed_answer_has_another(self, project: Project) -> None:
        browser = client(project)
        first = browser.get(f"{AT}/events?type=COERCE&limit=1")
        id = first.json()["items"][0]["id"]
        deciding.decide(project.store, [id], verdict="accept", word=Word(reviewer="Ada"))
        again = browser.get(f"{AT}/events?type=COERCE&limit=1", headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 200
        assert again.json()["items"][0]["decided"]["state"] == "accepted"


class TestErrors:
    @pytest.mark.parametrize(
        ("path", "status", "said"),
        [
            ("/events?typ=ASSAULT", 400, "did you mean type?"),
            ("/events?cursor=abc", 404, "cursor"),
            ("/events?cursor=WzFd", 404, "cursor"),
            ("/events?cursor=WyJlMSIsMF0", 404, "cursor"),
            ("/places?cursor=WyJlMSJd", 404, "cursor"),
            ("/events?limit=0", 422, "limit"),
            ("/events?limit=201", 422, "limit"),
            ("/events?limit=many", 422, "limit"),
            ("/events?status=told", 422, "status"),
            ("/events?since=2021-13-01", 422, "since"),
            ("/events?country=Kenya", 422, "country"),
            ("/events?q=" + "a" * 201, 422, "q"),
            ("/events?q=%00", 422, "q"),
            ("/events/e1", 422, "id"),
            ("/events/e0000000000000000", 404, "e0000000000000000"),
            ("/documents/d0000000000000000", 404, "d0000000000000000"),
            ("/documents/d0000000000000000/events", 404, "d0000000000000000"),
            ("/incidents/i0000000000000000", 404, "i0000000000000000"),
            ("/findings/f0000000000000000", 404, "f0000000000000000"),
            ("/nothing", 404, "nothing at this address"),
        ],
    )
    def test_each_says_what_is_wrong(self, ask: Any, path: str, status: int, said: str) -> None:
        told = ask(path, status)
        assert set(told) == {"type", "title", "status", "detail"}
        assert told["status"] == status
        assert said in told["detail"]

    def test_they_are_problems(self, project: Project) -> None:
        answer = client(project).get(f"{AT}/events/e1")
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"

    def test_nothing_can_be_written(self, project: Project) -> None:
        browser = client(project)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert browser.request(method, f"{AT}/events").status_code in (403, 405)

    def test_words_that_mean_something_in_sql_mean_nothing(self, ask: Any) -> None:
        for words in ("'; DROP TABLE documents; --", "%", "_", "\\", '"', "a' OR '1'='1"):
            for name in ("q", "type", "place", "source"):
                assert ask(f"/events?{name}={quote(words)}")["items"] == []


class TestAccess:
    def test_whoever_is_not_let_in_gets_nothing(self, project: Project) -> None:
        app = application(project, access=Access(port=8000), assets=Assets(folder=Path(__file__).parent, hashes={}))
        browser = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
        for path in ("/events", "/", "/openapi.json", "/nothing"):
            answer = browser.get(AT + path)
            assert answer.status_code == 401
            assert answer.headers["www-authenticate"] == "Bearer"
        wrong = browser.get(f"{AT}/events", headers={"authorization": "Bearer byline_nothing"})
        assert wrong.status_code == 401

    def test_a_read_token_opens_it(self, project: Project) -> None:
        browser = as_viewer(project, Viewer(name="Kofi", role="reader"))
        assert browser.get(f"{AT}/events").json()["items"]
        assert browser.get("/").status_code in (303, 403)

    def test_a_blind_coder_learns_nothing_of_the_first(self, project: Project, ask: Any) -> None:
        before = ask("/events?type=COERCE")["items"][0]
        id, document = before["id"], before["document"]["id"]
        incident = ask("/incidents?limit=200")["items"]
        deciding.decide(
            project.store,
            [id],
            verdict="set",
            word=Word(reviewer="Ada", field="type", value="ASSAULT", note="a secret"),
        )
        blind = as_viewer(project, Viewer(name="Kofi", role="coder", blind=frozenset({document})))
        told = blind.get(f"{AT}/events/{id}").json()
        assert (told["type"], told["decided"]) == ("COERCE", None)
        paths = ["/events?limit=200", "/events?type=ASSAULT", "/decisions", f"/events/{id}/decisions", "/places",
                 f"/documents/{document}", f"/documents/{document}/events", "/documents", "/sources", "/incidents",
                 f"/events?document={document}"]  # fmt: skip
        paths += [f"/incidents/{one['incident_id']}" for one in incident]
        answers = "".join(blind.get(AT + path).text for path in paths)
        assert "a secret" not in answers
        assert "Ada" not in answers
        assert id not in blind.get(f"{AT}/events?type=ASSAULT").text
        assert blind.get(f"{AT}/documents/{document}").json()["events"] is None
        sees = as_viewer(project, Viewer(name="Ines", role="reader"))
        assert sees.get(f"{AT}/events/{id}").json()["type"] == "ASSAULT"

    def test_whoever_asks_too_often_waits(self, project: Project) -> None:
        rate = Rate(a_second=0.001, burst=3)
        browser = TestClient(_opened(api.application(_site(project), rate=rate), Viewer(name="Kofi", role="reader")))
        found = [browser.get("/events").status_code for _ in range(5)]
        assert found == [200, 200, 200, 429, 429]
        assert int(browser.get("/events").headers["retry-after"]) > 0


def as_viewer(project: Project, viewer: Viewer) -> TestClient:
    """A program with a read token of an account."""
    access = Access(port=8000, tokens=lambda token: viewer if token == "byline_good" else None)
    app = application(project, access=access, assets=Assets(folder=Path(__file__).parent, hashes={}))
    headers = {"authorization": "Bearer byline_good"}
    return TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False, headers=headers)


def guarded(project: Project, viewer: Viewer) -> Any:
    """The API alone, behind the guard, that may be asked as often as one likes."""
    access = Access(port=8000, tokens=lambda token: viewer if token == "byline_good" else None)
    page = FastAPI()
    page.mount(AT, api.application(_site(project), rate=Rate(a_second=1e6, burst=1e6)))
    guard = Guard(page, door=access)

    async def named(scope: Any, receive: Any, send: Any) -> None:
        others = [one for one in scope.get("headers", []) if one[0] != b"host"]
        await guard({**scope, "headers": [*others, (b"host", b"127.0.0.1:8000")]}, receive, send)

    return named


def _site(project: Project) -> Any:
    return Site(project=project, assets=Assets(folder=Path(__file__).parent, hashes={}), door=Access(port=8000))


def _opened(app: Any, viewer: Viewer) -> Any:
    async def opened(scope: Any, receive: Any, send: Any) -> None:
        scope.setdefault("state", {})["viewer"] = viewer
        await app(scope, receive, send)

    return opened


class TestDescription:
    def test_each_route_is_described(self, ask: Any) -> None:
        told = ask("/openapi.json")
        assert set(told["paths"]) >= {"/events", "/events/{id}", "/documents", "/incidents/{id}", "/decisions"}
        for path, methods in told["paths"].items():
            assert set(methods) == {"get"}, path
            assert {"200", "304", "400", "401", "422", "429"} <= set(methods["get"]["responses"]), path

    def test_every_column_is_described(self, ask: Any) -> None:
        schemas = ask("/openapi.json")["components"]["schemas"]
        for name, view in (("Place", "v_places"), ("Decision", "v_decisions"), ("IncidentRow", "v_incidents")):
            assert list(schemas[name]["properties"]) == [column.name for column in views()[view].columns]

    @pytest.mark.parametrize("examples", [6, pytest.param(60, marks=pytest.mark.slow)])
    def test_schemathesis_finds_nothing(self, project: Project, examples: int) -> None:
        import schemathesis
        from hypothesis import HealthCheck, Phase, given, settings

        schema = schemathesis.openapi.from_dict(api.description(api.application(_site(project))))
        schema.app = guarded(project, Viewer(name="Kofi", role="reader"))
        quick = {
            "max_examples": examples,
            "deadline": None,
            "database": None,
            "derandomize": True,
            "phases": [Phase.explicit, Phase.generate],
            "suppress_health_check": list(HealthCheck),
        }
        checked = 0
        for result in schema.get_all_operations():
            operation = result.ok()

            @settings(**quick)
            def check(case: Any) -> None:
                case.headers["Authorization"] = "Bearer byline_good"
                case.call_and_validate()

            given(case=operation.as_strategy())(check)()
            checked += 1
        assert checked == len(list(schema.get_all_operations())) > 10
