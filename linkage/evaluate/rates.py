"""How often everything happens in an invented sample. Every number is a probability unless its comment says otherwise.

Population rates say who the families are. Damage rates say how often a duplicate record is spoiled in one way, *given that the
way applies* (two surnames, an accent, a twin ...); each is the name of one function in `damage.DAMAGES` and of one entry in the
truth file. A tradition's `damage:` in data/traditions.yaml multiplies them.
"""

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Rates:
    # ---- population -------------------------------------------------------------------------------------------------
    duplicates: float = 0.12  # share of the source records that are a further record of a child already there
    inside_state: float = 0.2  # of these, share inside one State (a second State student ID)
    third_stay: float = 0.25  # a family that moved on moves on once more
    siblings_travel: float = 0.85  # a child of a family that moves on is enrolled there too
    further_rows: float = (
        0.23  # a record has a second row (then a third ...): a move inside the State, a summer enrollment
    )
    first_record_noise: float = 0.25  # damage of a child's first record, as a share of the rates below
    twins: float = 0.02  # births that are twins
    triplets: float = 0.04  # twin births that are triplets
    similar_twin_names: float = 0.6  # twins named alike: María X / María Y, Fernando / Fernanda, Adriel / Ariel
    twin_flag_known: float = 0.6  # a twin's record says so
    alike_siblings: float = 0.2  # siblings who share the opening given name
    cousins: float = 0.03  # families with cousins next door: same father's surname, one given name used twice
    young_fathers: float = 0.25  # young men of 17 to 21, enrolled themselves, with a son of the same name
    namesakes: float = 0.03  # families with a child whose full, common name is a stranger's
    single_mothers: float = 0.08
    out_of_school_youth: float = 0.05  # families that are one young worker, parents unknown
    feast_day_names: float = 0.5  # a child born on a feast day is named for it
    defective_lines: float = 0.003  # lines a State's file that ingest must quarantine, as a share of its good lines

    # ---- damage: surnames -------------------------------------------------------------------------------------------
    surname_dropped: float = 0.17  # the second of two
    first_surname_dropped: float = 0.02  # the mother's alone is kept
    surnames_swapped: float = 0.04
    surnames_hyphenated: float = 0.07
    surnames_together: float = 0.07  # both in Last Name 1
    surnames_glued: float = 0.015
    surname_as_middle: float = 0.06  # the father's surname filed as middle name
    middle_as_surname: float = 0.01
    surname_abbreviated: float = 0.04
    surname_changed: float = 0.02  # stepfather, recognition by the father, adoption
    particle_lost: float = 0.25
    particle_glued: float = 0.2
    particle_parked: float = 0.06  # behind the given name
    suffix_lost: float = 0.35
    suffix_in_surname: float = 0.2

    # ---- damage: given names ----------------------------------------------------------------------------------------
    given_dropped: float = 0.14  # the second of two
    opener_dropped: float = 0.08  # the first of two: María Antonia, Antonia
    given_initial: float = 0.09
    given_reordered: float = 0.012
    given_glued: float = 0.015
    given_abbreviated: float = 0.12
    nickname: float = 0.06
    given_english: float = 0.03
    given_replaced: float = 0.005  # a name that teachers use

    # ---- damage: the name as a whole --------------------------------------------------------------------------------
    first_last_exchanged: float = 0.01
    name_recut: float = 0.01  # the same words, cut elsewhere into first, middle and last
    placeholder: float = 0.02
    phonetic: float = 0.09
    typo: float = 0.06
    scanned: float = 0.012
    truncated: float = 0.02
    accents_lost: float = 0.35
    mojibake: float = 0.05

    # ---- damage: everything else ------------------------------------------------------------------------------------
    day_month_swapped: float = 0.08
    date_digit_wrong: float = 0.03
    date_digits_swapped: float = 0.01
    year_wrong: float = 0.012
    january_first: float = 0.008
    date_near: float = 0.008  # a day too late, or the day of registration
    sex_wrong: float = 0.006
    sex_other: float = 0.002
    birth_place_lost: float = 0.12
    birth_place_spelled: float = 0.05
    parents_exchanged: float = 0.08
    parent_missing: float = 0.1
    parents_missing: float = 0.05
    parent_nickname: float = 0.05
    parent_spelled: float = 0.06
    parent_placeholder: float = 0.015
    parent_changed: float = 0.03  # stepfather, aunt, guardian
    mother_married_name: float = 0.1

    def scaled(self, factor: float) -> "Rates":
        """The same families with `factor` times the damage; no rate grows beyond 0.95."""
        changes = {name: min(0.95, getattr(self, name) * factor) for name in DAMAGE_KINDS}
        return replace(self, **changes)


_NAMES = tuple(field.name for field in fields(Rates))
DAMAGE_KINDS = _NAMES[_NAMES.index("surname_dropped") :]
