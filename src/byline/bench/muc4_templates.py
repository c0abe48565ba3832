"""From codings to MUC-4 templates: which events are terrorist incidents, of which type, and who fills which role.

The crosswalk follows the task's guidelines: acts told as fact count, whether new, earlier or summed up; clashes between
armed sides and attacks on soldiers alone do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from byline.bench.actors import actor, words_of
from byline.bench.harness import Json
from byline.language import english
from byline.model import Document, Event, Mention, Place, Status, When

ROLES = ("PerpInd", "PerpOrg", "Target", "Victim", "Weapon")

LIKELY_EVENT, LIKELY_FILLER = 0.35, 0.4
"""How sure an event, and what fills a role of it, must be read to count: on a quarter of the training documents types
and roles had F1 0.577 and 0.313 with them, 0.555 and 0.309 with 0.55 and 0.3, and 0.561 to 0.577 with 0.2 to 0.4 and
0.3 to 0.5."""

WEIGHED = frozenset({"actor", "recipient", "instrument"})

GENERAL = re.compile(
    r"attack(?:s|ed)?|acts?|actions?|assaults?|violence|operations?|kill\w*|wound\w*|injur\w*|die[ds]?|dead|deaths?"
    r"|damag\w+|destroy\w*|destruction|hurt",
    re.I,
)
"""Words for an act that say nothing of its means, and words for what it did."""

NEAR = 600
"""Characters between such a word and the blast it tells of (300 to 1,000 do as well)."""

STATUSES: frozenset[Status] = frozenset({"reported", "background", "summary"})
"""Attempts and acts told as fact; rumours, denials, threats and plans are left out by the guidelines."""

ARMED = frozenset({"MIL", "COP", "REB", "PRM", "UAF", "CRM", "INS"})
"""Sectors of armed sides: what is done to them alone is war or crime, not one of the task's incidents."""

REBELS = frozenset({"REB", "CRM"})
"""Sectors of the armed organizations that the task's incidents are laid at the door of."""

MODES = {"abduct": "kidnapping", "explosives": "bombing", "suicide-attack": "bombing", "aerial": "bombing"}
"""Incident types that a mode of ASSAULT tells by itself; every other mode is an attack unless its words say more."""

FIRE = re.compile(r"fire|burn|arson|torch|incinerat|ablaze|flame", re.I)
BOMB = re.compile(r"bomb|explo|dynamit|blast|blew|blow|detonat|car-bomb", re.I)
ROBBERY = re.compile(r"\b(rob|steal|stole|loot|theft|heist|plunder)", re.I)

WAR = re.compile(r"offensive|fight|fought|clash|combat|battle|invasion|invade|incursion|confrontation", re.I)
"""Words for war at large."""

_TITLE = (
    r"(?:former|ex-?|late|president|vice|mayor|senator|deputy|governor|minister|ambassador|attorney|lawyer|general|gen"
    r"|colonel|col|major|maj|captain|capt|lieutenant|lt|sergeant|sgt|commander|judge|justice|doctor|dr|mr|mrs|ms|miss"
    r"|father|fr|priest|bishop|archbishop|monsignor|msgr|rev|reverend|comrade|engineer|eng|leader|candidate|journalist"
    r"|reporter|photographer|citizen|businessman|industrialist|rancher|companion|wife|husband|son|daughter|don)"
)
TITLES = re.compile(rf"^.*\b{_TITLE}\b[.,]?\s+(?!(?:of|and|in|from|for)\b)(?=\w)", re.I)
"""What stands before a person's name and is not part of it: the keys give names bare."""

ARTICLES = re.compile(r"^(?:the|an?)\s+", re.I)

UNNAMED = re.compile(
    r"^(?:\w+s|another|none|nobody|person|man|woman|people|children|\d.*|.*\b(?:of|and|or)\b.*)$", re.I
)
"""Words for people who are not named: the victims' slot of these keys holds names alone."""

COUNTS = re.compile(
    r"^(?:(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?"
    r"|several|some|many|at least|about|approximately|around|nearly|more than|over|another|other|all|of"
    r"|his|her|their|its|our|this|that|these|those)\b\s+)+",
    re.I,
)
"""Numbers and pointing words before a noun: the keys leave them out and give numbers in slots of their own."""

MEASURES = re.compile(
    r"^(?:kg|kilos?|kilograms?|tons?|tonnes?|pounds?|sticks?|loads?|(?:[\w-]+ )?(?:number|amount|quantity)) of\s+", re.I
)
"""Amounts before what they measure, which these keys leave out as well."""

