"""`period:` — when: a start and an end, an open end, an instant, or a list of intervals."""

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
    """Slots: `start`, `end`, `instant`; `label` for a period in words; `intervals`, lists of a start and an end.

    Of several intervals the first is left out where it spans the others: it is the overall one (STAC Collection 1.0, Temporal Extent).
    """

    SLOTS = frozenset({"start", "end", "instant", "label", "intervals"})

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        instant = slots.string("instant", context, node)
        ends = (slots.string("start", context, node) or instant, slots.string("end", context, node) or instant)
        period = _period(context, *ends, clean_line(slots.string("label", context, node)))
        intervals = [_ends(context, each) for each in slots.nodes("intervals", context, node)]
        for interval in intervals[1:] if len(intervals) > 1 and _spans(intervals[0], intervals[1:]) else intervals:
            period = _period(context, *interval, "")
        return period


def _ends(context: Context, interval: Node) -> tuple[str, str]:
    ends = [context.document.string(each) for each in interval] if isinstance(interval, list) else []
    return (ends[0], ends[1]) if len(ends) == 2 else ("", "")


def _spans(overall: tuple[str, str], others: list[tuple[str, str]]) -> bool:
    """Whether an interval holds all others; times of one notation are in the order of their texts, and no text is an open end."""
    starts_first = not overall[0] or all(start >= overall[0] for start, _ in others)
    return starts_first and (not overall[1] or all(end and end <= overall[1] for _, end in others))


def _period(context: Context, start: str, end: str, label: str) -> NamedNode | None:
    """One period; what is no date stays as its label."""
    texts = (start, end) if start != end else (start,)
    moments = {text: _moment(context, text) for text in texts}
    label = label or " / ".join(clean_line(text) for text, moment in moments.items() if moment is None and text.casefold() not in _OPEN)
    if not label and not any(moments.values()):
        return None
    graph = context.graph
    period = graph.part("period")
    graph.add(context.subject, DCT.temporal, period)
    graph.add(period, RDF.type, DCT.PeriodOfTime)
    for predicate, text in ((DCAT.startDate, start), (DCAT.endDate, end)):
        if moment := moments[text]:
            graph.add(period, predicate, moment)
    if label:
        graph.text(period, RDFS.label, label, None)
    return period


def _moment(context: Context, text: str) -> Literal | None:
    if text.casefold() in _OPEN:
        return None
    value = parse_date(text)
    if value is None:
        context.graph.problem("date.invalid", Severity.WARNING, value=text)
    return value
