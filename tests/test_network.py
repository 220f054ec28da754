"""Nothing is fetched while records are harvested, mapped, linked, validated and published: not even what they ask for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

WorkingFolder = Any  # of tests/conftest.py

#: Runs in every Python process of the command, workers included, and notes whom they try to reach.
SITECUSTOMIZE = """
import os, sys

def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request"):
        if event != "socket.connect" or not isinstance(arguments[1], (str, bytes)):  # pipes of multiprocessing have names of files
            with open(os.environ["NOTED"], "a") as file:
                file.write(f"{event} {arguments!r}\\n")

with open(os.environ["NOTED"], "a") as file:
    file.write(f"began {os.getpid()}\\n")
sys.addaudithook(note)
"""


def noted(folder: WorkingFolder, tmp_path: Path, *arguments: object) -> list[str]:
    (tmp_path / "site").mkdir(exist_ok=True)
    (tmp_path / "site" / "sitecustomize.py").write_text(SITECUSTOMIZE)
    done = folder.run(*arguments, PYTHONPATH=tmp_path / "site", NOTED=tmp_path / "noted.txt", DATATERRA_WORKERS=2)
    assert done.returncode == 0, done.stderr
    return (tmp_path / "noted.txt").read_text().splitlines()


def test_no_process_of_a_run_over_all_samples_reaches_for_the_network(folder: WorkingFolder, examples: Path, tmp_path: Path) -> None:
    lines = noted(folder, tmp_path, "ingest", examples)
    assert len({line for line in lines if line.startswith("began")}) >= 3, "the command and its workers are watched"
    assert [line for line in lines if not line.startswith("began")] == []


def test_what_looks_for_the_network_would_see_it(folder: WorkingFolder, tmp_path: Path) -> None:
    environment = folder.environment(PYTHONPATH=tmp_path / "site", NOTED=tmp_path / "noted.txt")
    noted(folder, tmp_path, "release", "list")
    code = "import socket\ntry:\n    socket.create_connection(('127.0.0.1', 9), 0.1)\nexcept OSError:\n    pass"
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert any(line.startswith("socket.connect") for line in (tmp_path / "noted.txt").read_text().splitlines())
