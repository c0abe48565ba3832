"""Whether a password is good enough to keep, and whether it is the one that was kept.

Length and a short list of the worst, no rules of capitals and signs, as NIST SP 800-63B has it. Kept by argon2id with
the second parameters of RFC 9106 (64 MiB, three passes), of which so many run at once as would not fill the memory.
"""

from __future__ import annotations

import re
import secrets
import tomllib
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from byline.errors import AccountError

SHORTEST = 12
LONGEST = 200
"""Letters a password has."""

FEWEST_DIFFERENT = 5
"""Different letters a password has at least: what repeats a few is guessed as soon as those few."""

AT_ONCE = 2
"""Hashes worked out at a time: each takes 64 MiB."""

_HASHER: Final = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_TURN: Final = BoundedSemaphore(AT_ONCE)
_LETTERS: Final = str.maketrans("013457@$!|", "oieastasil")
_NO_LETTER: Final = re.compile(r"[\W\d_]+")
_AROUND: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_DOUBLED: Final = re.compile(r"(.)\1+")
_READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters that nobody reads as another."""


def check(password: str, *, name: str) -> None:
    """Raises AccountError where a password is not to be kept for an account, and says why."""
    if len(password) < SHORTEST:
        raise AccountError(
            f"the password has {len(password)} characters; give it {SHORTEST} or more, several words say"
        )
    if len(password) > LONGEST:
        raise AccountError(f"the password has more than {LONGEST} characters; a shorter one is as safe")
    lower = password.lower()
    if len(set(lower)) < FEWEST_DIFFERENT:
        raise AccountError("the password repeats the same few characters; use several words that do not go together")
    left = lower.replace(name.lower(), "")
    if _is_common(_plain(left)) or _is_common(_plain(_AROUND.sub("", left).translate(_LETTERS))):
        raise AccountError(
            "the password is among the first that are guessed; use several words that do not go together"
        )


def hashed(password: str) -> str:
    """What is kept of a password."""
    with _TURN:
        return _HASHER.hash(password)


def is_it(password: str, kept: str | None) -> bool:
    """Whether a password is the one that was kept. As long takes the answer for an account that is not there (None)."""
    with _TURN:
        try:
            return _HASHER.verify(kept or _nobodys(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def made_up() -> str:
    """A password to be given to someone and changed by them: five groups of four letters, 99 bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(5))


def _plain(words: str) -> str:
    """The letters of a password, each run of one once."""
    return _DOUBLED.sub(r"\1", _NO_LETTER.sub("", words))


def _is_common(letters: str) -> bool:
    """Whether a password is a common word, two of them, or none."""
    whole = {"", *_common()}
    return any(letters[:at] in whole and letters[at:] in whole for at in range(len(letters) + 1))


@cache
def _common() -> frozenset[str]:
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return frozenset(_plain(word) for word in told["words"])


@cache
def _nobodys() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))
