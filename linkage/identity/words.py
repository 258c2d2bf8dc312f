"""What people say of an item, in the words of the screen and of paper."""

from collections.abc import Mapping
from types import MappingProxyType

from linkage.identity.views import Verdict

VERDICTS: Mapping[Verdict, str] = MappingProxyType(
    {
        Verdict.SAME: "Same child",
        Verdict.DIFFERENT: "Different children",
        Verdict.TWINS: "Twins",
        Verdict.NEED_INFORMATION: "Need more information",
        Verdict.VALIDATE: "Validated: same child",
        Verdict.REJECT: "Not validated",
        Verdict.WITHDRAW: "Withdrawn",
        Verdict.REOPEN: "Opened again",
        Verdict.UNDO: "Undone",
        Verdict.REGROUP: "Regrouped",
        Verdict.SETTLE_DATE: "Birth date settled",
        Verdict.CLAIM: "Taken",
        Verdict.RELEASE: "Given back",
        Verdict.REASSIGN: "Handed on",
        Verdict.ESCALATE: "Passed up",
        Verdict.APPLY: "Applied",
    }
)
