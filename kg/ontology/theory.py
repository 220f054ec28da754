"""All that the reasoner is told: our ontology with those that it stands on, and what may be asked of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Triple

from kg.ontology.expression import Axiom, Kind
from kg.ontology.profile import Profile, in_profile
from kg.ontology.reading import Reading, names, read_axioms
from kg.ontology.reasoner import LIMIT, Verdict, is_consistent
from kg.ontology.writing import Writer

#: Axioms about individuals.
INDIVIDUAL: Final = (Kind.TYPE, Kind.STATEMENT, Kind.SAME, Kind.DIFFERENT)


@dataclass(frozen=True)
class Theory:
    """Ontologies as axioms that OWL 2 DL allows.

    What the ontologies say of individuals is kept where a class is defined with them (units, days of the week); the rest describes
    the ontologies themselves, their authors and files.

    :param descriptions: statements about individuals that are left out, by ontology.
    """

    reading: Reading
    profile: Profile
    axioms: tuple[Axiom, ...]
    descriptions: Mapping[str, int]

    def triples(self, more: Iterable[Axiom] = (), only: Iterable[Axiom] | None = None) -> list[Triple]:
        """What the reasoner reads."""
        writer = Writer(self.profile.uses, self.profile.datatypes)
        return list(writer.triples([*(self.axioms if only is None else only), *more]))


def theory(ontologies: Mapping[str, Iterable[Triple]], *, individuals: str = "") -> Theory:
    """Read ontologies together.

    :param individuals: the name of one that is data: what it says of individuals is what the question is about, and is kept whole.
    """
    reading = read_axioms(ontologies)
    profile = in_profile(reading, individuals)
    defining = {each.iri for axiom in profile.axioms if axiom.kind not in INDIVIDUAL for each in names(axiom.parts)}
    kept, descriptions = [], dict.fromkeys(ontologies, 0)
    for axiom in profile.axioms:
        if axiom.kind not in INDIVIDUAL or axiom.origin == individuals or axiom.parts[0].iri in defining:
            kept.append(axiom)
        else:
            descriptions[axiom.origin] += 1
    return Theory(reading, profile, tuple(kept), descriptions)


def explain(found: Theory, limit: float = LIMIT, ask: Callable[[Theory, Sequence[Axiom]], Verdict] | None = None) -> list[Axiom]:
    """A smallest set of axioms that contradict each other; none where all are consistent.

    QuickXplain (Junker 2004): halves are left out while the rest stays contradictory, so that thousands of axioms take dozens of questions.
    """

    def contradictory(axioms: Sequence[Axiom]) -> bool:
        verdict = ask(found, axioms) if ask else is_consistent(found.triples(only=axioms), limit).verdict
        return verdict is Verdict.INCONSISTENT

    if not contradictory(found.axioms):
        return []
    return _smallest([], False, list(found.axioms), contradictory)


def _smallest(background: list[Axiom], added: bool, axioms: list[Axiom], contradictory: Callable[[Sequence[Axiom]], bool]) -> list[Axiom]:
    if added and contradictory(background):
        return []
    if len(axioms) == 1:
        return axioms
    half = len(axioms) // 2
    first, second = axioms[:half], axioms[half:]
    needed_of_second = _smallest(background + first, True, second, contradictory)
    needed_of_first = _smallest(background + needed_of_second, bool(needed_of_second), first, contradictory)
    return needed_of_first + needed_of_second
