"""What no event happened at, whatever stands beside it: people who bear a name, where someone comes from or lives, the
country an embassy belongs to, and for what is said or decided the places that its object or its content speaks of.

The ranker (`where_ranker`) learned from verbs of battle and protest in which people are rarely named; these rules hold
for the rest of the news.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.coding import where_focus, where_rules
from byline.coding.people_names import lists as names_of
from byline.coding.syntax import is_verb
from byline.gazetteer.candidates import words
from byline.language import data

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page
    from byline.coding.spots import Spot

# What is said, wanted or decided: it happens where the speaker is, not where that happened which it speaks of.
SAID: frozenset[str] = frozenset(
    {"ACCUSE", "REJECT", "REQUEST", "THREATEN", "SUPPORT", "CONCEDE", "AGREE", "CONSULT", "SANCTION"}
)
# Of these, what is said of a place may be done there ("visited Riyadh", "expelled from Chad").
_GOING: dict[str, frozenset[str]] = {"CONSULT": frozenset({"to", "dobj"}), "SANCTION": frozenset({"from"})}
_WHERE = where_rules.LEADING | {"at"}
_DOERS = frozenset({"nsubj", "nsubjpass", "csubj", "agent"})
_PART_OF_NAME = frozenset({"compound", "poss", "nmod", "amod"})


def barred(page: Page, spot: Spot, *, event: Token, verb: Token | None, type: str | None) -> bool:
    """Is a spot none where the event of a word can have happened? `verb` carries the event where that is another."""
    if where_focus.opens_report(page, spot.toponym.span):
        return False
    if _of_origin(page, spot) or _of_embassy(page, spot) or _of_road(page, spot) or _is_person(page, spot):
        return True
    if spot.root.dep_ == "dobj" and spot.root.head.lemma_.lower() in words(page.language.code)["bordering_verbs"]:
        return True
    if type is not None and type not in SAID and _in_what_is_said(page, spot, event=event, verb=verb):
        return True
    if _is_victim(page, spot, event, verb) or _is_partner(spot) or _heard_from(page, spot, event=event, verb=verb):
        return True
    return type in SAID and _spoken_of(page, spot, event=event, verb=verb, type=type)


def _of_origin(page: Page, spot: Spot) -> bool:
    """True for where someone comes from or lives: "Ana Ruiz, 31, of Salta", "a nurse who lives on Mill Road"."""
    lists = words(page.language.code)
    if spot.first >= 2 and page.doc[spot.first - 1].lower_ == "of":
        before = page.doc[spot.first - 2]
        aged = before.text == "," and spot.first >= 3 and page.doc[spot.first - 3].like_num
        if aged or before.ent_type_ == "PERSON" or (before.lemma_.lower() in lists["people_nouns"]):
            return True
    top = spot.root
    while top.dep_ in _PART_OF_NAME and top.head.i != top.i:
        top = top.head
    if top.dep_ == "pobj" and top.head.lower_ == "from":
        # "four men from the Kisumu area"; what is done "from" a place hangs on the verb.
        giver = top.head.head
        if giver.ent_type_ == "PERSON" or giver.lemma_.lower() in lists["people_nouns"]:
            return True
    for above in spot.root.ancestors:
        if is_verb(above):
            return above.lower_ in lists["dwelling_verbs"]
    return False


def _is_partner(spot: Spot) -> bool:
    """True for whom something is done with: "works closely with Washington"."""
    return spot.root.dep_ == "pobj" and spot.root.head.lower_ == "with"


def _heard_from(page: Page, spot: Spot, *, event: Token, verb: Token | None) -> bool:
    """True for where someone stood who tells of it: "police said in Lima that two had been shot"."""
    prep = spot.root.head
    if spot.root.dep_ != "pobj" or prep.lower_ not in ("in", "at") or prep.i > event.i:
        return False
    teller = prep.head if is_verb(prep.head) else prep.head.head
    carrier = verb if verb is not None else event
    told = teller.lemma_.lower() in data(page.language.code, "saying")["verbs"] and teller.i < prep.i
    return told and is_verb(teller) and teller.i != carrier.i and teller in carrier.ancestors


def _in_what_is_said(page: Page, spot: Spot, *, event: Token, verb: Token | None) -> bool:
    """True for a place that a deed's own clause of saying speaks of: "gathered to denounce the mayor of Lima"."""
    carriers = {event.i} if verb is None else {event.i, verb.i}
    said = False
    below = spot.root
    for word in spot.root.ancestors:
        if word.i in carriers:
            return said
        if word.tag_ == "VB" and word.dep_ in ("xcomp", "advcl", "acl") and below.dep_ in ("dobj", "ccomp", "xcomp"):
            senses = page.language.verb_senses.get(word.lemma_.lower(), ())
            said = said or any(sense.type in SAID for sense in senses)
        below = word
    return False


def _of_embassy(page: Page, spot: Spot) -> bool:
    """True for the country that an embassy or a force belongs to: "guards at the Peru embassy"."""
    held = words(page.language.code)["foreign_posts"]
    if spot.root.dep_ not in _PART_OF_NAME or spot.toponym.entry is None or spot.toponym.entry.kind != "country":
        return False
    return spot.root.head.lemma_.lower() in held and spot.root.head.i >= spot.last


