"""Processes beside this one, each with a model of its own; one that dies, hangs or eats memory costs one item.

`concurrent.futures` gives up the whole pool when one process dies and does not say at which item, so the pool is ours:
a pipe to each worker, over which it tells which entry it is at.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from types import TracebackType
from typing import Any, Self

from byline.engine.order import InOrder
from byline.engine.work import Cause, Limits, Shard, Work
from byline.engine.worker import BOOT, EXIT_MEMORY
from byline.errors import EngineError

AHEAD = 2
"""Shards a worker holds: one it is at, one for when it is done, so that it never waits for us."""

WINDOW = 64
"""Shards that may be out or wait for an earlier one, beyond those the workers hold: when one item takes its minute, the
other workers go on, and what they make waits in files, so this bounds how far, not how much memory."""

DEATHS = 3
"""Workers that may die in a row before they are ready, or at one shard between items, before the run is given up."""

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""A worker has a core of its own; threads of linear algebra would only wait for those of the others."""


@dataclass(slots=True, kw_only=True)
class _Worker:
    """A process with its pipe and the shards it holds; the first is the one it is at."""

    process: subprocess.Popen[bytes]
    pipe: Connection[Any, Any]
    shards: deque[Shard] = field(default_factory=deque)
    ready: bool = False
    since: float | None = None
    """When it began the entry it is at."""

    def give(self, shard: Shard) -> None:
        """Hands it a shard."""
        self.shards.append(shard)
        self.pipe.send(shard.send())

    def hear(self, kind: str, told: Any) -> tuple[int, Any, bool] | None:
        """Takes in what it says. Where it hands something back: the shard's number, what, and whether that is all."""
        if kind == "error":
            raise told
        if kind == "ready":
            self.ready = True
        elif kind == "at":
            shard = self.shards[0]
            shard.at = None if told is None else shard.sent + told
            self.since = None if told is None else time.monotonic()
        elif kind == "packed":
            shard = self.shards[0]
            done, packed = told
            shard.packed = shard.sent + done
            whole = shard.packed == len(shard.entries)
            if whole:
                self.shards.popleft()
            return shard.number, packed, whole
        return None

    def end(self) -> int:
        """Ends it at once; how it ended."""
        self.pipe.close()
        self.process.kill()
        return self.process.wait()


class Pool:
    """Workers that are started when there is work for them. A context manager: leaving it ends them."""

    def __init__(self, work: Work, *, workers: int, limits: Limits) -> None:
        self._order = pickle.dumps((work, limits))
        self._most = workers
        self._limits = limits
        self._workers: list[_Worker] = []
        self._unready = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends all workers. What they have not handed back is lost."""
        while self._workers:
            self._workers.pop().end()

    def run(self, shards: Iterable[Sequence[Any]]) -> Iterator[Any]:
        """What the work packs of the shards, in order. Raises EngineError where workers cannot be kept alive, and what
        a worker raises that is no item's fault."""
        order, again = InOrder(), deque[Shard]()
        coming = (Shard.of(number, items) for number, items in enumerate(shards))
        while True:
            self._hand_out(again, coming, order)
            if not any(worker.shards for worker in self._workers):
                break
            self._listen(again, order)
            yield from order.take()
        yield from order.take()

    def _hand_out(self, again: deque[Shard], coming: Iterator[Shard], order: InOrder) -> None:
        """Gives each worker what it may hold, the idle ones first."""
        for most in range(AHEAD):
            for place in range(self._most):
                if place < len(self._workers) and len(self._workers[place].shards) > most:
                    continue
                shard = again.popleft() if again else self._next(coming, order)
                if shard is None:
                    return
                if place >= len(self._workers):
                    self._workers.append(self._start())
                # Where it has died, that is heard when it is listened to.
                with suppress(BrokenPipeError, ConnectionResetError):
                    self._workers[place].give(shard)

    def _next(self, coming: Iterator[Shard], order: InOrder) -> Shard | None:
        if order.waiting >= WINDOW + AHEAD * self._most:
            return None
        shard = next(coming, None)
        if shard is not None:
            order.expect(shard.number)
        return shard

    def _listen(self, again: deque[Shard], order: InOrder) -> None:
        """Waits for something to happen, and takes it in: what workers say, that one died, that one is too long at an
        item."""
        said = wait([worker.pipe for worker in self._workers], timeout=self._patience())
        for worker in list(self._workers):
            if worker.pipe in said:
                self._hear(worker, again, order)
        if self._limits.item_seconds is None:
            return
        now = time.monotonic()
        for worker in list(self._workers):
            late = worker.since is not None and now - worker.since >= self._limits.item_seconds
            if late and not worker.pipe.poll():
                worker.end()
                self._lose(worker, self._limits.too_long(), again)

    def _patience(self) -> float | None:
        """Seconds until the first worker is too long at an item; None where none can be."""
        if self._limits.item_seconds is None:
            return None
        began = [worker.since for worker in self._workers if worker.since is not None]
        return max(0.0, min(began) + self._limits.item_seconds - time.monotonic()) if began else None

    def _hear(self, worker: _Worker, again: deque[Shard], order: InOrder) -> None:
        try:
            while worker.pipe.poll():
                answer = worker.hear(*worker.pipe.recv())
                if worker.ready:
                    self._unready = 0
                if answer is not None:
                    number, packed, whole = answer
                    order.put(number, packed, whole=whole)
        except (EOFError, ConnectionResetError):
            code = worker.process.wait()
            worker.end()
            self._lose(worker, self._died(code), again)

    def _died(self, code: int) -> Cause:
        if code == EXIT_MEMORY:
            return self._limits.too_much()
        how = f"by {signal.Signals(-code).name}" if -code in set(signal.Signals) else f"with exit code {code}"
        killed = " (the system kills so when memory runs out)" if code == -signal.SIGKILL else ""
        return Cause(
            step="worker",
            error=f"ended the process that worked on it, {how}{killed}; try it again with --retry-failures",
        )

    def _lose(self, worker: _Worker, cause: Cause, again: deque[Shard]) -> None:
        """Takes a dead worker's shards back, the cause laid on the entry it was at."""
        self._workers.remove(worker)
        if not worker.ready:
            self._unready += 1
        elif worker.shards:
            worker.shards[0].blame(cause)
        deaths = max(self._unready, max((shard.deaths for shard in worker.shards), default=0))
        if deaths >= DEATHS:
            raise EngineError(
                f"workers cannot be kept alive: {deaths} in a row ended at no document ({cause.error.split(';')[0]}); "
                "check free memory and worker_memory_mb in byline.toml"
            )
        for shard in reversed(worker.shards):
            again.appendleft(shard)

    def _start(self) -> _Worker:
        ours, theirs = Pipe()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", BOOT, str(theirs.fileno()), json.dumps(sys.path)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, **ONE_THREAD},
                # A Ctrl-C in the terminal is for whoever started the run.
                start_new_session=True,
            )
        ours.send_bytes(self._order)
        return _Worker(process=process, pipe=ours)
