"""Finds every word that people read on the screens, and brings the catalogues up to date: `make messages`.

Kept: each translation whose message is still there. New messages come in with an empty translation; dead ones go. Sorted by message and
without line numbers, so that two branches seldom touch the same line.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import jinja2
import yaml
from babel.messages import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import nodes
from jinja2.ext import babel_extract

from linkage.identity import history
from linkage.identity.views import Verdict

ROOT = Path(__file__).parent.parent
TEMPLATES = (*(ROOT / "review_ui" / "templates").rglob("*.html"), *(ROOT / "linkage").rglob("*.html"))  # screens, paper
TRANSLATIONS = ROOT / "review_ui" / "translations"
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: {language}\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

# Python whose sentences come to the screen: all of them, or only what it refuses with.
SHOWN = (
    "review_ui/*.py",
    "review_ui/present/*.py",
    "review_ui/views/*.py",
    "linkage/identity/**/*.py",
    "linkage/jobs/returned.py",
    "linkage/score/explain.py",
    "linkage/compare/differences.py",
    "linkage/compare/field_differences.py",
)
REFUSALS = ("review_ui/security.py", "review_ui/access.py", "linkage/store/failures.py", "linkage/store/current.py")
# Only on the command line or in a log.
NOT_SHOWN = re.compile(
    r"review_ui/(commands|demo\w*|server|static_files|settings)\.py|identity/(ledger\w*|verify\w*|notices)\.py"
)
# What joins and counts: too short to be found as sentences.
SMALL_WORDS = (
    "{0} and {1}",
    "{0} or {1}",
    "{0}, {1}",
    "{0}: {1}",
    "{0}: {1}.",
    "1 day",
    "{0} days",
    "today",
    "Another administrator",
    "A {0} administrator",
    "An {0} administrator",
    "merge",
    "split",
    "Move: {0} to {1}",
    "unknown",
    "better",
)

PYTHON_PLACE = re.compile(r"\{\d+\}")
A_WORD = re.compile(r"[A-Z][a-z]+")
A_SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:.”]* [\w“\u2018{]|[“{\w}]+ [a-z]{2,}")
NO_SENTENCE = re.compile(
    r"`|%[^ ]|<>|[<>=]=| IN \(| IS | NULL|SELECT |^ ?and ?$|event=|filename=|<\w|\w=\{|\}:\{|^batch |^\W*\{\d+\}\W*\{?\d*\}?$"
)
SILENT_CALLS = {
    "log",
    "re",
    "url_for",
    "getattr",
    "setattr",
    "hasattr",
    "Blueprint",
    "TypeVar",
    "strftime",
    "needs",
    "replace",
}

Message = str | tuple[str, str]  # a plain message, or that for one and that for many


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Python code; places of an f-string are numbered in their order."""

    line: int
    message: str


def all_messages() -> set[Message]:
    shown = {path for pattern in SHOWN for path in ROOT.glob(pattern) if not NOT_SHOWN.search(path.as_posix())}
    refusing = {ROOT / name for name in REFUSALS}
    found: set[Message] = {message for path in TEMPLATES for message in of_template(path.read_text("utf-8"))}
    found |= {text.message for path in shown - refusing for text in of_python(path.read_text("utf-8"))}
    found |= {text.message for path in refusing for text in of_python(path.read_text("utf-8"), refusals=True)}
    found |= set(of_rules()) | set(SMALL_WORDS) | set(_deeds())
    both = {message[0] for message in found if isinstance(message, tuple)}
    return {message for message in found if message not in both}


def _deeds() -> Iterator[str]:
    """What a person did, without the moment and with it, as each is a verb of its own."""
    for verdict in Verdict:
        yield f"{{0}} {history.words(verdict)}."
        yield f"{{0}} {history.words(verdict)} on {{1}} at {{2}} UTC."


