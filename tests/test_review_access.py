"""Who is let in: the one-time link, accounts, roles, names the page goes by, forged writes, headers of each answer."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from fastapi import APIRouter
from starlette.testclient import TestClient

import review_made
import team_made
from byline.cli import main
from byline.deciding.viewing import ROLES
from byline.errors import BylineError
from byline.project import Project, accounts
from byline.review import Address, assets, queue
from byline.review.access import MOST_SESSIONS, READS, Access, csrf_token
from byline.review.app import application, routes_of
from byline.review.assets import Assets
from byline.review.guard import MOST_BYTES
from byline.store import trail
from team_made import PASSWORD, Team

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


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """A page that people sign in to, with an account for each role, which no test changes."""
    with Project(database=tmp_path_factory.mktemp("team") / "byline.db") as project:
        review_made.fill(project.store, number=10)
        yield team_made.team(project)


@pytest.fixture
def own_team(project: Project) -> Team:
    """The same for a test that changes accounts."""
    return team_made.team(project)


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

    def test_nobody_signs_in_there(self, stranger: TestClient, access: Access) -> None:
        stranger.get("/enter", params={"token": access.token})
        assert [stranger.get(path).status_code for path in ("/sign-in", "/account", "/accounts")] == [404] * 3


class TestWithoutASession:
    @pytest.mark.parametrize("path", PAGES)
    def test_nothing_of_the_store_is_told(self, stranger: TestClient, path: str) -> None:
        answer = stranger.get(path)
        assert answer.status_code == 403
        assert "Police" not in answer.text

    @pytest.mark.parametrize("path", PAGES)
    def test_whoever_has_not_signed_in_is_sent_to_do_so(self, team: Team, path: str) -> None:
        answer = team.stranger().get(path)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")

    @pytest.mark.parametrize("cookie", ["", "x", "byline-8000", "byline-8000=", "byline-8000=x", "\x7f=;;", "a=b; c"])
    def test_a_made_up_cookie_is_none(self, stranger: TestClient, cookie: str) -> None:
        assert stranger.get("/", headers={"cookie": cookie}).status_code == 403

    def test_scripts_and_styles_are_anyones(self, stranger: TestClient) -> None:
        assert stranger.get("/assets/page.js").status_code == 200
        assert stranger.get("/assets/../byline.db").status_code == 403
        assert stranger.get("/assets/%2e%2e/byline.db").status_code == 404

    def test_a_link_on_another_site_comes_again_with_its_cookie(self, team: Team) -> None:
        """Browsers leave out a strict cookie on a link from elsewhere, and send it when the page then asks itself."""
        from_elsewhere = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
        answer = team.stranger().get("/map", headers=from_elsewhere)
        assert answer.status_code == 200
        assert 'http-equiv="refresh"' in answer.text
        assert "set-cookie" not in answer.headers


class TestSigningIn:
    def test_name_and_password_open_a_session(self, team: Team) -> None:
        browser = team.stranger()
        answer = team.sign_in(browser, "ada")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))
        assert browser.get("/").status_code == 200

    def test_one_is_led_to_what_was_asked_for(self, team: Team) -> None:
        browser = team.stranger()
        asked = browser.get("/map?type=ASSAULT").headers["location"]
        assert team.sign_in(browser, "ada", at=asked).headers["location"] == "/map?type=ASSAULT"

    @pytest.mark.parametrize(
        "to", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\n/x", "\\\\x"]
    )
    def test_never_to_another_site(self, team: Team, to: str) -> None:
        browser = team.stranger()
        assert team.sign_in(browser, "ada", next=to).headers["location"] == "/"

    @pytest.mark.parametrize(("name", "password"), [("ada", "x"), ("nobody", PASSWORD), ("", ""), ("ADA", PASSWORD)])
    def test_any_other_is_told_the_same(self, own_team: Team, name: str, password: str) -> None:
        answer = own_team.sign_in(own_team.stranger(), name, password=password)
        assert answer.status_code == 403
        assert accounts.REFUSED in answer.text
        assert "byline-8000=" not in answer.headers["set-cookie"]

    def test_after_ten_failures_none_is_looked_at_for_a_while(self, own_team: Team) -> None:
        own_team.fail("ada", times=accounts.MOST_BY_ACCOUNT - 1)
        assert accounts.REFUSED in own_team.sign_in(own_team.stranger(), "ada", password="wrong").text
        answer = own_team.sign_in(own_team.stranger(), "ada")
        assert (answer.status_code, "too many sign-ins failed" in answer.text) == (403, True)
        assert own_team.sign_in(own_team.stranger(), "cleo").status_code == 303, "others are not shut out by it"
        accounts.set_password(own_team.project.store, "ada", by="cleo", password="another lamp at seven")
        assert own_team.sign_in(own_team.stranger(), "ada", password="another lamp at seven").status_code == 303

    def test_the_limit_outlives_the_server(self, own_team: Team) -> None:
        own_team.fail("ada", times=accounts.MOST_BY_ACCOUNT)
        again = team_made.Team(project=own_team.project)
        assert "too many" in again.sign_in(again.stranger(), "ada").text

    def test_sign_ins_that_succeed_shut_nobody_out(self, own_team: Team) -> None:
        """A newsroom comes from one address."""
        given = accounts.SignIn(name="ada", password=PASSWORD, address="10.0.0.1")
        for _ in range(2):
            accounts.sign_in(own_team.project.store, given)
        assert own_team.rows("attempts") == []

    def test_one_signs_out(self, team: Team) -> None:
        browser = team.browser("ada")
        assert browser.get("/").status_code == 200
        assert team.post(browser, "/sign-out").headers["location"] == "/sign-in"
        assert browser.get("/").status_code == 303

    def test_a_session_ends_unused_and_in_any_case(self, own_team: Team) -> None:
        for column, hours in (("last_at", 2), ("began_at", 12)):
            browser = own_team.browser("ada")
            assert browser.get("/").status_code == 200
            own_team.shift("sessions", column, hours=hours)
            assert browser.get("/").status_code == 303, column

    def test_the_database_holds_no_session_and_no_password(self, own_team: Team) -> None:
        browser = own_team.browser("ada")
        token = accounts.make_token(own_team.project.store, "ada", label="x", by="ada")
        told = repr([own_team.rows(name) for name in ("accounts", "sessions", "tokens", "trail")])
        assert "$argon2id$v=19$m=65536,t=3,p=4$" in told
        for secret in (PASSWORD, token, browser.cookies["byline-8000"]):
            assert secret not in told

    def test_a_closed_account_is_out_at_once(self, own_team: Team) -> None:
        browser = own_team.browser("ada")
        token = accounts.make_token(own_team.project.store, "ada", label="x", by="ada")
        accounts.disable(own_team.project.store, "ada", by="cleo")
        assert browser.get("/").status_code == 303
        assert accounts.bearer(own_team.project.store, token) is None
        assert own_team.sign_in(own_team.stranger(), "ada").status_code == 403


class TestOneTimeCodes:
    def test_they_are_set_up_by_a_picture_and_asked_for_from_then_on(self, own_team: Team) -> None:
        browser = own_team.browser("ada")
        shown = own_team.post(browser, "/account/codes").text
        secret = re.search(r'name="secret" value="([A-Z2-7]{32})"', shown)
        assert secret is not None
        assert "<svg" in shown
        code = pyotp.TOTP(secret[1]).now()
        assert "a code is asked for" in own_team.post(browser, "/account/codes", secret=secret[1], code=code).text
        assert own_team.sign_in(own_team.stranger(), "ada").status_code == 403
        assert own_team.sign_in(own_team.stranger(), "ada", code="000000").status_code == 403
        assert own_team.sign_in(own_team.stranger(), "ada", code=code).status_code == 403, "no code is taken twice"
        later = pyotp.TOTP(secret[1]).at(int(time.time()) + 30)
        assert own_team.sign_in(own_team.stranger(), "ada", code=f"{later[:3]} {later[3:]}").status_code == 303

    def test_a_wrong_code_sets_nothing_up(self, own_team: Team) -> None:
        browser = own_team.browser("ada")
        answer = own_team.post(browser, "/account/codes", secret=pyotp.random_base32(), code="000000")
        assert (answer.status_code, "not the one of now" in answer.text) == (400, True)
        assert not accounts.account(own_team.project.store, "ada").codes

    def test_they_are_turned_off_with_the_password_or_by_an_admin(self, own_team: Team) -> None:
        store = own_team.project.store
        browser = own_team.browser("ada")
        for turn_off in (
            lambda: own_team.post(browser, "/account/codes/off", password=PASSWORD),
            lambda: own_team.post(own_team.browser("cleo"), "/accounts/ada/codes-off"),
        ):
            secret, _ = accounts.new_codes("ada")
            accounts.use_codes(store, "ada", secret=secret, code=pyotp.TOTP(secret).now())
            assert own_team.post(browser, "/account/codes/off", password="wrong").status_code == 400
            assert accounts.account(store, "ada").codes
            assert turn_off().status_code == 200
            assert not accounts.account(store, "ada").codes


class TestAccounts:
    def test_an_admin_makes_one_whose_password_is_changed_first(self, own_team: Team) -> None:
        shown = own_team.post(own_team.browser("cleo"), "/accounts", name="dora", role="coder").text
        given = re.search(r'class="secret">([a-z0-9-]{24})<', shown)
        assert given is not None
        browser = own_team.stranger()
        assert own_team.sign_in(browser, "dora", password=given[1]).status_code == 303
        assert browser.get("/").headers["location"] == "/account"
        changed = own_team.post(
            browser, "/account/password", old=given[1], new="four blue kettles sing", again="four blue kettles sing"
        )
        assert changed.status_code == 200
        assert browser.get("/").status_code == 200

    @pytest.mark.parametrize(
        ("password", "why"),
        [
            ("short", "12 or more"),
            ("aaaaaaaabbbb", "repeats"),
            ("P@ssw0rd123!", "first that are guessed"),
            ("passwordpassword1", "first that are guessed"),
            ("ada-1234567890", "first that are guessed"),
            ("x" * 300, "more than 200"),
        ],
    )
    def test_bad_passwords_are_refused_with_a_reason(self, own_team: Team, password: str, why: str) -> None:
        answer = own_team.post(own_team.browser("ada"), "/account/password", old=PASSWORD, new=password, again=password)
        assert answer.status_code == 400
        assert why in answer.text

    def test_a_password_of_any_script_is_taken(self, own_team: Team) -> None:
        accounts.set_password(own_team.project.store, "ada", by="cleo", password="سبعة مصابيح زرقاء")
        assert own_team.sign_in(own_team.stranger(), "ada", password="سبعة مصابيح زرقاء").status_code == 303

    def test_changing_it_ends_the_other_sessions(self, own_team: Team) -> None:
        here, elsewhere = own_team.browser("ada"), own_team.browser("ada")
        own_team.post(here, "/account/password", old=PASSWORD, new="four blue kettles", again="four blue kettles")
        assert (here.get("/").status_code, elsewhere.get("/").status_code) == (200, 303)

    def test_an_admin_gives_a_new_one_to_whoever_lost_it(self, own_team: Team) -> None:
        lost = own_team.browser("ada")
        shown = own_team.post(own_team.browser("cleo"), "/accounts/ada/password").text
        given = re.search(r'class="secret">([a-z0-9-]{24})<', shown)
        assert given is not None
        assert lost.get("/").status_code == 303
        assert own_team.sign_in(own_team.stranger(), "ada", password=given[1]).status_code == 303

    def test_the_last_admin_stays_one(self, own_team: Team) -> None:
        browser = own_team.browser("cleo")
        for path, fields in (("/accounts/cleo/role", {"role": "reader"}), ("/accounts/cleo/disable", {})):
            answer = own_team.post(browser, path, **fields)
            assert (answer.status_code, "only admin" in answer.text) == (400, True)

    @pytest.mark.parametrize("name", ["", "a b", "../x", "<script>", "ADA", "x" * 65, "é"])
    def test_names_that_are_none_or_taken_are_refused(self, own_team: Team, name: str) -> None:
        assert own_team.post(own_team.browser("cleo"), "/accounts", name=name, role="coder").status_code == 400

    def test_a_read_token_reads_as_its_owner_until_it_is_withdrawn(self, own_team: Team) -> None:
        store = own_team.project.store
        shown = own_team.post(own_team.browser("ada"), "/account/tokens", label="weekly", days="5").text
        found = re.search(r"byline_[A-Za-z0-9_-]{43}", shown)
        assert found is not None
        viewer = accounts.bearer(store, found[0])
        assert viewer is not None
        assert (viewer.name, viewer.role) == ("ada", "coder")
        id = accounts.tokens(store, "ada")[0].id
        assert own_team.post(own_team.browser("ben"), f"/account/tokens/{id}/withdraw").status_code == 404
        assert own_team.post(own_team.browser("ada"), f"/account/tokens/{id}/withdraw").status_code == 200
        assert accounts.bearer(store, found[0]) is None

    def test_a_read_token_ends(self, own_team: Team) -> None:
        token = accounts.make_token(own_team.project.store, "ada", label="", by="ada", days=1)
        own_team.shift("tokens", "until", hours=25)
        assert accounts.bearer(own_team.project.store, token) is None


LEAST = {
    ("GET", "/"): "reader",
    ("GET", "/incidents"): "reader",
    ("GET", "/incidents/{id}"): "reader",
    ("GET", "/findings"): "reader",
    ("GET", "/map"): "reader",
    ("GET", "/map/places.json"): "reader",
    ("GET", "/timeline"): "reader",
    ("GET", "/sources"): "reader",
    ("GET", "/documents/{id}"): "reader",
    ("GET", "/events/{id}"): "reader",
    ("GET", "/progress"): "reader",
    ("GET", "/next"): "reader",
    ("GET", "/gazetteer"): "reader",
    ("GET", "/events/{id}/history"): "reader",
    ("GET", "/events/{id}/edit/{what}"): "coder",
    ("POST", "/events/{id}/edit/{what}"): "coder",
    ("POST", "/events/{id}/decide"): "coder",
    ("GET", "/documents/{id}/new"): "coder",
    ("POST", "/documents/{id}/new"): "coder",
    ("POST", "/findings/{id}/decide"): "coder",
    ("POST", "/pairs"): "coder",
    ("POST", "/undo"): "coder",
    ("GET", "/team"): "reader",
    ("GET", "/team/next"): "coder",
    ("POST", "/team/done"): "coder",
    ("GET", "/team/training/{id}"): "coder",
    ("POST", "/team/assign"): "adjudicator",
    ("POST", "/team/withdraw"): "adjudicator",
    ("GET", "/team/agreement"): "adjudicator",
    ("GET", "/team/settle/{id}"): "adjudicator",
    ("POST", "/team/settle/{id}"): "adjudicator",
    ("POST", "/sign-out"): "reader",
    ("GET", "/account"): "reader",
    ("POST", "/account/password"): "reader",
    ("POST", "/account/codes"): "reader",
    ("POST", "/account/codes/off"): "reader",
    ("POST", "/account/sessions"): "reader",
    ("POST", "/account/tokens"): "reader",
    ("POST", "/account/tokens/{id}/withdraw"): "reader",
    ("GET", "/accounts"): "admin",
    ("POST", "/accounts"): "admin",
    ("POST", "/accounts/{name}/role"): "admin",
    ("POST", "/accounts/{name}/password"): "admin",
    ("POST", "/accounts/{name}/codes-off"): "admin",
    ("POST", "/accounts/{name}/disable"): "admin",
    ("POST", "/accounts/{name}/enable"): "admin",
    ("GET", "/trail"): "admin",
    ("GET", "/api/v1/"): "reader",
    ("GET", "/api/v1/decisions"): "reader",
    ("GET", "/api/v1/documents"): "reader",
    ("GET", "/api/v1/documents/{id}"): "reader",
    ("GET", "/api/v1/documents/{id}/events"): "reader",
    ("GET", "/api/v1/events"): "reader",
    ("GET", "/api/v1/events/{id}"): "reader",
    ("GET", "/api/v1/events/{id}/decisions"): "reader",
    ("GET", "/api/v1/findings"): "reader",
    ("GET", "/api/v1/findings/{id}"): "reader",
    ("GET", "/api/v1/incidents"): "reader",
    ("GET", "/api/v1/incidents/{id}"): "reader",
    ("GET", "/api/v1/openapi.json"): "reader",
    ("GET", "/api/v1/places"): "reader",
    ("GET", "/api/v1/sources"): "reader",
}
"""Each route with the least role that may use it. Who signs in has none: /sign-in is tested above."""

ANYONES = {("GET", "/sign-in"), ("POST", "/sign-in")}


class TestRoles:
    def test_every_route_is_in_the_table(self, team: Team) -> None:
        found = {(method, path) for path, route in routes_of(team.app.routes) for method in route.methods}
        assert found - set(LEAST) - ANYONES == set(), "say in LEAST which role each new route needs"
        assert set(LEAST) - found == set(), "these routes are gone"

    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize(("method", "path"), sorted(LEAST))
    def test_a_route_is_for_its_role_and_those_above(self, team: Team, method: str, path: str, role: str) -> None:
        browser = team.browser(team_made.OF_ROLE[role])
        address = re.sub(r"\{\w+\}", "x", path)
        csrf = {"x-csrf": csrf_token(browser.cookies["byline-8000"])}
        answer = browser.request(method, address, headers={} if method in READS else csrf)
        allowed = ROLES.index(role) >= ROLES.index(LEAST[method, path])
        assert (answer.status_code != 403) == allowed, answer.text[:300]

    def test_a_route_that_writes_for_anyone_stops_the_start(
        self, project: Project, access: Access, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loose = APIRouter()
        loose.post("/loose")(lambda: "done")
        monkeypatch.setattr(queue, "router", lambda site: loose)
        with pytest.raises(TypeError, match="/loose writes"):
            application(project, access=access, assets=Assets(folder=project.store.files, hashes={}))


class TestForgedWrites:
    @pytest.mark.parametrize(("method", "path"), sorted(one for one in LEAST if one[0] not in READS))
    def test_none_is_taken_without_the_token_of_the_session(self, team: Team, method: str, path: str) -> None:
        browser, other = team.browser("cleo"), team.browser("cleo")
        address = re.sub(r"\{\w+\}", "x", path)
        wrong = csrf_token(other.cookies["byline-8000"])
        for headers, data in (({}, {}), ({"x-csrf": wrong}, {}), ({}, {"csrf": wrong}), ({"x-csrf": "ü"}, {})):
            answer = browser.request(method, address, headers={n: v.encode() for n, v in headers.items()}, data=data)
            assert answer.status_code == 403
            assert "not come from a form of this page" in answer.text

    def test_signing_in_needs_the_token_of_its_form(self, team: Team) -> None:
        browser = team.stranger()
        browser.get("/sign-in")
        answer = browser.post("/sign-in", data={"name": "ada", "password": PASSWORD, "csrf": csrf_token("guess")})
        assert answer.status_code == 403
        assert "byline-8000=" not in answer.headers.get("set-cookie", "")

    def test_the_form_to_sign_in_with_ends_no_session(self, team: Team) -> None:
        """A link from elsewhere comes without the cookie; the form's own must not take its place."""
        answer = team.stranger().get("/sign-in")
        assert answer.headers["set-cookie"].startswith("byline-8000-form=")

    def test_what_another_site_sends_is_refused_even_with_it(self, team: Team) -> None:
        browser = team.browser("ada")
        token = csrf_token(browser.cookies["byline-8000"])
        answer = browser.post("/sign-out", data={"csrf": token}, headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 403
        assert browser.get("/").status_code == 200

    def test_the_token_is_taken_from_a_header_and_from_either_kind_of_form(self, own_team: Team) -> None:
        for how in (
            lambda token: {"headers": {"x-csrf": token}},
            lambda token: {"data": {"csrf": token}},
            lambda token: {"data": {"csrf": token}, "files": {"none": b""}},
        ):
            browser = own_team.browser("ada")
            assert browser.post("/sign-out", **how(csrf_token(browser.cookies["byline-8000"]))).status_code == 303

    def test_a_body_that_is_too_large_is_not_read(self, team: Team) -> None:
        browser = team.browser("ada")
        token = csrf_token(browser.cookies["byline-8000"])
        large = {"csrf": token, "label": "x" * MOST_BYTES}
        assert browser.post("/account/tokens", data=large).status_code == 413

        def untold() -> Iterator[bytes]:
            """A body whose length no header tells."""
            for _ in range(MOST_BYTES // 65536 + 2):
                yield b"x" * 65536

        answer = browser.post("/account/tokens", content=untold(), headers={"x-csrf": token})
        assert answer.status_code == 413


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

    @pytest.mark.parametrize(
        ("given", "host", "known"),
        [
            ({"names": ("coding.example.org",), "behind_proxy": True}, "coding.example.org", True),
            ({"names": ("coding.example.org",), "behind_proxy": True}, "CODING.example.org", True),
            ({"names": ("coding.example.org",), "behind_proxy": True}, "127.0.0.1:8000", False),
            ({"names": ("coding.example.org",), "behind_proxy": True}, "evil.example", False),
            ({"names": ("coding.example.org:8443",), "behind_proxy": True}, "coding.example.org:8443", True),
        ],
    )
    def test_a_team_goes_by_the_names_it_was_given(self, project: Project, given: dict, host: str, known: bool) -> None:
        address = Address(host="127.0.0.1", **given)
        other = team_made.Team(project=project, names=address.hosts(8000), secure=True, proxied=True)
        assert (other.stranger().get("/", headers={"host": host}).status_code != 421) == known


class TestBehindAProxy:
    @pytest.fixture
    def proxied(self, project: Project) -> Team:
        names = Address(names=("coding.example.org",), behind_proxy=True).hosts(8000)
        return team_made.team(project, names=names, secure=True, proxied=True)

    def test_cookies_go_over_tls_alone_and_to_this_host_alone(self, proxied: Team) -> None:
        answer = proxied.sign_in(proxied.stranger(), "ada")
        assert answer.headers["set-cookie"].startswith("__Host-byline=")
        assert {"Secure", "HttpOnly", "SameSite=strict", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))
        assert "max-age" in answer.headers["strict-transport-security"]

    def test_http_that_it_let_through_is_refused(self, proxied: Team) -> None:
        answer = proxied.stranger().get("/sign-in", headers={"x-forwarded-proto": "http"})
        assert (answer.status_code, "https alone" in answer.text) == (403, True)

    def test_who_asks_is_the_last_that_the_proxy_passed(self, proxied: Team) -> None:
        """What a client itself writes into the header stands before."""
        proxied.sign_in(proxied.stranger(), "ada", forwarded="1.1.1.1, 9.9.9.9")
        assert trail.latest(proxied.project.store, limit=1)[0].note == "9.9.9.9"

    def test_without_one_nobody_says_who_asks(self, own_team: Team) -> None:
        own_team.sign_in(own_team.stranger(), "ada", forwarded="9.9.9.9")
        assert trail.latest(own_team.project.store, limit=1)[0].note == "testclient"


class TestHeaders:
    @pytest.mark.parametrize("path", ["/", "/map", "/timeline", "/sources", "/nothing", "/enter", "/assets/none.js"])
    def test_every_answer_has_them(self, project: Project, path: str) -> None:
        _strict(review_made.client(project).get(path).headers)

    @pytest.mark.parametrize("path", ["/sign-in", "/account", "/accounts", "/trail", "/nothing"])
    def test_those_of_a_team_too(self, team: Team, path: str) -> None:
        _strict(team.stranger().get(path).headers)
        _strict(team.browser("cleo").get(path).headers)

    def test_each_answer_has_a_nonce_of_its_own(self, project: Project) -> None:
        browser = review_made.client(project)
        found = [browser.get("/").headers["content-security-policy"] for _ in range(2)]
        assert found[0] != found[1]

    def test_only_what_is_named_by_its_hash_is_kept(self, stranger: TestClient) -> None:
        assert "immutable" in stranger.get("/assets/page.js?v=1").headers["cache-control"]
        assert stranger.get("/assets/page.js").headers["cache-control"] == "no-store"


def _strict(headers: object) -> None:
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    rules = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert rules["default-src"] == rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert not re.search(r"unsafe|http|\*", headers["content-security-policy"])


class TestCommand:
    def run(self, project: Project, *arguments: str) -> tuple[int, str]:
        found = CliRunner().invoke(main, ["review", *arguments, "--db", str(project.database), "--no-open"])
        return found.exit_code, found.output

    @pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.20", "::", "example.org", ""])
    def test_a_host_that_others_reach_needs_tls_and_the_error_says_how(self, project: Project, host: str) -> None:
        for more in ((), ("--accounts",), ("--name", "coding.example.org")):
            code, said = self.run(project, "--host", host, *more)
            assert code == 1
            assert "--certificate" in said
            assert "--behind-proxy" in said

    def test_a_name_without_tls_is_refused(self, project: Project) -> None:
        code, said = self.run(project, "--accounts", "--name", "coding.example.org")
        assert (code, "--behind-proxy" in said) == (1, True)

    def test_behind_a_proxy_it_needs_a_name(self, project: Project) -> None:
        code, said = self.run(project, "--behind-proxy")
        assert (code, "--name" in said) == (1, True)

    def test_it_does_not_start_while_nobody_has_an_account(self, project: Project) -> None:
        for more in (("--accounts",), ("--behind-proxy", "--name", "coding.example.org")):
            code, said = self.run(project, *more)
            assert (code, "byline user add" in said) == (1, True)

    def test_a_file_that_is_no_certificate_is_told(self, project: Project, tmp_path: Path) -> None:
        accounts.add(project.store, "ada", role="admin", by="test")
        (tmp_path / "x.pem").write_text("none")
        file = str(tmp_path / "x.pem")
        code, said = self.run(project, "--accounts", "--certificate", file, "--key", file, "--port", "0")
        assert (code, "no certificate" in said) == (1, True)
        assert self.run(project, "--certificate", file)[1].endswith("give both --certificate and --key\n")

    def test_addresses_of_this_machine_are_taken(self) -> None:
        assert [Address(host=one).host for one in ("127.0.0.1", "localhost", "::1")]

    @pytest.mark.parametrize(
        ("given", "url"),
        [
            ({}, "http://127.0.0.1:8000/"),
            ({"host": "::1"}, "http://[::1]:8000/"),
            ({"names": ("coding.example.org",), "behind_proxy": True}, "https://coding.example.org/"),
            (
                {"host": "0.0.0.0", "names": ("a.example",), "certificate": Path("c"), "key": Path("k")},
                "https://a.example:8000/",
            ),
        ],
    )
    def test_the_address_it_tells_is_the_one_to_open(self, given: dict, url: str) -> None:
        assert Address(**given).url(8000) == url

    def test_a_database_that_is_not_there_is_not_made(self, tmp_path: Path) -> None:
        found = CliRunner().invoke(main, ["review", "--db", str(tmp_path / "none.db"), "--no-open"])
        assert found.exit_code == 1
        assert "code a report first" in found.output
        assert not (tmp_path / "none.db").exists()

    def test_assets_that_were_not_built_are_told(self, tmp_path: Path) -> None:
        with pytest.raises(BylineError, match=r"make install with Node\.js"):
            assets.built(tmp_path)
