"""Public SPARQL queries against a release, in processes that can be killed.

SPARQL 1.1 Query <https://www.w3.org/TR/sparql11-query/>. A query runs in a worker process with a wall-clock limit, a memory
limit and a limit on its result; past one of them the worker is killed and replaced, and nothing else waits for it.
"""

from kg.endpoint.pool import Answer, QueryBusyError, QueryMemoryError, QueryNotAcceptableError, QueryPool, QuerySyntaxError
from kg.endpoint.text import QueryRefusedError
from kg.endpoint.worker import Query

__all__ = [
    "Answer",
    "Query",
    "QueryBusyError",
    "QueryMemoryError",
    "QueryNotAcceptableError",
    "QueryPool",
    "QueryRefusedError",
    "QuerySyntaxError",
]
