"""recordlinkage 0.16, without labels (ECM) or with 3,000 of them (logistic regression). Run by run.py; knows nothing of this project.

Names are cleaned and split as for Splink. recordlinkage makes no clusters: a cluster is what its links connect.
"""

import argparse
import json
import re
import resource
import sys
import time
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import recordlinkage
from recordlinkage.index import Block
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

LABELS = 3_000
SEED = 1
UNKNOWN = 0.5  # similarity to a missing value
BINARY = 0.85  # ECM knows only alike or not
# ECM takes its features for independent: of several that say the same it is given the best one.
ECM_LEAVES_OUT = ("given_1", "surname_1", "surname_2", "given_all shared", "surname_set shared")
PARTICLES = frozenset(["de", "del", "la", "las", "los", "y", "jr", "sr", "ii", "iii", "da", "dos", "van", "san"])

FAMILY_BLOCKS: tuple[list[str], ...] = (
    ["birth_date", "surname_1"],
    ["birth_date", "surname_2"],
    ["birth_date", "given_1"],
    ["birth_date", "parent_1"],
    ["birth_date", "parent_2"],
    ["birth_date", "city"],
    ["given_1", "surname_set", "birth_year"],
    ["given_1", "surname_1", "parent_1"],
    ["given_1", "surname_1", "parent_2"],
    ["given_1", "surname_2", "parent_1"],
    ["given_1", "parent_1", "parent_2", "birth_year"],
    ["given_1", "surname_set", "city"],
)
FEBRL_BLOCKS: tuple[list[str], ...] = (
    ["soc_sec_id"],
    ["date_of_birth"],
    ["given_name", "surname"],
    ["surname", "postcode"],
    ["given_name", "postcode"],
    ["address_1", "suburb"],
)


def plain(text: str) -> str:
    """Lower case, no accents, letters only."""
    marks_apart = unicodedata.normalize("NFKD", text.lower())
    return re.sub(r"[^a-z?]+", " ", "".join(letter for letter in marks_apart if not unicodedata.combining(letter)))


def read_families(path: str) -> "pd.DataFrame":
    raw = pd.read_csv(path, dtype=str, keep_default_na=False, index_col="record_id")
    given = [plain(text).split() for text in raw.first_name + " " + raw.middle_name]
    surnames = [
        sorted({word for word in plain(text).split() if word not in PARTICLES})
        for text in raw.last_name_1 + " " + raw.last_name_2
    ]
    first = pd.DataFrame({side: raw[f"{side}_first"].map(plain) for side in ("parent1", "parent2")})
    parents = [sorted(name.split()[0] for name in names if name.split()) for names in first.itertuples(index=False)]
    columns = {
        "given_1": [_nth(words, 0) for words in given],
        "given_all": [" ".join(words) for words in given],
        "surname_1": [_nth(words, 0) for words in surnames],
        "surname_2": [_nth(words, 1) for words in surnames],
        "surname_set": [" ".join(words) for words in surnames],
        "parent_1": [_nth(names, 0) for names in parents],
        "parent_2": [_nth(names, 1) for names in parents],
        "birth_date": raw.birth_date,
        "birth_year": raw.birth_date.str[:4],
        "sex": raw.sex,
        "city": raw.birth_city.map(plain),
    }
    return pd.DataFrame(columns, index=raw.index).replace("", None)


def read_febrl(path: str) -> "pd.DataFrame":
    raw = pd.read_csv(path, dtype=str, keep_default_na=False, index_col="record_id")
    return raw.apply(lambda column: column.str.strip()).replace("", None)


def _nth(words: list[str], number: int) -> str:
    return words[number] if len(words) > number else ""


def candidates(frames: list["pd.DataFrame"], blocks: tuple[list[str], ...]) -> "pd.MultiIndex":
    """Pairs of records that agree on all columns of a block; a record without one of them is in no such block."""
    found = None
    for keys in blocks:
        whole = [frame.dropna(subset=keys) for frame in frames]
        pairs = Block(keys).index(*whole)
        found = pairs if found is None else found.union(pairs)
    return found


