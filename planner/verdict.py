"""The five answers, best to worst; the answer of a whole is its worst part. And how one part of it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final, Literal


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


# What is against a case and changes no verdict: shown as what it is, never as fitting.
NOTED: Final = "noted"
Sign = Verdict | Literal["noted"]


def sign_named(word: str) -> Sign:
    """The sign that a document tells by its word. Raises KeyError."""
    return NOTED if word == NOTED else Verdict[word.upper()]


def gravity(sign: Sign) -> float:
    """Where a sign stands among the others: what is noted is graver than what fits and no warning."""
    return (Verdict.FITS + Verdict.WARN) / 2 if isinstance(sign, str) else float(sign)
