"""From what stands there to what a reader reads: containers are opened, in them further ones, down to the leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from byline.config import Config
from byline.errors import DocumentError, InputError
from byline.model import Failure
from byline.read import kinds
from byline.read.allowance import Allowance
from byline.read.inputs import nothing_read
from byline.read.reading import Container, Input, broke, failed, take

MAX_ARCHIVES = 3
"""Archives in archives: a month in a ZIP of days in tars of packed pages needs no more."""

MAX_LAYERS = 8
"""Containers of any kind in each other: three archives, each compressed, and rows in the last."""

TEXT = "text"


def leaves(source: Input, *, config: Config, otherwise: str | None = TEXT) -> Iterator[Input | Failure]:
    """The leaves of an input in its order: itself, or what it holds. `otherwise` reads what nothing tells of.

    A leaf is plain data: a file's path, or at most `max_document_bytes` of bytes, with the name of its reader. Yields
    nothing for an input that nobody reads and that `otherwise` leaves out.
    """
    try:
        name, source = _kind(source, otherwise=otherwise)
        if name is None:
            return
        kind = kinds.known().by_name[name]
        if isinstance(kind, Container):
            yield from _held(kind, source, name=name, config=config)
        else:
            yield _leaf(source, name=name, config=config)
    except (DocumentError, InputError, OSError) as error:
        yield failed(error, origin=source.origin)
    except Exception as error:  # noqa: BLE001 - a bad container becomes a Failure, whatever it broke
        yield failed(broke(error), origin=source.origin)


def _kind(source: Input, *, otherwise: str | None) -> tuple[str | None, Input]:
    name = kinds.named(source)
    if name is not None or kinds.is_telling(source):
        return name, source
    name, source = kinds.sniffed(source)
    return name or otherwise, source


def _leaf(source: Input, *, name: str, config: Config) -> Input:
    leaf = replace(source, reader=name, allowance=Allowance())
    if source.path is not None:
        return leaf
    data = take(source, limit=config.max_document_bytes)
    return replace(leaf, data=data, stream=None, size=len(data))


def _held(kind: Container, source: Input, *, name: str, config: Config) -> Iterator[Input | Failure]:
    within = (*source.within, name)
    if len(within) > MAX_LAYERS or sum(_is_archive(one) for one in within) > MAX_ARCHIVES:
        raise DocumentError(f"is {MAX_ARCHIVES} archives deep or more; unpack the outer ones first")
    left_out: Counter[str] = Counter()
    found = False
    for inner in kind(source, config=config):
        if kind.archive:
            source.allowance.member()
        is_read = False
        for one in _below(inner, source, within=within, config=config, otherwise=kind.otherwise):
            is_read = True
            yield one
        found = found or is_read
        if not is_read and isinstance(inner, Input) and kind.archive:
            left_out[kinds.suffix(inner.name) or "without suffix"] += 1
        if source.allowance.spent:
            return
    if found or source.allowance.broken:
        return
    if kind.archive:
        raise InputError(nothing_read("is an archive without a file", left_out))
    raise InputError("holds nothing that Byline reads")


def _below(
    inner: Input | Failure, source: Input, *, within: tuple[str, ...], config: Config, otherwise: str | None
) -> Iterator[Input | Failure]:
    if isinstance(inner, Failure):
        yield inner
        return
    placed = replace(
        inner,
        within=within,
        notes=(*source.notes, *inner.notes),
        read_at=source.read_at,
        allowance=source.allowance,
    )
    yield from leaves(placed, config=config, otherwise=otherwise)


def _is_archive(name: str) -> bool:
    kind = kinds.known().by_name[name]
    return isinstance(kind, Container) and kind.archive
