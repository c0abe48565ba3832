"""In which sense is a word taken? The conditions of the language's senses, held against a word's surroundings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from byline.coding import who
from byline.coding.syntax import (
    agents,
    children,
    clipped,
    conjuncts,
    grammatical_subject,
    is_verb,
    passive,
    prepositional,
)
from byline.coding.who_spoken import may_be_someone
from byline.language import Sense
from byline.model import Span

if TYPE_CHECKING:
    from spacy.tokens import Token

    from byline.coding.page import Page

_PREPOSITION_DEPS = ("prep", "prt", "advmod", "agent", "dative")
_CLAUSE_DEPS = ("xcomp", "ccomp", "advcl", "acl", "relcl")
_ANY = "*"
_POWERS = frozenset({"GOV", "MIL", "REB", "LEG", "IGO", "UNO", "EUR", "PTY", "OPP", "PRM"})
_HOSTILE = frozenset({"ASSAULT", "COERCE", "PROTEST", "MOBILIZE", "SANCTION"})
_ARMED = frozenset({"COP", "MIL", "PRM", "REB", "UAF", "SPY", "CRM"})


def verb_fits(page: Page, verb: Token, sense: Sense) -> bool:
    """True when a verb may be taken in a sense."""
    if sense.modifier:
        return False
    objects = objects_of(page, verb)
    return (
        _objects_fit(page, objects, sense)
        and (not sense.prep or has_prep(page, verb, sense))
        and _clauses_fit(page, verb, sense)
        and not _promises_an_event(page, verb, sense)
        and _subject_fits(page, verb, sense)
        and _genre_fits(page, verb, sense)
        and not (sense.not_after and _follows(page, verb, sense))
        and not (sense.effect and _by_accident(page, verb))
        # Last, since all places of the text are read for it.
        and (_object_listed(objects, sense) or _has_place(page, objects))
    )


def noun_fits(page: Page, noun: Token, sense: Sense, *, support: Token | None) -> bool:
    """True when a noun may be taken in a sense; `support` is the verb that carries it, None where none does."""
    modifiers = {_lemma(child) for child in noun.lefts if child.dep_ in ("compound", "amod", "nmod", "poss")}
    modifiers |= {_lemma(noun.nbor(-1))} if noun.i > noun.sent.start else set()
    if (sense.modifier and not modifiers & set(sense.modifier)) or modifiers & set(sense.not_modifier):
        return False
    if noun.i + 1 < len(noun.doc) and noun.nbor().lower_ in page.language.words["ranks"]:
        # "homicide Lt. Pat Nelson": an office.
        return False
    led = [target for one in (noun, support) if one is not None for target in prepositional(one, *sense.prep)]
    if (sense.prep and not led) or (sense.prep_object and not _heads(led) & set(sense.prep_object)):
        return False
    governed = [target for prep in children(noun, "prep") for target in children(prep, "pobj")]
    if _heads(governed) & set(sense.not_prep_object):
        return False
    if _heads_of_clauses(noun) & set(sense.not_clause) or (_ANY in sense.not_clause and _heads_of_clauses(noun)):
        return False
    doers = noun_doers(noun, support)
    names = {name for doer in [noun, *doers] for name in _names(doer)}
    if (sense.subject and not names & set(sense.subject)) or _heads(doers) & set(sense.not_subject):
        return False
    if sense.actor_sector and not _actor_fits(page, doers, sense):
        return False
    if noun.dep_ == "dobj" and _lemma(noun.head) in page.language.words["art_verbs"]:
        return False
    if sense.of == "actor" and any(_is_thing(page, target) for target in prepositional(noun, "of")):
        # "a demonstration of the new pump", "a riot of colour"
        return False
    return _genre_fits(page, noun, sense)


def phrase_words(page: Page, verb: Token, sense: Sense) -> list[int]:
    """Tokens that belong to a verb's own phrase, so that they do not tell of a second event."""
    words = [verb.i]
    if sense.object and sense.light:
        words += [token.i for token in objects_of(page, verb) if _lemma(token) in sense.object]
    if sense.prep_object:
        words += [token.i for token in prepositional(verb, *sense.prep) if _lemma(token) in sense.prep_object]
    return words


