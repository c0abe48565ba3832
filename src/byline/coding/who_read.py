"""Who fills a role, by the learned reader: it speaks against what the parse proposes, and proposes what that misses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from byline.coding.syntax import is_verb, passive
from byline.coding.who_actor import is_someone
from byline.coding.who_candidate import Candidate
from byline.coding.who_roles import WATCHED, of_someone
from byline.coding.who_spoken import SPOKEN
from byline.coding.who_weapons import is_weapon
from byline.model import Role, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page
    from byline.coding.what import Found

ROLES: tuple[Role, ...] = ("actor", "recipient", "instrument")
# The thresholds were chosen on the validation part of our own sentences (training/README.md). What the parse proposes
# falls below the first; weapons, which the parse knows by their names, never fall.
UNLIKELY = 0.02
# Where the parse proposes nobody for a role, a noun is taken from this probability on.
LIKELY = 0.8
# In another clause than the act's only from this one on: of ordinary news a quarter of those below it were right, two
# thirds of those above (45 read), and MUC-4's and PLOVER's figures stay.
FAR = 0.95


def weighed(page: Page, found: Found, proposed: Iterable[Candidate]) -> list[Candidate]:
    """The candidates that the reader lets stand, and for roles that no candidate fills those of its own."""
    kept = [one for one in proposed if _certain(page, one, found) or not _unlikely(page, found, one)]
    return kept + list(_further(page, found, kept))


def _certain(page: Page, candidate: Candidate, found: Found) -> bool:
    """True for what the parse knows better than the reader.

    Weapons, by their names; someone who is the subject or object of the very verb; the "by" of a passive; those behind
    the "of" of an act that is only ever done to someone ("the massacre of prisoners"); and those on whom what is
    threatened would fall, who stand in the threat's words, out of the reader's sight.
    """
    prep = candidate.token.head
    if candidate.role == "instrument":
        return True
    if candidate.source != "parse":
        return False
    if candidate.role == "recipient" and found.sense.type == "THREATEN":
        return True
    if _of_the_verb(page, candidate.token, found):
        return candidate.role != "actor" or not _lacks_object(page, found)
    if candidate.role == "actor":
        return prep.dep_ == "agent" and prep.head.tag_ == "VBN"
    if found.nominal and candidate.token.dep_ == "poss" and of_someone(page, found.token):
        # "her arrest"
        return prep.i == found.token.i
    return found.nominal and found.sense.of == "recipient" and prep.lower_ == "of" and prep.head.i == found.token.i


# Of ordinary news (230 cuts read) the reader was wrong wherever it cut someone who stands so.
_ARGUMENTS = frozenset({"nsubj", "nsubjpass", "dobj"})


def _of_the_verb(page: Page, token: Token, found: Found) -> bool:
    """True for someone who is subject or object of the trigger's verb, or the noun its relative clause speaks of, and
    for those listed with them."""
    verb, words = found.verb, page.language.words
    if verb is None or found.nominal or not is_someone(page, token) or token.lower_ in words["thing_pronouns"]:
        return False
    first = token
    while first.dep_ == "conj" and first.pos_ in ("NOUN", "PROPN"):
        if first == token and not any(child.dep_ == "cc" for child in (*first.children, *first.head.children)):
            # "the emir, Sheikh …": no list, but the same again.
            return False
        first = first.head
    told = first.dep_ in _ARGUMENTS and first.head.i == verb.i
    if told and first.dep_ == "dobj" and any(word.text == "," for word in verb.doc[verb.i : first.i]):
        # "refused entry to them, by far the biggest group": an apposition.
        return False
    # "the others arrested": who did it only where "who" says so.
    related = (
        verb.dep_ == "relcl" and verb.head.i == first.i and any(child.tag_ in ("WDT", "WP") for child in verb.children)
    )
    return (told or related) and is_someone(page, first) and first.tag_ not in ("WDT", "WP")


def _lacks_object(page: Page, found: Found) -> bool:
    """True for a verb that cannot do without an object, and has none: "the others arrested in connection with" are
    not who arrested."""
    verb = found.verb
    assert verb is not None
    needy = page.language.words["transitive_verbs"] | page.language.words["person_acts"]
    return verb.lemma_.lower() in needy and not any(child.dep_ in ("dobj", "dative", "prt") for child in verb.children)


def _unlikely(page: Page, found: Found, candidate: Candidate) -> bool:
    token = candidate.token
    chance = page.reader.role(found.span, Span(start=token.idx, end=token.idx + len(token)), candidate.role)
    return chance is not None and chance < UNLIKELY


def _further(page: Page, found: Found, kept: Iterable[Candidate]) -> Iterator[Candidate]:
    taken = {one.token.i for one in kept} | {found.token.i, found.carrier.i}
    filled = {one.role for one in kept}
    for role in ROLES:
        if role in filled:
            continue
        for span, chance in page.reader.words(found.span, role, above=LIKELY):
            for token in _heads(page, span):
                if (
                    token.i not in taken
                    and _trusted(page, found, token, chance)
                    and not _of_another(page, found, token, role)
                ):
                    taken.add(token.i)
                    yield Candidate(role=role, token=token, source="reader", score=round(chance, 2))


def _trusted(page: Page, found: Found, token: Token, chance: float) -> bool:
    """True for a noun of the clause that tells of the act, or in whose words the act is told, and for others of which
    the reader is surer; never for the owner of what is no act ("the doctor's house")."""
    if token.dep_ == "poss" and not _owns_act(page, token.head):
        return False
    if any(above.i == found.token.i for above in token.ancestors) or token.is_ancestor(found.token):
        return True
    return chance >= FAR or _clause(token) == _clause(found.token)


def _owns_act(page: Page, owned: Token) -> bool:
    """True for an act, and for a body or a death: whose it is, to them it was done."""
    return (owned.idx, owned.idx + len(owned)) in page.found or owned.lemma_.lower() in page.language.words[
        "body_nouns"
    ]


def _clause(token: Token) -> int:
    """The verb whose clause a word stands in, or that it is itself."""
    while not is_verb(token) and token.head != token:
        token = token.head
    return int(token.i)


def _of_another(page: Page, found: Found, token: Token, role: Role) -> bool:
    """True for a noun whose place in the sentence says that it has another part: who watches an act or marks it, and
    does not do it; whom the act that is spoken of was done to ("condemned the raid on the bank"); where it was."""
    if role == "instrument":
        return not is_weapon(page, token)
    if role == "actor":
        if token.pos_ == "NUM":
            # "2 held over the killing": a bare number counts those it is done to.
            return True
        if _beyond_relative(found, token) or (token.dep_ == "poss" and of_someone(page, token.head)):
            return True
        return found.nominal and found.sense.type in WATCHED and _watched(page, found, token)
    if role != "recipient":
        return False
    if found.sense.type in WATCHED:
        return _where(page, token)
    if found.sense.type == "CONSULT" and token.head.lower_ == "in" and _where(page, token):
        # "conferred in Washington"
        return True
    if found.sense.type not in SPOKEN:
        return False
    acts = {one.carrier.i for one in page.found.values() if one.token.i != found.token.i and one.nominal}
    return any(above.i in acts for above in token.ancestors if above.i != found.carrier.i)


def _beyond_relative(found: Found, token: Token) -> bool:
    """True for a word outside the relative clause that tells what was done to someone: "police named a man who was
    killed in a shooting"."""
    above = [found.token, *found.token.ancestors]
    clause = next((one for one in above if one.dep_ == "relcl" and is_verb(one)), None)
    return clause is not None and passive(clause) and not clause.is_ancestor(token)


