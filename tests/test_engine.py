"""Engines: the same comes out in the same order wherever the work runs, and one bad item costs one item."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from byline.engine import Cause, Limits, serial
from byline.engine.processes import Pool
from byline.errors import ConfigError, EngineError

MEMORY_MB = 400
SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Squares:
    """Work that squares numbers, and does to its worker what it is told in words."""

    seen: Path | None = None
    broken: bool = False
    pause: float = 0.0

    def start(self) -> Callable[[Any], Sequence[Any]]:
        if self.broken:
            os._exit(3)
        return self.ask

    def ask(self, item: Any) -> Sequence[Any]:
        if self.seen is not None:
            with self.seen.open("a") as file:
                file.write(f"{item}\n")
        time.sleep(self.pause)
        match item:
            case "die":
                os.kill(os.getpid(), signal.SIGKILL)
            case "leave":
                os._exit(9)
            case "hang":
                time.sleep(60)
            case "eat":
                return [len(bytearray(2_000_000_000))]
            case "wrong":
                raise ConfigError("a setting is wrong")
            case "die once":
                return self.die_once()
        return [item * item]

    def die_once(self) -> Sequence[Any]:
        assert self.seen is not None
        if self.seen.read_text().count("die once") == 1:
            os._exit(1)
        return ["alive"]

    def lost(self, item: Any, cause: Cause) -> Sequence[Any]:
        return [(item, cause.step)]

    def pack(self, outcomes: Sequence[Any]) -> Any:
        return list(outcomes)


def run(*shards: Sequence[Any], workers: int = 2, work: Squares | None = None) -> list[Any]:
    limits = Limits(item_seconds=SECONDS, memory_mb=MEMORY_MB)
    with Pool(work or Squares(), workers=workers, limits=limits) as pool:
        return [outcome for packed in pool.run(shards) for outcome in packed]


def test_processes_give_what_serial_gives_in_order() -> None:
    shards = [list(range(start, start + 7)) for start in range(0, 70, 7)]
    alone = [one for packed in serial.run(shards, Squares(), limits=Limits()) for one in packed]
    assert alone == [number * number for number in range(70)]
    assert run(*shards, workers=3) == alone


@pytest.mark.parametrize(
    ("item", "step"), [("die", "worker"), ("leave", "worker"), ("hang", "time"), ("eat", "memory")]
)
def test_a_bad_item_is_lost_and_nothing_else(item: str, step: str) -> None:
    assert run([1, 2, item, 3], [4, 5]) == [1, 4, (item, step), 9, 16, 25]


def test_several_bad_items_in_one_shard() -> None:
    assert run([1, "die", "eat", 2, "leave"]) == [1, ("die", "worker"), ("eat", "memory"), 4, ("leave", "worker")]


def test_a_worker_that_died_of_something_else_costs_nothing(tmp_path: Path) -> None:
    assert run([1, "die once", 2], work=Squares(seen=tmp_path / "seen")) == [1, "alive", 4]


def test_a_bad_item_is_not_tried_a_third_time(tmp_path: Path) -> None:
    run([1, "die", 2], work=Squares(seen=tmp_path / "seen"))
    assert (tmp_path / "seen").read_text().splitlines().count("die") == 2


def test_in_one_process_an_item_is_stopped_when_its_time_is_over() -> None:
    shards = [[1, "hang", 2]]
    (packed,) = serial.run(shards, Squares(), limits=Limits(item_seconds=0.2))
    assert packed == [1, ("hang", "time"), 4]


def test_an_error_that_is_no_items_fault_ends_the_run() -> None:
    with pytest.raises(ConfigError, match="a setting is wrong"):
        run([1, "wrong", 2])


def test_workers_that_cannot_start_end_the_run() -> None:
    with pytest.raises(EngineError, match="cannot be kept alive"):
        run([1], work=Squares(broken=True))


def test_shards_are_taken_as_they_are_needed() -> None:
    taken = 0

    def shards() -> Iterator[Sequence[int]]:
        nonlocal taken
        for number in range(1_000):
            taken += 1
            yield [number]

    with Pool(Squares(), workers=1, limits=Limits()) as pool:
        outcomes = pool.run(shards())
        assert next(outcomes) == [0]
        assert taken < 100


def test_workers_end_with_whoever_started_them() -> None:
    with Pool(Squares(), workers=1, limits=Limits()) as pool:
        next(pool.run([[1], [2]]))
        (worker,) = pool._workers
        worker.pipe.close()
        assert worker.process.wait(timeout=5) == 0


@pytest.mark.slow
class TestRay:
    @pytest.fixture(autouse=True)
    def ray(self) -> None:
        pytest.importorskip("ray", reason="Ray is not installed: pip install 'byline-events[ray]'")

    def test_a_node_that_is_lost_in_the_middle(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from ray.cluster_utils import Cluster

        from byline.engine import cluster

        # Nodes look for modules where they are installed; ours is this folder.
        monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
        monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        nodes = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
        try:
            lost = nodes.add_node(num_cpus=1)
            nodes.wait_for_nodes()
            shards = [list(range(start, start + 10)) for start in range(0, 200, 10)]
            asked = cluster.Nodes(2, address=nodes.address)
            outcomes: list[int] = []
            for packed in cluster.run(shards, Squares(pause=0.05), limits=Limits(item_seconds=10), nodes=asked):
                outcomes += packed
                if len(outcomes) == 40:
                    nodes.remove_node(lost, allow_graceful=False)
            assert outcomes == [number * number for number in range(200)]
        finally:
            nodes.shutdown()

    def test_it_gives_what_serial_gives(self) -> None:
        from byline.engine import cluster

        shards = [[1, 2, "leave", 3], [4, 5]]
        limits = Limits(item_seconds=SECONDS, memory_mb=MEMORY_MB)
        packed = cluster.run(shards, Squares(), limits=limits, nodes=cluster.Nodes(2))
        assert [one for part in packed for one in part] == [1, 4, ("leave", "worker"), 9, 16, 25]
