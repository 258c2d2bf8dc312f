"""A large table read in bulk is the table that the careful reader gives: rows, line numbers, faults, refusals."""

import random
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import LinkageError
from linkage.ingest import table
from linkage.ingest.arrow import BulkTable, read_parquet_in_bulk
from linkage.ingest.bulk import read_text_in_bulk
from linkage.ingest.plain_lines import odd_lines
from linkage.ingest.table import read_plain_table
from tests.test_ingest_accounting import (
    DAMAGES,
    corpus,
    cut_short,
    extra_cell,
    huge_cell,
    impossible_date,
    nothing,
    opened_quote,
    stray_quote,
)

NEVER = 1 << 40
# A file with other bytes than UTF-8 is left to the careful reader as a whole.
UTF8_DAMAGES = [opened_quote, cut_short, extra_cell, stray_quote, impossible_date, nothing]


def outcome(path: Path, bulk_bytes: int) -> object:
    try:
        found = read_plain_table(path, bulk_bytes=bulk_bytes)
    except LinkageError as error:
        return str(error)
    assert {len(column) for column in found.columns} == {len(found)}
    return found.headers, found.rows, found.lines.tolist(), found.faults, found.encoding


def assert_same(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert outcome(path, 0) == outcome(path, NEVER)


def in_bulk(content: bytes) -> BulkTable:
    """The table, if the bulk reader takes the file at all."""
    found = read_text_in_bulk(content)
    assert found is not None
    return found


PLAIN = {
    "comma": b"a,b,c\n1,2,3\n4,,6\n",
    "no line end at the end": b"a,b,c\n1,2,3\n4,5,6",
    "crlf": b"a,b\r\n1,2\r\n3,4\r\n",
    "tab": b"a\tb\n1\t2\n",
    "semicolon": b"a;b\n1,5;2\n",
    "pipe": b"a|b\n1|2\n",
    "announced": b"sep=;\na;b\n1;2\n",
    "mark": b"\xef\xbb\xbfa,b\n1,2\n",
    "mark inside": b"a,b\n\xef\xbb\xbf1,2\n3,4\n\xef\xbb\xbf5,6\n",
    "latin-1": "año,b\nMuñoz,José\n".encode("latin-1"),
    "windows": "a,b\n“Muñoz”,José\n".encode("cp1252"),
    "utf-16": "a,b\nMuñoz,José\n".encode("utf-16"),
    "utf-8": "año,b\nMuñoz,Ж 😀\n".encode(),
    "all quoted": b'"a","b"\n"1","2"\n"x, y","z"\n"","""q"""\n',
    "quote inside a cell": b'a,b\nAna "Lulu" Cruz,5\'2"\n1,2\n',
    "line break in quotes": b'a,b,c,d,e\n1,2,"x\ny",4,5\n1,2,3,4,5\n"p\r\nq",2,3,4,5\n',
    "ragged": b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n4,5,6\n1,2,3,,\n",
    "open quote": b'a,b,c,d\n1,2,3,4\n"1,2,3,4\n5,6,7,8\n',
    "stray quote": b'a,b\n"x"y,2\n"x" ,2\n3,4\n',
    "nul": b"a,b\n1\0,2\n3,4\n",
    "blank lines": b"\n\na,b\n\n1,2\n  \n,\n , \n3,4\n\n",
    "header again": b"a,b\n1,2\na,b\n3,4\n a,b\na,b,\n",
    "one column": b'a\n1\n\n""\n"x"\n  \n2\n',
    "white space": "a,b\n 1 ,\t2\n\u00a0x\u2003,\x0by\n".encode(),
    "unnamed": b"a,,c\n1,2,3\n",
    "no rows": b"a,b\n",
    "only odd rows": b'a,b\n"1\n2",3\n',
    "words for nothing": b"a,b\nNULL,NA\n#N/A,nan\n1.50,007\n2012-08-03,true\n",
    "overlong": b"a,b\n" + b"x" * 32_768 + b",2\n" + "ñ".encode() * 32_000 + b",2\n" + b'"' + b"y" * 32_767 + b'",4\n',
}


@pytest.mark.parametrize("case", PLAIN)
def test_a_file_is_read_in_bulk_as_with_care(tmp_path: Path, case: str) -> None:
    in_bulk(PLAIN[case])
    assert_same(tmp_path / "t.csv", PLAIN[case])


LEFT = {
    "a lone carriage return": b"a,b\n1,2\r3,4\n",
    "damaged utf-8": "a,b\nMuñoz,José\n".encode() * 9 + b"\xff,2\n",
    "damaged utf-16": "a,b\nMuñoz,2\n".encode("utf-16") + b"\x00\xd8\n\x00",
    "a header that cannot be read": b'"a,b\n1,2\n3,4\n',
    "zeros": bytes(1000),
    "mostly odd lines": b"a,b\n" + b"1,2\n" * 100 + b"1\n" * 900,
}


@pytest.mark.parametrize("case", LEFT)
def test_a_doubtful_file_is_left_to_the_careful_reader(tmp_path: Path, case: str) -> None:
    assert read_text_in_bulk(LEFT[case]) is None
    assert_same(tmp_path / "t.csv", LEFT[case])


@pytest.mark.parametrize("content", [b"a,b,a\n1,2,3\n", b"%PDF-1.7\n", b"PK\x03\x04", b" \n "])
def test_what_is_refused_is_refused_in_the_same_words(tmp_path: Path, content: bytes) -> None:
    assert isinstance(outcome(tmp_path / "gone.csv", 0), str)
    assert_same(tmp_path / "t.csv", content)


@given(
    st.integers(0, 2**32), st.integers(1, 60), st.lists(st.sampled_from([*DAMAGES, huge_cell]), min_size=1, unique=True)
)
def test_damaged_lines_have_the_same_fate_in_bulk(
    tmp_path_factory: pytest.TempPathFactory, seed: int, length: int, damages: list
) -> None:
    content, _ = corpus(random.Random(seed), length, damages)
    assert_same(tmp_path_factory.getbasetemp() / "bulk.csv", content.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))


