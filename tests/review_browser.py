"""What tests of the page in a real browser share: Debian's chromium, the page as it is served, and a visitor's tab."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from byline.deciding.viewing import Role, Viewer
from byline.errors import BylineError
from byline.project import Project
from byline.review import assets
from byline.review.access import Access
from byline.review.app import application

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed; run make install")

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"wide": (1360, 900), "phone": (360, 740)}
ARGUMENTS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
"""For root in a container, and a map without a graphics card."""

SERIOUS = ("serious", "critical")

Served = tuple[str, Access]
"""The address of a page, and its door."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser; the tests are skipped where none is installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no chromium is installed (apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def serving(project: Project, *, name: str = "ada", role: Role = "admin") -> Iterator[Served]:
    """A project's page, served to one person on a free port; the test is skipped where npm's part was not built."""
    try:
        built = assets.built()
    except BylineError as error:
        pytest.skip(str(error))
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    access = Access(port=bound.getsockname()[1], person=lambda: Viewer(name=name, role=role))
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

    def __init__(self, browser: Any, site: Served, **settings: Any) -> None:
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

    def focused(self) -> str:
        """The id of the event whose card has the focus; "" for none."""
        return str(self.page.evaluate("document.activeElement?.closest('[data-card]')?.dataset.event ?? ''"))

    def broken_rules(self) -> list[str]:
        """What axe finds that is serious; the test is skipped where it is not installed."""
        if not AXE.exists():
            pytest.skip("axe-core is not installed; run make install with npm")
        # Playwright runs it outside the page's policy, which lets no script in from elsewhere.
        script = AXE.read_text(encoding="utf-8") + "; axe.run(document, {resultTypes: ['violations']})"
        found = self.page.evaluate(script)
        return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"] if one["impact"] in SERIOUS]
