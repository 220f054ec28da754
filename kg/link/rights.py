"""Licences and access conditions, read from one string (and a link) by the rules of `mappings/tables/`.

Records put licence and access condition in one field, so both are read from each. A licence is claimed only where the string names
exactly one; an access right only where the string says who may have the data. What claims nothing stays without a link.

The tables: `licences.csv` (identities), `licence-patterns.csv` (names and links, what cancels them), `licence-elements.csv` and
`licence-ports.csv` (Creative Commons), `access-patterns.csv`, `rights-nothing.csv`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from kg.link.decide import LEXICAL, is_placeholder
from kg.link.normalise import unwrap
from kg.link.tables import read_patterns, read_table
from kg.link.version import AUTHOR
from kg.model import Iri, Mapping, Term, TermKind
from kg.namespaces import BASE, EU_ACCESS_RIGHT

#: Longer texts are whole policies: what is named in them may be anything, so nothing is claimed.
LONGEST: Final = 8_000

#: Most restrictive first: of several access rights found in one string the first holds.
ACCESS_RIGHTS: Final = ("NON_PUBLIC", "RESTRICTED", "PUBLIC")

_MARKDOWN = re.compile(r"\[([^\[\]]{0,300})\]\(\s*([^\s()]{1,500})\s*\)")
_LINK = re.compile(r"(?:https?://|www\.|info:eu-repo/)[^\s<>\"'|\[\]{}]{3,500}", re.IGNORECASE)
_LEAD = re.compile(r"^(?:https?://)?(?:www\.)?")
_KEYED = re.compile(r"^[{\s]*[\"']?(?:licen[cs]e|rights|description|title|name|value)[\"']?\s*:\s*", re.IGNORECASE)
_QUOTES: Final = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "_": " ", "‑": "-"})
_BROAD_FAMILIES: Final = {
    "public-domain": ("cc0", "cc-pdm", "pddl", "us-pd", "unlicense"),
    "ogl": ("ogl-canada",),
    "bsd": ("bsd-2-clause", "bsd-3-clause"),
    "cc": ("cc-", "cc0"),
}


@dataclass(frozen=True, slots=True)
class Licence:
    """One row of `licences.csv`. Without a version it is the family."""

    family: str
    version: str
    port: str
    official: str
    concept: str

    @property
    def iri(self) -> Iri:
        """The hub concept, or the official IRI where the hub has none; may be empty for a family."""
        return Iri(f"{BASE}licence/{self.concept}" if self.concept else self.official)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a string says: a licence (or only its family, or none), an access right or none, and by which rule.

    `access` is the code of the EU table, `access_concept` the slug of the hub concept, which may be finer (an embargo).
    `state` is `identified`, `unmapped` (it says something that is no licence we know) or `not-a-licence`.
    """

    licence: Licence | None = None
    family: str = ""
    access: str = ""
    access_concept: str = ""
    state: str = "unmapped"
    licence_rule: str = ""
    access_rule: str = ""

    @property
    def official(self) -> str:
        """The official IRI of the licence, or nothing where it is not known to the version."""
        return self.licence.official if self.licence else ""


