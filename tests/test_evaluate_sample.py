"""The invented sample: who is in it, how often what happens, and that a seed settles everything."""

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from linkage.evaluate.dice import Dice
from linkage.evaluate.families import invent_population
from linkage.evaluate.pools import places, traditions
from linkage.evaluate.rates import DAMAGE_KINDS, Rates
from linkage.evaluate.sample import generate, record_table
from linkage.evaluate.styles import COLUMNS, DATE_COLUMNS
from linkage.evaluate.summary import summarize

SEED = 20261101
STATES = ("TX", "WA", "FL")


@pytest.fixture(scope="module")
def sample():
    return generate(SEED)


@pytest.fixture(scope="module")
def population():
    dice = Dice(SEED, "families")
    return invent_population(dice, children=5000, states=STATES, rates=Rates())


@pytest.fixture(scope="module")
def children(population):
    return {child.child_id: child for family in population.families for child in family.children}


def pairs_of(population, children, kind):
    groups = {}
    for child_id, group in population.groups[kind].items():
        groups.setdefault(group, []).append(children[child_id])
    assert groups, kind
    return [(one, other) for members in groups.values() for one in members for other in members if one is not other]


def test_the_same_seed_gives_the_same_sample_and_another_seed_another():
    first, again, other = (generate(seed, records=400) for seed in (5, 5, 6))
    assert first == again
    assert first.truth != other.truth


def test_a_sample_does_not_change_between_versions_of_python():
    dice = Dice(1, "families")
    assert [dice.between(1, 1000) for _ in range(6)] == [188, 944, 65, 633, 201, 908]


def test_the_default_sample_has_6000_records_in_three_states_and_12_percent_duplicates(sample):
    summary = summarize(sample)
    assert tuple(sample.rows) == STATES
    assert summary.records == 6000
    assert summary.duplicates == 720
    assert 0.15 < summary.duplicates_inside / summary.duplicates < 0.3
    rows = sum(len(rows) for rows in sample.rows.values())
    assert 1.2 < rows / summary.records < 1.4


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_the_share_of_duplicates_is_exact(share):
    summary = summarize(generate(3, records=500, rates=replace(Rates(), duplicates=share)))
    assert (summary.records, summary.duplicates) == (500, round(500 * share))


def test_one_state_alone_has_its_duplicates_inside():
    sample = generate(3, records=300, states=("CA",))
    assert summarize(sample).duplicates_inside == 36


def test_every_record_of_every_file_is_in_the_truth_once(sample):
    keys = {f"{state}:{row['state_student_id']}" for state, rows in sample.rows.items() for row in rows}
    named = [truth.record_key for truth in sample.truth]
    assert len(named) == len(set(named))
    assert set(named) == keys


def test_the_record_table_has_one_row_a_record_in_the_order_of_the_truth(sample):
    table, truth = record_table(sample)
    assert table.ids == tuple(entry.record_key for entry in truth)
    assert table.sources == tuple(key[:2] for key in table.ids)
    assert tuple(table.columns) == COLUMNS
    assert all(len(values) == len(table) for values in table.columns.values())


def test_values_are_canonical(sample):
    for rows in sample.rows.values():
        for row in rows:
            assert set(row) == set(COLUMNS)
            assert row["sex"] in {"F", "M", "X"}
            assert row["first_name"].strip()
            assert row["last_name_1"].strip()
            for column in DATE_COLUMNS:
                assert not row[column] or date.fromisoformat(row[column])
            assert row["eligibility_expiration_date"] > row["qualifying_arrival_date"]
            assert row["residency_date"] == row["qualifying_arrival_date"]


def test_families_move_between_states_and_arrive_from_where_they_were(sample):
    table, truth = record_table(sample)
    came_from = Counter()
    homes = {}
    for number, entry in enumerate(truth):
        homes.setdefault(entry.child_id, set()).add(table.sources[number])
    for number, entry in enumerate(truth):
        others = homes[entry.child_id] - {table.sources[number]}
        came_from[table.columns["move_from_state"][number] in others] += bool(others)
    assert came_from[True] > 400


def test_three_quarters_of_the_children_are_hispanic(population):
    shares = Counter(family.children[0].tradition.id for family in population.families)
    hispanic = sum(shares[name] for name in ("mexican", "central_american", "indigenous_mexican", "maya_guatemalan"))
    assert 0.70 < hispanic / len(population.families) < 0.80
    assert set(shares) == {tradition.id for tradition in traditions()}


def test_surnames_have_few_common_ones_and_a_long_tail(population):
    parents = [
        family.children[0].parents for family in population.families if "mexican" in family.children[0].tradition.id
    ]
    surnames = Counter(adult.last1 for pair in parents for adult in (pair.father, pair.mother) if adult)
    total = surnames.total()
    assert surnames.most_common(1)[0][1] / total > 0.03
    assert 0.25 < sum(count for _, count in surnames.most_common(20)) / total < 0.45
    assert len(surnames) > 600
    assert sum(count == 1 for count in surnames.values()) > 250


