"""How far does a cue reach? ConText's scopes (Harkema et al. 2009) over a parsed sentence.

What a cue signals, on which side of it and how far is data (`cues.toml`); the parse says where phrases, clauses and
complements end. Nothing here knows a word of any language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.coding.syntax import children, is_verb
from byline.language import Cue

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page
    from byline.coding.what import Found

NO_CUE = "none"
"""The category of a cue that only takes shorter ones in it out of force ("not only")."""

# What a clause under one of these does not reach: it is told in its own right.
_NEW_CLAUSES = frozenset({"relcl", "advcl", "parataxis"})
# What hangs on a word but is not what the word governs.
_BESIDE = frozenset({"nsubj", "nsubjpass", "csubj", "conj", "advcl", "parataxis", "relcl", "aux", "auxpass"})
# Small words that say something of the word above them.
_OF_ABOVE = frozenset({"aux", "auxpass", "neg", "mark", "det", "advmod", "preconj", "predet", "npadvmod", "cc", "amod"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_ARGUMENTS = frozenset({"nsubj", "nsubjpass", "dobj", "attr", "npadvmod", "dep"})
_DOWN_A_PHRASE = frozenset({"xcomp", "conj", "aux", "auxpass"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A cue in force over a trigger: its tokens, the word it is about ("fire" of "did not fire"), and the categories of
    the cues that are about the cue itself ("has no plans to strike")."""

    cue: Cue
    words: tuple[Token, ...]
    about: Token
    under: frozenset[str]


def reaching(page: Page, found: Found) -> Iterator[Reach]:
    """The cues of its sentence that govern a trigger, in the order of the text."""
    number = page.sentence_number(found.span.start)
    tops = [(cue, words, top := _top(words), _about(top)) for cue, words in in_force(page.cues_in(number))]
    for cue, words, top, about in tops:
        if found.token.i in {word.i for word in words} or not _on_its_side(cue, words, found):
            continue
        if _within(page, cue, words=words, top=top, about=about, found=found):
            under = {
                one.category for one, other, _, it in tops if one.scope == "phrase" and other != words and it.i == top.i
            }
            yield Reach(cue=cue, words=tuple(words), about=about, under=frozenset(under))


def in_force(cues: Sequence[tuple[Cue, list[Token]]]) -> Iterator[tuple[Cue, list[Token]]]:
    """The cues of a sentence, without those whose words all belong to a longer one ("not" in "not only"), and without
    those of parts of speech that their entry does not allow."""
    fit = [(cue, words) for cue, words in cues if not cue.pos or words[0].pos_ in cue.pos]
    sets = [(cue, words, {word.i for word in words}) for cue, words in fit]
    for cue, words, mine in sets:
        if cue.category != NO_CUE and not any(mine < other for _, _, other in sets):
            yield cue, words


def _top(words: Sequence[Token]) -> Token:
    """The word of a cue that the others hang on; of words that hang apart ("so that"), the first."""
    numbers = {word.i for word in words}
    tops = [word for word in words if word.head.i not in numbers or word.head.i == word.i]
    full = [word for word in tops if word.pos_ in ("VERB", "NOUN", "ADJ", "PROPN")]
    return (full or tops or words)[0]


def _about(top: Token) -> Token:
    """The word a cue says something of: itself, or for a small word ("will", "not", "no") the one it hangs on."""
    while top.dep_ in _OF_ABOVE and top.head.i != top.i and not (is_verb(top) and top.dep_ == "advmod"):
        above = top.head
        if top.dep_ in ("det", "preconj", "predet", "amod") or above.pos_ not in ("ADV", "PART", "DET", "ADP"):
            return above
        top = above
    return top


def _on_its_side(cue: Cue, words: Sequence[Token], found: Found) -> bool:
    """True for a trigger on the side its cue looks to, with no word between that stops it."""
    behind = words[-1].i < found.token.i
    if cue.direction != "both" and behind != (cue.direction == "after"):
        return False
    between = (
        found.token.doc[words[-1].i + 1 : found.token.i] if behind else found.token.doc[found.token.i + 1 : words[0].i]
    )
    return not cue.stops or not any(word.lower_ in cue.stops for word in between)


def _within(page: Page, cue: Cue, *, words: Sequence[Token], top: Token, about: Token, found: Found) -> bool:
    match cue.scope:
        case "phrase":
            return _in_phrase(about, found)
        case "complement":
            return _in_complement(page, words, about=about, found=found)
        case "consequence":
            return about.dep_ == "advcl" and _in_phrase(about.head, found)
        case "clause":
            return _in_phrase(about, found) or (not _definite(page, found) and _in_clause(about, found))
    return True


def _definite(page: Page, found: Found) -> bool:
    """True for a noun that no verb carries and that speaks of what is known: "will look at the massacre"."""
    known = page.language.words["definite"]
    return found.verb is None and any(child.dep_ == "poss" or child.lower_ in known for child in found.token.lefts)


def _in_phrase(about: Token, found: Found) -> bool:
    """True when the cue is about the trigger's own words: its verb or noun, an argument of its verb ("no shots were
    fired"), or a verb that leads down to it without another between ("did not begin to march", "or block")."""
    carrier = found.carrier
    if about.i in (carrier.i, found.token.i) or _argument(about, carrier):
        return True
    above = _verb_of(about)
    return above is not None and _under(carrier, above, through=_DOWN_A_PHRASE)


