"""Typed values from the strings of natives: dates, numbers, durations, persistent identifiers."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import quote, unquote

from pyoxigraph import Literal

from kg.namespaces import XSD

#: Longest text that is stored, in characters; the longest real abstract seen has about 30,000.
LONGEST_TEXT = 200_000

#: What XML does not allow in a text (<https://www.w3.org/TR/xml/#charsets>), and DEL.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"\s+")


def clean_line(text: str) -> str:
    """A label or title on one line, without control characters."""
    if text.isprintable() and "  " not in text:  # most are: no space but the usual one is printable
        return text.strip()
    return _SPACE.sub(" ", _CONTROL.sub("", text)).strip()


def clean_text(text: str) -> str:
    """A description: lines kept, control characters and ends gone."""
    plain = text if text.isprintable() else _CONTROL.sub("", text)
    return plain.strip()[:LONGEST_TEXT]


_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?$", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})Z?$", re.ASCII)
#: Zones are those of XSD, up to 14 hours (<https://www.w3.org/TR/xmlschema11-2/#nt-tzFrag>).
_DATE_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)\s*(Z|UTC|[+-](?:0\d|1[0-4]):?[0-5]\d)?$", re.ASCII)


def parse_date(text: str) -> Literal | None:
    """A year, month, day or moment as `xsd:gYear`, `xsd:gYearMonth`, `xsd:date` or `xsd:dateTime`; `None` where it is none that exists.

    >>> str(parse_date("2004-02"))
    '"2004-02"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'
    >>> parse_date("2015-12-03T24:00:00Z").value
    '2015-12-04T00:00:00Z'
    >>> parse_date("9999-99-99") is parse_date("31/12/2004") is parse_date("0000") is None
    True
    """
    text = text.strip()
    if match := _DATE.match(text) or _COMPACT.match(text):
        return _calendar(*match.groups())
    if match := _DATE_TIME.match(text):
        return _moment(*match.groups())
    return None


def _calendar(year: str, month: str | None, day: str | None) -> Literal | None:
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return Literal(f"{year}-{month}-{day}", datatype=XSD.date)
    return Literal(f"{year}-{month}", datatype=XSD.gYearMonth) if month else Literal(year, datatype=XSD.gYear)


def _moment(day: str, time: str, zone: str | None) -> Literal | None:
    time = (time if time.count(":") == 2 else time + ":00").replace(",", ".")
    whole, _, fraction = time.partition(".")
    zone = {"UTC": "Z", None: ""}.get(zone, zone or "")
    if zone not in ("", "Z") and ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    fraction = fraction.rstrip("0")
    try:
        if whole == "24:00:00" and not fraction:  # the end of a day (XML Schema 1.1, endOfDayFrag) is the beginning of the next
            day, whole = (date.fromisoformat(day) + timedelta(days=1)).isoformat(), "00:00:00"
        datetime.fromisoformat(f"{day}T{whole}")
    except (ValueError, OverflowError):
        return None
    return Literal(f"{day}T{whole}{'.' + fraction if fraction else ''}{zone}", datatype=XSD.dateTime)


_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d*)?(?:[eE][+-]?\d{1,3})?$|[+-]?[.,]\d+$")


def parse_decimal(text: str) -> Decimal | None:
    """A finite number; a comma as decimal sign is understood. What has more than 18 digits is a fill value, and more than engines hold.

    >>> parse_decimal("-4,50")
    Decimal('-4.50')
    >>> parse_decimal("9.96921e+36") is parse_decimal("1e400") is parse_decimal("NaN") is None
    True
    """
    text = text.strip()
    if not _NUMBER.match(text):
        return None
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.adjusted() < 18 else None


def decimal_literal(number: Decimal) -> Literal:
    """The number as `xsd:decimal`, without exponent or idle zeros, to nine places (a tenth of a millimetre in degrees).

    >>> decimal_literal(Decimal("-4.500")).value
    '-4.5'
    """
    return Literal(decimal_text(number), datatype=XSD.decimal)


def decimal_text(number: Decimal) -> str:
    """The number without exponent or idle zeros, to nine places."""
    text = f"{number:.9f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


_MEASURE = re.compile(r"([+-]?[\d.,]+(?:[eE][+-]?\d+)?)\s*(.*)$", re.DOTALL)
_BYTES = {"": 1, "b": 1, "o": 1, "byte": 1, "bytes": 1, "octet": 1, "octets": 1} | {
    spelling: factor
    for power, (letter, name) in enumerate((("k", "kilo"), ("m", "mega"), ("g", "giga"), ("t", "tera"), ("p", "peta")), 1)
    for spellings, factor in (
        (
            (f"{letter}b", f"{letter}o", f"{letter}byte", f"{letter}bytes", f"{name}byte", f"{name}bytes", f"{name}octet", f"{name}octets"),
            1000**power,
        ),
        ((f"{letter}ib", f"{letter}io"), 1024**power),
    )
    for spelling in spellings
}
_METRES = {"mm": "0.001", "millimetre": "0.001", "cm": "0.01", "centimetre": "0.01", "m": "1", "metre": "1", "mètre": "1", "9001": "1"} | {
    "km": "1000",
    "kilometre": "1000",
    "kilomètre": "1000",
    "9036": "1000",
}


def parse_bytes(text: str) -> int | None:
    """A size as people and formats write it; bytes where no unit is given.

    >>> parse_bytes("1834567"), parse_bytes("12,5 Mo"), parse_bytes("3 KiB"), parse_bytes("10 pages")
    (1834567, 12500000, 3072, None)
    """
    found = _MEASURE.match(text.strip())
    number = parse_decimal(found[1]) if found else None
    factor = _BYTES.get(found[2].strip().casefold()) if found else None
    return int(number * factor) if number is not None and factor and number > 0 else None


def parse_metres(text: str) -> Decimal | None:
    """A length with its unit, by name, symbol or EPSG code, in metres; `None` where the unit is none of length, as degrees are.

    >>> parse_metres("5 km"), parse_metres("20 http://standards.iso.org/ittf/uom/ML_gmxUom.xml#m"), parse_metres("0.25 degree")
    (Decimal('5000'), Decimal('20'), None)
    """
    found = _MEASURE.match(text.strip())
    number = parse_decimal(found[1]) if found else None
    unit = re.split(r"[#/:]", found[2].strip().casefold())[-1] if found else ""
    factor = _METRES.get(unit) or _METRES.get(unit.removesuffix("s").replace("meter", "metre"))
    return number * Decimal(factor) if number is not None and factor else None


_DURATION = re.compile(r"-?P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$", re.ASCII)
#: Steps of time as people write them: `5 minutes`, `8-day`, `Monthly`.
_STEP = re.compile(
    r"(\d{1,6}(?:\.\d{1,6}(?= ?s))?)[\s-]*(seconds?|sec|s|minutes?|min|hours?|hrs?|h|days?|weeks?|months?|years?)$",
    re.IGNORECASE | re.ASCII,
)
_STEPS = {"s": "PT{}S", "mi": "PT{}M", "h": "PT{}H", "d": "P{}D", "mo": "P{}M", "y": "P{}Y"}
_RHYTHMS = {"hourly": "PT1H", "daily": "P1D", "weekly": "P7D", "monthly": "P1M", "seasonal": "P3M", "quarterly": "P3M"} | {
    "annual": "P1Y",
    "annually": "P1Y",
    "yearly": "P1Y",
}


def parse_duration(text: str) -> Literal | None:
    """A duration as `xsd:duration`, from ISO 8601 or from a step of time in English words.

    >>> [parse_duration(text).value for text in ("PT10M", "5 minutes", "8-day", "Monthly", "2 weeks")]
    ['PT10M', 'PT5M', 'P8D', 'P1M', 'P14D']
    >>> parse_duration("Daily - < Weekly") is None
    True
    """
    text = text.strip()
    if _DURATION.match(text.upper()):
        return Literal(text.upper(), datatype=XSD.duration)
    step = _STEP.match(text)
    if step and step[2].lower().startswith("w"):
        return Literal(f"P{int(step[1]) * 7}D", datatype=XSD.duration)
    if step:
        unit = step[2].lower()
        pattern = next(pattern for start, pattern in _STEPS.items() if unit.startswith(start))
        return Literal(pattern.format(step[1]), datatype=XSD.duration)
    rhythm = _RHYTHMS.get(text.lower())
    return Literal(rhythm, datatype=XSD.duration) if rhythm else None


#: Suffixes of a DOI are free text (ISO 26324); spaces, angle brackets and quotes end it in practice, but for the brackets of a SICI,
#: which many DOIs of before 2002 are (ANSI/NISO Z39.56: `...<1661::AID-SIM968>3.0.CO;2-2`).
_DOI = re.compile(r"(?:^|doi[:\s]*|doi\.org/)(10\.[0-9]{4,9}(?:\.[0-9]+)*/(?:[^\s<>\"]|<[\w.:/-]{1,40}>(?=\d\.\d\.))+)", re.IGNORECASE)
_ORCID = re.compile(r"(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])", re.ASCII)
_ROR = re.compile(r"ror\.org/(0[a-hj-km-np-tv-z0-9]{6}\d{2})", re.IGNORECASE | re.ASCII)


def parse_doi(text: str) -> str | None:
    """A DOI in lower case (DOIs are case-insensitive) from a DOI, a `doi:` or a resolver's URL.

    >>> parse_doi("https://dx.doi.org/10.17882/42182")
    '10.17882/42182'
    >>> parse_doi("10.1175/1520-0485(1999)029<0001:OTPOO>2.0.CO;2")
    '10.1175/1520-0485(1999)029<0001:otpoo>2.0.co;2'
    >>> parse_doi("see 10.17882/42182") is None
    True
    """
    match = _DOI.search(unquote(text.strip()))
    return match[1].rstrip(".,;").lower() if match else None


def parse_orcid(text: str) -> str | None:
    """An ORCID whose check digit is right (ISO 7064 MOD 11-2).

    >>> parse_orcid("https://orcid.org/0000-0002-1825-0097"), parse_orcid("0000-0002-1825-0098")
    ('0000-0002-1825-0097', None)
    """
    match = _ORCID.search(text)
    if not match:
        return None
    total = 0
    for digit in match[1].replace("-", "")[:15]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return match[1].upper() if match[1][-1].upper() == ("X" if check == 10 else str(check)) else None


def parse_ror(text: str) -> str | None:
    """The identifier at the end of a ROR IRI.

    >>> parse_ror("https://ror.org/044jxhp58")
    '044jxhp58'
    """
    match = _ROR.search(text)
    return match[1].lower() if match else None


_SCHEME = re.compile(r"(?:https?|ftps?|urn|doi|hdl|ark|info|geo|s3|gs|sftp):", re.IGNORECASE)
#: An address without a host to ask (RFC 9110, 4.2.1), or with what no host and no port can be.
_HOSTLESS = re.compile(
    r"(?:https?|s?ftps?):(?!//(?:[^/?#@]{0,200}@)?(?:\[[0-9A-Fa-f:.]+\]|[^/?#@:\[\]\s\\<>\"{}|^`]+)(?::\d{0,5})?(?:[/?#]|$))", re.IGNORECASE
)
#: Most addresses are as they should be.
_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?#][A-Za-z0-9._~:/?#@!$&'()*+,;=-]*)?", re.ASCII)
_UNTIL_PATH = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")


def parse_iri(text: str) -> str | None:
    """An absolute IRI of a harmless scheme, mended where that is certain (blanks and braces encoded, `www.` and `doi:` completed).

    >>> parse_iri("www.seanoe.org/data/a b")
    'http://www.seanoe.org/data/a%20b'
    >>> parse_iri("https://example.org/sst.nc?sst[0:1]")
    'https://example.org/sst.nc?sst%5B0:1%5D'
    >>> parse_iri("javascript:alert(1)") is None and parse_iri("https:///data") is None
    True
    """
    if len(text) <= 4_000 and _PLAIN.fullmatch(text):
        return text
    text = _CONTROL.sub("", text).strip()
    if text.lower().startswith("www."):
        text = "http://" + text
    if text.lower().startswith("doi:") and (doi := parse_doi(text)):
        return "https://doi.org/" + quote(doi, safe="/:;()._-")
    if len(text) > 4_000 or not _SCHEME.match(text) or _HOSTLESS.match(text):
        return None
    scheme_and_host = _UNTIL_PATH.match(text)
    start = scheme_and_host.end() if scheme_and_host else 0  # brackets are for addresses of hosts only (RFC 3986, 3.2.2)
    encoded = quote(text[:start], safe="%:/[]@!$&'()*+,;=~-._") + quote(text[start:], safe="%/:?#@!$&'()*+,;=~-._")
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", encoded)
