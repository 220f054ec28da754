"""The version of the rules of linking: raise it when they change, and every term is decided anew."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.5"

#: Beginning of the author of every entry that linking makes in the ledger, whatever its version.
AUTHOR_PREFIX: Final = "tool:dataterra-link/"
AUTHOR: Final = AUTHOR_PREFIX + VERSION