def compared(pairs: "pd.MultiIndex", frames: list["pd.DataFrame"], data: str) -> "pd.DataFrame":
    """Similarities between 0 and 1."""
    compare = recordlinkage.Compare()
    text: tuple[str, ...]
    if data == "families":
        text = ("given_1", "given_all", "surname_1", "surname_2", "surname_set", "parent_1", "parent_2", "city")
        exact: tuple[str, ...] = ("sex",)
        dates = "birth_date"
        for column in ("given_all", "surname_set"):
            compare.compare_vectorized(_share_a_word, column, column, label=f"{column} shared")
    else:
        text, exact = ("given_name", "surname", "address_1", "address_2", "suburb"), ("street_number", "state")
        compare.string("postcode", "postcode", method="damerau_levenshtein", label="postcode")
        compare.string("soc_sec_id", "soc_sec_id", method="damerau_levenshtein", label="number")
        dates = "date_of_birth"
    for column in text:
        compare.string(column, column, method="jarowinkler", label=column, missing_value=UNKNOWN)
    for column in exact:
        compare.exact(column, column, label=column)
    compare.exact(dates, dates, label="same_date")
    compare.string(dates, dates, method="damerau_levenshtein", label="date")
    return compare.compute(pairs, *frames)


def _share_a_word(left: "pd.Series[str]", right: "pd.Series[str]") -> "pd.Series[float]":
    """The larger share of words in common: 1 where all words of one side stand on the other."""
    return pd.Series([_overlap(one, other) for one, other in zip(left, right, strict=True)])


def _overlap(one: str | None, other: str | None) -> float:
    if not one or not other:
        return UNKNOWN
    words, others = set(one.split()), set(other.split())
    return len(words & others) / min(len(words), len(others))


def probabilities(features: "pd.DataFrame", way: str, truth: Path | None, group: str) -> Any:
    """Of each pair, by ECM without labels, or by a regression on labelled pairs."""
    if way == "ecm":
        features = features.drop(columns=list(ECM_LEAVES_OUT), errors="ignore")
        model = recordlinkage.ECMClassifier(binarize=BINARY)
        model.fit(features)
        return model.prob(features)
    if truth is None:
        raise SystemExit("labels need --truth")
    of = pd.read_csv(truth, dtype=str, index_col="record_id")[group]
    some = features.iloc[_worth_a_label(features)]
    same = (
        of.reindex(some.index.get_level_values(0)).to_numpy() == of.reindex(some.index.get_level_values(1)).to_numpy()
    )
    regression = recordlinkage.LogisticRegressionClassifier()
    regression.fit(some, some.index[same])
    return regression.prob(features)


def _worth_a_label(features: "pd.DataFrame") -> Any:
    """LABELS pairs, equally many from each tenth of the range of similarity: at random nearly all would be strangers."""
    similar = features.mean(axis=1)
    tenth = pd.cut(similar, 10, labels=False)
    order = np.random.default_rng(SEED).permutation(len(features))
    rank = pd.Series(tenth.to_numpy()[order]).groupby(tenth.to_numpy()[order]).cumcount().to_numpy()
    return np.sort(order[np.argsort(rank, kind="stable")[:LABELS]])


def write_clusters(path: Path, ids: "pd.Index", links: "pd.MultiIndex") -> None:
    left, right = (ids.get_indexer(links.get_level_values(side)) for side in (0, 1))
    graph = coo_matrix((np.ones(len(left), np.int8), (left, right)), shape=(len(ids), len(ids)))
    cluster = connected_components(graph, directed=False)[1]
    pd.DataFrame({"record_id": ids, "cluster_id": cluster}).to_csv(path, index=False)


def main() -> int:
    """Read, block, compare, classify, cluster, write; then say so, and only then write the pairs that the measures need."""
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+")
    parser.add_argument("--data", choices=("families", "febrl"), required=True)
    parser.add_argument("--way", choices=("ecm", "labels"), required=True)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--group", default="child_id", help="column of the truth")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pairs", type=Path, required=True)
    chosen = parser.parse_args()
    start = time.perf_counter()
    read, blocks = (read_families, FAMILY_BLOCKS) if chosen.data == "families" else (read_febrl, FEBRL_BLOCKS)
    frames = [read(file) for file in chosen.files]
    pairs = candidates(frames, blocks)
    blocked = time.perf_counter()
    features = compared(pairs, frames, chosen.data)
    scored = time.perf_counter()
    probability = probabilities(features, chosen.way, chosen.truth, chosen.group)
    ids = frames[0].index.append([frame.index for frame in frames[1:]])
    write_clusters(chosen.out, ids, probability.index[probability.to_numpy() >= 0.5])
    end = time.perf_counter()
    stages = {"read and block": blocked - start, "compare": scored - blocked, "classify and cluster": end - scored}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        json.dumps(
            {
                "candidates": len(pairs),
                "peak_gb": peak,
                "stages": {name: round(seconds, 1) for name, seconds in stages.items()},
                "threshold": 0.5,
            }
        ),
        flush=True,
    )
    probability.rename("probability").rename_axis(["id_a", "id_b"]).to_csv(chosen.pairs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
