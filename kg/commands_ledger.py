"""The commands `dataterra link candidates|accept|reject|explain|export|import|suggest`: people's part in linking."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click
from rich.console import Console

from kg.config import Settings, settings_from_environment
from kg.decisions import (
    PREDICATES,
    Carried,
    carry_out,
    concept_iri,
    decision,
    decisions_on_words,
    entries_from,
    explain,
    explain_mentions,
    find_term,
    person,
    terms_of_reuse,
)
from kg.errors import VocabularyError
from kg.link.confidence import read_confidence
from kg.link.reuse import combined, read_policies, told
from kg.link.sssom import mappings_from_rows, read_sssom, write_sssom
from kg.link.suggest import checked, suggest
from kg.model import Iri, MappingStatus, TermKind
from kg.namespaces import BASE
from kg.pipeline import recover
from kg.processing import vocabulary_file
from kg.resources import resources
from kg.state import GraphTexts, State
from kg.workshop import Workshop

output = Console(highlight=False, width=None if sys.stdout.isatty() else 160)

#: Our metadata, mappings among them, may be used without condition.
_LICENCE: Final = "https://creativecommons.org/publicdomain/zero/1.0/"
_KIND = click.option("--kind", type=click.Choice([kind.value for kind in TermKind]), help="Only terms of this kind.")
_AUTHOR = click.option("--author", metavar="NAME", help="Who decides; otherwise the name of the account.")
_SCOPE = click.option("--scope", default="", metavar="ID|IRI", help="Only in this source or record; otherwise everywhere.")
_IN_TEXT = click.option("--in-text", is_flag=True, help="TERM are words in titles and descriptions, and no term of a record.")
_WHY = click.option("--why", default="", help="The reason, kept with the decision.")


@click.command("candidates")
@_KIND
@click.option("--limit", default=30, show_default=True, type=int, help="Terms that are shown.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def candidates_command(kind: str | None, limit: int, as_json: bool) -> None:
    """Show the terms that wait for a decision, those first whose decision unlocks most records, with what is proposed.

    \b
    Example:
      dataterra link candidates --kind variable --limit 5
    """
    with State(settings_from_environment().state, writing=False) as state:
        uses = state.proposed_terms(TermKind(kind) if kind else None, limit)
        proposals = {
            use.term.iri: [m for m in state.current_mappings([use.term.iri]) if m.status is MappingStatus.PROPOSED] for use in uses
        }
    if as_json:
        rows = [
            {"term": use.term.iri, "text": use.term.text, "kind": use.term.kind, "records": use.records}
            | {
                "proposed": [
                    {"concept": m.object, "confidence": m.confidence, "predicate": m.predicate, "rule": m.rule}
                    for m in proposals[use.term.iri]
                ]
            }
            for use in uses
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for use in uses:
        output.print(f"{use.records} records: {use.term.kind} “{use.term.text[:120]}” {use.term.iri}", markup=False, soft_wrap=True)
        for mapping in sorted(proposals[use.term.iri], key=lambda mapping: -mapping.confidence)[:5]:
            said = f"    {mapping.confidence:.2f} {mapping.predicate} {mapping.object} ({mapping.rule})"
            output.print(said, markup=False, soft_wrap=True)


def _decide(given: str, concepts: tuple[str, ...], kind: str | None, author: str | None, in_text: bool, **values: Any) -> None:
    settings = settings_from_environment()
    who = person(author or getpass.getuser())
    objects = [concept_iri(concept) for concept in concepts]
    with Workshop(settings) as shop:
        recover(shop)
        if in_text:
            values.pop("predicate", None)
            _print_carried(carry_out(shop, [each for concept in objects for each in decisions_on_words(given, concept, who, **values)]))
            return
        term = find_term(shop.state, given, TermKind(kind) if kind else None)
        _print_carried(carry_out(shop, [decision(term, concept, who, **values) for concept in objects]))


def _print_carried(done: Carried) -> None:
    if not done.entries:
        output.print("nothing is new: the ledger holds this decision already")
    else:
        output.print(
            f"{done.entries} decisions taken down, links of {len(done.records)} records made anew; `dataterra publish` makes them public"
        )


@click.command("accept")
@click.argument("term")
@click.argument("concepts", nargs=-1, required=True)
@_KIND
@_AUTHOR
@_SCOPE
@_WHY
@_IN_TEXT
@click.option(
    "--predicate", type=click.Choice(PREDICATES), default="skos:exactMatch", show_default=True, help="How the term stands to the concept."
)
def accept_command(
    term: str, concepts: tuple[str, ...], kind: str | None, author: str | None, scope: str, why: str, in_text: bool, predicate: str
) -> None:
    """Decide that a term (its text or IRI) means concepts (IRIs, or variable/air-temperature); `none` says that it means nothing.

    A person's decision holds over every tool's. The records that use the term are linked again, and no others. With --in-text it takes a
    rejection of words back, or says that they mean `none`.

    \b
    Example:
      dataterra link accept 'Golfe de Gascogne' none --author 'A. Curator' --why 'a place'
    """
    _decide(term, concepts, kind, author, in_text, accept=True, predicate=predicate, scope=scope, why=why)


@click.command("reject")
@click.argument("term")
@click.argument("concepts", nargs=-1, required=True)
@_KIND
@_AUTHOR
@_SCOPE
@_WHY
@_IN_TEXT
def reject_command(term: str, concepts: tuple[str, ...], kind: str | None, author: str | None, scope: str, why: str, in_text: bool) -> None:
    """Decide that a term does not mean concepts. It is remembered: no tool links them again.

    With --in-text: words in titles and descriptions do not name concepts, everywhere or in the source or record that --scope names.
    `dataterra link explain RECORD` shows which words were read.

    \b
    Example:
      dataterra link reject 'Golfe de Gascogne' theme/atmosphere --author 'A. Curator'
      dataterra link reject radar instrument/radars --in-text --author 'A. Curator'
    """
    _decide(term, concepts, kind, author, in_text, accept=False, scope=scope, why=why)


@click.command("explain")
@click.argument("term")
@_KIND
def explain_command(term: str, kind: str | None) -> None:
    """Show why a term (text or IRI), or each term of a record (IRI), is linked as it is: every decision, with rule, author and time.

    \b
    Example:
      dataterra link explain 'Golfe de Gascogne'
    """
    settings, mentions = settings_from_environment(), list[str]()
    with State(settings.state, writing=False) as state:
        if term.startswith(BASE + "record/"):
            terms = [use.term for use in state.terms_of(Iri(term))]
            mentions = _mentions_of(settings, Iri(term))
            if not terms and not mentions:
                raise VocabularyError(
                    "this record uses no term, or is not there", where=term[:200], hint="give its IRI as the graph has it"
                )
        else:
            terms = [find_term(state, term, TermKind(kind) if kind else None)]
        for each in terms:
            for line in explain(state, each, term):
                output.print(line, markup=False, soft_wrap=True)
    for line in mentions:
        output.print(line, markup=False, soft_wrap=True)


def _mentions_of(settings: Settings, record: Iri) -> list[str]:
    if not settings.graph_texts.exists():
        return []
    with GraphTexts(settings.graph_texts, writing=False) as texts:
        found = texts.get(record)
        return explain_mentions(found.linked) if found else []


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, writable=True))
@click.option("--people", is_flag=True, help="Only what people decided.")
def export_command(file: Path, people: bool) -> None:
    """Write the ledger's current entries as SSSOM/TSV, rejections included; `dataterra link import` reads them back without loss.

    \b
    Example:
      dataterra link export decisions.sssom.tsv --people
    """
    with State(settings_from_environment().state, writing=False) as state:
        mappings = [m for m in state.current_mappings() if not people or m.author.startswith("person:")]
        terms = state.find_terms(list(dict.fromkeys(mapping.subject for mapping in mappings)))
    metadata: dict[str, object] = {
        "mapping_set_id": BASE + "mappings/ledger",
        "license": _LICENCE,
        "mapping_set_title": "Mapping ledger of Data Terra",
    }
    file.write_text(write_sssom(mappings, metadata, {iri: term.text for iri, term in terms.items()}), encoding="utf-8")
    output.print(f"{len(mappings)} entries written")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--author", metavar="NAME", help="Author of rows that name none.")
def import_command(file: Path, author: str | None) -> None:
    """Take the decisions of an SSSOM/TSV file into the ledger, and link the records again that they touch.

    \b
    Example:
      dataterra link import decisions.sssom.tsv
    """
    found = read_sssom(file.read_text(encoding="utf-8"), file.name)
    entries = entries_from(mappings_from_rows(found.rows, file.name), person(author) if author else "")
    with Workshop(settings_from_environment()) as shop:
        recover(shop)
        _print_carried(carry_out(shop, entries))


@click.command("suggest")
@click.argument("subject")
@click.argument("target")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, writable=True))
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    multiple=True,
    help="Alignments that the proposals must not contradict.",
)
@click.option("--limit", default=3, show_default=True, type=int, help="Proposals for one concept.")
def suggest_command(subject: str, target: str, file: Path, against: tuple[Path, ...], limit: int) -> None:
    """Propose, as SSSOM, which concepts of one vocabulary stand for those of another; nothing is accepted.

    A vocabulary is a thesaurus of ours (variable, theme...), an imported one by its name, or a SKOS file.

    \b
    Example:
      dataterra link suggest theme variable proposals.sssom.tsv
    """
    settings = settings_from_environment()
    one, other = vocabulary_file(settings, subject), vocabulary_file(settings, target)
    proposals = suggest(one, other, read_confidence(settings.config), limit)
    kept, refused = checked(proposals, one, other, against)
    metadata: dict[str, object] = {
        "mapping_set_id": f"{BASE}mappings/{quote(Path(subject).name)}--{quote(Path(target).name)}",
        "license": _LICENCE,
        "mapping_set_title": f"Proposals from {subject} to {target}",
    }
    file.write_text(
        write_sssom([each.mapping for each in kept], metadata, {each.mapping.subject: each.label for each in kept}), encoding="utf-8"
    )
    output.print(f"{len(kept)} proposals for {len({each.mapping.subject for each in kept})} concepts written to {file}")
    for reason, count in sorted(refused.items()):
        output.print(f"  left out: {count} {reason}")


@click.command("conditions")
@click.argument("datasets", nargs=-1, required=True)
@click.option("--lang", type=click.Choice(["en", "fr"]), default="en", show_default=True, help="Language of the answer.")
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")
def conditions_command(datasets: tuple[str, ...], lang: str, as_json: bool) -> None:
    """Show under which conditions data sets (IRIs) may be reused together: what their licences allow, demand and prohibit.

    \b
    Example:
      dataterra link conditions https://w3id.org/dataterra/dataset/aeris/002390ab-4189-5f08-baa6-837b0414d1e0 --lang fr
    """
    settings = settings_from_environment()
    thesaurus = next(iter(resources("ontology/vocabularies", "licence.ttl", settings.config)))
    with State(settings.state, writing=False) as state:
        found = combined([terms_of_reuse(state, Iri(each)) for each in datasets], read_policies(thesaurus))
    if as_json:
        click.echo(
            json.dumps({name: getattr(found, name) for name in found.__slots__} | {"open": found.is_open}, ensure_ascii=False, indent=1)
        )
        return
    for line in told(found, lang):
        output.print(line, markup=False, soft_wrap=True)


#: What `dataterra link` takes from here.
LEDGER_COMMANDS = (
    accept_command,
    candidates_command,
    conditions_command,
    explain_command,
    export_command,
    import_command,
    reject_command,
    suggest_command,
)
