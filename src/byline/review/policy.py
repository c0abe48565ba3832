"""The headers of every answer: what the browser may load and run, and what it tells and keeps."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from byline.review.access import OPEN
from byline.review.guard import API

ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "x-robots-tag": "noindex, nofollow",
}
KEPT = "public, max-age=31536000, immutable"
"""For files whose address holds their hash."""

HSTS = "max-age=31536000"
"""Where the page is served over TLS, browsers ask for it in no other way for a year."""

ASKED_AGAIN = "private, no-cache"
"""For what programs ask: kept by whoever asked, and asked for again by its ETag."""

NOT_KEPT = "no-store"
"""For pages: reports stay where they are kept, and not in a browser's cache besides."""


def content_security_policy(nonce: str) -> str:
    """What a page may load: from here alone, scripts and styles of ours by nonce, no frame, no plugin, no inline code.

    MapLibre draws its buttons as `data:` pictures in its style sheet, and needs no more than that.
    """
    rules = {
        "default-src": "'none'",
        "script-src": f"'nonce-{nonce}'",
        "style-src": f"'self' 'nonce-{nonce}'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


@dataclass(frozen=True)
class Policy:
    """Puts the headers on every answer. A page finds its nonce in `request.state.nonce`."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on, with a nonce of its own."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce
        asset = scope["path"].startswith(OPEN)

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(ALWAYS)
                headers["content-security-policy"] = content_security_policy(nonce)
                if (door := scope["state"].get("door")) is not None and door.secure:
                    headers["strict-transport-security"] = HSTS
                kept = asset and message["status"] == 200 and b"v=" in scope["query_string"]
                tagged = "etag" in headers and scope["path"].startswith(API)
                headers["cache-control"] = KEPT if kept else ASKED_AGAIN if tagged else NOT_KEPT
            await send(message)

        await self.app(scope, receive, marked)
