"""`agent: dcat:contactPoint` — a person or an organisation with a role."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from kg.crosswalk.blocks.block import Context, Slots
from kg.crosswalk.document import Node
from kg.crosswalk.values import parse_iri, parse_orcid, parse_ror
from kg.namespaces import BASE, DCAT, DCT, FOAF, ORCID, ORG, OWL, PROV, RDF, ROR, VCARD, XSD, expand

#: Roles in which the organisation answers, and not the person that is named with it (DCAT-AP: publisher is an organisation).
_ORGANISATION_FIRST = frozenset({DCT.publisher, DCT.rightsHolder})


@dataclass(frozen=True, slots=True)
class _Party:
    """What a native says of one person and organisation."""

    person: str
    organisation: str
    orcid: str | None
    ror: str | None
    url: str
    email: str
    #: other identifiers that can be resolved (EDMO, ISNI, Crossref Funder): of the person where one is named, and of the organisation
    pids_of_person: tuple[str, ...] = ()
    pids_of_organisation: tuple[str, ...] = ()


class AgentBlock:
    """Slots: `person`, `organisation`, `role`, `orcid`, `ror`, `url`, `email`, `pid` (identifiers among which an ORCID or a ROR may be).

    What stands in `orcid`, `ror` or `pid` and is another identifier that can be resolved is kept as `dct:identifier`.

    Each role is looked up in `mappings/tables/roles.csv`; the target is the property where it is not found there.
    """

    SLOTS = frozenset({"person", "organisation", "role", "orcid", "ror", "url", "email", "pid"})

    def run(self, target: str, slots: Slots, context: Context, node: Node) -> NamedNode | None:
        agent = None
        for role in slots.strings("role", context, node) or [""]:
            agent = self._in_role(role, target, _party(slots, context, node), context) or agent
        return agent

    def _in_role(self, role: str, target: str, party: _Party, context: Context) -> NamedNode | None:
        row = context.tables.row("roles", role) if role else None
        predicate = NamedNode(expand(row["property"] if row and row["property"] else target))
        agent = _agent(context, party, predicate)
        if agent is None:
            return None
        context.graph.add(context.subject, predicate, agent)
        if row and row["role_iri"]:
            _attribute(context, agent, NamedNode(row["role_iri"]))
        return agent


def _party(slots: Slots, context: Context, node: Node) -> _Party:
    orcid, ror, other = (slots.strings(name, context, node) for name in ("orcid", "ror", "pid"))
    graph = context.graph
    person = graph.name(slots.string("person", context, node))
    return _Party(
        person,
        graph.name(slots.string("organisation", context, node)),
        parse_orcid(" ".join(orcid or other)),
        parse_ror(" ".join(ror or other)),
        slots.string("url", context, node),
        slots.string("email", context, node),
        _other_pids(orcid + other if person else orcid),
        _other_pids(ror if person else ror + other),
    )


def _other_pids(texts: list[str]) -> tuple[str, ...]:
    web = [text for text in texts if text.startswith(("http://", "https://")) and not parse_orcid(text) and not parse_ror(text)]
    return tuple(iri for text in web if (iri := parse_iri(text)))


def _agent(context: Context, party: _Party, predicate: NamedNode) -> NamedNode | None:
    organisation = _organisation(context, party) if party.organisation or party.ror else None
    person = _person(context, party, organisation) if party.person or party.orcid else None
    agent = organisation if predicate in _ORGANISATION_FIRST and organisation else person or organisation
    if agent is not None and predicate == DCAT.contactPoint:
        _contact(context, agent, party)
    return agent


def _organisation(context: Context, party: _Party) -> NamedNode:
    graph = context.graph
    agent = (
        NamedNode(f"{BASE}agent/ror/{party.ror}")
        if party.ror
        else graph.resource("agent/organisation", " ".join(party.organisation.casefold().split()))
    )
    _name(context, agent, FOAF.Organization, party.organisation, ROR + party.ror if party.ror else None, party.pids_of_organisation)
    if party.url and not party.person and (url := graph.iri(party.url)):
        graph.add(agent, FOAF.homepage, url)
    return agent


def _person(context: Context, party: _Party, organisation: NamedNode | None) -> NamedNode:
    graph = context.graph
    agent = (
        NamedNode(f"{BASE}agent/orcid/{party.orcid}")
        if party.orcid
        else NamedNode(f"{graph.resource(f'agent/person/{graph.source}', ' '.join(party.person.casefold().split())).value}")
    )
    _name(context, agent, FOAF.Person, party.person, ORCID + party.orcid if party.orcid else None, party.pids_of_person)
    if organisation:
        graph.add(agent, ORG.memberOf, organisation)
    return agent


def _name(context: Context, agent: NamedNode, kind: NamedNode, name: str, pid: str | None, others: tuple[str, ...]) -> None:
    graph = context.graph
    graph.add(agent, RDF.type, kind)
    if name or pid:
        graph.add(agent, FOAF.name, Literal(name or str(pid)))
    if pid:
        graph.add(agent, DCT.identifier, Literal(pid, datatype=XSD.anyURI))
        graph.add(agent, OWL.sameAs, NamedNode(pid))
    for other in others:
        graph.add(agent, DCT.identifier, Literal(other, datatype=XSD.anyURI))


def _contact(context: Context, agent: NamedNode, party: _Party) -> None:
    graph = context.graph
    graph.add(agent, RDF.type, VCARD.Kind)
    if name := party.person or party.organisation:
        graph.add(agent, VCARD.fn, Literal(name))
    mailbox = party.email.removeprefix("mailto:").strip()
    local, at, domain = mailbox.partition("@")
    if at and not party.person and graph.functional(local):
        try:
            graph.add(agent, VCARD.hasEmail, NamedNode(f"mailto:{local}@{domain}"))
        except ValueError:
            return


def _attribute(context: Context, agent: NamedNode, role: NamedNode) -> None:
    graph = context.graph
    attribution = graph.part("attribution")
    graph.add(context.subject, PROV.qualifiedAttribution, attribution)
    graph.add(attribution, RDF.type, PROV.Attribution)
    graph.add(attribution, PROV.agent, agent)
    graph.add(attribution, DCAT.hadRole, role)
