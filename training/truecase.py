"""Learn how words are written, for texts in one case: `src/byline/language/en/truecase.npy`.

    python training/truecase.py TEXTS [--out truecase.npy] [--check TEXTS]

TEXTS is a folder or a file of texts in ordinary writing, as for `byline bench speed`, or a `.tsv` whose first column
holds them. From each word that does not begin a sentence the model learns whether it is written small, with a capital
or in capitals, from the word itself and its neighbours as they read in small letters: a linear model over hashed
features (softmax, AdaGrad, minibatches in a fixed order), its weights rounded to eight bits. What ships are numbers in
hashed buckets, none of the texts. Lines in headline writing and texts in one case are left out.

It needs numpy, no GPU, and takes about five minutes; the same texts give the same table.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from byline.bench.speed import load
from byline.coding import hashed, parse, truecase
from byline.config import Config
from byline.gazetteer import Gazetteer

OUT = Path(__file__).parent.parent / "src/byline/language/en/truecase.npy"
BUCKETS = 2**19
EPOCHS, BATCH, RATE, SEED = 3, 256, 0.1, 7
# A word's own features name it: left out of this share of its rows, so that unknown words are learned by their letters.
UNKNOWN = 0.25
# Eight-bit weights are so many steps of this size.
STEP = 0.04
HEADLINE_SHARE = 0.6
# Names of persons are taken from the head of lists sorted by how common they are, places from those of so many people.
MOST_NAMES, FEWEST_PEOPLE = 20_000, 15_000


def texts(path: Path) -> Iterator[str]:
    """The texts of a file or folder."""
    if path.suffix == ".tsv":
        csv.field_size_limit(10**9)
        with path.open(encoding="utf-8", newline="") as file:
            yield from (row[0] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row)
    else:
        yield from load(path)


def lines(text: str) -> Iterator[str]:
    """The paragraphs of a text that are in ordinary writing."""
    for line in text.split("\n"):
        written = [truecase.label_of(word) for word in line.split() if word[:1].isalpha()]
        if len(written) < 4 or any(True for _ in truecase.one_cased(line)):
            continue
        if sum(map(bool, written)) < HEADLINE_SHARE * len(written):
            yield line


def rows(line: str, drawn: np.random.Generator) -> Iterator[tuple[list[str], int]]:
    """The features and the label of each word of a line that does not begin a sentence."""
    words = truecase.words(line, "en", cased=True)
    given = [truecase.label_of(line[word.start : word.end]) for word in words]
    before = earlier = truecase.STARTS
    for at, (word, label) in enumerate(zip(words, given, strict=True)):
        if not word.first:
            own = list(truecase.own_features(word.lower))
            context = truecase.context_features(words, at)
            if drawn.random() < UNKNOWN:
                own, context = own[1:], tuple(one for one in context if not one.startswith(("jw", "pw", "nw")))
            yield [*own, *context, *truecase.label_features(word, before, earlier)], label
        earlier, before = before, truecase.STARTS if word.first and label != truecase.CAPITALS else label


def lists(census: list[Path]) -> dict[str, int]:
    """Words with how they are written by themselves: small for what the lexicon of the spaCy pipeline holds, with a
    capital for names of persons (files whose lines begin with one) and of places that it does not hold."""
    lexicon: set[str] = set()
    nlp = parse.model(Config().model, frozenset())
    index = nlp.get_pipe("lemmatizer").lookups.get_table("lemma_index")
    plain = {word for pos in ("adj", "adv", "verb", "noun") for word in index[pos] if word.isalpha()}
    lexicon = plain | {f"{word}s" for word in index["noun"] if word.isalpha() and not word.endswith("s")}
    people = {
        line.split()[0].lower()
        for path in census
        for line in path.read_text().splitlines()[:MOST_NAMES]
        if line.strip()
    }
    gazetteer = Gazetteer.open()
    places = {
        word.lower()
        for number in np.nonzero(np.asarray(gazetteer.population) >= FEWEST_PEOPLE)[0]
        for word in re.findall(r"[^\W\d_]+", gazetteer.entry(int(number)).name)
        if word[:1].isupper() and len(word) > 2
    }
    names = (people | places) - lexicon
    # WordNet's nouns are names as well, written small: what bears a name there is no word.
    nouns = set(index["noun"]) - set(index["adj"]) - set(index["verb"])
    common = lexicon - ((people | places) & nouns)
    return dict.fromkeys(sorted(names), truecase.CAPITAL) | dict.fromkeys(sorted(common), truecase.SMALL)


def matrix(given: list[str], alone: dict[str, int], drawn: np.random.Generator) -> tuple[Any, Any]:
    """Rows of buckets, filled up with the last bucket, which weighs nothing, and the labels."""
    made: list[Any] = []
    labels: list[int] = []
    for word, label in alone.items():
        made.append(np.array([hashed.bucket(one, BUCKETS) for one in truecase.own_features(word)], dtype=np.int32))
        labels.append(label)
    for text in given:
        for line in lines(text):
            for features, label in rows(line, drawn):
                made.append(np.array([hashed.bucket(one, BUCKETS) for one in features], dtype=np.int32))
                labels.append(label)
    width = min(48, max(map(len, made)))
    filled = np.full((len(made), width), BUCKETS, dtype=np.int32)
    for number, row in enumerate(made):
        filled[number, : len(row)] = row[:width]
    return filled, np.array(labels, dtype=np.int8)


def fit(features: Any, labels: Any) -> Any:
    """Weights in float, a row a bucket and a column a label."""
    outputs = 3
    weights = np.zeros((BUCKETS + 1, outputs), dtype=np.float32)
    squares = np.full((BUCKETS + 1, outputs), 1e-2, dtype=np.float32)
    drawn = np.random.default_rng(SEED)
    for epoch in range(EPOCHS):
        order = drawn.permutation(len(labels))
        loss = 0.0
        for first in range(0, len(order), BATCH):
            chosen = order[first : first + BATCH]
            rows, wanted = features[chosen], labels[chosen]
            scores = weights[rows].sum(axis=1)
            scores -= scores.max(axis=1, keepdims=True)
            odds = np.exp(scores)
            odds /= odds.sum(axis=1, keepdims=True)
            loss -= float(np.log(odds[np.arange(len(wanted)), wanted] + 1e-12).sum())
            odds[np.arange(len(wanted)), wanted] -= 1
            unique, inverse = np.unique(rows, return_inverse=True)
            gradient = np.zeros((len(unique), outputs), dtype=np.float32)
            for output in range(outputs):
                gradient[:, output] = np.bincount(
                    inverse.ravel(), weights=np.repeat(odds[:, output], rows.shape[1]), minlength=len(unique)
                )
            squares[unique] += gradient**2
            weights[unique] -= RATE * gradient / np.sqrt(squares[unique])
            weights[BUCKETS] = 0
        sys.stdout.write(f"epoch {epoch + 1}: loss {loss / len(labels):.4f}\n")
        sys.stdout.flush()
    return weights[:BUCKETS]


def check(given: list[str]) -> Iterator[str]:
    """Lines of figures: how words of texts made small are written again, those that begin sentences left out."""
    right = total = 0
    table = np.zeros((3, 3), dtype=int)
    for text in given:
        for line in lines(text):
            words = truecase.words(line.lower(), "en", cased=False)
            if len(line.lower()) != len(line):
                continue
            for word, label in zip(words, truecase.labels(words, "en"), strict=True):
                if not word.first:
                    wanted = truecase.label_of(line[word.start : word.end])
                    table[wanted, label] += 1
                    right, total = right + (wanted == label), total + 1
    yield f"{total} words, {right / total:.4f} as written"
    for label, name in enumerate(("small", "capital", "capitals")):
        told, held = table[:, label].sum(), table[label].sum()
        both = table[label, label]
        yield f"  {name}: precision {both / max(told, 1):.4f}, recall {both / max(held, 1):.4f}"


def main() -> None:
    """Fit, write, and print the figures on other texts."""
    parser = argparse.ArgumentParser(description="Learn how words are written.")
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--names", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--check", type=Path, nargs="*", default=[])
    arguments = parser.parse_args()
    given = [text for path in arguments.texts for text in texts(path)]
    features, labels = matrix(given, lists(arguments.names), np.random.default_rng(SEED))
    sys.stdout.write(f"{len(given)} texts, {len(labels)} words\n")
    weights = fit(features, labels)
    np.save(arguments.out, np.clip(np.rint(weights / STEP), -127, 127).astype(np.int8), allow_pickle=False)
    for path in arguments.check:
        sys.stdout.write(f"{path.name}: " + "\n".join(check(list(texts(path)))) + "\n")


if __name__ == "__main__":
    main()