# Prepositions that say where.
_LOCATIVE = frozenset({"in", "at", "near", "across", "around", "inside", "outside", "from", "of"})


def _where(page: Page, token: Token) -> bool:
    """True for a name of a place that stands, alone or in a list, behind a preposition that says where."""
    head = Span(start=token.idx, end=token.idx + len(token))
    if not any(place.span.overlaps(head) for place in page.toponyms_in(page.sentence_at(token.idx))):
        return False
    first = token
    while first.dep_ in ("conj", "appos"):
        first = first.head
    return first.dep_ == "pobj" and first.head.lower_ in _LOCATIVE


def _watched(page: Page, found: Found, token: Token) -> bool:
    """True for who is in an act told as a noun ("were in a shooting"), or named outside of its phrase where the words
    around it tell of no more than seeing or marking it ("attended a rally", "marking the anniversary of the raid")."""
    if token.dep_ == "nsubj" and token.head.lemma_ == "be" and found.sense.type == "ASSAULT":
        return True
    if any(above.i == found.token.i for above in token.ancestors):
        return False
    verbs = page.language.words["witness_verbs"]
    return any(is_verb(above) and above.lemma_.lower() in verbs for above in found.token.ancestors)


def _heads(page: Page, span: Span) -> list[Token]:
    """The nouns at the heads of the phrases in a stretch of words: those that hang on a word outside it, and those
    coordinated with them."""
    tokens = [token for token in page.tokens(span) if token.idx >= span.start]
    inside = {token.i for token in tokens}
    heads: list[Token] = []
    for token in tokens:
        if token.pos_ not in ("NOUN", "PROPN", "PRON", "NUM"):
            continue
        joined = token.dep_ == "conj" and token.head in heads
        if joined or token.head.i not in inside or token.head == token:
            heads.append(token)
    return heads
