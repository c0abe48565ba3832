"""Who stands behind a source: its owner, its known interest, and whether two sources are independent of each other.

The data are `regions/*.toml`: outlets, agencies, governments and organisations with owner and interest, each with a
citation; a project puts a file of its own over them. A byline that names an actor of the events makes its teller a
party to them: the program finds that in the report and tells `independent`, for no register could know it.
"""

from __future__ import annotations

from byline.sources.independence import Ground, Independence, Voice, independent, voice
from byline.sources.loading import Holder
from byline.sources.register import CARRIERS, OUTLETS, Bond, Register

__all__ = [
    "CARRIERS",
    "OUTLETS",
    "Bond",
    "Ground",
    "Holder",
    "Independence",
    "Register",
    "Voice",
    "independent",
    "voice",
]
