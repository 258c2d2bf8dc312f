"""House rules that a linter does not know: sizes, docstrings, words that must not stand in the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("linkage", "review_ui", "rules")
CODE = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
EVERYTHING = [*CODE, *sorted(path for room in ("tests", "benchmarks", "tools") for path in (ROOT / room).rglob("*.py"))]

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONGEST_VIEW = 20
SELF_EXPLAINING = 20  # lines; a public function up to this length may speak for itself


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node


def length(function: ast.FunctionDef) -> int:
    """Lines of the function without its docstring: explaining is free."""
    body = function.body
    told = ast.get_docstring(function, clean=False)
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    return total - ((body[0].end_lineno or 0) - body[0].lineno + 1 if told else 0)


def is_view(function: ast.FunctionDef) -> bool:
    """A function under a route decorator: `@blueprint.get(...)`, `.post(...)` or `.route(...)`."""
    calls = [decorator.func for decorator in function.decorator_list if isinstance(decorator, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in {"get", "post", "route"} for call in calls)


def place(path: Path, function: ast.FunctionDef) -> str:
    return f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"


def test_no_file_is_too_long():
    # A migration is a list that is written once and never edited.
    written = [path for path in EVERYTHING if path.parent.name != "versions"]
    lines = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in written}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}


def test_no_function_is_too_long():
    found = {place(path, each): length(each) for path in EVERYTHING for each in functions(path)}
    assert {name: count for name, count in found.items() if count > LONGEST_FUNCTION} == {}


def test_functions_fit_on_a_screen_on_average():
    lengths = [length(each) for path in CODE for each in functions(path)]
    assert sum(lengths) / len(lengths) <= 12


def test_no_view_holds_more_than_a_view_should():
    views = {place(path, each): length(each) for path in CODE for each in functions(path) if is_view(each)}
    assert {name: count for name, count in views.items() if count > LONGEST_VIEW} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_it_is_for(package):
    modules = [path for path in CODE if path.relative_to(ROOT).parts[0] == package]
    silent = [str(path) for path in modules if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
    assert silent == []


def test_longer_public_functions_have_a_docstring():
    silent = [
        place(path, each)
        for path in CODE
        for each in functions(path)
        if not each.name.startswith("_") and length(each) > SELF_EXPLAINING and not ast.get_docstring(each)
    ]
    assert silent == []


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|NotImplemented" + r"Error)\b")
    assert [str(path) for path in EVERYTHING if later.search(path.read_text(encoding="utf-8"))] == []


def test_every_package_ships_its_types():
    assert [package for package in PACKAGES if not (ROOT / package / "py.typed").is_file()] == []
