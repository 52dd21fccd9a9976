"""The five answers, best to worst; the answer of a whole is its worst part."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Verdict(IntEnum):
    """Ordered so that ``max`` is the worst."""

    FITS = 0
    WARN = 1
    UNKNOWN = 2
    EXCEEDS = 3
    BLOCKED = 4

    def __str__(self) -> str:
        return self.name.lower()


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a whole; of nothing it is FITS."""
    return max(verdicts, default=Verdict.FITS)
