"""How good is the program, by what people decided? By field, source and language; and its confidences, fitted anew.

What counts is each event that a person accepted, changed or rejected, as its document is coded last. An event that was
changed has been looked at whole: what the person left as it was stands as right. What is to be asked again, and what
people made themselves, tells nothing of the coding, but for the count of what it missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from byline.coding.refitted import FIELDS as CONFIDENT
from byline.coding.refitted import LEAST, MOST, Curve, Curves
from byline.deciding import EVERYTHING, DecidedEvent, values
from byline.deciding.calibration import area, bins, expected_error
from byline.errors import DecisionError
from byline.model import Document, Mention, sha256
from byline.project import decided
from byline.store import Store, decisions
from byline.store.current import source_key

Outcome = Literal["accepted", "changed", "rejected", "missed"]
"""What became of a value: it stands as it was coded; it has another value now; there is no such event, or no such
value; a person added it."""

WORDS: Final = ("type", "mode", "contexts", "status", "acled")
"""Fields that are words of the ontology, and have no confidence of their own."""

FEWEST: Final = 50
"""Of fewer values, or of values all right or all wrong, no ECE and no AUROC is told: they would say nothing."""

FEWEST_TO_FIT, FEWEST_OF_EACH = 100, 20
"""A field with fewer decided values, or fewer right or wrong ones, is not fitted anew."""

FOLDS: Final = 5
"""Parts that documents are sorted into, so that a fit is measured on those it was not made of."""

PENALTY: Final = 1.0
"""Weight of how far a curve lies from leaving all as it is: it takes decisions to move it."""

STEPS: Final = 50
SMALLEST: Final = 1e-9
"""Steps of the fit, and how small one is that ends it."""

LEAST_SLOPE: Final = 0.05
"""The order of values stays, even where decisions speak against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A value that the program gave, or missed, and what a person made of it. `confidence` None: it has none."""

    field: str
    outcome: Outcome
    confidence: float | None
    document_id: str
    source: str | None
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What people made of values: how many there were, and of these how many stand as coded, have another value, are
    none; `missed` besides, that people added. `agreement` is the share that stands; None: there were none. `ece` and
    `auroc` are of the confidence against that, None where there are too few to tell."""

    name: str | None
    values: int
    accepted: int
    changed: int
    rejected: int
    missed: int
    agreement: float | None
    ece: float | None
    auroc: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The figures: of each field; of events, and of all their values, by source and by language. `events` is how many
    were decided on, `documents` in how many documents."""

    events: int
    documents: int
    fields: tuple[Figures, ...]
    sources: tuple[Figures, ...]
    languages: tuple[Figures, ...]
    cases: tuple[Case, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A field's new curve, and its expected calibration error before and after, on documents that the curve was not
    made of."""

    field: str
    curve: Curve
    values: int
    before: float
    after: float


def evaluate(store: Store) -> Evaluation:
    """The program against people's decisions."""
    cases = tuple(_cases(store))
    events = [one for one in cases if one.field == "event"]
    judged = [one for one in events if one.outcome != "missed"]
    return Evaluation(
        events=len(judged),
        documents=len({one.document_id for one in judged}),
        fields=tuple(_by(cases, "field")),
        sources=tuple(_by(cases, "source")),
        languages=tuple(_by(cases, "language")),
        cases=cases,
    )


def refit(evaluation: Evaluation) -> tuple[Fitted, ...]:
    """A curve for each field that enough was decided on. Raises DecisionError where no field has enough."""
    fitted = []
    most = 0
    for name in CONFIDENT:
        cases = [one for one in evaluation.cases if one.field == name and one.confidence is not None]
        right = sum(one.outcome == "accepted" for one in cases)
        most = max(most, len(cases))
        if len(cases) >= FEWEST_TO_FIT and min(right, len(cases) - right) >= FEWEST_OF_EACH:
            fitted.append(_fitted(name, cases))
    if not fitted:
        raise DecisionError(
            f"too few decisions to fit confidences anew: a field needs {FEWEST_TO_FIT} decided values, of them "
            f"{FEWEST_OF_EACH} right and {FEWEST_OF_EACH} wrong; the most that one has is {most}"
        )
    return tuple(fitted)


def written(fitted: Sequence[Fitted]) -> str:
    """The file of curves that `byline.toml` may name."""
    lines = [
        "# Curves that confidences are put on, fitted by byline evaluate --refit to what people decided here.",
        "# They count where byline.toml names this file (calibration); what is coded then is of another pipeline.",
    ]
    for one in fitted:
        lines += [
            "",
            f"# {one.values:,} values; expected calibration error {one.before:.3f} before, {one.after:.3f} after",
            f"[{one.field}]",
            f"slope = {one.curve.slope:.4f}",
            f"intercept = {one.curve.intercept:.4f}",
        ]
    return "\n".join(lines) + "\n"


def curves(fitted: Iterable[Fitted]) -> Curves:
    """The curves by field."""
    return {one.field: one.curve for one in fitted}


# What was decided


def _cases(store: Store) -> Iterator[Case]:
    ids = sorted(set(decisions.documents(store).values()))
    for document, _, made in decided.of_documents(store, ids, viewer=EVERYTHING):
        for one in made.events:
            yield from _of_event(one, document)


