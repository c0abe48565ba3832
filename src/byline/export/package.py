"""A data package (frictionless): CSV tables in a folder, with all that someone needs who never heard of Byline: what
each column holds, how it was made and how well, how to cite it, under which licence, and what it lacks."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from byline.export import csv, tables
from byline.export.columns import Column
from byline.export.dossier import About, Dossiers, Format, Losses
from byline.export.tables import Table
from byline.export.writing import PLACES_LICENCE, WORDS_LICENCE, report
from byline.ontology import plover
from byline.ontology.codebook import codebook

DATA: Final = "data"

FLOORS: Final = "quality-floors.toml"
"""Figures that every version of Byline reaches at least: in a wheel beside this file, in a checkout in docs."""

KINDS: Final = {
    "text": "string",
    "words": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
}
"""Frictionless's types by the kinds of columns."""

CHUNK: Final = 1 << 20


def write(dossiers: Dossiers, out: Path) -> Losses:
    """Writes a folder: data/*.csv, datapackage.json, README.md, CODEBOOK.md, CITATION.cff, LICENCE.txt."""
    about = dossiers.about
    (out / DATA).mkdir(parents=True)
    losses = csv.write_tables(dossiers, out / DATA)
    told = report(losses, about)
    files = {
        "datapackage.json": json.dumps(_descriptor(out, about, told), ensure_ascii=False, indent=2) + "\n",
        "README.md": _readme(about, told),
        "CODEBOOK.md": _codebook(about),
        "CITATION.cff": _citation(about),
        "LICENCE.txt": _licence(about),
    }
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8", newline="\n")
    return losses


def _descriptor(out: Path, about: About, told: dict[str, Any]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": "byline-events",
        "title": about.title,
        "description": _what(about),
        "version": about.latest[:10] or "0",
        "contributors": [{"title": name, "role": "author"} for name in about.authors],
        "licenses": [{"name": about.licence}] if about.licence else [],
        "sources": [{"title": "GeoNames", "path": "https://www.geonames.org/"}],
        "resources": [_resource(out, table) for table in tables.tables(about.unit)],
        "byline": told | {"figures": figures()},
    }


def _resource(out: Path, table: Table) -> dict[str, Any]:
    path = out / DATA / f"{table.name}.csv"
    return {
        "name": table.name,
        "path": f"{DATA}/{path.name}",
        "profile": "tabular-data-resource",
        "title": table.says,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{_sha256(path)}",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "schema": {
            "fields": [_field(column) for column in table.columns],
            "missingValues": [""],
            **({"primaryKey": table.key} if table.key else {}),
            **({"foreignKeys": _foreign(table)} if table.refers else {}),
        },
    }


def _field(column: Column) -> dict[str, Any]:
    return {"name": column.name, "type": KINDS[column.kind], "description": column.says}


def _foreign(table: Table) -> list[dict[str, Any]]:
    return [{"fields": name, "reference": {"resource": other, "fields": "id"}} for name, other in table.refers.items()]


