"""Learn the weights by which names of places are recognised and resolved: `src/byline/gazetteer/weights.toml`.

    python training/toponyms.py GOLD_FOLDER [--out weights.toml] [--train-only]

GOLD_FOLDER holds `lgl.xml` (LGL, 588 local news articles; Lieberman, Samet and Sankaranarayanan 2010) and `GWN.xml`
(GeoWebNews, 200 articles; Gritta, Pilehvar and Collier 2020), both as published with the "Pragmatic Guide to Geoparsing
Evaluation". What ships is the weights alone, a number for each readable level, and none of the corpora's text.

Split: by document; a document is dev where the first byte of sha256("toponyms/{lgl|gwn}/{docid}") is a multiple of four
(a quarter), else train. Settings were chosen on that split. The script first fits on train and prints figures on dev,
then fits on everything and writes that (with --train-only it writes the first fit). It needs numpy and scipy, no GPU,
and draws nothing at random: the same data, gazetteer and spaCy model give the same weights.

Model: two logistic regressions with an L2 penalty over the levels of `byline.gazetteer`. Recognition asks of every
candidate whether it is a name that the corpus marks. Resolution asks which of the places of a name lies where the gold
says (a softmax over the name's places), with what the other names mean taken from the fit before, ROUNDS times.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from byline.bench.scores import kilometres, score, share
from byline.bench.toponyms import COUNTED, NEAR_KM, load
from byline.coding import parse, toponyms
from byline.coding.toponyms import Weights
from byline.config import Config
from byline.gazetteer import Gazetteer, candidates, evidence, resolve
from byline.gazetteer.candidates import Text

LANGUAGE = "en"
FILES = {"gwn": "GWN.xml", "lgl": "lgl.xml"}

# How much an example counts in each form of its text: as the pipeline reads it (with a name finder), without one, all
# in small letters, all in capitals. The odd forms count little: they are rare, and must not cost the usual one.
FORMS = {"finder": 0.5, "no finder": 0.5, "small letters": 0.15, "capitals": 0.15}
# Penalties of the two fits. On dev, span F1 (gwn, lgl) was 0.845 and 0.833 at 0.3, 0.846 and 0.836 at 1, 0.846 and
# 0.835 at 3; acc161 on lgl was 0.837 at 0.2, 0.850 at 0.5, 0.832 at 2 (on gwn 0.944 at all three).
RECOGNISE_L2, RESOLVE_L2 = 1.0, 0.5
# A level is weighed when it held so often, in so many documents: rarer ones are about the corpus, not the language.
MIN_TIMES, MIN_DOCUMENTS = 12, 3
# Added to every candidate: F1 wants more names than log odds over candidates give. On dev, span F1 was 0.845 and 0.825
# at 0, 0.847 and 0.835 at 0.3, 0.846 and 0.836 at 0.6 and at 0.9, where precision is lower (0.880 and 0.812).
THRESHOLD = 0.6
ROUNDS = 4
# A place this near to the gold is the one meant; where none is, the nearest within NEAR_KM.
SAME_PLACE_KM = 60.0
# GeoWebNews is of the world's news and LGL of American towns: its names count double.
NAME_WEIGHT = {"gwn": 2.0, "lgl": 1.0}
# Levels set by hand: the corpora have too few states named after a town, and hold few words like "province".
BY_HAND = {"a state with a town of its name": -3.0, "called a province or the like": 3.0}
# Smaller weights are left out of the file.
MIN_RECOGNISE, MIN_RESOLVE = 0.03, 0.005

Point = tuple[float, float]
Gold = dict[tuple[int, int], Point | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A text in tokens with the names marked in it; `dev` where it is not for training."""

    corpus: str
    id: str
    dev: bool
    text: Text
    gold: Gold


def is_dev(corpus: str, id: str) -> bool:
    """True for the quarter of documents that are held out."""
    return sha256(f"toponyms/{corpus}/{id}".encode()).digest()[0] % 4 == 0


