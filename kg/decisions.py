"""People's decisions on links: taken down in the ledger, and carried out on exactly the records that they touch."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from kg.errors import VocabularyError
from kg.link.concepts import kind_of
from kg.link.found_in_text import key_of_words
from kg.link.ledger import NO_CONCEPT, Decisions
from kg.link.mentions import WORDS, words_iri
from kg.link.reuse import Terms, strictest
from kg.model import Iri, Mapping, MappingStatus, Term, TermKind
from kg.namespaces import BASE, OWL, PREFIXES, RDFS, SSSOM
from kg.pipeline import relink
from kg.state import State
from kg.workshop import Workshop

#: A person curated the mapping (<https://mapping-commons.github.io/semantic-mapping-vocabulary/>).
CURATED: Final = "semapv:ManualMappingCuration"
PREDICATES: Final = ("skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch")
#: Languages in which texts are read.
LANGUAGES: Final = ("en", "fr")
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]+")
_AUTHOR: Final = re.compile(r"[^\x00-\x1f@]{1,200}")


@dataclass(frozen=True, slots=True)
class Carried:
    """What a decision changed: entries that are new in the ledger, and records whose links were made anew."""

    entries: int
    records: tuple[Iri, ...]


def find_term(state: State, given: str, kind: TermKind | None = None) -> Term:
    """The term that an IRI, the end of one, or a verbatim text names.

    :raises VocabularyError: when there is none, or the text is used in several ways.
    """
    is_iri = given.startswith(BASE + "term/")
    found = list(state.find_terms([Iri(given)]).values()) if is_iri else state.terms_with_text(given, kind)
    if not found:
        raise VocabularyError(
            "no record uses this term", where=given[:200], hint="`dataterra link report` shows terms; give the text as the record has it"
        )
    if len(found) > 1:
        shown = "; ".join(f"{term.iri} ({_described(term)})" for term in found[:8])
        raise VocabularyError(f"{len(found)} terms have this text", where=given[:200], hint=f"give one by its IRI: {shown}")
    return found[0]


def _described(term: Term) -> str:
    said = (term.kind.value, term.language, term.thesaurus, term.given_iri, term.unit)
    return ", ".join(each for each in said if each)


def concept_iri(given: str) -> Iri:
    """The IRI of a concept given in full, as `prefix:name`, or as `variable/air-temperature`; `none` says that there is no concept.

    >>> concept_iri("variable/air-temperature"), concept_iri("none")
    ('https://w3id.org/dataterra/variable/air-temperature', 'https://w3id.org/sssom/NoTermFound')

    :raises VocabularyError: when it is no IRI.
    """
    if given.casefold() == "none":
        return NO_CONCEPT
    kind, slash, slug = given.partition("/")
    if slash and kind in {kind.value for kind in TermKind}:
        return Iri(f"{BASE}{kind}/{slug}")
    prefix, colon, local = given.partition(":")
    if colon and prefix in PREFIXES and not local.startswith("//"):
        return Iri(PREFIXES[prefix] + local)
    if not _IRI.fullmatch(given):
        raise VocabularyError("this is no concept", where=given[:200], hint="give its IRI, or for ours `variable/air-temperature`")
    return Iri(given)


def person(name: str) -> str:
    """The author of a decision as the ledger writes it.

    :raises VocabularyError: when the name is empty, or is a mailbox, which would be published.
    """
    name = name.strip()
    if not _AUTHOR.fullmatch(name):
        raise VocabularyError("this is no name of an author", where=name[:100], hint="give a name or an ORCID, no e-mail address")
    return name if name.startswith("person:") else f"person:{name}"


def decision(
    term: Term, concept: Iri, author: str, *, accept: bool, predicate: str = "skos:exactMatch", scope: str = "", why: str = ""
) -> Mapping:
    """A person's entry of the ledger."""
    status = MappingStatus.ACCEPTED if accept else MappingStatus.REJECTED
    return Mapping(term.iri, predicate, concept, 1.0, CURATED, author, why, scope, status)


def decisions_on_words(
    words: str, concept: Iri, author: str, *, accept: bool, languages: Sequence[str] = LANGUAGES, scope: str = "", why: str = ""
) -> list[Mapping]:
    """A person's entries on what words mean where they stand in titles and descriptions, one for each language.

    :raises VocabularyError: when no word is given.
    """
    if not key_of_words(words, languages[0]):
        raise VocabularyError("this is no word", where=words[:100], hint="give the words as they stand in the text")
    status = MappingStatus.ACCEPTED if accept else MappingStatus.REJECTED
    return [Mapping(words_iri(words, each), "skos:exactMatch", concept, 1.0, CURATED, author, why, scope, status) for each in languages]


