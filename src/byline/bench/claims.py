"""What the claim behind each value costs: `python -m byline.bench.claims GOLD`.

GOLD is a file or folder of texts, as for `byline bench speed`. Told are the seconds of the steps that say whose word an
event is, in what status, who stands behind it and who of those named is public, against the seconds of coding without
them. A step bears the parsing of the sentences that nobody asked for before it, so that what only this layer parses is
counted with it. Coding alone is timed, on one core: no reading of files, no loading.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from byline.bench.documents import document
from byline.bench.layers import sample
from byline.bench.scores import share
from byline.bench.speed import ONE_CORE, load
from byline.config import Config
from byline.errors import BylineError, InputError

STEPS = ("status", "sayswho", "demands", "disputes", "quotes", "party", "people")
"""The steps of the layer, by their names in the pipeline."""

ROUNDS = 3
"""The texts are coded so often and the fastest round counts: other work on a machine can only slow a run down."""


def measured(texts: Sequence[str], config: Config) -> Iterator[str]:
    """Lines of figures for some texts."""
    from byline.coding.pipeline import Pipeline

    pipeline = Pipeline.load(config)
    best: tuple[float, dict[str, float]] | None = None
    for _ in range(ROUNDS):
        timings: dict[str, float] = {}
        begun = time.perf_counter()
        for number, text in enumerate(texts):
            pipeline.code(document(text, id=str(number)), timings=timings)
        whole = time.perf_counter() - begun
        if best is None or whole < best[0]:
            best = whole, timings
    assert best is not None  # there are rounds
    whole, timings = best
    # Whom the document names is asked once more when its events are done, behind the last step.
    behind = whole - sum(timings.values())
    layer = sum(timings.get(name, 0.0) for name in STEPS) + behind
    yield f"{len(texts)} texts, {sum(len(text.split()) for text in texts)} words, one core, best of {ROUNDS}"
    added = share(layer, whole - layer)
    yield f"coding {whole:.2f} s, of it {layer:.2f} s for the claims: they add {added:.3f} to the rest"
    for name in STEPS:
        yield f"  {name:10} {timings.get(name, 0.0):6.2f} s"
    yield f"  {'behind':10} {behind:6.2f} s"


def main(arguments: Sequence[str]) -> int:
    """Print the figures for the file or folder named; the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m byline.bench.claims GOLD\n")
        return 2
    try:
        texts = list(load(Path(arguments[0])))
        if not texts:
            raise InputError(f"{arguments[0]}: holds no text")
        for line in measured(sample(texts), Config()):
            sys.stdout.write(line + "\n")
    except BylineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    if any(os.environ.get(name) != value for name, value in ONE_CORE.items()):
        os.execve(
            sys.executable, [sys.executable, "-m", "byline.bench.claims", *sys.argv[1:]], {**os.environ, **ONE_CORE}
        )
    sys.exit(main(sys.argv[1:]))
