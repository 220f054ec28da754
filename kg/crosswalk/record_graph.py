"""The graph that one record becomes: triples without repetition or blank nodes, and the problems found on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urljoin

from pyoxigraph import Literal, NamedNode

from kg.crosswalk.geometry import Place
from kg.crosswalk.mailboxes import EMAIL, Functional, iri_without_mailboxes, without_mailboxes
from kg.crosswalk.places import Here, Places
from kg.crosswalk.prose import Prose, languages_of_records, settled
from kg.crosswalk.values import LONGEST_TEXT, clean_line, clean_text, parse_iri
from kg.model import Problem, Severity, Term
from kg.namespaces import BASE, DCT, DT, RDF, RDFS, digest, is_thing
from kg.text.characters import repaired, tidy
from kg.text.language import Detector
from kg.text.plain import plain_text

#: Texts of several paragraphs.
_PARAGRAPHS = frozenset({DCT.description, DT.purpose, RDFS.comment})


class RecordGraph:
    """Collects what a crosswalk says of one record.

    :param record: IRI of the record, whose parts get fragment IRIs.
    :param dataset: IRI of what the record describes.
    :param tag_of: BCP 47 tag of a language as a native writes it (`fre`, `French`), or `None`.
    :param functional: whether the part of an e-mail address before the `@` names a function and not a person.
    """

    def __init__(
        self,
        source: str,
        identifier: str,
        location: str,
        record: NamedNode,
        dataset: NamedNode,
        tag_of: Callable[[str], str | None],
        functional: Functional,
    ) -> None:
        self.source, self.identifier, self.location = source, identifier, location
        self.record, self.dataset = record, dataset
        #: language of texts whose language the native does not say, as a BCP 47 tag
        self.language: str | None = None
        #: the language in which the record surely is where it declares another one: what has no language of its own has none then
        self.found_language: str | None = None
        #: address from which relative addresses in the native are meant
        self.base = ""
        self.tag_of, self.functional = tag_of, functional
        self.problems: list[Problem] = []
        self._reported: set[Problem] = set()
        #: the rule that is being carried out: what is found wrong stands in what it read
        self.here: Here | None = None
        self._places = Places()
        self.terms: dict[str, Term] = {}
        #: the boxes stated so far: what polygons of the same native are compared with
        self.boxes: list[Place] = []
        #: as lines of N-Triples: making a triple and hashing it takes twice the time
        self._lines: set[str] = set()
        self._parts: Counter[str] = Counter()
        self._prose: list[Prose] = []
        #: in which languages the texts are by which declarations, once it was looked
        self._languages: dict[str | None, str | None] | None = None

    def add(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> None:
        """State one triple."""
        self._lines.add(f"{subject} {predicate} {value} .\n")

    def text(self, subject: NamedNode, predicate: NamedNode, text: str, language: str | None, *, lines: bool = False) -> None:
        """State a text as it is meant (`kg.text`), unless it is empty. Titles and descriptions wait for `settle_languages`."""
        lines = lines or predicate in _PARAGRAPHS
        text = clean_text(tidy(self._repaired(plain_text(text[: 2 * LONGEST_TEXT]))))
        text = text if lines else clean_line(text)
        if not text:
            return
        main = subject == self.dataset and predicate in (DCT.title, DCT.description)
        if not (main or lines):
            self.add(subject, predicate, self.literal(text, language))
            return
        given = self.tag_of(language) if language else None
        self._prose.append(Prose(subject, predicate, self.redacted(text), given or self.language, given is not None, main, self.here))

    def _repaired(self, text: str) -> str:
        mended = repaired(text)
        if mended != text:
            start = next(index for index, (one, other) in enumerate(zip(text + "\0", mended + "\0", strict=False)) if one != other)
            around = slice(max(0, start - 20), start + 20)
            self.problem("text.encoding", Severity.INFORMATION, wrong=text[around].strip(), right=mended[around].strip())
        return mended

    def language_found(self, detector: Detector) -> str | None:
        """The language in which title and description are, where it is surely not the one that the record declares."""
        self._languages = languages_of_records(self._prose, detector)
        found = self._languages.get(self.language) if self.language else None
        return found if found != self.language else None

    def settle_languages(self, detector: Detector) -> None:
        """State the titles and descriptions, each in its language."""
        unsaid: dict[str, None] = {}
        records = languages_of_records(self._prose, detector) if self._languages is None else self._languages
        for each, language in zip(self._prose, settled(self._prose, records, detector), strict=True):
            self.here = each.here
            if each.declared is None and language:
                unsaid[language] = None
            elif language != each.declared:
                values = {"text": each.text, "declared": str(each.declared), "detected": str(language)}
                self.problem("language.detected", Severity.INFORMATION, **values)
            elif self.found_language and not each.by_itself and not detector.fits(each.text, str(each.declared)):
                language = None
            text = Literal(each.text, language=language) if language else Literal(each.text)
            self.add(each.subject, each.predicate, text)
            if each.predicate == DCT.title and is_thing(each.subject.value):
                self.add(each.subject, RDFS.label, text)  # as the things have one that records of data sets name
        if unsaid:
            self.problem("language.undeclared", Severity.INFORMATION, detected=", ".join(unsaid))
        self._prose.clear()

    @property
    def inherited_language(self) -> str | None:
        """The language of what has none of its own: that which the record declares, unless it is surely in another."""
        return None if self.found_language else self.language

    def literal(self, text: str, language: str | None) -> Literal:
        """A literal with a language tag where the language is known; e-mail addresses of persons are taken out."""
        tag = (self.tag_of(language) if language else None) or self.inherited_language
        text = self.redacted(text)
        return Literal(text, language=tag) if tag else Literal(text)

    def redacted(self, text: str) -> str:
        """The text without e-mail addresses of persons."""
        return without_mailboxes(text, self.functional)

    def name(self, text: str) -> str:
        """The name of a person or organisation, without e-mail addresses of any kind."""
        return EMAIL.sub("", clean_line(text)).strip(" ,;<>()") if "@" in text else clean_line(text)

    def iri(self, text: str, where: str = "") -> NamedNode | None:
        """The node of an IRI that a native gives, or `None` and a problem where it is none that may be followed."""
        given = parse_iri(text) or (parse_iri(urljoin(self.base, text.strip())) if self.base else None)
        if given is None or given.startswith(BASE + ".well-known/relative/"):
            self.problem("iri.invalid", Severity.WARNING, where, iri=text)
            return None
        harmless = iri_without_mailboxes(given, self.functional)
        if harmless != given:
            self.problem("iri.mailbox", Severity.WARNING, where, iri=text)
        try:
            return NamedNode(harmless) if harmless else None
        except ValueError:
            self.problem("iri.invalid", Severity.WARNING, where, iri=text)
            return None

    def part(self, name: str) -> NamedNode:
        """IRI of the next part of this kind, numbered by its place in the native."""
        self._parts[name] += 1
        return NamedNode(f"{self.record.value}#{name}-{self._parts[name]}")

    def resource(self, path: str, *key: str | None) -> NamedNode:
        """IRI of a thing that records share, by the hash of what it is known by."""
        return NamedNode(f"{BASE}{path}/{digest(*key)}")

    def term(self, subject: NamedNode, term: Term) -> NamedNode:
        """State that the subject uses a source term, and what the term is; returns its node."""
        iri = term.iri
        node = NamedNode(iri)
        self.add(subject, DT.sourceTerm, node)
        self.add(self.dataset, DT.sourceTerm, node)
        if iri in self.terms:
            return node
        self.terms[iri] = term
        self.add(node, RDF.type, DT.SourceTerm)
        self.add(node, DT.termKind, Literal(term.kind.value))
        self.add(node, RDF.value, Literal(term.text, language=term.language) if term.language else Literal(term.text))
        for predicate, value in ((DT.thesaurus, term.thesaurus), (DT.unit, term.unit)):
            if value:
                self.add(node, predicate, Literal(self.redacted(value)))
        if term.given_iri and (given := self.iri(term.given_iri)):
            self.add(node, DT.givenIri, given)
        return node

    def problem(self, code: str, severity: Severity, where: str = "", **values: str) -> None:
        """Report a problem, at what the rule has read where no place is given; the sentences are in `mappings/tables/problems.yaml`."""
        cut = tuple((name, value[:200]) for name, value in sorted(values.items()))
        problem = Problem(code, severity, self.source, self.identifier, self.location, where, cut)
        if problem not in self._reported:
            self._reported.add(problem)
            place = where or (self._places.of(self.here, values.values()) if self.here else "")
            self.problems.append(replace(problem, where=place))

    def triples(self) -> bytes:
        """All triples as sorted N-Triples lines."""
        return "".join(sorted(self._lines)).encode()
