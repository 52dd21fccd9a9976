"""What a reader hands to the door: shapes and columns as the file has them, nothing judged yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.errors import PlannerError
from planner.formats.reading import Repair
from planner.text import Text


@dataclass
class Raw:
    """n features. ``ids`` as the file gives them (None: number them), ``shapes`` with None where ``errors`` says why,
    ``columns`` name -> n values, ``declared_m2`` by position, ``crs`` EPSG:n or WKT, None where the file is silent;
    ``crs_from`` file, header, option or default, ``encoding_from`` format, option, mark, content or guess."""

    format: str
    layer: str
    encoding: str
    ids: list[str | None] = field(default_factory=list)
    shapes: list[BaseGeometry | None] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    crs: str | None = None
    crs_from: str = "file"
    encoding_from: str = "format"
    errors: dict[int, PlannerError] = field(default_factory=dict)
    feature_notes: dict[int, list[Text]] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    repairs: list[Repair] = field(default_factory=list)
    declared_m2: dict[int, float] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)

    def note(self, position: int, text: Text) -> None:
        """Remember something about one feature, once."""
        known = self.feature_notes.setdefault(position, [])
        if text not in known:
            known.append(text)

    def shape(
        self, position: int, made: Callable[[str], tuple[BaseGeometry, Sequence[Text]]]
    ) -> BaseGeometry | None:
        """The shape that is ``made`` of a feature (by its name) with what is to be said of it; None where it was
        refused, which is kept in ``errors``."""
        try:
            shape, notes = made(self.ids[position] or str(position + 1))
        except PlannerError as wrong:
            self.errors[position] = wrong
            return None
        for note in notes:
            self.note(position, note)
        return shape

    def said_ids(self) -> tuple[list[str], bool]:
        """Unique ids of the n features: the file's, else the number from 1; all numbered where the file repeats one.

        Returns them and whether a repetition made them numbers.
        """
        ids = [one if one not in (None, "") else str(n) for n, one in enumerate(self.ids, start=1)]
        if len(set(ids)) == len(ids):
            return [str(one) for one in ids], False
        return [str(n) for n in range(1, len(ids) + 1)], True

    def array(self) -> NDArray[np.object_]:
        """The shapes as an array of objects (numpy would otherwise look inside a multipolygon)."""
        shapes = np.empty(len(self.shapes), dtype=object)
        shapes[:] = self.shapes
        return shapes
