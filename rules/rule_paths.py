"""Where a rule file is read from: a folder of one's own, or else as shipped."""

import os
from pathlib import Path

from rules.errors import RuleFileError

SHIPPED = Path(__file__).parent
NAME_RULES = "cultural_name_rules.yaml"
FOLDER_VARIABLE = "NEARMATCH_RULES"


def own_folder() -> Path | None:
    """The folder of one's own that NEARMATCH_RULES names, None if it names none. Raises RuleFileError if it is not there."""
    named = os.environ.get(FOLDER_VARIABLE, "")
    if named and not Path(named).is_dir():
        raise RuleFileError(Path(named), 1, "there is no such folder.", f"Mend or clear {FOLDER_VARIABLE}.")
    return Path(named) if named else None


def rule_path(name: str, folder: Path | None = None) -> Path:
    """Where the rule file `name` ("policy.yaml", "mde/2023.yaml", "cultural_name_rules.yaml") is read from."""
    own = folder / name if folder else None
    if own and own.is_file():
        return own
    beside = SHIPPED.parent / name  # in a checkout the name rules lie beside the package, in a wheel inside it
    return beside if name == NAME_RULES and beside.is_file() else SHIPPED / name
