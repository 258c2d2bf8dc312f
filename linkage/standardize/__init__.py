"""Source records -> token, code and date columns, driven by the rules. Start reading at `columns.py`."""

from linkage.standardize.columns import standardize
from linkage.standardize.layout import MDE_LAYOUT, CodeKind, Layout, NameLayout
from linkage.standardize.tokens import build_tokens

__all__ = ["MDE_LAYOUT", "CodeKind", "Layout", "NameLayout", "build_tokens", "standardize"]
