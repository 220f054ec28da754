"""The guarded way to the network: limits, redirects, addresses that may not be asked, answers that may not be used."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest

from kg.errors import FetchError
from kg.fetch import Fetched, Fetcher, Limits

from .conftest import Asked, Reply, Service, packed

QUICK = Limits(seconds=3, wait=0.6, size=1_000_000, repeat=2, pause=0.01)


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(private=True, limits=QUICK) as made:
        yield made


def get(fetcher: Fetcher, service: Service, reply: Reply, **more: str) -> Fetched:
    service.replies["/it"] = reply
    return fetcher.get(service.address + "/it", **more)


def test_an_answer_comes_with_its_type_and_what_makes_the_next_question_cheap(fetcher: Fetcher, service: Service) -> None:
    headers = {"ETag": '"7"', "Last-Modified": "Mon, 03 Feb 2025 10:00:00 GMT"}
    fetched = get(fetcher, service, Reply(b"<a> <b> <c> .", "text/turtle; charset=utf-8", headers=headers))
    assert (fetched.body, fetched.media_type, fetched.etag) == (b"<a> <b> <c> .", "text/turtle", '"7"')
    again = get(fetcher, service, Reply(status=304), etag=fetched.etag, modified=fetched.modified)
    assert again.body is None
    assert (service.asked[1].headers["if-none-match"], service.asked[1].headers["if-modified-since"]) == ('"7"', headers["Last-Modified"])
    assert service.asked[0].headers["user-agent"].startswith("dataterra-kg/")


def test_compressed_answers_are_unpacked_and_bombs_are_not(fetcher: Fetcher, service: Service) -> None:
    assert get(fetcher, service, packed(Reply(b"x" * 1000))).body == b"x" * 1000
    with pytest.raises(FetchError, match="larger than"):
        get(fetcher, service, packed(Reply(b"\0" * 50_000_000)))
    with pytest.raises(FetchError, match="breaks off"):
        get(fetcher, service, Reply(gzip.compress(b"x" * 1000)[:20], headers={"Content-Encoding": "gzip"}))
    with pytest.raises(FetchError, match="no answer"):
        get(fetcher, service, Reply(b"not compressed at all", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(FetchError, match="not asked for"):
        get(fetcher, service, Reply(b"...", headers={"Content-Encoding": "br"}))


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (Reply(b"<html>Maintenance</html>", "text/html"), "web page"),
        (Reply(b"", "text/plain", 404), "HTTP 404"),
        (Reply(b"", "text/plain", 204), "HTTP 204"),
        (Reply(b"", "text/plain", 503), "HTTP 503"),
        (Reply(b"half of it", break_off=True), "no answer"),
        (Reply(b"late", wait=1.2), "no answer in time"),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "only http and https"),
        (Reply(status=302, headers={"Location": "/it"}), "redirects"),
        (Reply(status=302, headers={"Location": "http://[nonsense"}), "no answer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_answer_is_said(fetcher: Fetcher, service: Service, reply: Reply, says: str) -> None:
    with pytest.raises(FetchError, match=says) as raised:
        get(fetcher, service, reply)
    assert raised.value.where


def test_a_failure_that_passes_is_asked_again(fetcher: Fetcher, service: Service) -> None:
    replies = iter([Reply(status=503), Reply(status=502), Reply(b"<a> <b> <c> .")])
    service.replies["/it"] = lambda _: next(replies)
    assert fetcher.get(service.address + "/it").body == b"<a> <b> <c> ."
    assert len(service.asked) == 3


def test_redirects_are_followed_and_each_is_checked(fetcher: Fetcher, service: Service) -> None:
    service.replies["/there"] = Reply(b"<a> <b> <c> .")
    assert get(fetcher, service, Reply(status=303, headers={"Location": "/there"})).url == service.address + "/there"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.169.254", "10.0.0.1", "[::ffff:127.0.0.1]"])
def test_addresses_of_this_machine_and_its_network_are_not_asked(host: str, service: Service) -> None:
    port = service.address.rpartition(":")[2]
    with Fetcher(limits=QUICK) as guarded, pytest.raises(FetchError, match=r"private network|no answer"):
        guarded.get(f"http://{host}:{port}/it")
    assert service.asked == []


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://", "gopher://e.org", "", "http://exa mple.org/"])
def test_only_addresses_of_the_web_are_asked(fetcher: Fetcher, address: str) -> None:
    with pytest.raises(FetchError):
        fetcher.get(address)


def test_all_of_one_answer_has_a_limit_of_time(service: Service) -> None:
    slow = Limits(seconds=0.5, wait=5, repeat=0)

    def drip(_: Asked) -> Reply:
        return Reply(status=302, headers={"Location": "/it"}, wait=0.2)

    service.replies["/it"] = drip
    with Fetcher(private=True, limits=slow) as fetcher, pytest.raises(FetchError):
        fetcher.get(service.address + "/it")
