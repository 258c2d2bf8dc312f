"""Text -> the folded form in which names and places are looked up and compared: capital letters, digits and single blanks.

Folding is idempotent and never raises. Letters of other scripts are kept, so that two equal names stay equal.
"""

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

LOST = "?"  # one lost letter, inside a word
_DOUBTFUL = "\0"

# Letters that Unicode does not take apart into a letter and a mark.
_WRITTEN_OUT = str.maketrans(
    {"Đ": "D", "Ð": "D", "Ł": "L", "Ø": "O", "Æ": "AE", "Œ": "OE", "Þ": "TH", "Ħ": "H", "Ŋ": "NG"}
)
_WRITTEN_OUT.update(str.maketrans({"\u0131": "I", "ẞ": "SS", "Ə": "A", "Ŧ": "T", "Ɓ": "B", "Ɗ": "D"}))
# Apostrophes, okinas and glottal marks of every alphabet that writes them.
_APOSTROPHES = str.maketrans("", "", "'`\u2019\u2018\u00b4\u02bc\u02bb\u02b9\u02be\u02bf\u02c8\u2032\u0294\ua78c")
# What UTF-8 looks like when it was read as Latin-1 or Windows-1252: a lead byte and one to three others.
_TWICE_ENCODED = re.compile(
    r"[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{1,3}"
)
_PLAIN = re.compile(r"[A-Z ]*")
_NOT_PLAIN = re.compile(rf"[^A-Z0-9{LOST}]+")
_LOST_RUN = re.compile(rf"\{LOST}+")


@dataclass(frozen=True, slots=True)
class Repairs:
    """What the rules know of damaged text: wrong -> right, longest first, and the signs that stand for a lost letter."""

    letters: tuple[tuple[str, str], ...] = ()
    lost: frozenset[str] = frozenset()
    plain: Mapping[int, str] = field(default_factory=dict, compare=False, repr=False)  # see `_alphabet`

    @classmethod
    def of(cls, letters: Mapping[str, str], lost: frozenset[str]) -> "Repairs":
        plain = dict(_alphabet())
        doubtful = [wrong for wrong in (*letters, *lost) if all(ord(letter) in plain for letter in wrong)]
        for wrong in doubtful:  # an odd letter of it is enough to send a text the careful way
            odd = [letter for letter in wrong if not letter.isascii()] or wrong
            plain.update({ord(letter): _DOUBTFUL for letter in odd})
        return cls(tuple(sorted(letters.items(), key=lambda pair: (-len(pair[0]), pair))), lost, plain)


def fold(text: str, repairs: Repairs | None = None) -> str:
    """`Mu&ntilde;oz-O'Brien` -> `MUNOZ OBRIEN`; with repairs `MU¤OZ` -> `MUNOZ` and `MU#OZ` -> `MU?OZ`."""
    if text.isascii() and text.isalpha():
        return text.upper()
    repairs = repairs or NO_REPAIRS
    plain = text.translate(repairs.plain)
    return " ".join(plain.split()) if _PLAIN.fullmatch(plain) else fold_with_care(text, repairs)


def fold_all(texts: Sequence[str], repairs: Repairs) -> list[str]:
    """Each text folded, but that there may be several blanks between words. The plain texts, which are nearly all, in one go."""
    capitals: dict[int, str | None] = {code: repairs.plain.get(code, _DOUBTFUL) or None for code in range(128)}
    capitals[ord("\n")] = "\n"
    joined = "\n".join([text if text.isascii() else _DOUBTFUL for text in texts])
    lines = joined.translate(capitals).split("\n")
    if len(lines) != len(texts):  # a text of several lines
        return [fold(text, repairs) for text in texts]
    return [fold(text, repairs) if _DOUBTFUL in line else line for text, line in zip(texts, lines, strict=True)]


def fold_with_care(text: str, repairs: Repairs) -> str:
    """`fold` without its short way for texts of ordinary letters; it defines what is right."""
    bare = _bare(repair(text, repairs).replace("\0", " "))
    return _words(_mark_lost_letters(_resolve_dots(bare), repairs.lost | {LOST}))


@cache
def _alphabet() -> Mapping[int, str]:
    """Letters that fold to the same capitals whatever stands beside them, and what may part or join words."""
    latin = [chr(code) for code in range(0xC0, 0x250) if not _TWICE_ENCODED.match("\u00c3" + chr(code))]
    # Between two letters, so that one which brings a dot or an apostrophe along (U+013F, U+0149) is not taken for a plain one.
    between = {letter: fold_with_care(f"A{letter}A", Repairs())[1:-1] for letter in latin}
    alphabet = {
        ord(letter): capitals
        for letter, capitals in between.items()
        if capitals.isalpha() and _PLAIN.fullmatch(capitals) and capitals == fold_with_care(letter, Repairs())
    }
    alphabet.update({code: chr(code).upper() for code in (*range(65, 91), *range(97, 123))})
    return alphabet | {ord(" "): " ", ord("-"): " ", ord("'"): "", ord("`"): ""}


def repair(text: str, repairs: Repairs) -> str:
    """Undo entities, text that was encoded twice, and the damage that the rule file lists."""
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = _TWICE_ENCODED.sub(_decode_again, unicodedata.normalize("NFC", text))
    for wrong, right in repairs.letters:
        if wrong in text:
            text = text.replace(wrong, right)
    return text


def _decode_again(found: re.Match[str]) -> str:
    try:
        return b"".join(_as_byte(letter) for letter in found.group()).decode("utf-8")
    except UnicodeError:
        return found.group()  # an honest sequence of letters


def _as_byte(letter: str) -> bytes:
    return letter.encode("latin-1" if ord(letter) < 256 else "cp1252")


def _bare(text: str) -> str:
    """Capitals without marks and apostrophes; twice, because some capitals come apart only after they are capitals."""
    for _ in range(2):
        if not text.isascii():
            text = "".join(
                letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter)
            )
        text = text.upper().translate(_WRITTEN_OUT).translate(_APOSTROPHES)
    return text


def _resolve_dots(text: str) -> str:
    """U.S.A. -> USA, Ma.Guadalupe -> MA GUADALUPE: a dot joins single letters and parts everything else."""
    if "." not in text:
        return text
    parts = text.split(".")
    joined = parts[0]
    for left, right in pairwise(parts):
        single = _run_length(left[::-1]) == 1 == _run_length(right)
        joined += right if single else " " + right
    return joined


def _run_length(letters: str) -> int:
    length = 0
    for letter in letters:
        if not letter.isalnum():
            break
        length += 1
    return length


def _mark_lost_letters(text: str, signs: frozenset[str]) -> str:
    """Signs for a lost letter become one LOST inside or at the edge of a word, and a blank anywhere else."""
    for sign in signs - {LOST}:
        text = text.replace(sign, LOST)
    if LOST not in text:
        return text

    def settle(run: re.Match[str]) -> str:
        beside = text[run.start() - 1 : run.start()] + text[run.end() : run.end() + 1]
        return LOST if any(letter.isalpha() for letter in beside) else " "

    return _LOST_RUN.sub(settle, text)


def _words(text: str) -> str:
    if text.isascii():
        text = _NOT_PLAIN.sub(" ", text)
    else:
        text = "".join(letter if letter.isalnum() or letter == LOST else " " for letter in text)
    return " ".join(text.split())


NO_REPAIRS = Repairs.of({}, frozenset())
