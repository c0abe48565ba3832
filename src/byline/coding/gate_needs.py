"""What a sentence must hold, and where, for a word in it to be a trigger: a sense's conditions as far as letters and
tags can tell them, so that no sentence is parsed in vain.

Each condition here is a weaker form of one in `senses`: what that asks of the verb's object is asked here of any word
behind the verb, what it asks of the doer of any word that may name one. With these, 4,750 of the 16,297 sentences of
LGL, GeoWebNews, TimeBank and AQUAINT pass instead of 6,758, and 6 of 1,515 events are lost instead of 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from byline.language import Language, Sense

# Tags of verbs and nouns; past forms may be passives, so what is done to stands on either side of them.
_VERBS = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "MD"})
_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS", "VBG"})
_PAST = frozenset({"VBD", "VBN"})
_NAMES = frozenset({"NNP", "NNPS"})
_ANY, _BARE, _POWER = "*", "bare", "GOV"
# How many words behind a verb its object, its preposition and a place it takes are looked for, how many before it a
# word that denies it, and how many before a noun what it is made of. Half as far, one more event of the 1,515 is lost
# for 40 sentences fewer.
_REACH, _PLACE_REACH, _DENIAL_REACH, _MODIFIER_REACH = 13, 9, 6, 6
# Words kept at most; beyond, all are made anew.
_MOST_WORDS = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What one sense needs: lemmas one of which must stand there, none where it asks for none."""

    objects: frozenset[str]
    prepositions: frozenset[str]
    led_to: frozenset[str]
    clauses: frozenset[str]
    helpers: frozenset[str]
    subjects: frozenset[str]
    modifiers: frozenset[str]
    places: frozenset[str] | None
    sectors: frozenset[str]
    any_clause: bool
    bare: bool
    denied: bool
    leads_to_verb: bool
    on_object: bool

    @classmethod
    def of(cls, sense: Sense) -> Needs:
        """Those of a sense."""
        # The object of a verb that takes places may be one by its name; so may the subject of one without objects.
        place = sense.named_place
        return cls(
            objects=frozenset() if place else _heads(sense.object),
            prepositions=frozenset(sense.prep),
            led_to=frozenset() if sense.prep_verb else _heads(sense.prep_object),
            clauses=frozenset() if _ANY in sense.clause else frozenset(sense.clause),
            helpers=frozenset(sense.modal) - {_BARE},
            subjects=frozenset() if place else _heads(sense.subject),
            modifiers=frozenset(sense.modifier),
            places=_heads(sense.object) if place and sense.object else None,
            sectors=frozenset(sense.actor_sector) if sense.weak else frozenset(),
            any_clause=_ANY in sense.clause,
            bare=_BARE in sense.modal,
            denied=sense.negated,
            leads_to_verb=sense.prep_verb,
            on_object=sense.light or "with" in sense.prep,
        )

    def lemmas(self) -> Iterable[frozenset[str]]:
        """The lists of lemmas it asks for."""
        yield from (self.objects, self.prepositions, self.led_to, self.clauses, self.helpers)
        yield from (self.subjects, self.modifiers, self.places or frozenset())


