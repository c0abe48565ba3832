"""A store in one file: a tar of its files, compressed with zstd, that says at its end what must be in it.

    byline.json       what this is, and by which version; first, so that a stranger is told at once
    byline.db         the database, in a backup of SQLite
    tombstones.jsonl  receipts/…  results/…  raw/…
    manifest.json     how many members stand before it, and a hash over their names and contents

Nothing is taken from an archive but these names: a path that climbs out, a link or a device is told, and nothing kept.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Literal, Self

import zstandard

from byline import __version__
from byline.errors import StoreError
from byline.store.results import LEVEL, moment

Form = Literal["backup", "bundle"]

VERSION = 1
"""Of the form of archives; raised when an older Byline could not read a newer archive."""

HEAD, MANIFEST, DATABASE = "byline.json", "manifest.json", "byline.db"

_NAMES = re.compile(
    r"byline\.db|(tombstones|decisions|incidents)\.jsonl"
    r"|raw/(?P<folder>[0-9a-f]{2})/(?P<raw>(?P=folder)[0-9a-f]{62})"
    r"|results/(?P<result>[0-9a-f]{64})\.jsonl\.zst|receipts/[0-9a-f]{64}\.json"
)
LARGEST_HEAD = 100_000
"""Bytes of byline.json and manifest.json that are read; they have a few hundred."""

CHUNK = 1 << 20

ODD_TYPES = (tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE)
"""Members that are told by their name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What an archive says of itself at its beginning."""

    form: Form
    version: int
    byline: str
    made_at: str


@dataclass(slots=True, kw_only=True)
class Manifest:
    """How many members there are, and a hash over their names and contents in order."""

    members: int = 0
    digest: str = ""

    def add(self, name: str, sha: str) -> None:
        """Counts a member."""
        self.members += 1
        self.digest = hashlib.sha256(f"{self.digest}\n{name}\n{sha}".encode()).hexdigest()


def write(out: Path, form: Form, members: Iterable[tuple[str, Path]], *, overwrite: bool) -> Manifest:
    """Writes an archive of files under names. Written aside and renamed: it is whole or not there.

    Raises StoreError where `out` is there already and may not be replaced, or it cannot be written.
    """
    if out.exists() and not overwrite:
        raise StoreError(f"{out} is there already; name another file, or say --overwrite")
    manifest = Manifest()
    head = Head(form=form, version=VERSION, byline=__version__, made_at=moment())
    try:
        with (
            _aside(out) as stream,
            zstandard.ZstdCompressor(level=LEVEL, write_checksum=True).stream_writer(
                stream, closefd=False
            ) as compressed,
            tarfile.open(fileobj=compressed, mode="w|", format=tarfile.GNU_FORMAT) as tar,
        ):
            _add_json(tar, HEAD, asdict(head))
            for name, path in members:
                manifest.add(name, _add_file(tar, name, path))
            _add_json(tar, MANIFEST, asdict(manifest))
    except OSError as error:
        raise StoreError(
            f"{error.filename or out}: cannot be read or written ({error.strerror}); check space and rights (nothing "
            "was made)"
        ) from error
    return manifest


def extract(path: Path, into: Path) -> Head:
    """Lays an archive's files into an empty folder, each checked against its name, all against the manifest.

    Raises StoreError for what is no archive of Byline's, one of a newer version, a damaged or changed one, or where
    there is no room for it.
    """
    try:
        with (
            path.open("rb") as file,
            zstandard.ZstdDecompressor().stream_reader(file) as stream,
            tarfile.open(fileobj=stream, mode="r|", tarinfo=_Plain) as tar,
        ):
            return _extract(tar, into, path)
    except (tarfile.TarError, zstandard.ZstdError, EOFError) as error:
        raise StoreError(
            f"{path}: is no archive of Byline's, or is damaged or cut off ({error}); take another copy"
        ) from error
    except OSError as error:
        raise StoreError(
            f"{error.filename or path}: cannot be read or written ({error.strerror}); check space and rights"
        ) from error


def _extract(tar: tarfile.TarFile, into: Path, path: Path) -> Head:
    members = iter(tar)
    head = _head(tar, next(members, None), path)
    manifest = Manifest()
    for member in members:
        if member.name == MANIFEST:
            if _json(tar, member, path) != asdict(manifest):
                raise StoreError(f"{path}: members are missing or were changed; take another copy")
            if next(members, None) is not None:
                break
            return head
        manifest.add(member.name, _take(tar, member, into, path))
    raise StoreError(f"{path}: does not end as archives of Byline's do: it was cut off or added to; take another copy")


def _head(tar: tarfile.TarFile, member: tarfile.TarInfo | None, path: Path) -> Head:
    told = _json(tar, member, path) if member is not None and member.name == HEAD else {}
    if told.get("form") not in ("backup", "bundle") or not isinstance(told.get("version"), int):
        raise StoreError(f"{path}: is no archive of Byline's; name one that byline backup or byline bundle made")
    if told["version"] > VERSION:
        raise StoreError(f"{path}: was made by a newer Byline ({told.get('byline')}); update Byline to read it")
    return Head(
        form=told["form"],
        version=told["version"],
        byline=str(told.get("byline")),
        made_at=str(told.get("made_at")),
    )


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path, path: Path) -> str:
    """Lays one member down; its hash."""
    named = _NAMES.fullmatch(member.name)
    if named is None or not member.isreg():
        raise StoreError(f"{path}: holds {member.name!r}, which Byline does not put there; nothing of it was kept")
    if member.size > shutil.disk_usage(into).free:
        raise StoreError(f"{path}: there is no room for {member.name} ({member.size:,} bytes); make room on the disk")
    target = into / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    content = tar.extractfile(member)
    assert content is not None  # a regular file has one
    hashed = hashlib.sha256()
    with target.open("xb") as file:
        while chunk := content.read(CHUNK):
            hashed.update(chunk)
            file.write(chunk)
    sha = hashed.hexdigest()
    if sha != (named["raw"] or named["result"] or sha):
        raise StoreError(
            f"{path}: {member.name} was changed: it does not have the hash it is named by; take another copy"
        )
    return sha


def _json(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> dict[str, Any]:
    content = tar.extractfile(member) if member.isreg() and member.size <= LARGEST_HEAD else None
    try:
        told = json.loads(content.read()) if content is not None else None
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise StoreError(f"{path}: {member.name} is damaged; take another copy")
    return told


def _add_json(tar: tarfile.TarFile, name: str, told: dict[str, Any]) -> None:
    content = json.dumps(told, indent=1).encode()
    tar.addfile(_member(name, len(content)), io.BytesIO(content))


def _add_file(tar: tarfile.TarFile, name: str, path: Path) -> str:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        hashed = _Hashed(file)
        tar.addfile(_member(name, size), hashed)
    return hashed.sha.hexdigest()


def _member(name: str, size: int) -> tarfile.TarInfo:
    """A member without the owner and the times of this machine."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o644
    return member


class _Plain(tarfile.TarInfo):
    """A member without headers of its own: those are read into memory whole, however large, and ours have none."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """The member of a header block."""
        member = super().frombuf(buf, encoding, errors)
        if member.type not in tarfile.REGULAR_TYPES and member.type not in ODD_TYPES:
            raise tarfile.TarError("holds headers that Byline does not write")
        return member


class _Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._file.read(size)
        self.sha.update(data)
        return data


@contextmanager
def _aside(out: Path) -> Iterator[IO[bytes]]:
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
