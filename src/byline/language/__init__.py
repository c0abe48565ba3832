"""Which words signal what in a language: a folder of data for each, and `rules.py` where data will not do."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from itertools import product
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
    prep, prep_object: a preposition with one of these objects must follow the word ("set … on fire").
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
    clause, not_clause: lemmas one of which must (none of which may) head a clause below: "gathered to protest",
    "refused to comment"; "*" is any. modal: a helping verb its clause must have ("said the army must leave"), "bare"
    for none ("insisted the army leave").
    prep_verb: the preposition must lead to a verb ("attacked her for lying"). not_prep_object: nouns that none of a
    noun's prepositions may lead to ("a battle with cancer").
    named_place: beside `object` (beside `subject`, of a verb without objects), the name of a place will do.
    alone: the verb must have no object. someone: an object must be someone, no thing.
    not_genre: pieces, on "sport" or "trade", in which the word means something else, unless one who is armed does it.
    clause_recipient: who stands in the clause below is the recipient: "demanded that the ministry pay".
    negated: the verb must be denied with a helping verb: "will not accept".
    not_after: words before it, in its sentence or the one before, that give it another sense ("taken to hospital and
    soon released"), where neither speaks of custody. not_modal: helping verbs its clause may not have, unless what
    it tells is an attack or the like ("warned that travellers could face delays", "that rebels could attack").
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
    clause: tuple[str, ...] = ()
    not_clause: tuple[str, ...] = ()
    modal: tuple[str, ...] = ()
    prep_verb: bool = False
    not_prep_object: tuple[str, ...] = ()
    named_place: bool = False
    alone: bool = False
    someone: bool = False
    not_genre: tuple[str, ...] = ()
    clause_recipient: bool = False
    negated: bool = False
    not_after: tuple[str, ...] = ()
    not_modal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """A status cue in ConText's form (Harkema et al. 2009): words, what they signal, and how far that reaches.

    category: "denied", "negated", "planned" … as the language's `cues.toml` lists them; "none" for a cue that takes the
    shorter ones in it out of force ("not only"). direction: which side of the cue the events stand it governs, "after",
    "before" or "both". scope: "phrase", "complement", "clause" or "sentence" (coding/scopes.py). stops: words between
    cue and event that end the scope. pos: parts of speech its first word may have; empty for any. words: lower-case
    lemmas or forms, in order.
    """

    words: tuple[str, ...]
    category: str
    direction: str = "after"
    scope: str = "complement"
    stops: frozenset[str] = frozenset()
    pos: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Noun:
    """A generic actor noun: "police", "gunmen", "court"."""

    kind: str
    sector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Words beside a noun of several senses that say of which sector it is: "sheriff's deputies", "sales force" (None:
    of none)."""

    nouns: frozenset[str]
    words: frozenset[str]
    sector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """An organization by name: its sector, and the country it is of (ISO 3166 alpha-3), None for those of no one."""

    sector: str
    code: str | None = None


def _organizations(rows: list[dict[str, Any]]) -> dict[str, Organization]:
    """Organizations by their names: in small letters, but in capitals where a name is all capitals."""
    return {
        name if name.isupper() else name.lower(): Organization(sector=row["sector"], code=row.get("code"))
        for row in rows
        for name in row["names"]
    }


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
    beside: tuple[Beside, ...]
    organizations: dict[str, Organization]
    words: dict[str, frozenset[str]]


def _sense(row: dict[str, Any], file: str, sectors: dict[str, list[str]]) -> Sense:
    """A row as a Sense; names of groups of sectors ("public") stand for their members."""
    known = {field.name for field in fields(Sense)}
    unknown = row.keys() - known
    if unknown:
        raise DataError(f"{file}: a sense of {row.get('type')} has the unknown key {sorted(unknown)[0]!r}")
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    members = (sectors.get(name, [name]) for name in values.get("actor_sector", ()))
    return Sense(**values | {"actor_sector": tuple(code for group in members for code in group)})


def _by_lemma(senses: tuple[Sense, ...], kind: str) -> dict[str, tuple[Sense, ...]]:
    found: dict[str, list[Sense]] = defaultdict(list)
    for sense in senses:
        for lemma in getattr(sense, kind):
            found[lemma].append(sense)
    return {lemma: tuple(rows) for lemma, rows in found.items()}


_CHOICES = {
    "direction": ("after", "before", "both"),
    "scope": ("phrase", "complement", "clause", "consequence", "sentence"),
}


def _cues(group: dict[str, Any], file: str) -> Iterator[Cue]:
    """The cues of a row, one for each of its words and each way to write them: "a|b c" is "a c" and "b c"."""
    values: dict[str, Any] = {
        key: frozenset(value) if isinstance(value, list) else value for key, value in group.items()
    }
    values.pop("words", None)
    for key in values.keys() - {field.name for field in fields(Cue)}:
        raise DataError(f"{file}: a cue of {group.get('category')} has the unknown key {key!r}")
    for key, choices in _CHOICES.items():
        if values.get(key, choices[0]) not in choices:
            raise DataError(f"{file}: {values[key]!r} is no {key} of a cue; there are {', '.join(choices)}")
    for written in group["words"]:
        for words in product(*(part.split("|") for part in written.split())):
            yield Cue(words=tuple(word for word in words if word), **values)


@cache
def load(code: str) -> Language:
    """The Language whose data lie in the folder `code`. Raises DataError for a file that is missing or malformed."""
    triggers, cues, actors = data(code, "triggers"), data(code, "cues"), data(code, "actors")
    amounts = data(code, "amounts")
    senses = tuple(
        _sense(row, f"language/{code}/triggers.toml", triggers.get("sectors", {})) for row in triggers["sense"]
    )
    return Language(
        code=code,
        senses=senses,
        verb_senses=_by_lemma(senses, "verbs"),
        noun_senses=_by_lemma(senses, "nouns"),
        support_verbs=frozenset(triggers["support_verbs"]),
        light_subjects=frozenset(triggers["light_subjects"]),
        cues=tuple(cue for group in cues["cue"] for cue in _cues(group, f"language/{code}/cues.toml")),
        actors={
            lemma: Noun(kind=group["kind"], sector=group.get("sector"))
            for group in actors["noun"]
            for lemma in group["lemmas"]
        },
        beside=tuple(
            Beside(nouns=frozenset(row["nouns"]), words=frozenset(row["words"]), sector=row.get("sector"))
            for row in actors.get("beside", ())
        ),
        organizations=_organizations(data(code, "organizations")["organization"]),
        words={
            name: frozenset(words)
            for part in (triggers, cues, actors, amounts)
            for name, words in part.get("words", {}).items()
        },
    )


def english() -> Language:
    """English."""
    return load("en")
