"""Splink 5 on DuckDB, set up as well as we could. Run by run.py in an environment of its own; knows nothing of this project.

Its settings follow Splink's own advice (term frequencies, blocking rules that overlap, u from random pairs, EM under two rules)
and what made it better on such families: surnames as sets of words, blocking on each word, blocking on the parents, and the
share of children whose given name or birth date is wholly different fixed by hand, because twins and siblings mislead the EM.
u comes from a million random pairs and EM sees at most a million: ten times as many took half a minute longer for no gain.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

SEED = 1
PAIRS = 1_000_000  # for u, and at most for EM
GIVEN_DIFFERENT, ONE_GIVEN_SHARED, DATE_DIFFERENT = 0.0025, 0.005, 0.0008
KEPT = 0.001  # pairs less probable than this are not scored to the end

# ---- the columns --------------------------------------------------------------------------------------------------------

MACROS = """
create macro plain(text) as trim(regexp_replace(lower(strip_accents(coalesce(text, ''))), '[^a-z?]+', ' ', 'g'));
create macro words(text) as list_filter(string_split(plain(text), ' '),
    lambda word: word not in ('', 'de', 'del', 'la', 'las', 'los', 'y', 'jr', 'sr', 'ii', 'iii', 'da', 'dos', 'van', 'san'));
"""
# given_N: the Nth given name. surname_set: its words in the order of the alphabet. rare_surname: the rarest of them.
FAMILIES = """
create table written as select record_id as unique_id,
    words(first_name || ' ' || coalesce(middle_name, '')) as given,
    list_sort(list_distinct(words(last_name_1 || ' ' || coalesce(last_name_2, '')))) as surnames,
    nullif(sex, '') as sex, nullif(birth_date, '') as birth_date, nullif(multiple_birth, '') as multiple_birth,
    list_sort(list_filter([words(parent1_first)[1], words(parent2_first)[1]], lambda name: name is not null)) as parents,
    nullif(plain(birth_city), '') as city, nullif(birth_state, '') as state, nullif(birth_country, '') as country,
    nullif(regexp_replace(plain(suffix), ' ', ''), '') as suffix
    from read_csv('{0}', all_varchar = true, header = true);
create table often as select word, count(*) as times from (select unnest(surnames) as word from written) group by word;
create table rarest as select unique_id, arg_min(word, times) as rare_surname
    from (select unique_id, unnest(surnames) as word from written) join often using (word) group by unique_id;
create table people as select written.* exclude (given), rare_surname,
    case when len(given) > 0 then given end as given, given[1] as given_1, given[2] as given_2,
    nullif(array_to_string(given, ' '), '') as given_all,
    nullif(array_to_string(surnames, ' '), '') as surname_set, array_to_string(surnames, '') as surnames_joined, parents[1] as parent_1, parents[2] as parent_2,
    nullif(array_to_string(parents, ' '), '') as parents_all, birth_date[:4] as birth_year
    from written left join rarest using (unique_id)
"""
FEBRL = """
create table people as select record_id as unique_id,
    nullif(trim(given_name), '') as given_1, nullif(trim(surname), '') as surname_set, nullif(trim(date_of_birth), '') as birth_date,
    nullif(trim(address_1), '') as street, nullif(trim(street_number), '') as street_number,
    nullif(trim(suburb), '') as suburb, nullif(trim(postcode), '') as postcode, nullif(trim(soc_sec_id), '') as number
    from read_csv('{0}', all_varchar = true, header = true)
