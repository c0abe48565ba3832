"""The page in a real browser: no view breaks its own policy or an accessibility rule, keys lead through it, the map and
the chart are drawn. Debian's chromium runs it; where that, or npm's part, is not installed, these tests are skipped."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

import review_made
from byline.errors import BylineError
from byline.project import Project
from byline.review import assets
from byline.review.access import Access
from byline.review.app import application

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; run make install")

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"wide": (1360, 900), "phone": (360, 740)}
ARGUMENTS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
"""For root in a container, and a map without a graphics card."""

SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no chromium is installed (apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Access]]:
    """The page as it is served, with made-up and hostile reports: its address, and its door."""
    try:
        built = assets.built()
    except BylineError as error:
        pytest.skip(str(error))
    with Project(database=tmp_path_factory.mktemp("browser") / "byline.db") as project:
        review_made.fill(project.store, number=200)
        document, coding = review_made.hostile()
        project.store.add_document(document, review_made.raw(document))
        project.store.add_coding(coding)
        bound = socket.socket()
        bound.bind(("127.0.0.1", 0))
        access = Access(port=bound.getsockname()[1])
        app = application(project, access=access, assets=built)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{access.port}", access
        server.should_exit = True
        thread.join(timeout=10)


class Visitor:
    """A tab that has opened the page, and what it complained of."""

    def __init__(self, browser: Any, site: tuple[str, Access], **settings: Any) -> None:
        self.address, access = site
        self.context = browser.new_context(**settings)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda told: self._hear(told))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self._see(asked.url))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"a dialog: {dialog.message}"))
        self.page.goto(f"{self.address}/enter?token={access.token}")

    def _hear(self, told: Any) -> None:
        # Chromium tells how long software takes to read back a map.
        if told.type in ("error", "warning") and "GPU stall" not in told.text:
            self.complaints.append(told.text)

    def _see(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.complaints.append(f"asked elsewhere: {url}")

    def open(self, path: str) -> Any:
        self.page.goto(self.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page


def paths() -> dict[str, str]:
    document, coding = review_made.hostile()
    return {
        "queue": "/",
        "queue with mistakes": "/?since=never&source=nobody&type=PROTEST",
        "queue without events": "/?place=nowhere",
        "document": f"/documents/{document.id}",
        "event": f"/events/{coding.events[0].id}",
        "incidents": "/incidents",
        "findings": "/findings",
        "map": "/map",
        "timeline": "/timeline",
        "sources": "/sources",
        "nothing": "/nothing",
    }


@pytest.fixture(params=[(size, scheme) for size in SIZES for scheme in ("light", "dark")], ids=" ".join)
def visitor(request: pytest.FixtureRequest, chromium: Any, site: tuple[str, Access]) -> Iterator[Visitor]:
    size, scheme = request.param
    width, height = SIZES[size]
    one = Visitor(chromium, site, viewport={"width": width, "height": height}, color_scheme=scheme)
    yield one
    one.context.close()


@pytest.fixture
def wide(chromium: Any, site: tuple[str, Access]) -> Iterator[Visitor]:
    one = Visitor(chromium, site, viewport={"width": 1360, "height": 900})
    yield one
    one.context.close()


@pytest.mark.parametrize("name", paths())
def test_no_view_breaks_a_rule(visitor: Visitor, name: str) -> None:
    page = visitor.open(paths()[name])
    expected = ["404"] if name == "nothing" else []
    assert [one for one in visitor.complaints if not any(word in one for word in expected)] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if not AXE.exists():
        pytest.skip("axe-core is not installed; run make install with npm")
    # Playwright runs it outside the page's policy, which lets no script in from elsewhere.
    found = page.evaluate(AXE.read_text(encoding="utf-8") + "; axe.run(document, {resultTypes: ['violations']})")
    broken = [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"] if one["impact"] in SERIOUS]
    assert broken == []


@pytest.mark.parametrize("name", ["queue", "document", "event", "map", "timeline", "sources"])
def test_each_view_is_whole_without_scripts(chromium: Any, site: tuple[str, Access], name: str) -> None:
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
    assert page.locator("#chosen .card").count() == 1
    page.keyboard.press("u")
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
    value = page.locator("#chosen .value", has=page.locator("dt", has_text="where"))
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
