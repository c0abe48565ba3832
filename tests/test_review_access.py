"""Who is let in: the one-time link, the session behind it, the names the page goes by, the headers of each answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

import review_made
from byline.cli import main
from byline.errors import BylineError
from byline.project import Project
from byline.review import Address, assets
from byline.review.access import MOST_SESSIONS, Access
from byline.review.app import application
from byline.review.assets import Assets

PAGES = (
    "/",
    "/incidents",
    "/incidents/x",
    "/findings",
    "/map",
    "/map/places.json",
    "/timeline",
    "/sources",
    "/documents/x",
    "/events/x",
    "/nothing",
    "/docs",
)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project(database=tmp_path / "byline.db") as one:
        review_made.fill(one.store, number=10)
        yield one


@pytest.fixture
def access() -> Access:
    return Access(port=8000)


@pytest.fixture
def stranger(project: Project, access: Access, tmp_path: Path) -> TestClient:
    """A browser that has not opened the page."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "page.js").write_text("// ours")
    app = application(project, access=access, assets=Assets(folder=tmp_path / "assets", hashes={}))
    return TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)


class TestTheLink:
    def test_it_opens_one_browser_once(self, stranger: TestClient, access: Access) -> None:
        token = access.token
        answer = stranger.get("/enter", params={"token": token})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert stranger.get("/").status_code == 200
        stranger.cookies.clear()
        again = stranger.get("/enter", params={"token": token})
        assert again.status_code == 403
        assert "used already" in again.text
        assert stranger.get("/").status_code == 403

    def test_another_is_told_for_the_next_browser(self, access: Access) -> None:
        told: list[str] = []
        access.told = told.append
        first = access.token
        one = access.enter(first)
        two = access.enter(told[0])
        assert first != told[0] != told[1]
        assert one is not None
        assert two is not None
        assert access.knows(one)
        assert access.knows(two)

    def test_a_wrong_token_spends_nothing(self, stranger: TestClient, access: Access) -> None:
        for wrong in ("", "x", access.token[:-1], access.token + "a", "ü"):
            assert stranger.get("/enter", params={"token": wrong}).status_code == 403
        assert stranger.get("/enter", params={"token": access.token}).status_code == 303

    def test_only_get_opens(self, stranger: TestClient, access: Access) -> None:
        assert stranger.post("/enter", params={"token": access.token}).status_code == 405
        assert stranger.head("/enter", params={"token": access.token}).status_code == 405
        assert stranger.get("/enter", params={"token": access.token}).status_code == 303

    def test_the_session_is_a_cookie_of_this_page_that_no_script_reads(
        self, stranger: TestClient, access: Access
    ) -> None:
        cookie = stranger.get("/enter", params={"token": access.token}).headers["set-cookie"]
        assert cookie.startswith("byline-8000=")
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(cookie.split("; "))
        assert access.token not in cookie

    def test_the_oldest_sessions_end(self, access: Access) -> None:
        first = access.enter(access.token)
        last = [access.enter(access.token) for _ in range(MOST_SESSIONS)][-1]
        assert first is not None
        assert last is not None
        assert not access.knows(first)
        assert access.knows(last)


class TestWithoutASession:
    @pytest.mark.parametrize("path", PAGES)
    def test_nothing_of_the_store_is_told(self, stranger: TestClient, path: str) -> None:
        answer = stranger.get(path)
        assert answer.status_code == 403
        assert "Police" not in answer.text

    @pytest.mark.parametrize("cookie", ["", "x", "byline-8000", "byline-8000=", "byline-8000=x", "\x7f=;;", "a=b; c"])
    def test_a_made_up_cookie_is_none(self, stranger: TestClient, cookie: str) -> None:
        assert stranger.get("/", headers={"cookie": cookie}).status_code == 403

    def test_scripts_and_styles_are_anyones(self, stranger: TestClient) -> None:
        assert stranger.get("/assets/page.js").status_code == 200
        assert stranger.get("/assets/../byline.db").status_code == 403
        assert stranger.get("/assets/%2e%2e/byline.db").status_code == 404


class TestNames:
    @pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000", "[::1]:8000"])
    def test_ours_are_those_of_this_machine(self, project: Project, host: str) -> None:
        assert review_made.client(project).get("/", headers={"host": host}).status_code == 200

    @pytest.mark.parametrize(
        "host",
        [
            "evil.example",
            "evil.example:8000",
            "127.0.0.1",
            "127.0.0.1:80",
            "127.0.0.1.evil.example:8000",
            "0.0.0.0:8000",
            "",
        ],
    )
    def test_any_other_is_refused(self, project: Project, host: str) -> None:
        answer = review_made.client(project).get("/", headers={"host": host})
        assert answer.status_code == 421
        assert "Police" not in answer.text

    def test_the_link_opens_nothing_under_another_name(self, stranger: TestClient, access: Access) -> None:
        answer = stranger.get("/enter", params={"token": access.token}, headers={"host": "evil.example"})
        assert answer.status_code == 421
        assert "set-cookie" not in answer.headers


class TestHeaders:
    @pytest.mark.parametrize("path", ["/", "/map", "/timeline", "/sources", "/nothing", "/enter", "/assets/none.js"])
    def test_every_answer_has_them(self, project: Project, path: str) -> None:
        headers = review_made.client(project).get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        rules = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
        assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
        assert rules["form-action"] == "'self'"
        assert not re.search(r"unsafe|http|\*", headers["content-security-policy"])

    def test_each_answer_has_a_nonce_of_its_own(self, project: Project) -> None:
        browser = review_made.client(project)
        found = [browser.get("/").headers["content-security-policy"] for _ in range(2)]
        assert found[0] != found[1]

    def test_only_what_is_named_by_its_hash_is_kept(self, stranger: TestClient) -> None:
        assert "immutable" in stranger.get("/assets/page.js?v=1").headers["cache-control"]
        assert stranger.get("/assets/page.js").headers["cache-control"] == "no-store"


class TestCommand:
    @pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "::", "example.org", ""])
    def test_another_host_is_refused_and_says_why(self, project: Project, host: str) -> None:
        found = CliRunner().invoke(main, ["review", "--host", host, "--db", str(project.database), "--no-open"])
        assert found.exit_code == 1
        assert "no accounts" in found.output
        assert "--host" in found.output

    def test_addresses_of_this_machine_are_taken(self) -> None:
        assert [Address(host=one).host for one in ("127.0.0.1", "localhost", "::1")]

    def test_a_database_that_is_not_there_is_not_made(self, tmp_path: Path) -> None:
        found = CliRunner().invoke(main, ["review", "--db", str(tmp_path / "none.db"), "--no-open"])
        assert found.exit_code == 1
        assert "code a report first" in found.output
        assert not (tmp_path / "none.db").exists()

    def test_assets_that_were_not_built_are_told(self, tmp_path: Path) -> None:
        with pytest.raises(BylineError, match=r"make install with Node\.js"):
            assets.built(tmp_path)