@given(st.text(alphabet='",\n a;\t|é', max_size=120), st.sampled_from(["a,b,c", "a", "a;b", "a\tb\tc\td", '"x, y",z']))
def test_quotes_and_delimiters_in_any_order_read_the_same_in_bulk(
    tmp_path_factory: pytest.TempPathFactory, text: str, header: str
) -> None:
    assert_same(tmp_path_factory.getbasetemp() / "quotes.csv", f"{header}\n{text}".encode())


@given(st.binary(max_size=300))
def test_any_bytes_read_the_same_in_bulk(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    assert_same(tmp_path_factory.getbasetemp() / "bytes.csv", b"a,b\n1,2\n" + content)


def test_a_file_of_many_blocks_is_one_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linkage.ingest.arrow._BLOCK", 4096)
    rng = random.Random(5)
    damaged, _ = corpus(rng, 4000, UTF8_DAMAGES)
    damaged = damaged.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    width = damaged.split(b"\n")[0].count(b",") + 1
    content = damaged + b"\n".join(b",".join(b"%d" % rng.randrange(99) for _ in range(width)) for _ in range(9000))
    assert len(in_bulk(content).lines) > 9000
    assert_same(tmp_path / "t.csv", content)


def test_small_files_are_read_with_care(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "read_text_in_bulk", pytest.fail)
    (tmp_path / "t.csv").write_bytes(b"a,b\n1,2\n")
    assert read_plain_table(tmp_path / "t.csv").rows == [("1", "2")]


def test_a_parquet_file_is_read_in_bulk_as_with_care(tmp_path: Path) -> None:
    columns = {
        "text": ["Ana", " Luz ", None, "", "text", "Ana"],
        "number": [1, 2, None, None, 5, 1],
        "float": [1.0, 2.5, float("nan"), None, -0.0, 1e20],
        "day": [date(2012, 8, 3), None, None, None, date(1, 1, 1), None],
        "time": [datetime(2012, 8, 3, tzinfo=UTC), datetime(2012, 8, 3, 7, 1, tzinfo=UTC), None, None, None, None],
        "yes": [True, False, None, None, True, None],
        "bytes": [b"x", b"\xff", None, None, None, None],
        "coded": pa.array(["a", "b", None, None, "a", "a"]).dictionary_encode(),
    }
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table(columns), path, row_group_size=2)
    assert read_parquet_in_bulk(path.read_bytes()) is not None
    assert outcome(path, 0) == outcome(path, NEVER)
    assert read_plain_table(path, bulk_bytes=0).lines.tolist() == [1, 2, 5, 6]


@pytest.mark.parametrize(
    "columns", [{"a": [["x"], ["y"]]}, {"a": ["x\0y", "z"]}, {"a": ["x" * 40_000]}, {"a": pa.array([], pa.string())}]
)
def test_a_doubtful_parquet_file_is_left_to_the_careful_reader(tmp_path: Path, columns: dict) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table(columns), path)
    assert read_parquet_in_bulk(path.read_bytes()) is None
    assert outcome(path, 0) == outcome(path, NEVER)


def test_the_kernel_names_the_odd_lines_and_where_they_begin() -> None:
    text = b'1,2\n3\n"4",5\n6,"7\n\n8,9\r\n'
    lines, found = odd_lines(np.frombuffer(text, dtype=np.uint8), ord(","), 2, 9)
    assert lines == 6
    assert found.tolist() == [[1, 4], [3, 12], [4, 17]]
    assert odd_lines(np.frombuffer(text, dtype=np.uint8), ord(","), 2, 2)[0] == -1
