"""A release says one version everywhere, and what it is made of works where nothing else is installed."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

import byline

ROOT = Path(__file__).resolve().parent.parent
ABOUT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_version_is_the_same_everywhere() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["version"]
    scripts = json.loads((ROOT / "web" / "package.json").read_text("utf-8"))["version"]
    assert {byline.__version__, ABOUT["version"], str(cited), scripts} == {byline.__version__}


def test_the_changelog_speaks_of_this_version() -> None:
    words = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(rf"^## \[{re.escape(byline.__version__)}\]|To become {re.escape(byline.__version__)}", words, re.M)


def test_the_pythons_named_are_those_that_are_tried() -> None:
    named = {one.rpartition(" ")[2] for one in ABOUT["classifiers"] if re.search(r":: 3\.\d+$", one)}
    tried = re.search(r"^VERSIONS = \((.*)\)$", (ROOT / "release" / "matrix.py").read_text("utf-8"), re.M)
    assert tried is not None
    assert named == set(re.findall(r"3\.\d+", tried[1]))
    assert ABOUT["requires-python"] == f">={min(named, key=lambda one: int(one[2:]))}"


def test_every_pinned_version_is_exact_and_names_no_server() -> None:
    pins = [line for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert [line for line in pins if not re.fullmatch(r"[\w.-]+==[\w.!+-]+", line)] == []
    locked = json.loads((ROOT / "web" / "package-lock.json").read_text("utf-8"))["packages"]
    assert [name for name, one in locked.items() if "resolved" in one] == []


def test_every_licence_of_the_scripts_is_in_the_wheels() -> None:
    licences = ROOT / "src" / "byline" / "assets" / "LICENSES.txt"
    if not licences.exists():
        pytest.skip("the page's scripts are not built here (no npm)")
    found = set(re.findall(r"^[\w@/.-]+ \d[\w.]*: (.+)$", licences.read_text("utf-8"), re.M))
    assert found <= set(re.split(r" AND ", ABOUT["license"]))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("release") / "dist"
    subprocess.run([sys.executable, ROOT / "release" / "build.py", out], check=True, capture_output=True)
    return out


@pytest.mark.slow
def test_a_release_says_what_it_holds_and_is_as_it_says(release: Path) -> None:
    sums = dict(reversed(line.split("  ")) for line in (release / "SHA256SUMS").read_text().splitlines())
    assert {one.name for one in release.iterdir()} == {*sums, "SHA256SUMS"}
    for name, expected in sums.items():
        assert hashlib.sha256((release / name).read_bytes()).hexdigest() == expected
    parts = json.loads((release / "sbom-python.cdx.json").read_text("utf-8"))["components"]
    assert {"spacy", "sqlalchemy", "byline-events"} <= {one["name"].lower() for one in parts}
    rows = (line.split("|") for line in (release / "licences-python.md").read_text("utf-8").splitlines())
    assert [
        row[1].strip() for row in rows if row[3].strip() in ("", "UNKNOWN")
    ] == []  # name, version, licence, address


@pytest.mark.slow
def test_the_wheel_works_alone_and_offline_on_each_python(release: Path, tmp_path: Path) -> None:
    wheel = next(release.glob("*.whl"))
    told = subprocess.run(
        [sys.executable, ROOT / "release" / "matrix.py", wheel, tmp_path], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}: examples coded" in told.stderr


@pytest.mark.slow
def test_two_builds_of_one_commit_are_the_same_bytes(release: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "release" / "build.py", tmp_path / "again"], check=True, capture_output=True)
    for kind in ("*.whl", "*.tar.gz"):
        first, second = next(release.glob(kind)), next((tmp_path / "again").glob(kind))
        assert first.read_bytes() == second.read_bytes()
    shutil.rmtree(tmp_path / "again")


@pytest.mark.slow
def test_the_pages_become_a_site_that_asks_for_nothing_from_outside(tmp_path: Path) -> None:
    site = tmp_path / "site"
    command = ["-q", "-W", "--keep-going", "-b", "html", "-d", tmp_path / "doctrees", "-c", ROOT / "docs", ROOT, site]
    made = subprocess.run([sys.executable, "-m", "sphinx", *command], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    loaded = re.compile(r"<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)=\"(?:https?:)?//")
    assert [page.name for page in site.rglob("*.html") if loaded.search(page.read_text("utf-8"))] == []