def objects_of(page: Page, verb: Token) -> list[Token]:
    """What a verb is done to: its objects, or the subject of a passive, also of one cut short ("Man arrested")."""
    if passive(verb) or clipped(verb, page.language.words):
        subject = grammatical_subject(verb)
        return [subject] if subject is not None else []
    return [other for target in children(verb, "dobj", "oprd", "acomp", "attr") for other in conjuncts(target)]


def _doers(page: Page, verb: Token) -> list[Token]:
    if verb.dep_ == "conj" and is_verb(verb.head) and passive(verb.head) and verb.tag_ in ("VBN", "VBD"):
        # "was hit by a car and killed": the same did both.
        shared = agents(verb.head) if not agents(verb) and not children(verb, "nsubj", "nsubjpass") else []
        if shared:
            return shared
    if passive(verb) or clipped(verb, page.language.words):
        return agents(verb) + prepositional(verb, "in")
    subject = grammatical_subject(verb)
    return [subject] if subject is not None else []


def noun_doers(noun: Token, support: Token | None) -> list[Token]:
    """Words that may stand for who did what a noun tells."""
    doers = prepositional(noun, "of", "by", "between") + children(noun, "poss")
    if support is not None:
        if passive(support):
            doers += agents(support)
        else:
            subject = grammatical_subject(support)
            doers += [subject] if subject is not None and subject != noun else []
    return doers


def _lemma(token: Token) -> str:
    return str(token.lemma_.lower())


def _names(token: Token) -> set[str]:
    """Lemmas a condition may name a noun by: its head, and what it is made of ("car bomb", "hundreds of workers")."""
    found = {_lemma(token)}
    for child in token.children:
        if child.dep_ in ("compound", "amod"):
            found.add(_lemma(child))
        if child.dep_ == "prep" and child.lower_ == "of":
            found.update(_lemma(target) for target in children(child, "pobj"))
    return found


def _of(token: Token) -> list[Token]:
    """What is counted by a noun of number: "thousands of refugees"."""
    return [target for prep in children(token, "prep") if prep.lower_ == "of" for target in children(prep, "pobj")]


def _heads(tokens: list[Token]) -> set[str]:
    """Lemmas of nouns, and what they are made of with them ("teargas shell"); of a name the title too ("Foreign
    Minister Tesfaye")."""
    found = {_lemma(token) for token in tokens}
    for token in tokens:
        for child in children(token, "compound", "amod"):
            found.add(f"{_lemma(child)} {_lemma(token)}")
            if token.pos_ == "PROPN" and child.dep_ == "compound":
                found.add(_lemma(child))
    return found


_OF_MANY = frozenset({"group", "total", "number", "series", "pair", "stash"})


def _object_heads(objects: list[Token]) -> set[str]:
    counted = [target for token in objects if token.tag_ == "NNS" or token.lemma_ in _OF_MANY for target in _of(token)]
    return _heads(objects + counted)


def _object_listed(objects: list[Token], sense: Sense) -> bool:
    """True where the object is one that the sense names, or it names none."""
    return not sense.object or bool(_object_heads(objects) & set(sense.object))


def _objects_fit(page: Page, objects: list[Token], sense: Sense) -> bool:
    """True where the objects are such as the sense asks for; that they be places is not asked here."""
    if not sense.named_place and not _object_listed(objects, sense):
        return False
    heads = _object_heads(objects)
    if heads & set(sense.not_object):
        return False
    if sense.type == "ASSAULT" and not sense.object and heads & page.language.words["reflexives"]:
        return False
    if sense.needs_object and not objects:
        return False
    if sense.alone and objects:
        return False
    fits = _is_victim if sense.type == "ASSAULT" else may_be_someone
    return not sense.someone or all(fits(page, token) for token in objects)


