"""12-digit student IDs: eleven random digits and a check digit that catches every wrong digit and every swap of neighbours."""

from random import Random, SystemRandom

LENGTH = 12

# Damm's quasigroup of order 10: totally anti-symmetric, which is what catches the swaps.
_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


class IdFactory:
    """Makes student IDs out of the randomness given; tests hand in `Random(seed)`."""

    def __init__(self, random: Random | None = None) -> None:
        self._random = random or SystemRandom()

    def student_id(self) -> str:
        """A well-formed ID; whether it is still free is the caller's to check. Never starts with 0, for spreadsheets."""
        digits = str(self._random.randint(10 ** (LENGTH - 2), 10 ** (LENGTH - 1) - 1))
        return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """The digit to append to `digits`."""
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


def is_student_id(text: str) -> bool:
    """Whether `text` is twelve digits of which the last fits the others."""
    plain = len(text) == LENGTH and text.isascii() and text.isdigit()
    return plain and check_digit(text[:-1]) == text[-1]
