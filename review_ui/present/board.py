"""The board on which records are put into children: cards in columns, from the engine's suggestion or from what was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linkage.identity.views import RecordView
from review_ui.present import words
from review_ui.present.cells import NAMES

LETTERS = "ABCDEFGHIJKLMNOPQRST"  # as many children as `most_members` may ever be
FACTS = ("birth_date", "sex", "birth_city", "parent1_first", "parent2_first")


@dataclass(frozen=True, slots=True)
class Card:
    """One record. `facts`: the few values by which people tell children apart, column and value in words."""

    number: int
    label: str
    record_id: str
    state: str
    state_student_id: str
    student_id: str
    name: str
    facts: tuple[tuple[str, str], ...]
    child: str  # letter


@dataclass(frozen=True, slots=True)
class Column:
    """One child to be. `keeps`: the student ID somebody chose for it, "" for as the rules say. `shown`: it has cards, or is the next one."""

    child: str
    keeps: str
    cards: tuple[Card, ...]
    shown: bool


@dataclass(frozen=True, slots=True)
class Board:
    columns: tuple[Column, ...]
    children: tuple[str, ...]  # letters
    ids: tuple[str, ...]  # student IDs that a part may keep
    suggested: int  # children that the engine would make of the records; 0 where a person has already divided them


def build_board(
    records: Sequence[RecordView],
    suggestion: Sequence[Sequence[str]],
    chosen: Mapping[str, str] | None = None,
    keeps: Mapping[str, str] | None = None,
) -> Board:
    """`records` in the order of the columns of the review page; `suggestion`: their ids in parts. `chosen`: record id -> letter, as it was sent."""
    letters = tuple(LETTERS[: max(len(records), 2)])
    child = {record: letters[number] for number, part in enumerate(suggestion) for record in part}
    child |= {record: letter for record, letter in (chosen or {}).items() if letter in letters}
    made = [
        _card(number, record, child.get(record.record_id, letters[0])) for number, record in enumerate(records, start=1)
    ]
    used = {card.child for card in made}
    spare = next((letter for letter in letters if letter not in used), "")
    columns = [
        Column(
            letter,
            (keeps or {}).get(letter, ""),
            tuple(card for card in made if card.child == letter),
            letter in used or letter == spare,
        )
        for letter in letters
    ]
    ids = tuple(dict.fromkeys(card.student_id for card in made))
    return Board(tuple(columns), letters, ids, 0 if chosen else len(suggestion))


def _facts(record: RecordView) -> tuple[tuple[str, str], ...]:

    return tuple(
        (column, words.value_words(column, value)) for column in FACTS if (value := record.values.get(column, ""))
    )


def _card(number: int, record: RecordView, child: str) -> Card:
    return Card(
        number,
        f"Record {number}",
        record.record_id,
        record.state,
        record.state_student_id,
        record.student_id,
        " ".join(filter(None, (record.values.get(column, "") for column in NAMES))),
        _facts(record),
        child,
    )
