"""Sentences of MUC-4's training documents, with the words near a trigger that the keys name as fillers of roles.

The keys speak of documents, not of sentences, so the labels are distant: a filler's words in a sentence that has a
trigger of a fitting type are taken to fill the role of that trigger. Words that the keys do not name may fill it too
(pronouns, other names of the same), so they weigh little.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from reader_data import Example, Told

from byline.bench.documents import document
from byline.bench.harness import Coder
from byline.coding.page import Page
from byline.coding.what import Found, proposed
from byline.config import Config

FILLS = {"PerpInd": "actor", "PerpOrg": "actor", "Target": "recipient", "Victim": "recipient", "Weapon": "instrument"}
# A filler stands near one trigger of the sentence and is labelled for all: two share the doubt.
ALONE, SHARED = 0.6, 0.35
SHORTEST = 3


def sentences(path: Path) -> Iterator[Example]:
    """The sentences of `roles_train.json` with a trigger and a filler of an incident that the trigger may tell."""
    coder = Coder.load(Config())
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["templates"]:
            for page in [coder.pipeline.page(document(row["doctext"], id=row["docid"]))]:
                yield from _of_page(page, row["templates"])


def _of_page(page: Page, templates: list[dict[str, object]]) -> Iterator[Example]:
    found = [one for one in proposed(page) if one.sense.type == "ASSAULT" or one.sense.mode == "seize"]
    for sentence in page.sentences:
        here = [one for one in found if sentence.covers(one.span)]
        text = page.document.quote(sentence)
        told = [_told(one, sentence.start, text, templates, weight=ALONE if len(here) == 1 else SHARED) for one in here]
        kept = tuple(one for one in told if any(one.roles.values()))
        if kept:
            yield Example(text=text, told=kept, source="muc")


def _told(found: Found, start: int, text: str, templates: list[dict[str, object]], *, weight: float) -> Told:
    kidnap = found.sense.mode == "abduct"
    roles: dict[str, list[tuple[int, int]]] = {"actor": [], "recipient": [], "instrument": []}
    for template in templates:
        if ("kidnapping" in str(template["incident_type"])) != kidnap:
            continue
        for slot, role in FILLS.items():
            for entity in template.get(slot, []):  # type: ignore[attr-defined]
                for mention in entity:
                    name = mention if isinstance(mention, str) else mention[0]
                    if len(name) >= SHORTEST:
                        roles[role] += [m.span() for m in re.finditer(rf"\b{re.escape(name)}\b", text)]
    span = (found.span.start - start, found.span.end - start)
    return Told(trigger=span, type=found.sense.type, roles=roles, weight=weight)
