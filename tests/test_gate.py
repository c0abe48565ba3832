"""The gate: floors read and written back, figures read from a bench's output, what fails and what may fall."""

from __future__ import annotations

from pathlib import Path

import pytest

from byline.bench import NAMES, gate
from byline.bench.gate import Floor, Gate, Measured
from byline.errors import BylineError

ROOT = Path(__file__).parent.parent


def a_gate(least: float, *, sha256: str = "abc") -> Gate:
    floor = Floor(figure="span F1", reads=r"R \S+ F1 ", least=least)
    return Gate(name="toponyms-lgl", bench="toponyms", gold="shared/gold/a.xml", sha256=sha256, floors=(floor,))


def measured(value: float | None, least: float = 0.85, *, sha256: str = "abc") -> Measured:
    return Measured(gate=a_gate(least), sha256=sha256, values={"span F1": value})


def test_the_floors_of_this_repository() -> None:
    text = (ROOT / gate.FLOORS).read_text(encoding="utf-8")
    gates = gate.load(text)
    assert gate.dump(gates) == text
    assert {one.bench for one in gates} <= set(NAMES)
    assert all(0.0 < floor.least <= 1.0 for one in gates for floor in one.floors)
    for one in gates:
        gold = gate.gold_of(one, Path("nowhere"))
        assert not gold.is_absolute()
        if not one.gold.startswith("shared/"):
            assert (ROOT / one.gold).exists()


def test_figures_are_read_from_the_output() -> None:
    floor = a_gate(0.5).floors[0]
    assert gate.read(floor, "588 documents (lgl): P 0.848 R 0.853 F1 0.851, acc161 0.846") == 0.851
    assert gate.read(floor, "nothing") is None


def test_what_fails() -> None:
    assert list(gate.faults(measured(0.86))) == []
    assert "below the floor of 0.850" in next(gate.faults(measured(0.849)))
    assert "no longer prints" in next(gate.faults(measured(None)))
    assert "not what the floors were taken on" in next(gate.faults(measured(0.9, sha256="other")))


def test_pinning_raises_and_falls_only_when_told() -> None:
    raised = gate.pinned(measured(0.9, sha256="new"), lower=False)
    assert raised.sha256 == "new"
    assert raised.floors[0].least == pytest.approx(0.9 - gate.HAIR)
    assert gate.pinned(measured(0.8), lower=False).floors[0].least == 0.85
    assert gate.pinned(measured(0.8), lower=True).floors[0].least == pytest.approx(0.8 - gate.HAIR)


def test_a_lower_floor_takes_a_line_in_the_changelog() -> None:
    old, new = [a_gate(0.85)], [a_gate(0.8)]
    (line,) = gate.unexplained(old, new, "- Something else, 0.800.")
    assert "toponyms-lgl span F1" in line
    assert (
        list(gate.unexplained(old, new, "- The floor of toponyms-lgl span F1 is 0.800: sites are counted now.")) == []
    )
    assert list(gate.unexplained(new, old, "")) == []
    assert "gone" in next(gate.unexplained(old, [], ""))


def test_gold_is_known_by_its_bytes_and_names(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one", encoding="utf-8")
    before = gate.hash_of(tmp_path)
    assert gate.hash_of(tmp_path) == before
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    assert gate.hash_of(tmp_path) != before


def test_a_bench_without_its_gold_is_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / gate.FLOORS).write_text(gate.dump([a_gate(0.85)]), encoding="utf-8")
    assert gate.main(["--shared", str(tmp_path)]) == 0
    assert "skipped" in capsys.readouterr().out
    assert gate.main(["nothing-of-this-name"]) == 1
    assert "no floor is named" in capsys.readouterr().err


def test_no_file_of_floors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    assert gate.main([]) == 1
    assert "root of the repository" in capsys.readouterr().err
    with pytest.raises(BylineError, match="not a file of floors"):
        gate.load("[a]\nbench = 1\n")


def test_where_the_gold_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(gate.SHARED_VARIABLE, "/data/gold")
    assert gate.shared_folder(None) == Path("/data/gold")
    assert gate.shared_folder(Path("here")) == Path("here")
    monkeypatch.delenv(gate.SHARED_VARIABLE)
    assert gate.shared_folder(None) == Path("../shared")
