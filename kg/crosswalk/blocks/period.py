"""`period:` — when: a start and an end, an open end, or an instant."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.document import Node
from kg.crosswalk.values import clean_line, parse_date
from kg.model import Severity
from kg.namespaces import DCAT, DCT, RDF, RDFS

#: What natives write where there is no end yet, or no value at all.
_OPEN = frozenset({"", "..", "now", "present", "ongoing", "unknown", "today", "none", "null", "en cours", "inconnue", "inapplicable"})


class PeriodBlock:
    """Slots: `start`, `end`, `instant`; `label` for a period in words."""

    SLOTS = frozenset({"start", "end", "instant", "label"})

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        instant = slots.string("instant", context, node)
        start = _moment(context, node, slots.string("start", context, node) or instant)
        end = _moment(context, node, slots.string("end", context, node) or instant)
        label = clean_line(slots.string("label", context, node))
        if start is None and end is None and not label:
            return None
        period = context.graph.part("period")
        context.graph.add(context.subject, DCT.temporal, period)
        context.graph.add(period, RDF.type, DCT.PeriodOfTime)
        for predicate, value in ((DCAT.startDate, start), (DCAT.endDate, end)):
            if value is not None:
                context.graph.add(period, predicate, value)
        if label:
            context.graph.text(period, RDFS.label, label, None)
        return period


def _moment(context: Context, node: Node, text: str) -> Literal | None:
    if text.casefold() in _OPEN:
        return None
    value = parse_date(text)
    if value is None:
        context.graph.problem("date.invalid", Severity.WARNING, context.document.place(node), value=text)
    return value
