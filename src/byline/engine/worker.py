"""A worker: a process that takes shards from a pipe, works on one item after the other, and says where it is.

It lives as long as the pipe: when whoever started it is gone, it ends at once, whatever it is at.
"""

from __future__ import annotations

import os
import pickle
import queue
import resource
import sys
import threading
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from byline.engine.work import Limits, Work, go_through

EXIT_MEMORY = 77
"""How a worker ends that was refused memory; a number that no interpreter and no shell uses."""

BOOT = "import json, sys; sys.path[:] = json.loads(sys.argv[2]); from byline.engine.worker import main; main()"
"""What the new interpreter is told to do: look for modules where its parent does, then work."""


def main() -> NoReturn:
    """Works until the pipe is closed. The pipe's file descriptor is the first argument."""
    pipe: Connection[Any, Any] = Connection(int(sys.argv[1]))
    try:
        _work(pipe)
    except MemoryError:
        os._exit(EXIT_MEMORY)
    except (BrokenPipeError, EOFError, ConnectionResetError):
        os._exit(0)
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever started the run must hear of it
        pipe.send(("error", _portable(error)))
        os._exit(1)
    os._exit(0)


def _work(pipe: Connection[Any, Any]) -> None:
    work, limits = pickle.loads(pipe.recv_bytes())
    _limit_memory(limits)
    shards: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(pipe, shards), daemon=True).start()
    ask = work.start()
    pipe.send(("ready", None))
    while (entries := shards.get()) is not None:
        _through(pipe, entries, work, ask)


def _through(pipe: Connection[Any, Any], entries: Any, work: Work, ask: Any) -> None:
    for done, packed in go_through(entries, work, ask=ask, begin=lambda number: pipe.send(("at", number))):
        pipe.send(("packed", (done, packed)))


def _listen(pipe: Connection[Any, Any], shards: queue.SimpleQueue[Any]) -> None:
    """Takes shards in while another is worked on, so that the sender never waits; ends the process with the pipe."""
    try:
        while True:
            shards.put(pipe.recv())
    except (EOFError, OSError):
        os._exit(0)


def _limit_memory(limits: Limits) -> None:
    """Above the limit an allocation fails, which Python tells as MemoryError. Mapped files do not count: the gazetteer
    is shared by all workers."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if limits.memory_mb is not None:
        most = limits.memory_mb * 1_000_000
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _portable(error: Exception) -> Exception:
    """The error, or its words where it cannot travel."""
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:  # noqa: BLE001 - an error's own pickling may raise anything
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
