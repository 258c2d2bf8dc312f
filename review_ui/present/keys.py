"""What the letters do, in words, in the order in which people meet them."""

from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "next": "Next item",
    "previous": "Previous item",
    "same": "Same child",
    "different": "Different children",
    "twins": "Twins or siblings",
    "information": "Need more information",
    "split": "Divide the records",
    "claim": "Take the item, or give it back",
    "escalate": "Pass it up",
    "raw": "Values as the State wrote them",
    "evidence": "Evidence of the birth date",
    "why": "Why these records are here",
    "undo": "Take the last decision back",
    "search": "Search",
    "help": "These keys",
}
