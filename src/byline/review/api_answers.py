"""How does the API answer? JSON with an ETag, a page at a time with a link to the next, and errors as problem+json."""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from http import HTTPStatus
from threading import Lock
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from byline.store.surface import View

PROBLEM = "application/problem+json"
SHOWN_MISTAKES = 5
"""Mistakes of a request that an answer names, at most."""


class Problem(Exception):
    """A request that is not answered: its status, and what is wrong, for people."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


def problem(status: int, detail: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """An error as RFC 9457 has it."""
    told = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return Response(_json(told), status_code=status, media_type=PROBLEM, headers=dict(headers or {}))


def answer(request: Request, told: Any, *, headers: Mapping[str, str] | None = None) -> Response:
    """An answer with its ETag; 304 and no body where the asker has it already."""
    body = _json(told)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    given = dict(headers or {}) | {"etag": tag, "vary": "authorization, cookie"}
    asked = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in asked or "*" in asked:
        return Response(status_code=304, headers=given)
    return Response(body, media_type="application/json", headers=given)


def page(request: Request, rows: Sequence[Any], *, more: Sequence[Any] | None) -> Response:
    """A page of a list: its rows, and where the next one is, in the body and in a Link header (RFC 8288)."""
    address = _next(request, more) if more is not None else None
    links = [f'<{_again(request)}>; rel="first"']
    if address is not None:
        links.insert(0, f'<{address}>; rel="next"')
    return answer(request, {"items": list(rows), "next": address}, headers={"link": ", ".join(links)})


def _next(request: Request, more: Sequence[Any]) -> str:
    return _again(request, ("cursor", cursor(more)))


def _again(request: Request, *more: tuple[str, str]) -> str:
    """The address of a request from its path on, without its cursor, with what is given here."""
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    query = urlencode([*asked, *more])
    return request.url.path + (f"?{query}" if query else "")


def cursor(key: Sequence[Any]) -> str:
    """The key of a row as one word of an address."""
    return base64.urlsafe_b64encode(json.dumps(list(key), separators=(",", ":")).encode()).decode().rstrip("=")


def after(words: str | None, view: View) -> tuple[Any, ...] | None:
    """The key that a cursor names. Raises Problem for what is no cursor of this list."""
    if words is None:
        return None
    kinds = {column.name: int if column.kind == "integer" else str for column in view.columns}
    try:
        key = json.loads(base64.b64decode(words + "=" * (-len(words) % 4), altchars=b"-_", validate=True))
        sound = (
            isinstance(key, list)
            and len(key) == len(view.key)
            and all(type(one) is kinds[name] for one, name in zip(key, view.key, strict=True))
            and all(one.isprintable() if isinstance(one, str) else abs(one) < 2**31 for one in key)
        )
    except (ValueError, binascii.Error):  # not of base64, UTF-8 or JSON
        sound, key = False, []
    if not sound:
        raise Problem(404, "the cursor is not one that this list gave; leave it out to begin at the first page")
    return tuple(key)


def mistakes(errors: Sequence[Any]) -> str:
    """What is wrong with the parameters of a request, in a sentence."""
    told = [f"{one['loc'][-1]}: {one['msg']}" for one in errors[:SHOWN_MISTAKES]]
    return "; ".join(told)


@dataclass(eq=False)
class Rate:
    """How often one account may ask: `burst` at once, and then so many `a_second`. A dependency of every route."""

    a_second: float = 10.0
    burst: float = 300.0
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, request: Request) -> None:
        """Raises Problem where an account has asked too often."""
        viewer = getattr(request.state, "viewer", None)
        name, now = viewer.name if viewer else "", time.monotonic()
        with self._lock:
            left, at = self._left.get(name, (self.burst, now))
            left = min(self.burst, left + (now - at) * self.a_second)
            self._left[name] = (max(left - 1, 0.0) if left >= 1 else left, now)
        if left < 1:
            wait = max(1, round((1 - left) / self.a_second))
            raise Problem(429, "asked too often; wait and ask again", headers={"retry-after": str(wait)})


def _json(told: Any) -> bytes:
    words = json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=_plain, allow_nan=False)
    return words.encode("utf-8", "replace")


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON")
