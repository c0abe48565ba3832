"""Who looks at decisions, and whose may be shown to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from byline.model import Decision, Voice

Role = Literal["reader", "coder", "adjudicator", "admin"]
"""What an account may do; each may do what those before it may."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A person who looks. For the documents in `blind` nothing of another person's decisions is shown: events stand as
    the machine coded them, with the viewer's own decisions."""

    name: str
    role: Role
    blind: frozenset[str] = frozenset()

    def may(self, role: Role) -> bool:
        """Whether the viewer may do what `role` may."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def sees(self, document_id: str) -> bool:
        """Whether other people's decisions on a document are shown."""
        return document_id not in self.blind

    def hears(self, document_id: str, decision: Decision) -> bool:
        """Whether a decision on a document is shown: one's own; of others' those to which one is not blind; a double
        coder's to whoever may settle it, as the first coder is not to know of it either."""
        if decision.reviewer == self.name:
            return True
        return self.sees(document_id) and (decision.role != "double coder" or self.may("adjudicator"))

    def voice(self, document_id: str) -> Voice:
        """As whom a decision on a document is taken: a blind coder's counts in agreement and adjudication alone."""
        return "coder" if self.sees(document_id) else "double coder"


EVERYTHING: Final = Viewer(name="", role="admin")
"""The viewer of a store that one person works in, and of scripts: nothing is kept from it."""
