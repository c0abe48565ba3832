"""Who is it? What a noun names: a person, a group, an organization or a thing, its sector and its country."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from byline import model
from byline.coding.syntax import children, named, phrase, prepositional
from byline.coding.who_names import aliases
from byline.coding.who_people import Person, bare_name, introduced_as
from byline.language import Beside, Noun, Organization
from byline.model import Actor, ActorKind, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# Forces are what they are, whoever sends them: "NATO troops".
_FORCES = frozenset({"MIL", "COP"})
# What the recogniser calls places and peoples.
_PLACES = frozenset({"GPE", "LOC", "FAC", "NORP"})


def sector(page: Page, token: Token) -> str | None:
    """PLOVER's sector of the actor a noun heads, or None when its words do not tell."""
    words = page.language.words
    noun = _noun(page, token) or page.language.actors.get(token.lower_)
    listed = organization(page, token)
    if token.pos_ == "PROPN" and token.ent_type_ == "GPE" and _country(page, token) is not None:
        # "the Soviet Union" is no union of workers.
        return "GOV"
    if listed is not None and (noun is None or noun.sector is None or listed.whole):
        return listed.organization.sector
    modifiers = {
        child.lower_ for child in token.subtree if child.dep_ in ("compound", "amod", "nmod") and child.i < token.i
    }
    beside = _beside(page, token, modifiers)
    if beside is not None:
        return beside.sector
    if modifiers & words["igo"] and (noun is None or noun.sector not in _FORCES):
        return "IGO"
    if modifiers & words["opposition_words"] and (noun is None or noun.sector in ("CVL", "SOC", "EDU", "MIL", None)):
        return "OPP"
    if noun is not None:
        if token.lemma_.lower() in words["partitive"]:
            of = (sector(page, target) for target in prepositional(token, "of"))
            return next((found for found in of if found), noun.sector)
        if noun.sector is not None:
            return noun.sector
    for child in token.children:
        title = child.lower_.rstrip(".")
        if child.dep_ == "compound" and title in page.language.actors:
            told = _beside(page, child, modifiers)
            return page.language.actors[title].sector if told is None else told.sector
    full = aliases(page).get(token.text)
    if full is not None:
        return _sector_of_words(page, full)
    if token.dep_ != "appos" and token.ent_type_ != "GPE":
        for child in children(token, "appos"):
            if child.lemma_.lower() in page.language.actors:
                return page.language.actors[child.lemma_.lower()].sector
    if _is_person(page, token):
        return None
    if token.ent_type_ == "ORG" or token.lower_ in words["organization_words"]:
        return _sector_of_words(page, token.sent.doc[token.left_edge.i : token.right_edge.i + 1].text) or "UNK"
    if token.ent_type_ in ("GPE", "NORP"):
        return "GOV" if token.ent_type_ == "GPE" else None
    return None


def _noun(page: Page, token: Token) -> Noun | None:
    """The generic noun for actors that a word is; "servicemen", which the lemmatizer leaves as they are, too."""
    lemma = token.lemma_.lower()
    return page.language.actors.get(lemma) or (
        page.language.actors.get(f"{lemma.removesuffix('men')}man") if lemma.endswith("men") else None
    )


def _plural(token: Token) -> bool:
    return token.tag_ in ("NNS", "NNPS") or (token.lower_.endswith("men") and len(token) > len("men"))


def _beside(page: Page, token: Token, modifiers: set[str]) -> Beside | None:
    """The words beside a noun of several senses that say of which sector it is."""
    lemma = token.lemma_.lower()
    rows = [row for row in page.language.beside if lemma in row.nouns]
    if not rows:
        return None
    near = modifiers | {one.lower_ for one in (*children(token, "poss"), *prepositional(token, "of"))}
    return next((row for row in rows if row.words & near), None)


def _sector_of_words(page: Page, name: str) -> str | None:
    lowered = [word.lower() for word in re.findall(r"[\w-]+", name)]
    for key, found in (("igo", "IGO"), ("ngo", "NGO")):
        if set(lowered) & page.language.words[key]:
            return found
    if set(lowered) & page.language.words["opposition_words"]:
        return "OPP"
    for word in reversed(lowered):
        noun = page.language.actors.get(word) or page.language.actors.get(word.removesuffix("s"))
        if noun is not None:
            return noun.sector
    return None


