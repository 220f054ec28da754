"""Alarms: what the graph points at was renamed, deprecated or has gone; or exact matches would make two concepts of one scheme the same.

Where a vocabulary says itself of its concepts that they are the same (QUDT of units, SWEET of classes), that is one alarm for all of
them: no mapping of ours is at fault, and nothing follows of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode, Triple

from kg.config import Settings
from kg.link.sssom import read_sssom
from kg.model import Iri, MappingStatus
from kg.namespaces import BASE, SKOS
from kg.resources import resources
from kg.state import State
from kg.vocabulary.concepts import Said, concepts_of, is_opaque
from kg.vocabulary.entailment import Matches, entailed
from kg.vocabulary.graphs import read_graph
from kg.vocabulary.lines import triples_of
from kg.vocabulary.shelves import CurrentVersion, Library

_EXACT: Final = "skos:exactMatch"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A mapping that leads to a concept: of the ledger, or a row of an alignment, with the label that the row gives."""

    subject: Iri
    predicate: str
    where: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that a person should look at.

    :param kind: `renamed`, `deprecated`, `gone`, `clash`, or `synonyms`: pairs that the vocabulary itself makes one, `now` of them.
    :param concept: what the mappings lead to; of a clash, one of the two.
    :param now: its label, successor, or the other concept of a clash.
    :param records: records that use terms which lead there.
    """

    kind: str
    vocabulary: str
    concept: str
    now: str = ""
    mappings: tuple[Pointer, ...] = ()
    records: tuple[Iri, ...] = ()


def pointers(settings: Settings, state: State | None) -> dict[str, list[Pointer]]:
    """All accepted mappings, by what they lead to."""
    found: dict[str, list[Pointer]] = defaultdict(list)
    for path in resources("mappings/alignments", "*.sssom.tsv", settings.config):
        for row in read_sssom(path.read_text("utf-8"), path.name).rows:
            if not row.get("predicate_modifier"):
                pointer = Pointer(Iri(row["subject_id"]), row["predicate_id"], path.name, row.get("object_label", ""))
                found[row["object_id"]].append(pointer)
    for mapping in state.current_mappings() if state else ():
        if mapping.status is MappingStatus.ACCEPTED:
            found[mapping.object].append(Pointer(mapping.subject, mapping.predicate, "ledger"))
    return found


def alarms(settings: Settings, library: Library, state: State | None, only: Iterable[str] = ()) -> list[Alarm]:
    """What is to be looked at, as vocabularies and mappings are now.

    :param only: ids of vocabularies; all where none is named.
    """
    wanted = set(only)
    leading = pointers(settings, state)
    found: list[Alarm] = []
    for version in library.current():
        if not wanted or version.id in wanted:
            found.extend(_of_vocabulary(version, leading, state))
    return found + ([] if wanted else list(_clashes(settings, library, leading)))


def _of_vocabulary(version: CurrentVersion, leading: dict[str, list[Pointer]], state: State | None) -> Iterator[Alarm]:
    triples = triples_of(version.lines())
    concepts, subjects = concepts_of(triples), {triple.subject.value for triple in triples if isinstance(triple.subject, NamedNode)}
    spaces = _spaces(concepts)
    for target, pointing in sorted(leading.items()):
        if (said := concepts.get(target)) is not None:
            kind, now = _judged(said, pointing)
        elif target.startswith(spaces) and target not in subjects and not is_opaque(target) and _is_of_concepts(pointing):
            kind, now = "gone", ""
        else:
            continue
        if kind:
            yield Alarm(kind, version.id, target, now, tuple(pointing), _records(state, pointing, leading))


def _is_of_concepts(pointing: list[Pointer]) -> bool:
    """Whether concepts are aligned; of the terms of ontologies the library holds classes and no properties."""
    return not all(pointer.where.startswith("ontology--") for pointer in pointing)


def _judged(said: Said, pointing: list[Pointer]) -> tuple[str, str]:
    if said.deprecated:
        return "deprecated", " ".join(sorted(said.replaced))
    labels = {text for texts in said.preferred.values() for text in texts} | {text for _, text in said.other} | said.notations
    given = {pointer.label.rpartition(" > ")[2] for pointer in pointing if pointer.label}
    if labels and given and not {*map(_folded, given)} & {*map(_folded, labels)}:
        return "renamed", " / ".join(sorted(text for texts in said.preferred.values() for text in texts))
    return "", ""


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()


def _spaces(concepts: dict[str, Said]) -> tuple[str, ...]:
    """Where the concepts of a vocabulary stand: the starts that most of its IRIs have."""
    counted: dict[str, int] = defaultdict(int)
    for iri in concepts:
        bare = iri.rstrip("/")
        counted[bare[: max(bare.rfind("/"), bare.rfind("#"), bare.rfind("_")) + 1]] += 1
    return tuple(space for space, count in counted.items() if 10 * count >= len(concepts) and space.count("/") > 2)


def _records(state: State | None, pointing: list[Pointer], leading: dict[str, list[Pointer]]) -> tuple[Iri, ...]:
    """Records that use a term which leads there, straight or by a concept of ours."""
    if state is None:
        return ()
    subjects = {pointer.subject for pointer in pointing}
    subjects |= {pointer.subject for subject in subjects for pointer in leading.get(subject, ()) if subject.startswith(BASE)}
    return tuple(sorted(state.records_using([iri for iri in subjects if "/term/" in iri])))


def _clashes(settings: Settings, library: Library, leading: dict[str, list[Pointer]]) -> Iterator[Alarm]:
    """Pairs of concepts of one scheme that alignments and vocabularies together would make one."""
    hub = {path.stem: triples_of([read_graph(path)]) for path in resources("ontology/vocabularies", "*.ttl", settings.config)}
    taken = {version.id: triples_of(version.lines()) for version in library.current()}
    stated = [triple for triples in (*hub.values(), *taken.values()) for triple in triples if triple.predicate == SKOS.exactMatch]
    stated += [
        Triple(NamedNode(pointer.subject), SKOS.exactMatch, NamedNode(target))
        for target, pointing in leading.items()
        for pointer in pointing
        if pointer.predicate == _EXACT and pointer.where != "ledger"
    ]
    matches = Matches(stated)
    for name, triples in (hub | taken).items():
        members = [triple for triple in triples if triple.predicate in (SKOS.inScheme, SKOS.exactMatch)]
        touching = matches.touching(triple.subject.value for triple in members if isinstance(triple.subject, NamedNode))
        pairs, own = entailed(members, touching).clashes if touching else (), Matches(members)
        for one, other in pairs:
            if not own.connect(one, other):
                yield Alarm("clash", name, one, other, tuple(leading.get(one, ())))
        if synonyms := [one for one, other in pairs if own.connect(one, other)]:
            yield Alarm("synonyms", name, synonyms[0], str(len(synonyms)))
