"""Names the difference between two values of one column, and says which characters it concerns.

For the screen only: no score depends on it. The comparison levels look at whole names (`One of two surnames agrees`);
this looks at one cell and its neighbour (`one letter differs`, and which).
"""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz.distance import OSA, Indel, Levenshtein

Span = tuple[int, int]  # start and end (exclusive), in characters of the value as given

# A code is the same or it is not: one letter between "Female" and "Male", or "Jr" and "Sr", is no slip of the pen.
CODES = {"suffix", "sex", "multiple_birth", "birth_state", "birth_country", "birth_date_verification"}


class DifferenceKind(StrEnum):
    SAME = "same"
    MISSING = "missing"
    ACCENT = "accent"
    WRITING = "writing"
    PARTICLE = "particle"
    INITIAL = "initial"
    REORDERED = "reordered"
    PART = "part"
    LETTERS_SWAPPED = "letters_swapped"
    ONE_LETTER = "one_letter"
    CUT_SHORT = "cut_short"
    FEW_LETTERS = "few_letters"
    DAY_MONTH = "day_month"
    PLACEHOLDER = "placeholder"
    DIGITS_SWAPPED = "digits_swapped"
    YEAR_OFF = "year_off"
    ONE_DIGIT = "one_digit"
    OTHER_YEAR = "other_year"
    FIELDS_SWAPPED = "fields_swapped"
    OTHER_FIELD = "other_field"
    DIFFERENT = "different"


SENTENCES = {
    DifferenceKind.SAME: "Same",
    DifferenceKind.MISSING: "Missing on one side",
    DifferenceKind.ACCENT: "Accent only",
    DifferenceKind.WRITING: "Accents, capitals or spacing only",
    DifferenceKind.PARTICLE: "Only a particle (de, la, al) differs",
    DifferenceKind.INITIAL: "One is only an initial",
    DifferenceKind.REORDERED: "Same words in another order",
    DifferenceKind.PART: "One of several names",
    DifferenceKind.LETTERS_SWAPPED: "Two letters swapped",
    DifferenceKind.ONE_LETTER: "One letter differs",
    DifferenceKind.CUT_SHORT: "One is cut short",
    DifferenceKind.FEW_LETTERS: "A few letters differ",
    DifferenceKind.DAY_MONTH: "Day and month swapped",
    DifferenceKind.PLACEHOLDER: "January 1 may be a placeholder",
    DifferenceKind.DIGITS_SWAPPED: "Two digits swapped",
    DifferenceKind.YEAR_OFF: "Year off by one",
    DifferenceKind.ONE_DIGIT: "One digit differs",
    DifferenceKind.OTHER_YEAR: "Same day and month, another year",
    DifferenceKind.FIELDS_SWAPPED: "Two fields swapped",
    DifferenceKind.OTHER_FIELD: "In another field",
    DifferenceKind.DIFFERENT: "Different",
}
WRITTEN_ALIKE = frozenset({DifferenceKind.SAME, DifferenceKind.ACCENT, DifferenceKind.WRITING})


@dataclass(frozen=True, slots=True)
class Difference:
    """What sets two values apart, in words, and the characters to mark on each side."""

    kind: DifferenceKind
    sentence: str
    left_marks: tuple[Span, ...] = ()
    right_marks: tuple[Span, ...] = ()


def name_difference(column: str, left: str, right: str) -> Difference:
    """Compare two values of `column` (an MDE column name); a missing value is "". Dates are ISO, `2012-08-03`."""
    if left == right:
        return _named(DifferenceKind.SAME)
    if not left or not right:
        return _named(DifferenceKind.MISSING)
    if column.endswith("_date") and len(left) == len(right) == 10:
        return _date_difference(left, right)
    if column in CODES and _folded(left)[0] != _folded(right)[0]:
        return _named(DifferenceKind.DIFFERENT, ((0, len(left)),), ((0, len(right)),))
    return _text_difference(left, right)


def named(kind: DifferenceKind, sentence: str = "") -> Difference:
    """A difference that concerns whole values; nothing is marked."""
    return Difference(kind, sentence or SENTENCES[kind])


def _named(kind: DifferenceKind, left: tuple[Span, ...] = (), right: tuple[Span, ...] = ()) -> Difference:
    return Difference(kind, SENTENCES[kind], left, right)


def _date_difference(left: str, right: str) -> Difference:
    kind = _date_kind(left, right)
    if kind is DifferenceKind.DAY_MONTH:
        return _named(kind, ((5, 10),), ((5, 10),))
    if kind is DifferenceKind.DIFFERENT:
        return _named(kind, ((0, 10),), ((0, 10),))
    marks = _merged([(at, at + 1) for at in range(10) if left[at] != right[at]])
    return _named(kind, marks, marks)


