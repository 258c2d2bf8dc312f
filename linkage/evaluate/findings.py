"""What a reader of a trial should look at first, in plain sentences, the gravest first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from linkage.evaluate.intervals import Range, wilson
from linkage.evaluate.measures import KindRecall
from linkage.evaluate.trial import OTHERS, Trial

FEW = 30  # fewer pairs than this say too little of a group
FEW_TRUE = 200  # fewer true pairs than this say too little of the whole
MOST_NAMED = 3
OFF = 0.03  # probabilities further than this from the truth are worth a look
TOO_MANY_JOINED = 0.01
BEHIND = 0.02  # a group found less often than all together by more than this


@dataclass(frozen=True, slots=True)
class Finding:
    """`good`: as it should be. Otherwise somebody should look."""

    good: bool
    title: str
    sentence: str


def findings(trial: Trial) -> tuple[Finding, ...]:
    """What is wrong first, then what is good."""
    found = [
        *_amount(trial),
        *_auto(trial),
        *_mixed_up(trial),
        *_missed(trial),
        *_behind("Naming tradition", trial.by_tradition, trial.near.recall),
        *_behind("Damage", trial.by_damage, trial.near.recall),
        *_believable(trial),
    ]
    return tuple(sorted(found, key=lambda one: one.good))


def of_thousand(share: float) -> str:
    """0.9921 -> "992"; what is not quite all or nothing never reads as all or nothing."""
    whole = round(1000 * share)
    if whole == 1000 and share < 1:
        return "more than 999"
    if whole == 0 and share > 0:
        return "fewer than 1"
    return f"{whole:,}"


def between(bounds: Range) -> str:
    """The interval in thousandths."""
    return f"{1000 * bounds.low:,.0f} to {1000 * bounds.high:,.0f}"


def _amount(trial: Trial) -> Iterator[Finding]:
    if trial.linked.true_pairs < FEW_TRUE:
        yield Finding(
            False,
            "Few duplicates",
            f"Only {trial.linked.true_pairs:,} pairs are known to be one child. All figures are rough; label more records.",
        )


def _auto(trial: Trial) -> Iterator[Finding]:
    wrong = trial.auto.found_pairs - trial.auto.hits
    at_most = wilson(wrong, trial.auto.found_pairs).high
    if wrong:
        yield Finding(
            False,
            "Wrong pairs in auto",
            f"{wrong:,} of {trial.auto.found_pairs:,} pairs in the band auto are two different children. "
            "Look at each of them before anything is done without a person.",
        )
    elif trial.auto.found_pairs:
        yield Finding(
            True,
            "Auto is clean",
            f"None of the {trial.auto.found_pairs:,} pairs in the band auto is two different children. "
            f"So many pairs can show that at most {of_thousand(at_most)} in 1,000 are wrong, not that none is.",
        )


def _mixed_up(trial: Trial) -> Iterator[Finding]:
    for one in trial.false_merges:
        if one.kind != OTHERS and one.pairs >= FEW and one.joined / one.pairs > TOO_MANY_JOINED:
            yield Finding(
                False,
                f"{one.kind.capitalize()} are mixed up",
                f"{one.joined:,} of {one.pairs:,} pairs of records of {one.kind} would be joined by probability alone; "
                f"{one.auto:,} of them are in auto. A person must look at such pairs.",
            )


def _missed(trial: Trial) -> Iterator[Finding]:
    missed = trial.near.true_pairs - trial.near.hits
    if trial.near.true_pairs:
        yield Finding(
            trial.near.recall_range.high >= 0.97,
            "Duplicates that are not shown",
            f"{missed:,} of {trial.near.true_pairs:,} pairs of one child are not shown to a person "
            f"({of_thousand(missed / trial.near.true_pairs)} in 1,000).",
        )


def _behind(what: str, groups: Mapping[str, KindRecall], overall: float) -> Iterator[Finding]:
    """Groups that are surely found less often than all pairs together."""
    behind = [(name, one) for name, one in groups.items() if _is_behind(one, overall)]
    for name, one in sorted(behind, key=lambda item: item[1].recall)[:MOST_NAMED]:
        yield Finding(
            False,
            f"{what}: {in_words(name)}",
            f"Of 1,000 pairs of one child, {of_thousand(one.recall)} are shown ({between(one.range)}); "
            f"of all kinds together {of_thousand(overall)}.",
        )


def _is_behind(one: KindRecall, overall: float) -> bool:
    return one.pairs >= FEW and one.range.high < overall and one.recall < overall - BEHIND


def _believable(trial: Trial) -> Iterator[Finding]:
    error, bins = trial.calibration.error, trial.calibration.bins
    if not bins:
        return
    surplus = sum(one.pairs * (one.said - one.share) for one in bins)
    tendency = "too sure of itself" if surplus > 0 else "too careful"
    points = f"{100 * error:.1f} points in 100"
    if error > OFF:
        yield Finding(False, "Probabilities", f"What is said is off by {points} on average: the system is {tendency}.")
    else:
        yield Finding(True, "Probabilities", f"What is said can be believed: it is off by {points} on average.")


def in_words(kind: str) -> str:
    """`given_names_swapped` -> given names swapped."""
    return kind.replace("_", " ")