def _sha256(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


@cache
def figures() -> tuple[dict[str, Any], ...]:
    """What the pipeline reaches at least on public data: the bench that measures it, the figure, and the least."""
    here = Path(__file__).parent
    file = next((one for one in (here / FLOORS, here.parents[2] / "docs" / FLOORS) if one.is_file()), None)
    if file is None:
        return ()
    return tuple(
        {"data": name, "command": f"byline bench {one['bench']}", "figure": figure, "at_least": row["least"]}
        for name, one in tomllib.loads(file.read_text(encoding="utf-8")).items()
        for figure, row in one["floors"].items()
    )


def _what(about: About) -> str:
    rows = "a row an event, one report's word" if about.unit == "event" else "a row an incident, and a row each report"
    names = "are shown" if about.masking.private_shown else "are masked"
    return (
        f"Events that news reports tell, coded by Byline {about.byline} with {about.ontology}: {rows}. Each row is "
        f"what a report tells, which need not be so. Names of private persons {names}."
    )


def _readme(about: About, told: dict[str, Any]) -> str:
    unit = about.unit
    lines = [
        f"# {about.title}",
        "",
        _what(about),
        "",
        f"{_number(told['written'], unit)} of {_number(told['documents'], 'document')}."
        + (f" Last coded or decided on {about.latest[:10]}." if about.latest else ""),
        "",
        "## What is in the folder",
        "",
        "| file | what it holds |",
        "| --- | --- |",
        *(f"| `{DATA}/{one.name}.csv` | {one.says} |" for one in tables.tables(unit)),
        "| `datapackage.json` | the tables and their columns for programs (frictionless), what was left out, figures |",
        "| `CODEBOOK.md` | every column, then what counts as an event, of which type, in which status |",
        "| `CITATION.cff`, `LICENCE.txt` | how to cite it, and what may be done with it |",
        "",
        "## How to open it",
        "",
        '    R:       read.csv("data/events.csv", encoding = "UTF-8", na.strings = "")',
        '    pandas:  pandas.read_csv("data/events.csv")',
        "    check:   frictionless validate datapackage.json",
        "",
        "Tables are joined by ids: `event` in places, actors, quantities, evidence and decisions is `id` in events;",
        '`document_id` there is `id` in documents. Lists stand in one cell with "; " between.',
        "",
        "A text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return has an apostrophe before it, so that",
        "no spreadsheet takes it for a formula. Take the apostrophe away where the words matter to the letter.",
        "",
        "## From a number to its words",
        "",
        "Each event has `document_id`, `trigger_start` and `trigger_end`: the characters of the document's text,",
        "counted from 0 in Unicode code points, that say what happened. `evidence.csv` has the words of every other",
        "value. With the database at hand, `byline show ID` shows all of them, and `byline review` the report with the",
        "words marked.",
        "",
        "## What was left out",
        "",
        *_left_out(told),
        "",
        "## How it was made, and how well",
        "",
        f"Pipelines: {', '.join(told['pipelines']) or 'none'}. People decided on"
        f" {sum(told['decisions'].values()):,} of the events ({_counted(told['decisions']) or 'none'}).",
        *(["Exceptions of the project's own: " + "; ".join(told["fixes"]) + "."] if told["fixes"] else []),
        "",
        "What this version reaches at least on data that others published, each by the command beside it:",
        "",
        "| data | figure | at least | command |",
        "| --- | --- | --- | --- |",
        *(f"| {one['data']} | {one['figure']} | {one['at_least']} | `{one['command']}` |" for one in figures()),
        "",
        "A machine read these reports. It errs, and reports do; use no number that you did not trace.",
    ]
    return "\n".join(lines) + "\n"


def _left_out(told: dict[str, Any]) -> Iterator[str]:
    if not told["left_out"] and not told["lost"]:
        yield "Nothing."
    yield from (f"- {_number(number, 'event')}: {reason}" for reason, number in told["left_out"].items())
    yield from (f"- `{one['key']}` of {one['dossiers']:,}: {one['reason']}" for one in told["lost"])
    if told["selection"]:
        yield f"- Asked for: {json.dumps(told['selection'], ensure_ascii=False)}"


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _counted(numbers: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {name}" for name, number in numbers.items())


def _codebook(about: About) -> str:
    lines = ["# Columns", ""]
    for table in tables.tables(about.unit):
        lines += [f"## {table.name}", "", table.says, "", "| column | type | what it holds |", "| --- | --- | --- |"]
        lines += [f"| `{one.name}` | {KINDS[one.kind]} | {one.says} |" for one in table.columns]
        lines.append("")
    return "\n".join(lines) + "\n" + codebook(plover())


def _citation(about: About) -> str:
    """The citation as CITATION.cff has it (a JSON string is one of YAML too)."""
    authors = about.authors or ("The makers of this dataset",)
    lines = [
        "cff-version: 1.2.0",
        "message: Please cite this dataset with its date, and Byline as what coded it.",
        "type: dataset",
        f"title: {json.dumps(about.title, ensure_ascii=False)}",
        "authors:",
        *(f"  - name: {json.dumps(name, ensure_ascii=False)}" for name in authors),
        *([f'date-released: "{about.latest[:10]}"'] if about.latest else []),
        *([f"license: {json.dumps(about.licence)}"] if about.licence else []),
        "references:",
        "  - type: software",
        "    title: Byline",
        f"    version: {json.dumps(about.byline)}",
        "    authors:",
        "      - name: The Byline developers",
    ]
    return "\n".join(lines) + "\n"


def _licence(about: About) -> str:
    own = f"The dataset is given under {about.licence}." if about.licence else (
        "Whoever made the dataset has not said under which licence it is given; ask them."
    )  # fmt: skip
    return f"{own}\n\nOf others in it:\n- {PLACES_LICENCE}\n- {WORDS_LICENCE}\n"


FORMAT = Format(
    write=write,
    says="a data package (frictionless): a folder of CSV tables with schema, codebook, licence, citation, README",
)
