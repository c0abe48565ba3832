"""Pages of lists that are short enough to be counted through."""

from __future__ import annotations

from starlette.requests import Request

FURTHEST = 1_000


def page_number(request: Request) -> int:
    """The page that an address asks for, the first where it asks for none that can be."""
    given = request.query_params.get("page", "")
    return min(max(int(given), 1), FURTHEST) if given.isascii() and given.isdecimal() and len(given) < 6 else 1
