"""What the tests share: the folders they read from, and one pipeline for the whole session."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from byline.coding.pipeline import Pipeline
from byline.config import Config
from byline.export.record import record
from byline.model import Coding, Document, document_id, sha256

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
