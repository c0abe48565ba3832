"""Which words signal what in a language: a folder of data for each, and `rules.py` where data will not do."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from typing import Any

from byline.errors import DataError


@cache
def data(language: str, name: str) -> dict[str, Any]:
    """The data file `name`.toml of a language, parsed; each room types what it takes from it.

    Raises DataError where the language has no such file, or the file is not TOML.
    """
    file = resources.files("byline.language").joinpath(language, f"{name}.toml")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError(f"language {language!r} has no data file {name}.toml") from error
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"language/{language}/{name}.toml is not valid TOML: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Sense:
    """One sense of some trigger words: what kind of event they tell of, and where its roles stand.

    type: a type of the ontology, or "" for an event of no type there. mode: one of its modes, or None.
    verbs, nouns: lemmas. object: lemmas one of which must be the verb's object ("open fire"); not_object: none may.
    prep, prep_object: a preposition with one of these objects must follow the verb ("set … on fire").
    modifier: a noun needs one of these lemmas before it ("rocket attack"); not_modifier: none may stand there.
    subject: lemmas one of which must head the subject; actor_sector: the doer must be of one of these sectors.
    of: the role that "of X" (and a plain possessive) fills after a noun. recipient_prep: prepositions that lead to the
    recipient. counts: what a number on the recipient (on the doer, for participants) counts.
    campaign: a list of places says where one happening went on, instead of one happening a place.
    effect: the words tell what an attack did ("killed"), and join the attack told beside them.
    general: a word for any activity, which the particular event told after it makes clear.
    weak: counts only with an actor or recipient of its own.
    needs_object: the verb must have an object ("blew up the bridge", not "the dispute blew up").
    contexts: what such an event is about, in the ontology's codes.
    light: the object is part of the phrase ("opened fire"), not what it is done to.
    """

    type: str
    mode: str | None = None
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    object: tuple[str, ...] = ()
    not_object: tuple[str, ...] = ()
    prep: tuple[str, ...] = ()
    prep_object: tuple[str, ...] = ()
    modifier: tuple[str, ...] = ()
    not_modifier: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    not_subject: tuple[str, ...] = ()
    actor_sector: tuple[str, ...] = ()
    recipient_prep: tuple[str, ...] = ()
    of: str = "recipient"
    counts: str | None = None
    campaign: bool = False
    effect: bool = False
    general: bool = False
    weak: bool = False
    contexts: tuple[str, ...] = ()
    needs_object: bool = False
    light: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A status cue in ConText's form (Harkema et al. 2009): words, what they signal, and how far that reaches.

    category: "denied", "negated", "planned", "hypothetical", "habitual", "background" or "none" (a cue that stops the
    others: "not only"). direction: which side of the cue the events stand it governs, "after", "before" or "both".
    scope: "clause", "sentence" or "paragraph". words: lower-case lemmas or forms, in order.
    """

    words: tuple[str, ...]
    category: str
    direction: str = "after"
    scope: str = "clause"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A generic actor noun: "police", "gunmen", "court"."""

    kind: str
    sector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language as the steps use it: typed from its data files."""

    code: str
    senses: tuple[Sense, ...]
    verb_senses: dict[str, tuple[Sense, ...]]
    noun_senses: dict[str, tuple[Sense, ...]]
    support_verbs: frozenset[str]
    light_subjects: frozenset[str]
    cues: tuple[Cue, ...]
    actors: dict[str, Noun]
    words: dict[str, frozenset[str]]


def _sense(row: dict[str, Any], file: str) -> Sense:
    known = {field.name for field in fields(Sense)}
    unknown = row.keys() - known
    if unknown:
        raise DataError(f"{file}: a sense of {row.get('type')} has the unknown key {sorted(unknown)[0]!r}")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return Sense(**values)


def _by_lemma(senses: tuple[Sense, ...], kind: str) -> dict[str, tuple[Sense, ...]]:
    found: dict[str, list[Sense]] = defaultdict(list)
    for sense in senses:
        for lemma in getattr(sense, kind):
            found[lemma].append(sense)
    return {lemma: tuple(rows) for lemma, rows in found.items()}


@cache
def load(code: str) -> Language:
    """The Language whose data lie in the folder `code`. Raises DataError for a file that is missing or malformed."""
    triggers, cues, actors = data(code, "triggers"), data(code, "cues"), data(code, "actors")
    senses = tuple(_sense(row, f"language/{code}/triggers.toml") for row in triggers["sense"])
    return Language(
        code=code,
        senses=senses,
        verb_senses=_by_lemma(senses, "verbs"),
        noun_senses=_by_lemma(senses, "nouns"),
        support_verbs=frozenset(triggers["support_verbs"]),
        light_subjects=frozenset(triggers["light_subjects"]),
        cues=tuple(
            Cue(
                words=tuple(words.split()),
                category=group["category"],
                direction=group.get("direction", "after"),
                scope=group.get("scope", "clause"),
            )
            for group in cues["cue"]
            for words in group["words"]
        ),
        actors={
            lemma: Noun(kind=group["kind"], sector=group.get("sector"))
            for group in actors["noun"]
            for lemma in group["lemmas"]
        },
        words={
            name: frozenset(words) for part in (triggers, cues, actors) for name, words in part.get("words", {}).items()
        },
    )


def english() -> Language:
    """English."""
    return load("en")
