"""The block index: given which keys are crowded, whether two records meet depends on the two alone."""

from collections import defaultdict
from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from linkage.block.crowding import Crowding
from linkage.block.index import BlockIndex, build_index
from linkage.records import PairTable, StandardTable, TextColumn, TokenTable
from linkage.standardize.codes import code_column
from rules.matching import BlockingRule

COLUMNS = ("town", "street", "day")
RULES = (
    BlockingRule(
        id="TOWN", keys=("town.value",), refine=("street.value", "day.value"), refine_above=2, largest_block=3
    ),
    BlockingRule(id="STREET-DAY", keys=("street.value", "day.value"), refine_above=2, largest_block=4),
    BlockingRule(id="DAY", keys=("day.value",), refine=("town.value",), refine_above=3, largest_block=5),
)
Rows = list[tuple[str, ...]]
# Few values, "" for missing: crowded keys at every depth.
tables = st.lists(st.tuples(*(st.sampled_from(["", *letters]) for letters in ("ab", "cd", "efg"))), max_size=24)


def _table(rows: Rows) -> StandardTable:
    codes = {name: code_column(TextColumn.of(row[at] for row in rows)) for at, name in enumerate(COLUMNS)}
    ids = tuple(map(str, range(len(rows))))
    return StandardTable(ids, ("TX",) * len(rows), TokenTable(()), {}, {}, codes)


def _pairs(index: BlockIndex) -> set[tuple[int, int]]:
    return _as_set(index.all_pairs())


def _as_set(pairs: PairTable) -> set[tuple[int, int]]:
    return set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))


