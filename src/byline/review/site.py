"""What all views share: the project, the templates, and who is asked about sources."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from byline.project import Project
from byline.review import asked, said, shown, told
from byline.review.access import Door, csrf_token
from byline.review.assets import Assets
from byline.review.names import SourceNames, names
from byline.store import views

TEMPLATES = Path(__file__).parent / "templates"
VIEWS = (
    ("/", "Queue"),
    ("/progress", "Progress"),
    ("/incidents", "Incidents"),
    ("/findings", "Findings"),
    ("/map", "Map"),
    ("/timeline", "Timeline"),
    ("/sources", "Sources"),
    ("/team", "Team"),
)
"""Each view by its address and name, in the order of the navigation."""


@dataclass(frozen=True)
class Site:
    """One project's pages."""

    project: Project
    assets: Assets
    door: Door

    @cached_property
    def _templates(self) -> Environment:
        made = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            finalize=shown.finalize,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        made.globals |= {
            "asset": self.assets.url,
            "views": VIEWS,
            "statuses": told.STATUSES,
            "orders": views.ORDERS,
            "decided_choices": views.DECIDED,
        }
        made.filters |= {
            "address": shown.address,
            "amount": said.amount,
            "brief": said.brief,
            "deciders": said.deciders,
            "country": asked.country_name,
            "days": lambda pair: told.days(*pair),
            "number": lambda number: f"{number:,}",
            "percent": lambda score: f"{score:.0%}",
        }
        return made

    def render(self, request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A page made of a template."""
        made = self._templates.get_template(template)
        words = made.render(
            nonce=request.state.nonce,
            path=request.url.path,
            csrf=self.csrf(request),
            viewer=getattr(request.state, "viewer", None),
            signs_in=self.door.signs_in,
            store_name=self.store_name,
            **context,
        )
        return HTMLResponse(words, status_code=status)

    def csrf(self, request: Request) -> str:
        """The token that each write of this session brings: in a form's field `csrf` (the macro `parts.csrf_field`), or
        in the header x-csrf, which htmx sends as `base.html` says so."""
        return csrf_token(getattr(request.state, "session", ""))

    @cached_property
    def store_name(self) -> str:
        """What the database is called on the page: its file's name, or that of the database on its server."""
        return Path(self.project.store.url.database or "").name

    def names(self, keys: tuple[str, ...]) -> SourceNames:
        """Names of sources, by the project's register."""
        return names(self.project.sources, keys)