def read(folder: Path) -> Iterator[Article]:
    """The articles of both corpora, tokenised and with the labels of the name finder."""
    nlp = parse.model(Config().model, frozenset())
    for corpus, name in FILES.items():
        for article in load(folder / name):
            doc = nlp.make_doc(article.text.document.text)
            for pipe in ("tok2vec", "ner"):
                if nlp.has_pipe(pipe):
                    doc = nlp.get_pipe(pipe)(doc)
            gold: Gold = {}
            for mark in article.names:
                point = None if mark.latitude is None or mark.longitude is None else (mark.latitude, mark.longitude)
                gold[article.text.forth(mark.start, mark.end)] = point
            id = article.text.id
            yield Article(corpus=corpus, id=id, dev=is_dev(corpus, id), text=toponyms.tokens(doc, doc.text), gold=gold)


def form_of(text: Text, form: str) -> Text:
    """A text in one of FORMS, offsets unchanged."""
    if form == "finder":
        return text
    plain = replace(text, labels=[""] * len(text.labels), labelled=False)
    if form == "no finder":
        return plain
    change = str.lower if form == "small letters" else str.upper
    words = [change(word) if len(change(word)) == len(word) else word for word in text.tokens]
    whole = change(text.text)
    return replace(plain, tokens=words, text=whole if len(whole) == len(text.text) else text.text)


# ---------------------------------------------------------------------------------------------------- recognition
@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The candidates of one text in one form with their levels, and which of them the gold marks."""

    article: Article
    form: str
    levels: list[list[str]]
    marked: list[bool]


def readings(articles: Sequence[Article], gazetteer: Gazetteer) -> list[Reading]:
    """Every article in every form."""
    lists = candidates.words(LANGUAGE)
    made = []
    for article in articles:
        for form in FORMS:
            text = candidates.recase(form_of(article.text, form))
            proposed = candidates.find(text, gazetteer, LANGUAGE)
            around = evidence.survey(text, proposed, gazetteer, lists)
            levels = [evidence.levels(text, one, around, gazetteer, lists) for one in proposed]
            marked = [(text.starts[one.first], text.ends[one.last - 1]) in article.gold for one in proposed]
            made.append(Reading(article=article, form=form, levels=levels, marked=marked))
    return made


def fit_recognition(read: Sequence[Reading]) -> dict[str, float]:
    """The weight of each level that is common enough."""
    times: Counter[str] = Counter()
    documents: defaultdict[str, set[str]] = defaultdict(set)
    for one in read:
        for levels in one.levels:
            times.update(levels)
            for level in levels:
                documents[level].add(f"{one.article.corpus}/{one.article.id}")
    known = [level for level, count in times.items() if count >= MIN_TIMES and len(documents[level]) >= MIN_DOCUMENTS]
    number = {level: position for position, level in enumerate(sorted(known))}
    rows: list[int] = []
    columns: list[int] = []
    marked: list[bool] = []
    counts: list[float] = []
    for one in read:
        for levels, is_name in zip(one.levels, one.marked, strict=True):
            held = {number[level] for level in levels if level in number}
            rows += [len(marked)] * len(held)
            columns += sorted(held)
            marked.append(is_name)
            counts.append(FORMS[one.form])
    table = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), (len(marked), len(number)))
    wanted, count = np.array(marked, float), np.array(counts)

    def loss(weights: Any) -> tuple[float, Any]:
        scores = table @ weights
        missed = np.logaddexp(0.0, scores) - wanted * scores
        slope = table.T @ (count * (1.0 / (1.0 + np.exp(-scores)) - wanted))
        return float(count @ missed + 0.5 * RECOGNISE_L2 * weights @ weights), slope + RECOGNISE_L2 * weights

    fitted = minimize(loss, np.zeros(len(number)), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    weights = {level: float(fitted[position]) for level, position in number.items()}
    for kind in ("place", "demonym", "site", "name"):
        weights[kind] = weights.get(kind, 0.0) + THRESHOLD
    return {level: round(weight, 2) for level, weight in sorted(weights.items()) if kept(level, weight)}


def kept(level: str, weight: float) -> bool:
    """True for a weight that matters, of a level that can be written on a line."""
    return abs(weight) >= MIN_RECOGNISE and level.isprintable()


# ----------------------------------------------------------------------------------------------------- resolution
@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The groups of names of one document, and the gold points of those that have any."""

    corpus: str
    groups: list[resolve.Group]
    group_of: list[int]
    points: dict[int, list[Point]]


