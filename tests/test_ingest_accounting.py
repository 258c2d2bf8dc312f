"""Every physical line is accounted for, whatever the damage, and damage stays where it is."""

import random
from collections.abc import Callable
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InputFileError
from linkage.ingest.reasons import Reason
from tests.ingest_helpers import GOOD, HEADER, fates, read

SOUND_NAMES = [
    "Ana",
    '"García, Jr"',
    '"Ma. ""Lupe"" José"',
    '"two\nlines"',
    '"three\r\n\r\nlines"',
    "a\u2028b",
    "c\x0bd",
    "ñandú",
    "5'2\"",
]
BREAKS = ["\n", "\r\n", "\r"]


def sound(rng: random.Random, key: int) -> bytes:
    """A good row, perhaps over several lines, with odd but lawful characters."""
    cells = GOOD | {
        "state_student_id": str(key),
        "first_name": rng.choice(SOUND_NAMES),
        "last_name_1": rng.choice(SOUND_NAMES),
    }
    return ",".join(cells.values()).encode()


def opened_quote(rng: random.Random, cells: list[bytes]) -> bytes:
    place = rng.randrange(len(cells))
    cells[place] = b'"' + cells[place]
    return b",".join(cells)


def cut_short(rng: random.Random, cells: list[bytes]) -> bytes:
    return b",".join(cells[: rng.randrange(1, len(cells))])


def extra_cell(rng: random.Random, cells: list[bytes]) -> bytes:
    cells.insert(rng.randrange(len(cells)), b"more")
    return b",".join(cells)


def with_byte(byte: bytes) -> Callable[[random.Random, list[bytes]], bytes]:
    def damage(rng: random.Random, cells: list[bytes]) -> bytes:
        line = b",".join(cells)
        place = rng.randrange(len(line))
        return line[:place] + byte + line[place:]

    return damage


def stray_quote(rng: random.Random, cells: list[bytes]) -> bytes:
    cells[rng.randrange(len(cells))] = b'"a "b" c"'
    return b",".join(cells)


def huge_cell(rng: random.Random, cells: list[bytes]) -> bytes:
    cells[rng.randrange(len(cells))] = b"x" * 40_000
    return b",".join(cells)


def impossible_date(rng: random.Random, cells: list[bytes]) -> bytes:
    cells[list(GOOD).index("birth_date")] = rng.choice([b"2012-02-30", b"99/99/9999", b"soon", b"2077-01-01", b""])
    return b",".join(cells)


def noise(rng: random.Random, cells: list[bytes]) -> bytes:
    del cells
    return bytes(rng.choice(b'abc",;|\t 019\x00\xff\xc3') for _ in range(rng.randrange(1, 60)))


def nothing(rng: random.Random, cells: list[bytes]) -> bytes:
    return rng.choice([b"", b"   ", b"," * (len(cells) - 1)])


DAMAGES = [
    opened_quote,
    cut_short,
    extra_cell,
    with_byte(b"\0"),
    with_byte(b"\xff"),
    stray_quote,
    impossible_date,
    noise,
    nothing,
]


def corpus(
    rng: random.Random, length: int, damages: list[Callable[[random.Random, list[bytes]], bytes]]
) -> tuple[bytes, list[str]]:
    """A file of sound rows and damaged lines, mixed, and the ids of the sound rows."""
    lines, sound_ids = [HEADER.encode()], []
    for key in range(length):
        if rng.random() < 0.5:
            sound_ids.append(str(key))
            lines.append(sound(rng, key))
        else:
            cells = [value.encode() for value in (GOOD | {"state_student_id": f"damaged{key}"}).values()]
            lines.append(rng.choice(damages)(rng, cells))
    return b"".join(line + rng.choice(BREAKS).encode() for line in lines), sound_ids


def physical_lines(content: bytes) -> int:
    """Counted in another way than the reader's: every line end, and a last line without one."""
    ends = content.count(b"\r\n")
    ends += content.count(b"\n") + content.count(b"\r") - 2 * ends
    return ends + (not content.endswith((b"\n", b"\r")))


def check(path, content, sound_ids):
    result = read(path, content)
    report = result.report
    told = fates(result)
    assert report.adds_up
    assert report.lines_read == physical_lines(content)
    assert report.accepted + report.quarantined == len(told)
    assert all(1 <= line <= report.lines_read for line in told)
    accepted = [row.values["state_student_id"] for row in result.rows]
    assert [key for key in accepted if not key.startswith("damaged")] == sound_ids
    return result


@given(st.integers(0, 2**32), st.integers(1, 60), st.lists(st.sampled_from(DAMAGES), min_size=1, unique=True))
def test_damaged_lines_never_take_their_neighbours_along(tmp_path_factory, seed, length, damages):
    content, sound_ids = corpus(random.Random(seed), length, damages)
    check(tmp_path_factory.getbasetemp() / "damaged.csv", content, sound_ids)


def test_ten_thousand_damaged_lines_are_all_accounted_for(tmp_path):
    content, sound_ids = corpus(random.Random(7), 20_000, [*DAMAGES, *DAMAGES, *DAMAGES, huge_cell] * 3)
    result = check(tmp_path / "damaged.csv", content, sound_ids)
    damaged = result.report.lines_read - sum(row.last_line - row.line + 1 for row in result.rows)
    assert damaged > 9_500
    expected = {
        Reason.UNTERMINATED_QUOTE,
        Reason.STRAY_QUOTE,
        Reason.RAGGED_ROW,
        Reason.NUL_BYTE,
        Reason.UNDECODABLE,
        Reason.OVERSIZED_CELL,
        Reason.BAD_DATE,
        Reason.BIRTH_DATE_OUT_OF_RANGE,
        Reason.MISSING_MANDATORY,
    }
    assert {fault.reason for fault in result.quarantined} == expected


@given(st.binary(max_size=400))
def test_no_bytes_at_all_raise_anything_but_the_rooms_own_errors(tmp_path_factory, content):
    with suppress(InputFileError):  # full of control bytes, or of the zeros of UTF-16
        assert read(tmp_path_factory.getbasetemp() / "bytes.csv", HEADER.encode() + b"\n" + content).report.adds_up


@given(st.text(alphabet='",\n\r a;\t|\u2028\x0b\x0c\x85', max_size=200))
def test_quotes_and_line_ends_in_any_order_are_accounted_for(tmp_path_factory, text):
    result = read(tmp_path_factory.getbasetemp() / "quotes.csv", HEADER + "\n" + text)
    assert result.report.adds_up
    assert result.report.lines_read == physical_lines((HEADER + "\n" + text).encode())


def test_every_line_of_a_file_with_only_open_quotes_is_quarantined_alone(tmp_path):
    result = read(tmp_path / "quotes.csv", HEADER + "\n" + '"open\n' * 3000)
    assert result.report.quarantined == 3000
    assert [fault.line for fault in result.quarantined] == list(range(2, 3002))


def test_reading_again_gives_the_same_result(tmp_path):
    content, _ = corpus(random.Random(3), 500, DAMAGES)
    assert read(tmp_path / "again.csv", content) == read(tmp_path / "again.csv", content)


def test_progress_is_told_the_lines_done_and_ends_at_the_last(tmp_path):
    from linkage.ingest.upload import read_upload
    from tests.ingest_helpers import MDE, TODAY, row

    path = tmp_path / "long.csv"
    path.write_text("\n".join([HEADER, *(row(state_student_id=str(key)) for key in range(2500))]), encoding="utf-8")
    told: list[int] = []
    read_upload(path, mde=MDE, today=TODAY, progress=told.append)
    assert told == [1001, 2001, 2501]
