"""What may be some minutes old: found once, found anew in time, and for nobody else."""

from datetime import timedelta

from review_ui.briefly import LASTS, MOST, Briefly
from tests.identity_helpers import START


def test_what_was_found_is_not_looked_for_again_until_it_is_too_old() -> None:
    brief, found = Briefly(), iter(range(9))
    moments = (timedelta(0), LASTS - timedelta(seconds=1), LASTS, LASTS + timedelta(minutes=1))
    assert [brief.remember("choices", START + one, lambda: next(found)) for one in moments] == [0, 0, 1, 1]


def test_a_clock_that_goes_back_makes_nothing_last_longer() -> None:
    brief, found = Briefly(), iter(range(9))
    moments = (timedelta(0), -timedelta(days=1))
    assert [brief.remember("choices", START + one, lambda: next(found)) for one in moments] == [0, 1]


def test_everybody_is_told_what_was_found_for_him() -> None:
    brief = Briefly()
    assert [brief.remember(("alike", who), START, lambda who=who: who) for who in (1, 2, 1)] == [1, 2, 1]


def test_it_does_not_grow_for_ever() -> None:
    brief = Briefly()
    for number in range(MOST + 5):
        brief.remember(number, START, lambda: "found")
    assert len(brief._kept) <= MOST