def _has_place(page: Page, tokens: list[Token]) -> bool:
    # Of a name at least a word before its last is a capital's ("the Jenin camp"); elsewhere no place is looked for.
    tokens = [token for token in tokens if any(one.text[:1].isupper() for one in (token, *token.lefts))]
    spans = [Span(start=token.idx, end=token.idx + len(token)) for token in tokens]
    places = [place for span in spans for place in page.toponyms_in(page.sentence_at(span.start))]
    return any(place.kind != "demonym" and place.span.overlaps(span) for place in places for span in spans)


def _is_victim(page: Page, token: Token) -> bool:
    """True for someone who can be hurt or killed: no thing, and no state or team by its name."""
    if token.ent_type_ in ("GPE", "ORG"):
        return False
    return bool(children(token, "nummod")) or may_be_someone(page, token)


def _clauses_fit(page: Page, verb: Token, sense: Sense) -> bool:
    if sense.negated and not (children(verb, "neg") and children(verb, "aux")):
        return False
    if sense.modal:
        # "said it must grow" asks nothing of another.
        clauses = [
            clause
            for clause in children(verb, "ccomp", "xcomp")
            if not any(subject.pos_ == "PRON" for subject in children(clause, "nsubj"))
            and ("to" not in sense.modal or not children(clause, "mark"))
        ]
        bare = [clause for clause in clauses if clause.tag_ == "VB" and not children(clause, "aux")]
        helpers = {helper.lower_ for clause in clauses for helper in children(clause, "aux")}
        return bool(helpers & set(sense.modal)) or ("bare" in sense.modal and bool(bare))
    if sense.not_modal:
        told = [clause for top in children(verb, "ccomp") for clause in conjuncts(top) if not _is_hostile(page, clause)]
        if any(helper.lower_ in sense.not_modal for clause in told for helper in children(clause, "aux")):
            return False
    if not sense.clause and not sense.not_clause:
        return True
    content = _heads_of_clauses(verb, beside=False)
    if sense.not_clause and _tasks(verb) & set(sense.not_clause):
        return False
    if content & set(sense.not_clause):
        return False
    if not sense.clause or (_ANY in sense.clause and content):
        return True
    return bool(_heads_of_clauses(verb) & set(sense.clause))


def _tasks(verb: Token) -> set[str]:
    """What prepositions lead to from a verb or its object, where the parse takes a verb for a noun or hangs it on the
    object: "charged the inspectors with verifying …"."""
    preps = [prep for one in (verb, *children(verb, "dobj")) for prep in children(one, "prep")]
    return {name for prep in preps for one in children(prep, "pcomp", "pobj") for name in (_lemma(one), one.lower_)}


def _is_hostile(page: Page, verb: Token) -> bool:
    return any(one.type in _HOSTILE for one in page.language.verb_senses.get(_lemma(verb), ()))


def _heads_of_clauses(token: Token, *, beside: bool = True) -> set[str]:
    """Lemmas of the verbs below a word: its "to do", its purpose, what it leads to with a preposition; and what is told
    `beside` it ("gathered, chanting")."""
    above = [token, *children(token, "dobj")] if is_verb(token) else [token]
    below = [child for one in above for child in children(one, *_CLAUSE_DEPS) if _leads(child)]
    if not beside:
        below = [child for child in below if child.dep_ != "advcl" or child.tag_ != "VBG"]
    below += [verb for prep in children(token, "prep") for verb in children(prep, "pcomp")]
    return {_lemma(other) for verb in below for other in conjuncts(verb)}


def _leads(clause: Token) -> bool:
    """True for a clause of purpose or content: "to do", "doing"; a "that …" only below a verb of saying or asking."""
    if clause.dep_ in ("xcomp", "ccomp"):
        return not any(child.lower_ in ("whether", "if", "when", "how") for child in clause.children)
    return clause.tag_ == "VBG" or any(child.lower_ == "to" and child.dep_ == "aux" for child in clause.children)


