"""Runs: the same bytes wherever they are made, nothing lost when they are broken off, one document's fault its own."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from byline.cli import main
from byline.project import Project
from byline.store import results

TEXTS = (
    "Police arrested {n} people in Nairobi on Thursday, a spokesman of the ministry said. Teachers marched in Kisumu.",
    "Gunmen killed {n} villagers near Maiduguri on Monday, officials said.",
    "The library in Salta has {n} new chairs, and the mayor likes the colour of its walls very much.",
)
PROGRAM = "from byline.cli import main; main()"
QUICK_KILLS, QUICK_DOCUMENTS = 5, 90
SLOW_KILLS, SLOW_DOCUMENTS = 100, 2_000


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    return tmp_path


def write_reports(count: int) -> None:
    """Rows, two files, and one that cannot be read, under in/."""
    rows = [{"text": TEXTS[n % 3].format(n=n + 2), "id": f"row {n}", "published": "2021-03-12"} for n in range(count)]
    Path("in/rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    Path("in/a.txt").write_text(TEXTS[0].format(n=14), encoding="utf-8")
    Path("in/empty.txt").write_bytes(b"")
    Path("in/z.txt").write_text(TEXTS[1].format(n=15), encoding="utf-8")


def code(db: str, *options: str) -> Result:
    return CliRunner().invoke(main, ["code", "in", "--format", "jsonl", "--db", db, *options])


@dataclass
class Started:
    """A run in a process of its own, as a person starts it, its output in a file."""

    db: str
    options: Sequence[str] = ()
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        with Path(f"{self.db}.out").open("wb") as out, Path(f"{self.db}.err").open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, "code", "in", "--format", "jsonl", "--db", self.db, *self.options],
                stdout=out,
                stderr=err,
            )

    @property
    def said(self) -> str:
        return Path(f"{self.db}.err").read_text(encoding="utf-8")

    @property
    def out(self) -> str:
        return Path(f"{self.db}.out").read_text(encoding="utf-8")


def content(db: str) -> dict[str, list[tuple[object, ...]]]:
    """All that a database holds, but for when it came and in which order."""
    of_coding = "join codings c on c.id = t.coding_id"
    queries = {
        "documents": "select * from documents",
        "codings": "select document_id, pipeline_id, sentences, people, let_through from codings",
        "events": f"select c.document_id, t.* from events t {of_coding}",
        "mentions": f"select c.document_id, t.* from mentions t {of_coding}",
        "failures": "select key, document_id, pipeline_id, origin, step, error from failures",
        "custody": "select document_id, origin, raw_sha256, made_by, byline from custody",
    }
    held = {}
    with sqlite3.connect(db) as connection:
        for name, query in queries.items():
            found = connection.execute(query)
            kept = [n for n, column in enumerate(found.description) if column[0] != "coding_id"]
            held[name] = sorted((tuple(row[n] for n in kept) for row in found), key=repr)
    return held


class TestTheSameBytes:
    def test_from_processes(self) -> None:
        write_reports(24)
        alone, many = code("alone.db"), code("many.db", "--workers", "2")
        assert alone.exit_code == many.exit_code == 3
        assert alone.stdout
        assert many.stdout == alone.stdout
        assert many.stderr == alone.stderr
        assert content("many.db") == content("alone.db")

    @pytest.mark.slow
    def test_from_ray(self) -> None:
        pytest.importorskip("ray", reason="Ray is not installed: pip install 'byline-events[ray]'")
        write_reports(8)
        alone, many = code("alone.db"), code("many.db", "--workers", "2", "--engine", "ray")
        assert many.stdout == alone.stdout, many.stderr
        assert many.stderr == alone.stderr
        assert content("many.db") == content("alone.db")
        assert list(Path("many.files/results").iterdir())

    def test_when_all_was_coded_before(self) -> None:
        write_reports(8)
        first, second = code("one.db"), code("one.db", "--workers", "2")
        assert second.stdout == first.stdout
        assert "(10 coded before)" in second.stderr

    def test_from_result_files_alone(self) -> None:
        write_reports(8)
        code("one.db")
        before = content("one.db")
        for name in Path().glob("one.db*"):
            name.unlink()
        Path("nothing").mkdir()
        assert CliRunner().invoke(main, ["code", "nothing", "--db", "one.db"]).exit_code == 1
        after = content("one.db")
        # The folder with nothing in it is one more.
        assert len(after.pop("failures")) == len(before.pop("failures")) + 1
        assert after == before


def gone_on(kill: Callable[[int], None], documents: int, *, kills: int) -> None:
    """Kills a run again and again, and lets it go on to its end: nothing is lost, torn, or there twice."""
    write_reports(documents)
    whole = code("whole.db")
    for number in range(kills):
        kill(number)
    last = code("killed.db")
    assert last.exit_code == 3, last.stderr
    assert last.stdout == whole.stdout
    assert content("killed.db") == content("whole.db")
    files = Path("killed.files")
    assert not list((files / "aside").iterdir())
    assert {path.name.split(".")[0] for path in (files / "results").iterdir()} == results.names(files)


def fork_and_kill(chance: random.Random) -> None:
    """Runs in a copy of this process, which has the model loaded, and kills it at a random moment."""
    pid = os.fork()
    if pid == 0:
        code("killed.db")
        os._exit(0)
    time.sleep(chance.uniform(0.01, 0.5))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def start_and_kill(chance: random.Random, number: int) -> None:
    """Starts a run as a person does, every second time with two workers, and kills it at a random moment: while it
    starts, or after it has written some more result files."""
    run = Started("killed.db", ("--workers", "2") if number % 2 else ())
    files = Path("killed.files")
    written = len(results.names(files)) + chance.choice((0, 1, 2, 5))
    until = time.monotonic() + chance.uniform(0.5, 20)
    while time.monotonic() < until and run.process.poll() is None and len(results.names(files)) < written:
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 0.3))
    run.process.kill()
    run.process.wait()


class TestBrokenOff:
    def test_killed_it_goes_on(self) -> None:
        chance = random.Random(0)
        gone_on(lambda _: fork_and_kill(chance), QUICK_DOCUMENTS, kills=QUICK_KILLS)

    @pytest.mark.slow
    def test_killed_a_hundred_times_it_goes_on(self) -> None:
        chance = random.Random(0)
        gone_on(lambda number: start_and_kill(chance, number), SLOW_DOCUMENTS, kills=SLOW_KILLS)

    def test_ctrl_c_ends_it_and_says_how_to_go_on(self) -> None:
        write_reports(600)
        run = Started("one.db", ("--engine", "processes"))
        while not run.out and run.process.poll() is None:
            time.sleep(0.02)
        os.kill(run.process.pid, signal.SIGINT)
        assert run.process.wait(timeout=10) == 130
        assert "Run the same again to go on." in run.said
        assert "Traceback" not in run.said
        with Project(database="one.db") as project:
            assert 0 < project.store.counts()["codings"] < 600

    def test_what_was_written_and_not_loaded_is_loaded_and_the_rest_is_swept(self) -> None:
        write_reports(4)
        code("one.db")
        before = content("one.db")
        with sqlite3.connect("one.db") as connection:
            for table in ("mentions", "events", "codings", "custody", "failures", "receipts", "documents"):
                connection.execute(f"delete from {table}")
        connection.close()
        Path("one.files/aside/half").write_bytes(b"half a file")
        Path("one.files/results/abc.jsonl.zst").write_bytes(b"no receipt")
        again = code("one.db")
        assert "(6 coded before)" in again.stderr
        assert content("one.db") == before
        assert not list(Path("one.files/aside").iterdir())
        assert not Path("one.files/results/abc.jsonl.zst").exists()


READER = """
    import os, time
    from pathlib import Path
    from byline.errors import DocumentError
    from byline.read import Read, reader
    from byline.read.text import read as text

    @reader(".bad")
    def read(source, /, *, config):
        words = source.open().read()
        if not Path("mended").exists():
            if words.startswith(b"die"):
                os.kill(os.getpid(), 9)
            if words.startswith(b"hang"):
                time.sleep(60)
            if words.startswith(b"eat"):
                bytearray(10**15)
            if words.startswith(b"raise"):
                raise RuntimeError("a bug")
        yield from text(source, config=config)
