"""How many? Numbers of dead, wounded, arrested, taking part, hit, and of places, each with the words that give it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from byline.coding import who
from byline.coding.syntax import conjuncts, grammatical_subject, is_verb, phrase, prepositional
from byline.language import data
from byline.language.numbers import parse_number
from byline.model import Counted, Event, Mention, Quantity, Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page
    from byline.coding.what import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number in the text: its words with their bounds ("at least 17"), and the interval they give."""

    span: Span
    low: float | None
    high: float | None


@cache
def _patterns(language: str) -> tuple[re.Pattern[str], dict[str, Any]]:
    rules = data(language, "amounts") | {"figures": data(language, "numbers")}
    leads = "|".join(
        re.escape(words)
        for kind in ("at_least", "at_most", "about")
        for words in sorted(rules[kind], key=len, reverse=True)
    )
    vague = "|".join(re.escape(words) for words in sorted(rules["vague"], key=len, reverse=True))
    figures = rules["figures"]
    units = "|".join(sorted((*figures["values"], *figures["scales"]), key=len, reverse=True))
    # "a dozen", "a hundred": an article counts before what multiplies.
    scales = "|".join(figures["scales"])
    words = rf"(?:{'|'.join(figures['articles'])})\s+(?:{scales})\b|(?:{units})(?:[\s-]+(?:{units}|and))*"
    # A share of those who are counted is no count of them.
    shares = "|".join(share.replace(" ", r"\s+") for share in rules["shares"])
    share = rf"(?:\s?[-–]\s?\S+|\s+(?:to|and|or)\s+\S+)?\s+(?:{shares})\b"
    number = rf"\d[\d,.]*\d(?:\s+(?:{scales})\b)?|\d(?:\s+(?:{scales})\b)?|{words}"
    return re.compile(
        rf"(?<![\w.])(?:(?P<lead>{leads})\s+)?(?:(?P<vague>{vague})|(?P<number>{number})(?:(?:\s+(?:to|and)\s+|\s?[-–]\s?)(?P<to>{number}))?)(?![\w%]|-\w|[,.]\d|{share})",
        re.IGNORECASE,
    ), rules


def numbers(page: Page, span: Span) -> list[Number]:
    """Numbers that stand in a stretch of the text, bounds included, in order."""
    pattern, rules = _patterns(page.language.code)
    found = []
    for match in pattern.finditer(page.document.text, span.start, span.end):
        interval = _interval(match, rules)
        if interval is not None:
            found.append(Number(span=Span(start=match.start(), end=match.end()), low=interval[0], high=interval[1]))
    return found


def _interval(match: re.Match[str], rules: dict[str, Any]) -> tuple[float | None, float | None] | None:
    lead = (match["lead"] or "").lower()
    if match["vague"]:
        low = float(rules["vague"][" ".join(match["vague"].lower().split())])
        return (low, None)
    number = parse_number(match["number"], rules["figures"])
    if number is None:
        return None
    joined = match.group()[: match.end("to") - match.start()]
    if match["to"] and " and " in joined and lead != "between":
        return (number, number)
    if match["to"]:
        second = parse_number(match["to"], rules["figures"])
        return (number, second) if second is not None and second >= number else None
    if lead in rules["at_least"]:
        return (number, None)
    if lead in rules["at_most"]:
        return (None, number)
    return (number, number)


def fill(page: Page, event: Event) -> tuple[Mention, ...]:
    """Quantities of an event: numbers on its recipients (or doers, for those who take part), on the places it went on
    in, and in a toll its sentence gives."""
    found = page.trigger(event)
    mentions: list[Mention] = []
    counted = found.sense.counts
    if found.token.lemma_.lower() in page.language.words["displacing_verbs"]:
        counted = "displaced"
    if counted is not None:
        for token in _counted_nouns(page, found):
            mentions += _on_noun(page, token, counted, found)
    mentions += _places(page, found)
    mentions += _toll(page, event, found)
    mentions += _nobody(page, event, mentions)
    mentions += _turnout(page, event)
    if event.type is None:
        mentions += _any(page, event)
    unique = {
        (mention.span, mention.value.what): mention
        for mention in reversed(mentions)
        if isinstance(mention.value, Quantity)
    }
    return tuple(sorted(unique.values(), key=lambda mention: mention.span.start))


def _counted_nouns(page: Page, found: Found) -> list[Token]:
    if found.sense.counts == "participants":
        heads = list(who.doers(page, found))
    else:
        heads = list(who.recipients(page, found))
    return [token for head in heads for token in conjuncts(head) if not who.part_of(page, token)]


# What only people are counted in.
_OF_PEOPLE = frozenset({"fatalities", "injuries", "arrests", "abductions", "displaced", "participants"})


