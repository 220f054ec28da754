"""What stands around a term: the pole of its source, the record's other terms. It decides between namesakes, and accepts nothing alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Context:
    """Where a term was met.

    :ivar pole: as `Source.pole` writes it, or nothing.
    :ivar others: texts of the record's other terms.
    :ivar is_title: the text is the title of a record and no term.
    """

    pole: str = ""
    others: tuple[str, ...] = ()
    is_title: bool = False