def _of_road(page: Page, spot: Spot) -> bool:
    """True for the country in the name of its highway: "off U.S. 79"."""
    entry = spot.toponym.entry
    return entry is not None and entry.kind == "country" and spot.last < len(page.doc) and page.doc[spot.last].like_num


def _is_person(page: Page, spot: Spot) -> bool:
    """True for a name that no gazetteer has and that is a person's: it begins with a given name, follows a title or an
    age, or ends the full name of someone in the text."""
    lists = words(page.language.code)
    if spot.toponym.entry is not None and not spot.toponym.parents:
        # A town's name that someone of the text bears, where nothing says it is the town's: "the film Trapani made".
        alone = spot.last - spot.first == 1 and where_rules.link(page, spot.toponym, [spot.toponym]) is None
        return alone and _is_surname(page, page.doc[spot.first])
    if spot.toponym.entry is not None or spot.kind == "site" or where_rules.is_led_as_place(page, spot.toponym):
        return False
    names = page.doc[spot.first : spot.last]
    if names[0].lower_.rstrip(".") in lists["person_titles"]:
        return True
    if spot.first and page.doc[spot.first - 1].lower_.rstrip(".") in lists["person_titles"]:
        return True
    if page.document.text[: spot.toponym.span.start].rstrip().endswith("-year-old"):
        return True
    given = lists["given_names"]
    if spot.root.ent_type_ == "PERSON":
        given |= names_of(page.language.code)["given"]
    if len(names) > 1 and names[0].lower_ in given:
        return True
    return len(names) == 1 and _is_surname(page, names[0])


def _is_surname(page: Page, name: Token) -> bool:
    """Does a word end the full name of someone in the text ("Maria Quiroga … Quiroga", "the Quirogas")?"""
    given = names_of(page.language.code)["given"] | words(page.language.code)["person_titles"]
    told = {name.text, name.text.removesuffix("s")}
    persons = (one for one in page.named.ents if one.label_ == "PERSON" and len(one) > 1)
    return any(one[-1].text in told and one[0].lower_.rstrip(".") in given for one in persons)


def _is_victim(page: Page, spot: Spot, event: Token, verb: Token | None) -> bool:
    """True for what stands as the object of a deed that is done to people alone: "shot Greene", "the killing of
    Roger and Ada Diaz"."""
    harming = words(page.language.code)["done_to_people"]
    token = spot.root
    while token.dep_ in ("conj", "compound", "appos") and token.head != token:
        token = token.head
    head = token.head
    if token.dep_ == "pobj" and head.lower_ == "of":
        head = head.head
    elif token.dep_ not in ("dobj", "nsubjpass"):
        return False
    return head in (event, verb) and head.lemma_.lower() in harming


def _spoken_of(page: Page, spot: Spot, *, event: Token, verb: Token | None, type: str | None) -> bool:
    """Is a spot only what something said or decided speaks of: its object, or in a clause or a deed it tells of?"""
    if not spot.known and not where_rules.is_led_as_place(page, spot.toponym):
        return True
    carriers = {event.i} if verb is None else {event.i, verb.i}
    above = {token.i for token in (verb if verb is not None else event).ancestors}
    below = spot.root
    placed = False
    for word in spot.root.ancestors:
        if word.i in carriers:
            # "visited Iraq", "visited its base in Iraq", but not "discussed the Iraq crisis".
            part = below.dep_ == "dobj" and spot.root.head.i == below.i and spot.root.dep_ in _PART_OF_NAME
            site = below.lower_ in words(page.language.code)["site_nouns"]
            return (part and not site) or not _holds(below, placed=placed, type=type)
        if word.i in above:
            # A clause around the event's: whether it sets the scene is the ranker's to say; not for what a relative
            # clause, or one of what was before, says of something in it.
            return _is_aside(carriers, spot)
        if is_verb(word) or word.lemma_.lower() in page.language.noun_senses:
            return True
        if word.lower_ in _WHERE:
            placed = True
            if _is_heard(page, word.head):
                # "met with Lavrov in Moscow", "told reporters in Lima": the phrase is the talk's.
                return False
        below = word
    return False


def _is_aside(carriers: set[int], spot: Spot) -> bool:
    """True where the event is told in a clause that says more of a word, or of what was before or after."""
    for number in carriers:
        verb = spot.root.doc[number]
        while verb.dep_ in ("conj", "xcomp", "pcomp", "prep") and verb.head.i != verb.i:
            verb = verb.head
        if verb.dep_ in ("relcl", "acl"):
            return True
        if verb.dep_ == "advcl" and any(child.lower_ in ("after", "before", "since") for child in verb.children):
            return True
    return False


def _is_heard(page: Page, noun: Token) -> bool:
    """True for someone met or told by name, and for the press."""
    return noun.ent_type_ == "PERSON" or noun.lemma_.lower() in words(page.language.code)["press_nouns"]


def _holds(hung: Token, *, placed: bool, type: str | None) -> bool:
    """Does what hangs on a word of saying by this token say where it was? `placed`: a preposition of place is in it."""
    going = _GOING.get(type or "", frozenset())
    if hung.dep_ in _DOERS:
        return placed
    if hung.dep_ == "dobj":
        return "dobj" in going
    return hung.dep_ not in ("dative", "attr", "oprd", "poss", "compound", "amod", "nmod") and (
        hung.dep_ != "prep" or hung.lower_ in _WHERE or hung.lower_ in going
    )
