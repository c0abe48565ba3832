"""What does a country go by in the formats of others? Codes by pycountry, names and regions as ACLED has them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

import pycountry

KOSOVO: Final = ("XKX", "383")
"""ISO 3166 holds none for Kosovo; these are the codes in use, the number that of its telephone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country by ISO 3166: alpha-2, alpha-3 and number; the name and region that ACLED has for it."""

    alpha_2: str
    alpha_3: str
    number: int
    name: str
    region: str


@cache
def acled_data() -> Mapping[str, Any]:
    """The tables of acled.toml."""
    return tomllib.loads(resources.files("byline.export").joinpath("acled.toml").read_text(encoding="utf-8"))


@cache
def country(alpha_2: str | None) -> Country | None:
    """The country of an ISO 3166 alpha-2 code; None where there is none."""
    if alpha_2 is None:
        return None
    data = acled_data()
    name = data["countries"].get(alpha_2)
    region = next((region for region, codes in data["regions"].items() if alpha_2 in codes.split()), "")
    if alpha_2 == "XK":
        return Country(alpha_2=alpha_2, alpha_3=KOSOVO[0], number=int(KOSOVO[1]), name=name, region=region)
    found = pycountry.countries.get(alpha_2=alpha_2)
    if found is None:
        return None
    known = name or getattr(found, "common_name", None) or found.name
    return Country(alpha_2=alpha_2, alpha_3=found.alpha_3, number=int(found.numeric), name=known, region=region)


@cache
def by_alpha_3(alpha_3: str | None) -> Country | None:
    """The country of an ISO 3166 alpha-3 code; None where there is none."""
    if alpha_3 == KOSOVO[0]:
        return country("XK")
    found = pycountry.countries.get(alpha_3=alpha_3) if alpha_3 else None
    return country(found.alpha_2) if found is not None else None


@cache
def by_name(name: str) -> Country | None:
    """The country that a name or a number of ISO 3166 stands for in a file of others; None where none is known."""
    wanted = name.strip()
    ours = {told.casefold(): code for code, told in acled_data()["countries"].items()}
    if wanted.casefold() in ours:
        return country(ours[wanted.casefold()])
    if wanted.isdigit():
        wanted = wanted.zfill(3)
    try:
        return country(pycountry.countries.lookup(wanted).alpha_2)
    except LookupError:
        return None