def test_twins_share_family_parents_and_birth_date_and_no_given_name_pair(population, children):
    for one, other in pairs_of(population, children, "twin"):
        assert one.family_id == other.family_id
        assert one.birth == other.birth
        assert one.multiple
        assert other.multiple
        assert one.name.given != other.name.given


def test_twins_in_the_truth_are_twins_of_the_families(sample):
    families = {entry.twin_group: set() for entry in sample.truth if entry.twin_group}
    for entry in sample.truth:
        if entry.twin_group:
            families[entry.twin_group].add(entry.family_id)
    assert summarize(sample).twin_pairs > 60
    assert all(len(members) == 1 for members in families.values())


def test_twins_are_often_named_alike(population, children):
    pairs = pairs_of(population, children, "twin")
    openings = sum(one.name.first == other.name.first for one, other in pairs)
    genders = sum(one.sex != other.sex and one.name.first[:5] == other.name.first[:5] for one, other in pairs)
    assert openings > 5
    assert genders > 2


def test_a_twin_record_does_not_always_say_so(sample):
    table, truth = record_table(sample)
    flags = Counter(table.columns["multiple_birth"][number] for number, entry in enumerate(truth) if entry.twin_group)
    assert 0.4 < flags["Y"] / flags.total() < 0.8
    assert flags[""]
    assert flags["N"]


def test_siblings_who_are_no_twins_are_nine_months_apart_or_more(population):
    gaps = []
    for family in population.families:
        births = sorted({child.birth for child in family.children})
        gaps += [(later - earlier).days for earlier, later in pairwise(births)]
    assert min(gaps) >= 270
    assert sum(gap <= 48 * 31 for gap in gaps) / len(gaps) > 0.9


def test_no_two_children_of_a_family_have_one_name(population):
    for family in population.families:
        names = [child.name.given for child in family.children]
        assert len(set(names)) == len(names)


def test_cousins_share_a_given_name_and_no_parents(population, children):
    for one, other in pairs_of(population, children, "cousin"):
        assert one.name.first.split()[0] == other.name.first.split()[0] or one.tradition.grammar == "syllables"
        assert one.family_id != other.family_id
        assert one.parents != other.parents
        assert abs((one.birth - other.birth).days) <= 700


def test_a_father_is_sixteen_years_older_than_the_son_of_his_name(population, children):
    for one, other in pairs_of(population, children, "father_son"):
        assert one.name.given == other.name.given
        assert abs((one.birth - other.birth).days) >= 16 * 365
        assert one.sex == other.sex == "M"


def test_namesakes_are_strangers(population, children):
    for one, other in pairs_of(population, children, "namesake"):
        assert one.name.given == other.name.given
        assert one.family_id != other.family_id


def test_more_damage_changes_the_records_but_not_the_families():
    calm, wild = (generate(4, records=600, rates=Rates().scaled(factor)) for factor in (0.0, 2.0))
    assert [entry.child_id for entry in calm.truth] == [entry.child_id for entry in wild.truth]
    assert not any(set(entry.damage) - {"accents_lost"} for entry in calm.truth)
    assert sum(len(entry.damage) for entry in wild.truth) > 600


def test_first_records_are_cleaner_than_duplicates(sample):
    first, further, seen = [], [], set()
    for entry in sorted(sample.truth, key=lambda entry: len(entry.damage)):
        (further if entry.child_id in seen else first).append(len(entry.damage))
        seen.add(entry.child_id)
    assert sum(first) / len(first) < 0.8
    assert sum(further) / len(further) > 1.5


def test_every_kind_of_damage_happens(sample):
    assert set(summarize(sample).damage) == set(DAMAGE_KINDS)


@pytest.mark.parametrize("kind", ["surname_dropped", "accents_lost", "birth_place_lost", "parent_missing"])
def test_scaling_scales_a_rate(kind):
    assert getattr(Rates().scaled(0.5), kind) == pytest.approx(getattr(Rates(), kind) / 2)
    assert getattr(Rates().scaled(100), kind) == 0.95


def test_scaling_leaves_the_population_alone():
    scaled = Rates().scaled(3)
    assert (scaled.duplicates, scaled.twins, scaled.defective_lines) == (0.12, Rates().twins, Rates().defective_lines)


@pytest.mark.parametrize(
    ("records", "states", "duplicates"),
    [(0, STATES, 0.1), (10, ("XX",), 0.1), (10, (), 0.1), (10, ("TX", "TX"), 0.1), (10, STATES, 0.9)],
)
def test_senseless_numbers_are_refused(records, states, duplicates):
    with pytest.raises(ValueError, match="must be"):
        generate(1, records=records, states=states, rates=replace(Rates(), duplicates=duplicates))


@pytest.mark.parametrize("state", sorted(places().states))
def test_every_state_on_offer_can_be_generated(state):
    sample = generate(2, records=40, states=(state,))
    assert {row["move_to_state"] for row in sample.rows[state]} == {state}


def test_a_state_without_a_record_has_an_empty_upload():
    sample = generate(903, records=1)
    assert sorted(len(rows) > 0 for rows in sample.rows.values()) == [False, False, True]
    assert len(sample.truth) == 1
