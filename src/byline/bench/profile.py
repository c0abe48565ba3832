"""Where the time of coding goes: `python -m byline.bench.profile GOLD`.

GOLD is a file or folder of texts, as for `byline bench speed`. Processor milliseconds a document, on one core, part by
part, what one part asks of another counted under the other; first with empty caches of words, then again. The floor is
what no coder does without: the language recognised, the text cut into tokens. spaCy's whole pipeline stands beside it.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from byline.bench.documents import document
from byline.bench.harness import Coder
from byline.bench.layers import sample
from byline.bench.speed import BATCH, ONE_CORE, load
from byline.config import Config
from byline.errors import BylineError, InputError

PARTS: tuple[tuple[str, str, str], ...] = (
    ("language", "byline.bench.harness", "recognise"),
    ("tokens", "spacy.language", "Language.make_doc"),
    ("gate", "byline.coding.gate", "passed"),
    ("word vectors", "byline.coding.vectors", "Vectors._learn"),
    ("vectors in their sentence", "byline.coding.vectors", "Vectors.of"),
    ("tags", "byline.coding.vectors", "Tagger.tags"),
    ("parser", "byline.coding.parse", "Reading._parse"),
    ("word classes and lemmas", "byline.coding.forms", "Forms.of"),
    ("writing what was parsed", "byline.coding.parse", "Reading.read"),
    ("name finder", "byline.coding.entities", "Finder.find"),
    ("learned reader", "byline.coding.reader", "EventReader.read"),
    ("places of the text", "byline.coding.toponyms", "find"),
    ("times of the text", "byline.coding.timex", "find"),
    ("persons of the text", "byline.coding.people", "named"),
)
"""What is timed by itself: a name, a module, and a function of it or of a class of it; all else is the steps' own."""

FLOOR = ("language", "tokens")


@dataclass(slots=True)
class Clock:
    """Processor seconds by part; what is asked within a part of another is the other's."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    _within: list[float] = field(default_factory=list)

    def timed(self, part: str, ask: Callable[..., Any]) -> Callable[..., Any]:
        """A function that does what another does, its time counted under a part."""

        @functools.wraps(ask)
        def asked(*given: Any, **named: Any) -> Any:
            begun = time.process_time()
            self._within.append(0.0)
            try:
                return ask(*given, **named)
            finally:
                took = time.process_time() - begun
                self.seconds[part] += took - self._within.pop()
                self.calls[part] += 1
                if self._within:
                    self._within[-1] += took

        return asked


@contextmanager
def watched(clock: Clock) -> Iterator[None]:
    """Time the parts while what is within runs."""
    held: list[tuple[Any, str, Any]] = []
    try:
        for part, module, name in PARTS:
            owner: Any = importlib.import_module(module)
            *classes, function = name.split(".")
            for one in classes:
                owner = getattr(owner, one)
            held.append((owner, function, getattr(owner, function)))
            setattr(owner, function, clock.timed(part, getattr(owner, function)))
        yield
    finally:
        for owner, function, ask in held:
            setattr(owner, function, ask)


def profiled(texts: Sequence[str], config: Config) -> Iterator[str]:
    """Lines of figures for some texts."""
    begun = time.process_time()
    coder = Coder.load(config)
    coder.events(document("Police fired on a crowd in Cairo.", id="first"))
    yield f"{len(texts)} documents, {sum(len(text.split()) for text in texts)} words, one core"
    yield f"loading, with a first sentence: {time.process_time() - begun:.2f} s"
    rounds = []
    for _ in range(2):
        clock = Clock()
        with watched(clock):
            begun = time.process_time()
            for number, text in enumerate(texts):
                coder.events(document(text, id=str(number)))
            clock.seconds["all"] = time.process_time() - begun
        rounds.append(clock)
    nlp = importlib.import_module(config.model).load()
    begun = time.process_time()
    for _ in nlp.pipe(texts, batch_size=BATCH):
        pass
    beside = time.process_time() - begun
    yield from _told(rounds, len(texts), beside)


def _told(rounds: Sequence[Clock], count: int, beside: float) -> Iterator[str]:
    def cells(*seconds: float) -> str:
        return "".join(f"{1000 * one / count:10.2f}" for one in seconds)

    names = [part for part, _, _ in PARTS]
    yield f"{'ms a document':28}{'first':>10}{'again':>10}{'calls':>10}"
    for part in sorted(names, key=lambda one: -rounds[0].seconds[one]):
        yield f"{part:28}{cells(*(one.seconds[part] for one in rounds))}{rounds[0].calls[part] / count:10.2f}"
    rest = [one.seconds["all"] - sum(one.seconds[part] for part in names) for one in rounds]
    yield f"{'all else: the steps':28}{cells(*rest)}"
    yield f"{'together':28}{cells(*(one.seconds['all'] for one in rounds))}"
    yield f"{'of it the floor':28}{cells(*(sum(one.seconds[part] for part in FLOOR) for one in rounds))}"
    yield f"{'spaCy, whole pipeline':28}{cells(beside)}"


def main(arguments: Sequence[str]) -> int:
    """Print the figures for the file or folder named; the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m byline.bench.profile GOLD\n")
        return 2
    try:
        texts = list(load(Path(arguments[0])))
        if not texts:
            raise InputError(f"{arguments[0]}: holds no text")
        for line in profiled(sample(texts), Config()):
            sys.stdout.write(line + "\n")
    except BylineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    if any(os.environ.get(name) != value for name, value in ONE_CORE.items()):
        os.execve(
            sys.executable, [sys.executable, "-m", "byline.bench.profile", *sys.argv[1:]], {**os.environ, **ONE_CORE}
        )
    sys.exit(main(sys.argv[1:]))
