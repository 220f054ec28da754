"""Mend: from a file to the same file with its repairs, each of which is proven by reading the mended file again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from kg.config import Settings
from kg.crosswalk.document import MalformedError
from kg.crosswalk.json_document import JsonDocument
from kg.crosswalk.xml_document import XmlDocument
from kg.harvest.containers import Containers
from kg.harvest.files import harvest_body
from kg.harvest.media_type import media_type_of
from kg.link.ledger import Decisions
from kg.mend import datacite_json, datacite_xml, eml, envelope, iso, json_text, stac, xml_text
from kg.mend.choice import Choice
from kg.mend.difference import difference
from kg.mend.edit import applied
from kg.mend.encoded import Encoded, UnreadableError, read_json, read_xml
from kg.mend.json_text import JsonText
from kg.mend.proof import faults
from kg.mend.reading import Reading, read
from kg.mend.repair import Left, Mended, Repair, Result
from kg.mend.task import JsonTask, Task, XmlTask, said
from kg.mend.values import values
from kg.mend.vocabularies import Vocabularies
from kg.mend.xml_text import XmlText
from kg.model import Native, Problem, Source
from kg.origins import PlacedMapper
from kg.problems import Sentences
from kg.processing import Processed, Processor, linker_of
from kg.state import RecordStatus, State
from kg.validate import Validator

_Written = Iterable[Repair | Left]
#: What writes links, by format; and how the format is written.
_XML: Final[Mapping[str, tuple[Callable[[XmlTask], _Written], ...]]] = {
    "iso19139": (iso.links,),
    "iso19115-2": (iso.links,),
    "iso19115-3": (iso.links,),
    "eml": (eml.links, eml.language),
    "datacite-xml": (datacite_xml.links, datacite_xml.language),
}
_JSON: Final[Mapping[str, tuple[Callable[[JsonTask], _Written], ...]]] = {
    "datacite-json": (datacite_json.links, datacite_json.language),
    "stac-item": (stac.links, stac.times),
    "stac-collection": (stac.links, stac.times),
}
#: The formats whose files are mended.
FORMATS: Final = (*_XML, *_JSON)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which repairs somebody wants, by code: only these (all where none is named), and not those."""

    only: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()

    def has(self, repair: Repair) -> bool:
        """Whether a repair is wanted. A citation stands on the addresses of its keywords and goes with them."""
        codes = {repair.code, "keyword.iri"} if repair.code == "keyword.thesaurus" else {repair.code}
        return not (codes & self.without) and (not self.only or repair.code in self.only)


