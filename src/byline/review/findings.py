"""Findings: words of reports that do not bear each other out, both sides as they stand. No verdict on truth."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from byline.model import Cited, Document
from byline.project import auditing
from byline.review.paging import page_number
from byline.review.site import Site

ON_A_PAGE = 50


def router(site: Site) -> APIRouter:
    """The routes of findings."""
    routes = APIRouter()

    @routes.get("/findings", response_class=HTMLResponse)
    def findings(request: Request) -> HTMLResponse:
        page = page_number(request)
        first = (page - 1) * ON_A_PAGE
        every = auditing.findings(site.project.store, viewer=request.state.viewer)
        found = list(islice(every, first, first + ON_A_PAGE + 1))
        return site.render(
            request, "findings.html", found=found[:ON_A_PAGE], page=page, more=len(found) > ON_A_PAGE, quote=_quote
        )

    return routes


def _quote(cited: Cited, documents: tuple[Document, ...]) -> str:
    """Words that a finding rests on; "" where their document is kept no longer."""
    by_id: Mapping[str, Document] = {document.id: document for document in documents}
    document = by_id.get(cited.document_id)
    return document.quote(cited.span) if document else ""
