"""One native that is being mended: what was read of it, where that stands in its file, and the words in which repairs are told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from kg.crosswalk.document import Node
from kg.link.decide import KINDS
from kg.mend.choice import Choice, Chosen, only
from kg.mend.edit import Edit
from kg.mend.json_text import JsonText
from kg.mend.reading import Reading, TermField
from kg.mend.repair import Left, Repair
from kg.mend.vocabularies import Vocabularies
from kg.mend.xml_text import XmlText
from kg.model import TermKind

LANGUAGES: Final = ("en", "fr")
#: Longest text that a sentence repeats.
_LONGEST: Final = 160


@cache
def words() -> dict[str, dict[str, str]]:
    """The table `kg/mend/words.yaml`: key, language, text."""
    table: dict[str, dict[str, str]] = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text("utf-8"))
    return table


def codes() -> tuple[str, ...]:
    """The codes of all repairs."""
    return tuple(key.partition(".")[2] for key in words() if key.startswith("repair."))


def said(key: str, **values: str | Mapping[str, str]) -> dict[str, str]:
    """A text of the table in each language; a value may itself have one text for each.

    >>> said("left.several", words="air, eau")["fr"]
    '« air, eau » désigne plusieurs concepts, et le champ ne tient qu’une adresse : donnez un mot-clé à chacun.'
    """
    found = words()[key]
    return {language: _filled(found[language], values, language) for language in LANGUAGES}


def _filled(text: str, values: Mapping[str, str | Mapping[str, str]], language: str) -> str:
    for name, value in values.items():
        told = value if isinstance(value, str) else value.get(language) or next(iter(value.values()), "")
        told = " ".join(told.split())
        text = text.replace("{" + name + "}", told if len(told) <= _LONGEST else told[:_LONGEST] + "…")
    return text


@dataclass(slots=True)
class Task:
    """What the writers of the formats work with."""

    reading: Reading
    choice: Choice

    @property
    def vocabularies(self) -> Vocabularies:
        """Names of concepts and vocabularies."""
        return self.choice.vocabularies

    @property
    def language(self) -> str:
        """Language in which names are written into the record: its own where names exist in it, else English."""
        language = self.reading.graph.inherited_language or self.reading.graph.found_language
        return language if language in LANGUAGES else "en"

    @property
    def undeclared(self) -> str:
        """The one language in which the record is written and which it does not declare; nothing where it declares one."""
        found = [given["detected"] for code, given, _ in self.reading.graph.troubles if code == "language.undeclared"]
        return found[0] if len(found) == 1 and "," not in found[0] else ""

    @property
    def given(self) -> set[str]:
        """The concepts whose address the record gives already."""
        return {mapping.object for field in self.reading.term_fields() if field.gives_iri for mapping in self.reading.mappings(field)}

    def place(self, node: Node) -> str:
        """Where a node stands, for people."""
        return self.reading.document.place(node)

    def named(self, label: Mapping[str, str]) -> str:
        """A name in the language of the record, or the one there is."""
        return label.get(self.language) or label.get("en") or next(iter(label.values()), "")

    def linked(self, field: TermField, chosen: Chosen, before: str, after: str, edits: Iterable[Edit]) -> Repair:
        """A repair that writes down an accepted link."""
        code = f"{(chosen.kind if field.kind not in KINDS else field.kind) or field.kind}.iri"
        code = "keyword.iri" if code == "theme.iri" else code
        sentence = said(f"repair.{code}", words=field.words, label=chosen.label, iri=chosen.iri)
        return Repair(code, self.place(field.node), before, after, sentence, (chosen.why,), tuple(edits), ((chosen.iri, chosen.concept),))

    def declared(self, node: Node, after: str, edit: Edit) -> Repair:
        """A repair that declares the language of the record."""
        sentence = said("repair.language.undeclared", after=self.undeclared)
        return Repair("language.undeclared", self.place(node), "", after, sentence, edits=(edit,))

    def left(self, field: TermField, reason: str) -> Left:
        """A link that is not written down, and why."""
        code = f"{field.kind}.iri".replace("theme.", "keyword.")
        return Left(code, self.place(field.node), field.words, said(f"left.{reason}", words=field.words))

    def unwritten(self) -> Iterator[tuple[TermField, list[Chosen]]]:
        """The fields that have a link and give no IRI for it, each with what may be written."""
        for field in self.reading.term_fields():
            if not field.gives_iri and (chosen := self.choice.of(field, self.reading)):
                yield field, chosen


def the_one(field: TermField, chosen: list[Chosen]) -> Chosen | None:
    """The one IRI that a field can hold: of rights the licence before the access condition; none of several concepts."""
    if field.kind in KINDS:
        return only(chosen)
    return only(chosen, TermKind.LICENCE) or only(chosen, TermKind.ACCESS)


@dataclass(slots=True)
class XmlTask(Task):
    """A native in XML."""

    text: XmlText


@dataclass(slots=True)
class JsonTask(Task):
    """A native in JSON."""

    text: JsonText
