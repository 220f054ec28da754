"""What is kept and not for publication: sources, records, problems, terms, the mapping ledger, runs, and the natives themselves."""

from kg.state.database import now
from kg.state.graph_texts import GraphText, GraphTexts, Listed
from kg.state.history import Harvest, ReleaseRow, Run, VocabularyRow
from kg.state.ledger import by_person
from kg.state.lock import WriterLock
from kg.state.natives import Natives
from kg.state.records import RecordEntry, RecordRow, RecordStatus, StatusCount
from kg.state.seen import Seen
from kg.state.state import State
from kg.state.terms import TermCount, TermUse

__all__ = [
    "GraphText",
    "GraphTexts",
    "Harvest",
    "Listed",
    "Natives",
    "RecordEntry",
    "RecordRow",
    "RecordStatus",
    "ReleaseRow",
    "Run",
    "Seen",
    "State",
    "StatusCount",
    "TermCount",
    "TermUse",
    "VocabularyRow",
    "WriterLock",
    "by_person",
    "now",
]
