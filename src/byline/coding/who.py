"""Who did what to whom? Actors, recipients and instruments, from the parse and the words for generic actors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from byline.coding.syntax import (
    agents,
    children,
    conjuncts,
    grammatical_subject,
    is_verb,
    named,
    passive,
    phrase,
    prepositional,
)
from byline.model import Actor, ActorKind, Event, Mention, Role, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page
    from byline.coding.what import Found

ARMED = frozenset({"COP", "MIL", "PRM", "REB", "UAF", "SPY", "CRM"})
_ALIAS = re.compile(r"\(\s*(?:the\s+)?[\"“]?([A-Z][\w./&-]{1,14})[\"”]?\s*\)")
_WEAPONS = frozenset(
    {
        "bomb",
        "grenade",
        "rocket",
        "missile",
        "mortar",
        "knife",
        "gun",
        "rifle",
        "machete",
        "dynamite",
        "explosive",
        "landmine",
        "mine",
        "drone",
        "baton",
        "stone",
        "bullet",
        "gas",
        "device",
        "shell",
        "cocktail",
    }
)


def sector(page: Page, token: Token) -> str | None:
    """PLOVER's sector of the actor a noun heads, or None when its words do not tell."""
    words = page.language.words
    noun = page.language.actors.get(token.lemma_.lower()) or page.language.actors.get(token.lower_)
    modifiers = {
        child.lower_ for child in token.subtree if child.dep_ in ("compound", "amod", "nmod") and child.i < token.i
    }
    if modifiers & words["igo"]:
        return "IGO"
    if modifiers & words["opposition_words"] and (noun is None or noun.sector in ("CVL", "SOC", "EDU", "MIL", None)):
        return "OPP"
    if noun is not None:
        if noun.sector == "CVL" and token.lemma_.lower() in _PARTITIVE:
            return next((found for target in prepositional(token, "of") if (found := sector(page, target))), "CVL")
        return noun.sector
    for child in token.children:
        if child.dep_ == "compound" and child.lower_ in page.language.actors:
            return page.language.actors[child.lower_].sector
    full = aliases(page).get(token.text)
    if full is not None:
        return _sector_of_words(page, full)
    if token.dep_ != "appos":
        for child in children(token, "appos"):
            if child.lemma_.lower() in page.language.actors:
                return page.language.actors[child.lemma_.lower()].sector
    if token.ent_type_ == "ORG" or token.lower_ in words["organization_words"]:
        return _sector_of_words(page, token.sent.doc[token.left_edge.i : token.right_edge.i + 1].text) or "UNK"
    if token.ent_type_ in ("GPE", "NORP"):
        return "GOV" if token.ent_type_ == "GPE" else None
    return None


_PARTITIVE = frozenset({"hundred", "thousand", "dozen", "member", "group", "number", "crowd", "people", "family"})


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


def aliases(page: Page) -> dict[str, str]:
    """Short names the text itself introduces in brackets ("the Lake Front for Renewal (LFR)") → the full name."""
    return _aliases(page.document.text)


