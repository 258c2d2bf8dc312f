"""Reads a YAML rule file into a typed model; a fault names the file, the line and what was expected."""

import hashlib
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from yaml.nodes import MappingNode, Node, SequenceNode

from rules.errors import RuleFileError

# libyaml where the wheel has it: the name rules are 2,000 lines and are read at every start.
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RuleModel(BaseModel):
    """Base of every rule-file model: immutable, and an unknown key is an error, not a typo that is ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Model = TypeVar("Model", bound=BaseModel)


def load(path: Path, model: type[Model]) -> Model:
    """Parse `path` and validate it as `model`. Raises RuleFileError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RuleFileError(path, 1, "the file is missing.", "Restore it from version control.") from None
    except UnicodeDecodeError as error:
        raise RuleFileError(path, 1, f"not UTF-8 at byte {error.start}.", "Save the file as UTF-8.") from None
    root = _compose(path, text)
    _refuse_doubled_keys(path, root)
    try:
        return model.model_validate(_construct(text))
    except ValidationError as error:
        raise _as_rule_error(path, root, error) from None


def line_of(path: Path, *location: int | str) -> int:
    """Line of a key in a file that is sound YAML, for a fault that shows only beside another file."""
    return _line_of(_compose(path, path.read_text(encoding="utf-8")), location)


def top_keys(path: Path) -> set[str]:
    """The keys at the top of a YAML file; none where it is no mapping, or no YAML."""
    try:
        root = _compose(path, path.read_text(encoding="utf-8", errors="replace"))
    except RuleFileError:
        return set()
    return {key.value for key, _ in root.value} if isinstance(root, MappingNode) else set()


def digest(*paths: Path) -> str:
    """SHA-256 over the bytes of the files, in the order given; stored with every score."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


def _as_rule_error(path: Path, root: Node, error: ValidationError) -> RuleFileError:
    """The first fault; a key that is not known before one that is missing, because the one is often the other misspelled."""
    faults = error.errors()
    first = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return RuleFileError(path, _line_of(root, first["loc"]), f"`{where}` is not a known key.", "Mend or remove it.")
    remedy = "Add it." if first["type"] == "missing" else f"Found {str(first['input'])[:80]!r}."
    return RuleFileError(path, _line_of(root, first["loc"]), f"`{where}`: {first['msg']}.", remedy)


def _construct(text: str) -> Any:
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - both loaders are the safe ones


def _compose(path: Path, text: str) -> Node:
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleFileError(path, line, f"not YAML: {error.problem}.", "Check indentation and quotes.") from None
    if root is None:
        raise RuleFileError(path, 1, "the file is empty.", "Restore it from version control.")
    return root


def _refuse_doubled_keys(path: Path, node: Node) -> None:
    """YAML silently keeps the last of two equal keys; a data administrator would lose the first."""
    if isinstance(node, MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                raise RuleFileError(
                    path, line, f"`{key.value}` stands here and on line {seen[key.value]}.", "Keep one."
                )
            seen[key.value] = line
            _refuse_doubled_keys(path, value)
    elif isinstance(node, SequenceNode):
        for child in node.value:
            _refuse_doubled_keys(path, child)


def _line_of(root: Node, location: tuple[int | str, ...]) -> int:
    """Line of the deepest key or list entry on the way to `location` (as pydantic reports it)."""
    node, line = root, root.start_mark.line
    for part in location:
        found = _child(node, part)
        if found is None:
            break
        line, node = found
    return line + 1


def _child(node: Node, part: int | str) -> tuple[int, Node] | None:
    """Line where an entry begins, and what it holds."""
    if isinstance(node, MappingNode):
        return next(((key.start_mark.line, value) for key, value in node.value if key.value == str(part)), None)
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        child: Node = node.value[part]
        return child.start_mark.line, child
    return None