"""

# ---- the model ----------------------------------------------------------------------------------------------------------


def level(condition: str, *, tf: str = "", m: float = 0.0) -> Any:
    """A comparison level: adjusted for the frequency of `tf`, or with its m fixed."""
    made = cll.CustomLevel(condition)
    if tf:
        made = made.configure(tf_adjustment_column=tf, disable_tf_exact_match_detection=True)
    return made.configure(m_probability=m, fix_m_probability=True) if m else made


def compare(name: str, missing: str, *levels: Any, different: float = 0.0) -> Any:
    """A comparison; `different`: m of the last level, where everything differs, fixed by hand."""
    last = cll.ElseLevel()
    if different:
        last = last.configure(m_probability=different, fix_m_probability=True)
    null = cll.CustomLevel(missing).configure(is_null_level=True)
    return cl.CustomComparison([null, *levels, last], output_column_name=name)


def equal(column: str) -> str:
    return f"{column}_l = {column}_r"


def alike(column: str, least: float) -> str:
    return f"jaro_winkler_similarity({column}_l, {column}_r) >= {least}"


def missing(column: str) -> str:
    return f"{column}_l is null or {column}_r is null"


DATE_SWAPPED = (
    "birth_date_l[:4] = birth_date_r[:4] and birth_date_l[6:7] = birth_date_r[9:10] "
    "and birth_date_l[9:10] = birth_date_r[6:7]"
)
ONE_PART_WRONG = (
    "(birth_date_l[:7] = birth_date_r[:7]) or (birth_date_l[6:] = birth_date_r[6:]) "
    "or (birth_date_l[:4] = birth_date_r[:4] and birth_date_l[9:] = birth_date_r[9:])"
)
FAMILY_COMPARISONS = (
    compare(
        "given",
        missing("given_1"),
        level(equal("given_all"), tf="given_all"),
        level("given_1_l = given_1_r and (given_2_l is null or given_2_r is null)", tf="given_1"),
        level("list_has_all(given_l, given_r) or list_has_all(given_r, given_l)"),
        level("given_1_l = given_1_r and (len(given_2_l) = 1 or len(given_2_r) = 1) and given_2_l[1] = given_2_r[1]"),
        level(alike("given_all", 0.92)),
        level("list_has_any(given_l, given_r)", m=ONE_GIVEN_SHARED),
        level(alike("given_1", 0.88)),
        level("starts_with(given_1_l, given_1_r) or starts_with(given_1_r, given_1_l)"),
        level("list_has_any(given_l, surnames_r) or list_has_any(given_r, surnames_l)"),
        level(alike("given_1", 0.75) + " or " + alike("given_all", 0.75)),
        different=GIVEN_DIFFERENT,
    ),
    compare(
        "surnames",
        missing("surname_set"),
        level("surname_set_l = surname_set_r and len(surnames_l) > 1", tf="rare_surname"),
        level(equal("rare_surname"), tf="rare_surname"),
        level("list_has_any(surnames_l, surnames_r)"),
        level(alike("surname_set", 0.92) + " or " + alike("rare_surname", 0.9)),
        level("contains(surnames_joined_l, rare_surname_r) or contains(surnames_joined_r, rare_surname_l)"),
        level(alike("rare_surname", 0.8)),
    ),
    compare(
        "birth_date",
        missing("birth_date"),
        level(equal("birth_date"), tf="birth_date"),
        level(DATE_SWAPPED),
        level("damerau_levenshtein(birth_date_l, birth_date_r) <= 1"),
        level(ONE_PART_WRONG),
        different=DATE_DIFFERENT,
    ),
    compare("sex", missing("sex"), level(equal("sex"))),
    compare("multiple_birth", missing("multiple_birth"), level(equal("multiple_birth"))),
    compare("suffix", missing("suffix"), level(equal("suffix"))),
    compare(
        "parents",
        missing("parents_all"),
        level("parents_all_l = parents_all_r and len(parents_l) > 1", tf="parents_all"),
        level("list_has_any(parents_l, parents_r)"),
        level(alike("parents_all", 0.88) + " or " + alike("parent_1", 0.9)),
    ),
    compare(
        "birth_place",
        missing("city"),
        level(equal("city"), tf="city"),
        level(alike("city", 0.85)),
        level(equal("state")),
        level(equal("country")),
    ),
)
FAMILY_BLOCKING = (
    block_on("surnames", "birth_date", arrays_to_explode=["surnames"]),
    block_on("given", "birth_date", arrays_to_explode=["given"]),
    block_on("birth_date", "substr(given_1, 1, 2)"),
    block_on("birth_date", "parent_1"),
    block_on("birth_date", "parent_2"),
    block_on("birth_date", "city"),
    block_on("surnames", "given_1", "birth_year", arrays_to_explode=["surnames"]),
    block_on("surnames", "given_1", "parent_1", arrays_to_explode=["surnames"]),
    block_on("surnames", "parents_all", "birth_year", arrays_to_explode=["surnames"]),
    block_on("parents_all", "given_1", "birth_year"),
    block_on("surname_set", "given_1", "city"),
)
FEBRL_COMPARISONS = (
    cl.JaroWinklerAtThresholds("given_1", [0.9, 0.75]).configure(term_frequency_adjustments=True),
    cl.JaroWinklerAtThresholds("surname_set", [0.9, 0.75]).configure(term_frequency_adjustments=True),
    cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
    cl.JaroWinklerAtThresholds("street", [0.9, 0.75]),
    cl.ExactMatch("street_number"),
    cl.JaroWinklerAtThresholds("suburb", [0.9, 0.75]),
    cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
    cl.DamerauLevenshteinAtThresholds("number", [1, 2]),
)
FEBRL_BLOCKING = (
    block_on("number"),
    block_on("birth_date"),
    block_on("given_1", "surname_set"),
    block_on("surname_set", "postcode"),
    block_on("given_1", "postcode"),
    block_on("street", "suburb"),
)


def settings(data: str, link_type: Any) -> tuple[SettingsCreator, list[Any], list[Any]]:
    """The model, the rules by which EM chooses its pairs, and those that give a first guess of how many pairs match."""
    small = {"retain_matching_columns": False, "em_convergence": 0.001}
    if data == "families":
        made = SettingsCreator(
            link_type,
            comparisons=list(FAMILY_COMPARISONS),
            blocking_rules_to_generate_predictions=list(FAMILY_BLOCKING),
            **small,
        )
        return (
            made,
            [block_on("birth_date", "sex"), block_on("given_all", "surname_set")],
            [block_on("given_1", "surname_set", "birth_date"), block_on("parents_all", "given_1", "birth_date")],
        )
    made = SettingsCreator(
        link_type,
        comparisons=list(FEBRL_COMPARISONS),
        blocking_rules_to_generate_predictions=list(FEBRL_BLOCKING),
        **small,
    )
    return made, [block_on("birth_date"), block_on("given_1", "surname_set")], [block_on("number")]


# ---- the run ------------------------------------------------------------------------------------------------------------


class Stages:
    """Seconds since the last stage, by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = time.perf_counter()

    def done(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = round(now - self._last, 1)
        self._last = now


def load(connection: "duckdb.DuckDBPyConnection", data: str, files: Sequence[str]) -> list[str]:
    """Read and clean the files; the names of the tables."""
    connection.execute(MACROS)
    if data == "families":
        connection.execute(FAMILIES.format(files[0]))
        return ["people"]
    names = []
    for number, file in enumerate(files):
        names.append(f"people{number}")
        connection.execute(FEBRL.format(file).replace("table people", f"table {names[-1]}"))
    return names


def main() -> int:
    """Read, estimate, score, cluster, write; then say so, and only then write the pairs that the measures need."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--data", choices=("families", "febrl"), required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pairs", type=Path, required=True)
    chosen = parser.parse_args()
    stages, connection = Stages(), duckdb.connect()
    connection.execute("set enable_progress_bar = false")
    api = DuckDBAPI(connection)
    tables = [api.register(name) for name in load(connection, chosen.data, chosen.files)]
    model, em_rules, certain = settings(chosen.data, "dedupe_only" if len(tables) == 1 else "link_only")
    linker = Linker(tables, model, log_level="WARNING")
    stages.done("read")
    linker.training.estimate_probability_two_random_records_match(certain, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=SEED)
    stages.done("u")
    for rule in em_rules:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=PAIRS)
    stages.done("EM")
    blocked = linker.inference.compute_blocked_pairs_for_predict()
    stages.done("blocking")
    found = linker.inference.predict(threshold_match_probability=KEPT)
    stages.done("scoring")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold_match_probability=0.5)
    connection.execute(
        f"copy (select unique_id as record_id, cluster_id from {clusters.physical_name}) to '{chosen.out}' (header)"
    )
    stages.done("clustering")
    candidates = connection.execute(f"select count(*) from {blocked.physical_name}").fetchall()[0][0]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        json.dumps({"candidates": candidates, "peak_gb": peak, "stages": stages.seconds, "threshold": 0.5}), flush=True
    )
    columns = "unique_id_l as id_a, unique_id_r as id_b, match_probability as probability"
    connection.execute(f"copy (select {columns} from {found.physical_name}) to '{chosen.pairs}' (header)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
