"""The errors that people see.

DataTerraError
 ├─ ConfigError       a setting, a source.toml or a folder is not usable
 ├─ CrosswalkError    a crosswalk file is wrong
 ├─ VocabularyError   a vocabulary or an alignment file is wrong
 ├─ FetchError        an address gives no answer, or none that may be used
 ├─ ShapeError        a shapes file is wrong
 ├─ StoreError        the working store or the state cannot be used
 ├─ ReleaseError      a release is missing, held or damaged
 └─ QueryError        a query is wrong, forbidden, or past its limits
"""

from __future__ import annotations


class DataTerraError(Exception):
    """What is wrong, where, and what to do. Shown to people as it is, without a traceback.

    :param what: what is wrong, in one sentence.
    :param where: file, line, record or setting.
    :param hint: what to do about it.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what, self.where, self.hint = what, where, hint
        said = f"{where}: {what}" if where else what
        super().__init__(f"{said} ({hint})" if hint else said)


class ConfigError(DataTerraError):
    """A setting, a source description or a folder is not usable."""


class CrosswalkError(DataTerraError):
    """A crosswalk file is wrong."""


class VocabularyError(DataTerraError):
    """A vocabulary or an alignment file is wrong."""


class FetchError(DataTerraError):
    """An address gives no answer, or none that may be used."""


class ShapeError(DataTerraError):
    """A shapes file is wrong."""


class StoreError(DataTerraError):
    """The working store or the state cannot be used."""


class ReleaseError(DataTerraError):
    """A release is missing, held or damaged."""


class QueryError(DataTerraError):
    """A query is wrong, forbidden, or past its limits."""


class QueryTimeoutError(QueryError):
    """A query ran past its wall-clock limit and was stopped."""


class ResultTooLargeError(QueryError):
    """A result grew past its limit and was stopped."""
