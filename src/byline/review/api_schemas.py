"""What does the API answer with? The schemas of its answers: rows as the views describe them, records as the schemas
that ship with Byline do."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, Final

from byline.store.surface import Column, View, views

ROWS: Final = {
    "Document": "v_documents",
    "Place": "v_places",
    "Source": "v_sources",
    "IncidentRow": "v_incidents",
    "Finding": "v_findings",
    "FindingWords": "v_finding_evidence",
    "Decision": "v_decisions",
}
"""Names of schemas of rows, and the views they are rows of."""

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "An error (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def listed(name: str) -> dict[str, Any]:
    """The answer of a list: a page of things of a schema, and where the next page is."""
    return {
        "type": "object",
        "required": ["items", "next"],
        "additionalProperties": False,
        "properties": {
            "items": {"type": "array", "items": one(name)},
            "next": {"type": ["string", "null"], "description": "The address of the next page; null on the last."},
        },
    }


def one(name: str) -> dict[str, Any]:
    """A thing of a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def told(schema: dict[str, Any], says: str) -> dict[int | str, dict[str, Any]]:
    """How a route answers: what it gives, and its errors."""
    wrong = {"content": {"application/problem+json": {"schema": one("Problem")}}}
    errors = {
        400: "A parameter that is not there.",
        401: "No read token, or none that is good.",
        404: "Nothing of this id, or no page of this cursor.",
        422: "A parameter that cannot be.",
        429: "Asked too often; Retry-After says when again.",
    }
    headers = {
        "ETag": {"description": "Names this answer; give it as If-None-Match.", "schema": {"type": "string"}},
    }
    found: dict[int | str, dict[str, Any]] = {
        200: {"description": says, "content": {"application/json": {"schema": schema}}, "headers": headers},
        304: {"description": "What was asked for is what the asker has."},
    }
    return found | {status: {"description": words} | wrong for status, words in errors.items()}


@cache
def components() -> dict[str, Any]:
    """All schemas by name."""
    made: dict[str, Any] = {"Problem": PROBLEM}
    for name, view in ROWS.items():
        made[name] = _row(views()[view])
    made["Document"] = _without(made["Document"], "text")
    made["DocumentWhole"] = _whole_document()
    made["FindingWhole"] = _with_words(made["Finding"])
    for name in ("event", "incident"):
        made |= dict(_shipped(name))
    # A decision may leave nothing of an event but the event itself, and the API shows it, as rejected.
    state = made["EventDecided"]["properties"]["state"]
    if "rejected" not in state["enum"]:
        state["enum"] = [*state["enum"], "rejected"]
    return made


_KINDS: Final[dict[str, dict[str, Any]]] = {
    "text": {"type": ["string", "null"]},
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "day": {"type": ["string", "null"], "format": "date"},
    "list": {"type": ["array", "null"], "items": {"type": "string"}},
    "numbers": {"type": ["array", "null"], "items": {"type": "number"}},
}


def _row(view: View) -> dict[str, Any]:
    return {
        "type": "object",
        "description": view.says,
        "additionalProperties": False,
        "required": [column.name for column in view.columns],
        "properties": {column.name: _column(column, view) for column in view.columns},
    }


def _column(column: Column, view: View) -> dict[str, Any]:
    kind = dict(_KINDS[column.kind])
    if column.name in view.key:
        kind["type"] = kind["type"][0]
    return kind | {"description": column.says}


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    made = copy.deepcopy(row)
    made["required"] = [name for name in made["required"] if name not in names]
    for name in names:
        made["properties"].pop(name)
    return made


def _whole_document() -> dict[str, Any]:
    made = _row(views()["v_documents"])
    cut = {
        "type": "object",
        "required": ["start", "text", "reason"],
        "properties": {
            "start": {"type": "integer"},
            "text": {"type": "string"},
            "reason": {"type": "string"},
        },
    }
    made["properties"] |= {
        "captions": {"type": "array", "items": {"type": "string"}},
        "cuts": {"type": "array", "items": cut, "description": "What was left out of the raw text, and why."},
        "made_by": {"type": "string", "description": "The reader, and its version."},
    }
    made["required"] += ["captions", "cuts", "made_by"]
    return made


def _with_words(finding: dict[str, Any]) -> dict[str, Any]:
    made = copy.deepcopy(finding)
    made["properties"]["words"] = {"type": "array", "items": one("FindingWords")}
    made["required"] = [*made["required"], "words"]
    return made


def _shipped(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A schema that ships with Byline, and those it is made of, as components."""
    whole = json.loads((resources.files("byline") / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    parts = whole.pop("$defs", {})
    whole.pop("$schema", None)
    whole.pop("$id", None)
    title = name.title()
    names = {part: title + "".join(word.title() for word in part.split("_")) for part in parts}
    yield title, _renamed(whole, names)
    for part, schema in parts.items():
        yield names[part], _renamed(schema, names)


def _renamed(schema: Any, names: dict[str, str]) -> Any:
    if isinstance(schema, dict):
        made = {key: _renamed(value, names) for key, value in schema.items()}
        if isinstance(reference := made.get("$ref"), str) and reference.startswith("#/$defs/"):
            made["$ref"] = f"#/components/schemas/{names[reference.removeprefix('#/$defs/')]}"
        return made
    return [_renamed(item, names) for item in schema] if isinstance(schema, list) else schema
