"""Vocabularies: reading, writing, checking and comparing them."""
