"""Does the wheel work on every Python that we say it does? `python release/matrix.py WHEEL [WORK]`.

For each of the versions in `VERSIONS` that this machine has: an empty environment in the folder `WORK`, the wheel and
the pinned versions of what it needs, `byline code` on the example reports with no network where that can be taken away,
and the same output, byte for byte, from all. A Python that is not here is named as skipped. Exit 1 where one fails.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.11", "3.12", "3.13")
"""As in pyproject.toml's `requires-python` and classifiers; a test holds them together."""


def main(wheel: Path, work: Path) -> int:
    """How many versions failed."""
    prints: dict[str, str] = {}
    failed = 0
    for version in VERSIONS:
        python = interpreter(version)
        if python is None:
            _say(f"Python {version}: not on this machine, skipped")
            continue
        try:
            prints[version] = _output(python, wheel, work / version)
            _say(f"Python {version}: examples coded, output {prints[version][:12]}")
        except subprocess.CalledProcessError as error:
            failed += 1
            said = (error.stderr or b"").decode()[-2000:]
            _say(f"Python {version}: {error.cmd[0]} ended with {error.returncode}: {said}")
    if len(set(prints.values())) > 1:
        failed += 1
        _say("the output differs between versions")
    return failed


def interpreter(version: str) -> Path | None:
    """A Python of this version: this one, one on the path that runs, or one of pyenv's; None where there is none."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return Path(sys.executable)
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    kept = sorted(root.glob(f"{version}.*/bin/python3"))
    on_path = shutil.which(f"python{version}")
    for one in (*([Path(on_path)] if on_path else []), *kept):
        told = subprocess.run(
            [one, "-c", "import sys; print(sys.version)"], capture_output=True, text=True, check=False
        )
        if told.stdout.startswith(version):
            return one
    return None


def offline() -> list[str]:
    """What stands before a command so that it has no network: nothing where this system does not allow it."""
    unshare = shutil.which("unshare")
    if unshare and subprocess.run([unshare, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [unshare, "-n"]
    return []


def _output(python: Path, wheel: Path, folder: Path) -> str:
    """The SHA-256 of what the installed program prints of the example reports."""
    shutil.rmtree(folder, ignore_errors=True)
    _run([python, "-m", "venv", folder])
    pip: list[str | Path] = [folder / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "-c", ROOT / "constraints.txt", wheel])
    with tempfile.TemporaryDirectory() as elsewhere:
        shutil.copytree(ROOT / "examples", Path(elsewhere) / "examples")
        command: list[str | Path] = [*offline(), folder / "bin" / "byline", "code", "examples", "--format", "jsonl"]
        return hashlib.sha256(_run(command, cwd=elsewhere)).hexdigest()


def _run(command: list[str | Path], *, cwd: str | None = None) -> bytes:
    return subprocess.run([str(part) for part in command], cwd=cwd, check=True, capture_output=True).stdout


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    given = [Path(one).resolve() for one in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as made:
        sys.exit(1 if main(given[0], given[1] if len(given) > 1 else Path(made)) else 0)
