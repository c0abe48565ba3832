"""The command explain: the reading of one event, in the terminal or as a page to hand on."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from byline.cli.options import existing, note, option_db, option_overwrite
from byline.errors import ExportError

if TYPE_CHECKING:
    from byline.export.explanation import Explanation, Value

WIDTH = 100


@click.command(epilog="Example: byline explain e785a44be --out why.html")
@click.argument("id", metavar="ID")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.html", help="Write it as a page.")
@option_overwrite
@option_db
def explain(id: str, out: Path | None, overwrite: bool, db: str, files: Path | None) -> None:
    """Explain one event: every value with its words, what read them, how sure it is and why, what was cut, what others
    say, what people decided, and how to check it.

    ID is the id of an event; its beginning is enough; the example's is one of examples/pakistan-bombing.txt. With --out
    it is written as one page of HTML that can be handed on: no script, nothing from outside. Names of private persons
    are masked.
    """
    from byline.project import Project, explaining

    with Project(database=existing(db), files=files) as project:
        told = explaining.explain(project, id)
    if out is None:
        click.echo("\n".join(_lines(told)))
        return
    _write(told, out, overwrite=overwrite)
    note(f"The reading of {told.event_id} written to {out}.")


def _write(told: Explanation, out: Path, *, overwrite: bool) -> None:
    from byline.export.explanation_page import page

    if out.exists() and not overwrite:
        raise ExportError(f"{out} is there already; name another file, or give --overwrite")
    aside = out.with_name(f".byline-{out.name}.part")
    try:
        aside.write_text(page(told), encoding="utf-8", errors="replace")
        aside.replace(out)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise ExportError(
            f"{out}: cannot be written ({error.strerror}); check that its folder is there and may be written to"
        ) from error


def _lines(told: Explanation) -> Iterator[str]:
    from byline.cli.view import clean

    document = told.document
    yield from _wrapped(told.headline)
    yield from _wrapped(f"{told.event_id}. {told.standing}")
    published = document.published.isoformat() if document.published else "no date given"
    source = told.source.name if told.source else document.source_id
    yield from _wrapped(", ".join(word for word in (document.title, document.byline, source, published) if word))
    yield ""
    yield from _wrapped(f"“{clean(''.join(one.text for one in told.text if one.within))}”", lead=2)
    if told.names_hidden:
        yield from _wrapped(told.masking, lead=2)
    yield from _titled("What was read, from which words, by what")
    for value in told.values:
        yield from _value(value)
    yield from _titled("What people decided")
    yield from _all([one.says for one in told.decisions], none="Nobody has decided on it.")
    yield from _titled("What other reports say")
    if told.others is None:
        yield "  No other report here is held to tell of it."
    else:
        yield from _all(told.others.says)
        yield from _all([f"{name}: {summary} ({agreement})" for name, summary, agreement in told.others.fields])
        yield from _all([f"Disputed: {one}" for one in told.others.disputes])
        yield from _all([f"{source}: “{sentence}” ({id[:9]})" for id, source, sentence in told.others.told])
    if told.findings:
        yield from _titled("What the audit found in this report")
        yield from _all([f"{says} ({kind}, {severity})" for severity, kind, says in told.findings])
    yield from _titled("What was left out of the report")
    cuts = [f"{reason}: {number:,} times, {characters:,} characters" for reason, number, characters in told.cuts]
    yield from _all(cuts, none="Nothing: its text is whole.")
    yield from _titled("What read it")
    yield from _wrapped(told.machinery, lead=2)
    steps = (f"{one.name} {one.version}" if one.version is not None else one.name for one in told.steps)
    yield from _wrapped(", ".join(steps), lead=2)
    yield from _titled("How to check it")
    for words, command in told.checks():
        yield from _wrapped(words, lead=2)
        yield f"      {command}"


def _value(value: Value) -> Iterator[str]:
    by = value.by if isinstance(value.by, str) else value.by.says
    sure = f"; {value.sureness}" if value.sureness else ""
    yield from _wrapped(f"{value.name}: {value.says}" + (f" ({value.because})" if value.because else ""), lead=2)
    if value.read_before is not None:
        yield from _wrapped(f"the program had read: {value.read_before}", lead=6)
    for words in value.words:
        yield from _wrapped(f"“{words.text}”, {words.part} {words.start}–{words.end}", lead=6)
    yield from _wrapped(f"by {by}{sure}", lead=6)


def _titled(title: str) -> Iterator[str]:
    yield ""
    yield title


def _all(lines: list[str] | tuple[str, ...], *, none: str = "") -> Iterator[str]:
    for one in lines or ([none] if none else []):
        yield from _wrapped(one, lead=2)


def _wrapped(words: str, *, lead: int = 0) -> Iterator[str]:
    from byline.cli.view import clean

    indent = " " * lead
    yield from textwrap.wrap(
        clean(words), WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
    )
