"""Which reader or container an input is for: by name, by media type, by suffix, and only then by its first bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from byline import plugins
from byline.read.allowance import after
from byline.read.reading import Container, Input, Looks, Reader

SNIFF_BYTES = 4_096
"""How much of an input that nothing else tells of is looked at."""

GENERIC = frozenset(
    {"application/octet-stream", "binary/octet-stream", "application/unknown", "unknown/unknown", "application/xml"}
    | {"text/xml", "application/x-download", "application/force-download", "multipart/form-data"}
)
"""Media types that do not say what the bytes are."""

_SUFFIX = re.compile(r"(?<=[^/])(\.[a-z0-9_]{1,10})$")


@dataclass(frozen=True, slots=True)
class Known:
    """The readers and containers that are installed: by name, and the name by suffix and by media type."""

    by_name: dict[str, Reader | Container]
    by_suffix: dict[str, str]
    by_media_type: dict[str, str]
    by_looks: tuple[tuple[Looks, str], ...]


@cache
def known() -> Known:
    """What the entry point group "byline.readers" offers, in order of name."""
    found: dict[str, Reader | Container] = {name: plugins.load("byline.readers", name) for name in _names()}
    return Known(
        by_name=found,
        by_suffix={suffix: name for name, one in found.items() for suffix in one.suffixes},
        by_media_type={media_type: name for name, one in found.items() for media_type in one.media_types},
        by_looks=tuple((one.looks, name) for name, one in found.items() if one.looks is not None),
    )


def _names() -> tuple[str, ...]:
    return plugins.names("byline.readers")


def suffixes() -> str:
    """The suffixes that are read, for messages."""
    return ", ".join(sorted(known().by_suffix))


def suffix(name: str) -> str:
    """The suffix of a file's name in lower case, with its dot; "" where it has none."""
    match = _SUFFIX.search(name.lower())
    return match[1] if match else ""


def named(source: Input) -> str | None:
    """The reader that name, media type or suffix tell of; None where none of them tells of one that is installed."""
    if source.reader is not None:
        return source.reader
    by_type = known().by_media_type.get(source.media_type or "")
    return by_type or known().by_suffix.get(suffix(source.name))


def sniffed(source: Input) -> tuple[str | None, Input]:
    """The reader that the first bytes tell of, and the input again from its first byte."""
    stream = source.open()
    head = stream.read(SNIFF_BYTES)
    if source.stream is not None:
        source = replace(source, stream=after(head, stream))
    else:
        stream.close()
    return looks_like(head), source


def looks_like(head: bytes) -> str | None:
    """The reader whose format begins with `head`; None where no one knows it."""
    return next((name for looks, name in known().by_looks if looks(head)), None)


def is_telling(source: Input) -> bool:
    """Whether the input says that it is something else than what is read, so that it need not be looked at."""
    return bool(suffix(source.name)) or (source.media_type or "") not in GENERIC | {""}
