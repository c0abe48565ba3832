"""In what status? Told as new, as history, as planned, as possible, as denied; or a habit, and then no event at all.

A learned reader that gives each status a probability would come in at `judge`, after what is told inside another event
is left out: it takes the place of `_told`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.coding import history, told_inside, when
from byline.coding.scopes import Reach, reaching
from byline.coding.syntax import children, grammatical_subject, is_verb, passive
from byline.coding.who_blame import only_whose
from byline.model import Event, Span, Status

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page
    from byline.coding.what import Found

_STATEMENTS = frozenset({"ACCUSE", "REJECT", "REQUEST", "THREATEN", "AGREE", "SUPPORT", "CONSULT", "CONCEDE"})
# What someone is known for who "supports" or "allows" it: no act of a day.
_TRAITS = frozenset({"SUPPORT", "CONCEDE", "AGREE", "COOPERATE", "REJECT", "CONSULT"})
# To try these is to do them in part: "tried to storm the gate", but nobody was held whom police "tried to arrest".
_ATTEMPTED = frozenset({"ASSAULT", "PROTEST", "MOBILIZE"})
# How many words above a trigger may make a purpose of it.
_PURPOSE_REACH = 6


def judge(page: Page, event: Event) -> Status | None:
    """The status an event is told in, or None when its words tell no happening: a habit, a task, a negated or merely
    wished-for act, the content of a slogan."""
    found = page.trigger(event)
    if told_inside.slogan(page, found):
        return None
    if told_inside.content_of_statement(page, found):
        return "background" if told_inside.laid_at_a_door(page, found) else None
    if event.type == "ASSAULT" and only_whose(page, found.token):
        return "background" if history.told_as_history(page, event, found=found, cued=False) else "reported"
    if event.type == "REQUEST" and told_inside.demanded_at_protest(page, found):
        return None
    return _told(page, event, found)


def told_not_to_be(page: Page, event: Event) -> bool:
    """True for what the report, or someone it quotes, says did not or does not happen: apart from a habit, a task or a
    wish, which are no event either."""
    signals = _signals(page, event, page.trigger(event))
    return signals.negated or signals.said_negated or "denied" in signals.categories


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signals:
    """What the cues over a trigger say together. `said_negated`: someone whom the report quotes says it did not happen.
    `dated_back`: its own clause says that it was earlier ("four months after soldiers seized her"), whatever day the
    clause around it names."""

    categories: frozenset[str]
    negated: bool
    said_negated: bool
    dated_back: bool


def _told(page: Page, event: Event, found: Found) -> Status | None:
    signals = _signals(page, event, found)
    cues = signals.categories
    if "denied" in cues or signals.said_negated:
        return "denied"
    if signals.negated or "habitual" in cues:
        return None
    if "called-off" in cues or "hypothetical" in cues or "conditional" in cues:
        return "hypothetical"
    if _condition(page, found) or _of_anyone(page, found) or _whenever(found) or _lasting_trait(found, event):
        return None
    if "planned" in cues or _ahead(page, found, event=event):
        return "hypothetical" if _asked(page, found) or _by_anyone(page, found) else "planned"
    if "unrealised" in cues or (
        not _presupposed(found, event) and when.mention(event) is None and _purpose(page, found)
    ):
        return None
    if found.verb is not None and _bare_infinitive(page, found.verb, attempted=event.type in _ATTEMPTED):
        return None
    if found.nominal and found.verb is None and _of_no_one_yet(page, found):
        return None
    if signals.dated_back or history.told_as_history(page, event, found=found, cued="background" in cues):
        return "background"
    if _asked(page, found):
        return "hypothetical"
    if _present_habit(page, found) and event.type not in _STATEMENTS - {"CONCEDE"}:
        return None
    return "reported"


def _signals(page: Page, event: Event, found: Found) -> _Signals:
    reaches = list(reaching(page, found))
    # What is not denied is told as it would be without the denial.
    reaches = [one for one in reaches if not (one.cue.category == "denied" and "negated" in one.under)]
    categories = {one.cue.category for one in reaches}
    negations = [one for one in reaches if one.cue.category == "negated"]
    said = page.said_of(event.trigger) if negations or "would" in categories else ()
    if found.sense.negated:
        # "will not accept": the refusal is the event.
        negations = []
        categories -= {"planned", "would"}
    if _presupposed(found, event):
        categories &= {"denied", "called-off", "planned"}
    intended = any(one.cue.category == "planned" and one.cue.scope == "complement" for one in reaches)
    if intended or when.own(event) is not None:
        # "will march on Monday if …" is announced for the day; "vowed to march unless …" is what they mean to do.
        categories.discard("conditional")
    if "obliged" in categories and event.type != "REQUEST":
        categories.add("hypothetical")
    if "would" in categories:
        open_ = not said or categories & {"conditional", "hypothetical"}
        categories.add("hypothetical" if open_ else "planned")
    if "planned" in categories and _first_open(reaches) == "planned":
        categories.discard("hypothetical")
    negated = _is_negated(reaches, negations, found=found, categories=categories)
    inside = any(
        span.start <= one.words[0].idx < span.end for one in negations for about in said for span in about.content
    )
    return _Signals(
        categories=frozenset(categories),
        negated=negated,
        said_negated=negated and inside and not categories & _OPEN,
        dated_back=any(one.cue.category == "background" and one.about.i == found.carrier.i for one in reaches),
    )


def _is_negated(reaches: list[Reach], negations: list[Reach], *, found: Found, categories: set[str]) -> bool:
    """True when an odd number of negations governs a trigger ("did not fail to" makes none), or one the plan or fear of
    it ("has no plans to strike")."""
    if any("negated" in one.under and one.cue.category in _OPEN for one in reaches):
        return True
    governing = {one.words[0].i for one in negations if one.cue.scope == "complement"}
    # "neither … nor" negates once.
    odd = (len(governing) + any(one.cue.scope != "complement" for one in negations)) % 2 == 1
    governed = any(one.cue.category == "hypothetical" and one.cue.scope == "complement" for one in reaches)
    # "called on them not to attack": the call is told, and the attack is what may be.
    inner = governed and all(one.about.i == found.carrier.i and one.words[0].dep_ == "neg" for one in negations)
    return odd and not (inner and "hypothetical" in categories)


_OPEN = frozenset({"planned", "hypothetical", "conditional", "would"})


def _first_open(reaches: list[Reach]) -> str | None:
    """The category of the first cue that leaves open whether it happens: it governs the others."""
    return next((one.cue.category for one in reaches if one.cue.category in ("planned", "hypothetical")), None)


def _ahead(page: Page, found: Found, *, event: Event) -> bool:
    """True for what is told of a day to come, in the present of a day ("meets herders on Thursday"), or in the "to do"
    of a headline ("Union to strike Monday")."""
    dated, published = when.own(event), page.document.published
    if dated is not None and dated.start is not None and published is not None and dated.start > published:
        return True
    verb = found.verb
    mention = when.mention(event)
    of_a_day = mention is not None and (dated is None or dated.precision == "day")
    told = {token.lower_ for token in page.tokens(mention.span)} if mention is not None else set()
    words = page.language.words
    leads = _leads_to(page, mention.span) if mention is not None else None
    if of_a_day and (told & words["coming_days"] or leads in words["ahead"]):
        return True
    if verb is None:
        return False
    headline = page.is_headline(page.sentence_at(found.span.start))
    if headline:
        return _marked_infinitive(page, verb) and not any(is_verb(above) for above in verb.ancestors)
    if told & words["running"] or leads in words["running"]:
        return False
    return of_a_day and verb.tag_ in ("VBZ", "VBP") and not children(verb, "aux", "auxpass")


def _leads_to(page: Page, date: Span) -> str | None:
    """The word before a day: "for" of "a strike for Monday"."""
    first = page.token_at(date.start)
    return first.nbor(-1).lower_ if first.i > 0 else None


def _by_anyone(page: Page, found: Found) -> bool:
    """True for what would happen to whoever does a thing: "Anyone who … will be shot"."""
    subject = grammatical_subject(found.verb) if found.verb is not None else None
    return subject is not None and subject.lower_ in page.language.words["anyone"]


def _asked(page: Page, found: Found) -> bool:
    """True for what a question of the report asks: "Will the army attack?"."""
    sentence = page.sentence_at(found.span.start)
    if page.document.quote(sentence)[-1:] not in page.language.words["questions"]:
        return False
    root = found.carrier.sent.root
    return found.carrier.i == root.i and not any(
        child.dep_ == "nsubj" and child.tag_ == "WP" for child in root.children
    )


def _presupposed(found: Found, event: Event) -> bool:
    """True for a noun that names a happening with its date ("the November uprising"): cues about the clause it
    stands in say nothing against it."""
    own = next(iter(event.role("when")), None)
    edges = (found.token.left_edge.idx, found.token.right_edge.idx + len(found.token.right_edge))
    return found.nominal and own is not None and edges[0] <= own.span.start and own.span.end <= edges[1]


def _of_no_one_yet(page: Page, found: Found) -> bool:
    """True for a bare plural in a clause of purpose: "formed to break up demonstrations" is of none in particular."""
    if any(child.dep_ in ("det", "poss", "nummod") or child.pos_ == "PROPN" for child in found.token.lefts):
        return False
    above = next((token for token in found.token.ancestors if is_verb(token)), None)
    return (
        above is not None
        and above.tag_ == "VB"
        and any(child.lower_ in page.language.words["infinitive_marks"] for child in above.children)
    )


def _condition(page: Page, found: Found) -> bool:
    """True in the clause of an "if" itself: what would have to happen first."""
    verb = found.carrier
    marks = {child.lower_ for child in children(verb, "mark")}
    if verb.tag_ in ("VBZ", "VBP") and not marks.isdisjoint(page.language.words["awaited"]):
        return True
    return not marks.isdisjoint(page.language.words["conditions"])


def _of_anyone(page: Page, found: Found) -> bool:
    """True in a clause about no one in particular: "anyone who …", "those who …"."""
    verb = found.carrier
    accused = found.sense.type == "ACCUSE" and verb.dep_ == "acl" and verb.tag_ == "VBN"
    if accused and verb.head.lower_ in page.language.words["people"]:
        # "the assets of people accused of fraud", which ones or how many is not told.
        return not any(child.i < verb.head.i for child in verb.head.children)
    for above in [verb, *verb.ancestors]:
        if above.dep_ == "relcl":
            return above.head.lower_ in page.language.words["anyone"]
    return False


def _purpose(page: Page, found: Found) -> bool:
    words = page.language.words["purpose"]
    carrier = found.carrier
    for above in [*carrier.ancestors][:_PURPOSE_REACH]:
        if above.lemma_.lower() in words and above.pos_ == "NOUN":
            return True
        if is_verb(above) and above.dep_ in ("ROOT", "ccomp"):
            # "is a force deployed with the task of": what a thing is, not what happened.
            return (
                above.lemma_.lower() in page.language.words["copulas"]
                and above.tag_ in ("VBZ", "VBP")
                and bool(children(above, "attr"))
                and carrier.dep_ not in ("nsubj", "advcl")
            )
    return False


def _marked_infinitive(page: Page, verb: Token) -> bool:
    marks = page.language.words["infinitive_marks"]
    return verb.tag_ == "VB" and any(child.dep_ == "aux" and child.lower_ in marks for child in verb.children)


def _whenever(found: Found) -> bool:
    """True for a "when doing" of nobody in particular: "take care when visiting the border"."""
    verb = found.verb
    return (
        verb is not None
        and verb.tag_ == "VBG"
        and verb.i > verb.sent.start
        and verb.nbor(-1).lower_ == "when"
        and not children(verb, "aux", "auxpass")
    )


def _lasting_trait(found: Found, event: Event) -> bool:
    """True for a simple present that says what someone is ("a body that supports farmers"), and tells no act."""
    verb = found.verb
    return (
        event.type in _TRAITS
        and verb is not None
        and verb.dep_ == "relcl"
        and verb.tag_ in ("VBZ", "VBP")
        and not children(verb, "aux", "auxpass")
    )


def _bare_infinitive(page: Page, verb: Token, *, attempted: bool) -> bool:
    """True for "to do" and a bare "do" that no helping verb makes a statement; `attempted`: to try is to do it."""
    if verb.tag_ != "VB":
        return False
    helpers = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    if any(child.lower_ in page.language.words["finite_helpers"] for child in helpers):
        return False
    if verb.dep_ == "xcomp" and _implies(page, verb.head, attempted=attempted):
        return False
    if not helpers and children(verb, "nsubj"):
        # A present that the tagger took for an infinitive: "Gunmen kill two".
        return False
    return _marked_infinitive(page, verb) or not helpers


def _implies(page: Page, verb: Token, *, attempted: bool) -> bool:
    """True for a verb whose "to do" was done: "had to fire", "were forced to fire", "managed to escape"."""
    words, lemma = page.language.words, verb.lemma_.lower()
    if lemma in words["attempting"] and not attempted:
        return False
    if lemma in words["implying_past"] or (lemma in words["implying_passive"] and passive(verb)):
        return verb.tag_ in ("VBD", "VBN") and not children(verb, "aux")
    return lemma in words["implying"]


def _present_habit(page: Page, found: Found) -> bool:
    """True for the simple present outside a headline: what someone does as a rule."""
    verb = found.verb
    if (
        verb is None
        or verb.lemma_.lower() in page.language.words["lasting"]
        or page.is_headline(page.sentence_at(found.span.start))
    ):
        return False
    head = verb
    while (
        head.dep_ in ("conj", "xcomp", "pcomp") and is_verb(head.head) and not children(head, "aux", "auxpass", "nsubj")
    ):
        head = head.head
    helpers = [child for child in head.children if child.dep_ in ("aux", "auxpass")]
    if head.tag_ in ("VBZ", "VBP") and not helpers:
        return True
    return passive(head) and any(
        child.tag_ in ("VBZ", "VBP") and child.lemma_.lower() in page.language.words["copulas"] for child in helpers
    )
