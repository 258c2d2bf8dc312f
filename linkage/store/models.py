"""All tables in one place; importing this module fills `Base.metadata`."""

from linkage.store.accounts import AccountRow, SessionRow
from linkage.store.base import Base
from linkage.store.decisions import Decision, DecisionMember, PairConstraint
from linkage.store.ledger import LedgerEvent, LedgerHead
from linkage.store.records import NameKey, SourceRecord, SourceRecordVersion, SourceRow
from linkage.store.students import Membership, Student
from linkage.store.uploads import SavedMapping, Upload, UploadQuarantine
from linkage.store.worklist import ItemMember, Scan, ScoredPair, WorklistItem

__all__ = [
    "AccountRow",
    "Base",
    "Decision",
    "DecisionMember",
    "ItemMember",
    "LedgerEvent",
    "LedgerHead",
    "Membership",
    "NameKey",
    "PairConstraint",
    "SavedMapping",
    "Scan",
    "ScoredPair",
    "SessionRow",
    "SourceRecord",
    "SourceRecordVersion",
    "SourceRow",
    "Student",
    "Upload",
    "UploadQuarantine",
    "WorklistItem",
]
