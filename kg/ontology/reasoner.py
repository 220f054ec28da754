"""HermiT, as owlready2 carries it, in a process that is killed past its time.

Its command line is asked, and not owlready2's own model of an ontology, which drops what it has no class for. <http://www.hermit-reasoner.com/>
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pyoxigraph import RdfFormat, Triple, serialize

from kg.namespaces import OWL

#: Seconds and megabytes that one question may take.
LIMIT: Final = 900
_MEMORY: Final = 2000
_MAIN: Final = "org.semanticweb.HermiT.cli.CommandLine"
_ENTITY: Final = re.compile(r"^\s+(?:<([^>]+)>|owl:Nothing)\s*$", re.MULTILINE)
_LONGEST_MESSAGE: Final = 600


class Verdict(StrEnum):
    """What came of a question."""

    CONSISTENT = "consistent"
    INCONSISTENT = "inconsistent"
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What HermiT says.

    :param unsatisfiable: classes that cannot have members.
    :param why: why there is no answer.
    """

    verdict: Verdict
    unsatisfiable: frozenset[str] = frozenset()
    why: str = ""


def missing_part() -> str:
    """What the reasoner needs and does not find; empty where it can run."""
    if shutil.which("java") is None:
        return "there is no Java (the command java); on Debian: apt-get install default-jre-headless"
    if not _jar().is_file():
        return "the package owlready2, which carries HermiT, is not installed"
    return ""


def _jar() -> Path:
    spec = find_spec("owlready2")
    return Path(spec.origin or "").parent / "hermit" / "HermiT.jar" if spec else Path("HermiT.jar")


def is_consistent(triples: Iterable[Triple], limit: float = LIMIT) -> Answer:
    """Whether anything can be as the axioms say."""
    answer = _ask(triples, "-k", limit)
    return answer if isinstance(answer, Answer) else _consistency(answer)


def unsatisfiable_classes(triples: Iterable[Triple], limit: float = LIMIT) -> Answer:
    """Whether anything can be as the axioms say, and which classes cannot have members."""
    answer = _ask(triples, "-U", limit)
    if isinstance(answer, Answer):
        return answer
    if "equivalent to 'owl:Nothing'" not in answer:
        return Answer(Verdict.NO_ANSWER, why=answer[-_LONGEST_MESSAGE:])
    found = {match[1] for match in _ENTITY.finditer(answer) if match[1]}
    if OWL.Thing.value in found or "\towl:Thing" in answer:
        return Answer(Verdict.INCONSISTENT)
    return Answer(Verdict.CONSISTENT, frozenset(found))


def _consistency(said: str) -> Answer:
    if "is satisfiable" in said:
        return Answer(Verdict.CONSISTENT)
    if "is not satisfiable" in said or "is unsatisfiable" in said:
        return Answer(Verdict.INCONSISTENT)
    return Answer(Verdict.NO_ANSWER, why=said[-_LONGEST_MESSAGE:])


def _ask(triples: Iterable[Triple], option: str, limit: float) -> Answer | str:
    if why := missing_part():
        return Answer(Verdict.NO_ANSWER, why=why)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ontology.nt"
        with path.open("wb") as file:
            serialize(triples, file, RdfFormat.N_TRIPLES)
        jar = _jar()
        command = ["java", f"-Xmx{_MEMORY}M", "-cp", f"{jar.parent}{os.pathsep}{jar}", _MAIN, option, path.as_uri()]
        return _run(command, limit)


def _run(command: list[str], limit: float) -> Answer | str:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)  # noqa: S603
    seconds = max(1, round(limit)) * (os.cpu_count() or 1)
    resource.prlimit(process.pid, resource.RLIMIT_CPU, (seconds, seconds))  # where this process is killed, nobody ends the other one
    try:
        said, wrong = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return Answer(Verdict.NO_ANSWER, why=f"HermiT did not answer within {limit:.0f} seconds")
    if "InconsistentOntologyException" in wrong:
        return Answer(Verdict.INCONSISTENT)
    if process.returncode != 0 or "Exception" in wrong:
        return Answer(Verdict.NO_ANSWER, why=wrong.strip()[:_LONGEST_MESSAGE] or f"HermiT ended with code {process.returncode}")
    return said
