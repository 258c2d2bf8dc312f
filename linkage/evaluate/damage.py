"""All kinds of damage by name, and the one function that applies them to a record at their rates."""

from collections.abc import Callable

from linkage.evaluate import damage_facts as facts
from linkage.evaluate import damage_names as names
from linkage.evaluate.damage_names import Clerk
from linkage.evaluate.pools import Tradition
from linkage.evaluate.rates import DAMAGE_KINDS, Rates
from linkage.evaluate.recording import Person

Damage = Callable[[Person, Clerk], Person | None]
# In the order in which it happens: first what the family or the recruiter does, then the form, the keyboard, the software.
DAMAGES: dict[str, Damage] = {
    kind: getattr(names, kind, None) or getattr(facts, kind)
    for kind in (
        "surname_changed", "given_replaced", "given_english", "nickname", "opener_dropped", "given_dropped",
        "given_reordered", "given_abbreviated", "given_initial", "first_last_exchanged", "surnames_swapped",
        "first_surname_dropped", "surname_dropped", "surname_as_middle", "middle_as_surname", "name_recut",
        "surname_abbreviated", "phonetic", "particle_parked", "particle_lost", "particle_glued", "surnames_together",
        "surnames_hyphenated", "surnames_glued", "given_glued", "suffix_in_surname", "suffix_lost", "placeholder",
        "day_month_swapped", "year_wrong", "january_first", "date_near", "date_digit_wrong", "date_digits_swapped",
        "sex_wrong", "sex_other", "birth_place_lost", "birth_place_spelled", "mother_married_name", "parent_changed",
        "parents_exchanged", "parent_missing", "parents_missing", "parent_nickname", "parent_spelled",
        "parent_placeholder", "typo", "scanned", "truncated", "accents_lost", "mojibake",
    )
}  # fmt: skip
if sorted(DAMAGES) != sorted(DAMAGE_KINDS):
    raise TypeError("rates.Rates and damage.DAMAGES must name the same kinds of damage")

_AT_MOST_ONE_DATE = frozenset(
    {"day_month_swapped", "year_wrong", "january_first", "date_near", "date_digit_wrong", "date_digits_swapped"}
)
Plan = tuple[tuple[str, float, Damage], ...]


def plan(tradition: Tradition, rates: Rates, share: float = 1.0) -> Plan:
    """The damages of one tradition with their probabilities, `share` of the rates."""
    return tuple(
        (kind, min(0.95, getattr(rates, kind) * share * tradition.damage.get(kind, 1.0)), damage)
        for kind, damage in DAMAGES.items()
    )


def damaged(person: Person, clerk: Clerk, planned: Plan) -> tuple[Person, tuple[str, ...]]:
    """The person as it ends up in the database, and the kinds of damage that really changed it."""
    kinds: list[str] = []
    dated = False
    for kind, probability, damage in planned:
        if not clerk.dice.chance(probability) or (dated and kind in _AT_MOST_ONE_DATE):
            continue
        changed = damage(person, clerk)
        if changed is not None and changed != person:
            person = changed
            kinds.append(kind)
            dated = dated or kind in _AT_MOST_ONE_DATE
    return person, tuple(kinds)