def _on_noun(page: Page, noun: Token, counted: str, found: Found) -> list[Mention]:
    if counted in _OF_PEOPLE and (whom := who.actor_of(page, noun)) is not None and whom.kind == "object":
        # "killed by a bomb in a market": neither is a death.
        return []
    start = phrase(noun)[0].idx
    # Bounds stand before the phrase: "at least", "more than".
    sentence = page.sentence_at(noun.idx)
    window = Span(start=max(sentence.start, start - 16), end=noun.idx + len(noun))
    here = [one for one in numbers(page, window) if one.span.end > start and not _age(page, one)]
    if not here:
        return _one(page, noun, counted)
    number = here[0]
    what: Counted = counted  # type: ignore[assignment]
    if found.token.lemma_.lower() in page.language.words["wounding_verbs"] and what == "fatalities":
        what = "injuries"
    actor = who.actor_of(page, noun)
    if counted == "participants" and actor is not None and actor.kind == "organization":
        # "three parties will march" counts parties, not those who march.
        return []
    if found.verb is not None and any(
        child.lower_ in page.language.words["dead_words"]
        for child in [*found.verb.children, *prepositional(found.verb, "to")]
    ):
        what = "fatalities"
    if (
        counted == "targets"
        and who.actor_of(page, noun) is not None
        and found.sense.type == "ASSAULT"
        and found.sense.mode == "firearms"
    ):
        what = "injuries"
    return [_mention(page, number, what, noun)]


_YEARS = re.compile(r"[\s-]*(?:year|month|week|day)s?\b", re.I)


def _age(page: Page, number: Number) -> bool:
    """ "her four year old son", "a 54-year-old": years, and no count of people."""
    return _YEARS.match(page.document.text, number.span.end) is not None


def _one(page: Page, noun: Token, counted: str) -> list[Mention]:
    """ "a base", "an officer": one, on the word of the article. Who takes part is not counted so ("a crowd")."""
    before = re.search(
        r"\b(an?)[ \u00a0](?:[\w’'-]+[ \u00a0]){0,2}$",
        page.document.text[max(0, who.phrase_start(page, noun) - 24) : who.phrase_start(page, noun)],
    )
    article = next((child for child in noun.lefts if child.dep_ == "det" and child.lower_ in ("a", "an")), None)
    if article is None and before:
        article = page.token_at(who.phrase_start(page, noun) - len(before.group()))
    if (
        article is None
        or counted == "participants"
        or noun.tag_ not in ("NN", "NNP")
        or noun.lemma_.lower() in page.language.words["collective_nouns"]
    ):
        return []
    number = Number(span=Span(start=article.idx, end=article.idx + len(article)), low=1.0, high=1.0)
    return [_mention(page, number, counted, noun)]  # type: ignore[arg-type]


def _mention(page: Page, number: Number, what: Counted, noun: Token | None) -> Mention:
    of = None
    if noun is not None:
        first, last = phrase(noun)
        words = page.document.text[max(first.idx, number.span.end) : last.idx + len(last)]
        of = " ".join(words.split()) or None
    return Mention(
        role="quantity", span=number.span, value=Quantity(what=what, low=number.low, high=number.high, of=of)
    )


def _places(page: Page, found: Found) -> list[Mention]:
    """ "to more than 97 cities", "in nine towns": a count of places on the trigger or its verb."""
    heads = page.language.words["place_list_heads"]
    mentions = []
    for carrier in {found.token, found.verb} - {None}:
        assert carrier is not None
        nouns = prepositional(carrier, "in", "to", "across", "at", "throughout")
        nouns += [child for child in carrier.children if child.dep_ == "nsubj" and is_verb(carrier) and found.nominal]
        nouns += [
            target
            for child in carrier.children
            if child.dep_ == "dobj"
            for target in prepositional(child, "in", "to", "across")
        ]
        for noun in nouns:
            if noun.lemma_.lower() in heads:
                mentions += _on_noun(page, noun, "places", found)
    return mentions


# A number told right before a word of a toll has no more characters ("at least two hundred and thirty-four thousand").
_LONGEST_NUMBER = 90


def _toll(page: Page, event: Event, found: Found) -> list[Mention]:
    """ "seven dead and 23 wounded", "the death toll rose to 11", "killed by a bomb … rose to 11"."""
    if event.type != "ASSAULT" or not (found.sense.effect or found.sense.counts):
        return []
    sentence = event.sentence
    text = page.document.quote(sentence)
    _, rules = _patterns(page.language.code)
    mentions: list[Mention] = []
    for what, words in rules["tolls"].items():
        for match in re.finditer(rf"\b(?:{'|'.join(words)})\b", text, re.IGNORECASE):
            at = sentence.start + match.start()
            before = Span(start=max(sentence.start, at - _LONGEST_NUMBER), end=at)
            near = [
                one
                for one in numbers(page, before)
                if re.fullmatch(
                    r"\s+(?:people\s+|persons\s+|others\s+)?", page.document.text[one.span.end : before.end]
                )
            ]
            mentions += [_mention(page, near[-1], what, None)] if near else []
    rise = re.search(rules["rise"], text, re.IGNORECASE)
    if rise and re.search(rules["toll_nouns"], text[: rise.start()], re.IGNORECASE):
        here = numbers(page, Span(start=sentence.start + rise.end(), end=sentence.end))
        if here and here[0].span.start <= sentence.start + rise.end() + 16:
            mentions.append(_mention(page, here[0], "fatalities", None))
    return mentions


