"""The only place that reaches for the network: HTTP with limits on everything that the other side could do to us.

An address may come from a file or an answer of others, so it is checked where the connection is made, and again after each redirect: no
address of this machine or its network (unless a setting allows it), no other scheme, no endless answer, no answer that unpacks without end.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Self

import httpcore
import httpx

from kg import __version__
from kg.errors import FetchError
from kg.namespaces import BASE

_AGENT: Final = f"dataterra-kg/{__version__} (+{BASE})"
_REDIRECTS: Final = (301, 302, 303, 307, 308)
#: Answers after which the same question may get another answer soon.
_PASSING: Final = (429, 500, 502, 503, 504)
_HTML: Final = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may take.

    :param seconds: for all of it, redirects and repetitions included.
    :param wait: seconds without a byte.
    :param size: bytes of the answer once unpacked.
    :param repeat: how often a question is asked again after a failure that may pass; `pause` is the first wait before it, then doubled.
    """

    seconds: float = 300.0
    wait: float = 60.0
    size: int = 300_000_000
    redirects: int = 5
    repeat: int = 2
    pause: float = 1.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer. `modified` and `etag` are what makes the next question cheap; a body that did not change is `None`."""

    url: str
    body: bytes | None
    media_type: str = ""
    etag: str = ""
    modified: str = ""


class Fetcher:
    """Asks questions over HTTP. Environment variables for proxies are not followed."""

    def __init__(self, *, private: bool = False, limits: Limits | None = None) -> None:
        """A fetcher.

        :param private: whether addresses of this machine and of private networks may be asked.
        """
        self.limits = limits or Limits()
        timeout = httpx.Timeout(self.limits.wait, connect=min(20.0, self.limits.wait))
        headers = {"User-Agent": _AGENT, "Accept-Encoding": "gzip"}
        self._client = httpx.Client(transport=_Transport(private), timeout=timeout, headers=headers, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, url: str, *, accept: str = "*/*", etag: str = "", modified: str = "", html: bool = False) -> Fetched:
        """The answer to GET.

        :param etag: of the answer that is known; where it is still right, the body is `None`. `modified` likewise.
        :param html: whether a web page is an answer; otherwise it is an error page, whatever its status says.
        :raises FetchError: when there is no answer, or none that may be used.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": modified}
        headers = {"Accept": accept} | {name: value for name, value in conditions.items() if value}
        return self._asked("GET", url, headers, None, html=html)

    def post(self, url: str, form: bytes, *, accept: str, media_type: str = "application/x-www-form-urlencoded") -> Fetched:
        """The answer to POST.

        :raises FetchError: as `get`.
        """
        return self._asked("POST", url, {"Accept": accept, "Content-Type": media_type}, form, html=False)

    def _asked(self, method: str, url: str, headers: dict[str, str], content: bytes | None, *, html: bool) -> Fetched:
        deadline = time.monotonic() + self.limits.seconds
        for attempt in range(self.limits.repeat + 1):
            try:
                return self._once(method, url, headers, content, deadline, html=html)
            except _PassingError as error:
                pause = self.limits.pause * 2**attempt
                if attempt == self.limits.repeat or time.monotonic() + pause > deadline:
                    raise FetchError(error.what, where=error.where, hint=error.hint) from error
                time.sleep(pause)
        raise AssertionError("unreachable")

    def _once(self, method: str, url: str, headers: dict[str, str], content: bytes | None, deadline: float, *, html: bool) -> Fetched:
        asked = url
        for _ in range(self.limits.redirects + 1):
            _check_scheme(asked, url)
            try:
                with self._client.stream(method, asked, headers=headers, content=content) as answer:
                    if answer.status_code in _REDIRECTS and "location" in answer.headers:
                        asked = _joined(asked, answer.headers["location"])
                        continue
                    return self._answer(answer, asked, deadline, html=html)
            except httpx.TimeoutException as error:
                raise _PassingError("no answer in time", where=asked, hint="try again later") from error
            except (httpx.TransportError, zlib.error) as error:
                raise _PassingError(f"no answer: {error}", where=asked, hint="try again later") from error
            except (httpx.InvalidURL, UnicodeError) as error:
                raise FetchError(f"this is no address: {error}", where=asked) from error
        raise FetchError(f"more than {self.limits.redirects} redirects", where=url, hint="look where the address leads")

    def _answer(self, answer: httpx.Response, url: str, deadline: float, *, html: bool) -> Fetched:
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        etag, modified = answer.headers.get("etag", ""), answer.headers.get("last-modified", "")
        if answer.status_code == 304:
            return Fetched(url, None, media_type, etag, modified)
        if answer.status_code != 200:
            kind = _PassingError if answer.status_code in _PASSING else FetchError
            raise kind(f"the answer is HTTP {answer.status_code}", where=url, hint="try again later, or look whether the address is right")
        if media_type in _HTML and not html:
            raise FetchError("the answer is a web page", where=url, hint="look at the page: it may say why")
        return Fetched(url, self._body(answer, url, deadline), media_type, etag, modified)

    def _body(self, answer: httpx.Response, url: str, deadline: float) -> bytes:
        parts, size, unpack = [], 0, _unpacker(answer, url)
        for packed in answer.iter_raw():
            part = unpack.decompress(packed, self.limits.size + 1 - size) if unpack else packed
            size += len(part)
            if size > self.limits.size:
                raise FetchError(f"the answer is larger than {self.limits.size:,} bytes", where=url)
            if time.monotonic() > deadline:
                raise FetchError(f"the answer takes longer than {self.limits.seconds:.0f} s", where=url, hint="try again later")
            parts.append(part)
        if unpack and not unpack.eof:
            raise _PassingError("the answer breaks off", where=url, hint="try again later")
        return b"".join(parts)


