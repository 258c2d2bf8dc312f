"""A matcher: engine, model and column layout together, from the rules as shipped or from a user's own model file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from linkage.block.keys import NAME_ROLES
from linkage.compare.census import NameShares
from linkage.engine.local import Engine, Progress, Space
from linkage.errors import ModelError
from linkage.records import RecordTable, StandardTable
from linkage.score.model import Model, from_weights
from linkage.standardize.attendance import read_attendance
from linkage.standardize.columns import standardize
from linkage.standardize.layout import MDE_LAYOUT, Layout, NameLayout
from rules.matching import REPEATABLE, BlockingRule, MatchField, ModelFile
from rules.rulebook import Rulebook

# The names that the columns of each comparison have inside, whatever the user's table calls them.
_CANONICAL: Mapping[str, tuple[str, ...]] = {
    "given_names": ("first_name", "middle_name"),
    "surnames": ("last_name_1", "last_name_2"),
    "birth_date": ("birth_date",),
    "sex": ("sex",),
    "suffix": ("suffix",),
    "multiple_birth": ("multiple_birth",),
    "parents": ("parent1_first", "parent1_last", "parent2_first", "parent2_last"),
    "birthplace": ("birth_city", "birth_state", "birth_country"),
}


@dataclass(frozen=True, slots=True)
class Matcher:
    """`model` is None until a model file's weights have been estimated on the table (`trained_on`)."""

    rulebook: Rulebook
    engine: Engine
    layout: Layout
    rename: Mapping[str, str]  # column of the table -> canonical column
    model: Model | None

    @classmethod
    def of_rules(cls, rulebook: Rulebook) -> "Matcher":
        """The model for migrant-student records: rules/matching.yaml with rules/weights.yaml."""
        matching, weights = rulebook.matching, rulebook.weights
        model = from_weights(matching.fields, matching.comparisons, weights.fields, weights.prior)
        return replace(cls.untrained(rulebook), model=model)

    @classmethod
    def untrained(cls, rulebook: Rulebook) -> "Matcher":
        """The same without weights: rules/matching.yaml may have levels that rules/weights.yaml does not know yet."""
        matching = rulebook.matching
        engine = Engine(matching.fields, matching.comparisons, matching.blocking, NameShares(**rulebook.name_shares))
        return cls(rulebook, engine, MDE_LAYOUT, {}, None)

    @classmethod
    def of_file(cls, rulebook: Rulebook, model: ModelFile) -> "Matcher":
        """A user's own model over columns of any name; weights are still to be estimated."""
        rename = {
            column: inside
            for field in model.fields
            for column, inside in zip(field.columns, _CANONICAL.get(field.compare, field.columns), strict=False)
        }
        fields = tuple(_over(field, tuple(rename[column] for column in field.columns)) for field in model.fields)
        blocking = tuple(_renamed(rule, rename) for rule in model.blocking)
        engine = Engine(fields, rulebook.matching.comparisons, blocking, NameShares())
        return cls(rulebook, engine, _layout(fields), rename, None)

    def standardize(self, table: RecordTable) -> StandardTable:
        """Records in comparable form. Raises ModelError naming a column that the table lacks."""
        missing = [column for column in self.rename if column not in table.columns]
        if missing:
            raise ModelError(
                f"The model names the column `{missing[0]}`, which the table does not have.",
                f"Its columns are {', '.join(table.columns)}.",
            )
        columns = {self.rename.get(name, name): values for name, values in table.columns.items()}
        table = replace(table, columns=columns)
        attendance = read_attendance(table, self.rulebook)
        return replace(standardize(table, self.layout, self.rulebook), attendance=attendance)

    def prepare(self, table: RecordTable, *, singletons: bool = False, progress: Progress | None = None) -> Space:
        """Standardize the records and lay them out for comparing. Raises ModelError naming a column that the table lacks.

        `singletons`: with the keys of single rows, for records that come later.
        """
        report = progress or _silent
        report("standardize", 0, 1)
        standard = self.standardize(table)
        report("standardize", 1, 1)
        report("block", 0, 1)
        space = self.engine.prepare(standard, singletons=singletons)
        report("block", 1, 1)
        return space

    def trained_on(self, space: Space, *, seed: int, workers: int = 0) -> "Matcher":
        """The same matcher with a model estimated on these very records, without labels."""
        return replace(self, model=self.engine.train(space, family=self.of_persons, seed=seed, workers=workers).model)

    @property
    def near(self) -> float:
        """The least probability of a pair that is shown to a person."""
        return self.rulebook.policy.bands.near

    @property
    def of_persons(self) -> bool:
        """Whether brothers, twins and namesakes must be told apart: names and a birth date are compared."""
        return {"given_names", "surnames", "birth_date"} <= {field.compare for field in self.engine.fields}

    def ready(self) -> Model:
        """The model, for those who need its numbers."""
        if self.model is None:
            raise ModelError("The model has no weights yet.", "Estimate them first: `trained_on`.")
        return self.model


def _silent(stage: str, done: int, of: int) -> None:
    """Nobody watches."""


def _over(field: MatchField, columns: tuple[str, ...]) -> MatchField:
    """The same field over other columns."""
    return field.model_copy(update={"columns": columns})


def _renamed(rule: BlockingRule, rename: Mapping[str, str]) -> BlockingRule:
    """The rule over the inside columns; `given`, `surname`, `name` and `parent` are roles, whatever columns are called."""

    def inside(key: str) -> str:
        role, _, take = key.partition(".")
        return f"{role if role in NAME_ROLES else rename.get(role, role)}.{take}"

    return rule.model_copy(update={"keys": tuple(map(inside, rule.keys)), "refine": tuple(map(inside, rule.refine))})


def _layout(fields: Sequence[MatchField]) -> Layout:
    by_kind = {field.compare: field.columns for field in fields}
    names = {}
    if "given_names" in by_kind or "surnames" in by_kind:
        names["child"] = NameLayout(*_two(by_kind, "given_names"), *_two(by_kind, "surnames"))
    if "parents" in by_kind:
        first1, last1, first2, last2 = by_kind["parents"]
        names["parent1"] = NameLayout(first1, "", last1, "")
        names["parent2"] = NameLayout(first2, "", last2, "")
    plain = [column for field in fields if field.compare in REPEATABLE for column in field.columns]
    special = [column for kind in ("sex", "suffix", "multiple_birth", "birthplace") for column in by_kind.get(kind, ())]
    return Layout(names=names, dates=tuple(by_kind.get("birth_date", ())), codes=tuple(special + plain))


def _two(by_kind: Mapping[str, tuple[str, ...]], kind: str) -> tuple[str, str]:
    first, second, *_ = (*by_kind.get(kind, ()), "", "")
    return first, second
