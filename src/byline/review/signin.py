"""Signing in and out, and one's own account: password, one-time codes, sessions, read tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlsplit

import segno
from fastapi import APIRouter, Form, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from byline.deciding.viewing import Viewer
from byline.errors import AccountError
from byline.project import Project, accounts
from byline.project.accounts import SignIn
from byline.review.access import SIGN_IN, Visit, loopback_hosts, needs
from byline.review.guard import form_cookie, keep
from byline.review.site import Site

TOKEN_BYTES = 32
"""Random bytes of a session before anyone signed in, which holds the token of the sign-in form."""


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """The door of a page that people sign in to: by sessions and read tokens that the database holds.

    `names` are the Host headers it goes by besides those of this machine, `secure` that browsers reach it over TLS,
    `proxied` that a proxy stands before it.
    """

    project: Project
    port: int
    names: frozenset[str] = frozenset()
    secure: bool = False
    proxied: bool = False
    signs_in: bool = True

    @property
    def cookie(self) -> str:
        """Under TLS a name that browsers take from this host alone; else one of this port's own."""
        return "__Host-byline" if self.secure else f"byline-{self.port}"

    def hosts(self) -> frozenset[str]:
        """Host headers that are ours."""
        return self.names or loopback_hosts(self.port)

    def visit(self, session: str) -> Visit | None:
        """Who has an open session."""
        found = accounts.opened(self.project.store, session)
        if found is None:
            return None
        return Visit(viewer=found.viewer, session=session, must_change=found.account.must_change)

    def bearer(self, token: str) -> Visit | None:
        """Whose read token it is."""
        viewer = accounts.bearer(self.project.store, token)
        return Visit(viewer=viewer, session="") if viewer is not None else None


def router(site: Site) -> APIRouter:
    """The routes of signing in and of one's own account."""
    routes = APIRouter()
    _sign_in_routes(routes, site)
    _account_routes(routes, site)
    return routes


def _sign_in_routes(routes: APIRouter, site: Site) -> None:
    store = site.project.store

    @routes.get(SIGN_IN, response_class=HTMLResponse)
    def form(request: Request) -> Response:
        if request.state.viewer is not None:
            return RedirectResponse(_within(request.query_params.get("next")), status_code=303)
        return _form(site, request)

    # Whoever signs in has no role yet: the token of the form is asked for all the same.
    @routes.post(SIGN_IN)
    def sign_in(
        request: Request,
        name: str = Form("", max_length=200),
        password: str = Form("", max_length=1000),
        code: str = Form("", max_length=20),
        next: str = Form("", max_length=2000),
    ) -> Response:
        given = SignIn(name=name.strip(), password=password, code=code.strip(), address=request.state.address)
        try:
            session = accounts.sign_in(store, given)
        except AccountError as error:
            return _form(site, request, wrong=str(error), name=name[:64], next=next)
        answer = RedirectResponse(_within(next), status_code=303)
        keep(answer, site.door, session)
        return answer

    @routes.post("/sign-out")
    def sign_out(request: Request, viewer: Viewer = needs("reader")) -> Response:
        accounts.sign_out(store, request.state.session, name=viewer.name)
        answer = RedirectResponse(SIGN_IN, status_code=303)
        answer.delete_cookie(site.door.cookie, path="/", secure=site.door.secure, httponly=True, samesite="strict")
        return answer