@cache
def _aliases(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for match in _ALIAS.finditer(text):
        before = re.findall(
            r"(?:[A-Z][\w’'.-]*|of|for|the|and|de|al|la|del)(?=\s|$)", text[max(0, match.start() - 90) : match.start()]
        )
        full = _full_name(before, match.group(1), text[max(0, match.start() - 90) : match.start()])
        if full:
            for short in {match.group(1), *re.split(r"[/]", match.group(1))}:
                found.setdefault(short, full)
    return found


def _full_name(words: list[str], short: str, before: str) -> str | None:
    """The words before a bracket whose capitals spell the short name, or that are one capitalised name."""
    tail = re.search(r"((?:[A-Z][\w’'.-]*)(?:[ \u00a0](?:[A-Z][\w’'.-]*|of|for|the|and|de|al|la|del))*)\s*$", before)
    if tail is None:
        return None
    name = tail.group(1)
    letters = re.sub(r"[^A-Z]", "", short.split("/")[0])
    parts = [part for part in name.split() if part[0].isupper()]
    for start in range(len(parts)):
        if "".join(part[0] for part in parts[start:]) == letters and len(letters) > 1:
            return name[name.index(parts[start]) :]
    return name if len(parts) >= 2 or len(letters) > 1 else None


def fill(page: Page, event: Event) -> tuple[Mention, ...]:
    """Mentions of actors, recipients and instruments of an event, each with the words that name it."""
    found = page.trigger(event)
    mentions: list[Mention] = []
    taken: set[int] = set()
    sides = found.nominal and found.sense.of == "place"
    for role, tokens in (("recipient", list(recipients(page, found))), ("actor", list(doers(page, found)))):
        for token in tokens:
            for one in [token] if sides else conjuncts(token):
                if one.i in taken or not _nameable(page, one) or part_of(page, one):
                    continue
                taken.add(one.i)
                mention = _mention(page, role, one)  # type: ignore[arg-type]
                if mention is not None:
                    mentions.append(mention)
    mentions += _included(page, event, mentions)
    mentions += [
        one for one in _instruments(page, found) if not any(one.span.overlaps(other.span) for other in mentions)
    ]
    return tuple(sorted(mentions, key=lambda mention: (mention.span.start, mention.role)))


def _instruments(page: Page, found: Found) -> Iterator[Mention]:
    """What it was done with: a weapon in the trigger's own phrase ("fired tear gas", "a grenade attack"), or "with"."""
    nouns = [child for child in found.token.lefts if found.nominal and child.dep_ in ("compound", "amod")]
    if found.verb is not None:
        if found.sense.light:
            nouns += children(found.verb, "dobj") + children(found.verb, "nsubjpass")
        nouns += prepositional(found.verb, "with", "using")
    for noun in nouns:
        if noun.lemma_.lower() in _WEAPONS:
            span = (
                named(noun) if noun.dep_ not in ("compound", "amod") else Span(start=noun.idx, end=noun.idx + len(noun))
            )
            name = " ".join(page.document.quote(span).split())
            yield Mention(role="instrument", span=span, value=Actor(name=name, kind="object"))


_PART = re.compile(r"(?:\bamong (?:them|whom)|\bincluding|\bmost of them)\s+$")


def part_of(page: Page, token: Token) -> bool:
    """True for some of those named before: "14 people, among them three owners"."""
    start = phrase(token)[0].idx
    return _PART.search(page.document.text, max(0, start - 20), start) is not None


# "including" singles out some of what was named: told, but less surely by the parse.
_INCLUDED_SCORE = 0.8


def _included(page: Page, event: Event, mentions: list[Mention]) -> list[Mention]:
    """ "three centers were torched, including a branch of …": one of those it was done to, by name."""
    done_to = [mention for mention in mentions if mention.role == "recipient"]
    if not done_to:
        return []
    places = [place.span for place in page.toponyms_in(event.sentence)]
    found = []
    for token in page.tokens(event.sentence):
        if token.lower_ != "including" or token.idx < event.trigger.start:
            continue
        for target in children(token, "pobj"):
            mention = _mention(page, "recipient", target)
            head = Span(start=target.idx, end=target.idx + len(target))
            if mention is not None and not any(place.overlaps(head) for place in places):
                found.append(replace(mention, score=_INCLUDED_SCORE))
    return found


def _nameable(page: Page, token: Token) -> bool:
    """True for a word that names someone or something: no event ("the attack killed"), no time, no place it is in."""
    if (token.idx, token.idx + len(token)) in page.found or token.lemma_.lower() in page.language.words["not_actors"]:
        return False
    span = Span(start=token.idx, end=token.idx + len(token))
    if page.is_timed(span):
        return False
    if page.in_header(span) or (token.like_num and token.dep_ == "npadvmod"):
        return False
    return token.pos_ in ("NOUN", "PROPN", "PRON", "NUM", "ADJ", "X") and token.tag_ not in ("WDT", "WP", "EX", "PRP$")


def doers(page: Page, found: Found) -> Iterator[Token]:
    """The nouns that do what a trigger tells: subject, "by", possessive, "of" where the sense says so."""
    token, verb, sense = found.token, found.verb, found.sense
    if found.nominal:
        yield from prepositional(token, "by")
        if sense.of == "actor":
            yield from prepositional(token, "of")
            yield from children(token, "poss")
            yield from (child for child in children(token, "compound") if child.lemma_.lower() in page.language.actors)
        elif sense.of == "place":
            yield from prepositional(token, "between")[:1]
    if verb is None:
        yield from _context_doers(token)
        return
    if _done_to_subject(page, found):
        yield from agents(verb)
        return
    subject = grammatical_subject(verb)
    if subject is not None and subject.i != token.i:
        yield subject


def _context_doers(noun: Token) -> Iterator[Token]:
    """Who did what a noun in a prepositional phrase tells: "played a role in the killing of"."""
    head = noun.head
    if (
        noun.dep_ == "pobj"
        and head.dep_ == "prep"
        and head.lower_ in ("in", "for")
        and head.head.lemma_ in ("role", "part", "play")
    ):
        above = head.head
        while above.head != above and not is_verb(above):
            above = above.head
        subject = grammatical_subject(above)
        if subject is not None:
            yield subject


def recipients(page: Page, found: Found) -> Iterator[Token]:
    """The nouns that what a trigger tells is done to."""
    token, verb, sense = found.token, found.verb, found.sense
    if found.nominal:
        if sense.of == "recipient":
            yield from prepositional(token, "of")
            yield from children(token, "poss")
        if sense.of == "place":
            # "fighting between A and B": both sides do it to each other; the first named is put down as the doer.
            yield from (other for side in prepositional(token, "between") for other in conjuncts(side)[1:])
        yield from prepositional(token, *sense.recipient_prep)
        if verb is not None and sense.recipient_prep:
            yield from prepositional(verb, *sense.recipient_prep)
        return
    assert verb is not None
    if sense.recipient_prep:
        yield from prepositional(verb, *sense.recipient_prep)
        if sense.light:
            objects = children(verb, "dobj") + (
                [subject] if passive(verb) and (subject := grammatical_subject(verb)) else []
            )
            for target in objects:
                yield from prepositional(target, *sense.recipient_prep)
    if sense.light:
        # "took four engineers hostage": what the phrase does not hold itself.
        subject = grammatical_subject(verb)
        done_to = [subject] if passive(verb) and subject is not None else children(verb, "dobj")
        yield from (one for one in done_to if one.lemma_.lower() not in sense.object)
        return
    if sense.prep and sense.recipient_prep:
        return
    if _done_to_subject(page, found):
        subject = grammatical_subject(verb)
        if subject is not None:
            yield subject
    else:
        yield from children(verb, "dobj", "dative")


# Verbs whose subject is the one it happens to.
_DONE_TO_SUBJECT = frozenset({"die"})


# Acts that are always done to someone: a headline that names no other ("14 arrested", "Woman stabbed") names them.
_DONE_TO_SOMEONE = frozenset({"ASSAULT", "COERCE", "SANCTION"})


def _done_to_subject(page: Page, found: Found) -> bool:
    verb = found.verb
    if verb is None or found.nominal:
        return False
    if verb.lemma_ in _DONE_TO_SUBJECT or passive(verb):
        return True
    clipped = verb.tag_ in ("VBN", "VBD") and not children(verb, "dobj", "aux", "auxpass")
    return (
        clipped
        and found.sense.type in _DONE_TO_SOMEONE
        and not found.sense.recipient_prep
        and page.is_headline(page.sentence_at(verb.idx))
    )


def _mention(page: Page, role: Role, token: Token) -> Mention | None:
    span = _name_span(page, token)
    meant = antecedent(page, token) if token.pos_ == "PRON" else None
    actor = actor_of(page, meant if meant is not None else token)
    if actor is None:
        return None
    if meant is not None:
        return Mention(role=role, span=span, value=actor, antecedent=named(meant), score=_PRONOUN_SCORE)
    if role == "actor" and token.lemma_.lower() in _WEAPONS:
        return Mention(role="instrument", span=span, value=Actor(name=actor.name, kind="object"))
    return Mention(role=role, span=span, value=actor)


# A pronoun's antecedent is a guess of nearness and number; the words themselves are not.
_PRONOUN_SCORE = 0.7
_PLURAL = frozenset({"they", "them", "themselves", "those"})
_SINGULAR = frozenset({"he", "him", "she", "her", "himself", "herself"})
_THING = frozenset({"it", "itself"})
_SPEAKER = frozenset({"we", "us", "i", "me", "our"})
_REACH_SENTENCES = 2


def antecedent(page: Page, pronoun: Token) -> Token | None:
    """The noun a pronoun stands for: the speaker for "we" in a quotation, else the nearest before it that agrees in
    number and kind, subjects first for a subject; None where none does within two sentences."""
    word = pronoun.lower_
    if word in _SPEAKER:
        span = Span(start=pronoun.idx, end=pronoun.idx + len(pronoun))
        heads = [
            one.head
            for one in page.attributions
            if one.head is not None and any(part.covers(span) for part in one.content)
        ]
        return page.doc[heads[-1]] if heads and page.doc[heads[-1]].pos_ != "PRON" else None
    sentence = page.sentence_number(pronoun.idx)
    subject_like = pronoun.dep_ in ("nsubj", "nsubjpass")
    order = (
        [("nsubj", "nsubjpass"), ("dobj", "pobj", "agent", "conj")]
        if subject_like
        else [("dobj", "nsubjpass"), ("pobj", "nsubj", "conj")]
    )
    own_subject = grammatical_subject(pronoun.head) if not subject_like and is_verb(pronoun.head) else None
    for number in range(sentence, max(-1, sentence - _REACH_SENTENCES - 1), -1):
        tokens = [one for one in page.tokens(page.sentences[number]) if one.i < pronoun.i]
        for deps in order:
            for one in reversed(tokens):
                if one.dep_ in deps and (own_subject is None or one.i != own_subject.i) and _agrees(page, one, word):
                    return one
    return None


def _agrees(page: Page, token: Token, word: str) -> bool:
    if token.pos_ not in ("NOUN", "PROPN") or not _nameable(page, token):
        return False
    sort = _kind(page, token)
    if word in _PLURAL:
        plural = (
            token.tag_ in ("NNS", "NNPS")
            or any(child.dep_ == "conj" for child in token.children)
            or sort == "organization"
            or token.lemma_ == "police"
        )
        return plural and sort in ("group", "organization")
    if word in _SINGULAR:
        return sort == "individual" or (
            token.tag_ in ("NN", "NNP") and token.lemma_.lower() in page.language.words["offices"]
        )
    return word in _THING and (sort == "organization" or (token.tag_ == "NN" and sort == "group"))


# A bracketed short name in the middle of a name belongs to it: "Revolutionary Guard (IRGC) Basij base".
_NAME_BEFORE = re.compile(r"(?:[A-Z][\w’'.-]*[ \u00a0])+\([A-Z][\w/.-]{1,14}\)[ \u00a0]$")
_NAME_REACH = 60


def _name_span(page: Page, token: Token) -> Span:
    span = named(token)
    match = _NAME_BEFORE.search(page.document.text[max(0, span.start - _NAME_REACH) : span.start])
    if match:
        span = Span(start=span.start - len(match.group()), end=span.end)
    closed = page.document.text[span.end : span.end + 1] == ")" and "(" in page.document.quote(span)
    return Span(start=span.start, end=span.end + 1) if closed else span


def phrase_start(page: Page, token: Token) -> int:
    """Where the words that name a noun's thing begin, in characters, a short name in brackets looked over."""
    return min(_name_span(page, token).start, phrase(token)[0].idx)


def actor_of(page: Page, token: Token) -> Actor | None:
    """The Actor a noun names: kind, sector, country code, and whether a person is a public one."""
    found_sector = sector(page, token)
    span = named(token)
    name = " ".join(page.document.quote(span).split())
    if not name:
        return None
    full = aliases(page).get(name)
    kind = _kind(page, token)
    return Actor(
        name=full or name,
        kind=kind,
        public=_public(page, token) if kind == "individual" else None,
        code=_country(page, token),
        sector=found_sector if kind != "object" else None,
    )


def _kind(page: Page, token: Token) -> ActorKind:
    lemma = token.lemma_.lower()
    if lemma in page.language.words["things"]:
        return "object"
    if token.ent_type_ == "PERSON" or (token.pos_ == "PROPN" and token.ent_type_ == "" and children(token, "appos")):
        return "individual"
    noun = page.language.actors.get(lemma)
    if noun is not None:
        if noun.kind == "group" and token.tag_ in ("NN",) and lemma in _COUNTABLE:
            return "individual"
        return (
            "organization"
            if noun.kind == "organization" and lemma not in page.language.words["offices"]
            else _as_kind(noun.kind, lemma, page)
        )
    if token.ent_type_ in ("ORG", "GPE", "NORP") or token.lower_ in page.language.words["organization_words"]:
        return "organization"
    if lemma in page.language.words["offices"]:
        return "individual"
    if token.pos_ == "PRON":
        return "group" if token.lower_ in ("they", "them", "we", "us", "those") else "individual"
    return "group" if token.pos_ in ("NUM", "ADJ") else "object"


_COUNTABLE = frozenset(
    {
        "policeman",
        "officer",
        "soldier",
        "gunman",
        "rebel",
        "militant",
        "protester",
        "student",
        "teacher",
        "worker",
        "farmer",
        "man",
        "woman",
        "child",
        "boy",
        "girl",
        "resident",
        "villager",
        "civilian",
        "driver",
        "suspect",
        "activist",
        "fighter",
        "guerrilla",
        "attacker",
        "bomber",
        "prisoner",
        "miner",
        "trader",
    }
)


def _as_kind(kind: str, lemma: str, page: Page) -> ActorKind:
    return "individual" if lemma in page.language.words["offices"] or kind == "individual" else "group"


def _public(page: Page, token: Token) -> bool | None:
    """True when an office or role is named with the person, False for a person named with none."""
    near = {child.lemma_.lower() for child in token.subtree} | {token.lemma_.lower()}
    if near & page.language.words["offices"]:
        return True
    return False if token.ent_type_ == "PERSON" else None


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
