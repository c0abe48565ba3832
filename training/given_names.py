"""Writes the given names that ship with the language: `python training/given_names.py OUT.toml` (needs `faker`, MIT).

Names of Faker's locales in Latin letters, those in Cyrillic brought into Latin ones, and the names listed by hand in
`more_given_names.txt` beside this program; all folded, words that are first of all something else left out.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
import textwrap
import unicodedata
from collections.abc import Iterator
from pathlib import Path

# Icelandic given names are three thousand, nearly all borne by few.
LEFT_OUT = frozenset({"is_IS"})
FEWEST_LETTERS = 3
# Given names that in a report are first of all something else.
OTHERWISE = frozenset(
    word
    for line in (
        "april august chad china cuba general georgia india israel jordan june kenya may medina north south east west",
        "paris saint santa sunday monday friday van lord san the and del los las islam president minister major judge",
        "captain king queen prince princess royal baron duke earl bishop deacon dean sir city ocean river lake union",
        "liberty justice constitution america africa asia europe england ireland scotland wales france spain italy",
        "persia syria egypt libya sudan mali niger congo angola bolivia chile peru cyprus malta brazil vietnam",
        "united world local lady mister",
    )
    for word in line.split()
)
CYRILLIC = dict(
    zip(
        "абвгґдеёєжзиіїйклмнопрстуфхцчшщъыьэюя",
        ["a", "b", "v", "h", "g", "d", "e", "e", "ie", "zh", "z", "y", "i", "i", "y", "k", "l", "m", "n", "o", "p", "r",
         "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", ".", "y", ".", "e", "yu", "ya"],
        strict=True,
    )
)  # fmt: skip
PLAIN = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o", "æ": "ae", "ß": "ss", "ə": "a", "ð": "d", "þ": "th"})


def fold(name: str) -> str:
    """A name in small letters without accents."""
    plain = unicodedata.normalize("NFD", name.casefold().translate(PLAIN))
    return "".join(char for char in plain if not unicodedata.combining(char))


def spellings(name: str) -> Iterator[str]:
    """A name in Latin letters, in the two usual ways where it is in Cyrillic ones (Russian и, г; Ukrainian и, г)."""
    lower = name.casefold()
    if any(char in CYRILLIC for char in lower):
        ukrainian = "".join(CYRILLIC.get(char, char) for char in lower).replace(".", "")
        russian = "".join({"и": "i", "г": "g"}.get(char, CYRILLIC.get(char, char)) for char in lower).replace(".", "")
        yield from (ukrainian, russian, re.sub(r"iy$|yy$", "y", russian))
    else:
        yield fold(name)


def names() -> Iterator[str]:
    """Every given name of every locale."""
    import faker.providers.person as persons

    for locale in pkgutil.iter_modules(persons.__path__):
        if locale.name in LEFT_OUT:
            continue
        provider = importlib.import_module(f"faker.providers.person.{locale.name}").Provider
        for key, value in vars(provider).items():
            if key.startswith("first_") and isinstance(value, list | tuple | set | dict):
                for one in value:
                    told = one[-1] if isinstance(one, tuple) else one
                    yield from spellings(str(told).split()[0]) if str(told).strip() else ()


def main() -> None:
    """Write the file."""
    more = (Path(__file__).parent / "more_given_names.txt").read_text("utf-8").split()
    kept = {one for one in (*names(), *more) if re.fullmatch(r"[a-z][a-z'’-]*", one) and len(one) >= FEWEST_LETTERS}
    words = textwrap.fill(" ".join(sorted(kept - OTHERWISE)), 118, break_on_hyphens=False, break_long_words=False)
    Path(sys.argv[1]).write_text(
        "# Given names of many countries, without accents: a hint that capitalised words name a person. Made by\n"
        "# training/given_names.py from Faker (MIT licence, Copyright 2012 Daniele Faraglia) and a list by hand.\n\n"
        f"names = '''\n{words}\n'''\n",
        "utf-8",
    )


if __name__ == "__main__":
    main()