def carry_out(shop: Workshop, entries: Sequence[Mapping]) -> Carried:
    """Append entries and make the links of the records anew that use their subjects, and of no other."""
    count = shop.state.append_mappings(entries)
    if not count:
        return Carried(0, ())
    shop.workers.own.linker.learn(entries)
    using = shop.state.records_using(dict.fromkeys(entry.subject for entry in entries))
    touched = dict.fromkeys([*using, *_records_with_words(shop, entries)])
    rows = [row for iri in touched if (row := shop.state.record(iri)) is not None and row.published]
    relink(shop, rows)
    return Carried(count, tuple(touched))


def _records_with_words(shop: Workshop, entries: Iterable[Mapping]) -> Iterator[Iri]:
    """Records in whose texts words were read that are decided on; where words are given back, all records that may have them."""
    for entry in entries:
        if entry.subject.startswith(WORDS):
            rejected = entry.status is MappingStatus.REJECTED
            rows = map(shop.state.record, _records_naming(shop, entry)) if rejected else shop.state.records()
            for row in rows:
                if row and row.iri and row.published and entry.scope in ("", row.source, row.iri):
                    yield row.iri


def _records_naming(shop: Workshop, entry: Mapping) -> Iterator[Iri]:
    """Records whose texts were read as naming the concept by the words of an entry."""
    for quad in shop.store.quads(None, OWL.annotatedTarget, NamedNode(entry.object)):
        if isinstance(quad.subject, NamedNode) and "#mention-" in quad.subject.value:
            said = [each.object for each in shop.store.quads(quad.subject, SSSOM.match_string)]
            if any(isinstance(words, Literal) and words_iri(words.value, words.language or "") == entry.subject for words in said):
                yield Iri(quad.subject.value.partition("#")[0])


def explain_mentions(linked: bytes) -> list[str]:
    """What is named in the texts of a record, from its link graph, in lines for people."""
    said: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in parse(linked, RdfFormat.N_TRIPLES):
        if isinstance(quad.subject, NamedNode) and "#mention-" in quad.subject.value and not isinstance(quad.object, Triple):
            said[quad.subject.value][quad.predicate.value] = quad.object.value
    return [
        line
        for node in said.values()
        for line in (
            f"“{node.get(SSSOM.match_string.value, '')}” in its text",
            f"  now named: {node[OWL.annotatedTarget.value]}",
            f"      confidence {node[SSSOM.confidence.value]}, in: {node[RDFS.comment.value]}",
        )
    ]


def explain(state: State, term: Term, record: str = "") -> list[str]:
    """From the verbatim text to the concept, in lines for people: every entry there was, with rule, author and time; the last holds."""
    lines = [f"“{term.text}”", f"  term: {term.iri}", f"  {_described(term)}"]
    records = state.records_using([term.iri])
    lines.append(f"  used by {len(records)} records" + (f", among them {record}" if record and Iri(record) in records else ""))
    history = state.mapping_history(term.iri)
    if not history:
        return [*lines, "  nothing was ever found for it"]
    last = {(entry.object, entry.scope): entry for entry in history}
    for entry in history:
        holds = "now" if last[entry.object, entry.scope] is entry else "was"
        where = f" in {entry.scope}" if entry.scope else ""
        lines.append(f"  {holds} {entry.status.value}{where}: {entry.predicate} {entry.object}")
        lines.append(f"      by {entry.author}, {entry.time}, confidence {entry.confidence:.3f}, {entry.justification}")
        if entry.rule:
            lines.append(f"      because: {entry.rule}")
    return lines


def entries_from(mappings: Iterable[Mapping], author: str = "") -> list[Mapping]:
    """Mappings of a set as entries of the ledger. Those without author get the given one; a tool's never become a person's.

    :raises VocabularyError: when an entry has no author and none is given.
    """
    found = []
    for mapping in mappings:
        if mapping.author:
            found.append(mapping)
        elif author:
            found.append(
                Mapping(
                    mapping.subject,
                    mapping.predicate,
                    mapping.object,
                    mapping.confidence,
                    mapping.justification,
                    author,
                    mapping.rule,
                    mapping.scope,
                    mapping.status,
                    mapping.time,
                )
            )
        else:
            raise VocabularyError("the set does not say who decided", where=mapping.subject, hint="give --author")
    return found


def terms_of_reuse(state: State, dataset: Iri) -> Terms:
    """The licence and access condition of a data set, as its records' terms are linked; of several licences none is told.

    :raises VocabularyError: when there is no such data set.
    """
    rows = [row for row in state.records_of_dataset(dataset) if row.published]
    if not rows:
        raise VocabularyError("there is no such data set", where=dataset[:200], hint="give its IRI as the graph has it")
    found: dict[str, set[str]] = {"licence": set(), "access": set()}
    for row in rows:
        terms = [use.term.iri for use in state.terms_of(row.iri or Iri(""))]
        decisions = Decisions(state.current_mappings(terms))
        for term in terms:
            for mapping in decisions.effective(term, row.source, row.iri or ""):
                kind = kind_of(mapping.object)
                if kind in (TermKind.LICENCE, TermKind.ACCESS):
                    found[kind.value].add(mapping.object)
    return Terms(dataset, found["licence"].pop() if len(found["licence"]) == 1 else "", strictest(found["access"]))