def _unpacker(answer: httpx.Response, url: str) -> Any:
    """What unpacks an answer; nothing where it is not compressed. httpx would not say that a compressed answer breaks off."""
    coding = answer.headers.get("content-encoding", "").strip().lower()
    if coding in ("gzip", "x-gzip"):
        return zlib.decompressobj(16 + zlib.MAX_WBITS)
    if coding not in ("", "identity"):
        raise FetchError(f"the answer is compressed in a way that was not asked for ({coding[:20]})", where=url)
    return None


class _PassingError(FetchError):
    """A failure that may be over when the question is asked again."""


def _check_scheme(asked: str, first: str) -> None:
    scheme = asked.partition(":")[0].lower()
    if scheme not in ("http", "https"):
        raise FetchError("only http and https are asked", where=asked)
    if scheme == "http" and first.lower().startswith("https:"):
        raise FetchError(
            "an address with https leads to one without", where=asked, hint="say the address without https where that is meant"
        )


def _joined(base: str, location: str) -> str:
    try:
        return str(httpx.URL(base).join(location))
    except httpx.InvalidURL as error:
        raise FetchError(f"the redirect leads to no address: {error}", where=base) from error


class _Transport(httpx.HTTPTransport):
    """A transport that resolves names itself, and connects only to addresses that it has checked."""

    def __init__(self, private: bool) -> None:
        super().__init__(trust_env=False)
        context = ssl.create_default_context()
        self._pool = httpcore.ConnectionPool(ssl_context=context, max_connections=8, network_backend=_Backend(private))


class _Backend(httpcore.SyncBackend):
    def __init__(self, private: bool) -> None:
        self._private = private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a name that may be asked."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known ({error})") from error
        addresses = [str(entry[4][0]) for entry in found]
        allowed = [address for address in addresses if self._private or is_public(address)]
        if not allowed:
            raise FetchError(
                f"{host} is an address of this machine or a private network", where=host, hint="DATATERRA_PRIVATE_ADDRESSES=true allows it"
            )
        return super().connect_tcp(allowed[0], port, timeout, local_address, socket_options)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public Internet (<https://www.iana.org/assignments/iana-ipv4-special-registry/>).

    >>> [is_public(each) for each in ("8.8.8.8", "127.0.0.1", "10.1.2.3", "100.64.0.1", "::ffff:127.0.0.1", "2001:db8::1")]
    [True, False, False, False, False, False]
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return parsed.is_global and not parsed.is_multicast
