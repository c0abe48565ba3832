"""The documentation is complete, its links lead somewhere, and the output it shows is what the program prints."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest

from byline.cli import main
from byline.config import Config

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
GENERATED = [page for page in PAGES if "<!-- end -->" in page.read_text("utf-8")]
COMMANDS: dict[str, click.Command] = dict(main.commands) if isinstance(main, click.Group) else {}
OPTIONS = [
    (name, option)
    for name, command in COMMANDS.items()
    for parameter in command.params
    if isinstance(parameter, click.Option)
    for option in parameter.opts
]
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def anchors(page: Path) -> set[str]:
    """What a link may name in a page: its headings, as GitHub makes anchors of them, and anchors set by hand."""
    text = FENCE.sub("", page.read_text("utf-8"))
    headings = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    made = {
        "".join(char for char in heading.lower() if char in " -_" or unicodedata.category(char)[0] in "LN")
        for heading in headings
    }
    return {one.replace(" ", "-") for one in made} | set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))


@pytest.fixture(scope="module")
def generate() -> Iterator[ModuleType]:
    """The program behind `make docs`."""
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up by name
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


@pytest.fixture(scope="module")
def session(generate: ModuleType) -> Iterator[Any]:
    """One coding run for all pages."""
    with generate.session() as one:
        yield one


@pytest.mark.parametrize("page", GENERATED, ids=named)
def test_generated_output_is_what_the_program_prints(page: Path, session: Any) -> None:
    text = page.read_text("utf-8")
    assert text.splitlines() == session.written(text).splitlines(), "run `make docs`"


def test_generated_output_holds_no_path_of_a_machine(session: Any) -> None:
    for page in GENERATED:
        text = page.read_text("utf-8")
        for path in (str(session.folder), str(ROOT), str(Path.home()), str(Path(sys.prefix))):
            assert path == "/" or path not in text, f"{named(page)} holds {path}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name: str) -> None:
    assert f"## byline {name}\n" in (ROOT / "docs" / "commands.md").read_text("utf-8")


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_every_option_is_documented(name: str, option: str) -> None:
    _, _, after = (ROOT / "docs" / "commands.md").read_text("utf-8").partition(f"## byline {name}\n")
    assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", after.partition("\n## ")[0])


@pytest.mark.parametrize("field", fields(Config), ids=lambda field: field.name)
def test_every_setting_is_documented_with_its_default(field: Any) -> None:
    rows = (ROOT / "docs" / "configuration.md").read_text("utf-8").splitlines()
    row = next((one for one in rows if one.startswith(f"| `{field.name}` |")), None)
    assert row is not None, f"docs/configuration.md has no row for {field.name}"
    default = row.split("|")[2].strip().strip("`").strip('"').replace("_", "")
    value = getattr(Config(), field.name)
    shown = json.dumps(value) if isinstance(value, bool | tuple) else str(value)
    assert default == shown.replace("_", "")


def test_the_example_of_a_configuration_holds_all_keys_and_their_defaults() -> None:
    import tomllib

    (example,) = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "configuration.md").read_text("utf-8"), re.DOTALL)
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in tomllib.loads(example).items()}
    assert told == {field.name: getattr(Config(), field.name) for field in fields(Config)}


def test_the_readme_names_every_key_of_the_record(session: Any) -> None:
    table = README.read_text("utf-8").partition("## The record in short")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    keys = [key for row in rows for key in re.findall(r"`(\w+)`", row)]
    assert sorted(keys) == sorted(session.coded("pakistan-bombing")[0])


def test_every_example_report_is_described() -> None:
    text = (ROOT / "docs" / "examples.md").read_text("utf-8")
    for report in (ROOT / "examples").glob("*.txt"):
        assert f"(../examples/{report.name})" in text


def test_the_readme_names_both_commands() -> None:
    text = README.read_text("utf-8")
    assert "make demo " in text
    assert "make test " in text


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    missing = []
    for target, anchor in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        file = (page.parent / target).resolve() if target else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            missing.append(f"{target}#{anchor}" if anchor else target)
    assert not missing, f"{named(page)} links to what is not there: {missing}"


def test_the_index_lists_every_page() -> None:
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "index.md" or f"({page.name})" in index, f"docs/index.md does not list {page.name}"
