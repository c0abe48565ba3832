"""Who may see the page, and what each may do: sessions, names the page goes by, roles, and tokens against forgery.

Alone on this machine the page is opened by a one-time link: it holds a token that opens one session and is spent; the
session is a cookie that no script reads and no other site sends. A team signs in instead (`signin.py`). Either is a
`Door`, and `guard.py` stands before all views and asks it.
"""

from __future__ import annotations

import getpass
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any, Protocol

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from byline.deciding.viewing import Role, Viewer

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
"""Hosts under which a page on this machine may be asked for."""

OPEN = "/assets/"
"""What anyone on this machine may load: scripts and styles that ship with Byline, and nothing of a store."""

ENTER = "/enter"
SIGN_IN = "/sign-in"
MOST_SESSIONS = 50
"""Sessions kept at once; the oldest ends when one more begins."""

CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf"
"""Where a write brings its token: a form in a field, htmx in a header."""

READS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing; all others need a token and, by the route, a role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who asks, by an open session. `session` is what the browser's cookie holds; "" for a read token, which writes
    nothing. `must_change`: a password was given by another, and is to be changed before anything else."""

    viewer: Viewer
    session: str
    must_change: bool = False


class Door(Protocol):
    """What lets people in."""

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds a session."""

    @property
    def secure(self) -> bool:
        """Whether browsers reach the page over TLS."""

    @property
    def proxied(self) -> bool:
        """Whether a proxy stands before the page, whose word on who asks is taken."""

    @property
    def signs_in(self) -> bool:
        """Whether people sign in to accounts."""

    def hosts(self) -> frozenset[str]:
        """Host headers that are ours."""

    def visit(self, session: str) -> Visit | None:
        """Who has an open session; None for what is none. It may ask the database."""

    def bearer(self, token: str) -> Visit | None:
        """Whose read token it is; None for what is none. It may ask the database."""


@dataclass
class Access:
    """The door of a page that one person opens on their own machine: the token that opens the next session, and the
    sessions that are open. `told` hears of each new token; `person` gives who decides there."""

    port: int
    told: Callable[[str], None] = lambda token: None
    person: Callable[[], Viewer] = lambda: Viewer(name=system_user(), role="admin")
    tokens: Callable[[str], Viewer | None] = lambda token: None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    secure: bool = False
    proxied: bool = False
    signs_in: bool = False
    _sessions: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    @property
    def cookie(self) -> str:
        """The cookie's name: cookies do not tell ports apart, so two pages on one machine have two names."""
        return f"byline-{self.port}"

    def hosts(self) -> frozenset[str]:
        """Host headers that are ours."""
        return loopback_hosts(self.port)

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

    def visit(self, session: str) -> Visit | None:
        """The person whose machine it is, for an open session."""
        return Visit(viewer=self.person(), session=session) if self.knows(session) else None

    def bearer(self, token: str) -> Visit | None:
        """Whose read token it is; None for what is none."""
        viewer = self.tokens(token)
        return Visit(viewer=viewer, session="") if viewer is not None else None


def loopback_hosts(port: int) -> frozenset[str]:
    """Host headers of a page on this machine."""
    return frozenset(f"{host}:{port}" for host in LOOPBACK) | (frozenset(LOOPBACK) if port == 80 else frozenset())


def system_user() -> str:
    """The name of whoever is signed in to this machine; "reviewer" where it has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "reviewer"


def csrf_token(session: str) -> str:
    """The token that each write of a session brings with it: no other site can know it, as none reads the cookie."""
    return sha256(b"byline csrf\x1f" + session.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency of a route: the least role that may use it. Any other is answered with 403."""

    role: Role

    def __call__(self, request: Request) -> Viewer:
        """Who asks, where they may."""
        viewer: Viewer = request.state.viewer
        if not viewer.may(self.role):
            raise HTTPException(403)
        return viewer


def needs(role: Role) -> Any:
    """The least role that a route is for: `@routes.post("/x", dependencies=[needs("coder")])`, or as the default of an
    argument, which then is the Viewer. The application does not start with a route that writes and has none."""
    return Depends(Needs(role))
