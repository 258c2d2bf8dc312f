"""Dates, sex and yes/no in their usual spellings; whatever else comes in is None, never an exception."""

import calendar
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.ingest.values import (
    clean,
    is_day_first,
    is_hombre_mujer,
    is_nothing,
    parse_date,
    parse_sex,
    shape,
)
from rules.mde_list import load_mde_list
from tests.ingest_helpers import TODAY

ENGLISH = list(calendar.month_name)[1:]
SPANISH = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto"]
SPANISH += ["septiembre", "octubre", "noviembre", "diciembre"]

SPELLINGS = {
    "iso": lambda d: d.isoformat(),
    "iso with time": lambda d: f"{d.isoformat()}T00:00:00.000Z",
    "iso with slashes": lambda d: f"{d.year}/{d.month}/{d.day}",
    "compact": lambda d: f"{d:%Y%m%d}",
    "compact, month first": lambda d: f"{d:%m%d%Y}",
    "american": lambda d: f"{d:%m/%d/%Y}",
    "american, short": lambda d: f"{d.month}/{d.day}/{d.year}",
    "american with dashes": lambda d: f"{d:%m-%d-%Y}",
    "american with time": lambda d: f"{d.month}/{d.day}/{d.year} 12:00:00 AM",
    "day, month name": lambda d: f"{d.day:02}-{ENGLISH[d.month - 1][:3]}-{d.year}",
    "day, month name, capitals, glued": lambda d: f"{d.day:02}{ENGLISH[d.month - 1][:3].upper()}{d.year}",
    "month name, day": lambda d: f"{ENGLISH[d.month - 1]} {d.day}, {d.year}",
    "spanish": lambda d: f"{d.day} de {SPANISH[d.month - 1]} de {d.year}",
    "spanish, short": lambda d: f"{d.day:02}-{SPANISH[d.month - 1][:3]}-{d.year}",
}
DATES = st.dates(date(1900, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize("spelling", SPELLINGS)
@given(day=DATES)
def test_a_date_is_read_back_from_every_usual_spelling(spelling, day):
    assert parse_date(SPELLINGS[spelling](day)) == day


@given(st.dates(TODAY - timedelta(days=36_000), TODAY), st.sampled_from(["{m}/{d}/{y:02}", "{d:02}-{n}-{y:02}"]))
def test_two_digits_of_the_year_mean_the_latest_year_that_is_not_after_today(day, pattern):
    text = pattern.format(m=day.month, d=day.day, y=day.year % 100, n=ENGLISH[day.month - 1][:3])
    assert parse_date(text, today=TODAY) == day


@pytest.mark.parametrize(
    ("text", "year"), [("8/3/12", 2012), ("8/3/98", 1998), ("11/21/26", 2026), ("11/22/26", 1926), ("2/29/00", 2000)]
)
def test_two_digit_years_around_today(text, year):
    found = parse_date(text, today=TODAY)
    assert found is not None
    assert found.year == year


def test_two_digit_years_without_today_turn_at_fifty():
    assert [parse_date(text).year for text in ("1/1/49", "1/1/50")] == [2049, 1950]


@given(DATES)
def test_day_first_reads_the_other_order(day):
    assert parse_date(f"{day.day}/{day.month}/{day.year}", day_first=True) == day


@given(st.dates(date(1930, 1, 1), date(2099, 12, 31)))
def test_excel_day_counts_are_read_only_where_they_can_occur(day):
    count = str((day - date(1899, 12, 30)).days)
    assert parse_date(count) is None
    assert parse_date(count, serial=True) == day
    assert parse_date(f"{count}.75", serial=True) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "2012",
        "2012-13-01",
        "02/30/2012",
        "13/08/2012",
        "2012-02-30",
        "20121301",
        "00000000",
        "0/0/0000",
        "31-Feb-2012",
        "3 Brumaire 2012",
        "12/2012",
        "1/2/3",
        "2012-8/3",
        "2012-08-03x",
        "August 2012",
        "41124",
        "1" * 5000,
        "٢٠١٢-٠٨-٠٣x",
    ],
)
def test_what_is_no_date_is_none(text):
    assert parse_date(text) is None


@given(st.text(max_size=60), st.booleans(), st.booleans())
def test_no_text_makes_the_date_reader_fail(text, day_first, serial):
    found = parse_date(text, today=TODAY, day_first=day_first, serial=serial)
    assert found is None or isinstance(found, date)


def test_a_column_is_day_first_only_if_three_values_say_so_and_none_the_contrary():
    assert is_day_first(["13/08/2012", "14/08/2012", "15/08/2012", "01/02/2012"])
    assert not is_day_first(["13/08/2012", "14/08/2012", "01/02/2012"])
    assert not is_day_first(["13/08/2012", "14/08/2012", "15/08/2012", "08/13/2012"])
    assert not is_day_first(["2012-08-13"] * 5)


SEXES = {
    "F": ["F", "f", "Female", "GIRL", "Femenino", "Mujer", "niña"],
    "M": ["M", "male", "Boy", "Masculino", "Hombre", "H", "Niño"],
}
SEXES |= {"X": ["X", "Nonbinary", "Non-Binary", "Other", "No binario"], "": ["", " ", "N/A", "NULL"]}


@pytest.mark.parametrize(("sex", "text"), [(sex, text) for sex, texts in SEXES.items() for text in texts])
def test_sex_is_read_in_its_usual_spellings(sex, text):
    assert parse_sex(text) == sex


def test_m_is_mujer_only_where_h_says_so():
    assert [parse_sex(text, hombre_mujer=True) for text in ("M", "H", "Male", "Mujer", "F")] == [
        "F",
        "M",
        "M",
        "F",
        "F",
    ]
    assert is_hombre_mujer(["H", "M", ""])
    assert not is_hombre_mujer(["H", "M", "F"])
    assert not is_hombre_mujer(["H", "Male", "female"])
    assert not is_hombre_mujer(["M", "M"])
    assert parse_sex("Q") is None


YES_NO = load_mde_list().code_lists["yes_no"]
ANSWERS = {"Y": ["Y", "yes", "TRUE", "1", "Sí", "si", "S", "x"], "N": ["N", "No", "false", "0"]}


@pytest.mark.parametrize(("answer", "text"), [(answer, text) for answer, texts in ANSWERS.items() for text in texts])
def test_yes_and_no_are_read_in_their_usual_spellings(answer, text):
    assert YES_NO.find(text) == answer


def test_what_is_neither_yes_nor_no_is_none():
    assert YES_NO.find("perhaps") is None


def test_text_is_trimmed_composed_and_freed_of_a_spreadsheets_armour():
    assert clean(" \ufeffAna \t Luz\u200b\xa0") == "Ana Luz"
    assert clean('="00123"') == "00123"
    assert clean("José") == "José"
    assert clean('="') == '="'


@given(st.text(max_size=80))
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text) or clean(text).startswith('="')


def test_nothing_has_many_spellings():
    assert all(map(is_nothing, ["", " ", "NULL", "null", "\\N", "N/A", "#N/A", "None", "-", "."]))
    assert not any(map(is_nothing, ["Nulo", "0", "No"]))


def test_a_shape_shows_the_kind_of_letters_and_no_more():
    assert shape("13/45/2012") == "`99/99/9999`"
    assert shape("Año 1") == "`aaa 9`"
    assert shape("") == "an empty cell"
    assert shape("a" * 1000) == f"`{'a' * 24}...` (1,000 characters)"
