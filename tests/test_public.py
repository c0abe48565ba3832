"""What others may lean on: the names Byline offers, and how the code that stands behind them is kept."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import tomllib
from collections.abc import Iterator
from importlib.metadata import entry_points, version
from operator import attrgetter
from pathlib import Path
from types import ModuleType

import click
import pytest

import byline
from byline import cli, model, plugins

SOURCE = Path(byline.__file__).parent
MODULES = sorted(
    name
    for _, name, _ in pkgutil.walk_packages([str(SOURCE)], "byline.")
    # Alembic's files are run by Alembic, not imported.
    if ".migrations" not in name and not name.endswith("__main__")
)
ROOMS = {
    "audit", "bench", "cli", "coding", "config", "deciding", "engine", "errors", "export", "gazetteer", "language",
    "linking", "model", "ontology", "plugins", "project", "read", "review", "sources", "store",
}  # fmt: skip
LONGEST_FILE = 600
"""Lines. A file that answers one question is shorter; one of a thousand lines answers several."""
MOST_ARGUMENTS = 6


def nodes() -> Iterator[tuple[str, ast.AST]]:
    """Every node of the code's syntax trees, with the file and line it stands on."""
    for file in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            yield f"{file.relative_to(SOURCE)}:{getattr(node, 'lineno', 0)}", node


def own(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Public functions and classes that a module itself defines, and their public methods."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(value) or inspect.isclass(value):
            yield name, value
        if inspect.isclass(value):
            for inner, method in vars(value).items():
                method = getattr(method, "__func__", method)
                if not inner.startswith("_") and inspect.isfunction(method):
                    yield f"{name}.{inner}", method


class TestSurface:
    def test_the_package_offers_its_version(self) -> None:
        """What else it offers is held by test_python.py."""
        assert byline.__version__ == version("byline-events")

    def test_it_is_typed(self) -> None:
        assert (SOURCE / "py.typed").exists()

    def test_what_a_module_lists_is_there(self) -> None:
        for module in map(importlib.import_module, MODULES):
            listed = getattr(module, "__all__", [])
            assert [one for one in listed if not hasattr(module, one)] == [], module.__name__
            assert len(set(listed)) == len(listed), module.__name__

    @pytest.mark.parametrize("room", ["read", "store", "gazetteer", "language", "ontology", "bench"])
    def test_a_room_lists_all_that_its_door_offers(self, room: str) -> None:
        module = importlib.import_module(f"byline.{room}")
        listed = getattr(module, "__all__", None)
        public = [name for name, _ in own(module) if "." not in name]
        assert listed is None or set(public) <= set(listed)

    def test_the_rooms_are_those_of_the_design(self) -> None:
        found = {path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
        assert found - {"__init__", "__main__"} == ROOMS

    @pytest.mark.parametrize(
        "group",
        [
            "byline.languages",
            "byline.ontologies",
            "byline.readers",
            "byline.exporters",
        ],
    )
    def test_every_entry_point_loads(self, group: str) -> None:
        for point in entry_points(group=group):
            assert callable(plugins.load(group, point.name)), point.name

    def test_commands_are_those_that_work(self) -> None:
        """A command stands in the help when it does its work: none only says that it will."""
        assert set(cli.main.commands) == {
            *("read", "code", "copies", "link", "audit", "decide", "decisions", "show", "review", "export", "bench"),
            *("status", "failures", "verify", "rebuild", "backup", "restore", "bundle", "merge", "erase"),
            *("report", "compare", "diff", "query", "explain", "user", "team", "history", "evaluate"),
        }
        assert all(isinstance(command, click.Command) and command.callback for command in cli.main.commands.values())


class TestThings:
    @pytest.mark.parametrize(
        "thing", [value for _, value in own(model) if inspect.isclass(value)], ids=attrgetter("__name__")
    )
    def test_they_are_frozen_slotted_and_named_by_keyword(self, thing: type) -> None:
        assert thing.__dataclass_params__.frozen  # type: ignore[attr-defined]
        assert "__slots__" in vars(thing)
        kinds = {one.kind for one in inspect.signature(thing).parameters.values()}
        assert kinds == {inspect.Parameter.KEYWORD_ONLY}


class TestHouseStyle:
    @pytest.mark.xfail(strict=True, reason="gazetteer.settlements.read_json has no docstring")
    def test_what_is_public_says_what_it_gives(self) -> None:
        silent = [
            f"{name}.{one}"
            for name in MODULES
            for one, value in own(importlib.import_module(name))
            if not (inspect.getdoc(value) or "").strip()
        ]
        assert silent == []

    def test_each_module_says_which_question_it_answers(self) -> None:
        modules = {name: importlib.import_module(name) for name in MODULES}
        written = [name for name, one in modules.items() if Path(one.__file__ or "").stat().st_size]
        assert [name for name in written if not modules[name].__doc__] == []

    def test_nothing_is_printed(self) -> None:
        found = [where for where, node in nodes() if isinstance(node, ast.Name) and node.id == "print"]
        assert found == []

    def test_no_bare_except(self) -> None:
        found = [where for where, node in nodes() if isinstance(node, ast.ExceptHandler) and node.type is None]
        assert found == []

    def test_no_file_answers_many_questions(self) -> None:
        lengths = {str(file): file.read_text(encoding="utf-8").count("\n") for file in SOURCE.rglob("*.py")}
        assert {file: length for file, length in lengths.items() if length > LONGEST_FILE} == {}

    def test_no_function_takes_more_than_it_can_name(self) -> None:
        """More than six arguments are a missing dataclass."""
        functions = [
            (f"{where} {node.name}", [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs])
            for where, node in nodes()
            if isinstance(node, ast.FunctionDef)
        ]
        # The command line's own functions take an argument for each option.
        loose = [
            name
            for name, taken in functions
            if len([one for one in taken if one.arg not in ("self", "cls")]) > MOST_ARGUMENTS and "cli/" not in name
        ]
        assert loose == []

    def test_names_of_modules_are_the_trades_nouns(self) -> None:
        parts = {part for name in MODULES for part in name.split(".")}
        assert not parts & {"utils", "util", "helpers", "helper", "manager", "managers", "common", "misc"}


def test_the_distribution_is_named_as_the_documentation_says(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == "byline-events"
    assert project["scripts"] == {"byline": "byline.cli:main"}
    assert project["version"] == byline.__version__