def _follows(page: Page, verb: Token, sense: Sense) -> bool:
    """True where one of the words that turn a sense off stands before the verb, and nobody is told to be in custody."""
    number = page.sentence_number(verb.idx)
    around = [word for one in page.sentences[max(0, number - 1) : number + 1] for word in page.tokens(one)]
    if not page.language.words["custody"].isdisjoint(word.lower_ for word in around):
        return False
    return not set(sense.not_after).isdisjoint(word.lower_ for word in around if word.i < verb.i)


def _promises_an_event(page: Page, verb: Token, sense: Sense) -> bool:
    """True for "vowed to block the port": what is vowed is the event; but "agreed to meet" is the agreement."""
    if sense.type != "AGREE" or _lemma(verb) not in page.language.words["vows"]:
        return False
    promised = [_lemma(child) for child in children(verb, "xcomp")]
    return any(one.type in _HOSTILE for lemma in promised for one in page.language.verb_senses.get(lemma, ()))


def _subject_fits(page: Page, verb: Token, sense: Sense) -> bool:
    doers = _doers(page, verb)
    names = set().union(*(_names(token) for token in doers)) if doers else set()
    by_name = sense.named_place and not sense.object and _has_place(page, doers)
    if sense.subject and not names & set(sense.subject) and not by_name:
        # What explodes is the subject; what is exploded is the object.
        return False
    things = [token for token in doers if token.tag_ != "VBG"]
    if sense.not_subject and _heads(things) & set(sense.not_subject):
        return False
    doers = [token for token in doers if token.dep_ != "pobj" or token.head.lower_ != "in"]
    return _actor_fits(page, doers, sense) or (sense.weak and _in_politics(page, verb, doers))


def _in_politics(page: Page, verb: Token, doers: list[Token]) -> bool:
    """True for someone named, of no office we know, who deals with those who hold power: "Arriaga accused the army"."""
    if not any(doer.ent_type_ == "PERSON" and who.sector(page, doer) is None for doer in doers):
        return False
    others = objects_of(page, verb) + [target for prep in children(verb, "prep") for target in children(prep, "pobj")]
    others += [subject for clause in children(verb, "ccomp") for subject in children(clause, "nsubj")]
    return any(_is_nation(page, token) or who.sector(page, token) in _POWERS for token in others)


def has_prep(page: Page, verb: Token, sense: Sense) -> bool:
    """True when one of a sense's prepositions follows the verb, with an object the sense allows."""
    on_object = (
        [child for target in objects_of(page, verb) for child in target.children]
        if sense.light or "with" in sense.prep
        else []
    )
    for child in [*verb.children, *on_object]:
        if child.lower_ not in sense.prep or child.dep_ not in _PREPOSITION_DEPS:
            continue
        if sense.prep_verb:
            if children(child, "pcomp"):
                return True
            continue
        targets = children(child, "pobj")
        if sense.prep_object:
            if _heads(prepositional(verb, child.lower_)) & set(sense.prep_object):
                return True
        elif child.dep_ == "prt" or not targets or not all(dates(page, target) for target in targets):
            # "walked out"; "fired on the crowd", not "fired … on Monday".
            return True
    return False


def dates(page: Page, token: Token) -> bool:
    """True for a word of a date or of the report's head, which tells of no event."""
    span = Span(start=token.idx, end=token.idx + len(token))
    return page.is_timed(span) or page.in_header(span)


def _actor_fits(page: Page, doers: list[Token], sense: Sense) -> bool:
    if not sense.actor_sector:
        return not sense.weak or bool(doers)
    everyone = [token for doer in doers for token in conjuncts(_meant(doer))]
    sectors = [who.sector(page, token) for token in everyone]
    known = [
        "GOV" if sector == "UNK" and "GOV" in sense.actor_sector and _is_nation(page, token) else sector
        for token, sector in zip(everyone, sectors, strict=True)
        if sector is not None
    ]
    if not known:
        # Nobody is named: a strong word stands by itself, a weak one only with a nation ("the Palestinians").
        if sense.weak:
            return "GOV" in sense.actor_sector and any(_is_nation(page, token) for token in everyone)
        return not doers or any(doer.pos_ in ("PRON", "PROPN") for doer in doers)
    return any(sector in sense.actor_sector for sector in known)


