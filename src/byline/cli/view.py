"""What a person sees in the terminal: a document with its cuts, a coding in order of status, an event with all its
words."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from byline.language.loaded import loaded
from byline.model import Document, Source
from byline.sources import Register, voice

# Sections of a coding, in reading order: what is told as new stands apart from the rest.
_SECTIONS = (
    ("Told as new", ("reported",)),
    ("Sums of what is told", ("summary",)),
    ("Denied", ("denied",)),
    ("Planned or possible", ("planned", "hypothetical")),
    ("Told as history", ("background",)),
)
_LONGEST_SENTENCE = 420
_MOST_PLACES = 20
_MINIMUM_WIDTH = 100
_SHORT_ID = 9


@cache
def console() -> Console:
    """Standard output. A pipe gets plain text of a steady width."""
    terminal = sys.stdout.isatty()
    return Console(width=None if terminal else _MINIMUM_WIDTH, highlight=False, soft_wrap=False)


def clean(words: str) -> str:
    """Words of a report made safe to print: white space runs as one blank, control and direction marks shown as ¿."""
    shown = "".join(
        "¿"
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co") and char not in "\n\t\r\u00ad\u200b\u200c\u200d"
        else char
        for char in words
    )
    return " ".join(shown.split())


def quoted(words: str) -> str:
    """Words of a report where a label is looked for: in quotation marks where they hold a loaded word."""
    shown = clean(words)
    return f"“{shown}”" if loaded(None).found(shown) and not shown.startswith(("“", '"')) else shown


def behind(document: Document, register: Register) -> dict[str, str]:
    """Who stands behind a document: its source, the source's owner, and in whose interest it may speak. Nothing where
    the register does not hold the source."""
    source = voice(document, register=register).source
    if source is None:
        return {}
    rows = {
        "source": f"{source.name} ({', '.join(word for word in (source.kind, source.country) if word)})",
        "owner": source.owner,
        "interest": ", ".join(register.interests(source)),
        "see": f"{source.citation} ({looked_up(source)})" if source.citation else None,
    }
    return {name: value for name, value in rows.items() if value}


def looked_up(source: Source) -> str:
    """Whether a person has looked a source's owner and interest up at its citation, and when."""
    return f"checked {source.checked}" if source.checked else "not checked"


def document(one: Document, *, behind: Mapping[str, str] | None = None) -> RenderableType:
    """A document: what it says of itself, who stands `behind` it, its text, and what was cut and why."""
    head = Table.grid(padding=(0, 2))
    line = one.dateline
    said = [line.place, line.date.isoformat() if line.date else None] if line else []
    rows = (
        ("id", one.id),
        ("origin", one.origin),
        ("title", one.title),
        ("byline", one.byline),
        *(behind or {}).items(),
        ("dateline", " · ".join(clean(word) for word in said if word) or None),
        ("published", one.published.isoformat() if one.published else None),
        ("language", one.language),
        ("made by", one.made_by),
    )
    for name, value in rows:
        head.add_row(Text(name, style="dim"), Text(clean(value)) if value else Text("not told", style="dim italic"))
    cuts = [
        Text.assemble(
            ("cut ", "red"), (cut.reason, "red"), (f" at {cut.start}: ", "dim"), (clean(cut.text)[:160], "strike dim")
        )
        for cut in one.cuts
    ]
    body = Text("\n\n".join(clean(paragraph) for paragraph in one.text.split("\n\n") if paragraph.strip()))
    return Group(Rule(quoted(one.title or one.origin), align="left"), head, Text(""), body, Text(""), *cuts)


def coding(document: Document, records: list[dict[str, Any]]) -> RenderableType:
    """The events of a document: told as new first, then sums, plans and history, each with its sentence."""
    parts: list[RenderableType] = [Rule(quoted(document.title or document.origin), align="left")]
    published = document.published.isoformat() if document.published else "no date given"
    said = f"{document.id}  {clean(document.byline or document.source_id or 'no byline')}, {published}"
    parts.append(Text(said, style="dim"))
    if not records:
        parts.append(Text("No events.", style="italic"))
    for title, statuses in _SECTIONS:
        chosen = [one for one in records if one["status"] in statuses]
        if chosen:
            parts += [
                Text(f"\n{title}", style="bold"),
                *(Padding(_event(document, one), (1, 0, 0, 2)) for one in chosen),
            ]
    return Group(*parts, Text(""))


