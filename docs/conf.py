"""How these pages become a site: `make site` builds it into `build/site`, offline, and fails on a dead link.

The source folder is the repository's root, so that a page may link to README.md, NOTICE or an example as it does where
it lies. Nothing of the built pages is loaded from elsewhere: the theme's fonts and scripts come with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from posixpath import normpath

from sphinx.application import Sphinx

from byline import __version__

project = "Byline"
author = "The Byline authors"
copyright = "2026, The Byline authors"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "docs/index"
include_patterns = ["*.md", "examples/README.md", "training/README.md", "tests/*/README.md", "docs/**.md"]
source_suffix = {".md": "markdown"}

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
"""Headings are link targets under the names that a forge gives them, down to this depth."""

autodoc_member_order = "bysource"
autodoc_typehints = "signature"

html_theme = "furo"
html_title = f"Byline {__version__}"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True, "footer_icons": []}

LISTS = ("docs/index", "docs/adr/README")
"""Pages whose lists of links are also the site's navigation: written once, read by people and by Sphinx."""

HEADING = re.compile(r"^(?:\*\*(?P<bold>.+)\*\*|## (?P<heading>.+))$", re.MULTILINE)
ENTRY = re.compile(r"\]\((?P<page>[^):#]+)\.md\)")


def navigation(name: str, text: str) -> str:
    """The toctrees that stand for the lists of the page `name`: one a heading, each page that it links to an entry."""
    made, seen = [], set[str]()
    for caption, part in _parts(text):
        linked = (normpath(PurePosixPath(name).parent / one["page"]) for one in ENTRY.finditer(part))
        pages = [page for page in dict.fromkeys(linked) if page not in seen]
        seen.update(pages)
        if pages:
            head = ["```{toctree}", ":hidden:", *([f":caption: {caption}"] if caption else [])]
            made.append("\n".join([*head, *(f"/{one}" for one in pages), "```"]))
    return "\n\n".join(["", *made, ""])


def _parts(text: str) -> Iterator[tuple[str, str]]:
    found = [*HEADING.finditer(text)]
    yield "", text[: found[0].start()] if found else text
    ends = [*(one.start() for one in found[1:]), len(text)]
    for one, end in zip(found, ends, strict=bool(found)):
        yield one["bold"] or one["heading"], text[one.end() : end]


def _add_navigation(app: Sphinx, docname: str, source: list[str]) -> None:
    if docname in LISTS:
        source[0] += navigation(docname, source[0])


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _add_navigation)
