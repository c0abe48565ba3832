"""Who may see the page: whoever opened it by its one-time link, on this machine, under one of its own names.

The link holds a token that opens one session and is spent; the session is a cookie that no script reads and no other
site sends. A Host header that is not ours is refused, so that no name of another site can lead here (DNS rebinding).
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from threading import Lock
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Hosts under which a page on this machine may be asked for."""

OPEN = "/assets/"
"""What anyone on this machine may load: scripts and styles that ship with Byline, and nothing of a store."""

ENTER = "/enter"
MOST_SESSIONS = 50
"""Sessions kept at once; the oldest ends when one more begins."""

SPENT = (
    "This link was used already, or is not one of this page's. Each link opens one browser once; the newest stands "
    "where byline review was started.\n"
)
CLOSED = "This page is opened by the link that byline review prints where it was started.\n"


@dataclass
class Access:
    """The token that opens the next session, and the sessions that are open. `told` hears of each new token."""

    port: int
    told: Callable[[str], None] = lambda token: None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    _sessions: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    @property
    def cookie(self) -> str:
        """The cookie's name: cookies do not tell ports apart, so two pages on one machine have two names."""
        return f"byline-{self.port}"

    def hosts(self) -> frozenset[str]:
        """Host headers that are ours."""
        return frozenset(f"{host}:{self.port}" for host in LOOPBACK) | (
            frozenset(LOOPBACK) if self.port == 80 else frozenset()
        )

    def enter(self, token: str) -> str | None:
        """A new session for the token that is to be used next, which is then spent; None for any other."""
        with self._lock:
            if not hmac.compare_digest(token.encode(), self.token.encode()):
                return None
            self.token = secrets.token_urlsafe(32)
            session = secrets.token_urlsafe(32)
            self._sessions = [*self._sessions[1 - MOST_SESSIONS :], session]
        self.told(self.token)
        return session

    def knows(self, session: str) -> bool:
        """True for an open session."""
        return any(hmac.compare_digest(session.encode(), one.encode()) for one in self._sessions)


@dataclass(frozen=True)
class Guard:
    """Lets through requests of open sessions under our own names, and opens a session for a token."""

    app: ASGIApp
    access: Access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers for the application where a request is not let through."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        answer = self._answer(scope)
        await (self.app if answer is None else answer)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        """An answer to a request that goes no further; None for one that is let through."""
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self.access.hosts():
            return PlainTextResponse("This page does not go by that name; use http://127.0.0.1.\n", status_code=421)
        if scope["type"] != "http":
            return PlainTextResponse("Not found.\n", status_code=404)
        path: str = scope["path"]
        if path.startswith(OPEN):
            return None
        if path == ENTER:
            return self._enter(scope)
        if not self.access.knows(_session(headers, self.access.cookie)):
            return PlainTextResponse(CLOSED, status_code=403)
        return None

    def _enter(self, scope: Scope) -> Response:
        if scope["method"] != "GET":
            return PlainTextResponse("Only GET opens the page.\n", status_code=405, headers={"allow": "GET"})
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        session = self.access.enter(given)
        if session is None:
            return PlainTextResponse(SPENT, status_code=403)
        answer = RedirectResponse("/", status_code=303)
        answer.set_cookie(self.access.cookie, session, path="/", httponly=True, samesite="strict")
        return answer


def _session(headers: Headers, name: str) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""
