"""Which of the places named is the event's: verbs of political events and where they happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from byline.bench.documents import Text, overlapping, snippet
from byline.bench.harness import Bench, Coder, Error, Json, read_lines
from byline.bench.scores import score, share
from byline.model import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """A sentence, the characters of one verb in it, and those of the places where its event happened."""

    text: Text
    verb: tuple[int, int]
    places: tuple[tuple[int, int], ...]


def load(path: Path) -> list[Verb]:
    """The verbs of a JSON Lines file with id, text, verb and places."""
    return [
        Verb(
            text=Text(id=str(row["id"]), raw=row["text"]),
            verb=(row["verb"][0], row["verb"][1]),
            places=tuple((start, end) for start, end in row["places"]),
        )
        for row in read_lines(path, "id", "text", "verb", "places")
    ]


def predict(coder: Coder, verb: Verb) -> Json:
    """The places where the verb's event happened; the verb's characters are taken of the gold with the text."""
    from byline.coding.where import places_of

    start, end = verb.text.forth(*verb.verb)
    toponyms = coder.ask(verb.text.document, lambda page: places_of(page, Span(start=start, end=end)))
    spans = [verb.text.back(t.span.start, t.span.end) for t in toponyms if t.span.part == "text"]
    return {"id": verb.text.id, "places": [list(span) for span in dict.fromkeys(spans)]}


def _right(verb: Verb, prediction: Json) -> tuple[int, int]:
    """How many predicted places overlap a gold place, and how many gold places a predicted one."""
    spans = [(s, e) for s, e in prediction["places"]]
    good = sum(overlapping(s, e, verb.places) is not None for s, e in spans)
    return good, len({place for place in verb.places if overlapping(*place, spans) is not None})


def figures(verbs: Sequence[Verb], predictions: Sequence[Json]) -> Iterable[str]:
    """Places P/R/F1, and the share of verbs answered wholly right (no place given where there is none)."""
    right = predicted = gold = whole = 0
    for verb, prediction in zip(verbs, predictions, strict=True):
        good, hit = _right(verb, prediction)
        right += min(good, hit)
        predicted += len(prediction["places"])
        gold += len(verb.places)
        whole += hit == len(verb.places) and good == len(prediction["places"])
    yield f"{len(verbs)} verbs: places {score(right, predicted, gold)}, wholly right {share(whole, len(verbs)):.3f}"


def errors(verbs: Sequence[Verb], predictions: Sequence[Json]) -> Iterator[Error]:
    """Places missed, given where there is none, or given in place of others."""
    for verb, prediction in zip(verbs, predictions, strict=True):
        spans = [(s, e) for s, e in prediction["places"]]
        missed = [p for p in verb.places if overlapping(*p, spans) is None]
        extra = [s for s in spans if overlapping(*s, verb.places) is None]
        if not missed and not extra:
            continue
        kind = _kind(verb, missed, extra)
        raw = verb.text.raw
        wanted = ", ".join(raw[s:e] for s, e in verb.places) or "no place"
        given = ", ".join(raw[s:e] for s, e in spans) or "no place"
        words = f"{wanted}, not {given}: {snippet(raw, *verb.verb, around=len(raw))}"
        yield Error(kind=kind, where=verb.text.id, words=words)


def _kind(verb: Verb, missed: Sequence[tuple[int, int]], extra: Sequence[tuple[int, int]]) -> str:
    if not verb.places:
        return "a place where there is none"
    if missed and extra:
        return "another place"
    return "missed" if missed else "a place too many"


bench = Bench(load=load, predict=predict, figures=figures, errors=errors)
