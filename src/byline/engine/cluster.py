"""Ray: the same work on this machine or on many. Nodes share no disk, so items bring their bytes and results go back.

A station is an actor on one core of some node. It works with one process of its own (`processes`), so an item that
hangs, kills or eats memory is dealt with beside it, and Ray has to deal with machines only: when a node is lost, its
shards go to another.
"""

from __future__ import annotations

import logging
import os
import pickle
import sys
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from byline.engine.order import InOrder
from byline.engine.processes import AHEAD, DEATHS, WINDOW, Pool
from byline.engine.work import Limits, Work
from byline.errors import BylineError, EngineError

QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DEDUP_LOGS": "0",
    # The answer of later versions, so that nobody is warned; we ask for no accelerator.
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}
"""Ray's own ways of speaking up: nothing is told to anybody, and nothing to the terminal."""


START_SECONDS = 120.0
"""How long a run waits for the first free core."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """How many stations there are, and the cluster they stand on; None: one of this machine's own, for this run."""

    stations: int
    address: str | None = None


class Station:
    """Works on shards, one after the other, in a process of its own. An actor of Ray's."""

    def __init__(self, work: bytes, limits: Limits, path: Sequence[str]) -> None:
        if path:
            sys.path[:] = path
        self._pool = Pool(pickle.loads(work), workers=1, limits=limits)

    def ready(self) -> None:
        """Comes back when the station is there."""

    def work_on(self, items: Sequence[Any]) -> list[Any] | BylineError:
        """What is packed of a shard, in order; an error of ours as it is, so that it need not be dug out of Ray's."""
        try:
            return list(self._pool.run([items]))
        except BylineError as error:
            return error


def run(shards: Iterable[Sequence[Any]], work: Work, *, limits: Limits, nodes: Nodes) -> Iterator[Any]:
    """What `work` packs of the shards, in order. Raises EngineError where Ray is not installed, the cluster is not
    reached, or its nodes are lost again and again."""
    os.environ.update(QUIET)
    try:
        import ray
    except ModuleNotFoundError as error:
        raise EngineError("Ray is not installed; pip install 'byline-events[ray]', or choose another engine") from error
    try:
        ray.init(
            address=nodes.address,
            num_cpus=None if nodes.address else nodes.stations,
            include_dashboard=None if nodes.address else False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise EngineError(f"the Ray cluster is not reached ({error}); check --ray-address") from error
    try:
        # On a machine of its own a station looks for modules where we do; elsewhere, where they are installed there.
        said = (ray.put(pickle.dumps(work)), limits, () if nodes.address else tuple(sys.path))
        yield from _Stations(ray, said, stations=nodes.stations).run(shards)
    finally:
        ray.shutdown()


class _Stations:
    """The stations of a run, and which shards each is at. One that finds no free core waits for one, and is not waited
    for."""

    def __init__(self, ray: Any, said: tuple[Any, ...], *, stations: int) -> None:
        self._ray = ray
        self._said = said
        self._make = ray.remote(Station).options(num_cpus=1, scheduling_strategy="SPREAD")
        self._ready: list[Any] = []
        self._coming: dict[Any, Any] = {}
        """By Ray's reference to its being ready: a station."""
        self._out: dict[Any, tuple[Any, int, Sequence[Any]]] = {}
        """By Ray's reference to the answer: a station, the number of a shard, the shard."""
        self._deaths: Counter[int] = Counter()
        """Stations lost, by shard; by -1 those that did not begin."""
        for _ in range(stations):
            self._begin()

    def run(self, shards: Iterable[Sequence[Any]]) -> Iterator[Any]:
        """What comes of the shards, in order."""
        order, again, coming = InOrder(), deque[tuple[int, Sequence[Any]]](), enumerate(shards)
        while self._hand_out(again, coming, order) or self._out:
            waited_for = [*self._out, *self._coming]
            done, _ = self._ray.wait(waited_for, timeout=None if self._ready else START_SECONDS)
            if not done:
                raise EngineError(f"no core of the Ray cluster was free for {START_SECONDS} seconds; look at its load")
            for reference in done:
                if reference in self._coming:
                    self._welcome(reference)
                else:
                    self._take(reference, again, order)
            yield from order.take()
        yield from order.take()

    def _begin(self) -> None:
        station = self._make.remote(*self._said)
        self._coming[station.ready.remote()] = station

    def _welcome(self, reference: Any) -> None:
        station = self._coming.pop(reference)
        try:
            self._ray.get(reference)
        except self._ray.exceptions.RayActorError as error:
            self._lost(-1, error)
            self._begin()
        else:
            self._ready.append(station)
            del self._deaths[-1]

    def _hand_out(
        self, again: deque[tuple[int, Sequence[Any]]], coming: Iterator[tuple[int, Sequence[Any]]], order: InOrder
    ) -> bool:
        """Gives each station what it may hold, the idle ones first. False where there is nothing left to give."""
        held = Counter(id(station) for station, _, _ in self._out.values())
        for most in range(AHEAD):
            for station in self._ready:
                if held[id(station)] > most:
                    continue
                if not again and order.waiting >= WINDOW + AHEAD * len(self._ready):
                    return True
                part = again.popleft() if again else next(coming, None)
                if part is None:
                    return False
                number, items = part
                order.expect(number)
                self._out[station.work_on.remote(items)] = (station, number, items)
                held[id(station)] += 1
        return True

    def _take(self, reference: Any, again: deque[tuple[int, Sequence[Any]]], order: InOrder) -> None:
        station, number, items = self._out.pop(reference)
        try:
            answer = self._ray.get(reference)
        except self._ray.exceptions.RayActorError as error:
            again.append((number, items))
            self._lost(number, error)
            if station in self._ready:
                self._ready.remove(station)
                self._ray.kill(station)
                self._begin()
            return
        if isinstance(answer, BylineError):
            raise answer
        for position, packed in enumerate(answer, 1):
            order.put(number, packed, whole=position == len(answer))

    def _lost(self, number: int, error: Exception) -> None:
        """Counts a lost station. Raises EngineError where it was one too many."""
        self._deaths[number] += 1
        if self._deaths[number] >= DEATHS:
            said = str(error).strip().splitlines()
            raise EngineError(
                f"stations on the Ray cluster are lost again and again ({said[0]} … {said[-1]}); is the same version "
                "of Byline installed on every node?"
            ) from error
