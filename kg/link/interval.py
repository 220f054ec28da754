"""Confidence intervals of a share, and what n proves: Wilson's score interval, and the exact lower bound of Clopper and Pearson."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

#: Standard normal quantile of a two-sided 95 % interval.
_Z: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Share:
    """`right` of `n`."""

    right: int
    n: int

    @property
    def value(self) -> float:
        """The share, or 0 where there is nothing to count."""
        return self.right / self.n if self.n else 0.0

    @property
    def wilson(self) -> tuple[float, float]:
        """The 95 % score interval.

        >>> [round(bound, 3) for bound in Share(89, 91).wilson]
        [0.923, 0.994]
        """
        if not self.n:
            return 0.0, 1.0
        share, n = self.value, self.n
        middle = share + _Z * _Z / (2 * n)
        width = _Z * math.sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
        below = 1 + _Z * _Z / n
        return max(0.0, (middle - width) / below), min(1.0, (middle + width) / below)

    @property
    def lower(self) -> float:
        """The exact one-sided 95 % lower bound (Clopper and Pearson): what n rows prove at the least.

        >>> round(Share(150, 150).lower, 3), round(Share(0, 10).lower, 3)
        (0.98, 0.0)
        """
        if not self.n or not self.right:
            return 0.0
        low, high = 0.0, 1.0
        for _ in range(60):
            middle = (low + high) / 2
            if _at_least(self.right, self.n, middle) < 0.05:
                low = middle
            else:
                high = middle
        return low

    def __str__(self) -> str:
        low, high = self.wilson
        return f"{self.right}/{self.n} = {self.value:.3f} [{low:.2f}-{high:.2f}]" if self.n else "-"


def _at_least(right: int, n: int, share: float) -> float:
    """The chance of `right` or more of `n`."""
    if share <= 0.0:
        return 0.0
    if share >= 1.0:
        return 1.0
    one, other = math.log(share), math.log1p(-share)
    whole = math.lgamma(n + 1)
    terms = (whole - math.lgamma(k + 1) - math.lgamma(n - k + 1) + k * one + (n - k) * other for k in range(right, n + 1))
    return min(1.0, sum(map(math.exp, terms)))
