"""The verbs that keep what is kept: status, verify, rebuild, backup, restore, bundle, merge, erase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from byline.errors import StoreError
from byline.project import Project, linking
from byline.store import backups, checking, erasing, inventory, merging, rebuilding
from byline.store.backups import Kept, Restored
from byline.store.breaks import Break, Checked
from byline.store.erasing import Erasure
from byline.store.inventory import Inventory
from byline.store.merging import Merged
from byline.store.rebuilding import Rebuilt

__all__ = ["Break", "Checked", "Erasure", "Inventory", "Kept", "Merged", "Rebuilt", "Restored", "Verified"]


@dataclass(slots=True, kw_only=True)
class Verified:
    """What was gone through, and all that does not hold as it is found: the checking is done as `breaks` is asked for.
    `broken` is for whoever counts them."""

    breaks: Iterator[Break]
    broken: int = 0
    checked: Checked = field(default_factory=Checked)


def status(project: Project) -> Inventory:
    """What is in the database and the files beside it."""
    return inventory.inventory(project.store)


def verify(project: Project) -> Verified:
    """Checks each hash, id, span, raw file, result file, receipt, decision, incident, link and reference."""
    checked = Checked()
    breaks = chain(checking.check(project.store, checked), linking.breaks(project.store))
    return Verified(breaks=breaks, checked=checked)


def rebuild(project: Project) -> Rebuilt:
    """Makes the database anew from its folder of files. Raises StoreError, and changes nothing, where one is
    damaged."""
    return rebuilding.rebuild(project.database, files=project.files)


def backup(project: Project, out: Path, *, overwrite: bool = False) -> Kept:
    """Writes all that is kept to one file. Raises StoreError where it is there already or cannot be written."""
    return backups.save(project.store, out, "backup", overwrite=overwrite)


def restore(project: Project, path: Path, *, overwrite: bool = False) -> Restored:
    """Brings back what a backup or bundle holds, once all of it was checked. Raises StoreError where something is there
    already and `overwrite` is not set, or where the file does not hold."""
    return backups.restore(path, project.database, files=project.files, overwrite=overwrite)


def bundle(project: Project, out: Path, *, overwrite: bool = False) -> Kept:
    """Writes all that another laptop needs to have the same. Raises StoreError as `backup` does."""
    return backups.save(project.store, out, "bundle", overwrite=overwrite)


def merge(project: Project, paths: Sequence[Path]) -> Iterator[Merged]:
    """Adds what bundles hold, one after the other; a second time it changes nothing. Raises StoreError for one that
    does not hold; those before it are in."""
    for path in paths:
        yield merging.merge(project.store, path)


def erase(project: Project, document_id: str, *, reason: str) -> Erasure:
    """Takes a document away for good, with all that rests on it; a tombstone with the reason stays.

    Raises NotFoundError where there is none, StoreError without a reason or where a run is under way.
    """
    if not reason.strip():
        raise StoreError("say why it is erased (--reason); the reason stays, so name nobody in it")
    return erasing.erase(project.store, document_id, reason=reason.strip())
