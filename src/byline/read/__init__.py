"""What does this file, folder or stream say, who published it, and when.

A reader is a file of this room that offers a `Reader` under the entry point group "byline.readers"; `read` finds it by
the suffix of a file's name. Each document has had its language looked at; each input that could not be read is a
Failure that says what, where and what to do.
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
from byline.read.inputs import Job, Refused, files, standard_input
from byline.read.language import recognise
from byline.read.offsets import offsets
from byline.read.reading import Input, Read, Reader, Reading, reader, take

__all__ = ["Input", "Read", "Reader", "Reading", "offsets", "read", "reader", "take"]

STANDARD_INPUT = "-"


def read(inputs: Sequence[str | Path], *, config: Config, stdin: BinaryIO | None = None) -> Iterator[Reading]:
    """The documents of `inputs`, in order, each with its raw bytes; a Failure for what could not be read.

    An input is a file, a folder (read with all below it, in order of name; hidden files and symbolic links left out) or
    "-" for `stdin` (default: the process's own). Nothing is read before it is asked for, and one document at a time.
    """
    for name in inputs:
        try:
            for job in _jobs(name, stdin=stdin):
                if isinstance(job, Refused):
                    yield _failure(job.error, origin=job.origin)
                else:
                    yield from _read(job, config=config)
        except (InputError, OSError) as error:
            yield _failure(error, origin=str(name))


def _jobs(name: str | Path, *, stdin: BinaryIO | None) -> Iterator[Job | Refused]:
    if name == STANDARD_INPUT:
        yield standard_input(stdin or sys.stdin.buffer)
    else:
        yield from files(Path(name))


def _read(job: Job, *, config: Config) -> Iterator[Reading]:
    reader, source = job
    try:
        for reading in reader(source, config=config):
            yield _checked(reading, config=config) if isinstance(reading, Read) else reading
    except (DocumentError, OSError) as error:
        yield _failure(error, origin=source.origin)


def _checked(reading: Read, *, config: Config) -> Reading:
    """The reading with its language recognised, or a Failure where that is one Byline does not read."""
    document = reading.document
    try:
        language = recognise(document.text, declared=document.language, wanted=config.language)
    except DocumentError as error:
        return _failure(error, origin=document.origin)
    return replace(reading, document=replace(document, language=language))


def _failure(error: Exception, *, origin: str) -> Failure:
    """What went wrong as a row; the error reads on from the origin ("report.txt: is empty; …")."""
    step = error.step if isinstance(error, DocumentError) else "read"
    said = f"cannot be read ({error.strerror or error})" if isinstance(error, OSError) else str(error)
    return Failure(document_id=None, pipeline_id=None, origin=origin, step=step, error=said)
