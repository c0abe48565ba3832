"""What may fill a role: a noun with what proposes it, so that several ways of reading can be weighed together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from byline.model import Role

if TYPE_CHECKING:
    from spacy.tokens import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A noun that may fill a role of an event, with what proposes it and how surely, in [0, 1]."""

    role: Role
    token: Token
    source: str
    score: float = 1.0
