"""From the likenesses of a candidate to the probability that it is right, and from there to what needs no person.

A logistic model a group of kinds, fitted on judged strings (`dataterra link calibrate`), kept with its evidence in
`mappings/tables/linking-confidence.yaml`. A link is accepted alone from the threshold on at which the strings that were fitted on prove the
precision wanted.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from operator import mul
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml

from kg.errors import ConfigError
from kg.link.candidates import FEATURES
from kg.link.interval import Share
from kg.resources import resource

FILE: Final = "mappings/tables/linking-confidence.yaml"
#: What accepted links have to reach.
WANTED: Final = 0.98
_ALONE, _NOT_ALONE = map(FEATURES.index, ("alone", "not alone"))
#: Strength of the pull towards no weight: there are few judged strings.
_PULL: Final = 1.0
#: The number of rows below which no threshold is believed.
_FEWEST: Final = 25


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a threshold was set on: accepted rows that were right, of how many, and what that proves at the least."""

    right: int
    n: int
    lower: float
    rows: int


@dataclass(frozen=True)
class Model:
    """The weights of a group, its threshold (above 1: nothing is accepted alone) and the evidence."""

    weights: Mapping[str, float]
    bias: float
    threshold: float
    evidence: Evidence

    @cached_property
    def _ordered(self) -> tuple[float, ...]:
        return tuple(self.weights.get(name, 0.0) for name in FEATURES)

    def probability(self, features: Sequence[float]) -> float:
        """How probably a candidate with these features is right."""
        total = self.bias + sum(map(mul, self._ordered, features))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Confidence:
    """The models of all groups, and what is said of them in reports."""

    models: Mapping[str, Model]
    about: Mapping[str, Any] = field(default_factory=dict)

    def of(self, group: str) -> Model:
        """The model of a group; for one without, that of variables with nothing accepted alone."""
        if group in self.models:
            return self.models[group]
        known = self.models["variable"]
        return Model(known.weights, known.bias, 1.01, known.evidence)

    def to_yaml(self) -> str:
        """As it is kept."""
        kept = {
            group: {
                "threshold": round(model.threshold, 4),
                "evidence": asdict(model.evidence),
                "bias": round(model.bias, 4),
                "weights": {name: round(float(weight), 4) for name, weight in model.weights.items()},
            }
            for group, model in sorted(self.models.items())
        }
        return yaml.safe_dump({"about": dict(self.about), "groups": kept}, sort_keys=False, allow_unicode=True, width=140)


@cache
def read_confidence(overlay: Path | None = None) -> Confidence:
    """The models that are kept.

    :raises ConfigError: when the file is damaged.
    """
    path = resource(FILE, overlay)
    try:
        kept = yaml.safe_load(path.read_text(encoding="utf-8"))
        models = {
            group: Model(of["weights"], float(of["bias"]), float(of["threshold"]), Evidence(**of["evidence"]))
            for group, of in kept["groups"].items()
        }
        return Confidence(models, kept["about"])
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(f"the file is damaged ({error})", where=FILE, hint="make it anew with `dataterra link calibrate`") from error


def fit(rows: Sequence[tuple[Sequence[float], bool]]) -> Model:
    """The model of judged candidates (features, and whether the candidate was right), with its threshold and evidence."""
    design = np.array([[1.0, *features] for features, _ in rows])
    target = np.array([float(right) for _, right in rows])
    weights = np.zeros(design.shape[1])
    pull = np.full(design.shape[1], _PULL)
    pull[0] = 0.01
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (target - chance) - pull * weights
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + np.diag(pull)
        step = np.linalg.solve(curve, slope)
        weights += step
        if float(np.abs(step).max()) < 1e-6:
            break
    model = Model(dict(zip(FEATURES, weights[1:].tolist(), strict=True)), float(weights[0]), 1.01, Evidence(0, 0, 0.0, len(rows)))
    return with_threshold(model, [(model.probability(features), right) for features, right in rows if may_stand_alone(features)])


def may_stand_alone(features: Sequence[float]) -> bool:
    """Whether a candidate may be a link without a person, if it is sure enough: no namesake is as near, and its wording is no guess."""
    return features[_ALONE] == 1.0 and features[_NOT_ALONE] == 0.0


def with_threshold(model: Model, judged: Sequence[tuple[float, bool]]) -> Model:
    """The lowest threshold that the judged rows bear out, counting one wrong row more than there was: few rows prove little."""
    best, right = None, 0
    ordered = sorted(judged, key=lambda row: -row[0])
    for n, (confidence, is_right) in enumerate(ordered, 1):
        right += is_right
        last_of_equals = n == len(ordered) or ordered[n][0] < confidence
        if is_right and last_of_equals and n >= _FEWEST and right / (n + 1) >= WANTED:
            best = confidence, Evidence(right, n, round(Share(right, n).lower, 4), len(ordered))
    if best is None:
        return model
    return Model(model.weights, model.bias, best[0], best[1])