class _Oracle:
    """Blocking as the rules describe it, with dictionaries: no hash, no sort, no compiled loop."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.pairs: set[tuple[int, int]] = set()
        self.left_out = 0
        for rule in RULES:
            self._meet(rule, (), self._shared(rule.keys, range(len(rows))))

    def _shared(self, keys, members) -> list[list[int]]:
        found = defaultdict(list)
        for row in members:
            values = [self.rows[row][COLUMNS.index(key.partition(".")[0])] for key in keys]
            if all(values):
                found[tuple(values)].append(row)
        return list(found.values())

    def _meet(self, rule, path, blocks) -> None:
        last = len(path) == min(2, len(rule.refine))
        for members in blocks:
            if len(members) <= (rule.largest_block if last else rule.refine_above):
                self.pairs |= set(combinations(members, 2))
            elif last:
                self.left_out += len(members) * (len(members) - 1) // 2
            else:
                self._refine(rule, path, members)

    def _refine(self, rule, path, members) -> None:
        more = [number for number in range(len(rule.refine)) if number not in path]
        anything = [row for row in members if any(self._shared([rule.refine[one]], [row]) for one in more)]
        total, left = (len(some) * (len(some) - 1) // 2 for some in (members, anything))
        self.left_out += total - left
        for one in more:
            if not path or one > path[-1]:
                self._meet(rule, (*path, one), self._shared([rule.refine[one]], members))


@given(tables)
def test_the_pairs_and_what_is_left_out_are_those_of_the_rules_as_described(rows: Rows) -> None:
    index, oracle = build_index(_table(rows), RULES), _Oracle(rows)
    assert _pairs(index) == oracle.pairs
    assert sum(rule.pairs_left_out for rule in index.rules) == oracle.left_out


@given(tables)
def test_every_pair_stands_once_with_the_rules_it_met_under(rows: Rows) -> None:
    table = _table(rows)
    index = build_index(table, RULES)
    pairs = index.all_pairs()
    alone = build_index(table, RULES, crowding=index.crowding, singletons=True)
    assert len(_as_set(pairs)) == len(pairs)
    for left, right, bits in zip(pairs.left.tolist(), pairs.right.tolist(), pairs.rules.tolist(), strict=True):
        assert left < right
        rules = tuple(rule.id for bit, rule in enumerate(RULES) if bits >> bit & 1)
        assert index.met_by(left, right) == alone.met_by(left, right) == rules


@given(tables)
def test_two_records_meet_or_not_whoever_else_is_there(rows: Rows) -> None:
    whole = build_index(_table(rows), RULES)
    found = _pairs(whole)
    for left, right in combinations(range(len(rows)), 2):
        alone = build_index(_table([rows[left], rows[right]]), RULES, crowding=whole.crowding)
        assert bool(_pairs(alone)) == ((left, right) in found)


@given(tables, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows: Rows, random) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    shuffled = build_index(_table([rows[at] for at in order]), RULES)
    back = {(min(order[a], order[b]), max(order[a], order[b])) for a, b in _pairs(shuffled)}
    straight = build_index(_table(rows), RULES)
    assert back == _pairs(straight)
    assert np.array_equal(shuffled.keys, straight.keys)
    assert np.array_equal(shuffled.crowding.keys, straight.crowding.keys)


@given(tables)
def test_a_copy_of_a_record_meets_whom_the_record_meets(rows: Rows) -> None:
    once = build_index(_table(rows), RULES)
    twice = build_index(_table(rows + rows), RULES, crowding=once.crowding)
    size = len(rows)
    copies = {(min(a, b), max(a, b)) for a, b in ((x % size, y % size) for x, y in _pairs(twice)) if a != b}
    assert copies == _pairs(once)


@given(tables.filter(bool))
def test_one_new_record_finds_its_partners_by_its_keys(rows: Rows) -> None:
    everybody = build_index(_table(rows), RULES)
    stored = build_index(_table(rows[:-1]), RULES, crowding=everybody.crowding, singletons=True)
    new = build_index(_table(rows[-1:]), RULES, crowding=everybody.crowding, singletons=True)
    blocks = stored.blocks_of(new.keys_of(0))
    partners = {
        int(row)
        for block in blocks[blocks >= 0]
        for row in stored.members[stored.starts[block] : stored.starts[block + 1]]
    }
    assert partners == {left for left, right in _pairs(everybody) if right == len(rows) - 1}


@given(tables)
def test_the_arrays_say_of_each_row_its_blocks_and_of_each_block_its_rows(rows: Rows) -> None:
    index = build_index(_table(rows), RULES)
    of_blocks = {
        (row, block)
        for block in range(len(index.keys))
        for row in index.members[index.starts[block] : index.starts[block + 1]].tolist()
    }
    of_rows = {
        (row, block)
        for row in range(len(index))
        for block in index.entry_block[index.offsets[row] : index.offsets[row + 1]].tolist()
    }
    assert of_blocks == of_rows
    assert (np.diff(index.starts) >= 2).all()
    assert (np.diff(index.keys) > 0).all()
    assert (np.diff(index.crowding.keys) > 0).all()


@given(tables)
def test_pairs_across_two_sources_are_those_of_all_pairs_that_are(rows: Rows) -> None:
    index = build_index(_table(rows), RULES)
    sources = np.arange(len(rows)) % 2
    across = {(left, right) for left, right in _pairs(index) if left % 2 != right % 2}
    assert _as_set(index.all_pairs(sources)) == across


def test_a_crowded_key_is_refined_not_dropped() -> None:
    rows = [("a", "c", "e"), ("a", "c", "f"), ("a", "d", "g"), ("a", "d", "")]
    index = build_index(_table(rows), RULES[:1])
    assert _pairs(index) == {(0, 1), (2, 3)}
    assert index.rules[0].keys_refined == 1
    assert index.rules[0].pairs_left_out == 0


def test_many_records_of_one_child_are_not_crowded_out() -> None:
    rows = [("a", "c", "e")] * 3
    assert _pairs(build_index(_table(rows), RULES[:1])) == {(0, 1), (0, 2), (1, 2)}


def test_records_of_a_crowded_key_with_nothing_more_to_agree_on_are_counted() -> None:
    index = build_index(_table([("a", "", "")] * 4), RULES[:1])
    assert _pairs(index) == set()
    assert index.rules[0].pairs_left_out == 6


def test_an_empty_table_and_a_table_of_one_have_no_pairs() -> None:
    for rows in ([], [("a", "c", "e")]):
        assert _pairs(build_index(_table(rows), RULES)) == set()


def test_keys_of_two_tables_agree_without_a_shared_dictionary() -> None:
    none = Crowding(np.empty(0, dtype=np.int64))
    one = build_index(_table([("a", "c", "e")]), RULES, crowding=none, singletons=True)
    other = build_index(_table([("b", "d", "f"), ("a", "c", "g")]), RULES, crowding=none, singletons=True)
    assert set(one.keys_of(0).tolist()) & set(other.keys_of(1).tolist())
    assert not set(one.keys_of(0).tolist()) & set(other.keys_of(0).tolist())
