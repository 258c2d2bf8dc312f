"""All tables in one place; importing this module fills `Base.metadata`."""

from linkage.store.accounts import AccountRow, RegionDistrict, SessionRow
from linkage.store.base import Base
from linkage.store.birth_dates import BirthDateCase, BirthDateEvidence, BirthDateStep
from linkage.store.decisions import Decision, DecisionMember, PairConstraint
from linkage.store.ledger import LedgerEvent, LedgerHead
from linkage.store.notices import DisputeStatement, Notice
from linkage.store.people import Batch, BatchItem, BlockingMiss, Preference, Reveal, SavedView
from linkage.store.records import NameKey, SourceRecord, SourceRecordVersion, SourceRow
from linkage.store.students import Membership, Student
from linkage.store.uploads import SavedMapping, Upload, UploadQuarantine
from linkage.store.worklist import ItemConcern, ItemMember, ItemPlace, Scan, ScoredPair, WorklistItem

__all__ = [
    "AccountRow",
    "Base",
    "Batch",
    "BatchItem",
    "BirthDateCase",
    "BirthDateEvidence",
    "BirthDateStep",
    "BlockingMiss",
    "Decision",
    "DecisionMember",
    "DisputeStatement",
    "ItemConcern",
    "ItemMember",
    "ItemPlace",
    "LedgerEvent",
    "LedgerHead",
    "Membership",
    "NameKey",
    "Notice",
    "PairConstraint",
    "Preference",
    "RegionDistrict",
    "Reveal",
    "SavedMapping",
    "SavedView",
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
