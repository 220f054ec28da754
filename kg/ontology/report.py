"""What the check found, for people and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kg.namespaces import STAND_IN, compact
from kg.ontology.expression import Axiom, Expression
from kg.ontology.proof import Account, Proof
from kg.ontology.reasoner import Verdict
from kg.ontology.terms import Terms

_LISTED = 20


def as_text(proof: Proof, terms: Terms) -> str:
    """The report as lines of text; the verdict stands last."""
    return "\n".join([*_imports(proof), "", *_reasoning(proof), "", *_terms(terms), "", *_verdict(proof, terms)])


def _imports(proof: Proof) -> Iterator[str]:
    yield f"{'ontology':<18}{'triples':>8}{'axioms':>8}{'notes':>8}{'left out':>10}{'not read':>10}  file"
    for account in proof.accounts:
        left = sum(account.left_out.values())
        file = account.path.name if account.path else "(ours)"
        counts = f"{account.triples:>8}{account.axioms:>8}{account.annotations:>8}{left:>10}{account.not_understood:>10}"
        yield f"{account.name:<18}{counts}  {file}"
    for wanted in proof.imports.missing:
        yield f"{wanted.name:<18}not found{'' if wanted.required else ' (not required)'}: {wanted.title}, {wanted.address}"
    for name, path in proof.imports.left_aside:
        yield f"{name:<18}left aside for a fuller file: {path}"
    for path, why in proof.imports.unreadable:
        yield f"not readable: {path}: {why}"
    reasons = sum((Counter(account.left_out) for account in proof.accounts), Counter[str]())
    yield "left out, as OWL 2 DL cannot take it:"
    yield from (f"  {count:>5}  {reason}" for reason, count in reasons.most_common())


def _reasoning(proof: Proof) -> Iterator[str]:
    if proof.answer.verdict is Verdict.CONSISTENT:
        heard = proof.asked - len(proof.unheard)
        yield f"HermiT: consistent; {heard} of {proof.asked} questions about single axioms show that it heard them"
        yield f"  {proof.not_asked} axioms cannot be asked for (datatype definitions, disjoint properties, keys)"
    else:
        yield f"HermiT: {proof.answer.verdict}{': ' + proof.answer.why if proof.answer.why else ''}"
    yield from (f"  not heard: {axiom_text(axiom)} ({axiom.origin})" for axiom in proof.unheard[:_LISTED])
    yield from (f"  cannot have members: {compact(iri)}" for iri in proof.unsatisfiable)
    yield from (f"  nothing can have it: {compact(iri)}" for iri in proof.unusable)
    if proof.explanation:
        yield "  because of all of these together:"
    yield from (f"    {axiom_text(axiom)} ({axiom.origin})" for axiom in proof.explanation)
    yield from (f"  cannot have members, as is known of it: {compact(iri)}" for iri in proof.known)


def _terms(terms: Terms) -> Iterator[str]:
    yield f"terms used and not defined: {len(terms.undefined)}"
    yield from (f"  {curie}: {', '.join(files[:3])}{' ...' if len(files) > 3 else ''}" for curie, files in terms.undefined.items())
    yield f"terms of ours that are not used: {', '.join('dt:' + name for name in terms.unused) or 'none'}"
    if terms.unknown:
        yield "not looked up, as the vocabulary is not at hand: " + ", ".join(
            f"{prefix} ({count})" for prefix, count in terms.unknown.items()
        )


def _verdict(proof: Proof, terms: Terms) -> Iterator[str]:
    yield from (f"not complete: {gap}" for gap in proof.gaps)
    if not proof.sound and proof.answer.verdict is not Verdict.NO_ANSWER:
        yield "NOT SOUND"
    elif proof.gaps:
        yield "NOT PROVED"
    else:
        yield "sound" if terms.sound else "sound, but for the terms that are not defined"


def axiom_text(axiom: Axiom) -> str:
    """An axiom in one line, close to Manchester syntax."""
    return f"{axiom.kind.value}: {', '.join(expression_text(part) for part in axiom.parts)}"


def expression_text(expression: Expression) -> str:
    """An expression in Manchester syntax <https://www.w3.org/TR/owl2-manchester-syntax/>, names as CURIEs.

    >>> from kg.namespaces import DCAT
    >>> from kg.ontology.expression import named
    >>> expression_text(Expression("not", (named(DCAT.Resource),)))
    'not dcat:Resource'
    """
    if expression.node is not None:
        return compact(expression.iri.removeprefix(STAND_IN)) if expression.iri else str(expression.node)
    inner = [f"({expression_text(part)})" if part.operator in ("and", "or") else expression_text(part) for part in expression.parts]
    if expression.operator in ("and", "or"):
        return f" {expression.operator} ".join(inner)
    if expression.operator == "chain":
        return " o ".join(inner)
    if expression.operator in ("not", "inverse"):
        return f"{expression.operator} {inner[0]}"
    number = f" {expression.number}" if expression.operator in ("min", "max", "exactly") else ""
    return f"{inner[0]} {expression.operator}{number} {' '.join(inner[1:])}".rstrip()


def as_json(proof: Proof, terms: Terms) -> dict[str, object]:
    """The same for programs."""
    return {
        "sound": proof.sound and terms.sound,
        "complete": not proof.gaps,
        "gaps": proof.gaps,
        "verdict": proof.answer.verdict.value,
        "unsatisfiable": proof.unsatisfiable,
        "unsatisfiable_as_known": proof.known,
        "unusable_properties": proof.unusable,
        "explanation": [axiom_text(axiom) for axiom in proof.explanation],
        "asked": proof.asked,
        "not_heard": [axiom_text(axiom) for axiom in proof.unheard],
        "not_asked": proof.not_asked,
        "ontologies": {account.name: _account(account) for account in proof.accounts},
        "not_found": {wanted.name: wanted.address for wanted in proof.imports.missing},
        "undefined_terms": terms.undefined,
        "unused_terms": terms.unused,
        "not_looked_up": terms.unknown,
    }


def _account(account: Account) -> dict[str, object]:
    return {
        "file": account.path.name if account.path else None,
        "triples": account.triples,
        "axioms": account.axioms,
        "annotations": account.annotations,
        "left_out": account.left_out,
        "not_understood": account.not_understood,
    }
