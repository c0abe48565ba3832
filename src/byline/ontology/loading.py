"""Reads an ontology out of its data files, and says what is wrong in them, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources.abc import Traversable
from typing import TypeVar, get_args

from byline.errors import DataError
from byline.model import Status, sha256
from byline.ontology.acled import NO_MODE, NO_ROW, UNKNOWN, AcledType, Crosswalk, Deed, Pattern, Rule
from byline.ontology.definitions import EventType, Mode, NoEvent, Ontology, Quad, Sector, StatusRule
from byline.ontology.tables import Table

CROSSWALK_FILE = "acled.toml"
READING_FILE = "reading.toml"
EXAMPLES_EACH = 2
LOWEST_SCORE, HIGHEST_SCORE = -10, 10

Coded = TypeVar("Coded", EventType, Mode, Sector, StatusRule)


def load(folder: Traversable, *, name: str) -> Ontology:
    """The ontology whose data are `name`.toml, acled.toml and reading.toml in a folder.

    Raises DataError where a file is missing or is not TOML; for an unknown or missing key, a value of the wrong kind, a
    code given twice, fewer than two examples, and a crosswalk that speaks of what the ontology does not have.
    """
    files = {file: _text(folder, file) for file in (f"{name}.toml", CROSSWALK_FILE, READING_FILE)}
    main, crosswalk, reading = (Table.parse(text, where=file) for file, text in files.items())
    main.only("name", "version", "contexts", "quads", "type", "sector")
    quads = main.table("quads").texts()
    if quads.keys() != {str(quad) for quad in get_args(Quad)}:
        raise DataError(f"{main.where}: [quads] must name {', '.join(map(str, get_args(Quad)))}")
    types = _keyed((_event_type(row) for row in main.rows("type")), where=f"{main.where}: type")
    for kind in types.values():
        _known([kind.announced] if kind.announced else [], types, where=f"{main.where}: {kind.code}", what="type")
    sectors = _keyed((row.build(Sector) for row in main.rows("sector")), where=f"{main.where}: sector")
    statuses, no_events = _reading(reading)
    return Ontology(
        name=main.text("name"),
        version=main.text("version"),
        quads={int(number): words for number, words in quads.items()},
        types=types,
        sectors=sectors,
        contexts=main.words("contexts"),
        statuses=statuses,
        no_events=no_events,
        crosswalk=_crosswalk(crosswalk, types=types, sectors=sectors),
        sha256=sha256("\x1f".join(files.values())),
    )


def _text(folder: Traversable, file: str) -> str:
    try:
        return folder.joinpath(file).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        hint = "reinstall it, or name another ontology in byline.toml"
        raise DataError(f"the ontology lacks its data file {file}; {hint}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{file} is not UTF-8: {error}") from error


def _event_type(row: Table) -> EventType:
    modes = _keyed((mode.build(Mode) for mode in row.rows("mode", required=False)), where=f"{row.where}: mode")
    built = row.build(EventType, aside=("mode",), modes=modes)
    parts: list[EventType | Mode] = [built, *modes.values()]
    for part in parts:
        _examples(part.examples, where=f"{row.where}: {part.code}")
        if part.score is not None and not LOWEST_SCORE <= part.score <= HIGHEST_SCORE:
            raise DataError(f"{row.where}: {part.code}: score must lie in [{LOWEST_SCORE}, {HIGHEST_SCORE}]")
    return built


def _examples(examples: tuple[str, ...], *, where: str) -> None:
    if len(examples) < EXAMPLES_EACH:
        raise DataError(f"{where}: needs {EXAMPLES_EACH} examples, has {len(examples)}")


def _keyed(rows: Iterable[Coded], *, where: str) -> dict[str, Coded]:
    found: dict[str, Coded] = {}
    for row in rows:
        if row.code in found:
            raise DataError(f"{where} {row.code!r} stands twice; keep one")
        found[row.code] = row
    return found


def _reading(table: Table) -> tuple[dict[Status, StatusRule], tuple[NoEvent, ...]]:
    table.only("status", "no_event")
    statuses = _keyed((row.build(StatusRule) for row in table.rows("status")), where=f"{table.where}: status")
    missing = set(get_args(Status)) - statuses.keys()
    if missing:
        raise DataError(f"{table.where}: no rule for the status {sorted(missing)[0]!r}")
    no_events = tuple(row.build(NoEvent) for row in table.rows("no_event"))
    for status in statuses.values():
        _examples(status.examples, where=f"{table.where}: status {status.code}")
    for statement in no_events:
        _examples(statement.examples, where=f"{table.where}: no_event {statement.name}")
    return {row.code: row for row in statuses.values()}, no_events


# -------------------------------------------------------------------------------------------------------- the crosswalk
def _crosswalk(table: Table, *, types: Mapping[str, EventType], sectors: Mapping[str, Sector]) -> Crosswalk:
    table.only("event_type", "disorder_types", "not_reached", "groups", "signs", "deed", "rule")
    names = table.table("groups")
    crosswalk = Crosswalk(
        types=_acled_types(table),
        groups={name: frozenset(names.words(name)) for name in names.values},
        signs=table.table("signs").texts(),
        deeds=tuple(row.build(Deed) for row in table.rows("deed")),
        rules=tuple(row.build(Rule) for row in table.rows("rule")),
        not_reached=table.table("not_reached").texts(),
    )
    for name, codes in crosswalk.groups.items():
        _known(codes, sectors, where=f"{table.where}: groups: {name}", what="sector")
    for deed in crosswalk.deeds:
        # A deed is told by its event alone, so it cannot rest on what is told beside it.
        where = f"{table.where}: deed {deed.name}"
        _check_pattern(deed, where=where, types=types, crosswalk=crosswalk, signs=crosswalk.signs)
    told = {*crosswalk.signs, *(deed.name for deed in crosswalk.deeds)}
    for number, rule in enumerate(crosswalk.rules, start=1):
        where = f"{table.where}: rule {number}"
        _check_pattern(rule, where=where, types=types, crosswalk=crosswalk, signs=told)
        _known([rule.gives], {NO_ROW, *crosswalk.types}, where=where, what="sub-event type")
    given = {rule.gives for rule in crosswalk.rules}
    for sub in crosswalk.types:
        if (sub in given) == (sub in crosswalk.not_reached):
            raise DataError(f"{table.where}: {sub!r} must be given by a rule, or stand in [not_reached], not both")
    return crosswalk


def _acled_types(table: Table) -> dict[str, AcledType]:
    other = table.table("disorder_types").texts()
    found: dict[str, AcledType] = {}
    for row in table.rows("event_type"):
        row.only("name", "disorder_type", "sub_event_types")
        for sub in row.words("sub_event_types"):
            disorder_type = other.get(sub, row.text("disorder_type"))
            found[sub] = AcledType(disorder_type=disorder_type, event_type=row.text("name"), sub_event_type=sub)
    _known(other, found, where=f"{table.where}: disorder_types", what="sub-event type")
    return found


def _check_pattern(
    pattern: Pattern, *, where: str, types: Mapping[str, EventType], crosswalk: Crosswalk, signs: Iterable[str]
) -> None:
    of = [pattern.type] if pattern.type is not None else list(types)
    _known(of, types, where=where, what="type")
    modes = {mode for code in of for mode in types[code].modes}
    _known(pattern.modes, {NO_MODE, *modes}, where=where, what=f"mode of {pattern.type or 'any type'}")
    _known([*pattern.actor, *pattern.recipient], {UNKNOWN, *crosswalk.groups}, where=where, what="group")
    _known([*pattern.signs, *pattern.without], signs, where=where, what="sign")


def _known(names: Iterable[str], known: Iterable[str], *, where: str, what: str) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise DataError(f"{where}: {unknown[0]!r} is no {what}")