"""


@pytest.fixture
def plugin(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A reader of .bad files, installed beside ours, that does what a file's first word says."""
    from byline import plugins
    from byline.read import kinds

    site = folder / "site"
    (site / "bad_reader-1.dist-info").mkdir(parents=True)
    (site / "bad_reader.py").write_text(textwrap.dedent(READER), encoding="utf-8")
    (site / "bad_reader-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-reader\nVersion: 1\n")
    (site / "bad_reader-1.dist-info" / "entry_points.txt").write_text("[byline.readers]\nbad = bad_reader:read\n")
    monkeypatch.syspath_prepend(site)
    for cached in (plugins._group, kinds.known):
        cached.cache_clear()
    yield
    for cached in (plugins._group, kinds.known):
        cached.cache_clear()


STEPS = {"die": "worker", "eat": "memory", "hang": "time", "raise": "read"}


@pytest.mark.usefixtures("plugin")
class TestABadDocument:
    """A reader that dies, hangs, eats memory or raises costs the document it does it on."""

    def test_in_this_process(self) -> None:
        self.failed_and_mended("eat", "hang", "raise", options=(), seconds=1)

    @pytest.mark.slow
    def test_in_workers(self) -> None:
        self.failed_and_mended("die", "eat", "hang", "raise", options=("--workers", "2"), seconds=20)

    def failed_and_mended(self, *words: str, options: Sequence[str], seconds: int) -> None:
        for name in ("a good.txt", "z good.txt"):
            Path("in", name).write_text(TEXTS[0].format(n=len(name)), encoding="utf-8")
        code("warm.db")
        for word in words:
            Path("in", f"{word}.bad").write_text(f"{word}: {TEXTS[1].format(n=3)}", encoding="utf-8")
        Path("byline.toml").write_text(f"seconds_per_document = {seconds}\n")

        first = code("one.db", *options, "--failures", "failures.jsonl")
        assert first.exit_code == 3, first.stderr
        told = [json.loads(line) for line in Path("failures.jsonl").read_text().splitlines()]
        assert {Path(one["origin"]).stem: one["step"] for one in told} == {word: STEPS[word] for word in words}
        assert "--retry-failures" in first.stderr

        # They are known, and not tried again before somebody asks for it.
        Path("mended").touch()
        again = code("one.db", *options)
        lost = {word for word in words if f"{word}.bad" in again.stderr}
        assert lost == set(words) - {"raise"}

        mended = code("one.db", *options, "--retry-failures")
        assert mended.exit_code == 0, mended.stderr
        assert len(mended.stdout.splitlines()) > len(first.stdout.splitlines())
        assert code("one.db").stdout == mended.stdout
        with Project(database="one.db") as project:
            assert {one.step for one in project.failures()} == {"read"}


def test_a_log_for_machines() -> None:
    write_reports(2)
    told = [json.loads(line) for line in code("one.db", "--log-format", "json").stderr.splitlines()]
    assert [one["event"] for one in told] == ["failure", "finished"]
    assert told[0]["origin"] == "in/empty.txt"
    assert (told[1]["documents"], told[1]["failed"]) == (4, 1)


def test_quiet() -> None:
    write_reports(2)
    result = code("one.db", "--quiet")
    assert (result.exit_code, result.stderr) == (3, "")


def test_without_the_gate_it_is_another_pipeline() -> None:
    write_reports(2)
    code("one.db")
    result = code("one.db", "--no-gate")
    assert "coded before" not in result.stderr


@pytest.mark.parametrize(
    "options", [("--engine", "serial", "--workers", "2"), ("--ray-address", "x", "--engine", "serial")]
)
def test_options_that_do_not_go_together(options: tuple[str, ...]) -> None:
    assert code("one.db", *options).exit_code == 2
