"""What does this file, folder, archive or stream say, who published it, and when.

Under the entry point group "byline.readers" stand readers, which make documents of a leaf's bytes, and containers,
which open into further inputs (archives, compressed files, rows, records). `inputs` lists the leaves, `documents` reads
one, anywhere; `read` is the two in a row. Each document has had its language looked at; each input that could not be
read is a Failure that says what, where and what to do.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from byline.config import Config
from byline.errors import DocumentError, InputError
from byline.model import Failure
from byline.read import kinds
from byline.read.inputs import files, standard_input
from byline.read.language import recognise
from byline.read.offsets import offsets
from byline.read.opening import TEXT, leaves
from byline.read.reading import Container, Input, Read, Reader, Reading, broke, container, failed, reader, take

__all__ = [
    "Container",
    "Input",
    "Read",
    "Reader",
    "Reading",
    "container",
    "documents",
    "inputs",
    "offsets",
    "read",
    "reader",
    "take",
]

STANDARD_INPUT = "-"


def read(named: Sequence[str | Path], *, config: Config, stdin: BinaryIO | None = None) -> Iterator[Reading]:
    """The documents of what is `named`, in order, each with its raw bytes; a Failure for what could not be read.

    Nothing is read before it is asked for, and one document at a time.
    """
    for one in inputs(named, config=config, stdin=stdin):
        if isinstance(one, Failure):
            yield one
        else:
            yield from documents(one, config=config)


def inputs(named: Sequence[str | Path], *, config: Config, stdin: BinaryIO | None = None) -> Iterator[Input | Failure]:
    """The leaves of what is `named`, in order: plain data that can travel to where it is read.

    What is named is a file, a folder (with all below it, in order of name; hidden files and symbolic links left out) or
    "-" for `stdin` (default: the process's own). Containers are opened as they are come to, and never held whole.
    """
    for name in named:
        try:
            for one in _standing(name, config=config, stdin=stdin):
                if isinstance(one, Failure):
                    yield one
                else:
                    yield from leaves(one, config=config)
        except (InputError, OSError) as error:
            yield failed(error, origin=str(name))


def documents(source: Input, *, config: Config) -> Iterator[Reading]:
    """The documents of one leaf (most hold one), or a Failure for each that cannot be read."""
    try:
        kind = kinds.known().by_name[source.reader or kinds.named(source) or TEXT]
        if isinstance(kind, Container):
            raise DocumentError("holds further inputs; list them first")
        for reading in kind(source, config=config):
            yield _checked(reading, config=config) if isinstance(reading, Read) else reading
    except (DocumentError, OSError) as error:
        yield failed(error, origin=source.origin)
    except MemoryError:
        raise  # for the engine, which knows what a document may take
    except Exception as error:  # noqa: BLE001 - a bad document becomes a Failure, whatever it broke
        yield failed(broke(error), origin=source.origin)


def _standing(name: str | Path, *, config: Config, stdin: BinaryIO | None) -> Iterator[Input | Failure]:
    if name == STANDARD_INPUT:
        yield standard_input(stdin or sys.stdin.buffer, config=config)
    else:
        yield from files(Path(name), config=config)


def _checked(reading: Read, *, config: Config) -> Reading:
    """The reading with its language recognised, or a Failure where that is one Byline does not read."""
    document = reading.document
    try:
        language = recognise(document.text, declared=document.language, wanted=config.language)
    except DocumentError as error:
        return failed(error, origin=document.origin)
    return replace(reading, document=replace(document, language=language))
