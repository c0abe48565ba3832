"""Hold the floors: `python -m byline.bench.gate [--shared FOLDER] [--pin] [--lower] [NAME …]`.

`docs/quality-floors.toml` pins, for each bench, the least that its figures may be and a hash of the gold data on which
they were taken. The gate runs the benches and fails where a figure is below its floor, or the gold is other gold.
`--pin` raises the floors to what is measured, less a hair. A floor is lowered by `--lower`, and then only where
CHANGELOG.md has a line that names the floor and its new value; a floor lowered by hand without one fails the gate.

The shared folder with the gold is `--shared`, else the environment's BYLINE_SHARED, else `../shared`. A bench whose
gold is not there is skipped, and says so. NAMEs choose some of the benches.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from byline import bench
from byline.bench.harness import Job
from byline.config import Config
from byline.errors import BylineError

FLOORS = Path("docs/quality-floors.toml")
CHANGELOG = Path("CHANGELOG.md")
SHARED_VARIABLE = "BYLINE_SHARED"

HAIR = 0.002
"""How far below what was measured a floor is pinned: less than any change worth a look, more than rounding."""

NUMBER = r"(\d(?:\.\d+)?)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The least value of one figure of a bench; `reads` is the pattern of what stands before it in the output."""

    figure: str
    reads: str
    least: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A bench with its floors; `gold` is a path below the repository or, from "shared/", below the shared folder."""

    name: str
    bench: str
    gold: str
    sha256: str
    floors: tuple[Floor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a bench says now: the hash of its gold, and each figure's value (None where the output has none)."""

    gate: Gate
    sha256: str
    values: dict[str, float | None]


