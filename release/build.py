"""What a release is made of: `python release/build.py` writes it into `dist/`.

The source distribution, the wheel built from it, what the wheel's installation is made of (an SBOM in CycloneDX's
JSON, one for Python and one for the page's scripts), their licences, and a checksum for each. The same sources give the
same sdist and wheel: times are those of the last commit.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = ROOT / "constraints.txt"
TOOLS = Path(sys.executable).parent


def main(out: Path) -> None:
    """Writes a release into the folder `out`, made anew."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", _last_commit())
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    sdist = _built(ROOT, "sdist", out)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(sdist) as archive:
            archive.extractall(folder, filter="data")
        wheel = _built(next(Path(folder).iterdir()), "wheel", out)
        _say(f"{sdist.name}, {wheel.name}")
        bare = Path(folder) / "bare"
        venv.create(bare, with_pip=True)
        _run(bare / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "-c", CONSTRAINTS, wheel)
        _sbom(bare / "bin" / "python", out)
    _checksums(out)


def _last_commit() -> str:
    found = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "1577836800"  # 2020-01-01 where there is no repository


def _built(source: Path, kind: str, out: Path) -> Path:
    """The file that the build backend makes of a source tree: "sdist" or "wheel"."""
    build = f"import sys; from hatchling import build; print(build.build_{kind}(sys.argv[1]))"
    told = subprocess.run(
        [sys.executable, "-c", build, str(out)], cwd=source, check=True, capture_output=True, text=True
    )
    return out / told.stdout.split()[-1]


def _sbom(python: Path, out: Path) -> None:
    """What an installation of the wheel holds, and under which licences."""
    made = out / "sbom-python.cdx.json"
    _run(TOOLS / "cyclonedx-py", "environment", python, "--output-reproducible", "--output-format", "JSON", "-o", made)
    told = json.loads(made.read_text("utf-8"))
    for one in told["components"]:  # where the wheel lay on this machine is nobody's business
        kept = [link for link in one.get("externalReferences", []) if not link["url"].startswith("file:")]
        one["externalReferences"] = kept
    made.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    licences: list[str | Path] = ["--format", "markdown", "--with-urls", "--output-file", out / "licences-python.md"]
    _run(TOOLS / "pip-licenses", "--python", python, *licences)
    npm = shutil.which("npm")
    if npm:
        scripts = subprocess.run(
            [npm, "sbom", "--sbom-format", "cyclonedx", "--omit", "dev", "--package-lock-only"],
            cwd=ROOT / "web", check=True, capture_output=True,
        )  # fmt: skip
        (out / "sbom-scripts.cdx.json").write_bytes(scripts.stdout)
    shutil.copy(ROOT / "src" / "byline" / "assets" / "LICENSES.txt", out / "licences-scripts.txt")


def _checksums(out: Path) -> None:
    lines = [f"{hashlib.sha256(one.read_bytes()).hexdigest()}  {one.name}\n" for one in sorted(out.iterdir())]
    (out / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    _say("".join(lines))


def _run(*command: str | Path) -> None:
    subprocess.run([str(part) for part in command], check=True)


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "dist")
