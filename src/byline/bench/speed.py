"""Documents a second: whole-process coding against spaCy's whole pipeline, on the same texts in the same run; and what
the gate, without which it would be slower, loses.

Run as a program, the module is one of the two processes: `python -m byline.bench.speed byline|spacy` reads JSON Lines
with `text` on standard input.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from byline.bench.documents import document, snippet
from byline.bench.harness import Coder, Job, read_lines, read_text, save
from byline.bench.scores import share
from byline.config import Config
from byline.errors import BylineError, InputError

if TYPE_CHECKING:
    from byline.coding.page import Page
    from byline.model import Event

BATCH = 64
"""Texts that spaCy's `nlp.pipe` is given at a time."""

ROUNDS = 2
"""Runs of each process, in turn; the faster one counts, since other work on a machine can only slow a run down."""

ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Linear algebra on one thread in both processes: figures are for one core."""


def bench(job: Job) -> None:
    """Print documents a second of both and their ratio, loading included, and the events the gate loses. Raises
    InputError for gold without texts."""
    texts = list(load(job.gold))
    if not texts:
        raise InputError(f"{job.gold}: holds no text")
    best = {"byline": float("inf"), "spacy": float("inf")}
    for _ in range(ROUNDS):
        for who in best:
            best[who] = min(best[who], seconds(who, texts, job.config))
    words = sum(len(text.split()) for text in texts)
    job.write(f"{len(texts)} documents, {words} words; whole processes with loading, one core each, best of {ROUNDS}")
    names = {"byline": "byline, all layers", "spacy": f"spaCy {job.config.model}, nlp.pipe(batch_size={BATCH})"}
    for who, took in best.items():
        job.write(f"{names[who]}: {took:.1f} s, {len(texts) / took:.1f} documents/s, {words / took:.0f} words/s")
    job.write(f"ratio {best['spacy'] / best['byline']:.2f}")
    lost = loss(texts, job.config)
    for line in lost.lines():
        job.write(line)
    if job.errors:
        for words_lost in lost.lost:
            job.write(f"  lost: {words_lost}")
    if job.predictions is not None:
        save(job.predictions, [{"documents": len(texts), "words": words, **best, "lost": len(lost.lost)}])


@dataclass(slots=True, kw_only=True)
class Loss:
    """What the gate does to some texts: sentences, those let through, documents gated out, events with the gate open,
    and of these the trigger, in its surroundings, of each that is not found with the gate."""

    documents: int = 0
    gated_out: int = 0
    sentences: int = 0
    let_through: int = 0
    events: int = 0
    lost: list[str] = field(default_factory=list)
    changed: int = 0

    def lines(self) -> Iterator[str]:
        """The figures to print."""
        yield (
            f"gate: {self.let_through} of {self.sentences} sentences let through "
            f"({share(self.let_through, self.sentences):.3f}), {self.gated_out} of {self.documents} documents gated out"
        )
        yield (
            f"events: {self.events} with the gate open, {len(self.lost)} of them lost with it "
            f"({share(len(self.lost), self.events):.4f}), {self.changed} found otherwise"
        )


def loss(texts: Sequence[str], config: Config) -> Loss:
    """What the gate loses of the events of some texts, event by event, against a run with the gate open.

    An event is the same where trigger and type are; it is found otherwise where the status, or what fills a role, is
    not.
    """
    coder = Coder.load(config)
    counted = Loss()
    for number, text in enumerate(texts):
        found = coder.ask(document(text, id=str(number)), lambda page: [(page, _by_trigger(coder, page))])
        every = coder.ask(document(text, id=str(number)), lambda page: [_by_trigger(coder, page)], gated=False)
        for (page, gated), opened in zip(found, every, strict=True):
            counted.documents += 1
            counted.gated_out += not page.telling
            counted.sentences += len(page.sentences)
            counted.let_through += len(page.telling)
            counted.events += len(opened)
            counted.lost += [snippet(text, *key[:2]) for key in opened.keys() - gated.keys()]
            counted.changed += sum(opened[key] != gated[key] for key in opened.keys() & gated.keys())
    return counted


def _by_trigger(coder: Coder, page: Page) -> dict[tuple[int, int, str | None], Event]:
    return {(one.trigger.start, one.trigger.end, one.type): one for one in coder.pipeline.code_page(page)}


def load(path: Path) -> Iterator[str]:
    """The texts of a file (.jsonl or .json lines, .xml of articles, .tml, .txt) or of all such files below a folder.

    Raises InputError for a file of another kind, or one that cannot be read.
    """
    if path.is_dir():
        for file in sorted(file for file in path.rglob("*") if file.suffix in READERS):
            yield from load(file)
    elif path.suffix in READERS:
        yield from READERS[path.suffix](path)
    else:
        raise InputError(f"{path}: no texts are known in such a file; take a folder, or {', '.join(READERS)}")


def _lines(path: Path) -> Iterator[str]:
    for row in read_lines(path):
        text = row.get("text") or row.get("doctext")
        if isinstance(text, str):
            yield text


def _elements(path: Path) -> Iterator[str]:
    try:
        root = ET.parse(path).getroot()
    except (OSError, ET.ParseError) as error:
        raise InputError(f"{path}: cannot be read as XML ({error})") from error
    for element in (*root.iter("text"), *root.iter("TEXT")):
        yield "".join(element.itertext())


def _whole(path: Path) -> Iterator[str]:
    yield read_text(path)


READERS = {".jsonl": _lines, ".json": _lines, ".xml": _elements, ".tml": _elements, ".txt": _whole}


def seconds(who: str, texts: Sequence[str], config: Config) -> float:
    """Wall-clock seconds of a process of its own, from its start to its end. Raises BylineError when it fails."""
    lines = [json.dumps(asdict(config)), *(json.dumps({"text": text}) for text in texts)]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "byline.bench.speed", who],
        input="\n".join(lines),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, **ONE_CORE},
        check=False,
    )
    took = time.perf_counter() - start
    if done.returncode:
        raise BylineError(f"the process that runs {who} failed: {done.stderr.strip().splitlines()[-1:]}")
    return took


def process(who: str, lines: Sequence[str]) -> int:
    """What one process does: load, and go through all texts. The number of documents gone through."""
    config = Config(**json.loads(lines[0]))
    texts = [json.loads(line)["text"] for line in lines[1:]]
    if who == "spacy":
        nlp = importlib.import_module(config.model).load()
        return sum(1 for _ in nlp.pipe(texts, batch_size=BATCH))
    coder = Coder.load(config)
    for number, text in enumerate(texts):
        coder.events(document(text, id=str(number)))
    return len(texts)


if __name__ == "__main__":
    process(sys.argv[1], sys.stdin.read().split("\n"))
