"""How does each of many lines come out once, however many there are, in flat memory? They wait in files by their keys.

A key's lines all come into one of FILES files; these are read one after another, so that only the keys of one are in
memory. The lines come out in the order of files, and in these as they first came.
"""

from __future__ import annotations

import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self
from zlib import crc32

FILES: Final = 64
REMEMBERED: Final = 20_000
"""Keys met lately, whose lines need not be written again."""


class OnceEach:
    """Lines by key. A context manager; its files stand in a folder of their own in `folder`, and go when it ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = ExitStack()
        self._files: list[IO[str]] = []
        self._lately: OrderedDict[str, None] = OrderedDict()

    def __enter__(self) -> Self:
        kept = Path(self._open.enter_context(tempfile.TemporaryDirectory(dir=self._folder)))
        for number in range(FILES):
            file = (kept / f"{number:02}").open("w+", encoding="utf-8", errors="replace", newline="\n")
            self._files.append(self._open.enter_context(file))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def add(self, key: str, line: str) -> None:
        """A line, with the mark that ends it. Of several with one key the first counts."""
        if key in self._lately:
            self._lately.move_to_end(key)
            return
        self._lately[key] = None
        if len(self._lately) > REMEMBERED:
            self._lately.popitem(last=False)
        self._files[crc32(key.encode()) % FILES].write(f"{key}\t{line}")

    def __iter__(self) -> Iterator[str]:
        for file in self._files:
            file.seek(0)
            met: set[str] = set()
            for row in file:
                key, _, line = row.partition("\t")
                if key not in met:
                    met.add(key)
                    yield line