@dataclass(frozen=True, slots=True)
class _Mention:
    """A licence named at one place."""

    family: str
    version: str
    port: str
    words: str


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A string as the patterns see it: plain text without links, and the links."""

    text: str
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Naming:
    """One row of `licence-patterns.csv`."""

    family: str
    version: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _AccessRule:
    """One row of `access-patterns.csv`."""

    access: str
    concept: str
    where: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Tables:
    """The rules, compiled once a process."""

    licences: dict[tuple[str, str, str], Licence]
    versions: dict[str, tuple[str, ...]]
    by_spdx: dict[str, tuple[str, str, str]]
    names: tuple[_Naming, ...]
    links: tuple[_Naming, ...]
    cancel_before: re.Pattern[str]
    cancel_after: re.Pattern[str]
    undecided: re.Pattern[str]
    prohibits: tuple[tuple[frozenset[str], re.Pattern[str]], ...]
    about_metadata: re.Pattern[str]
    elements: tuple[tuple[str, re.Pattern[str]], ...]
    ports: dict[str, str]
    access: tuple[_AccessRule, ...]
    nothing: re.Pattern[str]


@cache
def _tables(overlay: Path | None = None) -> _Tables:
    rows = read_table("licences.csv", overlay)
    versions: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if not row["port"] and row["version"] not in versions[row["family"]]:
            versions[row["family"]].append(row["version"])
    patterns: dict[str, list[_Naming]] = defaultdict(list)
    for row, pattern in read_patterns("licence-patterns.csv", overlay):
        patterns[row["where"]].append(_Naming(row["family"], row["version"], pattern))
    return _Tables(
        licences={
            (row["family"], row["version"], row["port"]): Licence(
                row["family"], row["version"], row["port"], row["official"], row["concept"]
            )
            for row in rows
        },
        versions={family: tuple(of) for family, of in versions.items()},
        by_spdx={row["spdx"].lower(): (row["family"], row["version"], row["port"]) for row in rows if row["spdx"]},
        names=tuple(patterns["text"]),
        links=tuple(patterns["url"]),
        cancel_before=patterns["cancel-before"][0].pattern,
        cancel_after=patterns["cancel-after"][0].pattern,
        undecided=patterns["undecided"][0].pattern,
        prohibits=tuple((frozenset(rule.family.split()), rule.pattern) for rule in patterns["prohibits"]),
        about_metadata=patterns["about-metadata"][0].pattern,
        elements=tuple((row["element"], pattern) for row, pattern in read_patterns("licence-elements.csv", overlay)),
        ports={row["name"]: row["port"] for row in read_table("licence-ports.csv", overlay)},
        access=tuple(
            _AccessRule(row["access"], row["concept"], row["where"], pattern)
            for row, pattern in read_patterns("access-patterns.csv", overlay)
        ),
        nothing=re.compile("|".join(f"(?:{pattern.pattern})" for _, pattern in read_patterns("rights-nothing.csv", overlay))),
    )


def read_rights(text: str, link: str | None = None, overlay: Path | None = None) -> Reading:
    """What a rights string, with the link that the record gives beside it, says of licence and access.

    >>> read_rights("[CC BY](https://creativecommons.org/licenses/by/4.0/)").official
    'http://spdx.org/licenses/CC-BY-4.0'
    >>> read_rights("CC BY-SA 4.0", "https://creativecommons.org/licenses/by/4.0/").state
    'unmapped'
    >>> read_rights("Pas de restriction d’accès public").access
    'PUBLIC'
    """
    if len(text) > LONGEST:
        return Reading()
    tables = _tables(overlay)
    prepared = _prepare(f"{text} {link or ''}", tables)
    if _says_nothing(prepared, tables):
        return Reading(state="not-a-licence")
    mentions, rest = _mentions(prepared, tables)
    access, concept, access_rule = _access(_Prepared(rest, prepared.links), tables)
    only_access = Reading(access=access, access_concept=concept, access_rule=access_rule)
    mention = _single(mentions, prepared, tables)
    if mention is None:
        says_no_more = access and not mentions and (access != "PUBLIC" or len(prepared.text) < 160)
        return replace(only_access, state="not-a-licence") if says_no_more else only_access
    return replace(
        only_access,
        licence=_identity(mention, tables),
        family=mention.family,
        licence_rule=f"named as '{mention.words}'",
        state="identified" if mention.family != "cc" else "unmapped",
    )


def _prepare(text: str, tables: _Tables) -> _Prepared:
    """HTML, Markdown and dictionaries undone; links taken out; lower case without accents."""
    text = _MARKDOWN.sub(r" \1 \2 ", unwrap(text))
    links = tuple(_LEAD.sub("", link.rstrip(".,;:)'\"").lower()) for link in _LINK.findall(text))
    plain = _LINK.sub(" ", text)
    while (shorter := _KEYED.sub("", plain)) != plain:
        plain = shorter
    decomposed = unicodedata.normalize("NFKD", plain.translate(_QUOTES).casefold())
    plain = "".join([character for character in decomposed if not unicodedata.combining(character)])
    plain = " ".join(tables.about_metadata.sub(" ", plain).split())
    return _Prepared(plain.strip(" |{}[]()\"'.,;:!"), tuple(dict.fromkeys(links)))


def _says_nothing(prepared: _Prepared, tables: _Tables) -> bool:
    text = prepared.text
    empty = not text or is_placeholder(text) or tables.nothing.fullmatch(text) is not None
    return empty and all(tables.nothing.fullmatch(link) for link in prepared.links)


def _mentions(prepared: _Prepared, tables: _Tables) -> tuple[list[_Mention], str]:
    """The licences named, and the text with their names blanked, so that "open data" inside a name says nothing on access."""
    found = [mention for link in prepared.links if (mention := _linked(link, tables))]
    text = prepared.text
    if identity := tables.by_spdx.get(text.replace(" ", "-")):
        return [*found, _Mention(*identity, text)], ""
    for rule in tables.names:
        for match in rule.pattern.finditer(text):
            if not _is_cancelled(text, match, tables):
                found.append(_mention(rule, match, tables))
        text = rule.pattern.sub(lambda match: "\x00" * len(match.group()), text)
    return found, text.replace("\x00", " ")


def _linked(link: str, tables: _Tables) -> _Mention | None:
    for rule in tables.links:
        if match := rule.pattern.search(link):
            if "id" in rule.pattern.groupindex:
                identity = tables.by_spdx.get(match.group("id"))
                return _Mention(*identity, link) if identity else None
            return _mention(rule, match, tables)
    return None


def _is_cancelled(text: str, match: re.Match[str], tables: _Tables) -> bool:
    before = text[max(0, match.start() - 80) : match.start()].replace("\x00", "x")
    return bool(tables.cancel_before.search(before) or tables.cancel_after.match(text[match.end() :][:20]))


def _mention(rule: _Naming, match: re.Match[str], tables: _Tables) -> _Mention:
    groups = match.groupdict()
    words = groups.get("e") or ""
    parts = "".join(f"-{element}" for element, pattern in tables.elements if pattern.search(words))
    version = rule.version or (groups.get("v") or groups.get("v2") or "").replace("_", ".").replace("-", ".")
    version = f"{version}.0" if version.isdigit() else version
    port = _port(groups.get("port") or "", tables) if version != "4.0" else ""
    return _Mention(rule.family.replace("{elements}", parts), version, port, match.group().strip(" (,:")[:80])


def _port(words: str, tables: _Tables) -> str:
    words = words.strip(" -")
    return tables.ports.get(words) or tables.ports.get(words.partition(" ")[0], "")


def _single(mentions: list[_Mention], prepared: _Prepared, tables: _Tables) -> _Mention | None:
    """The one licence that all mentions name together, or nothing where they disagree, are hedged or contradict the text."""
    families = {mention.family for mention in mentions}
    specific = {family for family in families if not _is_covered(family, families)}
    if len(specific) != 1 or tables.undecided.search(prepared.text):
        return None
    family = specific.pop()
    if any(family in of and pattern.search(prepared.text) for of, pattern in tables.prohibits):
        return None
    own = [mention for mention in mentions if mention.family == family]
    versions = {mention.version for mention in own if mention.version}
    ports = {mention.port for mention in own if mention.port}
    if len(versions) > 1 or len(ports) > 1:
        return None
    return _Mention(family, next(iter(versions), ""), next(iter(ports), ""), own[0].words)


def _is_covered(family: str, families: set[str]) -> bool:
    """Whether a family is only the broader name of another that is named too ("Creative Commons", "public domain")."""
    return any(other != family and other.startswith(_BROAD_FAMILIES.get(family, ("\x00",))) for other in families)


def _identity(mention: _Mention, tables: _Tables) -> Licence | None:
    """The licence of a mention: a family of one version needs no version; a port that SPDX lacks keeps its Creative Commons link."""
    versions = tables.versions.get(mention.family, ())
    version = mention.version or (versions[0] if len(versions) == 1 else "")
    if licence := tables.licences.get((mention.family, version, mention.port)):
        return licence
    if mention.port and mention.family.startswith("cc-by") and version:
        elements = mention.family.removeprefix("cc-")
        link = f"https://creativecommons.org/licenses/{elements}/{version}/{mention.port}/"
        return Licence(mention.family, version, mention.port, link, "")
    return tables.licences.get((mention.family, "", ""))


def _access(prepared: _Prepared, tables: _Tables) -> tuple[str, str, str]:
    """Access right, hub concept and the words that say so: the most restrictive, and of these the one that says more than its code."""
    found = sorted(_access_rights(prepared, tables), key=_restriction)
    if not found:
        return "", "", ""
    rule, words = found[0]
    return rule.access, rule.concept, f"says '{words}'"


def _restriction(found: tuple[_AccessRule, str]) -> tuple[int, bool]:
    rule, _ = found
    return ACCESS_RIGHTS.index(rule.access), rule.concept == rule.access.lower().replace("_", "-")


def _access_rights(prepared: _Prepared, tables: _Tables) -> Iterator[tuple[_AccessRule, str]]:
    for rule in tables.access:
        if rule.where == "url":
            for link in prepared.links:
                if rule.pattern.search(link):
                    yield rule, link[:80]
        elif match := rule.pattern.fullmatch(prepared.text) if rule.where == "whole" else rule.pattern.search(prepared.text):
            yield rule, match.group()[:80]


@dataclass(frozen=True, slots=True)
class Rights:
    """The rules on rights as the linker uses them: from a term to mappings.

    :param overlay: a folder whose `mappings/tables/` replace tables of the same name.
    """

    overlay: Path | None = None

    def decide(self, term: Term) -> list[Mapping]:
        """Mappings of a licence or access term: to a licence, to an access right, to both, or none."""
        reading = read_rights(term.text, term.given_iri, self.overlay)
        found = []
        if reading.licence and reading.licence.iri:
            found.append(_mapping(term, reading.licence.iri, f"licence {reading.licence_rule}", 0.97 if reading.official else 0.9))
        if reading.access:
            found.append(_mapping(term, Iri(f"{BASE}access/{reading.access_concept}"), f"access: {reading.access_rule}", 0.93))
        return found

    def says_nothing(self, term: Term) -> bool:
        """Whether a string claims nothing on licence or access: a placeholder, a code-list value, template text."""
        return read_rights(term.text, term.given_iri, self.overlay).state == "not-a-licence"

    def official(self, iri: str) -> str:
        """The IRI by which the world knows a licence or access right, given our concept; an IRI of others is its own answer."""
        return _officials(self.overlay).get(iri, iri if not iri.startswith(BASE) else "")

    def kind_of_official(self, iri: str) -> TermKind | None:
        """Whether an IRI that is no concept of ours is that of a licence or of an access right.

        >>> Rights().kind_of_official("http://publications.europa.eu/resource/authority/access-right/PUBLIC")
        <TermKind.ACCESS: 'access'>
        """
        if iri.startswith(EU_ACCESS_RIGHT):
            return TermKind.ACCESS
        known = any(licence.official == iri for licence in _tables(self.overlay).licences.values())
        return TermKind.LICENCE if known or iri.startswith("https://creativecommons.org/licenses/") else None


@cache
def _officials(overlay: Path | None) -> dict[str, str]:
    licences = [licence for licence in _tables(overlay).licences.values() if licence.concept and licence.official]
    officials: dict[str, str] = {licence.iri: licence.official for licence in licences}
    return officials | {f"{BASE}access/{rule.concept}": EU_ACCESS_RIGHT + rule.access for rule in _tables(overlay).access}


def _mapping(term: Term, target: Iri, rule: str, confidence: float) -> Mapping:
    return Mapping(term.iri, "skos:exactMatch", target, confidence, LEXICAL, AUTHOR, rule)
