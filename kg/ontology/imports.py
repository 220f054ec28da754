"""The ontologies that ours stands on, found in folders by what their files say they are."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from kg.errors import ConfigError, VocabularyError
from kg.formats import RDF_FORMATS, format_of_extension
from kg.namespaces import OWL, RDF, RDFS
from kg.resources import resource

#: Files above this are data, not an ontology that ours stands on.
_LARGEST: Final = 4_000_000
_MANIFEST: Final = "ontology/imports.toml"
OURS: Final = "dataterra"


@dataclass(frozen=True, slots=True)
class Wanted:
    """An ontology that ours stands on, as `ontology/imports.toml` describes it."""

    name: str
    title: str
    iris: tuple[str, ...]
    address: str
    required: bool
    unsatisfiable: tuple[str, ...] = ()
    not_understood: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A file that holds one of them."""

    wanted: Wanted
    path: Path
    triples: tuple[Triple, ...]


@dataclass
class Imports:
    """What was found, what was not, and which files could not be read or were left aside for a fuller one."""

    found: dict[str, Found] = field(default_factory=dict)
    missing: list[Wanted] = field(default_factory=list)
    unreadable: list[tuple[Path, str]] = field(default_factory=list)
    left_aside: list[tuple[str, Path]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every ontology is there without which the proof says little."""
        return not any(wanted.required for wanted in self.missing)


def wanted_ontologies(overlay: Path | None = None) -> list[Wanted]:
    """The manifest.

    :raises ConfigError: when it cannot be read.
    """
    path = resource(_MANIFEST, overlay)
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        return [_wanted(name, table) for name, table in tables.items()]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ConfigError(
            f"this is no list of ontologies: {error}", where=str(path), hint="each has title, iris, address, required"
        ) from error


def _wanted(name: str, table: dict[str, object]) -> Wanted:
    lists = {key: tuple(map(str, value)) for key in ("iris", "unsatisfiable") if isinstance(value := table.get(key, []), list)}
    count = table.get("not_understood", 0)
    return Wanted(
        name,
        str(table["title"]),
        lists["iris"],
        str(table["address"]),
        bool(table["required"]),
        lists["unsatisfiable"],
        count if isinstance(count, int) else 0,
    )


def find_imports(paths: Iterable[Path], overlay: Path | None = None) -> Imports:
    """Read the ontologies that are in files and folders.

    :raises ConfigError: when a path is not there, or the manifest cannot be read.
    """
    wanted = wanted_ontologies(overlay)
    by_iri = {_plain(iri): each for each in wanted for iri in each.iris}
    imports = Imports()
    for path in _files(paths):
        try:
            quads = _quads(path)
        except (SyntaxError, OSError, VocabularyError) as error:
            imports.unreadable.append((path, str(error)))
            continue
        names = {by_iri[iri].name: by_iri[iri] for iri in _claims(quads) if iri in by_iri}
        if len(names) == 1:
            _keep(imports, Found(next(iter(names.values())), path, tuple(dict.fromkeys(quad.triple for quad in quads))))
    imports.missing = [each for each in wanted if each.name not in imports.found]
    return imports


def _keep(imports: Imports, found: Found) -> None:
    """Of several files that hold one ontology, the one that says most."""
    name, other = found.wanted.name, imports.found.get(found.wanted.name)
    if other is None or len(other.triples) < len(found.triples):
        imports.found[name] = found
    if other is not None:
        imports.left_aside.append((name, found.path if imports.found[name] is other else other.path))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = (each for each in sorted(path.rglob("*")) if each.is_file() and not each.name.startswith("."))
            yield from (each for each in inside if _format(each) and each.stat().st_size <= _LARGEST)
        elif path.is_file():
            yield path
        else:
            raise ConfigError("there is no such file or folder", where=str(path), hint="--imports names folders with ontologies")


def _format(path: Path) -> RdfFormat | None:
    entry = format_of_extension(path.suffix.removeprefix("."), RDF_FORMATS)
    return entry.rdf if entry else None


def _quads(path: Path) -> list[Quad]:
    form = _format(path)
    if form is None:
        raise VocabularyError("the ending of the name is none of RDF")
    return list(parse(path=path, format=form, base_iri=path.resolve().as_uri()))


def _claims(quads: list[Quad]) -> set[str]:
    """IRIs of the ontologies that a file says it holds: typed as such, or its graph's name, else what most of its terms are defined by."""
    typed = {
        quad.subject.value
        for quad in quads
        if quad.predicate == RDF.type and quad.object == OWL.Ontology and isinstance(quad.subject, NamedNode)
    }
    graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}
    if not typed and not graphs:
        defined = Counter(quad.object.value for quad in quads if quad.predicate == RDFS.isDefinedBy and isinstance(quad.object, NamedNode))
        return {_plain(iri) for iri, _ in defined.most_common(1)}
    return {_plain(iri) for iri in typed | graphs}


def _plain(iri: str) -> str:
    return iri.rstrip("#/")
