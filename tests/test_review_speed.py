"""How long the server takes for each view, with a hundred thousand events: the limits are what a person notices."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from time import perf_counter

import pytest
from sqlalchemy import insert, select, update
from starlette.testclient import TestClient

import review_made
from byline.project import Project
from byline.review.serve import settle_memory
from byline.store import Store, schema, views
from byline.store.views import Filters

pytestmark = pytest.mark.slow

EVENTS = 100_000
LINKED = 10_000
FOUND = 5_000
"""Incidents of two events, and findings: both many times what a store of this size has."""
FIRST_VIEW = 0.3
"""Seconds of server time for the view that opens, of three tries the best: other work on the machine is not ours."""

OTHER_VIEWS = 1.5
"""Seconds for the views that count all events, or look for words in all texts."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with Project(database=tmp_path_factory.mktemp("speed") / "byline.db") as one:
        review_made.fill(one.store, number=EVENTS)
        _beside(one.store)
        yield one


def _beside(store: Store) -> None:
    """Half of all events decided; incidents of events that differ, and findings."""
    drawn = random.Random(1)
    with store.writing() as connection:
        table = schema.current_events
        half = update(table).where(table.c.position < review_made.EVENTS_EACH // 2)
        connection.execute(half.values(state="accepted", decided_at="2026-03-15T00:00:00.000000Z"))
        ids = list(connection.scalars(select(table.c.event_id)))
        documents = list(connection.scalars(select(schema.documents.c.id)))
        given = drawn.sample(ids, 2 * LINKED)
        pairs = [{"event_id": id, "incident_id": f"i{nth // 2:016x}"} for nth, id in enumerate(given)]
        connection.execute(insert(schema.incidents), [{"id": f"i{nth:016x}", "turn": 1} for nth in range(LINKED)])
        connection.execute(insert(schema.incident_events), pairs)
        found = [(f"f{nth:016x}", id) for nth, id in enumerate(drawn.sample(documents, FOUND))]
        same = {"kind": "count-list", "severity": "low", "says": "made up"}
        empty = {name: [] for name in ("claim", "against", "numbers", "names")}
        connection.execute(insert(schema.findings), [{"id": id, **same, **empty} for id, _ in found])
        connection.execute(
            insert(schema.finding_documents), [{"finding_id": id, "document_id": document} for id, document in found]
        )


@pytest.fixture(scope="module")
def browser(project: Project) -> TestClient:
    settle_memory()  # as the server does
    return review_made.client(project)


def seconds(browser: TestClient, path: str) -> float:
    """The best of three."""
    taken = []
    for _ in range(3):
        since = perf_counter()
        answer = browser.get(path)
        taken.append(perf_counter() - since)
        assert answer.status_code in (200, 303)
    print(f"{path}: {min(taken) * 1000:.0f} ms")
    return min(taken)


def test_the_first_view_is_there_at_once(browser: TestClient) -> None:
    assert seconds(browser, "/") < FIRST_VIEW


def test_a_report_and_a_decision_on_it_are_there_at_once(project: Project, browser: TestClient) -> None:
    path = browser.get("/next").headers["location"]
    assert seconds(browser, path) < FIRST_VIEW
    page = browser.get(path).text
    token = re.search(r'name="csrf" value="(\w+)"', page)
    assert token is not None
    taken = []
    for id in re.findall(r'data-event="(e\w+)"', page)[:3]:
        since = perf_counter()
        answer = browser.post(
            f"/events/{id}/decide", data={"verdict": "accept", "csrf": token[1]}, headers={"hx-request": "true"}
        )
        taken.append(perf_counter() - since)
        assert answer.status_code == 200
    print(f"a decision: {min(taken) * 1000:.0f} ms")
    assert min(taken) < FIRST_VIEW


def test_a_report_of_a_megabyte_is_there_at_once(project: Project, browser: TestClient) -> None:
    document, coding = review_made.long_report()
    assert len(document.text) > 1_000_000
    project.store.add_document(document, review_made.raw(document))
    project.store.add_coding(coding)
    print(f"{len(coding.events)} events")
    assert seconds(browser, f"/documents/{document.id}") < FIRST_VIEW
    assert seconds(browser, f"/documents/{document.id}?event={coding.events[-1].id}") < FIRST_VIEW


@pytest.mark.parametrize("order", views.ORDERS)
def test_a_page_far_down_is_as_quick_as_the_first(project: Project, browser: TestClient, order: views.Order) -> None:
    after = None
    for _ in range(40):
        after = views.listing(project.store, Filters(), order=order, after=after, limit=500).more
    assert after is not None
    assert seconds(browser, f"/?order={order}&after={after}") < FIRST_VIEW


@pytest.mark.parametrize(
    "path",
    [
        "/?decided=everything",
        "/?decided=rejected",
        "/next",
        "/progress",
        "/?type=PROTEST",
        "/?status=denied",
        "/?place=khulna",
        "/?place=Bolivia",
        "/?source=Paper+3",
        "/?since=2020-03-01&until=2020-03-09",
        "/?source=Paper+3&place=khulna&type=AGREE&status=planned",
        "/?q=firm+1999+in",
        "/?q=no+such+words",
        "/map",
        "/map/places.json",
        "/timeline",
        "/sources",
        "/incidents",
        "/findings",
    ],
)
def test_other_views_do_not_keep_anyone_waiting(browser: TestClient, path: str) -> None:
    assert seconds(browser, path) < OTHER_VIEWS
