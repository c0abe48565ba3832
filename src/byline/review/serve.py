"""Opens the page: checks the address and who may reach it, and serves until it is interrupted."""

from __future__ import annotations

import gc
import re
import socket
import ssl
import threading
import webbrowser
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from byline.deciding.viewing import Viewer
from byline.errors import BylineError
from byline.project import Project, accounts
from byline.review import assets
from byline.review.access import ENTER, SIGN_IN, Access, Door, system_user
from byline.review.signin import SignedIn

OWN_HOSTS = ("127.0.0.1", "localhost", "::1")
ANY_HOST = ("0.0.0.0", "::", "")
"""Hosts that stand for all addresses of a machine, and are no name of it."""

IN_THE_OPEN = (
    "{host}: others can reach this address, so what they send and read must not cross the network in the open: give a "
    "certificate (--certificate FILE --key FILE), or say --behind-proxy where a proxy that speaks TLS stands before "
    "it. For yourself alone leave --host out; from another machine, tunnel to it (ssh -L {port}:127.0.0.1:{port} "
    "THIS-MACHINE)"
)
NO_NAME = "say under which name people reach the page (--name coding.example.org): any other is refused"
NO_ACCOUNT = "nobody has an account yet; make the first one with byline user add NAME --role admin"
_NAME = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the page is served, to whom, and how it is reached.

    `team`: people sign in; always so on a host that others can reach. `names` are what the page goes by there.
    `certificate` and `key` are PEM files; `behind_proxy`: TLS ends at a proxy, whose word on who asks is taken.
    Raises BylineError for a host that others can reach without TLS, or without a name.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    team: bool = False
    names: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False

    def __post_init__(self) -> None:
        if self.certificate is not None and self.behind_proxy:
            raise BylineError("--behind-proxy says that TLS ends before the page; leave --certificate out, or it")
        if (self.certificate is None) != (self.key is None):
            raise BylineError("a certificate and its key belong together; give both --certificate and --key")
        for name in self.names:
            if not _NAME.fullmatch(name):
                raise BylineError(f"{name!r} is no name of a machine; give one as in coding.example.org, or with :PORT")
        if not self.secure and (self.names or not self.own):
            raise BylineError(IN_THE_OPEN.format(host=self.host or "every address", port=self.port))
        if not self.names and (self.behind_proxy or self.host in ANY_HOST):
            raise BylineError(NO_NAME)

    @property
    def own(self) -> bool:
        """Whether this machine alone can reach it."""
        return self.host in OWN_HOSTS

    @property
    def secure(self) -> bool:
        """Whether browsers reach it over TLS."""
        return self.certificate is not None or self.behind_proxy

    @property
    def signs_in(self) -> bool:
        """Whether people sign in, and do not come by a link."""
        return self.team or self.secure or not self.own

    def hosts(self, port: int) -> frozenset[str]:
        """The Host headers it goes by; none where only this machine's own do."""
        if self.own and not self.names:
            return frozenset()
        named = self.names or (f"[{self.host}]" if ":" in self.host else self.host,)
        found: set[str] = set()
        for name in map(str.lower, named):
            found.add(name)
            if not re.search(r":\d+$", name) and not self.behind_proxy:
                found.add(f"{name}:{port}")
        return frozenset(found)

    def url(self, port: int, path: str = "/") -> str:
        """Where a browser finds it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        at = sorted(self.names, key=len)[0] if self.names else f"{host}:{port}"
        if self.names and not self.behind_proxy and not re.search(r":\d+$", at):
            at = f"{at}:{port}"
        return f"{'https' if self.secure else 'http'}://{at}{path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that opens the page in one browser, once; with `signs_in`, one where people sign in. `first`: the one it
    was started with."""

    url: str
    first: bool
    signs_in: bool = False


def serve(
    project: Project,
    address: Address,
    *,
    say: Callable[[Link], None],
    browse: bool = True,
    reviewer: str | None = None,
) -> None:
    """Serves the page until it is interrupted. `say` is told each link; `browse` opens the first in a browser.
    `reviewer` is who decides where nobody signs in; default: whoever is signed in to this machine.

    Raises BylineError where the page's assets were not built, the database cannot be opened, nobody has an account to
    sign in to, the certificate is none, or the port is taken.
    """
    import uvicorn

    from byline.review.app import application

    built = assets.built()
    if address.signs_in and not any(not one.disabled for one in accounts.everyone(project.store)):
        raise BylineError(NO_ACCOUNT)
    _ = project.store  # opened before anything is said of a page
    with closing(_bound(address)) as bound:
        port = bound.getsockname()[1]

        def link(token: str, *, first: bool = False) -> Link:
            return Link(url=address.url(port, f"{ENTER}?token={token}"), first=first)

        if address.signs_in:
            door: Door = _signed_in(project, address, port)
            first = Link(url=address.url(port, SIGN_IN), first=True, signs_in=True)
        else:
            access = alone(project, port=port, reviewer=reviewer)
            access.told = lambda token: say(link(token))
            door, first = access, link(access.token, first=True)
        app = application(project, access=door, assets=built)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,  # guard.py reads them, and only behind a proxy
            ws="none",
            lifespan="off",
            **_tls(address),
        )
        say(first)
        if browse and address.own and not address.names:
            threading.Timer(0.5, webbrowser.open, [first.url]).start()
        settle_memory()
        uvicorn.Server(config).run(sockets=[bound])


def alone(project: Project, *, port: int, reviewer: str | None = None) -> Access:
    """The door of a page that one person opens on their own machine, under a name or the one they have there."""
    name = reviewer or system_user()

    def person() -> Viewer:
        return accounts.person(project.store, name)

    def bearer(token: str) -> Viewer | None:
        return accounts.bearer(project.store, token)

    return Access(port=port, person=person, tokens=bearer)


def _signed_in(project: Project, address: Address, port: int) -> SignedIn:
    return SignedIn(
        project=project,
        port=port,
        names=address.hosts(port),
        secure=address.secure,
        proxied=address.behind_proxy,
    )


def _tls(address: Address) -> dict[str, Any]:
    """What the server needs to speak TLS; nothing where it does not. Raises BylineError for files that are none."""
    if address.certificate is None or address.key is None:
        return {}
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(address.certificate, address.key)
    except (OSError, ssl.SSLError) as error:
        raise BylineError(
            f"{address.certificate} with {address.key}: no certificate and key that belong together ({error}); give "
            "two PEM files"
        ) from error
    return {"ssl_certfile": str(address.certificate), "ssl_keyfile": str(address.key)}


def settle_memory() -> None:
    """Looks for garbage less often than Python does: a long report is sixty thousand objects that all live as long as
    its page is made, and looking through them again and again takes a quarter of that time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def _bound(address: Address) -> socket.socket:
    """A socket at the address; port 0 is any that is free."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((address.host, address.port))
        bound.listen()  # whoever follows the link before the server runs waits, and is not refused
    except OSError as error:
        bound.close()
        raise BylineError(
            f"{address.host}:{address.port} cannot be used ({error.strerror}); name another with --port, or 0 for any"
        ) from error
    return bound
