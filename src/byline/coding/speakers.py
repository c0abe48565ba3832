"""Who speaks? The noun that a verb of saying has for its speaker, what kind of source that is, and whom "he", "the
source" or "the statement" stands for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from byline.coding import who_meant
from byline.coding.syntax import children, grammatical_subject, is_verb, named, prepositional
from byline.coding.who_actor import kind_of
from byline.language import data
from byline.model import Span, SpeakerKind

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

# Word classes of what can speak; a number stands for people ("two said").
_SPEAKING = frozenset({"NOUN", "PROPN", "PRON", "NUM", "DET"})
# What a noun that was introduced before stands with: nothing that tells anew who it is.
_BACK = frozenset({"the", "that", "this", "same"})
_ANEW = frozenset({"a", "an", "one", "another", "some"})
_TELLS_WHO = frozenset({"amod", "compound", "nmod", "poss", "nummod", "appos", "relcl", "acl", "prep", "conj"})
# A speaker named further back than this many sentences has been forgotten by the reader too.
_REACH_SENTENCES = 8
# "Fire killed two, he said": who was told of just before, though he did not speak, in this many sentences.
_SUBJECT_REACH = 2


@cache
def _words(language: str, key: str) -> frozenset[str]:
    return frozenset(data(language, "saying")[key])


def speaker_of(verb: Token) -> Token | None:
    """The noun of who says it by a verb; None where nobody is named."""
    subject = grammatical_subject(verb)
    if subject is not None and subject.pos_ not in _SPEAKING:
        # A participle or a number that the parse took for a subject: nobody is known to speak.
        return None
    if subject is not None and any(child.dep_ == "nsubjpass" for child in verb.children):
        return next(iter(prepositional(verb, "by")), None)
    return subject


def source_span(token: Token) -> Span:
    """A speaker with titles, apposition and coordination, up to a relative clause; an agency's credit in brackets
    before it ("(Reuters) Police said") left out."""
    first, last = token.left_edge, token
    for one in token.doc[token.left_edge.i : token.i]:
        if one.text == ")":
            first = one.nbor()
    while first.i < token.i and (first.is_punct or (first.dep_ == "advmod" and first.head == token)):
        first = first.nbor()
    for child in token.rights:
        if child.dep_ in ("relcl", "acl") or (child.is_punct and child.text not in (",", "(", ")")):
            break
        last = child.right_edge
    if last.is_punct and last.i > token.i:
        last = last.nbor(-1)
    return Span(start=first.idx, end=last.idx + len(last))


def kind(page: Page, token: Token | None) -> SpeakerKind:
    """What kind of source a speaker's noun names."""
    if token is None:
        return "anonymous source"
    language = page.language.code
    names = {token.lemma_.lower(), *(child.lower_ for child in children(token, "compound"))}
    kinds: tuple[tuple[str, SpeakerKind], ...] = (
        ("document", "document"),
        ("social_media", "social media"),
        ("outlet", "outlet"),
    )
    for key, found in kinds:
        if names & _words(language, key):
            return found
    if _is_outlet(page, token):
        return "outlet"
    named_person = token.ent_type_ in ("PERSON", "ORG") or token.pos_ == "PROPN" or bool(children(token, "appos"))
    anonymous = not named_person and token.lemma_.lower() in _words(language, "anonymous")
    return "anonymous source" if anonymous else "named source"


def _is_outlet(page: Page, token: Token) -> bool:
    """True for a name in the register of sources that is not a person's or a place's here."""
    named_so = token.pos_ == "PROPN" and token.ent_type_ not in ("PERSON", "GPE", "LOC", "NORP")
    return named_so and page.sources.is_outlet(page.document.quote(named(token)))


def meant(page: Page, token: Token, *, cue: Token | None = None) -> Token | None:
    """The noun that a speaker's word goes back to: for "he" who spoke last, for "the source" or "the statement" the
    source or statement that was introduced. None where the word itself says who it is, or none was."""
    if token.pos_ == "PRON":
        return _of_pronoun(page, token, goes_on=cue is not None and _goes_on(page, cue))
    return _introduced(page, token) if _points_back(token) else None


def _goes_on(page: Page, cue: Token) -> bool:
    return cue.lemma_.lower() in _words(page.language.code, "going_on")


def _of_pronoun(page: Page, pronoun: Token, *, goes_on: bool) -> Token | None:
    """Who spoke last before a pronoun that speaks, or in the sentences right before it was told of, if that is one
    person; "he added" goes on from a speaker alone."""
    if pronoun.lower_ not in _words(page.language.code, "speaking_pronouns"):
        return None
    own = page.sentence_number(pronoun.idx)
    for number in range(own, max(-1, own - _REACH_SENTENCES - 1), -1):
        for head in _speakers(page, number, before=pronoun):
            if _agrees(page, head, pronoun.lower_):
                return head
        if not goes_on and 0 < own - number <= _SUBJECT_REACH:
            subject = _person_told_of(page, number, pronoun.lower_)
            if subject is not None:
                return subject
    return None


