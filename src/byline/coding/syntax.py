"""Ways through a parsed sentence that several questions walk: subjects, objects, noun phrases, clauses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from byline.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

CLAUSES = frozenset({"ROOT", "ccomp", "advcl", "relcl", "acl", "xcomp", "conj", "parataxis", "pcomp", "csubj"})
# What a noun phrase keeps when it names someone: its modifiers, and what "of" adds.
_KEPT = frozenset(
    {"compound", "amod", "nummod", "poss", "case", "nmod", "quantmod", "det", "advmod", "predet", "nn", "flat", "punct"}
)
_LONGEST_PHRASE = 14


def span(first: Token, last: Token) -> Span:
    """The characters from one token to another, both included."""
    return Span(start=first.idx, end=last.idx + len(last))


def is_verb(token: Token) -> bool:
    """True for a verb form that can carry a clause."""
    return token.pos_ in ("VERB", "AUX")


def children(token: Token, *deps: str) -> list[Token]:
    """Children of a token by dependency, in order."""
    return [child for child in token.children if child.dep_ in deps]


def conjuncts(token: Token) -> list[Token]:
    """A token and those coordinated with it after it, in order."""
    found = [token]
    for child in token.children:
        if child.dep_ == "conj":
            found += conjuncts(child)
    return found


def passive(verb: Token) -> bool:
    """True when a verb form's subject is what it is done to: a passive, or a past participle that nothing makes active.

    A participle is active only after "have" ("had killed"), or where the parser took a past tense for one (it has a
    subject and an object of its own).
    """
    if any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children):
        return True
    if verb.tag_ != "VBN":
        return False
    if verb.dep_ == "conj" and is_verb(verb.head) and not children(verb, "nsubj", "dobj", "aux"):
        return passive(verb.head)
    if any(child.dep_ == "aux" and child.lemma_ in ("have", "'ve", "’ve") for child in verb.children):
        return False
    return not children(verb, "dobj", "nsubj") or bool(children(verb, "agent"))


def clipped(verb: Token, words: Mapping[str, frozenset[str]]) -> bool:
    """True for a passive cut short, as headlines do ("Man arrested after chase"): a past form, without object or
    helper, of a verb that cannot do without an object, or a participle that can be nothing else."""
    needy = verb.lemma_.lower() in words["transitive_verbs"] or verb.lower_ in words["clear_participles"]
    if verb.tag_ not in ("VBD", "VBN") or not needy or verb.dep_ in ("relcl", "amod"):
        return False
    if children(verb, "dobj", "ccomp", "aux", "auxpass", "dative") or not children(verb, "nsubj", "nsubjpass"):
        return False
    return not any(children(other, "dobj") for other in conjuncts(verb)[1:])


def grammatical_subject(verb: Token) -> Token | None:
    """The subject of a verb: its own, its relative's noun, its controller's, or that of the verb it is joined to."""
    own = children(verb, "nsubj", "nsubjpass")
    if own:
        # Of two the first may be a dateline's town ("LIMA — A court ruled").
        subject = own[1] if len(own) > 1 and own[0].is_upper and own[1].i < verb.i else own[0]
        if subject.tag_ in ("WDT", "WP") and verb.dep_ == "relcl":
            return verb.head
        return subject
    head = verb.head
    if verb.dep_ in ("acl", "relcl") and not is_verb(head):
        return head
    if verb.dep_ in ("conj", "xcomp", "advcl", "ccomp", "dep") and head != verb:
        if verb.dep_ in ("xcomp", "ccomp") and children(head, "dobj") and verb.tag_ == "VB":
            return children(head, "dobj")[0]
        if verb.dep_ == "ccomp" and verb.i < head.i and children(verb, "auxpass", "aux"):
            # "Jolly was taken …, Moro said": the parse lost its own subject, and it is not who says so.
            return None
        return grammatical_subject(head) if is_verb(head) else head
    if verb.dep_ == "pcomp" and head.dep_ in ("prep", "agent"):
        above = head.head
        return grammatical_subject(above) if is_verb(above) else None
    if verb.dep_ in ("aux", "auxpass") and head != verb:
        return grammatical_subject(head)
    return _misread_apposition(verb)


def _misread_apposition(verb: Token) -> Token | None:
    """The noun right before a finite verb that the parser took for an apposition of the name before it: "Under the
    command of X, the forces staged …"."""
    if verb.tag_ not in ("VBD", "VBZ", "VBP"):
        return None
    before = verb
    while before.i > verb.sent.start and before.nbor(-1).dep_ in ("advmod", "aux", "neg"):
        before = before.nbor(-1)
    return next(
        (
            token
            for token in verb.sent[: before.i - verb.sent.start]
            if token.dep_ == "appos" and token.right_edge.i == before.i - 1
        ),
        None,
    )


def agents(verb: Token) -> list[Token]:
    """The doers a passive names with "by"."""
    return [
        target
        for prep in verb.children
        if prep.dep_ == "agent" or (prep.dep_ == "prep" and prep.lower_ == "by")
        for target in children(prep, "pobj")
    ]


def prepositional(token: Token, *words: str) -> list[Token]:
    """Objects of the prepositions `words` that hang on a token, one level of chaining ("out of") included."""
    found = []
    for prep in token.children:
        if prep.dep_ in ("prep", "agent", "prt", "dative", "advmod") and prep.lower_ in words:
            found += children(prep, "pobj", "pcomp")
            for second in children(prep, "prep"):
                found += children(second, "pobj")
    return found


def clause(token: Token) -> Token:
    """The verb (or root) that heads the clause a token stands in."""
    while token.dep_ not in CLAUSES or (token.dep_ == "conj" and not is_verb(token)):
        if token.head == token:
            return token
        token = token.head
    return token


def phrase(head: Token) -> tuple[Token, Token]:
    """The first and last token of the words that name a noun's thing: its modifiers and what "of" adds, but no
    relative clause, apposition, coordination or place."""
    first = last = head
    for child in head.lefts:
        if child.dep_ in _KEPT and child.dep_ != "punct":
            # "27-year-old": the years hang on "old" as no modifier of a name does.
            leading = child.left_edge if child.dep_ == "amod" and children(child, "npadvmod") else phrase(child)[0]
            first = min(first, leading, key=lambda token: token.i)
    for child in head.rights:
        if child.dep_ == "prep" and child.lower_ == "of":
            for target in children(child, "pobj"):
                last = phrase(target)[1]
        elif child.dep_ in ("case", "nummod", "compound") and child.i == last.i + 1:
            last = child
        elif child.dep_ == "prep":
            break
    while first.i < head.i and (first.is_punct or first.is_space or first.dep_ in ("cc",)):
        first = first.nbor()
    if last.i - first.i > _LONGEST_PHRASE:
        first, last = _short(head)
    return first, last


def _short(head: Token) -> tuple[Token, Token]:
    left = [
        child for child in head.lefts if child.dep_ in ("compound", "amod", "nummod", "poss") and child.i >= head.i - 4
    ]
    return (left[0] if left else head), head


def named(token: Token) -> Span:
    """The characters of the phrase a noun heads, without a leading article."""
    first, last = phrase(token)
    if first.dep_ == "det" and first.i < token.i and first.lower_ in ("the", "a", "an"):
        first = first.nbor()
    return span(first, last)
