"""The page in a real browser: no view breaks its own policy or an accessibility rule, keys lead through it, the map and
the charts are drawn. Debian's chromium runs it; where that, or npm's part, is not installed, the tests are skipped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import review_made
from byline.project import Project, deciding
from byline.project.deciding import Said
from review_browser import SIZES, Served, Visitor, chromium, serving

__all__ = ["chromium"]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page as it is served, with made-up and hostile reports, some of whose events are decided."""
    with Project(database=tmp_path_factory.mktemp("browser") / "byline.db") as project:
        review_made.fill(project.store, number=200)
        document, coding = review_made.hostile()
        project.store.add_document(document, review_made.raw(document))
        project.store.add_coding(coding)
        first, second = coding.events
        for reviewer, verdict in (("ada", "accept"), (review_made.IMAGE, "reject")):
            word = Said(subject=(first.id,), verdict=verdict, note=review_made.SCRIPT)  # type: ignore[arg-type]
            deciding.decide_many(project.store, [word], reviewer=reviewer)
        deciding.decide_many(project.store, [Said(subject=(second.id,), verdict="reject")], reviewer="ada")
        with serving(project) as served:
            yield served


def paths() -> dict[str, str]:
    document, coding = review_made.hostile()
    return {
        "queue": "/",
        "queue with mistakes": "/?since=never&source=nobody&type=PROTEST",
        "queue without events": "/?place=nowhere",
        "document": f"/documents/{document.id}",
        "event": f"/events/{coding.events[0].id}",
        "event alone": f"/documents/{document.id}?event={coding.events[0].id}&alone",
        "history": f"/events/{coding.events[0].id}/history",
        "edit what": f"/events/{coding.events[0].id}/edit/kind",
        "edit when": f"/events/{coding.events[0].id}/edit/when",
        "edit where": f"/events/{coding.events[0].id}/edit/places?place=Springfield",
        "edit who": f"/events/{coding.events[0].id}/edit/actors",
        "edit how many": f"/events/{coding.events[0].id}/edit/quantities",
        "edit whose word": f"/events/{coding.events[0].id}/edit/attribution",
        "split": f"/events/{coding.events[0].id}/edit/split",
        "join": f"/events/{coding.events[0].id}/edit/joined",
        "same": f"/events/{coding.events[0].id}/edit/same",
        "new event": f"/documents/{document.id}/new?words=on",
        "progress": "/progress",
        "incidents": "/incidents",
        "findings": "/findings",
        "map": "/map",
        "timeline": "/timeline",
        "sources": "/sources",
        "nothing": "/nothing",
    }


@pytest.fixture(params=[(size, scheme) for size in SIZES for scheme in ("light", "dark")], ids=" ".join)
def visitor(request: pytest.FixtureRequest, chromium: Any, site: Served) -> Iterator[Visitor]:
    size, scheme = request.param
    width, height = SIZES[size]
    one = Visitor(chromium, site, viewport={"width": width, "height": height}, color_scheme=scheme)
    yield one
    one.context.close()


@pytest.fixture
def wide(chromium: Any, site: Served) -> Iterator[Visitor]:
    one = Visitor(chromium, site, viewport={"width": 1360, "height": 900})
    yield one
    one.context.close()


@pytest.mark.parametrize("name", paths())
def test_no_view_breaks_a_rule(visitor: Visitor, name: str) -> None:
    page = visitor.open(paths()[name])
    expected = ["404"] if name == "nothing" else []
    assert [one for one in visitor.complaints if not any(word in one for word in expected)] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert visitor.broken_rules() == []


@pytest.mark.parametrize("name", ["queue", "document", "event", "map", "timeline", "sources"])
def test_each_view_is_whole_without_scripts(chromium: Any, site: Served, name: str) -> None:
    one = Visitor(chromium, site, java_script_enabled=False)
    page = one.open(paths()[name])
    assert page.locator("h1").count() == 1
    assert page.locator("[data-row], [data-card], tbody tr").count() > 0
    assert page.locator("[data-filters]:not([open])").count() == 0
    one.context.close()


def test_keys_lead_from_the_queue_to_a_report_and_back(wide: Visitor) -> None:
    page = wide.open("/?type=PROTEST")
    for key in "jjk":
        page.keyboard.press(key)
    first = page.locator("[data-open]").first
    assert first.evaluate("one => one === document.activeElement")
    page.keyboard.press("o")
    page.wait_for_url("**/documents/**")
    assert page.locator(".card.chosen").count() == 1
    page.keyboard.press("q")
    page.wait_for_url(f"{wide.address}/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("jk?")
    assert page.input_value("#q") == "jk?"


def test_single_keys_can_be_turned_off(wide: Visitor) -> None:
    page = wide.open("/")
    page.keyboard.press("?")
    page.get_by_label("Use single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.evaluate(
        "document.activeElement === document.body || document.activeElement.dataset.open === undefined"
    )
    page = wide.open("/")
    page.keyboard.press("?")
    assert not page.locator("#keys").evaluate("one => one.open")


def test_a_value_shows_the_words_it_rests_on(wide: Visitor) -> None:
    page = wide.open("/")
    page.locator("[data-open]").nth(5).click()
    page.wait_for_load_state("networkidle")
    value = page.locator(".card.chosen .value", has=page.locator("dt", has_text="where"))
    value.hover()
    assert page.locator("mark.rests").all_inner_texts() == [value.locator(".words").inner_text().strip("“”")]
    page.mouse.move(5, 5)
    assert page.locator("mark.rests").count() == 0
    value.locator(".words").focus()
    assert page.locator("mark.rests").count() == 1


def test_filters_answer_at_once_and_the_address_follows(wide: Visitor) -> None:
    page = wide.open("/")
    page.select_option("#status", "denied")
    page.wait_for_url("**/?*status=denied*")
    page.wait_for_function("document.querySelectorAll('.row').length === document.querySelectorAll('.s-denied').length")
    page.go_back()
    page.wait_for_function("document.querySelectorAll('.row .s-denied').length < 50")
    assert wide.complaints == []


def test_the_map_and_the_chart_are_drawn(wide: Visitor) -> None:
    page = wide.open("/map")
    page.wait_for_selector("[data-map-drawn]", timeout=60_000)
    page = wide.open("/timeline")
    bars = page.locator("[data-timeline] rect")
    assert bars.count() >= page.locator("#bins tbody tr").count()
    assert wide.complaints == []
