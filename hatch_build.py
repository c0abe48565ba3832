"""Makes what a wheel holds but the package's folder does not: the gazetteer, the review page's assets, and the figures
that data packages name."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NO_NPM = "the review page's assets are built with npm, which is not on the path: install Node.js 20 or newer"


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc,type-arg,unused-ignore]
    """Puts `byline/gazetteer/places.bin` and `byline/assets` into the package; they are made, not kept in the
    repository."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before each build; makes what is missing. In an editable install make builds the assets."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        _compile_gazetteer(root / "src")
        if version != "editable" and not (root / "src" / "byline" / "assets" / "manifest.json").exists():
            _build_assets(root / "web")
        if version != "editable":  # in a checkout they are read where they stand
            figures = root / "docs" / "quality-floors.toml"
            build_data["force_include"][str(figures)] = "byline/export/quality-floors.toml"


def _compile_gazetteer(source: Path) -> None:
    out = source / "byline" / "gazetteer" / "places.bin"
    if out.exists():
        return
    sys.path.insert(0, str(source))
    try:
        importlib.import_module("byline.gazetteer.build").build(out)
    finally:
        sys.path.remove(str(source))


def _build_assets(web: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(NO_NPM)
    for arguments in (["ci"], ["run", "build"]):
        subprocess.run([npm, *arguments], cwd=web, check=True)
