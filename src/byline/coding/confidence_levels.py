"""The levels of evidence by which a value is held likely or not, each a phrase that says what was seen.

Every list begins with "any", which holds for all values of a field, so that its weight is what a value is worth that
nothing else speaks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from byline.coding.syntax import is_verb
from byline.model import Actor, Event, Mention, Place, Quantity, Span, When

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# Upper bounds of the classes that lengths and distances are sorted into.
_WORDS_BETWEEN = (0, 2, 5, 10, 20)
_WORDS_IN_SENTENCE = (8, 15, 25, 40)
_SENTENCE_NUMBERS = (0, 1, 4, 12)
# Scores of the steps before are sorted into tenths.
_TENTHS = 10


def event(page: Page, told: Event) -> Iterator[str]:
    """Levels of an event: that it happened as typed, or is told in the status it has."""
    found = page.trigger(told)
    yield "any"
    yield f"type {told.type}"
    yield f"type {told.type} {'noun' if found.nominal else 'verb'}"
    yield f"type {told.type} mode {told.mode}"
    yield f"status {told.status}"
    yield f"read as {_tenth(told.score)}"
    yield f"{'weak ' if found.sense.weak else ''}{'noun' if found.nominal else 'verb'} as {found.token.dep_}"
    yield f"clauses above {_depth(found.carrier)}"
    yield f"trigger {found.token.tag_}"
    sentence = page.sentence_at(told.trigger.start)
    yield f"sentence of {_class(len(page.tokens(sentence)), _WORDS_IN_SENTENCE)}"
    yield f"sentence number {_class(page.sentence_number(told.trigger.start), _SENTENCE_NUMBERS)}"
    if page.is_headline(sentence):
        yield "headline"
    if page.in_quotes(told.trigger.start):
        yield "in quotation marks"
    yield f"told again {min(len(told.told), 2)} times"
    for role in ("actor", "recipient", "place", "when", "quantity", "instrument", "speaker"):
        yield from _filled(told, role)


def _filled(told: Event, role: str) -> Iterator[str]:
    mentions = [one for one in told.mentions if one.role == role]
    yield f"{role}s {min(len(mentions), 2)}"
    for one in mentions[:1]:
        value = one.value
        if isinstance(value, Actor):
            yield f"{role} {value.kind} {'with' if value.sector else 'without'} sector"
            yield f"type {told.type} {role} sector {value.sector}"
        elif isinstance(value, Place | When):
            yield f"{role} {value.basis}"


def mention(page: Page, told: Event, one: Mention) -> Iterator[str]:
    """Levels of what fills a role of an event: that it does."""
    yield "any"
    yield f"step {one.by}"
    yield f"read as {_tenth(one.score)}"
    value = one.value
    if value is None:
        yield "not resolved"
    elif isinstance(value, Actor):
        yield from _actor(told, value)
    elif isinstance(value, Place):
        yield f"basis {value.basis}"
        yield f"precision {value.precision}"
        yield f"relation {value.relation}"
        yield "in the gazetteer" if value.geonameid is not None else "not in the gazetteer"
    elif isinstance(value, When):
        yield f"basis {value.basis}"
        yield f"basis {value.basis} precision {value.precision}"
    elif isinstance(value, Quantity):
        yield f"counts {value.what}"
        yield "exact" if value.low == value.high else "not exact"
    same = [other for other in told.mentions if other.role == one.role]
    yield f"one of {min(len(same), 4)}"
    if same.index(one):
        yield "not the first"
    if one.antecedent is not None:
        yield "stands for another"
    yield f"event {told.type}"
    yield f"event status {told.status}"
    if one.span.part == "text":
        yield from _position(page, told, one.span)


def _actor(told: Event, value: Actor) -> Iterator[str]:
    yield f"kind {value.kind}"
    yield f"sector {value.sector}"
    yield "public" if value.public else "not known as public"
    yield f"event {told.type} kind {value.kind}"


def _position(page: Page, told: Event, span: Span) -> Iterator[str]:
    """Where the words stand, as seen from the event's: in which clause, how far, under which word."""
    found = page.trigger(told)
    root = page.tokens(span).root
    if page.sentence_number(span.start) != page.sentence_number(told.trigger.start):
        yield "another sentence"
        apart = page.sentence_number(told.trigger.start) - page.sentence_number(span.start)
        yield f"sentences before {_class(apart, (0, 1, 3))}"
        return
    between = abs(root.i - found.token.i)
    yield f"words between {_class(between, _WORDS_BETWEEN)}"
    yield f"{'before' if root.i < found.token.i else 'after'} a {'noun' if found.nominal else 'verb'}"
    yield f"link {_link(root, found.token)}"
    yield f"link {_link(root, found.token)} in {'noun' if found.nominal else 'verb'}"
    yield f"word {root.tag_}"
    yield f"name {root.ent_type_ or 'none'}"


def _link(token: Token, trigger: Token) -> str:
    """The path of the parse from a word to the trigger or to what carries it, of three steps at most."""
    steps = [token.dep_]
    above = token
    for _ in range(3):
        if above == trigger:
            return " ".join(steps[:-1]) or "itself"
        if above.head == above:
            break
        above = above.head
        if above != trigger:
            steps.append(above.lower_ if above.pos_ == "ADP" else above.dep_)
        else:
            return " ".join(steps)
    return f"{token.dep_} elsewhere"


def _depth(token: Token) -> int:
    above = [one for one in token.ancestors if is_verb(one)]
    return min(3, len(above))


def _tenth(score: float) -> str:
    return f"{min(_TENTHS - 1, int(score * _TENTHS))} tenths" if score < 1 else "certain"


def _class(number: int, bounds: tuple[int, ...]) -> str:
    return next((f"{bound} or fewer" for bound in bounds if number <= bound), f"more than {bounds[-1]}")
