"""`/health` and `/ready`: for whoever keeps the service running."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from api.negotiation import JSON
from api.serving import serving
from kg import __version__

_NEVER_CACHED = {"Cache-Control": "no-store"}


def health(request: Request) -> Response:
    """The process answers."""
    return _answer({"status": "ok", "version": __version__})


def ready(request: Request) -> Response:
    """A release is there and can be read; otherwise the answer is the error of `api.errors`."""
    served = serving(request).current()
    return _answer({"status": "ready", "version": __version__, "release": served.release.number, "datasets": served.index.num_datasets})


def _answer(content: dict[str, object]) -> Response:
    return Response(orjson.dumps(content), headers=_NEVER_CACHED, media_type=JSON.media_type)
