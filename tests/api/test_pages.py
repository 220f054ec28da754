"""What people see: complete without scripts, in two languages, and safe whatever the records say."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import httpx
import pytest

ARGO = "/dataset/doi/10.17882/42182"
PAGES = (
    *("/", "/search", "/search?q=salinity", "/search?q=nothing+fits+zzz&pole=odatis", "/sparql", "/sparql?query=ASK+%7B%7D", ARGO),
    *("/dataset/files/hostile", "/record/files/hostile", "/record/seanoe/42182", "/variable/salinity", "/scheme/variable", "/pole/odatis"),
    *("/agent/person/files/x", "/term/variable/chla", "/record/none/1", "/record/sextant/gone"),
)
VOID = {"meta", "link", "br", "input", "img", "path", "rect", "circle"}


class Outline(HTMLParser):
    """Elements, their attributes, headings and text; complains about tags that are not closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.headings: list[int] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("li", "dt", "dd", "p", "option") and self._open[-1] != tag:
            return
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page(client: httpx.Client, path: str, language: str = "en") -> Outline:
    answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": language})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Outline(answer.text)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_well_formed_labelled_and_of_one_language(client: httpx.Client, path: str, language: str) -> None:
    found = page(client, path, language)
    tags = dict(found.elements)
    assert tags["html"]["lang"] == language
    assert found.headings[0] == 1
    assert found.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(found.headings, found.headings[1:], strict=False)), found.headings
    assert {"header", "nav", "main", "footer"} <= set(tags)
    labelled = {attributes.get("for") for tag, attributes in found.elements if tag == "label"}
    fields = [
        attributes for tag, attributes in found.elements if tag in ("input", "select", "textarea") and attributes.get("type") != "hidden"
    ]
    assert all(field["id"] in labelled for field in fields)
    identifiers = [attributes["id"] for _, attributes in found.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


@pytest.mark.parametrize("path", PAGES)
def test_no_page_runs_or_loads_anything(client: httpx.Client, path: str) -> None:
    for tag, attributes in page(client, path).elements:
        assert tag not in ("iframe", "object", "embed", "img", "base", "style", "svg:script", "foreignobject")
        assert tag != "script" or attributes == {"type": "application/ld+json"}
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        for name in ("href", "src", "action"):
            target = attributes.get(name) or ""
            assert re.match(r"(https?://|/|\?|#|$)", target), target
            assert tag == "a" or not target.startswith("http"), (tag, target)
            if target.startswith("http"):
                assert "noopener" in (attributes.get("rel") or "")


def test_what_records_say_is_text(client: httpx.Client) -> None:
    for path in ("/dataset/files/hostile", "/record/files/hostile", "/agent/person/files/x", "/search?q=alert"):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert not re.search(r"<(script>|img|svg onload|b>bold|i>x)", answer.text)
    found = page(client, "/dataset/files/hostile")
    assert "<script>alert('title')</script> & more" in found.text
    assert "{{ 7*7 }}" in found.text
    assert "javascript:alert(document.domain)" in found.text
    assert not any("javascript" in (attributes.get("href") or "") for _, attributes in found.elements)


def test_the_page_of_a_data_set_answers_in_the_order_people_ask(client: httpx.Client) -> None:
    text = page(client, ARGO).text
    questions = [
        "May I use it?",
        "Where and when",
        "What was measured",
        "How to get it",
        "How to cite it",
        "Who made it",
        "Where each statement",
        "Other formats",
    ]
    places = [text.index(question) for question in questions]
    assert places == sorted(places)
    for fact in (
        *("Open", "Use it freely, and name the author.", "since 28 July 1997", "140° E to 70° W, 45° S to 35.5° N", "Salinity", "CHLA"),
        *(
            "52.3 MB",
            "Argo (2000).",
            "https://doi.org/10.17882/42182",
            "SEANOE",
            "seanoe/42182.xml",
            "the same as",
            "dataterra 0.1",
            "SBE 41",
        ),
    ):
        assert fact in text, fact


@pytest.mark.parametrize(
    ("language", "headings"),
    [
        ("en", ("How its source cites it", "Acknowledgements", "What the data were made for", "Further information")),
        ("fr", ("Comment sa source le cite", "Remerciements", "Pourquoi les données ont été produites", "Informations complémentaires")),
    ],
)
def test_what_it_was_made_for_and_whom_it_thanks_is_shown(client: httpx.Client, language: str, headings: tuple[str, ...]) -> None:
    text = page(client, ARGO, language).text
    said = ("Argo float data (GDAC). SEANOE.", "The international Argo programme", "heat content of the ocean", "Floats drift at 1000 m.")
    for heading, words in zip(headings, said, strict=True):
        assert text.index(heading) < text.rindex(words), heading


def test_the_reader_gets_the_title_in_their_language_and_the_others_are_marked(client: httpx.Client) -> None:
    found = page(client, ARGO, "fr")
    assert found.text.index("Flotteurs Argo") < found.text.index("Argo float data")
    assert any(attributes.get("lang") == "en" for tag, attributes in found.elements if tag == "span")
    assert "depuis le 28 juillet 1997" in found.text


def test_a_record_s_page_shows_that_record_alone(client: httpx.Client) -> None:
    text = page(client, "/record/sextant/FR%2Fargo.ttl").text
    assert "Flotteurs Argo" in text
    assert "Argo float data" not in text
    assert "See the data set with all its records" in text


def test_search_engines_find_schema_org(client: httpx.Client) -> None:
    for path, name in (
        (ARGO, "Argo float data and metadata from Global Data Assembly Centre (Argo GDAC)"),
        ("/dataset/files/hostile", "<script>alert('title')</script> & more"),
    ):
        text = client.get(path, headers={"Accept": "text/html"}).text
        block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
        assert block is not None
        data = json.loads(block[1])
        assert (data["@type"], data["name"]) == ("Dataset", name)
        assert "<" not in block[1]
    assert "javascript" not in block[1]


def test_the_concept_tells_its_place_and_the_words_that_led_to_it(client: httpx.Client) -> None:
    text = page(client, "/variable/salinity").text
    for fact in ("How much salt is in the water.", "Salinité", "Ocean ›", "PSAL", "the same as 0.98", "1 data set", "OD1/current/SAL"):
        assert fact in re.sub(r"\s+", " ", text), fact


def test_the_pole_counts_its_data_sets_and_leads_to_them(client: httpx.Client) -> None:
    found = page(client, "/pole/odatis", "fr")
    assert "1 jeu de données" in found.text
    assert any(attributes.get("href") == "/search?pole=odatis" for _, attributes in found.elements)


def test_the_switch_of_language_keeps_the_query(client: httpx.Client) -> None:
    links = [attributes.get("href") for tag, attributes in page(client, "/search?q=salinity&pole=odatis").elements if tag == "a"]
    assert "?q=salinity&pole=odatis&lang=fr" in links


@pytest.mark.parametrize("path", ["/", "/search?q=salinity", ARGO, "/sparql"])
def test_the_first_view_is_light(client: httpx.Client, path: str) -> None:
    size = len(client.get(path, headers={"Accept": "text/html"}).content) + len(client.get("/static/style.css").content)
    assert size < 60_000


@pytest.mark.parametrize(
    ("language", "heading", "more"), [("en", "Named in the text", "1 data set more"), ("fr", "Nommés dans le texte", "1 jeu")]
)
def test_what_only_the_text_names_stands_apart_with_its_passage(client: httpx.Client, language: str, heading: str, more: str) -> None:
    headers = {"Accept": "text/html", "Accept-Language": language}
    page = client.get("/dataset/files/hostile", headers=headers).text
    assert heading in page
    assert "<q" in page and "&lt;i&gt;salinity&lt;/i&gt; of brines" in page
    found = client.get("/search?variable=salinity", headers=headers).text
    assert more in found and "mentioned=1" in found
    assert "&lt;i&gt;salinity" in client.get("/search?variable=salinity&mentioned=1", headers=headers).text
