"""Releases: immutable, numbered publications of the whole graph."""

from kg.release.difference import RecordDifference, ReleaseDifference, difference, record_difference
from kg.release.manifest import LAYOUT_VERSION, Counts, Manifest
from kg.release.records import RecordLine, read_records
from kg.release.releases import Hold, Release, Releases
from kg.release.staged import StagedRelease

__all__ = [
    "LAYOUT_VERSION",
    "Counts",
    "Hold",
    "Manifest",
    "RecordDifference",
    "RecordLine",
    "Release",
    "ReleaseDifference",
    "Releases",
    "StagedRelease",
    "difference",
    "read_records",
    "record_difference",
]