def _argument(about: Token, carrier: Token) -> bool:
    """True for a subject or object of a verb, or what a preposition leads to from it ("fired at nobody")."""
    while about.dep_ in ("conj", "pobj", "prep", "agent", "compound") and about.head.i != about.i:
        about = about.head
        if about.i == carrier.i:
            return True
    return about.dep_ in _ARGUMENTS and about.head.i == carrier.i


def _verb_of(about: Token) -> Token | None:
    if is_verb(about):
        return about
    above = about.head
    return above if about.dep_ in ("nsubj", "nsubjpass") and is_verb(above) else None


def _in_clause(about: Token, found: Found) -> bool:
    return (
        _under(found.carrier, about)
        or _under(found.token, about)
        or (about.dep_ in ("acomp", "attr", "oprd", "advmod") and _under(found.token, about.head))
    )


def _in_complement(page: Page, words: Sequence[Token], *, about: Token, found: Found) -> bool:
    """True for what a word governs: the clause, object or "of" below it, or, looking back, the subject of its verb
    ("reports that … are false")."""
    top, token, carrier = _top(words), found.token, found.carrier
    if token.i < top.i:
        return any(token.i == one.i or _hangs_below(token, one) for one in _looked_back_on(top, about))
    if top.dep_ == "amod" and top.head.i == token.i:
        return True
    # A cue's last word may hang elsewhere than its first: "marched in protest at the shooting".
    governors = [top, words[-1]]
    if top.dep_ in ("acomp", "attr", "oprd"):
        # "It is untrue that …"
        governors.append(top.head)
    if top.dep_ in _OF_ABOVE and top.dep_ != "amod" and not children(top, "pobj", "pcomp", "prep", "xcomp", "ccomp"):
        if about.i in (token.i, carrier.i):
            return True
        governors.append(about)
    aside = page.language.words["circumstances"]
    return any(
        _hangs_below(word, one, aside=aside) for one in governors for word in (token, carrier) if word.i != one.i
    )


def _looked_back_on(top: Token, about: Token) -> list[Token]:
    """What a word behind speaks of: the subject of its verb, its object ("called reports … a lie"), the noun before a
    clause of its own."""
    verb = about if is_verb(about) else about.head
    subjects = children(verb, "nsubj", "nsubjpass", "csubj")
    if is_verb(top) and children(top, "ccomp"):
        # "The militants would kill them, the shepherd feared."
        return children(top, "ccomp")
    if verb.dep_ == "xcomp" and not subjects:
        subjects = children(verb.head, "nsubj", "nsubjpass")
    if top.dep_ in ("oprd", "attr", "acomp"):
        subjects += children(verb, "dobj")
    if top.dep_ in ("relcl", "acl") or (verb.dep_ in ("relcl", "acl") and not subjects):
        subjects = [verb.head]
    return subjects


def _hangs_below(token: Token, top: Token, *, aside: frozenset[str] = frozenset()) -> bool:
    """True for a word that another governs, with no clause of its own between; what prepositions in `aside` lead to
    from a verb goes on beside it."""
    current = token
    while current.i != top.i:
        above = current.head
        if above.i == current.i or _stands_alone(current):
            return False
        if above.i == top.i:
            # "the charge that they looted", which the parser may take for a relative clause.
            said = current.dep_ == "relcl" and top.pos_ == "NOUN" and bool(children(current, "mark"))
            return (
                said
                or _misplaced(current, top)
                or (current.dep_ not in _BESIDE and not (is_verb(top) and current.lower_ in aside))
            )
        if current.dep_ in _NEW_CLAUSES and is_verb(current) and not _misplaced(current, top):
            return False
        if current.dep_ == "acl" and current.tag_ == "VBN" and is_verb(top) and not children(current, "aux", "mark"):
            # "promised to free soldiers captured in the war": a relative clause cut short.
            return False
        current = above
    return False


def _stands_alone(verb: Token) -> bool:
    """True for a finite verb that the parser joined to one that is not: "want the price raised and camped outside"."""
    return verb.dep_ == "conj" and verb.tag_ in _FINITE and is_verb(verb.head) and verb.head.tag_ not in _FINITE


def _misplaced(clause: Token, top: Token) -> bool:
    """True for a "to do" that the parser hung beside its verb or noun as an adverb or a relative clause."""
    return clause.dep_ in ("advcl", "relcl") and clause.tag_ == "VB" and not children(clause, "nsubj", "mark")


def _under(token: Token, above: Token, *, through: frozenset[str] | None = None) -> bool:
    """True when `token` stands below `above` with no clause of its own between (or only by the dependencies
    `through`)."""
    current = token
    while current.i != above.i:
        if current.head.i == current.i or (through is not None and current.dep_ not in through):
            return False
        if current.dep_ in _NEW_CLAUSES | {"acl"} and is_verb(current):
            return False
        # Joined verbs share a helper ("will march and block"), unless they have a subject or helper of their own.
        if current.dep_ == "conj" and is_verb(current) and children(current, "nsubj", "nsubjpass", "aux"):
            return False
        if current.dep_ == "conj" and current.head.i == above.i and above.tag_ != current.tag_ and is_verb(current):
            # "had not seen or named anyone" shares its "not", whatever the tags of the two.
            alternative = any(child.lower_ in ("or", "nor") for child in children(above, "cc"))
            if not alternative:
                return False
        current = current.head
    return True
