"""How is an explanation handed to a sceptic? As one HTML page that is whole in itself: no script, nothing from outside.

Every word of a report is escaped, and what has no shape of its own, or turns the direction of others, is named.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from html import escape
from typing import Final
from urllib.parse import urlsplit

from byline.export.explanation import Explanation, Others, Ruling, Segment, Step, Value

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""What the page may load: nothing but its own style."""

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c1c1a; --dim: #5c5c57; --line: #d9d8d2; --page: #fdfdfb; --mark: #fdeeb4;
  --within: #f4f3ee; --link: #0b57a4; }
@media (prefers-color-scheme: dark) { :root { --ink: #ecebe6; --dim: #a9a8a0; --line: #3c3b37; --page: #181816;
  --mark: #5b4a00; --within: #232320; --link: #8ab8ee; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 1rem/1.55 "Source Serif 4", Georgia, "Times New Roman", serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; text-wrap: balance; }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .5rem; border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
p { margin: .4rem 0; }
a { color: var(--link); }
.dim, .small { color: var(--dim); }
.small { font-size: .875rem; }
blockquote { margin: 1rem 0; padding: .75rem 1rem; border-left: .25rem solid var(--line); white-space: pre-wrap;
  color: var(--dim); overflow-wrap: anywhere; }
blockquote .in { color: var(--ink); background: var(--within); }
mark { background: var(--mark); color: var(--ink); padding: 0 .1em; }
mark small { font-family: system-ui, sans-serif; font-size: .68em; color: var(--dim); margin-left: .25em; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .925rem; }
th { text-align: left; font-weight: 600; }
th, td { vertical-align: top; padding: .4rem .7rem .4rem 0; border-bottom: 1px solid var(--line);
  overflow-wrap: break-word; }
tbody th { white-space: nowrap; } td .small { white-space: normal; } .at { white-space: nowrap; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .85em; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .5rem 0; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
ul, ol { padding-left: 1.25rem; } li { margin: .25rem 0; overflow-wrap: anywhere; }
@media print { body { max-width: none; padding: 0; background: none; } h2 { break-after: avoid; }
  tr, blockquote { break-inside: avoid; } }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } thead { display: none; }
  tr, tbody th, td { display: block; border: 0; padding: .1rem 0; } tr { border-bottom: 1px solid var(--line);
  padding: .5rem 0; } }
"""


def page(told: Explanation) -> str:
    """The page of an explanation."""
    return "\n".join(_page(told)) + "\n"


def _page(told: Explanation) -> Iterator[str]:
    yield "<!doctype html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{_plain(told.headline)}: how it was read</title><style>{STYLE}</style></head><body><main>"
    yield f"<h1>{_plain(told.headline)}</h1>"
    yield f"<p>{_plain(told.standing)}</p>"
    yield from _source(told)
    yield "<h2>The words</h2>"
    yield f"<blockquote>{''.join(_segment(one) for one in told.text)}</blockquote>"
    if told.names_hidden:
        yield f'<p class="small">{_plain(told.masking)}</p>'
    yield from _values(told)
    yield from _people(told.decisions)
    yield from _others(told.others)
    yield from _findings(told)
    yield from _cuts(told)
    yield from _reading(told)
    yield from _checks(told)
    yield "</main></body></html>"


def _source(told: Explanation) -> Iterator[str]:
    document, source = told.document, told.source
    yield '<dl class="small">'
    rows: list[tuple[str, str | None]] = [
        ("report", document.title),
        ("written by", document.byline),
        ("published by", source.name if source else document.source_id),
        ("owner", source.owner if source else None),
        ("speaks for", source.interest if source else None),
        ("published", document.published.isoformat() if document.published else "no date given"),
        ("came from", document.origin.replace("\\", "/").rpartition("/")[2]),
    ]
    for name, value in rows:
        if value:
            yield f"<dt>{name}</dt><dd>{_plain(value)}</dd>"
    if document.url:
        yield f"<dt>address</dt><dd>{_link(document.url)}</dd>"
    yield "</dl>"


def _segment(one: Segment) -> str:
    words = _plain(one.text)
    if one.names:
        words = f"<mark>{words}<small>{_plain(', '.join(one.names))}</small></mark>"
    return f'<span class="in">{words}</span>' if one.within else words


def _values(told: Explanation) -> Iterator[str]:
    yield "<h2>What was read, from which words, by what</h2>"
    yield '<div class="wide"><table><thead><tr><th scope="col">what</th><th scope="col">value</th>'
    yield '<th scope="col">words, and where they stand</th><th scope="col">read by</th>'
    yield '<th scope="col">how sure</th></tr></thead><tbody>'
    for one in told.values:
        yield f'<tr><th scope="row">{_plain(one.name)}</th><td>{_value(one)}</td><td>{_told_words(one)}</td>'
        yield f"<td>{_plain(_by(one.by))}</td><td>{_plain(one.sureness)}</td></tr>"
    yield "</tbody></table></div>"
    yield (
        '<p class="small">How sure: the program\'s own estimate that the value is right, fitted on reports that people '
        "had read; it is no measure of whether the report is true. Offsets count characters from 0, in the part of the "
        "report that is named.</p>"
    )


def _value(one: Value) -> str:
    because = f'<br><span class="small">{_plain(one.because)}</span>' if one.because else ""
    before = (
        f'<br><span class="small">the program had read: {_plain(one.read_before)}</span>'
        if one.read_before is not None
        else ""
    )
    return f"{_plain(one.says)}{because}{before}"


def _told_words(one: Value) -> str:
    if not one.words:
        return '<span class="dim">none</span>'
    return "<br>".join(
        f"“{_plain(' '.join(words.text.split()))}” "
        f'<span class="small at">{_plain(words.part)} {words.start}–{words.end}</span>'
        for words in one.words
    )


def _by(by: Step | str) -> str:
    return by if isinstance(by, str) else by.says


def _people(decisions: Iterable[Ruling]) -> Iterator[str]:
    yield "<h2>What people decided</h2>"
    told = list(decisions)
    if not told:
        yield '<p class="dim">Nobody has decided on it.</p>'
        return
    yield "<ul>"
    for one in told:
        yield f"<li>{_plain(one.says)}</li>"
    yield "</ul>"


def _others(others: Others | None) -> Iterator[str]:
    yield "<h2>What other reports say</h2>"
    if others is None:
        yield '<p class="dim">No other report here is held to tell of it.</p>'
        return
    yield from (f"<p>{_plain(one)}</p>" for one in others.says)
    yield '<dl class="small">'
    for name, summary, agreement in others.fields:
        yield f"<dt>{_plain(name)}</dt><dd>{_plain(summary)} <span class=dim>({_plain(agreement)})</span></dd>"
    yield "</dl>"
    if others.disputes:
        yield from (
            "<p><strong>Disputed.</strong></p><ul>",
            *(f"<li>{_plain(one)}</li>" for one in others.disputes),
            "</ul>",
        )
    yield "<ul>"
    for id, source, sentence in others.told:
        yield f"<li>{_plain(source)}: “{_plain(sentence)}” <code>{_plain(id)}</code></li>"
    yield "</ul>"
    yield '<p class="small">Why these are held to be one happening: '
    yield f"<code>byline show {_plain(others.incident_id)}</code></p>"


def _findings(told: Explanation) -> Iterator[str]:
    if told.findings:
        yield "<h2>What the audit found in this report</h2><ul>"
        yield from (f"<li>{_plain(says)} <span class=small>({_plain(kind)}, {severity})</span></li>"
                    for severity, kind, says in told.findings)  # fmt: skip
        yield "</ul>"


def _cuts(told: Explanation) -> Iterator[str]:
    yield "<h2>What was left out of the report</h2>"
    if not told.cuts:
        yield '<p class="dim">Nothing: its text is whole.</p>'
        return
    yield "<ul>"
    for reason, number, characters in told.cuts:
        yield f"<li>{_plain(reason)}: {number:,} {'time' if number == 1 else 'times'}, {characters:,} characters</li>"
    yield f"</ul><p class=small>Each cut with its words: <code>byline show {told.document.id}</code></p>"


def _reading(told: Explanation) -> Iterator[str]:
    yield "<h2>What read it</h2>"
    yield f"<p>{_plain(told.machinery)}</p>"
    yield f'<p class="small">{" · ".join(_plain(_step(one)) for one in told.steps)}</p>'


def _step(one: Step) -> str:
    data = f" ({', '.join(one.data)})" if one.data else ""
    return one.name + (f" {one.version}" if one.version is not None else "") + data


def _checks(told: Explanation) -> Iterator[str]:
    yield "<h2>How to check it</h2><ol>"
    for words, command in told.checks():
        yield f"<li>{_plain(words)}<br><code>{_plain(command)}</code></li>"
    yield "</ol>"


def _plain(words: str) -> str:
    return escape("".join(_named(char) for char in words))


# What words are spelled with, though it has no shape.
_JOINERS = "\n\t\u00ad\u200c\u200d"


def _named(char: str) -> str:
    unseen = unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") and char not in _JOINERS
    return f"⟨U+{ord(char):04X}⟩" if unseen else char


def _link(url: str) -> str:
    """A web address as a link; any other as words."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.username is None and "█" not in url
    except ValueError:
        sound = False
    shown = _plain(url)
    return f'<a rel="noreferrer noopener nofollow" href="{escape(url)}">{shown}</a>' if sound else shown
