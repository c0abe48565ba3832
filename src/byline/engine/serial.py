"""One item after the other, in this process. Nothing starts and nothing travels, so it is the quickest for few."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from byline.engine.work import Limits, Shard, Work, go_through


def run(shards: Iterable[Sequence[Any]], work: Work, *, limits: Limits) -> Iterator[Any]:
    """What `work` packs of the shards, in order; a shard is taken only when its outcomes are asked for.

    An item that takes too long is stopped between two steps of Python only, and in the main thread only, and one that
    kills the process ends the run: that takes a process of its own (`processes`).
    """
    ask: Callable[[Any], Sequence[Any]] | None = None
    for number, items in enumerate(shards):
        ask = ask or _watched(work, limits)
        for _, packed in go_through(Shard.of(number, items).entries, work, ask=ask, begin=_nothing):
            yield packed


class _TooLong(BaseException):
    """The time of an item is over. No Exception, so that no step takes it for an error of its own."""


def _watched(work: Work, limits: Limits) -> Callable[[Any], Sequence[Any]]:
    ask = work.start()

    def watched(item: Any) -> Sequence[Any]:
        try:
            with _alarm(limits.item_seconds):
                return ask(item)
        except _TooLong:
            return work.lost(item, limits.too_long())
        except MemoryError:
            return work.lost(item, limits.too_much())

    return watched


@contextmanager
def _alarm(seconds: float | None) -> Iterator[None]:
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(number: int, frame: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _nothing(number: int | None) -> None:
    """In one process nobody needs to be told."""
