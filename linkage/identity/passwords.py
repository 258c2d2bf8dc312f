"""Passwords: how they are kept (Argon2id), made for one time, and which ones are refused."""

import re
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from linkage.identity.context import state_name
from rules.policy import Sessions

LONGEST = 128
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_REPEATED = re.compile(r"(.{1,8})\1+(.{0,7})", re.DOTALL)  # "abcabcabc", "passwordpassword", "aaaaaaa"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else when read out
_SHORTEST_WORD = 4  # a name of three letters turns up in good passwords by chance


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Whether the password is the stored one. With nothing stored it takes as long and is false."""
    try:
        _HASHER.verify(stored or _hash_of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def one_time_password() -> str:
    """Five groups of four letters and digits, 99 bits: to be read out once and then replaced."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(5))


def refusal(password: str, *, username: str, display_name: str, state: str, policy: Sessions) -> str:
    """Why this password may not be used, in words; "" if it may."""
    if len(password) < policy.password_length:
        return (
            f"The password needs at least {policy.password_length} characters. A few words in a row are easy to keep."
        )
    if len(password) > LONGEST:
        return f"The password may have {LONGEST} characters at most."
    found = _Folded(password)
    if found.holds(username, *re.split(r"[\W_]+", display_name)):
        return "The password must not contain your name or user name."
    if found.holds(state_name(state) if state else "", "migrant", "msix", "nearmatch", "near match"):
        return "The password must not contain your State's name or words that everybody here would try."
    repeated = _REPEATED.fullmatch(found.text)
    if repeated and repeated[1].startswith(repeated[2][: len(repeated[1])]):
        return "The password repeats one short word."
    return ""


class _Folded:
    """A password as somebody who guesses would see it: lower case, no accents."""

    def __init__(self, password: str) -> None:
        self.text = _fold(password)

    def holds(self, *words: str) -> bool:
        return any(len(word) >= _SHORTEST_WORD and _fold(word) in self.text for word in words)


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe())
