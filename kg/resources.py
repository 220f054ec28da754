"""Where the data files are: ontology, mappings and shapes, in the wheel or in the checkout, with an overlay."""

from __future__ import annotations

from pathlib import Path

from kg.errors import ConfigError

_PACKAGED = Path(__file__).parent / "data"
_CHECKOUT = Path(__file__).parent.parent


def resource(path: str, overlay: Path | None = None) -> Path:
    """A data file or folder such as `shapes/dataset.ttl`: in the overlay, in the wheel, or in the checkout.

    :raises ConfigError: when it is in none of them.
    """
    roots = [root for root in (overlay, _PACKAGED, _CHECKOUT) if root is not None]
    for root in roots:
        if (root / path).exists():
            return root / path
    raise ConfigError(f"the data file {path} is missing", hint="reinstall dataterra-kg, or run from a complete checkout")


def resources(folder: str, pattern: str, overlay: Path | None = None) -> list[Path]:
    """All files of a folder that fit a pattern, sorted by name; a file of the overlay replaces the one of the same name."""
    found: dict[str, Path] = {}
    for root in (_CHECKOUT, _PACKAGED, overlay):
        if root is not None:
            found.update({path.name: path for path in (root / folder).glob(pattern)})
    return [found[name] for name in sorted(found)]
