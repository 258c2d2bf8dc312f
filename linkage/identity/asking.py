"""What the engine says of records in the store now, whether or not a scan has compared them. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy.orm import Session

from linkage.identity.pair_words import PairWord, words_among
from linkage.identity.regrouping import CANNOT_LINK, TWINS
from linkage.identity.views import ItemView
from linkage.pair_scoring import ScoredPair, score_pairs
from linkage.propose.division import IdPair, division
from linkage.records import PairEvidence
from linkage.store.current import one_table
from rules.rulebook import Rulebook


def ask(session: Session, pairs: Sequence[IdPair], rulebook: Rulebook) -> tuple[ScoredPair, ...]:
    """The score of each pair of record ids, and whether a scan would compare it. Raises UnknownIdError."""
    if not pairs:
        return ()
    names = list(dict.fromkeys(name for pair in pairs for name in pair))
    table = one_table(session, names)
    row = {name: number for number, name in enumerate(names)}
    return score_pairs(table, [(row[a], row[b]) for a, b in pairs], rulebook)


def unmet(record_ids: Sequence[str], known: Sequence[PairEvidence]) -> tuple[IdPair, ...]:
    """The pairs of these records of which no evidence is kept."""
    met = {frozenset((pair.left, pair.right)) for pair in known}
    return tuple(pair for pair in combinations(record_ids, 2) if frozenset(pair) not in met)


@dataclass(frozen=True, slots=True)
class Known:
    """Beside the evidence of an item: what people have said of its pairs, the pairs without evidence, and what the engine says of these."""

    said: tuple[PairWord, ...]
    unmet: tuple[IdPair, ...]
    asked: tuple[ScoredPair, ...]


def known_of(session: Session, item: ItemView, rulebook: Rulebook, *, ask_now: bool) -> Known:
    """`ask_now`: compare the pairs that no scan has compared; otherwise they are only named."""
    ids = [record.record_id for record in item.records]
    missing = unmet(ids, item.pairs)
    return Known(words_among(session, ids), missing, ask(session, missing, rulebook) if ask_now else ())


def likely_children(
    session: Session, students: Mapping[str, str], known: Sequence[PairEvidence], rulebook: Rulebook
) -> tuple[tuple[str, ...], ...]:
    """The records in parts as the engine and the decisions of people see them; `students`: record id -> its student.

    Students stay whole where the records are of several; where all are of one, that one is in question.
    """
    names = list(students)
    asked = ask(session, unmet(names, known), rulebook)
    chances = {(pair.left, pair.right): pair.probability for pair in (*known, *(one.evidence for one in asked))}
    one_student = len(set(students.values())) == 1
    whole = [pair for pair in combinations(names, 2) if students[pair[0]] == students[pair[1]] and not one_student]
    said = [(word.left, word.right) for word in words_among(session, names) if word.kind in (CANNOT_LINK, TWINS)]
    return division(names, chances, link=rulebook.policy.groups.link, together=whole, apart=said)