def _account_routes(routes: APIRouter, site: Site) -> None:
    store = site.project.store

    @routes.get("/account", response_class=HTMLResponse)
    def account(request: Request, viewer: Viewer = needs("reader")) -> HTMLResponse:
        return _account(site, request, viewer)

    @routes.post("/account/password")
    def password(
        request: Request,
        viewer: Viewer = needs("reader"),
        old: str = Form("", max_length=1000),
        new: str = Form("", max_length=1000),
        again: str = Form("", max_length=1000),
    ) -> Response:
        try:
            if new != again:
                raise AccountError("the two new passwords are not the same; type it twice")
            accounts.change_password(store, viewer.name, old=old, new=new, session=request.state.session)
        except AccountError as error:
            return _account(site, request, viewer, wrong=("password", str(error)))
        return _account(site, request, viewer, done="The password is changed, and all other sessions are ended.")

    @routes.post("/account/codes")
    def codes(
        request: Request,
        viewer: Viewer = needs("reader"),
        secret: str = Form("", max_length=64),
        code: str = Form("", max_length=20),
    ) -> Response:
        """Without a secret: shows a new one; with one: uses it, where the code is right."""
        if not secret:
            return _account(site, request, viewer, secret=accounts.new_codes(viewer.name)[0])
        try:
            accounts.use_codes(store, viewer.name, secret=secret, code=code)
        except AccountError as error:
            return _account(site, request, viewer, wrong=("codes", str(error)), secret=secret)
        return _account(site, request, viewer, done="From now on a code is asked for when you sign in.")

    @routes.post("/account/codes/off")
    def codes_off(
        request: Request, viewer: Viewer = needs("reader"), password: str = Form("", max_length=1000)
    ) -> Response:
        try:
            accounts.check_password(store, viewer.name, password=password)
        except AccountError as error:
            return _account(site, request, viewer, wrong=("codes", str(error)))
        accounts.drop_codes(store, viewer.name, by=viewer.name)
        return _account(site, request, viewer, done="No code is asked for any more.")

    @routes.post("/account/sessions")
    def sessions(request: Request, viewer: Viewer = needs("reader")) -> Response:
        accounts.sign_out_elsewhere(store, request.state.session, name=viewer.name)
        return _account(site, request, viewer, done="All other sessions are ended.")

    @routes.post("/account/tokens")
    def make_token(
        request: Request,
        viewer: Viewer = needs("reader"),
        label: str = Form("", max_length=200),
        days: int = Form(accounts.TOKEN_DAYS, ge=1, le=accounts.MOST_TOKEN_DAYS),
    ) -> Response:
        token = accounts.make_token(store, viewer.name, label=label, by=viewer.name, days=days)
        return _account(site, request, viewer, token=token)

    @routes.post("/account/tokens/{id}/withdraw")
    def withdraw_token(request: Request, id: str, viewer: Viewer = needs("reader")) -> Response:
        accounts.withdraw_token(store, viewer.name, id=id, by=viewer.name)
        return _account(site, request, viewer, done="The token is good for nothing now.")


def _form(site: Site, request: Request, *, wrong: str = "", name: str = "", next: str = "") -> HTMLResponse:
    """The form to sign in with: its token is of a session of nobody's, which is ended when someone signs in."""
    session = request.state.session or secrets.token_urlsafe(TOKEN_BYTES)
    request.state.session = session
    answer = site.render(
        request,
        "sign-in.html",
        status=403 if wrong else 200,
        wrong=wrong,
        name=name,
        next=next or request.query_params.get("next", ""),
    )
    keep(answer, site.door, session, name=form_cookie(site.door))
    return answer


def _account(
    site: Site,
    request: Request,
    viewer: Viewer,
    **says: str | tuple[str, str],
) -> HTMLResponse:
    """One's own account: `done` is what was done, `wrong` a form and what is wrong with it, `secret` that of one-time
    codes to be set up, `token` a read token that is told once."""
    store = site.project.store
    secret = says.get("secret")
    return site.render(
        request,
        "account.html",
        status=400 if "wrong" in says else 200,
        account=accounts.account(store, viewer.name),
        tokens=accounts.tokens(store, viewer.name),
        token=says.get("token"),
        token_days=accounts.TOKEN_DAYS,
        wrong=says.get("wrong", ("", "")),
        done=says.get("done"),
        secret=secret,
        picture=picture(accounts.codes_address(viewer.name, str(secret))) if secret else None,
    )


def picture(words: str) -> Markup:
    """A QR code as SVG, black on white in any light; it holds no script and loads nothing."""
    drawn = BytesIO()
    plain = {"xmldecl": False, "svgns": False, "omitsize": True, "svgclass": "qr", "lineclass": None}
    segno.make(words, error="m").save(drawn, kind="svg", scale=5, light="#fff", **plain)
    return Markup(drawn.getvalue().decode("ascii"))


def _within(address: str | None) -> str:
    """An address of this page; its first where another site, or none, was given."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")) or "\\" in address:
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    whole = not parts.scheme and not parts.netloc and not any(ord(one) < 33 or ord(one) > 126 for one in address)
    return address if whole and not address.startswith(SIGN_IN) else "/"
