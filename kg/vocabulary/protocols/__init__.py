"""How sources are asked for a vocabulary: one protocol a file."""

from kg.vocabulary.protocols.registry import PROTOCOLS, ask

__all__ = ["PROTOCOLS", "ask"]
