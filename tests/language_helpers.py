"""A language that brackets every message, and readers of what stands in templates and on pages outside of messages."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from jinja2 import Environment, nodes

from review_ui.language import Catalogue
from tools.messages import Message

OPEN, CLOSE = "⟦", "⟧"
READ_ALOUD = ("aria-label", "title", "placeholder", "alt", "data-title")
WORDS = re.compile(r"[^\W\d_]{2,}")
NAMES = re.compile(r"Near Match|HTML|JSON|CSV|nm-[\w-]+")  # and the classes of a block that stands inside a tag
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr"}


def bracketing(messages: set[Message]) -> Catalogue:
    """Spanish as it would be if a translation were the message in brackets."""
    plurals = {
        message[0]: (bracket(message[0]), bracket(message[1])) for message in messages if isinstance(message, tuple)
    }
    singles = {message: bracket(message) for message in messages if isinstance(message, str)}
    return Catalogue("es", {one: forms[0] for one, forms in plurals.items()} | singles, plurals)


def bracket(message: str) -> str:
    """What stands between the places in brackets: what is put in must come in brackets of its own, or be data."""
    pieces = re.split(r"(%\(\w+\)s|\{\d+\})", message)
    return "".join(one if at % 2 or not one else f"{OPEN}{one}{CLOSE}" for at, one in enumerate(pieces))


class Texts(HTMLParser):
    """The text of a page in its order, and each attribute that is read aloud."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.attributes: list[str] = []
        self.hidden: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.hidden or (tag in ("script", "style", "template") or ("lang" in dict(attrs) and tag != "html")):
            self.hidden += [tag] if tag not in VOID else []
        self._apart(tag)
        given = dict(attrs)
        named = [*READ_ALOUD, *(["value"] if given.get("type") in ("submit", "button") else [])]
        self.attributes += [value for name in named if (value := given.get(name))]

    def _apart(self, tag: str) -> None:
        """Two elements are two words; a mark is a part of one."""
        self.text += [" "] if tag != "mark" else []

    def handle_endtag(self, tag: str) -> None:
        self._apart(tag)
        if self.hidden and self.hidden[-1] == tag:
            self.hidden.pop()

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.text.append(data)


def outside_brackets(text: str) -> str:
    """What no bracket encloses, however deep they stand in each other."""
    depth, found = 0, []
    for letter in text:
        depth += (letter == OPEN) - (letter == CLOSE)
        found.append(letter if depth == 0 and letter != CLOSE else " ")
    return "".join(found)


def unmarked(source: str) -> Iterator[str]:
    """Words of a template that are no message: between tags, in what is read aloud, and as literals that are printed."""
    env = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    texts = Texts("".join(_html(env, source)))
    yield from (text.strip() for text in [*texts.text, *texts.attributes] if WORDS.search(NAMES.sub("", text)))
    tree = env.parse(source)
    unread = [one for one in tree.find_all((nodes.Call, nodes.Filter, nodes.Compare)) if _marks(one)]
    marked = {id(literal) for one in unread for literal in one.find_all(nodes.Const)}
    for literal in tree.find_all(nodes.Const):
        if id(literal) not in marked and isinstance(literal.value, str) and _is_words(literal.value):
            yield literal.value


def _html(env: Environment, source: str) -> Iterator[str]:
    """The template with nothing where something is put in."""
    inside = False
    for _, kind, value in env.lex(source):
        inside = "trans" in value.split() if kind == "name" and value in ("trans", "endtrans") else inside
        if kind == "data" and not inside:
            yield value
        elif kind == "variable_begin":
            yield "0"


def _marks(call: nodes.Node) -> bool:
    """A message, or a text that is only compared."""
    if isinstance(call, nodes.Filter):
        return call.name == "say"
    return isinstance(call, nodes.Compare) or _calls(call, "_", "gettext", "ngettext")


def _calls(call: nodes.Node, *names: str) -> bool:
    return isinstance(call, nodes.Call) and isinstance(call.node, nodes.Name) and call.node.name in names


def _is_words(text: str) -> bool:
    plain = re.sub(r"<[^>]*>", " ", text)
    return (
        bool(re.search(r"\b[A-Z][a-z]+", plain) or re.search(r"(^| )[a-z]{2,} [a-z]{2,}", plain)) and "-" not in plain
    )
