"""By what an instrument or a platform is known, and the IRIs that follow: the same identifier in two records is the same thing.

`docs/graph.md` (Things) has the kinds of identifiers in their order. Whatever could name two things is none: a serial number alone, a name,
a kind of platform, a placeholder.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from kg.crosswalk.tables import Tables
from kg.crosswalk.values import parse_doi, parse_iri, parse_ror
from kg.namespaces import BASE, DOI, ROR, digest, segment

#: A UUID of RFC 9562, which nobody gives twice; not the nil and the max UUID.
_UUID = re.compile(r"(?:urn:uuid:)?([0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})", re.IGNORECASE)
_HANDLE = re.compile(r"(?:hdl:|(?:https?://)?hdl\.handle\.net/)(\d+(?:\.\d+)*/\S+)", re.IGNORECASE)
#: WIGOS station identifier: series, issuer, issue number, local identifier (WMO-No. 1160, attachment 2.2).
_WIGOS = re.compile(r"(?:.*[/:])?(0-(\d{1,5})-\d{1,5}-([0-9A-Za-z]{1,16}))")
#: Platforms at sea have seven digits. Those of five are left out: the same number is a land station and a buoy.
_WMO = re.compile(r"[1-9]\d{6}")
#: Issuers of WIGOS identifiers whose local identifier is the WMO number of a platform at sea, or its call sign.
_MARINE_ISSUERS = frozenset({"20002", "22000"})
#: Radio Regulations of the ITU, article 19: the first one or two characters name the country, then come two to five more.
_CALL_SIGN = re.compile(r"(?:[A-Z]{2}|[A-Z]\d|\d[A-Z])[A-Z0-9]{1,5}")
#: ICES platform codes: single ships, buoys and stations.
_NVS = re.compile(
    r"(?:(?:https?://www\.seadatanet\.org/urnurl/)?SDN:C17::|https?://vocab\.nerc\.ac\.uk/collection/C17/current/)([0-9A-Z]{4})/?",
    re.IGNORECASE,
)
_GCMD = re.compile(r"(?:.*/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)
#: European Directory of Marine Environmental Research Projects (SeaDataNet).
_EDMERP = re.compile(
    r"(?:SDN:EDMERP::|https?://edmerp\.seadatanet\.org/report/|https?://www\.seadatanet\.org/urnurl/SDN:EDMERP::)(\d{1,7})/?", re.IGNORECASE
)
_OF_GCMD = re.compile(r"gcmd|global change master directory", re.IGNORECASE)
#: The number of one award: a word with a digit. Of several in one text it is not known which is meant.
_AWARD = re.compile(r"(?=\D{0,40}\d)[A-Za-z0-9][A-Za-z0-9./_:-]{3,60}")
_CODE_SPACE = re.compile(r"SDN:[A-Z0-9]+::", re.IGNORECASE)
_SERIAL_WORD = re.compile(r"(?:serial(?: ?n(?:umber|o|°)?)?|s/?n|n°)[.:#\s]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """What a record gives of a thing: identifiers, and what it is called. Texts as they stand there; empty where nothing does."""

    name: str = ""
    type: str = ""
    kind_iri: str = ""
    model: str = ""
    maker: str = ""
    serial: str = ""
    code: str = ""
    pid: str = ""
    uuid: str = ""
    wigos: str = ""
    wmo: str = ""
    call_sign: str = ""
    ref: str = ""
    thesaurus: str = ""
    award: str = ""
    funder: str = ""

    @property
    def any(self) -> bool:
        """Whether anything is given that a thing can be told by."""
        return any((self.name, self.type, self.model, self.maker, self.serial, self.code, self.ref, parse_pid(self.pid))) or any(
            (self.uuid, self.wigos, self.wmo, self.call_sign)
        )


@dataclass(frozen=True, slots=True)
class Identity:
    """The IRI of a thing by the surest of its identifiers, and the IRIs that records use which know only others of them."""

    iri: NamedNode
    others: tuple[NamedNode, ...] = ()


def identify(family: str, known: Known, tables: Tables, otherwise: str, *, named: bool = False) -> Identity:
    """The identity of a thing.

    :param family: `equipment`, `facility` or `project`.
    :param otherwise: the end of its IRI where nothing but its source tells it from others.
    :param named: whether other records of its source know it by that.
    """
    found = list(dict.fromkeys(f"{BASE}{family}/{kind}/{value}" for kind, value in _identifiers(family, known, tables)))
    if named or not found:
        found.append(f"{BASE}{family}/{otherwise}")
    first, *others = found
    return Identity(NamedNode(first), tuple(map(NamedNode, others)))


def _identifiers(family: str, known: Known, tables: Tables) -> Iterator[tuple[str, str]]:
    """Kind and value of each identifier that holds everywhere, the surest first (`kg.namespaces.THING_KEYS`)."""
    if pid := parse_pid(known.pid):
        yield "pid", digest(pid)
    wigos = _WIGOS.fullmatch(known.wigos.strip()) if family == "facility" else None
    if wigos:
        yield "wigos", segment(wigos[1])
    if uuid := _UUID.fullmatch(known.uuid.strip()):
        yield "uuid", uuid[1].lower()
    if family == "facility":
        yield from _of_platform(known, wigos, tables)
    if family == "project":
        yield from _of_project(known, tables)
    else:
        yield from _by_serial_number(known, tables)


def _of_platform(known: Known, wigos: re.Match[str] | None, tables: Tables) -> Iterator[tuple[str, str]]:
    local = wigos[3] if wigos else ""
    for text in (known.wmo.strip(), local if wigos and wigos[2] in _MARINE_ISSUERS else ""):
        if _WMO.fullmatch(text):
            yield "wmo", text
    for text in (known.call_sign.strip().upper(), local.upper() if wigos and wigos[2] == "20003" else ""):
        if _CALL_SIGN.fullmatch(text) and _meant(text, tables):
            yield "call-sign", text
    if code := _individual(known.kind_iri, tables):
        yield "register", digest(code)


def _individual(iri: str, tables: Tables) -> str:
    """The code of one single platform in a register; empty where it names a kind, or is not known to name one platform."""
    if nvs := _NVS.fullmatch(iri.strip()):
        return "C17:" + nvs[1].upper()
    gcmd = _GCMD.fullmatch(iri.strip())
    return "gcmd:" + gcmd[1].lower() if gcmd and tables.row("individual-platforms", gcmd[1]) else ""


def _of_project(known: Known, tables: Tables) -> Iterator[tuple[str, str]]:
    """Concept of GCMD or project of EDMERP, by IRI, code or short name; the number of an award with who gave it."""
    if code := _registered_project(known, tables):
        yield "register", digest(code)
    award, funder = known.award.strip(), known.funder.strip()
    if not (_AWARD.fullmatch(award) and _meant(award, tables)):
        return
    if doi := parse_doi(funder):
        yield "award", digest(DOI + doi, squeezed(award))
    elif ror := parse_ror(funder):
        yield "award", digest(ROR + ror, squeezed(award))
    if (name := squeezed(known.maker)) and _meant(name, tables):
        yield "award-name", digest(name, squeezed(award))


def _registered_project(known: Known, tables: Tables) -> str:
    """The code of a project in a register; empty where none is known. A short name counts where the list is named from which it is."""
    if edmerp := _EDMERP.fullmatch(known.kind_iri.strip()):
        return "edmerp:" + edmerp[1]
    if gcmd := _GCMD.fullmatch(known.kind_iri.strip()):
        return "gcmd:" + gcmd[1].lower() if _meant(known.code or known.name, tables) else ""
    row = tables.row("gcmd-projects", squeezed(known.code)) if _OF_GCMD.search(known.thesaurus) else None
    return "gcmd:" + row["uuid"] if row else ""


def _by_serial_number(known: Known, tables: Tables) -> Iterator[tuple[str, str]]:
    """Serial number with maker and model; without maker where the model is a designation (it has a digit) and no word like *CTD*."""
    serial = squeezed(_SERIAL_WORD.sub("", known.serial.strip(), count=1))
    model, maker = squeezed(known.model), squeezed(known.maker)
    if len(serial) < 2 or not re.search(r"[1-9]", serial) or not all(_meant(text, tables) for text in (serial, model)) or not model:
        return
    if maker and _meant(maker, tables):
        row = tables.row("makers", maker)
        yield "serial", digest(row["maker"] if row else maker, model, serial)
    if len(model) >= 3 and re.search(r"\d", model):
        yield "model-serial", digest(model, serial)


def _meant(text: str, tables: Tables) -> bool:
    """Whether a text is meant as an identifier, and is none of the words that stand where there is none."""
    return tables.row("no-identifiers", squeezed(text)) is None


def squeezed(text: str) -> str:
    """A designation without case, accents, blanks and punctuation, which catalogues write as they like.

    >>> squeezed("SDN:R27::SBE41CP") == squeezed("SBE 41-CP")
    True
    """
    plain = unicodedata.normalize("NFKD", _CODE_SPACE.sub("", text, count=1))
    return "".join(character for character in plain if character.isalnum()).casefold()


def parse_pid(text: str) -> str:
    """A persistent identifier in the one form that we compare; empty where it is none, or only the address of a resolver.

    >>> parse_pid("hdl:21.12132/3.191564170f8a4686"), parse_pid("https://hdl.handle.net/")
    ('https://hdl.handle.net/21.12132/3.191564170f8a4686', '')
    """
    text = text.strip()
    if doi := parse_doi(text):
        return DOI + doi
    if handle := _HANDLE.fullmatch(text):
        return "https://hdl.handle.net/" + handle[1]
    iri = parse_iri(text) if text else None
    path = iri.partition("//")[2].partition("/")[2] if iri and "//" in iri else (iri or "").partition(":")[2]
    return iri if iri and path.strip("/#?") else ""


#: Reads a slot by its name.
Read = Callable[[str], str]


def known_of(read: Read) -> Known:
    """What the slots of a rule give of a thing."""
    return Known(
        **{name: read(name) for name in ("name", "type", "model", "maker", "serial", "code", "pid", "wigos", "wmo", "ref")},
        **{name: read(name) for name in ("thesaurus", "award", "funder")},
        kind_iri=read("iri"),
        uuid=read("uuid"),
        call_sign=read("call_sign"),
    )
