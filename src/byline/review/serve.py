"""Opens the page: checks the address, prints the one-time link, and serves until it is interrupted."""

from __future__ import annotations

import socket
import threading
import webbrowser
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass

from byline.errors import BylineError
from byline.project import Project
from byline.review import assets
from byline.review.access import ENTER, Access

OWN_HOSTS = ("127.0.0.1", "localhost", "::1")
NOT_YET = (
    "{host}: the page is served on this machine alone as yet, since it has no accounts: whoever reached it from "
    "elsewhere could read every report. Leave --host out, or name 127.0.0.1; from another machine, tunnel to it "
    "(ssh -L {port}:127.0.0.1:{port} THIS-MACHINE)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the page is served. Raises BylineError for a host that is not this machine's own."""

    host: str = "127.0.0.1"
    port: int = 8000

    def __post_init__(self) -> None:
        if self.host not in OWN_HOSTS:
            raise BylineError(NOT_YET.format(host=self.host, port=self.port))


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link that opens the page in one browser, once. `first`: the one it was started with."""

    url: str
    first: bool


def serve(project: Project, address: Address, *, say: Callable[[Link], None], browse: bool = True) -> None:
    """Serves the page until it is interrupted. `say` is told each link; `browse` opens the first in a browser.

    Raises BylineError where the page's assets were not built, the database cannot be opened, or the port is taken.
    """
    import uvicorn

    from byline.review.app import application

    built = assets.built()
    _ = project.store  # opened before anything is said of a page
    with closing(_bound(address)) as bound:
        port = bound.getsockname()[1]
        host = f"[{address.host}]" if ":" in address.host else address.host

        def link(token: str, *, first: bool = False) -> Link:
            return Link(url=f"http://{host}:{port}{ENTER}?token={token}", first=first)

        access = Access(port=port, told=lambda token: say(link(token)))
        app = application(project, access=access, assets=built)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            date_header=False,
            ws="none",
            lifespan="off",
        )
        first = link(access.token, first=True)
        say(first)
        if browse:
            threading.Timer(0.5, webbrowser.open, [first.url]).start()
        uvicorn.Server(config).run(sockets=[bound])


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
