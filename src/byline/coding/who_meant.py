"""Whom does a pronoun stand for? The noun before it that agrees with it, or the speaker of a quotation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.coding.syntax import children, grammatical_subject, is_verb
from byline.coding.who_actor import kind_of
from byline.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page


_REACH_SENTENCES = 2


def antecedent(page: Page, pronoun: Token) -> Token | None:
    """The noun a pronoun stands for: the speaker for "we" in a quotation, else the nearest before it that agrees in
    number and kind, subjects first for a subject; None where none does within two sentences."""
    word, words = pronoun.lower_, page.language.words
    if word in words["speaker_pronouns"]:
        span = Span(start=pronoun.idx, end=pronoun.idx + len(pronoun))
        heads = [one.head for one in page.said_of(span) if one.head is not None]
        return page.doc[heads[-1]] if heads and page.doc[heads[-1]].pos_ != "PRON" else None
    sentence = page.sentence_number(pronoun.idx)
    subject_like = pronoun.dep_ in ("nsubj", "nsubjpass")
    order = (
        [("nsubj", "nsubjpass"), ("dobj", "pobj", "agent", "conj")]
        if subject_like
        else [("dobj", "nsubjpass"), ("pobj", "nsubj", "conj")]
    )
    speaking = frozenset[str]() if word in words["plural_pronouns"] else _speaking(page, pronoun)
    own_subject = grammatical_subject(pronoun.head) if not subject_like and is_verb(pronoun.head) else None
    for number in range(sentence, max(-1, sentence - _REACH_SENTENCES - 1), -1):
        tokens = [one for one in page.tokens(page.sentences[number]) if one.i < pronoun.i]
        for deps in order:
            for one in reversed(tokens):
                if (
                    one.dep_ in deps
                    and (own_subject is None or one.i != own_subject.i)
                    and one.lower_ not in speaking
                    and _agrees(page, one, word)
                ):
                    return one
    return None


def _speaking(page: Page, pronoun: Token) -> frozenset[str]:
    """The names of those who are told, after the words a pronoun stands in, to say them: "he was arrested, Moro said"
    is not of Moro."""
    span = Span(start=pronoun.idx, end=pronoun.idx + len(pronoun))
    heads = [page.doc[one.head] for one in page.said_of(span) if one.head is not None]
    return frozenset(head.lower_ for head in heads if head.pos_ == "PROPN" and head.i > pronoun.i)


def _agrees(page: Page, token: Token, word: str) -> bool:
    if token.pos_ not in ("NOUN", "PROPN") or not nameable(page, token):
        return False
    sort, words = kind_of(page, token), page.language.words
    if _of_other_sex(page, token, word):
        return False
    if word in words["plural_pronouns"]:
        plural = (
            token.tag_ in ("NNS", "NNPS")
            or any(child.dep_ == "conj" for child in token.children)
            or sort == "organization"
            or token.lemma_ == "police"
        )
        return plural and sort in ("group", "organization")
    if word in words["person_pronouns"]:
        return sort == "individual" or (token.tag_ in ("NN", "NNP") and token.lemma_.lower() in words["offices"])
    return word in words["thing_pronouns"] and (sort == "organization" or (token.tag_ == "NN" and sort == "group"))


def _of_other_sex(page: Page, token: Token, word: str) -> bool:
    """True for "him" where the noun means a woman, and for "her" where it means a man."""
    words, near = page.language.words, {token.lemma_.lower(), *(child.lower_.rstrip(".") for child in token.lefts)}
    male, female = bool(near & words["male_nouns"]), bool(near & words["female_nouns"])
    return (word in words["male_pronouns"] and female and not male) or (
        word in words["female_pronouns"] and male and not female
    )


# A place and a dash begin a report ("ISLAMABAD, Pakistan — Pakistan agreed"), in so many words.
_LONGEST_DATELINE = 8
_DASHES = frozenset({"—", "–", "--", "_", "-"})


def leading_line(token: Token) -> int | None:
    """The ordinal of the dash behind the names in capitals, at the head of a sentence, that say where the report is
    from; None for a token that is none of those names."""
    first = token.sent[0]
    if not first.text.isupper() or not first.is_alpha or token.i - first.i >= _LONGEST_DATELINE:
        return None
    doc, end = token.doc, min(token.sent.end, first.i + _LONGEST_DATELINE)
    dash = next((word.i for word in doc[first.i : end] if word.text in _DASHES and word.whitespace_), None)
    return dash if dash is not None and token.i < dash and doc[dash - 1].whitespace_ else None


def nameable(page: Page, token: Token) -> bool:
    """True for a word that names someone or something: no event ("the attack killed"), no time, no place it is in."""
    if (token.idx, token.idx + len(token)) in page.found or token.lemma_.lower() in page.language.words["not_actors"]:
        return False
    if token.lower_.rstrip(".") in page.language.words["short_titles"] and token.text[:1].isupper():
        return False
    span = Span(start=token.idx, end=token.idx + len(token))
    if page.is_timed(span):
        return False
    if leading_line(token) is not None or page.in_header(span) or (token.like_num and token.dep_ == "npadvmod"):
        return False
    if any(child.lower_ in page.language.words["none_determiners"] for child in children(token, "det")):
        return False
    return token.pos_ in ("NOUN", "PROPN", "PRON", "NUM", "ADJ", "X") and token.tag_ not in ("WDT", "WP", "EX")
