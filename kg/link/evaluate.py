"""How well linking does, measured on judged strings: what is accepted and right, what is ranked first, what is rightly left alone."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from kg.link.gold import GoldRow, LicenceRow
from kg.link.interval import Share
from kg.link.iris import iri_key
from kg.link.rights import Reading, read_rights

#: Answers that are looked at.
DEPTH: Final = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """One concept of the vocabulary asked, with how sure the linker is, why, and whether it would be a link without a person."""

    concept: str
    confidence: float
    rule: str = ""
    predicate: str = "skos:exactMatch"
    accepted: bool = False


class Answerer(Protocol):
    """What is measured: answers best first."""

    def answers(self, row: GoldRow) -> Sequence[Answer]:
        """The concepts of the row's target for the row's term."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One row with its answers."""

    row: GoldRow
    answers: tuple[Answer, ...]

    @property
    def accepted(self) -> tuple[Answer, ...]:
        return tuple(answer for answer in self.answers if answer.accepted)

    @property
    def rank(self) -> int:
        """Place of the first right answer, from 1; 0 where there is none."""
        expected = {iri_key(iri) for iri in self.row.expected}
        return next((place for place, answer in enumerate(self.answers, 1) if iri_key(answer.concept) in expected), 0)

    @property
    def accepted_right(self) -> bool:
        """All that was accepted is right: one wrong link among several makes the row wrong."""
        expected = {iri_key(iri) for iri in self.row.expected}
        return bool(self.accepted) and all(iri_key(answer.concept) in expected for answer in self.accepted)

    def to_json(self) -> dict[str, object]:
        """All of it, for `--json`."""
        row = self.row
        answers = [
            {"concept": a.concept, "confidence": round(a.confidence, 4), "predicate": a.predicate, "rule": a.rule, "accepted": a.accepted}
            for a in self.answers
        ]
        return {
            "set": row.set,
            "id": row.id,
            "text": row.term.text,
            "kind": row.kind,
            "target": row.target,
            "half": row.half,
            "nil": row.nil,
            "expected": list(row.expected),
            "rank": self.rank,
            "accepted": bool(self.accepted),
            "right": self.accepted_right if self.accepted else None,
            "answers": answers,
        }


@dataclass(slots=True)
class Score:
    """The figures of one kind of one set."""

    judged: list[Judged] = field(default_factory=list)

    @property
    def answerable(self) -> list[Judged]:
        """Rows for which the vocabulary has a concept."""
        return [each for each in self.judged if each.row.expected]

    @property
    def first(self) -> Share:
        """P@1: the first answer is right."""
        return Share(sum(each.rank == 1 for each in self.answerable), len(self.answerable))

    @property
    def among_five(self) -> Share:
        """R@5: a right answer is among the first five."""
        return Share(sum(0 < each.rank <= DEPTH for each in self.answerable), len(self.answerable))

    @property
    def precision(self) -> Share:
        """Of the rows with an accepted link, nil rows too, those in which all accepted links are right."""
        accepted = [each for each in self.judged if each.accepted]
        return Share(sum(each.accepted_right for each in accepted), len(accepted))

    @property
    def coverage(self) -> Share:
        """Of the rows that have a concept, those with an accepted link."""
        return Share(sum(bool(each.accepted) for each in self.answerable), len(self.answerable))

    @property
    def recall(self) -> Share:
        """Of the rows that have a concept, those with right accepted links."""
        return Share(sum(each.accepted_right for each in self.answerable), len(self.answerable))

    @property
    def nil(self) -> Share:
        """Of the strings that denote no concept, those that are left unlinked."""
        nil = [each for each in self.judged if each.row.nil]
        return Share(sum(not each.accepted for each in nil), len(nil))

    def worst(self, count: int) -> list[Judged]:
        """Wrong accepted links first, then wrong first answers, the surest first."""
        wrong = [each for each in self.judged if (each.accepted and not each.accepted_right) or (each.answers and each.rank != 1)]
        return sorted(wrong, key=lambda each: (not (each.accepted and not each.accepted_right), -each.answers[0].confidence))[:count]


