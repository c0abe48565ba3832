"""The raw bytes of what was read, each kept once, under their hash."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from byline.errors import NotFoundError, StoreError
from byline.model import sha256


@dataclass(frozen=True, slots=True)
class RawFiles:
    """The folder `raw/` of a store's files: `raw/ab/abcdef…` holds the bytes whose SHA-256 is abcdef…."""

    folder: Path

    def add(self, data: bytes, *, sha: str) -> None:
        """Keeps `data` unless it is kept already. Written aside and renamed: a file is whole or not there.

        Raises StoreError where `sha` is not the hash of the bytes, or they cannot be written.
        """
        if sha256(data) != sha:
            raise StoreError(f"raw bytes do not have the hash they are named by ({sha[:12]}…); read the document again")
        path = self._path(sha)
        try:
            if path.exists() and path.stat().st_size == len(data):
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, data)
        except OSError as error:
            raise StoreError(f"{path}: raw bytes cannot be kept ({error.strerror}); check space and rights") from error

    def get(self, sha: str) -> bytes:
        """The bytes whose hash is `sha`. Raises NotFoundError, or StoreError where what is kept was changed."""
        path = self._path(sha)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(f"no raw bytes are kept under {sha}") from error
        if sha256(data) != sha:
            raise StoreError(f"{path}: the bytes kept here were changed; bring the file back from a backup")
        return data

    def drop(self, sha: str) -> bool:
        """Deletes the bytes whose hash is `sha`. False where none are kept. Raises StoreError where they cannot be."""
        path = self._path(sha)
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StoreError(f"{path}: cannot be deleted ({error.strerror}); check rights and do this again") from error
        return True

    def _path(self, sha: str) -> Path:
        return self.folder / sha[:2] / sha


def _write(path: Path, data: bytes) -> None:
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(aside).replace(path)
    except OSError:
        Path(aside).unlink(missing_ok=True)
        raise
