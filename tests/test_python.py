"""`import byline`: what programs may lean on, and that docs/python.md works as it stands."""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import byline
from byline.errors import BylineError, QueryError
from byline.project import Project, frames

TEXT = (
    "Police arrested Daniel Otieno, a farmer, in Nakuru on 3 May 2021, Governor Amina Yusufin said.\n\n"
    "In Kisumu gunmen killed 12 miners on 4 May 2021.\n"
)
SURFACE = {
    "BylineError", "Coded", "Decision", "Document", "Event", "Explanation", "ExportOptions", "Failure", "Frame",
    "Mention", "Project", "Run", "Selection", "Word", "__version__", "open",
}  # fmt: skip


@pytest.fixture
def project(laptop: Callable[[str], Project], code: Any, document: Any) -> Project:
    """A project with one report."""
    made, one = laptop("one"), document(TEXT, title="Two days", source_id="The Rift Post")
    made.store.add_document(one, one.text.encode())
    made.store.add_coding(code(one))
    return made


class TestSurface:
    def test_it_is_this_and_no_more(self) -> None:
        assert set(byline.__all__) == SURFACE
        assert set(byline.__all__) <= set(dir(byline))

    def test_every_name_is_there_and_says_what_it_is(self) -> None:
        for name in byline.__all__:
            thing = getattr(byline, name)
            assert name == "__version__" or inspect.getdoc(thing), name
        with pytest.raises(AttributeError, match="nothing"):
            byline.nothing  # noqa: B018

    def test_every_verb_says_what_goes_in_and_out(self) -> None:
        verbs = [(name, one) for name, one in vars(byline.Project).items() if not name.startswith("_")]
        methods = [(name, one) for name, one in verbs if inspect.isfunction(one)]
        assert {"read", "code", "link", "audit", "decide", "export", "query", "explain", "events", "report"} <= {
            name for name, _ in methods
        }
        for name, one in methods:
            assert inspect.getdoc(one), name
            hints = inspect.signature(one)
            assert hints.return_annotation is not inspect.Signature.empty, name
            untyped = [arg.name for arg in hints.parameters.values() if arg.annotation is inspect.Parameter.empty]
            assert untyped == ["self"], name

    def test_the_types_are_those_of_the_stub(self) -> None:
        stub = Path(byline.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
        listed = next(
            ast.literal_eval(node.value)
            for node in ast.parse(stub).body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        )
        assert set(listed) == SURFACE

    def test_nothing_is_loaded_until_it_is_asked_for(self) -> None:
        loaded = (
            "import sys, byline; print([m for m in sys.modules if m.startswith(('byline.', 'spacy', 'sqlalchemy'))])"
        )
        done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"


class TestFrames:
    def test_rows_come_one_after_another(self, project: Project) -> None:
        days = {row["first_day"] for row in project.events()}
        assert days == {date(2021, 5, 3), date(2021, 5, 4)}
        assert all(row["contexts"] == [] for row in project.events())
        assert len(project.events()) == 2
        assert project.events(where="country = 'KE' AND fatalities_low >= 12").columns[0] == "event_id"

    def test_batches_hold_so_many_rows(self, project: Project) -> None:
        lots = [batch.num_rows for batch in project.evidence().batches(3)]
        assert sum(lots) == len(project.evidence())
        assert set(lots[:-1]) == {3}

    def test_arrow_has_the_types_of_the_columns(self, project: Project) -> None:
        table = project.events().to_arrow()
        told = {field.name: str(field.type) for field in table.schema}
        assert told["first_day"] == "date32[day]"
        assert told["contexts"] == "list<item: string>"
        assert (told["latitude"], told["starts"], told["type"]) == ("double", "int64", "string")
        assert project.view("findings").to_arrow().num_rows == 0
        assert project.view("v_findings").to_arrow().schema.names[0] == "finding_id"

    def test_pandas(self, project: Project) -> None:
        pytest.importorskip("pandas", reason="pandas is not installed (byline-events[frames])")
        frame = project.events().to_pandas()
        assert str(frame["first_day"].dt.date.max()) == "2021-05-04"
        assert list(frame.loc[frame["fatalities_low"] == 12, "place"]) == ["Kisumu"]

    def test_polars(self, project: Project) -> None:
        polars = pytest.importorskip("polars", reason="polars is not installed (byline-events[frames])")
        frame = project.places().to_polars()
        assert frame.schema["latitude"] == polars.Float64
        assert sorted(frame["name"].to_list()) == ["Kisumu", "Nakuru"]

    def test_geopandas(self, project: Project, code: Any, document: Any) -> None:
        pytest.importorskip("geopandas", reason="GeoPandas is not installed (byline-events[frames])")
        one = document("Police arrested nine drivers, a spokesman said.")
        project.store.add_document(one, one.text.encode())
        project.store.add_coding(code(one))
        frame = project.events().to_geopandas()
        assert frame.crs.to_epsg() == 4326
        placed = frame[frame["place"] == "Kisumu"].geometry.iloc[0]
        assert (round(placed.x, 1), round(placed.y, 1)) == (34.8, -0.1)
        assert frame[frame["place"].isna()].geometry.iloc[0] is None
        with pytest.raises(BylineError, match="longitude and latitude"):
            project.documents().to_geopandas()

    def test_a_query_is_a_frame_too(self, project: Project) -> None:
        asked = project.query("SELECT country, count(*) AS events FROM v_events GROUP BY country;")
        assert list(asked) == [{"country": "KE", "events": 2}]
        assert (len(asked), asked.columns) == (1, ("country", "events"))
        assert asked.to_arrow().to_pylist() == [{"country": "KE", "events": 2}]
        assert project.query("SELECT type FROM v_events WHERE 1 = 0").to_arrow().column_names == ["type"]
        mixed = project.query("SELECT 1 AS a UNION ALL SELECT 2.5 UNION ALL SELECT NULL").to_arrow()
        assert mixed["a"].to_pylist() == [1.0, 2.5, None]

    def test_names_are_masked(self, project: Project) -> None:
        told = str([list(project.view(name)) for name in ("documents", "events", "actors", "evidence")])
        assert "Otieno" not in told
        assert "██████ ██████" in told

    def test_what_cannot_be_asked_is_said(self, project: Project) -> None:
        with pytest.raises(QueryError, match="no view named v_evnts"):
            project.view("v_evnts")
        with pytest.raises(QueryError, match="did you mean"):
            list(project.events(where="contry = 'KE'"))
        with pytest.raises(QueryError, match="is not read by queries"):
            list(project.events(where="EXISTS (SELECT 1 FROM documents)"))
        with pytest.raises(QueryError, match="give each a name"):
            project.query("SELECT 1 AS a, 2 AS a").to_arrow()

    def test_a_library_that_is_missing_is_named(self, project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "polars", None)
        with pytest.raises(BylineError, match=r"pip install 'byline-events\[frames\]'"):
            project.events().to_polars()
        assert frames.AT_A_TIME > 0


BLOCK = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.DOTALL)


def test_the_page_works_as_it_stands(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example of docs/python.md runs, one after another, and prints what the page says."""
    for library in ("pandas", "polars", "geopandas"):
        pytest.importorskip(library, reason=f"{library} is not installed (byline-events[frames])")
    shutil.copytree(root / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    blocks = BLOCK.findall((root / "docs" / "python.md").read_text(encoding="utf-8"))
    assert len(blocks) >= 8
    for source, wanted in blocks:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(source, "docs/python.md", "exec"), names)
        assert out.getvalue() == wanted, source