PARTS = re.compile(
    r"^(?:.*\b)?(?:windows?|walls?|doors?|roofs?|facades?|blinds|gates?|glass)(?: (?:of|at) (?P<whole>.+))?$", re.I
)
"""Parts of a building: what is hit is the building."""

OWNED_PART = re.compile(r"^(?P<whole>.+)['’]s? (?:windows?|walls?|doors?|roofs?|facades?|gates?)$", re.I)

FIRED = re.compile(r"^(?P<weapon>.+?) (?:fire|blasts?|rounds?|shots?)$", re.I)
"""What comes out of a weapon, which the keys name alone."""

ALIAS = re.compile(r"\s*\([^()]*\)")
"""A short name in brackets."""

SUSPECTED = re.compile(r"^(?:alleged|suspected|presumed|supposed|so-called)\s+", re.I)
"""Doubts about who someone is, which the keys note in a slot of their own."""

PRONOUNS = frozenset(
    {
        "he",
        "him",
        "she",
        "her",
        "it",
        "they",
        "them",
        "we",
        "us",
        "i",
        "me",
        "you",
        "who",
        "one",
        "ones",
        "his",
        "their",
        "its",
        "my",
        "our",
    }
)
"""Words that name nobody: the keys never hold them."""

KILLING = re.compile(r"kill|murder|assassin|execut|massacre|wound|injur|kidnap|abduct|\b(die|death|dead|shot)", re.I)
"""Triggers of what is only ever done to people, whatever kind the recipient was read as."""

PEOPLE_OF = re.compile(r"^(?P<people>.+?)\s+(?:of|from)\s+(?:the\s+)?(?P<organization>.+)$", re.I)
"""People named with their organization, which the keys give as a perpetrator each."""

BAND = re.compile(r"^(?:[Gg]roups?|[Bb]ands?|[Cc]olumns?|[Ss]quads?|[Gg]angs?)\s+of\s+(?:[a-z]+-?\s*)+$")
"""People gathered under a word that makes no organization of them: "a group of armed men"."""

_BODY = (
    r"army|armies|forces|police|front|movement|government|battalion|brigade|guard|cartels?|mafias?|command|corps"
    r"|services?|organization|party|union|navy|military|regime|junta|intelligence|federation|alliance|agency|air force"
)
BODY = re.compile(rf"\b(?:{_BODY})$|^(?:\w+ )?(?:{_BODY}) of\b", re.I)
"""Words that make an organization of what they end."""

_PEOPLE = (
    r"guerrillas?|terrorists?|rebels?|members?|troops|soldiers?|units?|groups?|patrols?|commandos?|columns?|militants?"
    r"|fighters?|forces|criminals|killers|insurgents?|subversives?|combatants?|elements?|extremists?|leaders?|men"
    r"|detachments?|outlaws|gunmen|activists?|dissidents?|hitmen|assassins?|sappers|personnel|commandos?|cells?"
)
UNITS = re.compile(
    r"^(?:[a-z]\S*\s+)*(?P<organization>[\"']?[A-Z0-9]\S*(?:\s+(?:of|for|the|and|de|[\"']?[A-Z0-9]\S*))*)"
    rf"\s+(?P<people>(?:[a-z]\S*\s+)*(?:{_PEOPLE}))$"
)
"""People with the name of their organization before them, by its capitals: "Lake Front fighters"."""

DEMONYM = re.compile(r"^\w+(?:an|ese|ish|ist|i)s?$", re.I)
"""Beginnings that say of what country or creed people are, and name no organization: "Salvadoran guerrillas"."""

GENERIC = frozenset(english().actors) | english().words["offices"]
"""Common nouns for people."""

SHORTEST_NAME = 2
"""Words of a name that a common noun for people may stand before."""

THINGS = english().words["things"]
"""Common nouns for things."""

AREAS = english().words["area_nouns"]
"""Nouns of an area, which nothing is done to in these keys."""

BELONGING = ("member", "member of", "members", "element", "elements", "leader", "leaders", "personnel", "unit", "units")
"""Words for people that say nothing without their organization: the keys keep the whole phrase."""


