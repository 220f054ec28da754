"""The working store and the stores of releases: embedded Oxigraph, named graphs, and the merged default graph."""

from kg.store.lines import Node, Pattern
from kg.store.reading import Reader, StoreCheck
from kg.store.released import ReadStore, removable
from kg.store.working import PORTION_BYTES, GraphChange, WorkingStore

__all__ = ["PORTION_BYTES", "GraphChange", "Node", "Pattern", "ReadStore", "Reader", "StoreCheck", "WorkingStore", "removable"]