def questions(articles: Sequence[Article], gazetteer: Gazetteer, weights: Weights) -> list[Question]:
    """What the resolver is asked of each document, once names are recognised."""
    asked = []
    for article in articles:
        text = article.text
        linked, divisions = toponyms.named(text, gazetteer, language=LANGUAGE, weights=weights)
        known, names = toponyms.askable(linked, divisions)
        groups, group_of = resolve.grouped(names, gazetteer, None)
        points: defaultdict[int, list[Point]] = defaultdict(list)
        for number, group in zip(known, group_of, strict=True):
            candidate = linked[number].candidate
            point = article.gold.get((text.starts[candidate.first], text.ends[candidate.last - 1]))
            if point is not None:
                points[group].append(point)
        asked.append(Question(corpus=article.corpus, groups=groups, group_of=group_of, points=dict(points)))
    return asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A name to be resolved: the levels of each of its places, and the share of the gold that each answers."""

    levels: Mapping[str, Any]
    right: Any
    count: float


def examples(asked: Sequence[Question], gazetteer: Gazetteer, weights: Mapping[str, float]) -> Iterator[Example]:
    """The names that have several places, some right and some not, as `weights` let their neighbours be read."""
    for question in asked:
        scored, _ = resolve.rounds(question.groups, question.group_of, gazetteer, weights)
        for number, points in question.points.items():
            group = question.groups[number]
            right = answers(group, points, gazetteer)
            if right is not None:
                count = NAME_WEIGHT[question.corpus] * len(points) ** 0.5
                yield Example(levels=scored[number], right=right, count=count)


def answers(group: resolve.Group, points: Sequence[Point], gazetteer: Gazetteer) -> Any | None:
    """For each place of a name the share of gold points it answers; None where all do, or none."""
    right = np.zeros(group.places.size)
    for latitude, longitude in points:
        distances = np.array(
            [kilometres(latitude, longitude, *place_point(int(place), gazetteer)) for place in group.places]
        )
        near = distances <= SAME_PLACE_KM
        if not near.any() and distances.min() <= NEAR_KM:
            near = distances <= distances.min() + 1.0
        right += near / len(points)
    return None if group.places.size < 2 or right.max() == 0.0 or right.min() > 0.99 else np.minimum(right, 1.0)


def place_point(place: int, gazetteer: Gazetteer) -> Point:
    """A place's degrees."""
    return float(gazetteer.latitude[place]), float(gazetteer.longitude[place])


def fit_resolution(asked: Sequence[Question], gazetteer: Gazetteer) -> dict[str, float]:
    """The weight of each level, from a start at the weights that size alone would have."""
    weights: dict[str, float] = {"people, log10": 1.0, **BY_HAND}
    for _ in range(ROUNDS):
        weights = {**BY_HAND, **_fit_choice(list(examples(asked, gazetteer, weights)), weights)}
    return {level: round(weight, 3) for level, weight in sorted(weights.items()) if abs(weight) >= MIN_RESOLVE}


def _fit_choice(known: Sequence[Example], start: Mapping[str, float]) -> dict[str, float]:
    levels = sorted({level for example in known for level in example.levels} - set(BY_HAND))
    number = {level: position for position, level in enumerate(levels)}
    tables, fixed = [], []
    for example in known:
        table = np.zeros((example.right.size, len(levels)))
        given = np.zeros(example.right.size)
        for level, values in example.levels.items():
            if level in BY_HAND:
                given += BY_HAND[level] * values
            else:
                table[:, number[level]] = values
        tables.append(table)
        fixed.append(given)

    def loss(weights: Any) -> tuple[float, Any]:
        total, slope = 0.5 * RESOLVE_L2 * weights @ weights, RESOLVE_L2 * weights
        for table, given, example in zip(tables, fixed, known, strict=True):
            scores = table @ weights + given
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            answered = shares * example.right
            sure = answered.sum() + 1e-12
            total -= example.count * np.log(sure)
            slope = slope - example.count * (table.T @ (answered / sure - shares))
        return float(total), slope

    begin = np.array([start.get(level, 0.0) for level in levels])
    fitted = minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": 60}).x
    return {level: float(fitted[position]) for level, position in number.items()}


