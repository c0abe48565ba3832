"""A store into one file and back: backups, and bundles to be merged into another store."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from byline import __version__
from byline.errors import StoreError
from byline.store import Store, archive, decisions, incident_log, incidents, loading, rebuilding, results, tombstones
from byline.store.archive import DATABASE, Form, Head
from byline.store.breaks import Break, Checked
from byline.store.checking import check
from byline.store.database import copy_sqlite, is_sqlite, url_of

SHOWN_BREAKS = 3
"""How many things that are wrong an error names."""

ASIDE = ".byline-"
"""Begins the name of a folder that is there while an archive is made or read."""

LOGS = (tombstones.NAME, decisions.NAME, incident_log.NAME)
"""Files that grow by lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An archive that was written: its files, its bytes."""

    members: int
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A store that was brought back: what its archive says of itself, and what is in it."""

    head: Head
    documents: int
    events: int


def save(store: Store, out: Path, form: Form, *, overwrite: bool = False) -> Kept:
    """Writes a backup or a bundle of a store as it is at one moment; runs may go on.

    A bundle, and a backup of PostgreSQL, hold files alone, of which the database is made anew. Raises StoreError where
    `out` is there already and may not be replaced, or cannot be written.
    """
    if out.exists() and not overwrite:  # before minutes of work
        raise StoreError(f"{out} is there already; name another file, or say --overwrite")
    if form == "bundle" or not is_sqlite(store.url):
        with results.alone(store.files):
            rebuilding.write_out(store)
    before = tombstones.read(store.files)
    with folder_in(out.parent) as aside:
        snapshot = None
        if form == "backup" and is_sqlite(store.url):
            snapshot = aside / DATABASE
            copy_sqlite(Path(str(store.url.database)), snapshot)
        manifest = archive.write(out, form, _members(store.files, snapshot), overwrite=overwrite)
    if tombstones.read(store.files) != before:
        out.unlink(missing_ok=True)
        raise StoreError(f"{out}: a document was erased meanwhile, so nothing was made; run this again")
    return Kept(members=manifest.members, bytes=out.stat().st_size)


def restore(path: Path, url_or_path: str | Path, *, files: Path | None = None, overwrite: bool = False) -> Restored:
    """Brings a store back from a backup or a bundle, once all of it was checked; else changes nothing.

    Raises StoreError where a store is there already and may not be replaced, or the archive does not hold.
    """
    url = url_of(url_or_path)
    if files is None:
        if not is_sqlite(url) or not url.database:
            raise StoreError(f"{url.render_as_string()}: name a folder for the files with --files")
        files = Path(url.database).with_suffix(".files")
    if not overwrite:
        _refuse(url_or_path, files)
    with folder_in(files.parent) as aside:
        laid = aside / "files"
        laid.mkdir()
        head = archive.extract(path, laid)
        counts = _opened(laid, path, head)
        for end in rebuilding.ENDS:
            if (one := Path(f"{laid / DATABASE}{end}")).exists():
                one.replace(aside / one.name)
        _put(aside, url_or_path, files)
    return Restored(head=head, documents=counts["documents"], events=counts["events"])


def whole(breaks: Iterator[Break], path: Path, head: Head) -> None:
    """Raises StoreError that names the first breaks of an archive, where there are any."""
    found = list(islice(breaks, SHOWN_BREAKS))
    if not found:
        return
    said = "; ".join(f"{one.where}: {one.what}" for one in found)
    other = f" (it was made by Byline {head.byline}, this is {__version__})" if head.byline != __version__ else ""
    raise StoreError(f"{path}: does not hold{other}: {said}; nothing was changed; take another copy")


@contextmanager
def folder_in(parent: Path) -> Iterator[Path]:
    """A folder that is there for a while. Raises StoreError where none can be made."""
    try:
        parent.mkdir(parents=True, exist_ok=True)
        made = tempfile.TemporaryDirectory(prefix=ASIDE, dir=parent)
    except OSError as error:
        raise StoreError(f"{parent}: cannot be written ({error.strerror}); check space and rights") from error
    with made as name:
        yield Path(name)


def _members(files: Path, snapshot: Path | None) -> Iterator[tuple[str, Path]]:
    """The files of an archive: what speaks of others before what it speaks of, so that a run may go on meanwhile."""
    if snapshot is not None:
        yield DATABASE, snapshot
    yield from ((name, files / name) for name in LOGS if (files / name).exists())
    names = sorted(results.names(files))
    yield from ((f"receipts/{sha}.json", files / "receipts" / f"{sha}.json") for sha in names)
    yield from ((name, files / name) for name in (f"results/{sha}{results.RESULT}" for sha in names))
    for folder in sorted((files / "raw").glob("[0-9a-f][0-9a-f]")):
        yield from ((f"raw/{folder.name}/{path.name}", path) for path in sorted(folder.glob(f"{folder.name}*")))


def _refuse(url_or_path: str | Path, files: Path) -> None:
    """Raises StoreError where something would be replaced."""
    url = url_of(url_or_path)
    there: Path | str | None = files if files.is_dir() and any(files.iterdir()) else None
    if is_sqlite(url) and Path(str(url.database)).exists():
        there = str(url.database)
    elif not is_sqlite(url):
        with Store.open(url_or_path, files=files) as store:
            there = there or (url.render_as_string() if store.counts()["documents"] else None)
    if there:
        raise StoreError(f"{there} is there already; name another with --db, or replace it with --overwrite")


def _opened(laid: Path, path: Path, head: Head) -> dict[str, int]:
    """Opens the store of an archive, laid down, and checks it; what is in it."""
    if not (laid / DATABASE).exists():
        rebuilding.rebuild(laid / DATABASE, files=laid)
    with Store.open(laid / DATABASE, files=laid) as store:
        for receipt in results.receipts(laid, but=loading.loaded(store)):  # what a run wrote during the backup
            loading.load(store, receipt, results.read(receipt, laid))
        decisions.synchronise(store)
        incidents.fill(store)
        whole(check(store, Checked()), path, head)
        return store.counts()


def _put(aside: Path, url_or_path: str | Path, files: Path) -> None:
    """Puts the files, then the database, in the place of those that are there; the old files back where that fails."""
    url, before = url_of(url_or_path), aside / "before"
    with ExitStack() as held:
        if files.exists():
            held.enter_context(results.alone(files))
            files.replace(before)
        try:
            (aside / "files").replace(files)
            if is_sqlite(url):
                target = Path(str(url.database))
                rebuilding.put(aside / DATABASE, target, readable=_readable(target, files))
            else:
                with Store.open(url_or_path, files=files) as store:
                    rebuilding.fill_anew(store)
        except BaseException:
            shutil.rmtree(files, ignore_errors=True)
            if before.exists():
                before.replace(files)
            raise


def _readable(path: Path, files: Path) -> bool:
    try:
        Store.open(path, files=files).close()
    except StoreError:
        return False
    return True