def _meant(doer: Token) -> Token:
    """Who acts in what someone says or writes: "the ministry said it would pay", "issued a note urging"."""
    said = doer.head
    if doer.pos_ == "PRON" and doer.dep_ == "nsubj" and said.dep_ == "ccomp":
        return next(iter(children(said.head, "nsubj")), doer)
    if doer.dep_ == "dobj" and children(doer, "acl"):
        return next(iter(children(said, "nsubj")), doer)
    return doer


def _is_nation(page: Page, token: Token) -> bool:
    """True for a state or a people by its name: "Cambodia", "the Tuareg"."""
    if token.ent_type_ == "NORP":
        return True
    if not token.text[:1].isupper():
        return False
    named = page.toponyms_in(Span(start=token.idx, end=token.idx + len(token)))
    return any(place.people or (place.entry is not None and place.entry.kind == "country") for place in named)


def _is_thing(page: Page, token: Token) -> bool:
    actor = who.actor_of(page, token)
    known = token.lemma_.lower() in page.language.words["not_actors"] - {"colour", "color"}
    return actor is not None and actor.kind == "object" and actor.sector is None and not known and token.ent_type_ == ""


# Words of sport or trade in a sentence, or in a page and as a share of its words, that make it a piece about that:
# the values that part the sport and market pages of LGL and TimeBank from their political news.
_GENRE_IN_SENTENCE = 2
_GENRE_IN_PAGE = 6
_GENRE_SHARE = 0.012
# Kinds of writing that a sense may leave out.
_GENRES = ("sport", "trade", "worship", "contest")


def _genre_fits(page: Page, token: Token, sense: Sense) -> bool:
    """False for a word of many senses in a piece on sport or trade, unless one who is armed does it."""
    if not any(_is_about(page, token, genre) for genre in sense.not_genre):
        return True
    return is_verb(token) and any(who.sector(page, doer) in _ARMED for doer in _doers(page, token))


def _is_about(page: Page, token: Token, genre: str) -> bool:
    words = page.language.words[genre]
    here = page.tokens(page.sentence_at(token.idx))
    if len({word.lower_ for word in here} & words) >= _GENRE_IN_SENTENCE:
        return True
    counted = page.genre_words[genre]
    return len(set(counted)) >= _GENRE_IN_PAGE and len(counted) >= _GENRE_SHARE * len(page.words)


def genre_words(page: Page) -> dict[str, list[str]]:
    """The words of each genre that stand in a page, as often as they do."""
    listed = {genre: page.language.words[genre] for genre in _GENRES}
    every = frozenset().union(*listed.values())
    # Once through the page for all of them: few of its words are of any.
    told = [word for word in (token.lower_ for token in page.words) if word in every]
    return {genre: [word for word in told if word in words] for genre, words in listed.items()}


def _by_accident(page: Page, verb: Token) -> bool:
    """True for dead and hurt of whom no doer is told, in a sentence that speaks of an accident and of no violence; or
    in one that speaks of neither, on a page of accidents."""
    accidents, violence = page.language.words["accidents"], page.language.words["violence"]
    doers = [token for token in _doers(page, verb) if token.dep_ != "pobj" or token.head.lower_ != "in"]
    if doers and not _heads(doers) & accidents:
        return False
    here = _told_words(page.tokens(page.sentence_at(verb.idx)))
    if here & violence:
        return False
    if here & accidents:
        return True
    return page.count(accidents) > page.count(violence)


def _told_words(tokens: Iterable[Token]) -> set[str]:
    """Lemmas of a sentence, without what a verb is made of ("opened fire")."""
    return {_lemma(token) for token in tokens if token.dep_ != "dobj" or _lemma(token) != "fire"}