def _of_event(one: DecidedEvent, document: Document) -> Iterator[Case]:
    def case(name: str, outcome: Outcome, confidence: float | None) -> Case:
        return Case(
            field=name,
            outcome=outcome,
            confidence=confidence,
            document_id=document.id,
            source=source_key(document.source_id, document.url),
            language=document.language,
        )

    coded = one.coded
    if coded is None:
        if one.state == "new":
            yield case("event", "missed", None)
        return
    if one.state == "undecided" or one.asks:
        return
    if one.state == "rejected":
        yield case("event", "rejected", coded.score)
        return
    yield case("event", "accepted" if one.event.type == coded.type else "changed", coded.score)
    for name in WORDS:
        same = values.same(values.of(name, coded), values.of(name, one.event))
        yield case(name, "accepted" if same else "changed", None)
    for name, roles in values.ROLES.items():
        for role in roles:
            if name not in one.sets:
                for mention in coded.role(role):
                    yield case(role, "accepted", mention.score)
                continue
            left = list(one.event.role(role))
            for mention in coded.role(role):
                found = next((there for there in left if _is_one(mention, there)), None)
                if found is not None:
                    left.remove(found)
                    yield case(role, "accepted", mention.score)
                elif left_over := _other(left, coded.role(role)):
                    left.remove(left_over)
                    yield case(role, "changed", mention.score)
                else:
                    yield case(role, "rejected", mention.score)
            for _ in left:
                yield case(role, "missed", None)


def _other(there: Sequence[Mention], coded: Sequence[Mention]) -> Mention | None:
    """A value that there is now and that was not coded: what one that is gone was changed to."""
    return next((one for one in there if not any(_is_one(mention, one) for mention in coded)), None)


def _is_one(mention: Mention, other: Mention) -> bool:
    return mention.value == other.value or values.is_one(mention.value, other.value)


# Figures


def _by(cases: Sequence[Case], what: Literal["field", "source", "language"]) -> Iterator[Figures]:
    """Figures by field in their order; by source or language, of those most was decided on first."""
    groups: dict[str | None, list[Case]] = {}
    for one in cases:
        groups.setdefault(getattr(one, what), []).append(one)
    order = ("event", *WORDS, *CONFIDENT)
    names = sorted(groups, key=lambda name: (-len(groups[name]), name or ""))
    if what == "field":
        names = sorted(groups, key=lambda name: order.index(name or ""))
    for name in names:
        yield _figures(name, groups[name])


def _figures(name: str | None, cases: Sequence[Case]) -> Figures:
    number = {kind: sum(one.outcome == kind for one in cases) for kind in ("accepted", "changed", "rejected", "missed")}
    total = len(cases) - number["missed"]
    rows = _rows(cases)
    tells = len(rows) >= FEWEST and 0 < sum(right for _, right in rows) < len(rows)
    return Figures(
        name=name,
        values=total,
        agreement=round(number["accepted"] / total, 3) if total else None,
        ece=round(expected_error(bins(rows)), 3) if tells else None,
        auroc=round(area(rows), 3) if tells else None,
        **number,
    )


def _rows(cases: Iterable[Case]) -> list[tuple[float, bool]]:
    return [(one.confidence, one.outcome == "accepted") for one in cases if one.confidence is not None]


# Fitting


def _fitted(name: str, cases: Sequence[Case]) -> Fitted:
    folds: dict[int, list[Case]] = {}
    for one in cases:
        folds.setdefault(int(sha256(one.document_id)[:8], 16) % FOLDS, []).append(one)
    after: list[tuple[float, bool]] = []
    for number, held in folds.items():
        curve = _fit([one for other, lot in folds.items() if other != number for one in lot])
        after += [(curve.of(confidence), right) for confidence, right in _rows(held)]
    return Fitted(
        field=name,
        curve=_fit(cases),
        values=len(cases),
        before=expected_error(bins(_rows(cases))),
        after=expected_error(bins(after)),
    )


def _fit(cases: Sequence[Case]) -> Curve:
    """The curve under which what people decided is likeliest, by Newton's method, held to leaving all as it is."""
    rows = _rows(cases)
    held = np.array([min(MOST, max(LEAST, confidence)) for confidence, _ in rows])
    right = np.array([good for _, good in rows], dtype=float)
    odds = np.log(held / (1 - held))
    columns = np.stack([odds, np.ones(len(odds))], axis=1)
    stays = np.array([1.0, 0.0])

    def loss(at: NDArray[np.float64]) -> float:
        told = columns @ at
        held_back = PENALTY / 2 * float(((at - stays) ** 2).sum())
        return float((np.logaddexp(0, told) - right * told).sum()) + held_back

    at: NDArray[np.float64] = stays
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-columns @ at))
        slope = columns.T @ (chance - right) + PENALTY * (at - stays)
        bend = (columns * (chance * (1 - chance))[:, None]).T @ columns + PENALTY * np.eye(2)
        step = np.linalg.solve(bend, slope)
        while float(np.abs(step).max()) > SMALLEST and loss(at - step) > loss(at):
            step = step / 2  # a whole step may go too far
        at = at - step
        if float(np.abs(step).max()) <= SMALLEST:
            break
    return Curve(slope=max(LEAST_SLOPE, float(at[0])), intercept=float(at[1]))


def as_rows(evaluation: Evaluation) -> Mapping[str, object]:
    """The figures as JSON: of fields, sources and languages."""
    return {
        "events": evaluation.events,
        "documents": evaluation.documents,
        **{
            name: [{key: getattr(one, key) for key in Figures.__slots__} for one in getattr(evaluation, name)]
            for name in ("fields", "sources", "languages")
        },
    }