def _nobody(page: Page, event: Event, told: list[Mention]) -> list[Mention]:
    """ "no one was hurt", in the sentence of an attack or right behind it: none, where no other number is told."""
    if event.type != "ASSAULT":
        return []
    _, rules = _patterns(page.language.code)
    known = {mention.value.what for mention in told if isinstance(mention.value, Quantity)}
    mentions = []
    for what, patterns in rules["none"].items():
        match = next(
            (
                match
                for span in (event.sentence, *_right_behind(page, event))
                for pattern in patterns
                if (match := re.compile(pattern, re.IGNORECASE).search(page.document.text, span.start, span.end))
            ),
            None,
        )
        if match is not None and what not in known:
            none = Number(span=Span(start=match.start(), end=match.end()), low=0.0, high=0.0)
            mentions.append(_mention(page, none, what, None))
    return mentions


def _right_behind(page: Page, event: Event) -> list[Span]:
    """The next sentence, where it tells of no attack of its own and this is the last one told before it."""
    number = page.sentence_number(event.sentence.start) + 1
    if number >= len(page.sentences):
        return []
    following = page.sentences[number]
    attacks = [found.span for found in page.found.values() if found.sense.type == "ASSAULT" and not found.sense.effect]
    later = any(event.trigger.start < span.start < following.end for span in attacks)
    return [] if later else [following]


def _turnout(page: Page, event: Event) -> list[Mention]:
    """ "…; organisers put the number at 10,000": a further figure of those who took part, with who gives it."""
    if event.type != "PROTEST":
        return []
    words = page.language.words
    mentions = []
    for noun in page.tokens(event.sentence):
        verb = noun.head
        if noun.lemma_.lower() not in words["turnout_nouns"] or verb.lemma_.lower() not in words["putting_verbs"]:
            continue
        here = numbers(page, Span(start=noun.idx, end=event.sentence.end))
        if here and noun.dep_ in ("dobj", "nsubjpass"):
            speaker = grammatical_subject(verb) if noun.dep_ == "dobj" else None
            actor = who.actor_of(page, speaker) if speaker is not None else None
            mention = _mention(page, here[0], "participants", None)
            assert isinstance(mention.value, Quantity)
            value = replace(mention.value, attribution=actor.name if actor is not None else None)
            mentions.append(replace(mention, value=value))
    return mentions


def refine(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """Events with each number under one of them: words that two count are the nearest trigger's, but for the parts of
    one list."""
    nearest: dict[tuple[Span, str], Event] = {}
    for event in events:
        for key in _numbered(event):
            other = nearest.get(key)
            if other is None or _distance(event, key[0]) < _distance(other, key[0]):
                nearest[key] = event
    return tuple(
        replace(
            event,
            mentions=tuple(
                mention
                for mention in event.mentions
                if mention.role != "quantity"
                or not isinstance(mention.value, Quantity)
                or nearest[mention.span, mention.value.what].trigger == event.trigger
                or event.members
                or event.id in nearest[mention.span, mention.value.what].members
            ),
        )
        for event in events
    )


def _numbered(event: Event) -> list[tuple[Span, str]]:
    return [(one.span, one.value.what) for one in event.role("quantity") if isinstance(one.value, Quantity)]


def _distance(event: Event, span: Span) -> int:
    return min(abs(trigger.start - span.start) for trigger in (event.trigger, *event.told))


def _any(page: Page, event: Event) -> list[Mention]:
    """Every number with a noun in the sentences of a happening of no type, and of the sentence that takes it up again
    ("The event connected …"): locations are places, people are participants."""
    spans = [event.sentence, *_taken_up(page, event)]
    mentions = []
    for span in spans:
        for number in numbers(page, span):
            token = page.token_at(number.span.end - 1)
            noun = token.head if token.dep_ == "nummod" else None
            # A number behind its noun is part of a name: "Route 5".
            if (
                noun is None
                or noun.i < token.i
                or noun.lemma_.lower() in page.language.words["time_nouns"]
                or page.is_timed(number.span)
            ):
                continue
            what: Counted = "places" if noun.lemma_.lower() in page.language.words["place_list_heads"] else "items"
            if noun.lemma_.lower() in page.language.actors:
                what = "participants"
            mentions.append(_mention(page, number, what, noun))
    return mentions


def _taken_up(page: Page, event: Event) -> list[Span]:
    """The next sentence, where its subject is "the event", "the gathering" and the like: it goes on about it."""
    number = page.sentence_number(event.sentence.start) + 1
    if number >= len(page.sentences):
        return []
    for token in page.tokens(page.sentences[number]):
        if (
            token.dep_ == "nsubj"
            and token.lemma_.lower() in page.language.light_subjects
            and any(child.lower_ in ("the", "this") for child in token.lefts)
        ):
            return [page.sentences[number]]
    return []


def share(mention: Mention) -> Mention:
    """A count on a distributive list, as each place's: "two centers in A and B" is one each, with "two" as evidence."""
    assert isinstance(mention.value, Quantity)
    return replace(mention, value=replace(mention.value, low=1.0, high=1.0))