class Mender:
    """Mends files one by one, with what that needs loaded once."""

    def __init__(self, settings: Settings, processor: Processor, containers: Containers, sentences: Sentences) -> None:
        """:param processor: with a `PlacedMapper`.

        :raises VocabularyError: when an alignment of the installation is wrong.
        """
        assert isinstance(processor.mapper, PlacedMapper)
        self._processor, self._mapper = processor, processor.mapper
        self._containers, self._sentences = containers, sentences
        self._largest = settings.largest_native
        self._last: tuple[Native, Processed] | None = None
        self._choice = Choice(processor.linker, Vocabularies(settings.config))

    @classmethod
    def from_settings(cls, settings: Settings) -> Mender:
        """With everything of the installation, and the decisions on terms of the working folder where there is one.

        :raises DataTerraError: when a crosswalk, a vocabulary, a shapes file or the state cannot be used.
        """
        linker, validator = linker_of(settings), Validator.from_overlay(settings.config)
        if settings.state.is_file():
            with State(settings.state, writing=False) as state:
                linker.decisions = Decisions(state.current_mappings())
        processor = Processor(PlacedMapper.from_resources(settings.config), linker, validator)
        sentences = Sentences.from_resources(settings.config, {name: text.message for name, text in validator.shapes.texts.items()})
        return cls(settings, processor, Containers.from_resources(settings.config), sentences)

    def mend(self, body: bytes, name: str, source: Source, wanted: Wanted | None = None) -> Mended:
        """A file with its repairs; of an envelope, each of its records. What cannot be read, or is of another format, is refused, with the
        reason."""
        return self._mend(body, name, source, wanted or Wanted(), inside=True)

    def _mend(self, body: bytes, name: str, source: Source, wanted: Wanted, *, inside: bool) -> Mended:
        """:param inside: whether the records of an envelope are looked at."""
        harvested = next(harvest_body(body, name, source, containers=self._containers, largest=self._largest))
        if harvested.native is None:
            assert harvested.problem is not None
            return self._refused_for(name, body, harvested.problem)
        native = harvested.native
        if native.body is not body:
            return self._inside(native, body, name, source, wanted) if inside else _refused(name, body, "container")
        reading = read(native, self._mapper, self._processor.linker)
        if not isinstance(reading, Reading):
            return self._refused_for(name, body, reading.problems[0])
        if reading.record.format not in FORMATS:
            return _refused(name, body, "format", format=reading.record.format)
        try:
            encoded, task = self._task(reading)
        except UnreadableError as error:
            return _refused(name, body, "encoding", reason=str(error))
        except (xml_text.UnplacedError, json_text.UnplacedError) as error:
            return _refused(name, body, "unplaced", reason=str(error))
        return self._mended(name, reading, encoded, task, wanted)

    def _inside(self, first: Native, body: bytes, name: str, source: Source, wanted: Wanted) -> Mended:
        """An envelope in which each record is mended as if it stood alone; what stands around the records is not touched.

        :param first: its first record.
        """
        media_type = media_type_of(body, name)[0] or ""
        try:
            encoded, found = envelope.parts(body, media_type, name, self._containers)
        except (UnreadableError, MalformedError, xml_text.UnplacedError, json_text.UnplacedError):
            found = []
        if not found:
            return self._without_places(first, body, name)
        each = [(part, self._mend(part.text.encode(), name, source, wanted, inside=False)) for part in found]
        if all(mended.result is Result.REFUSED for _, mended in each):
            return replace(each[0][1], body=body)
        repairs = tuple(part.moved(repair) for part, mended in each for repair in mended.repairs)
        edits = [edit for repair in repairs for edit in repair.edits]
        whole = encoded.file(applied(encoded.text, edits)) if repairs else body
        if repairs and [part.text.encode() for part in envelope.parts(whole, media_type, name, self._containers)[1]] != [
            mended.body for _, mended in each
        ]:
            return _refused(name, body, "container")
        left = tuple(one for part, mended in each for one in (*mended.left, *_left_whole(part, mended)))
        result = Result.MENDED if repairs else Result.UNCHANGED
        form = next(mended.format for _, mended in each if mended.result is not Result.REFUSED)
        return Mended(name, result, whole, form, repairs, left, difference(encoded.text, edits, name))

    def _without_places(self, first: Native, body: bytes, name: str) -> Mended:
        """Why the records of a file are not mended where they stand: they are of another format, or nobody knows where that is."""
        reading = read(first, self._mapper, self._processor.linker)
        if isinstance(reading, Reading) and reading.record.format not in FORMATS:
            return _refused(name, body, "format", format=reading.record.format)
        return _refused(name, body, "container")

    def _task(self, reading: Reading) -> tuple[Encoded, Task]:
        document = reading.document
        if isinstance(document, XmlDocument):
            encoded = read_xml(reading.native.body)
            return encoded, XmlTask(reading, self._choice, XmlText(encoded.text, document.root.getroottree().getroot()))
        assert isinstance(document, JsonDocument)
        encoded = read_json(reading.native.body)
        return encoded, JsonTask(reading, self._choice, JsonText(encoded.text, document.whole))

    def _mended(self, name: str, reading: Reading, encoded: Encoded, task: Task, wanted: Wanted) -> Mended:
        found = list(_found(task))
        left = [each for each in found if isinstance(each, Left)]
        repairs = [each for each in found if isinstance(each, Repair) and wanted.has(each)]
        proven = self._proven(reading, encoded, repairs)
        kept = {id(each) for each in proven}
        unproven = [each for each in repairs if id(each) not in kept]
        left += [Left(each.code, each.place, each.before, said("left.unproven", words=_words(each))) for each in unproven]
        body = encoded.file(_written(encoded, proven)) if proven else reading.native.body
        result = Result.MENDED if proven else Result.UNCHANGED
        shown = difference(encoded.text, (edit for repair in proven for edit in repair.edits), name)
        return Mended(name, result, body, reading.record.format, tuple(proven), tuple(left), shown)

    def _proven(self, reading: Reading, encoded: Encoded, repairs: list[Repair]) -> list[Repair]:
        """The repairs that hold: all together, or those that are left when the others were found by halves."""
        if not repairs or self._holds(reading, encoded, repairs):
            return repairs
        if len(repairs) == 1:
            return []
        middle = len(repairs) // 2
        sound = self._proven(reading, encoded, repairs[:middle]) + self._proven(reading, encoded, repairs[middle:])
        while sound and not self._holds(reading, encoded, sound):
            sound.pop()
        return sound

    def _holds(self, reading: Reading, encoded: Encoded, repairs: list[Repair]) -> bool:
        try:
            text = _written(encoded, repairs)
        except ValueError:  # two repairs of the same characters
            return False
        native = replace(reading.native, body=encoded.file(text))
        after = read(native, self._mapper, self._processor.linker)
        if not isinstance(after, Reading):
            return False
        return next(faults(reading, after, repairs), None) is None and self._is_sound(reading.native, native, repairs)

    def _is_sound(self, before: Native, after: Native, repairs: list[Repair]) -> bool:
        """Whether the shapes find nothing new either, and less of what was repaired."""
        was, is_ = self._processed(before), self._processor.process(after)
        were, are = (Counter(problem.code for problem in of.problems) for of in (was, is_))
        worse = is_.status is not RecordStatus.PUBLISHED and was.status is RecordStatus.PUBLISHED
        codes = {repair.code for repair in repairs if not repair.writes}
        return not worse and not are - were and all(are[code] < were[code] for code in codes if were[code])

    def _processed(self, native: Native) -> Processed:
        """The file as it was, which is asked for with each try."""
        if self._last is None or self._last[0] is not native:
            self._last = native, self._processor.process(native)
        return self._last[1]

    def _refused_for(self, name: str, body: bytes, problem: Problem) -> Mended:
        told = {language: f"{self._sentences.what(problem, language)} {self._sentences.do(problem, language)}" for language in ("en", "fr")}
        return Mended(name, Result.REFUSED, body, why_not=told)


def _found(task: Task) -> Iterator[Repair | Left]:
    format_ = task.reading.record.format
    if isinstance(task, XmlTask):
        yield from (each for write in _XML[format_] for each in write(task))
    elif isinstance(task, JsonTask):
        yield from (each for write in _JSON[format_] for each in write(task))
    yield from values(task)


def _left_whole(part: envelope.Part, mended: Mended) -> list[Left]:
    """A record of an envelope that is not mended, with the reason."""
    return [Left("refused", str(part.number), "", mended.why_not)] if mended.result is Result.REFUSED else []


def _words(repair: Repair) -> str:
    return repair.why[0].words if repair.why else repair.before


def _written(encoded: Encoded, repairs: Iterable[Repair]) -> str:
    return applied(encoded.text, (edit for repair in repairs for edit in repair.edits))


def _refused(name: str, body: bytes, why: str, **given: str) -> Mended:
    return Mended(name, Result.REFUSED, body, why_not=said(f"refused.{why}", **given))
