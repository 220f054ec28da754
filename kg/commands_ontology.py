"""The commands `dataterra ontology`: is the ontology sound, together with those that it stands on?"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import click
import orjson
from pyoxigraph import RdfFormat, Triple, parse, serialize

from kg.config import Settings, settings_from_environment
from kg.errors import ConfigError, FetchError, VocabularyError
from kg.fetch import Fetcher
from kg.formats import JSON_LD, TURTLE
from kg.namespaces import PREFIXES
from kg.ontology.documentation import document, read_examples
from kg.ontology.fetching import fetch_ontology
from kg.ontology.imports import OURS, find_imports, wanted_ontologies
from kg.ontology.pages import write_pages
from kg.ontology.proof import prove
from kg.ontology.reasoner import LIMIT
from kg.ontology.report import as_json, as_text
from kg.ontology.terms import check_terms
from kg.resources import resource

#: How the report calls what `--with` adds.
_MORE: Final = "(added)"


@click.group("ontology")
def ontology_group() -> None:
    """Check the ontology, and document it.

    \b
    Example:
      dataterra ontology check --imports ontologies
    """


@ontology_group.command("check")
@click.option(
    "--imports",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Folder or file with the ontologies that ours stands on, in any RDF format; otherwise ontologies/ in the working folder.",
)
@click.option(
    "--with",
    "more",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Turtle that is held true as well.",
)
@click.option("--why", is_flag=True, help="Look for the axioms behind the first contradiction; this takes minutes.")
@click.option("--limit", default=LIMIT, show_default=True, type=click.IntRange(1), help="Seconds that the reasoner may take.")
@click.option("--json", "with_json", is_flag=True, help="Print all of it as JSON.")
def check_command(folders: tuple[Path, ...], more: tuple[Path, ...], why: bool, limit: int, with_json: bool) -> None:
    """Prove that the ontology is consistent together with DCAT, SOSA/SSN, PROV, ORG, OWL-Time, I-ADOPT, SKOS and the others it stands on.

    Says which of them were found, what of their axioms a reasoner can take, whether it heard each of them, which classes cannot have
    members, and which terms are defined nowhere or never used. The exit code is 3 where something is wrong, or the proof is not complete.
    HermiT needs Java.

    \b
    Example:
      dataterra ontology check --imports ontologies
    """
    settings = settings_from_environment()
    imports = find_imports(folders or _default(settings), settings.config)
    ours = {OURS: _triples(resource("ontology/dataterra.ttl", settings.config))}
    ours["disjoint"] = _triples(resource("ontology/disjoint.ttl", settings.config))
    if more:
        ours[_MORE] = tuple(triple for path in more for triple in _triples(path))
    terms = check_terms(ours[OURS], [triple for each in imports.found.values() for triple in each.triples], settings.config)
    proof = prove(ours, imports, limit, individuals=_MORE, why=why)
    click.echo(orjson.dumps(as_json(proof, terms), option=orjson.OPT_INDENT_2) if with_json else as_text(proof, terms))
    sys.exit(0 if proof.sound and not proof.gaps and terms.sound else 3)


def _default(settings: Settings) -> tuple[Path, ...]:
    folder = settings.var / "ontologies"
    return (folder,) if folder.is_dir() else ()


def _triples(path: Path) -> tuple[Triple, ...]:
    try:
        return tuple(quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE))
    except SyntaxError as error:
        raise VocabularyError("this is not Turtle", where=f"{path}: {error}", hint="mend the file at that place") from error


@ontology_group.command("fetch")
@click.argument("names", nargs=-1)
def fetch_command(names: tuple[str, ...]) -> None:
    """Bring the ontologies that ours stands on from where they are published into ontologies/ of the working folder; all without NAMES.

    What cannot be had is said, and what was there before stays. The exit code is 3 where one is missing that the proof needs.

    \b
    Example:
      dataterra ontology fetch && dataterra ontology check
    """
    settings = settings_from_environment()
    wanted = wanted_ontologies(settings.config)
    unknown = set(names) - {each.name for each in wanted}
    if unknown:
        raise ConfigError(f"no such ontology: {', '.join(sorted(unknown))}", hint=f"known are {', '.join(each.name for each in wanted)}")
    folder, lacking = settings.var / "ontologies", False
    with Fetcher(private=settings.private_addresses) as fetcher:
        for each in wanted:
            if names and each.name not in names:
                continue
            try:
                click.echo(f"{each.name:<18}{fetch_ontology(fetcher, each, folder, settings.config)}")
            except (FetchError, VocabularyError) as error:
                click.echo(f"{each.name:<18}not fetched: {error}")
                lacking |= each.required
    sys.exit(3 if lacking else 0)


@ontology_group.command("doc")
@click.option(
    "--out", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("ontology-doc"), show_default=True, help="Folder."
)
def doc_command(folder: Path) -> None:
    """Write the documentation of the ontology: a page in English, one in French, and the ontology as Turtle and JSON-LD.

    The pages need neither scripts nor network. The same is served at /ontology.

    \b
    Example:
      dataterra ontology doc --out ontology-doc
    """
    settings = settings_from_environment()
    source = resource("ontology/dataterra.ttl", settings.config)
    triples = _triples(source)
    folder.mkdir(parents=True, exist_ok=True)
    for form in (TURTLE, JSON_LD):
        (folder / f"ontology.{form.extension}").write_bytes(serialize(triples, format=form.rdf, prefixes=PREFIXES) or b"")
    formats = [(form.label, f"ontology.{form.extension}") for form in (TURTLE, JSON_LD)]
    for path in write_pages(document(triples, read_examples(settings.config)), folder, _style(), formats):
        click.echo(path)


def _style() -> str:
    """The style sheet of the served pages."""
    spec = find_spec("api")
    return (Path(next(iter(spec.submodule_search_locations or ()))) / "static" / "style.css").read_text("utf-8") if spec else ""