def of_template(source: str) -> Iterator[Message]:
    """What `_`, `ngettext` and `trans` mark, and literal texts that are printed with `say`."""
    options = {"trimmed": "true", "newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
    lines = [line.encode() for line in source.splitlines(keepends=True)]
    for _, function, message, _ in babel_extract(cast(Any, _Lines(lines)), ("_", "gettext", "ngettext"), (), options):
        parts = [part for part in ([message] if isinstance(message, str) else message or ()) if part]
        if function == "ngettext":
            yield parts[0], parts[1]
        elif parts:
            yield parts[0]
    tree = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    for said in tree.find_all(nodes.Filter):
        if said.name == "say" and said.node is not None:
            inside = [said.node] if isinstance(said.node, nodes.Const) else said.node.find_all(nodes.Const)
            yield from (one.value for one in inside if isinstance(one.value, str) and _is_read(one.value))


class _Lines:
    """What the extractor asks of a file."""

    def __init__(self, lines: list[bytes]) -> None:
        self.lines = lines

    def read(self) -> bytes:
        return b"".join(self.lines)


def of_python(source: str, *, refusals: bool = False) -> Iterator[Text]:
    """Sentences and titles in code, or only those of `raise` and `abort`."""
    tree = ast.parse(source)
    roots = [node for node in ast.walk(tree) if _refuses(node)] if refusals else [tree]
    silent = set(_silent(tree))
    for root in roots:
        for node in ast.walk(root):
            if id(node) not in silent and (message := _message(node)) and _is_read(message):
                yield Text(getattr(node, "lineno", 0), message.strip())


def _refuses(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "abort"
    )


def _silent(tree: ast.AST) -> Iterator[int]:
    """Ids of the nodes that nobody reads: docstrings, pieces of f-strings, keys, annotations, logs."""
    for node in ast.walk(tree):
        hidden: Iterable[ast.AST | None] = ()
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            hidden = [node.value]
        elif isinstance(node, ast.JoinedStr):
            hidden = [part for part in node.values if isinstance(part, ast.Constant)]
            hidden += [part.format_spec for part in node.values if isinstance(part, ast.FormattedValue)]
        elif isinstance(node, ast.Dict):
            hidden = node.keys
        elif isinstance(node, ast.Subscript):
            hidden = [node.slice]
        elif isinstance(node, ast.Compare):
            hidden = [node.left, *node.comparators]
        elif isinstance(node, ast.Call) and _called(node.func) & SILENT_CALLS:
            hidden = [node]
        elif isinstance(node, ast.arg | ast.AnnAssign):
            hidden = [node.annotation]
        elif isinstance(node, ast.FunctionDef):
            hidden = [node.returns]
        yield from (id(below) for one in hidden if one is not None for below in ast.walk(one))


def _called(function: ast.AST) -> set[str]:
    """`log` and `warning` of `log.warning(...)`."""
    if isinstance(function, ast.Attribute):
        return {function.attr} | _called(function.value)
    return {function.id} if isinstance(function, ast.Name) else set()


def _message(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    numbers = iter(range(len(node.values)))
    parts = [str(part.value) if isinstance(part, ast.Constant) else f"{{{next(numbers)}}}" for part in node.values]
    return "".join(parts)


def _is_read(message: str) -> bool:
    sentence = A_SENTENCE.search(message) and re.search("[a-z]{2}", PYTHON_PLACE.sub("", message))
    return bool(A_WORD.fullmatch(message) or sentence) and not NO_SENTENCE.search(message)


def of_rules() -> Iterator[str]:
    """Titles and sentences that the data administrators wrote, and the words of codes."""
    for path in sorted((ROOT / "rules").glob("*.yaml")):
        if path.name != "weights.yaml":
            yield from _told(yaml.safe_load(path.read_text("utf-8")))
    for path in sorted((ROOT / "rules" / "mde").glob("*.yaml")):
        elements = yaml.safe_load(path.read_text("utf-8"))
        yield from _told(elements)
        for codes in elements["code_lists"].values():
            yield from (str(words[0]) for words in codes["codes"].values() if words)


def _told(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, below in value.items():
            if key in ("title", "sentence", "do") and isinstance(below, str):
                yield below.strip()
            elif key == "documents" and isinstance(below, dict):
                yield from below.values()
            elif key == "phrases":
                yield from below
            else:
                yield from _told(below)
    elif isinstance(value, list):
        for below in value:
            yield from _told(below)


def key_of(message: Message) -> str:
    return message if isinstance(message, str) else message[0]


def renew(path: Path, messages: Iterable[Message]) -> tuple[int, int, int]:
    """Write the catalogue anew; how many messages it has, how many have no translation yet, how many went."""
    with path.open("rb") as file:
        old = read_po(file, locale=path.stem)
    new = Catalog(locale=path.stem)
    for message in sorted(messages, key=key_of):
        before = old.get(key_of(message))
        translation = before.string if before and bool(before.pluralizable) == isinstance(message, tuple) else None
        new.add(message, translation or (("", "") if isinstance(message, tuple) else ""))
    gone = sum(1 for one in old if one.id and key_of(cast(Message, one.id)) not in new)
    empty = sum(
        1 for one in new if one.id and not all([one.string] if isinstance(one.string, str) else one.string or [""])
    )
    with path.open("wb") as file:
        file.write(HEADER.format(language=path.stem).encode())
        write_po(file, new, width=0, omit_header=True, no_location=True)
    return len(new), empty, gone


def main() -> int:
    messages = all_messages()
    for path in sorted(TRANSLATIONS.glob("*.po")):
        count, empty, gone = renew(path, messages)
        print(f"{path.relative_to(ROOT)}: {count} messages, {empty} without translation; {gone} were dropped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
