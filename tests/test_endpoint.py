"""Public SPARQL in processes that can be killed: limits, refusals, recovery. Real processes on a real store."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.config import Settings
from kg.endpoint import Query, QueryMemoryError, QueryNotAcceptableError, QueryPool, QueryRefusedError, QuerySyntaxError
from kg.endpoint.text import refuse_forbidden
from kg.errors import QueryTimeoutError, ResultTooLargeError

JSON, TURTLE = "application/sparql-results+json", "text/turtle"
HOSTILE = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def a_store(folder: Path, subject: str = "s", size: int = 2000) -> str:
    working = Store(str(folder / "working"))
    working.extend(
        Quad(NamedNode(f"http://example.org/{subject}{n}"), NamedNode("http://example.org/p"), Literal(str(n))) for n in range(size)
    )
    working.backup(str(folder / "store"))
    return str(folder / "store")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    return a_store(tmp_path_factory.mktemp("release"))


def settings(**given: float) -> Settings:
    return Settings(**{"sparql_seconds": 10.0, "sparql_processes": 2, **given})  # type: ignore[arg-type]


def with_pool(job: Callable[[QueryPool], Awaitable[None]], **given: float) -> None:
    async def run() -> None:
        pool = QueryPool(settings(**given))
        await pool.start()
        try:
            await job(pool)
        finally:
            await pool.close()

    asyncio.run(run())


async def ask(pool: QueryPool, text: str, store: str, solutions: str = JSON, triples: str = TURTLE) -> bytes:
    answer = await pool.run(Query(text, store, solutions, triples))
    try:
        return b"".join([chunk async for chunk in answer.chunks()])
    finally:
        await answer.close()


def test_quick_queries_go_on_beside_hostile_ones_and_those_are_killed_in_time(store: str) -> None:
    async def job(pool: QueryPool) -> None:
        hostile = asyncio.create_task(ask(pool, HOSTILE, store))
        await asyncio.sleep(0.1)
        quick = [json.loads(await ask(pool, f"ASK {{ ?s ?p '{n}' }}", store)) for n in range(20)]
        assert [answer["boolean"] for answer in quick] == [True] * 20
        assert not hostile.done()
        with pytest.raises(QueryTimeoutError):
            await hostile
        assert b"true" in await ask(pool, "ASK {}", store)

    with_pool(job, sparql_seconds=3)


def test_a_query_that_takes_too_much_memory_ends_and_the_pool_recovers(store: str) -> None:
    async def job(pool: QueryPool) -> None:
        with pytest.raises(QueryMemoryError):
            await ask(pool, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f", store)
        assert b"true" in await ask(pool, "ASK {}", store)

    with_pool(job, sparql_memory=300_000_000, sparql_seconds=30, sparql_processes=1)


def test_a_result_past_its_limit_is_an_error_and_not_half_an_answer(store: str) -> None:
    async def job(pool: QueryPool) -> None:
        with pytest.raises(ResultTooLargeError):
            await ask(pool, "SELECT * { ?a ?b ?c . ?d ?e ?f }", store)
        assert len(await ask(pool, "SELECT * { ?a ?b ?c } LIMIT 10", store)) < 50_000

    with_pool(job, sparql_bytes=50_000)


def test_a_long_result_is_streamed_and_its_late_failure_raises(store: str) -> None:
    async def job(pool: QueryPool) -> None:
        answer = await pool.run(Query("SELECT * { ?a ?b ?c . ?d ?e ?f }", store, JSON, TURTLE))
        assert not answer.complete
        received = 0
        with pytest.raises(ResultTooLargeError):
            async for chunk in answer.chunks():
                received += len(chunk)
        await answer.close()
        assert 1_000_000 <= received <= 3_000_000

    with_pool(job, sparql_bytes=3_000_000)


def test_an_answer_that_is_given_up_frees_its_worker(store: str) -> None:
    async def job(pool: QueryPool) -> None:
        task = asyncio.create_task(ask(pool, HOSTILE, store))
        await asyncio.sleep(0.3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        half = await pool.run(Query("SELECT * { ?a ?b ?c . ?d ?e ?f }", store, JSON, TURTLE))
        await half.close()
        assert b"true" in await ask(pool, "ASK {}", store)

    with_pool(job, sparql_processes=1)


def test_the_next_query_sees_the_next_release(store: str, tmp_path: Path) -> None:
    async def job(pool: QueryPool) -> None:
        probe = "ASK { <http://example.org/new1> ?p ?o }"
        newer = a_store(tmp_path, subject="new", size=3)
        assert b"false" in await ask(pool, probe, store)
        assert b"true" in await ask(pool, probe, newer)

    with_pool(job, sparql_processes=1)


def test_errors_say_where(store: str) -> None:
    async def job(pool: QueryPool) -> None:
        with pytest.raises(QuerySyntaxError) as wrong:
            await ask(pool, "SELECT *\n{ ?s ?p }", store)
        assert wrong.value.line == 2
        assert wrong.value.column in (9, 10)
        with pytest.raises(QueryNotAcceptableError):
            await ask(pool, "ASK {}", store, solutions="")
        assert b"true" in await ask(pool, "ASK {}", store)

    with_pool(job, sparql_processes=1)


def test_the_dataset_of_the_protocol(tmp_path: Path) -> None:
    working = Store(str(tmp_path / "working"))
    for graph in "ab":
        working.add(Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal(graph), NamedNode(f"http://e/{graph}")))
    working.backup(str(tmp_path / "store"))

    async def values(pool: QueryPool, text: str, **dataset: tuple[str, ...]) -> list[str]:
        answer = await pool.run(Query(text, str(tmp_path / "store"), JSON, TURTLE, **dataset))
        await answer.close()
        return sorted(row["o"]["value"] for row in json.loads(answer.content)["results"]["bindings"])

    async def job(pool: QueryPool) -> None:
        plain, named = "SELECT ?o { ?s ?p ?o }", "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"
        assert await values(pool, plain, default_graphs=("http://e/a",)) == ["a"]
        assert await values(pool, named, default_graphs=("http://e/a",)) == []
        assert await values(pool, named, named_graphs=("http://e/b",)) == ["b"]
        assert await values(pool, plain, named_graphs=("http://e/b",)) == []
        assert await values(pool, named) == ["a", "b"]

    with_pool(job, sparql_processes=1)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> {} }",
        "SELECT * { service SILENT ?x {} }",
        "SELECT * { SERVICEex:remote{} }",
        "SELECT * { ?s ?p 1SERVICE ex:remote {} }",
        "SELECT * { ?s ?p 1.SERVICE#x\nSILENT<http://127.0.0.1:1/>{} }",
        "SELECT * { ?s ?p ?o FILTER(?o<3)SERVICE<http://127.0.0.1:1/>{} }",
        "SELECT * { SERV\\u0049CE <http://127.0.0.1:1/> {} }",
        "SELECT * { ?s ?p '\\u0027 . SERVICE <http://127.0.0.1:1/> {} #' }",
        "SELECT * { ?s ex:a\\' ?o . SERVICE <http://127.0.0.1:1/> {} ?s ex:b\\' ?o }",
        "SELECT * { <http://e/'> ?p ?o . SERVICE <http://127.0.0.1:1/> {} . <http://e/'> ?p ?o }",
        "SELECT * { <http://e/\\u0041'> ?p ?o . SERVICE <http://127.0.0.1:1/> {} . <http://e/'> ?p ?o }",
        "PREFIX insert: <http://e/> INSERT DATA { <http://e/a> <http://e/b> 1 }",
        "# a comment\nLOAD <http://127.0.0.1:1/>",
    ],
)
def test_federation_and_updates_are_refused(query: str) -> None:
    with pytest.raises(QueryRefusedError):
        refuse_forbidden(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service a dcat:DataService }",
        "SELECT * { ?s dcat:accessService ?o . ?s ex:service ?o } # SERVICE <http://e/> {}",
        "SELECT * { ?s ?p 'SERVICE <http://e/> {}', '''it's a SERVICE <x> {}''' }",
        "SELECT * { ?s ?p <http://e/service> { ?a ?b ?c } }",
        "PREFIX insert: <http://e/> SELECT * { ?s insert:p ?o FILTER (?o < 3 && ?o > 1) }",
    ],
)
def test_the_word_alone_is_no_reason_to_refuse(query: str) -> None:
    refuse_forbidden(query)


@pytest.mark.parametrize(
    "piece", ["service", " ", "service ", "{", "{service:x", "'" * 3, '"', "<", "<a", "\\", "#", "prefix a:<b>", "ex:a.", "\\u0027", "?x"]
)
def test_a_long_text_takes_no_long_time(piece: str) -> None:
    text = "ASK " + "service" + piece * (300_000 // len(piece))
    begun = time.process_time()
    with contextlib.suppress(QueryRefusedError):
        refuse_forbidden(text)
    assert time.process_time() - begun < 1


PIECES = (
    *("SERVICE", "service", "SILENT", "<http://127.0.0.1:1/>", "<http://e/'>", "<http://e/#>", "ex:x", "ex:a\\'", "_:b", "?x", "?s ?p ?o"),
    *("{", "}", "{}", " ", "\n", "#", "'", '"', "'''", '"""', "\\'", "\\", "<", ">", "1", ".", ";", "FILTER(1<2)", "true", "@en"),
    *("\\u0027", "\\u003e", "ex:", "-1", "ex:a."),
)


def test_whatever_passes_never_makes_the_engine_call_out() -> None:
    """Random soups of tokens: port 1 is refused by the engine with its own message, which shows that it read a SERVICE clause."""
    store, chance, called = Store(), random.Random(4), 0
    for _ in range(8_000):
        soup = "".join(chance.choice(PIECES) + chance.choice(("", " ")) for _ in range(chance.randint(0, 6)))
        query = f"SELECT * {{ {soup} SERVICE{chance.choice(('', ' '))}{chance.choice(PIECES)} {{}} {chance.choice(PIECES)} }}"
        try:
            list(store.query(query, prefixes={"ex": "http://127.0.0.1:1/"}))
        except SyntaxError:
            continue
        except (OSError, RuntimeError):
            called += 1
            with pytest.raises(QueryRefusedError):
                refuse_forbidden(query)
    assert called > 20
