"""What stands before all views: which names the page goes by, who is let in, and which writes are theirs.

A Host header that is not ours is refused, so that no name of another site can lead here (DNS rebinding). A write
without the session's token is refused, whatever route it goes to. A body larger than any form of ours is not read.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from byline.review.access import (
    CSRF_FIELD,
    CSRF_HEADER,
    ENTER,
    OPEN,
    READS,
    SIGN_IN,
    Access,
    Door,
    Visit,
    csrf_token,
)

API = "/api"
MOST_BYTES = 1 << 20
"""Bytes of a request's body that are read, at most: the longest note and a form around it have a few thousand."""

MUST_CHANGE = ("/account", "/account/password", "/sign-out")
"""What stays open to whoever has to change a password first."""

SPENT = (
    "This link was used already, or is not one of this page's. Each link opens one browser once; the newest stands "
    "where byline review was started.\n"
)
CLOSED = "This page is opened by the link that byline review prints where it was started.\n"
FORGED = "This did not come from a form of this page, or the form is older than your session. Load the page anew.\n"
TOO_LARGE = "This is larger than anything the page takes.\n"
COME_AGAIN = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0">'
    '<title>Byline</title><p><a href="">Go on to the page</a></p></html>\n'
)
"""For whoever follows a link on another site: browsers then send no cookie, and do once this page asks itself."""

PLAIN = "This page is served over https alone; the proxy before it let http through.\n"


@dataclass(frozen=True)
class Guard:
    """Lets through requests of open sessions under our own names, and writes with their token."""

    app: ASGIApp
    door: Door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers for the application where a request is not let through."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        answer = self._unnamed(scope, headers)
        if answer is None and not scope["path"].startswith(OPEN):
            state = scope.setdefault("state", {})
            state |= {"address": _address(scope, headers, proxied=self.door.proxied), "door": self.door}
            answer, receive = await self._asked(scope, headers, receive)
        await (self.app if answer is None else answer)(scope, receive, send)

    def _unnamed(self, scope: Scope, headers: Headers) -> Response | None:
        """An answer to what is not asked for under a name of ours, or not as a page is."""
        if headers.get("host", "").lower() not in self.door.hosts():
            known = "use http://127.0.0.1" if not self.door.signs_in else "see byline review --name"
            return PlainTextResponse(f"This page does not go by that name; {known}.\n", status_code=421)
        if scope["type"] != "http":
            return PlainTextResponse("Not found.\n", status_code=404)
        if self.door.proxied and headers.get("x-forwarded-proto", "https").lower() != "https":
            return PlainTextResponse(PLAIN, status_code=403)
        return None

    async def _asked(self, scope: Scope, headers: Headers, receive: Receive) -> tuple[Response | None, Receive]:
        """An answer to a request that goes no further, None for one that is let through; and what it has to say."""
        path: str = scope["path"]
        if path == ENTER and isinstance(self.door, Access):
            return self._enter(scope, self.door), receive
        session = _session(headers, self.door.cookie)
        visit = await self._visit(scope, headers, session)
        if visit is None:
            if path != SIGN_IN or not self.door.signs_in:
                return self._closed(scope, headers), receive
            session = _session(headers, form_cookie(self.door))
        scope["state"] |= {"viewer": visit.viewer if visit else None, "session": visit.session if visit else session}
        if visit is not None and visit.must_change and path not in MUST_CHANGE:
            return RedirectResponse("/account", status_code=303), receive
        if scope["method"] in READS:
            return None, receive
        return await self._write(scope, headers, receive)

    async def _visit(self, scope: Scope, headers: Headers, session: str) -> Visit | None:
        given = headers.get("authorization", "")
        if scope["path"].startswith(API) and given:
            kind, _, token = given.partition(" ")
            known = kind.lower() == "bearer" and scope["method"] in READS
            return await run_in_threadpool(self.door.bearer, token.strip()) if known else None
        return await run_in_threadpool(self.door.visit, session) if session else None

    def _closed(self, scope: Scope, headers: Headers) -> Response:
        """What whoever is not let in is told."""
        path: str = scope["path"]
        if path.startswith(API):
            detail = "Name a read token in the header Authorization: Bearer TOKEN (byline user token)."
            told = {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": detail}
            headers_of = {"www-authenticate": "Bearer"}
            return JSONResponse(told, status_code=401, headers=headers_of, media_type="application/problem+json")
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") == "navigate":
            return HTMLResponse(COME_AGAIN)
        if not self.door.signs_in:
            return PlainTextResponse(CLOSED, status_code=403)
        if headers.get("hx-request"):
            return PlainTextResponse("Sign in again.\n", status_code=403, headers={"hx-redirect": SIGN_IN})
        if scope["method"] not in READS:
            return RedirectResponse(SIGN_IN, status_code=303)
        asked = path + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
        to = SIGN_IN if asked == "/" else f"{SIGN_IN}?next={quote(asked, safe='')}"
        return RedirectResponse(to, status_code=303)

    async def _write(self, scope: Scope, headers: Headers, receive: Receive) -> tuple[Response | None, Receive]:
        """An answer to a write that is not of this page or is too large; and its body, read to its end."""
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return PlainTextResponse(FORGED, status_code=403), receive
        body = await _body(headers, receive)
        if body is None:
            return PlainTextResponse(TOO_LARGE, status_code=413), receive
        wanted = csrf_token(scope["state"]["session"])
        given = headers.get(CSRF_HEADER) or await _field(scope, body)
        if not scope["state"]["session"] or not hmac.compare_digest(given.encode(), wanted.encode()):
            return PlainTextResponse(FORGED, status_code=403), receive
        return None, _again(body)

    def _enter(self, scope: Scope, access: Access) -> Response:
        if scope["method"] != "GET":
            return PlainTextResponse("Only GET opens the page.\n", status_code=405, headers={"allow": "GET"})
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        session = access.enter(given)
        if session is None:
            return PlainTextResponse(SPENT, status_code=403)
        answer = RedirectResponse("/", status_code=303)
        keep(answer, access, session)
        return answer


def form_cookie(door: Door) -> str:
    """The cookie that the form to sign in with is bound to: beside the session's, which it must not end."""
    return f"{door.cookie}-form"


def keep(answer: Response, door: Door, session: str, *, name: str = "") -> None:
    """Gives a browser its session, in a cookie that no script reads and no other site sends."""
    answer.set_cookie(name or door.cookie, session, path="/", secure=door.secure, httponly=True, samesite="strict")


def _session(headers: Headers, name: str) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _address(scope: Scope, headers: Headers, *, proxied: bool) -> str:
    """Where a request comes from: as the proxy before us says, the last that it passed; else as the socket does."""
    told = headers.getlist("x-forwarded-for") if proxied else []
    last = told[-1].rpartition(",")[2].strip() if told else ""
    client = scope.get("client")
    return last[:64] or (str(client[0]) if client else "")


async def _body(headers: Headers, receive: Receive) -> bytes | None:
    """The body of a request; None where it is too large, or broken off."""
    length = headers.get("content-length", "0")
    if not (length.isascii() and length.isdecimal()) or int(length[:20]) > MOST_BYTES:
        return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


async def _field(scope: Scope, body: bytes) -> str:
    """The token in a form's field; "" where there is none."""
    try:
        form: Mapping[str, UploadFile | str] = await Request(dict(scope), _again(body)).form(max_files=10)
    except HTTPException:
        return ""
    given = form.get(CSRF_FIELD, "")
    return given if isinstance(given, str) else ""


def _again(body: bytes) -> Receive:
    """A body that was read, to be read again."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return left.pop() if left else {"type": "http.disconnect"}

    return receive
