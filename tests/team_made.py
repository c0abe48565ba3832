"""What tests of teams share: a page that people sign in to, with an account for each role, and their browsers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from httpx import Response
from sqlalchemy import select, update
from starlette.testclient import TestClient

from byline.deciding.viewing import Role
from byline.model import sha256
from byline.project import Project, accounts, passwords
from byline.review.access import csrf_token
from byline.review.app import application
from byline.review.assets import Assets
from byline.review.signin import SignedIn
from byline.store import accounts as kept
from byline.store.schema import metadata

PASSWORD = "seven lamps over the bay"
OF_ROLE: dict[Role, str] = {"reader": "rita", "coder": "ada", "adjudicator": "judy", "admin": "cleo"}
CODERS = ("ada", "ben", "cara")
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(kw_only=True)
class Team:
    """A page, and browsers of those who sign in to it."""

    project: Project
    names: frozenset[str] = frozenset()
    secure: bool = False
    proxied: bool = False
    _browsers: list[TestClient] = field(default_factory=list)

    @cached_property
    def app(self) -> FastAPI:
        door = SignedIn(project=self.project, port=8000, names=self.names, secure=self.secure, proxied=self.proxied)
        return application(self.project, access=door, assets=Assets(folder=Path(__file__).parent, hashes={}))

    def stranger(self) -> TestClient:
        """A browser that has not signed in, and follows nothing by itself."""
        host = f"https://{min(self.names)}" if self.names else "http://127.0.0.1:8000"
        return TestClient(self.app, base_url=host, follow_redirects=False)

    def browser(self, name: str) -> TestClient:
        """A browser with an open session, opened without the time that a password takes."""
        session, browser = f"session-of-{name}-{len(self._browsers)}", self.stranger()
        self._browsers.append(browser)
        kept.open_session(self.project.store, sha256(session), account=name, at=_now())
        browser.cookies.set("__Host-byline" if self.secure else "byline-8000", session)
        return browser

    def sign_in(
        self, browser: TestClient, name: str, *, password: str = PASSWORD, at: str = "/sign-in", **more: str
    ) -> Response:
        """What is answered to a form that was filled in. `forwarded` is what the proxy tells of who asks."""
        headers = {"x-forwarded-for": more.pop("forwarded")} if "forwarded" in more else {}
        shown = browser.get(at).text
        fields = {one: _value(shown, one) for one in ("csrf", "next")}
        return browser.post("/sign-in", data=fields | {"name": name, "password": password} | more, headers=headers)

    def post(self, browser: TestClient, path: str, **fields: Any) -> Response:
        """A form of the page, sent."""
        cookie = "__Host-byline" if self.secure else "byline-8000"
        return browser.post(path, data=fields | {"csrf": csrf_token(str(browser.cookies[cookie]))})

    def fail(self, name: str, *, times: int) -> None:
        """Sign-ins that failed, without the time that each takes."""
        for _ in range(times):
            kept.attempt(self.project.store, {f"account {name}": times}, at=_now(), since="")

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """All that a table holds."""
        with self.project.store.reading() as connection:
            return [tuple(row) for row in connection.execute(select(metadata.tables[table]))]

    def shift(self, table: str, column: str, *, hours: int) -> None:
        """Lets time pass for the rows of a table."""
        one = metadata.tables[table].c[column]
        with self.project.store.writing() as connection:
            told = connection.scalars(select(one)).all()
            for at in told:
                before = datetime.strptime(at, MOMENT) - timedelta(hours=hours, seconds=1)
                moved = update(metadata.tables[table]).where(one == at).values({column: before.strftime(MOMENT)})
                connection.execute(moved)


def team(project: Project, **how: Any) -> Team:
    """A page with an account for each role and three coders; their passwords are hashed once."""
    hashed = _hashed()
    for role, name in OF_ROLE.items():
        kept.add(project.store, name, role=role, password=hashed, must_change=False, at=_now())
    for name in CODERS[1:]:
        kept.add(project.store, name, role="coder", password=hashed, must_change=False, at=_now())
    return Team(project=project, **how)


_HASHED: list[str] = []


def _hashed() -> str:
    if not _HASHED:
        _HASHED.append(passwords.hashed(PASSWORD))
    return _HASHED[0]


def _value(page: str, name: str) -> str:
    import html
    import re

    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return html.unescape(found[1]) if found else ""


def _now() -> str:
    return accounts.moment()
