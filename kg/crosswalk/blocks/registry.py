"""The actions by the name that they have in a crosswalk file."""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.crosswalk.blocks.agent import AgentBlock
from kg.crosswalk.blocks.block import Block, Context, Slots
from kg.crosswalk.blocks.equipment import EquipmentBlock, FacilityBlock, ObservationBlock
from kg.crosswalk.blocks.identifier import IdentifierBlock
from kg.crosswalk.blocks.link import LinkBlock
from kg.crosswalk.blocks.part import PartBlock
from kg.crosswalk.blocks.period import PeriodBlock
from kg.crosswalk.blocks.place import PlaceBlock
from kg.crosswalk.blocks.project import ProjectBlock
from kg.crosswalk.blocks.relation import RelationBlock
from kg.crosswalk.blocks.rights import RightsBlock
from kg.crosswalk.blocks.statement import StatementBlock
from kg.crosswalk.blocks.term import TermBlock
from kg.crosswalk.blocks.text import TextBlock
from kg.crosswalk.blocks.value import ConstantBlock, ValueBlock
from kg.crosswalk.document import Node


class GroupBlock:
    """No slots: a place for `each`, `when` and `rules`."""

    SLOTS: frozenset[str] = frozenset()

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> None:
        return None


class RecordBlock:
    """No slots: what stands in its rules is said of the metadata record, and not of what it describes."""

    SLOTS: frozenset[str] = frozenset()

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode:
        return context.graph.record


BLOCKS: dict[str, Block] = {
    "agent": AgentBlock(),
    "constant": ConstantBlock(),
    "equipment": EquipmentBlock(),
    "facility": FacilityBlock(),
    "group": GroupBlock(),
    "identifier": IdentifierBlock(),
    "link": LinkBlock(),
    "observation": ObservationBlock(),
    "part": PartBlock(),
    "period": PeriodBlock(),
    "place": PlaceBlock(),
    "project": ProjectBlock(),
    "record": RecordBlock(),
    "relation": RelationBlock(),
    "rights": RightsBlock(),
    "statement": StatementBlock(),
    "term": TermBlock(),
    "text": TextBlock(),
    "value": ValueBlock(),
}