def event(
    document: Document,
    record: dict[str, Any],
    *,
    by: Mapping[tuple[int, int, str], str],
    behind: Mapping[str, str] | None = None,
) -> RenderableType:
    """One event with every value, the words behind it with their offsets, the step that read them, and who stands
    `behind` the document."""
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False)
    for name in ("value", "is", "words", "at", "read by"):
        table.add_column(name, header_style="dim", overflow="fold")
    for name, value, evidence, role in _values(record):
        for number, words in enumerate(evidence or [{}]):
            step = by.get((words["start"], words["end"], role), "") if words else ""
            place = f"{words['in']} {words['start']}–{words['end']}" if words else "no words"
            table.add_row(
                name if number == 0 else "",
                Text(value if number == 0 else "and"),
                Text(f"“{clean(words['text'])[:120]}”" if words else ""),
                Text(place, style="dim"),
                Text(step, style="dim"),
            )
    register = Table.grid(padding=(0, 2))
    for name, value in (behind or {}).items():
        register.add_row(Text(name, style="dim"), Text(clean(value)))
    return Group(
        Rule(quoted(document.title or document.origin), align="left"),
        _event(document, record),
        Text(""),
        table,
        *((Text(""), register) if behind else ()),
        Text(f"\npipeline {record['pipeline_id']}", style="dim"),
    )


def _values(record: dict[str, Any]) -> Iterable[tuple[str, str, list[dict[str, Any]], str]]:
    yield "what", _kind(record), [record["trigger"], *record["told"]], "trigger"
    if record["when"]["start"] or record["when"]["text"]:
        yield "when", _when(record["when"]), record["when"]["evidence"], "when"
    for place in record["places"]:
        yield "where", _place(place), place["evidence"], "place"
    for actor in record["actors"]:
        details = ", ".join(word for word in (actor["kind"], actor["sector"], actor["code"]) if word)
        yield actor["role"], f"{clean(actor['name'] or '')} ({details})", actor["evidence"], actor["role"]
    for quantity in record["quantities"]:
        yield "how many", _quantity(quantity), quantity["evidence"], "quantity"
    for name in ("quotes", "demands"):
        for words in record[name]:
            yield name.removesuffix("s"), "", [words], name.removesuffix("s")
    yield "according to", _attribution(record["attribution"]), record["attribution"]["evidence"], "speaker"


def _event(document: Document, record: dict[str, Any]) -> RenderableType:
    head = Text.assemble(
        (_kind(record), "bold cyan"),
        ("  " + record["status"], _STYLES.get(record["status"], "dim")),
        (f"  {record['id'][:_SHORT_ID]}", "dim"),
    )
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in _lines(record):
        grid.add_row(name, Text(value))
    return Group(head, grid, _sentence(document, record))


_STYLES = {
    "reported": "green",
    "summary": "magenta",
    "denied": "red",
    "planned": "yellow",
    "hypothetical": "yellow",
    "background": "blue",
}


def _kind(record: dict[str, Any]) -> str:
    return " · ".join(word for word in (record["type"] or "no type", record["mode"]) if word)


