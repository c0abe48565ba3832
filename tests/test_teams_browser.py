"""A team in a real browser: an account from the first password on, two who code the same report apart, a third who
settles it, a new coder; and that no view of theirs breaks the page's policy or an accessibility rule."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
import uvicorn

import review_made
import team_made
from byline.deciding import EVERYTHING
from byline.errors import BylineError
from byline.project import Project, accounts, decided, deciding, teams
from byline.project.deciding import Said
from byline.project.teams import Wanted
from byline.review import assets
from byline.review.app import application
from byline.review.signin import SignedIn
from review_browser import SIZES, Visitor, chromium
from team_made import PASSWORD
from test_review_desk import moved

__all__ = ["chromium"]

pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class _Door:
    """What `Visitor` opens a page with; here everyone signs in instead."""

    token: str = ""


class Person(Visitor):
    """Someone who signs in, in a browser of their own."""

    def __init__(self, browser: Any, address: str, name: str, *, password: str = PASSWORD, **settings: Any) -> None:
        super().__init__(browser, (address, _Door()), **settings)  # type: ignore[arg-type]
        self.complaints.clear()
        self.sign_in(name, password)

    def sign_in(self, name: str, password: str, *, code: str = "") -> None:
        self.open("/sign-in")
        self.page.get_by_label("Name").fill(name)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_label("One-time code").fill(code)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_load_state("networkidle")


@pytest.fixture
def project(tmp_path: Any) -> Iterator[Project]:
    with Project(database=tmp_path / "byline.db") as one:
        review_made.fill(one.store, number=10)
        team_made.team(one)
        yield one


@pytest.fixture
def address(project: Project) -> Iterator[str]:
    try:
        built = assets.built()
    except BylineError as error:
        pytest.skip(str(error))
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    port = bound.getsockname()[1]
    app = application(project, access=SignedIn(project=project, port=port), assets=built)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", proxy_headers=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


def test_a_first_password_is_changed_and_codes_are_set_up(chromium: Any, address: str, project: Project) -> None:
    given = accounts.add(project.store, "dora", role="coder", by="test")
    dora = Person(chromium, address, "dora", password=given)
    page = dora.page
    assert page.url == f"{address}/account"
    page.get_by_label("Password now").fill(given)
    page.get_by_label("New password").fill("four blue kettles sing")
    page.get_by_label("The new one again").fill("four blue kettles sing")
    page.get_by_role("button", name="Change the password").click()
    page.get_by_role("button", name="Set up one-time codes").click()
    assert page.locator(".qr").bounding_box()["width"] > 100
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("Code it shows now").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Use codes from now on").click()
    assert page.get_by_text("From now on a code is asked for").is_visible()
    page.get_by_role("button", name="Sign out").click()
    dora.sign_in("dora", "four blue kettles sing")
    assert page.get_by_role("alert").is_visible()
    dora.sign_in("dora", "four blue kettles sing", code=pyotp.TOTP(secret).at(int(time.time()) + 30))
    assert page.url == f"{address}/"
    assert [one for one in dora.complaints if "403" not in one] == []


def test_two_code_apart_and_a_third_settles_it(chromium: Any, address: str, project: Project) -> None:
    judy = Person(chromium, address, "judy")
    page = judy.open("/team")
    page.locator("fieldset").first.get_by_label("ada").check()
    page.locator("fieldset").nth(1).get_by_label("ben").check()
    page.get_by_label("How many").fill("1")
    page.get_by_role("button", name="Give them out").click()
    assert page.get_by_text("1 document given out, 1 of them to two").is_visible()
    [one] = teams.doubled(project.store)

    def code(name: str, keys: str) -> None:
        """Decides on each event with a key, as the page goes on by itself, and says that it is done."""
        person = Person(chromium, address, name)
        person.open("/team/next")
        person.page.locator("[data-card]").first.focus()
        for key in keys[:-1]:
            before = person.focused()
            person.page.keyboard.press(key)
            moved(person.page, before)
        person.page.keyboard.press(keys[-1])
        person.page.wait_for_url("**finished**")
        person.page.wait_for_load_state("networkidle")
        person.page.get_by_role("button", name="I am done with it").click()
        person.page.wait_for_url("**/team")
        assert person.complaints == []

    code("ada", "aaaax")
    code("ben", "aaaaa")
    page = judy.open("/team")
    page.get_by_role("link", name=re.compile("^Report")).first.click()
    assert page.get_by_text("only ben has it").is_visible()
    page.get_by_label("yes").check()
    page.get_by_role("button", name="Settle").click()
    page.wait_for_url("**/team")
    stands = decided.of_document(project.store, one.document_id, viewer=EVERYTHING)
    assert [each.state for each in stands] == ["accepted"] * 5
    page = judy.open("/team/agreement")
    assert "event found" in page.locator("table").first.inner_text()
    assert judy.complaints == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_of_a_team_breaks_a_rule(chromium: Any, address: str, project: Project, size: str, scheme: str) -> None:
    teams.assign(project.store, Wanted(coders=("ada",), seconds=("cleo",)), by="judy")
    for name in ("ada", "cleo"):
        for given in teams.mine(project.store, accounts.person(project.store, name)):
            events = teams.as_coded_by(project.store, given.document_id, name=name)
            said = [_said(each.event.id, reject=name == "cleo" and nth == 0) for nth, each in enumerate(events)]
            role = "coder" if name == "ada" else "double coder"
            deciding.decide_many(project.store, said, reviewer=name, role=role)
            teams.say_done(project.store, given.document_id, viewer=accounts.person(project.store, name))
    width, height = SIZES[size]
    settings = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    settled = teams.doubled(project.store)[0].document_id
    for name, paths in (
        ("judy", ("/team", f"/team/settle/{settled}", "/team/agreement")),
        ("cleo", ("/account", "/accounts", "/trail")),
    ):
        person = Person(chromium, address, name, **settings)
        for path in paths:
            page = person.open(path)
            assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path
            assert person.broken_rules() == [], path
        assert person.complaints == []
        person.context.close()


def _said(event_id: str, *, reject: bool) -> Said:
    return Said(subject=(event_id,), verdict="reject" if reject else "accept")
