"""Who says what: sources and the characters of what is put in their mouths (PolNeAR's form).

PolNeAR marks no attribution within another's content: of its contents no two share a character. So what is asked here
is who is nearest to the report: in "X said that Y claimed …" X, though coding keeps both, and puts an event within
under Y.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from byline.bench.documents import Text, snippet
from byline.bench.harness import Bench, Coder, Error, Json, read_lines
from byline.bench.scores import score

SAME_CONTENT = 0.5
"""Two contents are one when they share half or more of the characters that stand in either."""

Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One attribution: the spans of its source (none when nobody is named) and of its content."""

    source: Spans
    content: Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article with the attributions that people marked."""

    text: Text
    said: tuple[Said, ...]


def _said(row: Json) -> Said:
    return Said(source=tuple((s, e) for s, e in row["source"]), content=tuple((s, e) for s, e in row["content"]))


def load(path: Path) -> list[Article]:
    """The articles of a JSON Lines file with docid, text and attributions."""
    return [
        Article(text=Text(id=str(row["docid"]), raw=row["text"]), said=tuple(map(_said, row["attributions"])))
        for row in read_lines(path, "docid", "text", "attributions")
    ]


def predict(coder: Coder, article: Article) -> Json:
    """Every attribution of the text that stands in no other's content: spans of source and of content."""
    from byline.coding.sayswho import outermost

    back = article.text.back
    lines = []
    for said in coder.ask(article.text.document, outermost):
        source = [list(back(s.start, s.end)) for s in said.source if s.part == "text"]
        content = [list(back(s.start, s.end)) for s in said.content if s.part == "text"]
        if content:
            lines.append({"source": source, "content": content})
    return {"docid": article.text.id, "attributions": lines}


def characters(text: str, spans: Spans) -> frozenset[int]:
    """Offsets of the characters of `spans`, white space aside."""
    return frozenset(i for start, end in spans for i in range(start, end) if not text[i : i + 1].isspace())


def pair(text: str, gold: Sequence[Said], predicted: Sequence[Said]) -> list[tuple[int, int]]:
    """(index in gold, index in predicted) of attributions with the same content, one to one, best overlap first."""
    wanted = [characters(text, said.content) for said in gold]
    given = [characters(text, said.content) for said in predicted]
    shares = [(len(x & y) / len(x | y), i, j) for i, x in enumerate(wanted) for j, y in enumerate(given) if x & y]
    left: set[int] = set()
    right: set[int] = set()
    pairs = []
    for same, i, j in sorted(shares, reverse=True):
        if same >= SAME_CONTENT and i not in left and j not in right:
            left.add(i)
            right.add(j)
            pairs.append((i, j))
    return pairs


def same_source(text: str, gold: Said, predicted: Said) -> bool:
    """True when both sources share a character, or neither attribution names one."""
    a, b = characters(text, gold.source), characters(text, predicted.source)
    return bool(a & b) or (not a and not b)


def figures(articles: Sequence[Article], predictions: Sequence[Json]) -> Iterable[str]:
    """P/R/F1 of characters inside attributed content, of attributions, and of attributions with their source."""
    chars = [0, 0, 0]
    said = [0, 0, 0, 0]
    for article, prediction in zip(articles, predictions, strict=True):
        raw, given = article.text.raw, [_said(row) for row in prediction["attributions"]]
        inside = characters(raw, tuple(span for s in article.said for span in s.content))
        told = characters(raw, tuple(span for s in given for span in s.content))
        chars = [chars[0] + len(inside & told), chars[1] + len(told), chars[2] + len(inside)]
        pairs = pair(raw, article.said, given)
        sourced = sum(same_source(raw, article.said[i], given[j]) for i, j in pairs)
        counts = (len(pairs), sourced, len(given), len(article.said))
        said = [a + b for a, b in zip(said, counts, strict=True)]
    right, sourced, predicted, gold = said
    yield (
        f"{len(articles)} documents: content characters {score(*chars)}, "
        f"attributions {score(right, predicted, gold)}, with source {score(sourced, predicted, gold)}"
    )


def errors(articles: Sequence[Article], predictions: Sequence[Json]) -> Iterator[Error]:
    """Attributions missed, with other bounds of content, with another source, or made where there is none."""
    for article, prediction in zip(articles, predictions, strict=True):
        given = [_said(row) for row in prediction["attributions"]]
        pairs = dict(pair(article.text.raw, article.said, given))
        yield from _missed(article, given, pairs)
        told = characters(article.text.raw, tuple(span for s in article.said for span in s.content))
        for j in sorted(set(range(len(given))) - set(pairs.values())):
            met = characters(article.text.raw, given[j].content) & told
            kind = "predicted with other bounds" if met else "extra"
            yield Error(kind=kind, where=article.text.id, words=_words(article.text.raw, given[j]))


def _missed(article: Article, given: Sequence[Said], pairs: dict[int, int]) -> Iterator[Error]:
    raw = article.text.raw
    told = characters(raw, tuple(span for s in given for span in s.content))
    for i, said in enumerate(article.said):
        if i not in pairs:
            kind = "gold with other bounds" if characters(raw, said.content) & told else "missed"
            yield Error(kind=kind, where=article.text.id, words=_words(raw, said))
        elif not same_source(raw, said, given[pairs[i]]):
            words = f"{_words(raw, said)}, not {_quoted(raw, given[pairs[i]].source)}"
            yield Error(kind="another source", where=article.text.id, words=words)


def _quoted(raw: str, spans: Spans) -> str:
    return " … ".join(" ".join(raw[s:e].split()) for s, e in spans) or "nobody"


def _words(raw: str, said: Said) -> str:
    content = snippet(raw, *said.content[0]) if said.content else "nothing"
    return f"{_quoted(raw, said.source)} says {content}"


bench = Bench(load=load, predict=predict, figures=figures, errors=errors)
