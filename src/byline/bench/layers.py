"""Words a second of the two layers that find places and times: `python -m byline.bench.layers GOLD`.

GOLD is a file or folder of texts, as for `byline bench speed`. Cutting into sentences and tokens counts; the
statistical name finder, whose labels the toponyms use as they do in `byline bench toponyms`, and the parser, which
neither layer needs and coding asks for few sentences alone, are told apart, here over every sentence. Seconds are the
processor's, on one core, so that other work on the machine hardly counts.
"""

from __future__ import annotations

import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from byline.bench.documents import document
from byline.bench.speed import ONE_CORE, load
from byline.config import Config
from byline.errors import BylineError, InputError

TEXTS = 300
"""So many texts are read at most, evenly taken from all of them."""

ROUNDS = 2
"""The texts are read so often and the faster round counts: the first fills the tokenizer's cache of words."""


def measured(texts: Sequence[str], config: Config) -> Iterator[str]:
    """Lines of figures for some texts."""
    from byline.coding import parse, timex, toponyms
    from byline.gazetteer import Gazetteer
    from byline.gazetteer.candidates import Text

    language = config.language
    before = resident_mb()
    begun = time.perf_counter()
    gazetteer = Gazetteer.open()
    opened = time.perf_counter() - begun
    toponyms.read(Text.of("", [], labelled=False), gazetteer, language=language)
    timex.find_in("", anchor=None, language=language)
    ready = time.perf_counter() - begun
    loaded = resident_mb()
    reader = parse.reader(config.model, frozenset())
    held = resident_mb()
    rounds = []
    for _ in range(ROUNDS):
        seconds: defaultdict[str, float] = defaultdict(float)
        for number, text in enumerate(texts):
            reading = parse.Reading(reader=reader, document=document(text, id=str(number)), language=language)
            with timed(seconds, "tokenizing"):
                doc = reading.tokens
            with timed(seconds, "name finder"):
                doc = reading.named
            with timed(seconds, "places"):
                toponyms.read(toponyms.tokens(doc, reading.text), gazetteer, language=language)
            with timed(seconds, "times"):
                timex.find_in(text, anchor=None, language=language)
            with timed(seconds, "parser and tagger"):
                reading.whole()
        rounds.append(seconds)
    yield from _told(texts, rounds)
    yield f"gazetteer opened in {opened:.2f} s; both layers ready in {ready:.2f} s"
    grown = resident_mb()
    if before is not None and loaded is not None and held is not None and grown is not None:
        yield f"memory: gazetteer and rules {loaded - before:.0f} MB, {grown - held:.0f} MB more after the texts"


def _told(texts: Sequence[str], rounds: Sequence[Mapping[str, float]]) -> Iterator[str]:
    words = sum(len(text.split()) for text in texts)
    layers = ("tokenizing", "places", "times")
    best = min(rounds, key=lambda seconds: sum(seconds[layer] for layer in layers))
    both = sum(best[layer] for layer in layers)
    cold = sum(rounds[0][layer] for layer in layers)
    yield f"{len(texts)} texts, {words} words, one core"
    yield f"both layers with tokenizing: {words / both:.0f} words/s ({words / cold:.0f} with a cold cache)"
    for layer in layers:
        yield f"  {layer:18} {best[layer]:6.2f} s {words / best[layer]:9.0f} words/s"
    for apart in ("name finder", "parser and tagger"):
        yield f"apart: {apart:18} {best[apart]:6.2f} s {words / max(best[apart], 1e-9):9.0f} words/s"


@contextmanager
def timed(seconds: defaultdict[str, float], part: str) -> Iterator[None]:
    """Add the processor time of what is done within to a part's."""
    begun = time.process_time()
    try:
        yield
    finally:
        seconds[part] += time.process_time() - begun


def resident_mb() -> float | None:
    """Memory of this process now, pages shared with others included; None where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, IndexError, ValueError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def sample(texts: Sequence[str], most: int = TEXTS) -> list[str]:
    """At most `most` texts, evenly taken."""
    step = max(1, -(-len(texts) // most))
    return list(texts[::step])


def main(arguments: Sequence[str]) -> int:
    """Print the figures for the file or folder named; the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m byline.bench.layers GOLD\n")
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
            sys.executable, [sys.executable, "-m", "byline.bench.layers", *sys.argv[1:]], {**os.environ, **ONE_CORE}
        )
    sys.exit(main(sys.argv[1:]))
