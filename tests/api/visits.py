"""What a person sees who visits pages."""

from __future__ import annotations

import httpx


def page(visitor: httpx.Client, path: str, language: str = "en") -> str:
    """A page that is there, in a language."""
    answer = visitor.get(f"/{path}", headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.status_code == 200
    return answer.text