def _lines(record: dict[str, Any]) -> Iterable[tuple[str, str]]:
    yield "when", _when(record["when"])
    places = record["places"]
    if places:
        more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
        yield (
            ("where" if len(places) == 1 else f"where ({len(places)})"),
            "; ".join(_place(place) for place in places[:_MOST_PLACES]) + more,
        )
    doers = [_name(actor) for actor in record["actors"] if actor["role"] == "actor"]
    done_to = [_name(actor) for actor in record["actors"] if actor["role"] == "recipient"]
    with_what = [quoted(actor["text"]) for actor in record["actors"] if actor["role"] == "instrument"]
    if doers or done_to:
        yield "who", (", ".join(doers) or "not told") + (f" → {', '.join(done_to)}" if done_to else "")
    if with_what:
        yield "with", ", ".join(with_what)
    if record["quantities"]:
        yield "how many", "; ".join(_quantity(one) for one in record["quantities"])
    yield "says", _attribution(record["attribution"])
    for one in record["quotes"]:
        yield "quote", quoted(one["text"])
    for one in record["demands"]:
        yield "demand", quoted(one["text"])
    if record["members"]:
        yield "sums up", ", ".join(member[:_SHORT_ID] for member in record["members"])


def _name(actor: dict[str, Any]) -> str:
    """An actor's words, with what a pronoun or a short name stands for."""
    words, name = quoted(actor["text"]), clean(actor["name"] or "")
    return words if not name or name.casefold() in words.casefold() else f"{words} ({name})"


def _when(when: dict[str, Any]) -> str:
    if not when["start"]:
        return f"not told (“{clean(when['text'])}”)" if when["text"] else "not told"
    start, end = date.fromisoformat(when["start"]), date.fromisoformat(when["end"] or when["start"])
    days = f"{start:%-d %B %Y}" if start == end else f"{start:%-d %B %Y} to {end:%-d %B %Y}"
    basis = "" if when["basis"] == "stated" else f", {when['basis']}"
    precision = "" if when["precision"] == "day" else f" ({when['precision']})"
    return f"{days}{precision}{basis} — “{clean(when['text'])}”"


def _place(place: dict[str, Any]) -> str:
    if not place["name"]:
        return f"{quoted(place['text'])} (not resolved)"
    relation = "" if place["relation"] == "in" else f"{place['relation']} "
    inside = ", ".join(
        word for word in (place["admin1"] if place["precision"] in ("city", "site") else None, place["country"]) if word
    )
    basis = ", inherited" if place["basis"] == "inherited" else ""
    return f"{relation}{quoted(place['text'])} ({place['precision']}{', ' + inside if inside else ''}{basis})"


def _quantity(one: dict[str, Any]) -> str:
    low, high = one["low"], one["high"]
    if low is not None and high is not None:
        amount = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    else:
        amount = f"{low:,} or more" if low is not None else f"up to {high:,}"
    says = f", says {clean(one['attribution'])}" if one["attribution"] else ""
    return f"{one['what']}: {amount} — “{clean(one['text'])}”{says}"


def _attribution(one: dict[str, Any]) -> str:
    party = ", a party to it" if one["interest"] == "party" else ""
    # A speaker whose name is no label of ours is quoted.
    said = next((quoted(words["text"]) for words in one["evidence"]), "the report itself")
    return f"{clean(one['source']) if one['source'] else said} ({one['kind']}{party})"


def _sentence(document: Document, record: dict[str, Any]) -> Text:
    """The sentence with the trigger marked, shortened around it when long."""
    sentence, trigger = record["sentence"], record["trigger"]
    words = document.part(sentence["in"])
    start, end = sentence["start"], sentence["end"]
    if end - start > _LONGEST_SENTENCE:
        half = _LONGEST_SENTENCE // 2
        start, end = max(start, trigger["start"] - half), min(end, trigger["end"] + half)
    before = ("… " if start > sentence["start"] else "") + clean(words[start : trigger["start"]])
    after = clean(words[trigger["end"] : end]) + (" …" if end < sentence["end"] else "")
    gap_before = " " if words[trigger["start"] - 1 : trigger["start"]].isspace() else ""
    gap_after = " " if words[trigger["end"] : trigger["end"] + 1].isspace() else ""
    # Where there is no bold, brackets mark the trigger.
    marked = clean(trigger["text"]) if console().is_terminal else f"⟦{clean(trigger['text'])}⟧"
    return Text.assemble(("“", "dim"), before + gap_before, (marked, "bold reverse"), gap_after + after, ("”", "dim"))
