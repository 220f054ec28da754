"""The application: every route, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from api.errors import install_handlers
from api.headers import CommonHeaders
from api.parameters import CHECK, FOREIGN, RESOURCE, SEARCH, SPARQL
from api.routes.check import check_form, check_record, mend_record
from api.routes.foreign import foreign_concept
from api.routes.health import health, ready
from api.routes.overview import overview
from api.routes.release import dump, void
from api.routes.resource import resource
from api.routes.search import search_datasets
from api.routes.sparql import query_by_get, query_by_post
from api.serving import Serving
from kg import __version__
from kg.config import Settings, settings_from_environment


@dataclass(frozen=True, slots=True)
class Route:
    """A path, who answers it, and what `/openapi.json` says of it."""

    path: str
    handler: Callable[..., Any]
    summary: str
    method: str = "GET"
    description: dict[str, Any] = field(default_factory=dict)


ROUTES: Final = (
    Route("/", overview, "The release at a glance"),
    Route("/health", health, "Whether the process answers"),
    Route("/ready", ready, "Whether a release is being served"),
    Route("/search", search_datasets, "Find data sets", description=SEARCH),
    Route("/sparql", query_by_get, "SPARQL query, service description, or the query form", description=SPARQL),
    Route("/sparql", query_by_post, "SPARQL query as a form or as the body", method="POST"),
    Route("/check", check_form, "The form that checks a record"),
    Route("/check", check_record, "What the graph would make of a record; nothing is stored", method="POST", description=CHECK),
    Route("/check/mend", mend_record, "The same record with its repairs; nothing is stored", method="POST", description=CHECK),
    Route("/concept", foreign_concept, "A concept of another vocabulary that the release holds, by its IRI", description=FOREIGN),
    Route("/.well-known/void", void, "The graph described with VoID"),
    Route("/release/{number}/dumps/{name}", dump, "A dump of a release"),
    # Last: it takes every path.
    Route("/{path:path}", resource, "Whatever an IRI of the graph names, as a page or as RDF", description=RESOURCE),
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application, for `uvicorn --factory api.app:create_app`.

    :raises ConfigError: when a setting of the environment is not usable.
    """
    app = FastAPI(
        title="Data Terra knowledge graph",
        version=__version__,
        description="One linked, validated, versioned knowledge graph from the metadata of the Data Terra poles.",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.serving = Serving(settings or settings_from_environment())
    app.add_middleware(CommonHeaders)
    install_handlers(app)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    for route in ROUTES:
        _add(app, route)
    return app


def _add(app: FastAPI, route: Route) -> None:
    """Every GET has its HEAD, which `/openapi.json` need not repeat."""
    name = route.handler.__name__
    app.add_api_route(
        route.path,
        route.handler,
        methods=[route.method],
        summary=route.summary,
        response_model=None,
        openapi_extra=route.description,
        operation_id=name,
    )
    if route.method == "GET":
        app.add_api_route(route.path, route.handler, methods=["HEAD"], response_model=None, include_in_schema=False, name=f"{name}_head")


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    await app.state.serving.pool.start()
    yield
    await app.state.serving.pool.close()
    await app.state.serving.checks.close()
