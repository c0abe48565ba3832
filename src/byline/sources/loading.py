"""Reads the register out of its data files, and says what is wrong in them, where, and what to do."""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar, get_args

from byline.errors import DataError
from byline.model import Source, Tie, sha256
from byline.ontology.tables import Table

STATE = "state of "
PREFIXES = (STATE, "party ", "group ", "company ", "organization ")
"""What an interest begins with: it says what kind of holder is named behind it."""

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_DOMAIN = re.compile(r"(?:[\w-]+\.)+[\w-]+(?:/[\w-]+)*")

T = TypeVar("T", Source, "Holder")


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whoever owns sources, and whose it is in turn: `tie` says how it belongs to each of `of`, to be looked up at
    `citation`; `checked` is the day that a person last did. `names` are further names of it."""

    name: str
    of: tuple[str, ...] = ()
    tie: Tie | None = None
    names: tuple[str, ...] = ()
    citation: str | None = None
    checked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What files of a register say: sources by id, holders by name, and the hash of the files."""

    sources: dict[str, Source] = field(default_factory=dict)
    holders: dict[str, Holder] = field(default_factory=dict)
    sha256: str = ""


@cache
def built_in() -> Rows:
    """The rows that ship with Byline."""
    folder = resources.files("byline.sources").joinpath("regions")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    return _rows([(f"sources/{file.name}", file.read_text(encoding="utf-8")) for file in files], before=Rows())


def extended(file: Path) -> Rows:
    """The rows of Byline, with a project's own put over them: a row of a known id (or holder's name) replaces the keys
    it gives, and leaves out those it names in `without`; any other is a further source.

    Raises DataError where the file cannot be read or is not of this form.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{file}: cannot be read ({error}); byline.toml names it under 'sources'") from error
    return _rows([(str(file), text)], before=built_in())


def node(holder: str) -> str:
    """The holder that an owner or an interest names: "party X" and its owner "X" are one."""
    for prefix in PREFIXES[1:]:
        if holder.startswith(prefix):
            return holder.removeprefix(prefix)
    return holder


def _rows(files: list[tuple[str, str]], *, before: Rows) -> Rows:
    """The rows of some files over those `before` them. An id, name or domain stands once in the files."""
    sources, holders = dict(before.sources), dict(before.holders)
    whose = {domain: source.id for source in sources.values() for domain in source.domains}
    seen: set[str] = set()
    for where, text in files:
        table = Table.parse(text, where=where)
        table.only("source", "holder")
        for row in table.rows("holder", required=False):
            name = _once(node(row.text("name")), kind="holder", where=row.where, seen=seen)
            holders[name] = _holder(row, known=holders.get(name))
        for row in table.rows("source", required=False):
            id = _once(row.text("id"), kind="source", where=row.where, seen=seen)
            source = _source(row, known=sources.get(id))
            for domain in source.domains if "domains" in row.values else ():
                _once(domain, kind="domain", where=row.where, seen=seen)
                if whose.get(domain, id) != id:
                    sources[whose[domain]] = _without_domain(sources[whose[domain]], domain)
            sources[id] = source
    return Rows(
        sources=sources, holders=holders, sha256=sha256("\x1f".join([before.sha256, *(text for _, text in files)]))
    )


def _once(name: str, *, kind: str, where: str, seen: set[str]) -> str:
    if f"{kind} {name}" in seen:
        raise DataError(f"{where}: the {kind} {name!r} stands twice; keep one")
    seen.add(f"{kind} {name}")
    return name


def _without_domain(source: Source, domain: str) -> Source:
    """The source less a domain: a project's row says better whose it is."""
    return replace(source, domains=tuple(one for one in source.domains if one != domain))


def _source(row: Table, *, known: Source | None) -> Source:
    made = _built(row, Source, known=known)
    _matching(_ID, made.id, what="an id in small letters, digits and hyphens", where=row.where)
    if made.country is not None:
        _matching(_COUNTRY, made.country, what="a country's two letters", where=row.where)
    for domain in made.domains:
        _matching(_DOMAIN, domain, what="a domain, without https:// and in small letters", where=row.where)
        if domain != domain.casefold():
            raise DataError(f"{row.where}: write the domain {domain!r} in small letters")
    if made.interest is not None:
        _interest(made.interest, where=row.where)
        if made.tie is None:
            raise DataError(f"{row.where}: an interest needs a tie ({_ties()})")
    if made.owner is not None and made.owner.startswith(STATE):
        _interest(made.owner, where=row.where)
    if (made.owner or made.interest) and not made.citation:
        raise DataError(f"{row.where}: an owner or interest needs a citation, an address that bears it out")
    _checked(made, where=row.where)
    return made


def _holder(row: Table, *, known: Holder | None) -> Holder:
    made = _built(row, Holder, known=known)
    for interest in made.of:
        if interest.startswith(STATE):
            _interest(interest, where=row.where)
    if made.of and not (made.tie and made.citation):
        raise DataError(f"{row.where}: what it is 'of' needs a tie ({_ties()}) and a citation")
    _checked(made, where=row.where)
    return replace(made, name=node(made.name))


def _checked(made: Source | Holder, *, where: str) -> None:
    """Raises DataError for a day that is none, or one on which there was nothing to look up."""
    if made.checked is None:
        return
    try:
        date.fromisoformat(made.checked)
    except ValueError as error:
        raise DataError(f"{where}: checked must be a day such as '2026-01-31', not {made.checked!r}") from error
    if not made.citation:
        raise DataError(f"{where}: checked needs the citation that was looked up")


def _built(row: Table, kind: type[T], *, known: T | None) -> T:
    """The row as a dataclass; what it does not say is as in the row known before, less what it is `without`."""
    tie = row.text("tie") if "tie" in row.values else None
    if tie is not None and tie not in get_args(Tie):
        raise DataError(f"{row.where}: tie must be one of {_ties()}, not {tie!r}")
    less = row.words("without") if "without" in row.values else ()
    names = [one.name for one in fields(kind)]
    empty: dict[str, Any] = {one.name: one.default for one in fields(kind) if one.default is not MISSING}
    if wrong := sorted(set(less) - empty.keys()):
        raise DataError(f"{row.where}: without names {wrong[0]!r}; it can name {', '.join(empty)}")
    row.only(*names, "without")
    if known is not None:
        # What a row says anew was not looked up with what it replaces.
        anew = {"checked"} if row.values.keys() & {"owner", "interest", "tie", "of", "citation"} else set()
        before = {name: value for name, value in _values(known).items() if name not in anew}
        row = replace(row, values=before | row.values)
        tie = tie or known.tie
    made = row.build(kind, aside=("tie", "without"), tie=tie)
    return replace(made, **{name: empty[name] for name in less})


def _values(known: Source | Holder) -> dict[str, Any]:
    """A row's keys and values as a file would have them."""
    found = {one.name: getattr(known, one.name) for one in fields(known)}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in found.items() if value is not None
    }


def _interest(interest: str, *, where: str) -> None:
    if not interest.startswith(PREFIXES):
        raise DataError(f"{where}: the interest {interest!r} must begin {', '.join(map(repr, PREFIXES))}")
    if interest.startswith(STATE):
        _matching(_COUNTRY, interest.removeprefix(STATE), what="a country's two letters", where=where)


def _matching(pattern: re.Pattern[str], value: str, *, what: str, where: str) -> None:
    if not pattern.fullmatch(value):
        raise DataError(f"{where}: {value!r} is not {what}")


def _ties() -> str:
    return ", ".join(map(str, get_args(Tie)))
