"""Writes the codebook, what a coder needs to know: `python -m byline.ontology.codebook > docs/codebook.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from byline.ontology import EventType, Mode, Ontology, Pattern, plover
from byline.ontology.acled import NO_MODE, NO_ROW, UNKNOWN

_INTRODUCTION = """\
# Codebook

<!-- Written by `python -m byline.ontology.codebook > docs/codebook.md` from src/byline/ontology/*.toml: edit those. -->

This is what counts as an event, of which type and mode, in which status. The codes and scores are those of {name}
{version} (Open Event Data Alliance); the rules are in our own words. Every example is invented: the places are real,
and none of what is told took place.

A report is coded sentence by sentence. For each happening ask, in this order: is it an event at all? In what status is
it told? Of which type, and of which mode? The most particular mode that the words bear out is taken, and none where
they bear out none. One happening that is told twice in a report is one event."""

_ACLED_INTRODUCTION = """\
An event's ACLED type follows from its {name} type and mode, who acts and on whom or what, and what else is told of the
happening: signs that the words give, and deeds told beside the event. The first rule that fits is taken; where none
fits, ACLED has no row. Statements, and events that are planned, hypothetical or denied, have none either. "Any" stands
for no condition; a side is "{unknown}" where no sector is told; "(no mode)" is an event whose mode is not told; "both"
means that each of two groups is met by one of the sectors told. A rule that is "likely" takes the likeliest answer
where the words leave it open, and a learned reader that is sure may overrule it."""


def codebook(ontology: Ontology) -> str:
    """The codebook as Markdown, ending in a line end."""
    parts = [
        _INTRODUCTION.format(name=ontology.name, version=ontology.version),
        *_contents(ontology),
        *_no_events(ontology),
        *_statuses(ontology),
        "## Types and modes",
        *(part for type in ontology.types.values() for part in _type(type, quads=ontology.quads[type.quad])),
        *_sectors(ontology),
        *_acled(ontology),
    ]
    return "\n\n".join(parts) + "\n"


def _contents(ontology: Ontology) -> Iterator[str]:
    yield "## The types at a glance"
    yield _table(
        ("Type", "Kind", "Score", "Modes"),
        (
            (
                f"[{type.code}](#{type.code.lower()})",
                ontology.quads[type.quad],
                f"{type.score:g}",
                ", ".join(type.modes),
            )
            for type in ontology.types.values()
        ),
    )


def _no_events(ontology: Ontology) -> Iterator[str]:
    yield "## What is no event"
    for statement in ontology.no_events:
        yield f"**{statement.name[0].upper()}{statement.name[1:]}.** {statement.rule}"
        yield _examples(statement.examples)


def _statuses(ontology: Ontology) -> Iterator[str]:
    yield "## Statuses"
    for status in ontology.statuses.values():
        known = f" ({ontology.name}: {status.auxiliary_mode})" if status.auxiliary_mode else ""
        yield f"**{status.code}**{known}. {status.rule}"
        yield _examples(status.examples)


def _type(type: EventType, *, quads: str) -> Iterator[str]:
    yield f"### {type.code}"
    needs = ", needs a recipient" if type.recipient_required else ""
    yield f"*{quads}, score {type.score:g}{needs}*"
    yield _rule(type)
    yield _examples(type.examples)
    for mode in type.modes.values():
        yield f"#### {type.code} {mode.code}"
        yield f"*score {type.intensity(mode.code):g}*"
        yield _rule(mode)
        yield _examples(mode.examples)


def _rule(part: EventType | Mode) -> str:
    return part.rule + (f"\n\n**Not here:** {part.leaves_out}" if part.leaves_out else "")


def _sectors(ontology: Ontology) -> Iterator[str]:
    yield "## Sectors"
    yield _table(
        ("Code", "Sector", "Who"),
        ((sector.code, sector.name, sector.rule) for sector in ontology.sectors.values()),
    )
    yield "## Contexts"
    yield f"What an event is about, beside its type; it may have several: {', '.join(ontology.contexts)}."


def _acled(ontology: Ontology) -> Iterator[str]:
    crosswalk = ontology.crosswalk
    yield "## Crosswalk to ACLED"
    yield _ACLED_INTRODUCTION.format(name=ontology.name, unknown=UNKNOWN)
    yield _table(
        ("#", *_CONDITIONS, "ACLED", "Because"),
        (
            (
                str(number),
                *_conditions(rule),
                "(no row)" if rule.gives == NO_ROW else rule.gives if rule.sure else f"{rule.gives}, likely",
                rule.because,
            )
            for number, rule in enumerate(crosswalk.rules, start=1)
        ),
    )
    yield "### Signs that words give"
    yield _table(("Sign", "What is told"), crosswalk.signs.items())
    yield "### Deeds, the signs that other events give"
    yield _table(("Deed", *_CONDITIONS), ((deed.name, *_conditions(deed)) for deed in crosswalk.deeds))
    yield "### Groups of sectors"
    yield _table(
        ("Group", "Sectors"),
        (
            (_group(name), ", ".join(code for code in ontology.sectors if code in codes))
            for name, codes in crosswalk.groups.items()
        ),
    )
    yield "### ACLED's types"
    yield _table(
        ("Event type", "Sub-event type", "Disorder type", "Not told by type, mode and sectors; one would have to know"),
        (
            (kind.event_type, sub, kind.disorder_type, crosswalk.not_reached.get(sub, ""))
            for sub, kind in crosswalk.types.items()
        ),
    )


_CONDITIONS = ("Type", "Mode", "Who", "To whom", "Things", "Harm", "About", "Told", "Not told")


def _conditions(pattern: Pattern) -> tuple[str, ...]:
    return (
        pattern.type or "any",
        ", ".join("(no mode)" if mode == NO_MODE else mode for mode in pattern.modes) or "any",
        _side(pattern.actor),
        _side(pattern.recipient),
        _yes_no(pattern.things),
        _harm(pattern),
        ", ".join(pattern.contexts) or "any",
        ", ".join(pattern.signs) or "any",
        ", ".join(pattern.without) or "any",
    )


def _harm(pattern: Pattern) -> str:
    told = (("deaths", pattern.fatalities), ("deaths or wounds", pattern.harm))
    return ", ".join(what if wanted else f"no {what}" for what, wanted in told if wanted is not None) or "any"


def _side(groups: tuple[str, ...]) -> str:
    named = " and ".join(map(_group, groups))
    return f"both {named}" if len(groups) > 1 else named or "any"


def _group(name: str) -> str:
    return name.replace("_", "-")


def _yes_no(condition: bool | None) -> str:
    return "any" if condition is None else "yes" if condition else "no"


def _examples(examples: Iterable[str]) -> str:
    return "\n".join(f"- “{example}”" if '"' not in example else f"- {example}" for example in examples)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def main() -> None:
    """Write the codebook of PLOVER to standard output."""
    sys.stdout.write(codebook(plover()))


if __name__ == "__main__":
    main()
