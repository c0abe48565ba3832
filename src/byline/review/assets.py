"""Scripts, styles and the base map, as they were built from npm packages into `byline/assets`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import byline
from byline.errors import BylineError

FOLDER = Path(byline.__file__).parent / "assets"
MANIFEST = "manifest.json"
MISSING = (
    "the page's scripts and styles were not built: in a checkout, run make install with Node.js 20 or newer and npm on "
    "the path; an installed wheel has them"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """The folder they are in, and the hash of each file."""

    folder: Path
    hashes: dict[str, str]

    def url(self, name: str) -> str:
        """The address of a file, with its hash, so that a browser may keep it for ever."""
        return f"/assets/{name}?v={self.hashes.get(name, '')}"


def built(folder: Path = FOLDER) -> Assets:
    """The assets that were built. Raises BylineError where they were not."""
    try:
        hashes = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BylineError(MISSING) from error
    return Assets(folder=folder, hashes=hashes)