def load(text: str) -> tuple[Gate, ...]:
    """The gates of a floors file. Raises BylineError where it is not one."""
    try:
        raw: dict[str, dict[str, Any]] = tomllib.loads(text)
        return tuple(
            Gate(
                name=name,
                bench=entry["bench"],
                gold=entry["gold"],
                sha256=entry["sha256"],
                floors=tuple(Floor(figure=figure, **floor) for figure, floor in entry["floors"].items()),
            )
            for name, entry in raw.items()
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
        raise BylineError(f"{FLOORS} is not a file of floors ({error})") from error


def dump(gates: Sequence[Gate]) -> str:
    """The floors file of some gates; `load` gives them back."""
    lines = [
        "# The least that each figure may be, held by `make gate`, and a hash of the gold each was taken on.",
        "# Raised with --pin, lowered with --lower and a line in CHANGELOG.md; see src/byline/bench/gate.py.",
    ]
    for gate in gates:
        lines += ["", f"[{gate.name}]", f'bench = "{gate.bench}"', f'gold = "{gate.gold}"', f'sha256 = "{gate.sha256}"']
        lines += [f"[{gate.name}.floors]"]
        lines += [
            f"\"{floor.figure}\" = {{ reads = '{floor.reads}', least = {floor.least:.3f} }}" for floor in gate.floors
        ]
    return "\n".join(lines) + "\n"


def gold_of(gate: Gate, shared: Path) -> Path:
    """Where the gold of a gate lies."""
    return shared / gate.gold.removeprefix("shared/") if gate.gold.startswith("shared/") else Path(gate.gold)


def hash_of(path: Path) -> str:
    """SHA-256 over a file, or over the names and bytes of all files below a folder."""
    digest = hashlib.sha256()
    for file in sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]:
        digest.update(file.relative_to(path).as_posix().encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def measure(gate: Gate, gold: Path) -> Measured:
    """Run the bench of a gate."""
    lines: list[str] = []
    bench.run(gate.bench, Job(gold=gold, config=Config(), predictions=None, errors=False, write=lines.append))
    output = "\n".join(lines)
    return Measured(
        gate=gate, sha256=hash_of(gold), values={floor.figure: read(floor, output) for floor in gate.floors}
    )


def read(floor: Floor, output: str) -> float | None:
    """The figure in a bench's output, None where it is not there."""
    found = re.search(floor.reads + NUMBER, output)
    return float(found[1]) if found else None


def faults(measured: Measured) -> Iterator[str]:
    """What is wrong with a bench: other gold, a figure that is gone or below its floor."""
    gate = measured.gate
    if measured.sha256 != gate.sha256:
        yield f"{gate.name}: the gold is not what the floors were taken on; look, then pin anew with --pin"
    for floor in gate.floors:
        value = measured.values[floor.figure]
        if value is None:
            yield f"{gate.name} {floor.figure}: the bench no longer prints it"
        elif value < floor.least:
            yield f"{gate.name} {floor.figure}: {value:.3f} is below the floor of {floor.least:.3f}"


def pinned(measured: Measured, *, lower: bool) -> Gate:
    """The gate with floors a hair below what was measured: the higher of old and new, unless they may fall."""
    floors = []
    for floor in measured.gate.floors:
        value = measured.values[floor.figure]
        least = floor.least if value is None else round(value - HAIR, 3)
        floors.append(Floor(figure=floor.figure, reads=floor.reads, least=least if lower else max(least, floor.least)))
    gate = measured.gate
    return Gate(name=gate.name, bench=gate.bench, gold=gate.gold, sha256=measured.sha256, floors=tuple(floors))


def unexplained(old: Sequence[Gate], new: Sequence[Gate], changelog: str) -> Iterator[str]:
    """Floors that are lower than they were, or gone, without a line in the changelog that names them and the value."""
    now = {(gate.name, floor.figure): floor.least for gate in new for floor in gate.floors}
    for gate in old:
        for floor in gate.floors:
            least = now.get((gate.name, floor.figure))
            if least is not None and least >= floor.least:
                continue
            value = "gone" if least is None else f"{least:.3f}"
            name = f"{gate.name} {floor.figure}"
            if not any(name in line and value in line for line in changelog.splitlines()):
                yield f"the floor of {name} fell from {floor.least:.3f} to {value}: say so in a line of {CHANGELOG}"


def committed(revision: str) -> tuple[Gate, ...]:
    """The floors as a commit has them; none where there is no such commit, file or version control."""
    try:
        shown = subprocess.run(
            ["git", "show", f"{revision}:{FLOORS.as_posix()}"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ()
    return load(shown.stdout)


def shared_folder(named: Path | None) -> Path:
    """The folder with the gold data."""
    return named or Path(os.environ.get(SHARED_VARIABLE) or "../shared")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the gate; 0 when every floor holds, 1 when one does not, 2 for wrong arguments."""
    parser = argparse.ArgumentParser(prog="python -m byline.bench.gate", description=(__doc__ or "").split("`")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="the benches to run, all unless named")
    parser.add_argument(
        "--shared", type=Path, help=f"folder with the gold (default ${SHARED_VARIABLE}, then ../shared)"
    )
    parser.add_argument("--pin", action="store_true", help="raise the floors to what is measured, less a hair")
    parser.add_argument("--lower", action="store_true", help="let floors fall to it too, where CHANGELOG.md says so")
    asked = parser.parse_args(arguments)
    asked.pin = asked.pin or asked.lower
    try:
        return _gate(asked, shared_folder(asked.shared))
    except BylineError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _gate(asked: argparse.Namespace, shared: Path) -> int:
    try:
        gates = load(FLOORS.read_text(encoding="utf-8"))
    except OSError as error:
        raise BylineError(f"{FLOORS}: cannot be read; run the gate at the root of the repository") from error
    unknown = set(asked.names) - {gate.name for gate in gates}
    if unknown:
        raise BylineError(
            f"no floor is named {', '.join(sorted(unknown))}; there are {', '.join(g.name for g in gates)}"
        )
    wrong: list[str] = []
    kept: list[Gate] = []
    for gate in gates:
        measured = _measured(gate, shared) if not asked.names or gate.name in asked.names else None
        kept.append(pinned(measured, lower=asked.lower) if asked.pin and measured is not None else gate)
        wrong += faults(measured) if measured is not None and not asked.pin else ()
    changelog = CHANGELOG.read_text(encoding="utf-8") if CHANGELOG.exists() else ""
    for old in (gates, committed("HEAD"), committed("HEAD~1")):
        wrong += [line for line in unexplained(old, kept, changelog) if line not in wrong]
    if asked.pin and not wrong:
        FLOORS.write_text(dump(kept), encoding="utf-8")
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    return 1 if wrong else 0


def _measured(gate: Gate, shared: Path) -> Measured | None:
    """The gate's bench run and told, None where its gold is not there."""
    gold = gold_of(gate, shared)
    if not gold.exists():
        sys.stdout.write(f"{gate.name}: skipped, {gold} is not there\n")
        return None
    measured = measure(gate, gold)
    for floor in gate.floors:
        sys.stdout.write(f"{gate.name} {floor.figure}: {measured.values[floor.figure]} (floor {floor.least:.3f})\n")
    sys.stdout.flush()
    return measured


if __name__ == "__main__":
    sys.exit(main())
