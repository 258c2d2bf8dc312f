"""What a spreadsheet program takes for a formula, and runs, when it opens a file of text."""

# Also after blanks, and as wide characters.
_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\N{FULLWIDTH EQUALS SIGN}",
    "\N{FULLWIDTH PLUS SIGN}",
    "\N{FULLWIDTH HYPHEN-MINUS}",
    "\N{FULLWIDTH COMMERCIAL AT}",
)


def harmless(cell: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if is_formula(cell) else cell


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet may run the text when it opens a file."""
    return cell.lstrip().startswith(_FORMULA) or cell.startswith(("\t", "\r", "\n"))