def templates(document: Document, events: Iterable[Event]) -> list[Json]:
    """The incidents of a document, events of one incident joined, in the order in which they are first told.

    Violence at large, with nobody and nothing told that did it or suffered it, is no incident.
    """
    told_of = [_sure(event) for event in events if event.score >= LIKELY_EVENT]
    acts = [
        (kind, event)
        for event in told_of
        if (kind := incident_type(document, event)) is not None and counted(document, event)
    ]
    blasts = [event for kind, event in acts if kind == "bombing"]
    groups: list[tuple[str, list[Event]]] = []
    for told_kind, event in acts:
        kind = "bombing" if told_kind == "attack" and _of_a_blast(document, event, blasts) else told_kind
        for other, members in groups:
            if other == kind and all(compatible(member, event) for member in members):
                members.append(event)
                break
        else:
            groups.append((kind, [event]))
    told = (group for group in groups if any(event.role("actor", "recipient", "instrument") for event in group[1]))
    found = [_template(document, kind, members) for kind, members in told]
    for role in ("PerpInd", "PerpOrg"):
        rebels = _rebels(document, told_of, role)
        if len(rebels) == 1:
            # One armed organization, or band, acts in the report: the keys lay its incidents at that one's door.
            for template in found:
                template[role] = template[role] or [[name] for name in rebels]
    return found


def _sure(event: Event) -> Event:
    """The event with those of its actors and weapons that are likely right."""
    kept = [one for one in event.mentions if one.role not in WEIGHED or one.score >= LIKELY_FILLER]
    return replace(event, mentions=tuple(kept))


def _of_a_blast(document: Document, event: Event, blasts: Iterable[Event]) -> bool:
    """True for a general word, or one for an effect, near a blast that it may tell of: "the attack", "wounded"."""
    if not GENERAL.fullmatch(document.quote(event.trigger)):
        return False
    near = (one for one in blasts if abs(one.trigger.start - event.trigger.start) < NEAR)
    return any(compatible(one, event) for one in near)


def _rebels(document: Document, events: Iterable[Event], slot: str) -> list[str]:
    """The armed organizations by name, or the armed people, that are told to do anything, once each."""
    names: dict[str, str] = {}
    for event in events:
        for mention in event.role("actor"):
            who = actor(mention)
            if who is None or who.sector not in REBELS:
                continue
            for role, words in perpetrators(_as_read(document, mention), organization=who.kind == "organization"):
                named = words[:1].isupper() or (slot == "PerpInd" and event.type == "ASSAULT")
                if role == slot and named:
                    names.setdefault(words.lower(), words)
    return list(names.values())


def incident_type(document: Document, event: Event) -> str | None:
    """The task's type of incident for an event, None where it is none."""
    words = document.quote(event.trigger)
    if event.type == "COERCE" and event.mode == "seize" and ROBBERY.search(words):
        return "robbery"
    if event.type != "ASSAULT":
        return None
    if event.mode in MODES:
        return MODES[event.mode]
    if ROBBERY.search(words):
        return "robbery"
    if event.mode == "destroy" and FIRE.search(words):
        return "arson"
    weapons = " ".join(document.quote(mention.span) for mention in event.role("instrument"))
    return "bombing" if BOMB.search(words) or BOMB.search(weapons) else "attack"


def counted(document: Document, event: Event) -> bool:
    """True for acts told as fact that are not done to armed people alone, nor fighting that is told to hit nobody."""
    if event.status not in STATUSES:
        return False
    if not event.role("recipient", "instrument"):
        return not _at_large(document, event)
    hit = [actor(mention) for mention in event.role("recipient")]
    return not hit or any(who is None or who.kind == "object" or who.sector not in ARMED for who in hit)


def _at_large(document: Document, event: Event) -> bool:
    doers = [actor(mention) for mention in event.role("actor")]
    armed = bool(doers) and all(who is not None and who.sector in ARMED for who in doers)
    return armed or WAR.search(document.quote(event.trigger)) is not None


def compatible(one: Event, other: Event) -> bool:
    """False when two events of one type are told of two places or of two times, so that they are two incidents."""
    return _meet(_places(one), _places(other)) and _same_time(_when(one), _when(other))


def _meet(one: set[str], other: set[str]) -> bool:
    return not one or not other or bool(one & other)


def _places(event: Event) -> set[str]:
    """Names of the places told, as fine as a district; a country or region does not tell incidents apart."""
    places = (mention.value for mention in event.role("place"))
    fine = ("site", "city", "district")
    return {p.name for p in places if isinstance(p, Place) and p.precision in fine and p.basis == "stated"}


def _when(event: Event) -> When | None:
    told = (mention.value for mention in event.role("when"))
    return next((w for w in told if isinstance(w, When) and w.basis in ("stated", "relative")), None)


def _same_time(one: When | None, other: When | None) -> bool:
    if one is None or other is None:
        return True
    apart = (one.end and other.start and one.end < other.start) or (other.end and one.start and other.end < one.start)
    return not apart


