"""Which file each rule file is read from: those named first, then the folder of one's own, then as shipped."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from rules.dob_evidence import DobEvidence
from rules.errors import RuleFileError
from rules.matching import Matching, Weights
from rules.mde_list import CURRENT, MdeList
from rules.name_shares import HEADER, NAME_SHARES
from rules.names import NameRules
from rules.policy import Policy
from rules.roles import Roles
from rules.rule_paths import NAME_RULES, SHIPPED, own_folder, rule_path
from rules.yaml_file import top_keys

MODELS: Mapping[str, type[BaseModel]] = {
    NAME_RULES: NameRules,
    "policy.yaml": Policy,
    "matching.yaml": Matching,
    "weights.yaml": Weights,
    "dob_evidence.yaml": DobEvidence,
    "roles.yaml": Roles,
    CURRENT: MdeList,
}


@dataclass(frozen=True, slots=True)
class RuleSources:
    """`named`: name of a rule file -> the file that takes its place."""

    folder: Path | None = None
    named: Mapping[str, Path] = field(default_factory=dict)

    def path(self, name: str) -> Path:
        """Where the rule file `name` ("policy.yaml", "mde/2023.yaml") is read from."""
        return self.named.get(name) or rule_path(name, self.folder)

    def files(self) -> Iterator[Path]:
        """Every rule file in a fixed order: what the hash covers."""
        roots = (SHIPPED, self.folder) if self.folder else (SHIPPED,)
        found = {path.relative_to(root).as_posix() for root in roots for path in _yaml_below(root)}
        return (self.path(name) for name in sorted(found | {NAME_RULES, NAME_SHARES} | set(self.named)))


def sources_of(paths: Sequence[Path]) -> RuleSources:
    """The rule files in force, with those of `paths` (rule files, or folders of them) in their place.

    Raises RuleFileError for a file that is no rule file.
    """
    named: dict[str, Path] = {}
    for path in paths:
        named |= _of_folder(path) if path.is_dir() else {kind_of(path): path}
    return RuleSources(own_folder(), named)


def kind_of(path: Path) -> str:
    """Which rule file `path` is, by its name or else by the sections it holds. Raises RuleFileError."""
    name = f"{path.parent.name}/{path.name}" if path.parent.name == "mde" else path.name
    if name in MODELS or name == NAME_SHARES:
        return name
    if path.suffix.lower() == ".csv":
        if path.read_text(encoding="utf-8", errors="replace").startswith(",".join(HEADER)):
            return NAME_SHARES
    elif path.suffix.lower() in (".yaml", ".yml"):
        keys = top_keys(path)
        likest = max(MODELS, key=lambda one: len(keys & set(MODELS[one].model_fields)))
        if 2 * len(keys & set(MODELS[likest].model_fields)) > len(keys):
            return likest
    known = ", ".join([*MODELS, NAME_SHARES])
    raise RuleFileError(path, 1, "this is no rule file.", f"Rule files are {known}; mend the name, or leave it out.")


def _of_folder(folder: Path) -> dict[str, Path]:
    """Every rule file of a folder. A name that means nothing there would never be read, and is refused."""
    found = [*_yaml_below(folder), *folder.glob("*.yml"), *folder.glob("*.csv")]
    named: dict[str, Path] = {}
    for path in sorted(found):
        name = path.relative_to(folder).as_posix()
        if name not in MODELS and name != NAME_SHARES:
            known = ", ".join([*MODELS, NAME_SHARES])
            raise RuleFileError(path, 1, "no rule file has this name; it would never be read.", f"Names are {known}.")
        named[name] = path
    if not named:
        raise RuleFileError(folder, 1, "there is no rule file in this folder.", "Name another folder, or a file.")
    return named


def _yaml_below(root: Path) -> Iterator[Path]:
    yield from root.glob("*.yaml")
    yield from root.glob("mde/*.yaml")