def _speakers(page: Page, number: int, *, before: Token) -> Iterator[Token]:
    """The speakers of a sentence that are named, the last first; of "X said that Y claimed" X, who goes on."""
    said = page.said_in(number)
    for one in reversed(said):
        if one.head is None or one.head >= before.i or page.doc[one.head].pos_ == "PRON":
            continue
        if one.cue is not None and any(
            part.covers(one.cue) for other in said if other is not one for part in other.content
        ):
            continue
        head = page.doc[one.head]
        yield _introduced(page, head) or head if _points_back(head) else head


def _agrees(page: Page, head: Token, pronoun: str) -> bool:
    plural = head.tag_ in ("NNS", "NNPS") or bool(children(head, "conj"))
    if pronoun in page.language.words["person_pronouns"]:
        sort = kind_of(page, head)
        return not plural and head.ent_type_ not in ("ORG", "GPE", "NORP") and sort not in ("group", "organization")
    if pronoun in page.language.words["thing_pronouns"]:
        return not plural and head.ent_type_ != "PERSON"
    return True


def _person_told_of(page: Page, number: int, pronoun: str) -> Token | None:
    """The one person that is the subject of a sentence, not of a clause within it; nobody within a quotation."""
    if pronoun not in page.language.words["person_pronouns"]:
        return None
    for token in page.tokens(page.sentences[number]):
        if token.dep_ in ("nsubj", "nsubjpass") and is_verb(token.head) and token.head.head == token.head:
            quoted = page.in_quotes(token.idx) is not None
            alone = not children(token, "conj") and token.pos_ in ("PROPN", "NOUN") and token.tag_ in ("NN", "NNP")
            if not quoted and alone and who_meant.nameable(page, token) and kind_of(page, token) == "individual":
                return token
    return None


def _points_back(token: Token) -> bool:
    """True for "the source", "that official": a noun that tells nothing of who it is but that it was named before."""
    determiners = {child.lower_ for child in children(token, "det")}
    return token.pos_ == "NOUN" and bool(determiners & _BACK) and not children(token, *_TELLS_WHO)


def _introduced(page: Page, token: Token) -> Token | None:
    """The noun nearest before that tells more of what a bare noun names: the same word with what tells who it is
    ("a hospital source"), a name that has it for a title ("spokesman Jan Novak") or goes by it ("Novak, the
    spokesman"), the agency by its name, who said it "in a statement"."""
    lemma = token.lemma_.lower()
    own = page.sentence_number(token.idx)
    for number in sorted((one for one in page.holding(frozenset({lemma})) if one <= own), reverse=True):
        for other in reversed(list(page.tokens(page.sentences[number]))):
            if other.i < token.i and other.lemma_.lower() == lemma and not page.in_header(_at(other)):
                found = _introduces(page, other)
                if found is not None:
                    return found
    return _by_sort(page, token, lemma)


def _at(token: Token) -> Span:
    return Span(start=token.idx, end=token.idx + len(token))


def _introduces(page: Page, other: Token) -> Token | None:
    if other.pos_ not in ("NOUN", "PROPN"):
        return None
    if other.dep_ == "appos" and other.head.pos_ == "PROPN":
        return other.head
    if other.dep_ in ("compound", "nmod") and other.head.pos_ == "PROPN":
        return other.head
    names = [child for child in children(other, "appos") if child.pos_ == "PROPN"]
    if names:
        return names[0]
    if other.dep_ == "pobj" and other.lemma_.lower() in _words(page.language.code, "document"):
        # "The ministry said in a statement": it is the ministry's.
        verb = other.head.head
        if is_verb(verb) and not children(other, "prep", "poss", "amod", "compound"):
            issuer = speaker_of(verb)
            return issuer if issuer is not None and issuer.pos_ != "PRON" else None
    indefinite = any(child.lower_ in _ANEW for child in children(other, "det", "nummod"))
    return other if indefinite or children(other, *(_TELLS_WHO - {"conj"})) else None


def _by_sort(page: Page, token: Token, lemma: str) -> Token | None:
    """Who spoke last of the sort that a noun names: an outlet for "the agency", a person in office for "the
    official"."""
    language = page.language.code
    own = page.sentence_number(token.idx)
    outlet = lemma in _words(language, "outlet")
    office = lemma in page.language.words["offices"]
    if not outlet and not office:
        return None
    for number in range(own, max(-1, own - _REACH_SENTENCES - 1), -1):
        for one in reversed(page.said_in(number)):
            head = page.doc[one.head] if one.head is not None else None
            if head is None or head.i >= token.i or head.pos_ == "PRON" or _points_back(head):
                continue
            if outlet and _is_outlet(page, head):
                return head
            if office and _agrees(page, head, "he") and kind_of(page, head) == "individual":
                return head
    return None