def _heads(names: Iterable[str]) -> frozenset[str]:
    """The last words of names of several."""
    return frozenset(name.rpartition(" ")[2] for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word in small letters: the lemmas of those asked for that it may have, what its senses as a verb, as a noun and
    as a noun in -ing need, the sectors of the actors it names, whether it may make others one (`organized`), and
    whether it stands in the name of a listed organization."""

    lower: str
    lemmas: frozenset[str]
    verbs: tuple[Needs, ...]
    nouns: tuple[Needs, ...]
    gerunds: tuple[Needs, ...]
    sectors: frozenset[str]
    organized: bool
    listed: bool
    denies: bool
    month: bool
    before_month: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of a sentence as they are written, in small letters, and their tags where they are known."""

    written: Sequence[str]
    words: Sequence[Word]
    tags: Sequence[str] | None = None

    def tells(self) -> bool:
        """True when some word may be a trigger."""
        for at, word in enumerate(self.words):
            if not (word.verbs or word.nouns):
                continue
            tag = self.tags[at] if self.tags is not None else None
            if word.verbs and (tag is None or tag in _VERBS) and any(self._verb(at, needs) for needs in word.verbs):
                return True
            if word.nouns and (tag is None or tag in _NOUNS) and not self._is_month(at):
                senses = word.gerunds if tag == "VBG" else word.nouns
                if any(self._noun(at, needs) for needs in senses):
                    return True
        return False

    def _verb(self, at: int, needs: Needs) -> bool:
        past = self.tags is None or self.tags[at] in _PAST
        last, begin = len(self.words), 0 if past else at + 1
        near = at + _REACH
        if needs.objects and not self._holds(needs.objects, begin, near):
            return False
        if needs.prepositions and not self._leads(needs, 0 if past and needs.on_object else at + 1, near):
            return False
        if needs.places is not None and not self._holds_place(needs.places, begin, at + _PLACE_REACH):
            return False
        if needs.denied and not any(word.denies for word in self.words[max(0, at - _DENIAL_REACH) : at + 2]):
            return False
        if needs.clauses and not self._holds(needs.clauses, 0, last, verbs=True):
            return False
        if needs.any_clause and not self._has_tag(_VERBS, at + 1):
            return False
        if needs.helpers and not (needs.bare and self._has_tag(("VB",), at + 1)):
            if not self._holds(needs.helpers, 0, last):
                return False
        elif needs.bare and not self._has_tag(("VB",), at + 1):
            return False
        if needs.subjects and not self._holds(needs.subjects, 0, last):
            return False
        return not needs.sectors or self._holds_actor(needs.sectors, last if past else at)

    def _noun(self, at: int, needs: Needs) -> bool:
        last = len(self.words)
        if needs.modifiers and not self._holds(needs.modifiers, at - _MODIFIER_REACH, at):
            return False
        if needs.prepositions and not self._leads(needs, 0, last):
            return False
        if needs.subjects and not self._holds(needs.subjects, 0, last):
            return False
        return not needs.sectors or self._holds_actor(needs.sectors, last)

    def _holds(self, lemmas: frozenset[str], begin: int, end: int, *, verbs: bool = False) -> bool:
        for at in range(max(0, begin), min(end, len(self.words))):
            if not lemmas.isdisjoint(self.words[at].lemmas) and (
                not verbs or self.tags is None or self.tags[at] in _VERBS
            ):
                return True
        return False

    def _leads(self, needs: Needs, begin: int, end: int) -> bool:
        """True for one of the prepositions there, with what it must lead to somewhere behind it."""
        last = len(self.words)
        for at in range(begin, min(end, last)):
            if not needs.prepositions.isdisjoint(self.words[at].lemmas):
                if needs.leads_to_verb:
                    return self._has_tag(("VBG",), at + 1)
                return not needs.led_to or self._holds(needs.led_to, at + 1, last)
        return False

    def _has_tag(self, tags: Iterable[str], begin: int) -> bool:
        return self.tags is None or any(tag in tags for tag in self.tags[begin:])

    def _holds_place(self, lemmas: frozenset[str], begin: int, end: int) -> bool:
        stretch = range(begin, min(end, len(self.words)))
        return any(self._is_name(at) or not lemmas.isdisjoint(self.words[at].lemmas) for at in stretch)

    def _holds_actor(self, sectors: frozenset[str], end: int) -> bool:
        """True when a word before `end` may name someone of these sectors: a noun for one, a word that makes others
        one, or a name; a name that no organization bears is a state's or a city's, so of those who govern."""
        power = _POWER in sectors
        for at in range(min(end, len(self.words))):
            word = self.words[at]
            if word.organized or not sectors.isdisjoint(word.sectors):
                return True
            if self._is_name(at) and (power or word.listed or (len(word.lower) > 1 and self.written[at].isupper())):
                return True
        return False

    def _is_name(self, at: int) -> bool:
        named = self.tags is not None and self.tags[at] in _NAMES
        return named or (self.written[at][:1].isupper() and (at > 0 or self.tags is None))

    def _is_month(self, at: int) -> bool:
        """True for a month that is written like a trigger ("March 3", "last March")."""
        word, written = self.words[at], self.written
        if not word.month or not written[at][:1].isupper() or (self.tags is not None and self.tags[at] not in _NAMES):
            return False
        before, behind = written[max(0, at - 1) : at], written[at + 1 : at + 2]
        numbered = any(one[:1].isdigit() for one in (*before, *behind))
        return numbered or (at > 0 and self.words[at - 1].before_month)


class Triggers:
    """The triggers of a language, and what each word is among them, kept by spaCy's number of it in small letters."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._verbs: dict[str, tuple[Needs, ...]] = {}
        self._nouns: dict[str, tuple[Needs, ...]] = {}
        for sense in language.senses:
            needs = Needs.of(sense)
            for lemma in () if sense.modifier else sense.verbs:
                self._verbs[lemma] = (*self._verbs.get(lemma, ()), needs)
            for lemma in sense.nouns:
                self._nouns[lemma] = (*self._nouns.get(lemma, ()), needs)
        every = (*self._verbs.values(), *self._nouns.values())
        asked = {lemma for senses in every for needs in senses for listed in needs.lemmas() for lemma in listed}
        self.lemmas = frozenset(asked | self._verbs.keys() | self._nouns.keys() | language.actors.keys())
        words = language.words
        self._organized = words["igo"] | words["opposition_words"] | words["organization_words"]
        self._listed = frozenset(
            word.lower()
            for name in language.organizations
            for word in name.split()
            if word[:1].isupper() or name.islower()
        )
        self._known: dict[int, Word] = {}

    def known(self, number: int) -> Word | None:
        """A word that was made before."""
        return self._known.get(number)

    def word(self, number: int, lower: str, *, lemmas: frozenset[str]) -> Word:
        """A word in small letters, by spaCy's number and all lemmas it may have; kept."""
        if len(self._known) > _MOST_WORDS:
            self._known.clear()
        held, actors, words = self.lemmas & lemmas, self._language.actors, self._language.words
        named = (actors[lemma].sector for lemma in {*held, lower} if lemma in actors)
        made = self._known[number] = Word(
            lower=lower,
            lemmas=held,
            verbs=tuple(needs for lemma in sorted(held) for needs in self._verbs.get(lemma, ())),
            nouns=tuple(needs for lemma in sorted(held) for needs in self._nouns.get(lemma, ())),
            gerunds=self._nouns.get(lower, ()),
            sectors=frozenset(sector for sector in named if sector is not None),
            organized=lower in self._organized,
            listed=lower in self._listed,
            denies=lower in words["denials"],
            month=lower in words["month_triggers"],
            before_month=lower in words["before_months"],
        )
        return made