@dataclass(slots=True)
class Evaluation:
    """All scores of a run, by set and kind, and how fast it went."""

    scores: dict[tuple[str, str], Score] = field(default_factory=dict)
    strings: int = 0
    seconds: float = 0.0

    @property
    def speed(self) -> float:
        """Distinct strings a second of processor time."""
        return self.strings / self.seconds if self.seconds else 0.0

    def joined(self, other: Evaluation) -> Evaluation:
        """The scores of two runs on different sets."""
        return Evaluation(self.scores | other.scores, self.strings + other.strings, self.seconds + other.seconds)

    def pooled(self, name: str) -> Score:
        """All kinds of a set whose name begins so."""
        return Score([each for (of, kind), score in self.scores.items() if of == name or kind.startswith(name) for each in score.judged])


def evaluate(rows: Iterable[GoldRow], answerer: Answerer) -> Evaluation:
    """Answer each row and count. Rows are answered in their order; the time is that of answering alone, once the tables are read: the
    first string, for which they are, is left out of it.
    """
    rows = list(rows)
    answered = [Judged(row, tuple(answerer.answers(row))) for row in rows[:1]]
    begin = time.process_time()
    answered += [Judged(row, tuple(answerer.answers(row))) for row in rows[1:]]
    seconds = time.process_time() - begin
    asked = {(row.term, row.target) for row in rows}
    found = Evaluation(strings=len(asked - {(row.term, row.target) for row in rows[:1]}), seconds=seconds)
    for each in answered:
        found.scores.setdefault((each.row.set, each.row.kind), Score()).judged.append(each)
    return found


def out_of_reach(rows: Iterable[GoldRow], held: Collection[str]) -> dict[str, Share]:
    """By set, the rows whose expected concepts are in no vocabulary that is there, of those that expect one: they cannot be answered.

    :param held: IRIs as `kg.link.iris.iri_key` writes them.
    """
    missing: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        if row.expected:
            missing[row.set].append(not any(iri_key(iri) in held for iri in row.expected))
    return {name: Share(sum(of), len(of)) for name, of in missing.items() if any(of)}


@dataclass(frozen=True, slots=True)
class LicenceScore:
    """The figures of a set of rights strings; `errors` are rows with what was read and what is wrong with it."""

    identity: Share
    precision: Share
    recall: Share
    state: Share
    access: Share
    openness_overclaimed: Share
    public_overclaimed: Share
    speed: float
    errors: tuple[tuple[LicenceRow, Reading, str], ...]


def evaluate_licences(rows: Sequence[LicenceRow]) -> LicenceScore:
    """Read each string and count. An answer is right that equals the column or an alternative of the note."""
    begin = time.process_time()
    readings = [read_rights(row.text) for row in rows]
    seconds = time.process_time() - begin
    pairs = list(zip(rows, readings, strict=True))
    verdicts = defaultdict(list)
    errors = []
    for row, reading in pairs:
        for name, right in _verdicts(row, reading).items():
            verdicts[name].append(right)
            if not right:
                errors.append((row, reading, name))
    shares = {name: Share(sum(of), len(of)) for name, of in verdicts.items()}
    empty = Share(0, 0)
    return LicenceScore(
        identity=shares.get("identity", empty),
        precision=shares.get("precision", empty),
        recall=shares.get("recall", empty),
        state=shares.get("state", empty),
        access=shares.get("access", empty),
        openness_overclaimed=_failures(shares.get("openness", empty)),
        public_overclaimed=_failures(shares.get("public", empty)),
        speed=len({row.text for row in rows}) / seconds if seconds else 0.0,
        errors=tuple(errors),
    )


def _failures(share: Share) -> Share:
    return Share(share.n - share.right, share.n)


def _verdicts(row: LicenceRow, reading: Reading) -> dict[str, bool]:
    """What is right of one reading, by figure; a figure that does not concern the row is left out."""
    said, other = reading.official, row.alternatives
    allowed = {iri_key(iri) for iri in (row.iri, *other.get("iri", ())) if iri}
    of_family = bool(row.family and not row.iri and reading.family == row.family)
    right = iri_key(said) in allowed if said else not row.iri
    found = {"identity": right or of_family, "state": reading.state in {row.state, *other.get("state", ())}}
    access = reading.access or "none"
    found["access"] = access in {row.access, *other.get("access", ())}
    if said:
        found["precision"] = iri_key(said) in allowed or of_family
    if row.iri:
        found["recall"] = bool(said) and iri_key(said) in allowed
    if not row.iri:
        found["openness"] = not said or iri_key(said) in allowed or of_family
    if row.access != "PUBLIC":
        found["public"] = access != "PUBLIC" or "PUBLIC" in other.get("access", ())
    return found
