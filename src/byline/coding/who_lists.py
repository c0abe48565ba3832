"""Who is named together? A noun with those coordinated with it, where the parse sees a list and where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from byline.coding.syntax import children, is_verb

if TYPE_CHECKING:
    from spacy.tokens import Token

# A list is read this deep: parses of long ones hang each item on the one before.
_LONGEST_LIST = 40
_ARTICLES = frozenset({"a", "an", "one"})


def together(token: Token) -> list[Token]:
    """A token and those named beside it after it, in order: its conjuncts; items of a list that the parser took for
    appositions ("one office, one bus and one van"); a last item it hung on the verb ("… the baker, and his son")."""
    found = _items(token)
    seen = {one.i for one in found}
    for one in [*_beside_the_verb(token), *_second_subjects(token)]:
        found += [item for item in _items(one) if item.i not in seen]
        seen |= {item.i for item in found}
    return found[:_LONGEST_LIST]


def _items(token: Token) -> list[Token]:
    found = [token]
    for child in token.children:
        if (child.dep_ == "conj" and not _of_apposition(token, child) and not _short_name(child)) or (
            child.dep_ == "appos" and _next_item(token, child)
        ):
            found += _items(child)
    return found


def _of_apposition(name: Token, child: Token) -> bool:
    """True for a bare noun joined to what a name is told to be: "Moro, 52, a baker and singer, was shot"."""
    if name.pos_ != "PROPN" or child.pos_ != "NOUN" or _count(child) is not None:
        return False
    return any(other.dep_ == "appos" and name.i < other.i < child.i for other in name.children)


def _short_name(child: Token) -> bool:
    """ "the Lake Front for Renewal, or LFR": the same by its short name."""
    before = [child.doc[at].lower_ for at in (child.i - 1, child.i - 2) if at >= 0]
    return before == ["or", ","] and child.text.isupper() and child.pos_ == "PROPN"


def _next_item(item: Token, other: Token) -> bool:
    """True for an apposition that counts others than the noun before it: "a colonel, two lieutenants and …"."""
    if item.pos_ != "NOUN" or other.pos_ != "NOUN" or item.lower_ == other.lower_:
        return False
    counts = [_count(item), _count(other)]
    if None in counts:
        return False
    # "two nurses, both women", "a man, a baker": the same people again, unless a list goes on or the count differs.
    listed = any(child.dep_ == "conj" for child in other.children) or item.dep_ == "conj"
    return counts[0] != counts[1] or (listed and counts[0] not in ("a", "an"))


def _count(noun: Token) -> str | None:
    numbers = children(noun, "nummod")
    if numbers:
        return numbers[0].lower_
    return next((child.lower_ for child in children(noun, "det") if child.lower_ in _ARTICLES), None)


def _beside_the_verb(token: Token) -> list[Token]:
    """ "kidnapped the baker, and his son": a noun joined to the verb, where the verb's object ends right before it."""
    verb = token.head
    if token.dep_ != "dobj" or not is_verb(verb):
        return []
    return [
        child
        for child in children(verb, "conj")
        if child.pos_ in ("NOUN", "PROPN")
        and not children(child, "nsubj", "cop")
        and child.i > token.i
        and all(between.pos_ in ("PUNCT", "CCONJ", "SPACE") for between in _gap(token, child))
    ]


def _second_subjects(token: Token) -> list[Token]:
    """ "A colonel, two lieutenants and a soldier were held": the parser gave the verb two subjects."""
    if token.dep_ not in ("nsubj", "nsubjpass") or _count(token) is None:
        return []
    return [
        child
        for child in children(token.head, "nsubj", "nsubjpass")
        if child.i > token.i and child.pos_ in ("NOUN", "PROPN") and _count(child) is not None
    ]


def _gap(token: Token, other: Token) -> list[Token]:
    return list(token.doc[token.right_edge.i + 1 : other.left_edge.i])
