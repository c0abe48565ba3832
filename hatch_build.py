"""Compiles the gazetteer before a wheel or an editable install is made, where it is not there yet."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc,type-arg,unused-ignore]
    """Puts `byline/gazetteer/places.bin` into the package; it is compiled, not kept in the repository."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before each build; compiles the file if it is missing."""
        source = Path(self.root) / "src"
        out = source / "byline" / "gazetteer" / "places.bin"
        if self.target_name == "wheel" and not out.exists():
            sys.path.insert(0, str(source))
            try:
                importlib.import_module("byline.gazetteer.build").build(out)
            finally:
                sys.path.remove(str(source))
