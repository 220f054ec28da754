"""The proof: consistent, no class without possible members, and every axiom heard. Each part can fail, and is counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, Triple

from kg.namespaces import DT, OWL, PROBE, RDFS, STAND_IN
from kg.ontology.expression import Axiom, Expression, Kind, named
from kg.ontology.imports import Imports
from kg.ontology.probes import probes
from kg.ontology.profile import Use
from kg.ontology.reasoner import LIMIT, Answer, Verdict, unsatisfiable_classes
from kg.ontology.theory import Theory, explain, theory

#: A class for each of our properties: things that have a value of it.
_USE: Final = PROBE + "use/"


@dataclass(frozen=True, slots=True)
class Account:
    """What became of the triples of one ontology."""

    name: str
    path: Path | None
    triples: int
    axioms: int
    annotations: int
    left_out: dict[str, int]
    not_understood: int
    expected_not_understood: int


@dataclass
class Proof:
    """What the check says.

    :param unsatisfiable: classes that cannot have members; `known` are those that are published so.
    :param unusable: our properties that nothing can have.
    :param unheard: axioms that the reasoner was given and did not hear.
    :param not_asked: axioms of kinds for which there is no probe.
    :param explanation: axioms that contradict each other, none of which can be spared.
    """

    imports: Imports
    accounts: list[Account]
    answer: Answer
    asked: int = 0
    unheard: list[Axiom] = field(default_factory=list)
    not_asked: int = 0
    unsatisfiable: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    unusable: list[str] = field(default_factory=list)
    explanation: list[Axiom] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing contradictory was found."""
        return self.answer.verdict is Verdict.CONSISTENT and not self.unsatisfiable and not self.unusable

    @property
    def gaps(self) -> list[str]:
        """Why the proof says less than it should; none where it is complete."""
        found = [f"{wanted.name}: not found ({wanted.title}; {wanted.address})" for wanted in self.imports.missing if wanted.required]
        found += [
            f"{account.name}: {account.not_understood} triples of OWL are not understood, {account.expected_not_understood} are known"
            for account in self.accounts
            if account.not_understood != account.expected_not_understood
        ]
        if self.answer.verdict is Verdict.NO_ANSWER:
            found.append(f"HermiT gave no answer: {self.answer.why}")
        if self.unheard:
            found.append(f"{len(self.unheard)} axioms were not heard by HermiT")
        return found


def prove(
    ours: dict[str, tuple[Triple, ...]], imports: Imports, limit: float = LIMIT, *, individuals: str = "", why: bool = False
) -> Proof:
    """Prove our ontologies together with those that they stand on.

    :param ours: by name; the one called `dataterra` is the ontology.
    :param individuals: the one of them that is data, whose statements about individuals are held true as well.
    :param why: look for a smallest set of axioms behind the first contradiction, which takes dozens of questions to the reasoner.
    """
    found = theory({**{name: each.triples for name, each in imports.found.items()}, **ours}, individuals=individuals)
    asked = probes(found.axioms, found.profile.uses)
    answer = unsatisfiable_classes(found.triples([*asked.axioms, *_uses(found)]), limit)
    proof = Proof(imports, _accounts(found, imports), answer, asked=len(asked.behind), not_asked=len(asked.without))
    if answer.verdict is Verdict.CONSISTENT:
        empty = answer.unsatisfiable
        proof.unheard = list(dict.fromkeys(axiom for iri, axiom in asked.behind.items() if iri not in empty))
        proof.unusable = sorted(iri.removeprefix(_USE) for iri in empty if iri.startswith(_USE))
        real = {iri for iri in empty if not iri.startswith((PROBE, STAND_IN))}
        known = {iri for each in imports.found.values() for iri in each.wanted.unsatisfiable}
        proof.unsatisfiable, proof.known = sorted(real - known), sorted(real & known)
    if why and not proof.sound and answer.verdict is not Verdict.NO_ANSWER:
        proof.explanation = explain(_with_member(found, proof), limit)
    return proof


def _with_member(found: Theory, proof: Proof) -> Theory:
    """With a member of the first class that cannot have one, where there is such a class: the axioms then contradict each other."""
    impossible = next(iter([*proof.unsatisfiable, *(f"{_USE}{iri}" for iri in proof.unusable)]), None)
    if impossible is None:
        return found
    member = Axiom(Kind.TYPE, (named(NamedNode(PROBE + "member")), named(NamedNode(impossible))), PROBE)
    return replace(found, axioms=(*found.axioms, *_uses(found), member))


def _uses(found: Theory) -> list[Axiom]:
    """For each of our properties the class of what has it; an individual or a literal."""
    uses = {iri: use for iri, use in found.profile.uses.items() if iri.startswith(str(DT)) and use is not Use.ANNOTATION}
    return [Axiom(Kind.SUBCLASS, (named(NamedNode(_USE + iri)), _having(iri, use)), PROBE) for iri, use in sorted(uses.items())]


def _having(iri: str, use: Use) -> Expression:
    prop = named(NamedNode(iri))
    return Expression("some", (prop, named(OWL.Thing if use is Use.OBJECT else RDFS.Literal)))


def _accounts(found: Theory, imports: Imports) -> list[Account]:
    reading, profile = found.reading, found.profile
    accounts = []
    for name in reading.triples:
        left_out = Counter(str(reason) for reason, axiom in profile.left_out if axiom.origin == name)
        if found.descriptions[name]:
            left_out["describes the ontology itself: its authors, files and examples"] = found.descriptions[name]
        entry = imports.found.get(name)
        accounts.append(
            Account(
                name,
                entry.path if entry else None,
                reading.triples[name],
                sum(1 for axiom in found.axioms if axiom.origin == name),
                reading.annotations[name],
                dict(left_out),
                sum(1 for origin, _ in reading.not_understood if origin == name),
                entry.wanted.not_understood if entry else 0,
            )
        )
    return accounts
