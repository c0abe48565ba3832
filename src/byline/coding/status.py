"""In what status? Told as new, as history, as planned, as possible, as denied; or a habit, and then no event at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from byline.coding import when
from byline.coding.syntax import children, grammatical_subject, is_verb, passive
from byline.language import Cue
from byline.model import Event, Span, Status

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page
    from byline.coding.what import Found

# A report tells as news what is at most this old on the day it is published; a month's round-up still is news.
NEWS_DAYS = 14
# A week, month or year is history once it has been over for longer than this: "last week", "in July" of an August 1
# report is not.
COARSE_NEWS_DAYS = 3
# What a clause under one of these does not reach: it is told in its own right.
_NEW_CLAUSES = frozenset({"relcl", "advcl", "parataxis"})
_STATEMENTS = frozenset({"ACCUSE", "REJECT", "REQUEST", "THREATEN", "AGREE", "SUPPORT", "CONSULT", "CONCEDE"})
# How far behind a quotation its "the crowd chanted" stands, in characters.
_SPEAKER_REACH = 40
_LEADS = frozenset({"THREATEN", "REQUEST", "ACCUSE"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass"})


def judge(page: Page, event: Event) -> Status | None:
    """The status an event is told in, or None when its words tell no happening: a habit, a task, a negated or merely
    wished-for act, the content of a slogan."""
    found = page.trigger(event)
    if _slogan(page, found) or _content_of_statement(page, found):
        return None
    if event.type == "REQUEST" and _demanded_at_protest(page, found):
        return None
    dated = when.own(event)
    cues = set(_governing(page, found))
    presupposed = _presupposed(found, event)
    if presupposed:
        cues &= {"negated"}
    if "would" in cues:
        said = any(span.covers(event.trigger) for one in page.attributions for span in one.content)
        cues.add("planned" if said else "hypothetical")
    if _condition(found) or _of_anyone(found):
        return None
    if "negated" in cues or "habitual" in cues or (not presupposed and _purpose(page, found)):
        return None
    future = (
        dated is not None
        and dated.start is not None
        and page.document.published is not None
        and dated.start > page.document.published
    )
    if "denied" in cues:
        return "denied"
    if ("conditional" in cues and dated is None) or ("hypothetical" in cues and "planned" not in cues):
        return "hypothetical" if _finite(found) else None
    if "planned" in cues or future:
        return "planned"
    if found.verb is not None and _bare_infinitive(found.verb):
        return None
    if found.nominal and found.verb is None and _of_no_one_yet(found):
        return None
    if _present_habit(page, found) and event.type not in _STATEMENTS:
        return None
    if dated is not None and when.before_news(page, dated, days=NEWS_DAYS):
        return "background"
    if "background" in cues and dated is None:
        return "background"
    if dated is None and _by_the_dead(page, found):
        return "background"
    return "reported"


def _presupposed(found: Found, event: Event) -> bool:
    """True for a noun that names a happening with its date ("the November uprising"): cues about the clause it
    stands in say nothing against it."""
    own = next(iter(event.role("when")), None)
    edges = (found.token.left_edge.idx, found.token.right_edge.idx + len(found.token.right_edge))
    return found.nominal and own is not None and edges[0] <= own.span.start and own.span.end <= edges[1]


def _of_no_one_yet(found: Found) -> bool:
    """True for a bare plural in a clause of purpose: "formed to break up demonstrations" is of none in particular."""
    if any(child.dep_ in ("det", "poss", "nummod") for child in found.token.lefts):
        return False
    above = next((token for token in found.token.ancestors if is_verb(token)), None)
    return above is not None and above.tag_ == "VB" and any(child.lower_ == "to" for child in above.children)


def _condition(found: Found) -> bool:
    """True in the clause of an "if" itself: what would have to happen first."""
    verb = found.carrier
    return any(child.dep_ == "mark" and child.lower_ in ("if", "unless") for child in verb.children)


def _of_anyone(found: Found) -> bool:
    """True in a clause about no one in particular: "anyone who …", "those who …"."""
    verb = found.carrier
    for above in [verb, *verb.ancestors]:
        if above.dep_ == "relcl":
            return above.head.lower_ in ("anyone", "those", "whoever", "anybody", "everyone")
    return False


def _demanded_at_protest(page: Page, found: Found) -> bool:
    """True for a demand that a protest makes: it is the protest's, and no event beside it (PLOVER manual)."""
    verb = found.carrier
    for above in verb.ancestors:
        for token in (above, *children(above, "dobj", "prep")):
            other = page.found.get((token.idx, token.idx + len(token)))
            inner = (
                [page.found.get((one.idx, one.idx + len(one))) for one in children(token, "pobj")]
                if token.dep_ == "prep"
                else []
            )
            if any(one is not None and one.sense.type == "PROTEST" for one in [other, *inner]):
                return True
    return False


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with the history of a paragraph kept together: what follows dated history in its paragraph, with no date
    of its own, goes on with it."""
    result: list[Event] = []
    going_on: set[str] = set()
    for event in events:
        if event.status == "reported" and _over_before(page, event, result):
            event = replace(event, status="background")
        paragraph = page.paragraph_number(event.trigger.start)
        before = [one for one in result[-1:] if page.paragraph_number(one.trigger.start) == paragraph]
        history = (
            before
            and before[-1].status == "background"
            and (when.own(before[-1]) is not None or before[-1].id in going_on)
        )
        if history and event.status == "reported" and when.own(event) is None:
            event = replace(event, status="background")
            going_on.add(event.id)
        result.append(event)
    return tuple(result)


def _over_before(page: Page, event: Event, before: list[Event]) -> bool:
    """True for a week, month or year that was over before the news told above it: "last week" beside yesterday's march
    is history; as the only date of a report it is the news."""
    mine = when.own(event)
    if mine is None or mine.precision == "day" or mine.end is None:
        return False
    if not when.before_news(page, mine, days=COARSE_NEWS_DAYS):
        return False
    dates = [when.own(one) for one in before if one.status in ("reported", "planned", "denied", "summary")]
    return any(date is not None and date.start is not None and date.start > mine.end for date in dates)


def _governing(page: Page, found: Found) -> Iterator[str]:
    """Categories of the cues that reach a trigger."""
    for cue, words in page.cues.get(page.sentence_number(found.span.start), ()):
        if words[0].i != found.token.i and _reaches(cue, words, found):
            yield cue.category


def _reaches(cue: Cue, words: list[Token], found: Found) -> bool:
    """True when a cue governs the trigger by the parse: the cue's own verb is, or stands above, the trigger's verb,
    with no clause of its own between; or the cue is on an argument of it ("no bullet was fired")."""
    carrier = found.carrier
    head = words[0] if is_verb(words[0]) and words[0].dep_ not in ("aux", "auxpass") else words[0].head
    if words[0].dep_ in ("det", "neg", "advmod", "nsubj", "nsubjpass", "dobj", "amod") and cue.category == "negated":
        target = words[0] if words[0].dep_ in ("nsubj", "nsubjpass", "dobj") else head
        if target.i == carrier.i or (target.dep_ in ("nsubj", "nsubjpass", "dobj") and target.head.i == carrier.i):
            return True
        return words[0].dep_ == "neg" and _under(carrier, head, through=("ccomp", "xcomp", "conj", "aux", "auxpass"))
    if cue.category == "negated":
        return _under(carrier, words[-1], through=("pcomp", "pobj", "dobj", "xcomp", "ccomp"))
    if cue.words[-1] == "if" or cue.words[-1] in ("unless", "whether"):
        condition = head
        return _under(carrier, condition, through=None) or condition.head.i == carrier.i
    if cue.category == "habitual" and head.i == carrier.i:
        return True
    if is_verb(words[0]) and words[0].dep_ not in ("aux", "auxpass"):
        return words[0].i != carrier.i and _under(carrier, words[0], through=None)
    if words[0].pos_ in ("NOUN", "PROPN", "ADJ", "ADP", "ADV") and words[0].dep_ not in ("advmod", "aux", "mark"):
        return found.token.i in {token.i for token in words[0].subtree} or (
            words[0].dep_ == "amod" and head.i == found.token.i
        )
    if head.i == carrier.i:
        return True
    return _under(carrier, head, through=None)


def _under(token: Token, above: Token, *, through: tuple[str, ...] | None) -> bool:
    """True when `token` stands below `above` with no clause of its own between (or only by the dependencies
    `through`)."""
    current = token
    while current.i != above.i:
        if current.head == current:
            return False
        if through is not None and current.dep_ not in through:
            return False
        if through is None and current.dep_ in _NEW_CLAUSES and is_verb(current):
            return False
        if through is None and current.dep_ == "conj" and is_verb(current):
            # Joined verbs share a helper ("will march and block"), not a verb of denying or planning.
            if current.head.i == above.i and (
                above.tag_ != current.tag_ or above.lemma_ in ("deny", "plan", "warn", "call")
            ):
                return False
            if children(current, "nsubj", "nsubjpass", "aux"):
                return False
        current = current.head
    return True


def _slogan(page: Page, found: Found) -> bool:
    """True in a quotation that is a slogan, or speech that tells of no past act of anyone's: what people call for or
    conclude, not what they report."""
    quote = page.in_quotes(found.span.start)
    if quote is None:
        return False
    words = page.document.quote(quote).strip("“”\"'` ")
    if len(words.split()) <= 3 or after_slogan_head(page, quote):
        return True
    verb = found.verb
    if verb is None:
        return True
    finite = next((token for token in [verb, *verb.children] if token.tag_ in ("VBD",)), None)
    subject = grammatical_subject(verb)
    if found.sense.type in ("ACCUSE", "REJECT", "REQUEST", "THREATEN"):
        # "We hold the organisers responsible": saying it does it.
        return subject is None or subject.lower_ not in ("we", "i")
    general = subject is None or subject.lower_ in ("those", "who", "you", "we", "i", "one")
    return finite is None or general


def after_slogan_head(page: Page, quote: Span) -> bool:
    """True when the words that lead to a quotation (over quotations before it) speak of slogans or placards."""
    words = page.language.words
    text = page.document.text
    start = quote.start
    for other in reversed([one for one in page.quotes if one.end <= quote.start]):
        if not re.search(r"\w{3,}", text[other.end : start].replace("and", "")):
            start = other.start
        else:
            break
    lead = text[max(0, start - 120) : start]
    last = re.split(r"(?<=[.!?])\s", lead)[-1]
    lemmas = (
        {token.lemma_.lower() for token in page.tokens(Span(start=start - len(last), end=start))}
        if last.strip()
        else set()
    )
    if lemmas & words["slogan_heads"] or lemmas & words["chants"]:
        return True
    end = min(page.sentence_at(quote.start).end, quote.end + _SPEAKER_REACH)
    if not page.document.text[quote.end : end].strip():
        return False
    behind = page.tokens(Span(start=quote.end, end=end))
    return any(token.lemma_.lower() in words["chants"] for token in behind)


def _content_of_statement(page: Page, found: Found) -> bool:
    """True for what a threat, a demand or an accusation is about: it is told with that event, not beside it."""
    carrier = found.carrier
    current = carrier
    while current.head != current:
        if current.dep_ in _NEW_CLAUSES:
            return False
        above = current.head
        other = page.found.get((above.idx, above.idx + len(above)))
        if other is not None and other.sense.type in _LEADS and other.token.i != found.token.i:
            below = current.dep_ in ("ccomp", "xcomp", "prep", "dobj", "pcomp", "advcl")
            return below and current.dep_ not in _SUBJECTS
        current = above
    return False


def _purpose(page: Page, found: Found) -> bool:
    words = page.language.words["purpose"]
    carrier = found.carrier
    for above in [*carrier.ancestors][:6]:
        if above.lemma_.lower() in words and above.pos_ == "NOUN" and above.lemma_.lower() != "role":
            return True
        if is_verb(above) and above.dep_ in ("ROOT", "ccomp"):
            # "is a force deployed with the task of": what a thing is, not what happened.
            return (
                above.lemma_ == "be"
                and above.tag_ in ("VBZ", "VBP")
                and bool(children(above, "attr"))
                and carrier.dep_ not in ("nsubj", "advcl")
            )
    return False


def _finite(found: Found) -> bool:
    verb = found.verb
    return verb is None or verb.tag_ in ("VBD", "VBZ", "VBP") or bool(children(verb, "aux", "auxpass"))


def _bare_infinitive(verb: Token) -> bool:
    """True for "to do" and a bare "do" that no helping verb makes a statement."""
    if verb.tag_ != "VB":
        return False
    helpers = [child for child in verb.children if child.dep_ in ("aux", "auxpass")]
    if any(child.lower_ in ("did", "have", "has", "had", "do", "does") for child in helpers):
        return False
    if verb.dep_ == "xcomp" and verb.head.lemma_ in ("begin", "start", "continue", "manage", "proceed", "help"):
        return False
    return any(child.lower_ == "to" for child in helpers) or not helpers


def _present_habit(page: Page, found: Found) -> bool:
    """True for the simple present outside a headline: what someone does as a rule."""
    verb = found.verb
    if verb is None or page.is_headline(page.sentence_at(found.span.start)):
        return False
    head = verb
    while (
        head.dep_ in ("conj", "xcomp", "pcomp") and is_verb(head.head) and not children(head, "aux", "auxpass", "nsubj")
    ):
        head = head.head
    helpers = [child for child in head.children if child.dep_ in ("aux", "auxpass")]
    if head.tag_ in ("VBZ", "VBP") and not helpers:
        return True
    return passive(head) and any(child.tag_ in ("VBZ", "VBP") and child.lemma_ == "be" for child in helpers)


def _by_the_dead(page: Page, found: Found) -> bool:
    """True when the doer, or the one under whose command it was done, is told in this text to be dead: then it is
    past."""
    dead = page.dead_names
    if not dead:
        return False
    carrier = found.carrier
    top = carrier
    while not is_verb(top) and top.head != top:
        top = top.head
    doers = [subject] if (subject := grammatical_subject(top)) is not None else []
    for prep in children(top, "prep", "agent"):
        if prep.lower_ in ("under", "by"):
            doers += [token for token in prep.subtree if token.pos_ == "PROPN"]
    return any(token.text in dead for token in doers)


def dead_names(page: Page) -> frozenset[str]:
    """Names of persons whom the text calls dead."""
    words = page.language.words["dead"]
    found = set()
    for token in page.doc:
        if token.pos_ == "PROPN" and token.dep_ != "compound":
            modifiers = children(token, "amod", "compound")
            modifiers += [child for apposed in children(token, "appos") for child in apposed.lefts]
            if any(child.lower_ in words or (child.lower_ == "dead") for child in modifiers):
                found.add(token.text)
    return frozenset(found)