# The longest names of the list have this many words.
_LONGEST_NAME = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An organization of the language's list that a noun's phrase names, and whether the noun itself ends its name."""

    organization: Organization
    whole: bool


def organization(page: Page, token: Token) -> Listed | None:
    """The listed organization a noun names ("the FMLN", "members of the FMLN"), or whose people it names ("FMLN
    fighters"); the longest name in its phrase."""
    if token.pos_ not in ("PROPN", "NOUN"):
        return None
    full = aliases(page).get(token.text)
    found = _organization(page, full) if full is not None else None
    if found is not None:
        return Listed(organization=found, whole=True)
    first, last = phrase(token)
    for end in range(last.i + 1, first.i, -1):
        if page.doc[end - 1].pos_ != "PROPN":
            continue
        for start in range(max(first.i, end - _LONGEST_NAME), end):
            if page.doc[start].pos_ in ("PROPN", "NOUN", "ADJ", "X") and (
                found := _organization(page, page.doc[start:end].text)
            ):
                return Listed(organization=found, whole=end > token.i)
    return None


def _organization(page: Page, name: str) -> Organization | None:
    known = page.language.organizations
    bare = name.strip(" \"'“”")
    return known.get(bare) or (known.get(bare.lower()) if not bare.isupper() or " " in bare else known.get(bare))


def actor_of(page: Page, token: Token) -> Actor | None:
    """The Actor a noun names: its name (a person's bare, whole where the text gives it), kind, sector, country code,
    and whether a person is a public one."""
    span = named(token)
    name = _read(page, span)
    if not any(char.isalnum() for char in name):
        return None
    kind = kind_of(page, token)
    person = person_of(page, token) if kind == "individual" else None
    return Actor(
        name=_read(page, person.span) if person is not None else aliases(page).get(name, name),
        kind=kind,
        public=_public(page, token) if kind == "individual" else None,
        code=_code(page, token),
        sector=sector(page, token) if kind != "object" else None,
    )


def _read(page: Page, span: Span) -> str:
    return " ".join(page.text[span.start : span.end].split())


def person_of(page: Page, token: Token) -> Person | None:
    """The person a noun names, by the whole name the text introduces; None where it gives no name."""
    person = bare_name(page, token)
    if person is None:
        names = [one for one in children(token, "appos") if one.ent_type_ == "PERSON"]
        person = bare_name(page, names[0]) if len(names) == 1 and token.tag_ == "NN" else None
    if person is None:
        return None
    return introduced_as(page, person) or _whole(page, token, person)


def _whole(page: Page, token: Token, person: Person) -> Person:
    """A person by the longest name the text gives, where the recogniser did not see that name as one."""
    known = _introduced(page, token)
    if known is None or len(known.name.split()) <= len(person.words):
        return person
    full = next(
        (span for span in known.spans if span.part == "text" and page.text[span.start : span.end] == known.name), None
    )
    return person if full is None else Person(words=tuple(known.name.lower().split()), span=full)


def _introduced(page: Page, token: Token) -> model.Person | None:
    return page.person_named(Span(start=token.idx, end=token.idx + len(token)))


def is_someone(page: Page, token: Token) -> bool:
    """True for a word that names a person, a group, an organization or a state, and no thing."""
    if token.lemma_.lower() in page.language.words["not_actors"]:
        return False
    if token.pos_ in ("PRON", "NUM") or token.ent_type_ in ("PERSON", "NORP", "GPE", "ORG"):
        return True
    return kind_of(page, token) != "object"


def kind_of(page: Page, token: Token) -> ActorKind:
    """Whether a noun names an individual, a group, an organization or a thing."""
    lemma, words = token.lemma_.lower(), page.language.words
    if lemma in words["things"]:
        return "object"
    if _is_person(page, token):
        return "individual"
    if _are_people(page, token):
        return "group"
    if lemma in words["partitive"] and any(
        kind_of(page, target) in ("group", "individual") for target in prepositional(token, "of")
    ):
        # "a group of rebels" are rebels, and no organization.
        return "group"
    listed = organization(page, token) if token.pos_ == "PROPN" else None
    if listed is not None and listed.whole:
        return "organization"
    noun = _noun(page, token)
    if noun is not None:
        if (
            noun.kind == "group"
            and token.tag_ in ("NN", "NNP")
            and not _plural(token)
            and lemma not in words["collective_people"]
        ):
            # "a US ally in the Gulf, Qatar"
            return "organization" if any(one.ent_type_ == "GPE" for one in children(token, "appos")) else "individual"
        return (
            "organization"
            if noun.kind == "organization" and lemma not in words["offices"]
            else _as_kind(page, noun.kind, token)
        )
    if token.ent_type_ in ("NORP", "GPE") and _one_of_many(token):
        return "individual"
    if token.ent_type_ in ("ORG", "GPE", "NORP") or token.lower_ in words["organization_words"]:
        return "organization"
    if token.text in aliases(page) or _is_acronym(token):
        return "organization"
    if lemma in words["offices"]:
        return _as_kind(page, "individual", token)
    if token.pos_ == "PRON":
        return "group" if token.lower_ in words["group_pronouns"] else "individual"
    if token.pos_ == "NOUN" and _ends_as_person(lemma, words["person_endings"]):
        return "individual" if token.tag_ == "NN" else "group"
    if token.pos_ == "ADJ" and children(token, "npadvmod"):
        # "80-year-old"
        return "individual"
    return "group" if token.pos_ in ("NUM", "ADJ") else "object"


def _are_people(page: Page, token: Token) -> bool:
    """True for many of one people, creed or party ("Kenyans", "Jews"), and for a family by its name ("the Moros")."""
    if token.tag_ not in ("NNPS", "NNS") or not token.text[:1].isupper():
        return False
    if children(token, "nummod") and token.ent_type_ in ("NORP", "GPE"):
        return True
    if organization(page, token) is not None:
        return False
    return token.ent_type_ == "NORP" or page.person(token.lower_.removesuffix("s")) is not None


_ONE_OF = frozenset({"a", "an", "one", "another", "each", "every"})


def _one_of_many(token: Token) -> bool:
    """True for one of a people or creed: "a Libyan", "one Sudanese"."""
    return any(child.lower_ in _ONE_OF for child in token.lefts) and token.tag_ in ("NN", "NNP")


# "MRTA", "FARC", "M-19": what is spelled in capitals and is no place names an organization, of this length.
_SHORTEST_ACRONYM, _LONGEST_ACRONYM = 3, 8


def _is_acronym(token: Token) -> bool:
    length = len(token.text)
    return token.pos_ == "PROPN" and token.text.isupper() and _SHORTEST_ACRONYM <= length <= _LONGEST_ACRONYM


def _is_person(page: Page, token: Token) -> bool:
    if token.ent_type_ == "PERSON":
        return True
    if token.pos_ != "PROPN":
        return False
    # A surname the text gave with its first name before, or a name behind a title, whatever the recogniser says it is.
    introduced = _introduced(page, token) is not None and organization(page, token) is None
    if token.ent_type_ in _PLACES:
        # "Kopp", read as a place of which nobody has heard, where the text gives the whole name of a person.
        return introduced and not _placed(page, token)
    known = page.person(token.lower_) is not None or introduced
    single = token.tag_ == "NNP" and token.text[:1].isupper()
    return known or (token.ent_type_ == "" and single and bool(children(token, "appos")))


def _placed(page: Page, token: Token) -> bool:
    """True for a word of a name the gazetteer holds."""
    head = Span(start=token.idx, end=token.idx + len(token))
    here = page.toponyms_in(page.sentence_at(token.idx))
    return any(place.entry is not None and place.span.overlaps(head) for place in here)


def _ends_as_person(lemma: str, endings: frozenset[str]) -> bool:
    """True for "axeman", "motorcyclist", "kiosk-keeper": an ending for people on a word of three letters and more."""
    return any(lemma.endswith(ending) and len(lemma) >= len(ending) + 3 for ending in endings)


def _as_kind(page: Page, kind: str, token: Token) -> ActorKind:
    one = kind == "individual" or token.lemma_.lower() in page.language.words["offices"]
    return "individual" if one and not _plural(token) else "group"


def _public(page: Page, token: Token) -> bool | None:
    """True when an office or role is named with the person, False for a person named with none."""
    near = {child.lemma_.lower() for child in token.subtree} | {token.lemma_.lower()}
    if near & page.language.words["offices"]:
        return True
    return False if token.ent_type_ == "PERSON" else None


def _code(page: Page, token: Token) -> str | None:
    """The country an actor is of: that its words name, else that of the organization they name."""
    listed = organization(page, token)
    return _country(page, token) or (listed.organization.code if listed is not None else None)


def _country(page: Page, token: Token) -> str | None:
    """ISO 3166 alpha-3 of the country a noun's own demonym or "of COUNTRY" names, as PLOVER codes actors."""
    first, last = phrase(token)
    start, end = first.idx, last.idx + len(last)
    for place in page.toponyms_in(Span(start=start, end=end)):
        if (
            start <= place.span.start
            and place.span.end <= end
            and place.entry is not None
            and place.entry.kind == "country"
        ):
            return _alpha3(place.entry.country)
    return None


@cache
def _alpha3(code: str | None) -> str | None:
    if code is None:
        return None
    import pycountry

    country = pycountry.countries.get(alpha_2=code)
    return str(country.alpha_3) if country is not None else None
