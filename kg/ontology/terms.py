"""Terms that are used and defined nowhere, and terms of ours that are defined and used nowhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Triple

from kg.namespaces import PREFIXES
from kg.resources import resources

#: Where terms are written, by folder and pattern of file names.
_PLACES: Final = (
    ("ontology", "*.ttl"),
    ("ontology/vocabularies", "*.ttl"),
    ("shapes", "*.ttl"),
    ("mappings/crosswalks", "*.yaml"),
    ("mappings/alignments", "*.tsv"),
)
#: `dt:platform` in Turtle, YAML and SPARQL; `DT.platform` and `DT["platform"]` in the code.
_CURIE: Final = re.compile(r"(?<![\w:/<-])([a-z]+):([A-Za-z_][\w-]*)(?![\w/:])")
_ATTRIBUTE: Final = re.compile(r"\b([A-Z]+)(?:\.([A-Za-z_]\w*)|\[\"([A-Za-z_]\w*)\"\])")
#: What a crosswalk reads of a native is named as the native names it, however wrongly.
_NATIVE: Final = re.compile(r"^[\s-]*from:.*$", re.MULTILINE)
#: Vocabularies that are read by the check alone; their terms are values and not part of the model.
_OURS: Final = PREFIXES["dt"]
_SYNTAX: Final = {"xsd", "owl", "rdf", "rdfs"}


@dataclass(frozen=True)
class Terms:
    """What was found.

    :param undefined: CURIE to the files that use it, where the vocabulary is at hand and does not define it.
    :param unused: our terms that no other file and no other term of the ontology uses.
    :param unknown: prefixes whose vocabulary is not at hand, with the number of their terms in use.
    """

    undefined: dict[str, list[str]]
    unused: list[str]
    unknown: dict[str, int]

    @property
    def sound(self) -> bool:
        """Whether every term that can be looked up is defined."""
        return not self.undefined


def check_terms(ours: Iterable[Triple], imported: Iterable[Triple], overlay: Path | None = None) -> Terms:
    """Hold the terms in ontology, shapes, crosswalks, alignments and code against the vocabularies that define them."""
    known = list(ours)
    defined = _defined(known, imported)
    used = _used(overlay)
    undefined: dict[str, list[str]] = {}
    unknown: dict[str, set[str]] = defaultdict(set)
    for (prefix, name), files in sorted(used.items()):
        if prefix not in defined:
            unknown[prefix].add(name)
        elif name not in defined[prefix]:
            undefined[f"{prefix}:{name}"] = sorted(files)
    pointed = {t.object.value.removeprefix(_OURS) for t in known if isinstance(t.object, NamedNode) and t.object != t.subject}
    elsewhere = {name for (prefix, name), files in used.items() if prefix == "dt" and files != {"ontology/dataterra.ttl"}}
    return Terms(undefined, sorted(defined["dt"] - elsewhere - pointed), {prefix: len(found) for prefix, found in sorted(unknown.items())})


def _defined(ours: Iterable[Triple], imported: Iterable[Triple]) -> dict[str, set[str]]:
    """Local names by prefix, of vocabularies that describe at least one term of their own."""
    found: dict[str, set[str]] = defaultdict(set)
    for triple in (*ours, *imported):
        if isinstance(triple.subject, NamedNode):
            for prefix, start in PREFIXES.items():
                if triple.subject.value.startswith(start) and len(triple.subject.value) > len(start):
                    found[prefix].add(triple.subject.value[len(start) :])
    return {prefix: names for prefix, names in found.items() if prefix not in _SYNTAX and len(names) >= _FEWEST}


#: A file that says something of fewer terms of a vocabulary uses it, and does not define it.
_FEWEST: Final = 5


def _used(overlay: Path | None) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, path in _files(overlay):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".yaml":
            text = _NATIVE.sub("", text)
        pattern = _ATTRIBUTE if path.suffix == ".py" else _CURIE
        for match in pattern.finditer(text):
            prefix, local = match[1].lower(), next(part for part in match.groups()[1:] if part)
            if prefix in PREFIXES and prefix not in _SYNTAX:
                found[prefix, local].add(name)
    return found


def _files(overlay: Path | None) -> Iterator[tuple[str, Path]]:
    for folder, pattern in _PLACES:
        for path in resources(folder, pattern, overlay):
            yield f"{folder}/{path.name}", path
    code = Path(__file__).parent.parent
    for path in sorted(code.rglob("*")):
        if path.suffix in (".py", ".rq") and "data" not in path.relative_to(code).parts[:1]:
            yield f"kg/{path.relative_to(code).as_posix()}", path