def _date_kind(left: str, right: str) -> DifferenceKind:
    differing = [at for at in range(10) if left[at] != right[at]]
    if left[:4] == right[:4] and left[5:7] == right[8:] and left[8:] == right[5:7]:
        return DifferenceKind.DAY_MONTH
    if left[:4] == right[:4] and "01-01" in (left[5:], right[5:]):
        return DifferenceKind.PLACEHOLDER
    if left[4:] == right[4:] and _year_off(left[:4], right[:4]):
        return DifferenceKind.YEAR_OFF
    if len(differing) == 1:
        return DifferenceKind.ONE_DIGIT
    if len(differing) == 2 and (left[differing[0]], left[differing[1]]) == (right[differing[1]], right[differing[0]]):
        return DifferenceKind.DIGITS_SWAPPED
    if left[4:] == right[4:]:
        return DifferenceKind.OTHER_YEAR
    return DifferenceKind.DIFFERENT


def _year_off(left: str, right: str) -> bool:
    return left.isdecimal() and right.isdecimal() and abs(int(left) - int(right)) == 1


def _text_difference(left: str, right: str) -> Difference:
    left_text, left_at = _folded(left)
    right_text, right_at = _folded(right)
    if left_text == right_text:
        # Capitals are not marked: a State that writes everything in capitals would be marked all over.
        lower_left, lower_right = left.lower(), right.lower()
        if (len(lower_left), len(lower_right)) != (len(left), len(right)):
            return _named(DifferenceKind.WRITING)
        accents = _unaccented(left) == _unaccented(right)
        kind = DifferenceKind.ACCENT if accents else DifferenceKind.WRITING
        return _named(kind, *_marks(lower_left, lower_right, range(len(left)), range(len(right))))
    kind = _text_kind(left, right, left_text, right_text)
    if kind is DifferenceKind.REORDERED:
        return _named(kind)
    if kind is DifferenceKind.DIFFERENT:
        return _named(kind, ((0, len(left)),), ((0, len(right)),))
    if kind is DifferenceKind.LETTERS_SWAPPED:
        at = next(at for at, letter in enumerate(left_text) if letter != right_text[at])
        return _named(kind, _both(left_at, at), _both(right_at, at))
    return _named(kind, *_marks(left_text, right_text, left_at, right_at))


def _text_kind(left: str, right: str, left_text: str, right_text: str) -> DifferenceKind:
    left_words, right_words = words_of(left), words_of(right)
    shorter, longer = sorted((left_text, right_text), key=len)
    if _initials(left_words, right_words):
        return DifferenceKind.INITIAL
    if sorted(left_words) == sorted(right_words):
        return DifferenceKind.REORDERED
    if set(left_words) < set(right_words) or set(right_words) < set(left_words):
        return DifferenceKind.PART
    if Levenshtein.distance(left_text, right_text) == 1:
        return DifferenceKind.ONE_LETTER
    if OSA.distance(left_text, right_text) == 1:
        return DifferenceKind.LETTERS_SWAPPED
    if len(shorter) >= 3 and longer.startswith(shorter):
        return DifferenceKind.CUT_SHORT
    if Indel.normalized_similarity(left_text, right_text) >= 0.7:
        return DifferenceKind.FEW_LETTERS
    return DifferenceKind.DIFFERENT


def same_letters(left: str, right: str) -> bool:
    """Whether two texts are one but for accents, capitals and spacing."""
    return _folded(left)[0] == _folded(right)[0]


def _initials(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Word by word the same, or one the first letter of the other."""
    return len(left) == len(right) and all(
        one == other or (one[0] == other[0] and 1 in (len(one), len(other)))
        for one, other in zip(left, right, strict=True)
    )


def words_of(value: str) -> tuple[str, ...]:
    """The words of a value without accents, capitals and signs."""
    spaced = "".join(character if character.isalnum() else " " for character in _plain(value))
    return tuple(spaced.split())


def _plain(text: str) -> str:
    """Without accents and capitals."""
    return _unaccented(text).casefold()


def _unaccented(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _folded(value: str) -> tuple[str, list[int]]:
    """Letters and digits without accents and capitals, with the place in `value` that each comes from."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(value):
        for plain in _plain(character):
            if plain.isalnum():
                characters.append(plain)
                places.append(place)
    return "".join(characters), places


def _marks(
    left: str, right: str, left_at: list[int] | range, right_at: list[int] | range
) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    left_spans: list[Span] = []
    right_spans: list[Span] = []
    for step in Levenshtein.opcodes(left, right):
        if step.tag != "equal":
            left_spans += [(left_at[at], left_at[at] + 1) for at in range(step.src_start, step.src_end)]
            right_spans += [(right_at[at], right_at[at] + 1) for at in range(step.dest_start, step.dest_end)]
    return _merged(left_spans), _merged(right_spans)


def _both(places: list[int], at: int) -> tuple[Span, ...]:
    """The letter at `at` and the next one."""
    return _merged([(places[one], places[one] + 1) for one in (at, at + 1)])


def _merged(spans: list[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
