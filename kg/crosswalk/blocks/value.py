"""`value: dct:issued` — a typed value; `constant: dct:type` — a value that the crosswalk itself gives."""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import Literal, NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.document import Node
from kg.crosswalk.values import clean_line, clean_text, decimal_literal, parse_date, parse_decimal, parse_duration, parse_metres
from kg.model import Severity
from kg.namespaces import EU_LANGUAGE, XSD, expand

Typed = Literal | NamedNode | None


class ValueBlock:
    """Slots: `from`; option `as`: text, date, decimal, integer, duration, iri, language, metres (default text)."""

    SLOTS = frozenset({"from"})

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> None:
        convert = CONVERSIONS[slots.options.get("as", "text")]
        for text in slots.strings("from", context, node):
            if (value := convert(text, context)) is not None:
                context.graph.add(context.subject, NamedNode(expand(target)), value)


class ConstantBlock:
    """Option `to`: the CURIE or IRI that is stated."""

    SLOTS: frozenset[str] = frozenset()

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> None:
        context.graph.add(context.subject, NamedNode(expand(target)), NamedNode(expand(slots.options["to"])))


def _text(text: str, context: Context) -> Typed:
    text = context.graph.redacted(clean_line(clean_text(text)))
    return Literal(text) if text else None


def _date(text: str, context: Context) -> Typed:
    value = parse_date(text)
    if value is None:
        context.graph.problem("date.invalid", Severity.WARNING, value=text)
    return value


def _decimal(text: str, context: Context) -> Typed:
    number = parse_decimal(text)
    if number is None:
        context.graph.problem("number.invalid", Severity.WARNING, value=text)
        return None
    return decimal_literal(number)


def _integer(text: str, context: Context) -> Typed:
    number = parse_decimal(text.replace(" ", "").replace("\u00a0", ""))
    if number is None or number != number.to_integral_value():
        context.graph.problem("number.invalid", Severity.WARNING, value=text)
        return None
    return Literal(str(int(number)), datatype=XSD.integer)


def _metres(text: str, context: Context) -> Typed:
    number = parse_metres(text)
    if number is None:
        context.graph.problem("length.unknown-unit", Severity.INFORMATION, value=text)
        return None
    return decimal_literal(number)


def _duration(text: str, context: Context) -> Typed:
    value = parse_duration(text)
    if value is None:
        context.graph.problem("duration.invalid", Severity.INFORMATION, value=text)
    return value


def _iri(text: str, context: Context) -> Typed:
    return context.graph.iri(text)


def _language(text: str, context: Context) -> Typed:
    row = context.tables.row("languages", context.graph.tag_of(text) or text)
    if row is None:
        context.graph.problem("language.unknown", Severity.INFORMATION, value=text)
        return None
    return NamedNode(EU_LANGUAGE + row["eu"])


CONVERSIONS: dict[str, Callable[[str, Context], Typed]] = {
    "date": _date,
    "decimal": _decimal,
    "duration": _duration,
    "integer": _integer,
    "iri": _iri,
    "language": _language,
    "metres": _metres,
    "text": _text,
}