def _template(document: Document, kind: str, events: Sequence[Event]) -> Json:
    roles: dict[str, dict[str, str]] = {role: {} for role in ROLES}
    for event in events:
        for role, text in _fills(document, event):
            key = " ".join(re.findall(r"\w+", text.lower()))
            if key:
                roles[role].setdefault(key, text)
    return {"incident_type": kind, **{role: [[text] for text in fills.values()] for role, fills in roles.items()}}


def _fills(document: Document, event: Event) -> Iterator[tuple[str, str]]:
    """(role, words) for every mention that fills one; the keys give names without titles and articles."""
    for mention in event.role("actor"):
        if (doer := actor(mention)) is not None and doer.kind == "object":
            continue
        yield from perpetrators(_as_read(document, mention), organization=_kind(mention) == "organization")
    people = event.mode == "abduct" or KILLING.search(document.quote(event.trigger)) is not None
    for mention in event.role("recipient"):
        if people or _kind(mention) in ("individual", "group"):
            yield "Victim", _name(document, mention)
        elif not _is_place(event, mention):
            yield "Target", _whole(_bare(document, mention))
    for mention in event.role("instrument"):
        weapon = _bare(document, mention)
        fired = FIRED.match(weapon)
        yield "Weapon", fired["weapon"] if fired else weapon


def _whole(words: str) -> str:
    """What a thing that is hit is a part of; nothing for a part of nobody knows what."""
    part = OWNED_PART.match(words) or PARTS.match(words)
    return words if part is None else ARTICLES.sub("", part["whole"] or "")


def perpetrators(words: str, *, organization: bool) -> Iterator[tuple[str, str]]:
    """Who did it by the keys' two slots: people, and the organization that is named with them."""
    words = ALIAS.sub("", words)
    if BAND.match(words):
        yield "PerpInd", words
    elif (named := PEOPLE_OF.match(words)) and not BODY.search(named["people"]):
        yield "PerpInd", words if named["people"].lower().split()[-1] in BELONGING else named["people"]
        yield "PerpOrg", named["organization"]
    elif (named := UNITS.match(words)) and not DEMONYM.match(named["organization"]):
        if not BODY.fullmatch(named["people"]):
            yield "PerpInd", words if named["people"].lower() in BELONGING else named["people"]
        yield "PerpOrg", named["organization"].strip("\"' ")
    else:
        body = BODY.search(words) or (organization and words[:1].isupper() and not UNITS.match(words))
        yield ("PerpOrg" if body else "PerpInd"), words


def _is_place(event: Event, mention: Mention) -> bool:
    """True for a place an event went on in, read as what it was done to."""
    who = actor(mention)
    if who is None or any(place.span.covers(mention.span) for place in event.role("place")):
        return True
    state = who.kind == "organization" and who.sector == "GOV" and who.code is not None
    return state or who.name.lower().split()[-1] in AREAS


def _kind(mention: Mention) -> str | None:
    who = actor(mention)
    return who.kind if who else None


def _as_read(document: Document, mention: Mention) -> str:
    """A doer's bare words with the capitals they were read with, which tell names from nouns."""
    who = actor(mention)
    words = _bare(document, mention)
    return _stripped(who.name) if words and who is not None else words


def _bare(document: Document, mention: Mention) -> str:
    """A mention's words as the keys give them; nothing for a pronoun that stands for nobody known."""
    words = _stripped(words_of(document, mention))
    return "" if words.lower() in PRONOUNS else words


def _stripped(words: str) -> str:
    bare = SUSPECTED.sub("", ARTICLES.sub("", MEASURES.sub("", COUNTS.sub("", words))))
    return re.sub(r"['’]s?$", "", bare)


def _name(document: Document, mention: Mention) -> str:
    """A person's bare name; nothing for people who are not named."""
    who = actor(mention)
    words = TITLES.sub("", COUNTS.sub("", who.name if who else words_of(document, mention)))
    parts = words.split()
    while len(parts) > SHORTEST_NAME and parts[0].lower() in GENERIC:
        # "Jesuit Ignacio Moro"
        parts = parts[1:]
    words = " ".join(parts)
    generic = who is not None and (who.kind == "group" or _is_noun(words))
    return "" if generic or UNNAMED.match(words) or words.lower() in PRONOUNS else words


def _is_noun(words: str) -> bool:
    """True for what ends in a common noun for people ("an army captain") and so names nobody."""
    last = words.lower().split()[-1] if words else ""
    return any(word in GENERIC or word in THINGS for word in (last, last.removesuffix("s")))
