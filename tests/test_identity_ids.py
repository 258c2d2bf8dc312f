"""Student IDs: twelve digits, and a slip of the finger is noticed."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from linkage.identity.ids import IdFactory, check_digit, is_student_id

digits = st.text("0123456789", min_size=11, max_size=11)


def test_the_same_randomness_makes_the_same_ids() -> None:
    assert [IdFactory(Random(5)).student_id() for _ in range(2)] == [IdFactory(Random(5)).student_id()] * 2


def test_ids_are_twelve_digits_with_the_right_check_digit() -> None:
    made = {IdFactory().student_id() for _ in range(500)}
    assert len(made) == 500
    assert all(is_student_id(one) and one[0] != "0" for one in made)


@given(digits, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(first: str, place: int, shift: int) -> None:
    right = first + check_digit(first)
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    assert is_student_id(right)
    assert not is_student_id(wrong)


@given(digits, st.integers(0, 10))
def test_two_neighbours_swapped_are_noticed(first: str, place: int) -> None:
    right = first + check_digit(first)
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]
    assert is_student_id(wrong) == (wrong == right)


def test_what_is_no_id_at_all_is_no_student_id() -> None:
    assert not any(map(is_student_id, ["", "12", "x" * 12, "१२३४५६७८९०१२", "1234567890123"]))