# -------------------------------------------------------------------------------------------------------- figures
def fit(articles: Sequence[Article], read: Sequence[Reading], gazetteer: Gazetteer) -> Weights:
    """Both fits, on these articles."""
    names = fit_recognition(read)
    asked = questions(articles, gazetteer, Weights(recognise=names, resolve={}))
    return Weights(recognise=names, resolve=fit_resolution(asked, gazetteer))


def figures(articles: Sequence[Article], gazetteer: Gazetteer, weights: Weights, form: str) -> str:
    """Spans, acc161 and found161 of the articles as the bench counts them, read in one form."""
    right = predicted = gold = found = near = located = 0
    for article in articles:
        text = form_of(article.text, form)
        told = {
            (one.span.start, one.span.end): one.entry or one.anchor
            for one in toponyms.read(text, gazetteer, language=LANGUAGE, weights=weights)
            if one.kind in COUNTED[article.corpus] and not (article.corpus == "gwn" and one.people)
        }
        right += len(told.keys() & article.gold.keys())
        predicted, gold = predicted + len(told), gold + len(article.gold)
        for span, point in article.gold.items():
            place = told.get(span)
            located += point is not None
            found += point is not None and span in told
            if point is not None and place is not None:
                near += kilometres(*point, place.latitude, place.longitude) <= NEAR_KM
    spans = score(right, predicted, gold)
    return f"{spans}, acc161 {share(near, found):.3f}, found161 {share(near, located):.3f}"


def tell(articles: Sequence[Article], gazetteer: Gazetteer, weights: Weights, about: str) -> None:
    """Prints figures of each corpus in each form."""
    for corpus in FILES:
        chosen = [article for article in articles if article.corpus == corpus]
        for form in FORMS:
            sys.stdout.write(
                f"{about}, {corpus}, {len(chosen)} documents, {form}: {figures(chosen, gazetteer, weights, form)}\n"
            )
    sys.stdout.flush()


def written(weights: Weights) -> str:
    """The weights as weights.toml holds them."""
    lines = [
        "# Weights of levels of evidence, in log odds; a level that is not here weighs nothing.",
        "# recognise: that a candidate is the name of a place. resolve: that a place is the one a name means.",
        "# Learned by training/toponyms.py (data, split and figures: docs/models/places.md); not edited by hand.",
    ]
    for section, levels in (("recognise", weights.recognise), ("resolve", weights.resolve)):
        lines += ["", f"[{section}]"]
        for level, weight in sorted(levels.items()):
            quoted = level.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'"{quoted}" = {weight:.{2 if section == "recognise" else 3}f}')
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit on train and print figures on dev, fit on all, write the weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("gold", type=Path, help="folder with lgl.xml and GWN.xml")
    parser.add_argument("--out", type=Path, help="where the weights go (nowhere, if not given)")
    parser.add_argument("--train-only", action="store_true", help="write the weights fitted on train alone")
    asked = parser.parse_args(arguments)
    begun = time.perf_counter()
    gazetteer = Gazetteer.open()
    articles = list(read(asked.gold))
    made = readings(articles, gazetteer)
    sys.stdout.write(f"{len(articles)} articles read in {time.perf_counter() - begun:.0f} s\n")
    train = [article for article in articles if not article.dev]
    dev = [article for article in articles if article.dev]
    weights = fit(train, [one for one in made if not one.article.dev], gazetteer)
    tell(dev, gazetteer, weights, "train-only weights on dev")
    if not asked.train_only:
        weights = fit(articles, made, gazetteer)
        tell(articles, gazetteer, weights, "weights of all on all")
    if asked.out is not None:
        asked.out.write_text(written(weights), encoding="utf-8")
    sys.stdout.write(f"{time.perf_counter() - begun:.0f} s\n")


if __name__ == "__main__":
    main()
