"""Between the map page and the desk: the case of what is chosen, kept while nothing it rests on changes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import streamlit as st

from planner.admission.case import sign_of
from planner.admission.outcome import Case
from planner.desk.desk import Desk
from planner.energy.project import Project
from planner.land.finding import State
from planner.land.parcel import Layer, Parcel
from planner.store.base import LayerInfo
from planner.ui.drafts import MapState
from planner.ui.session import _, named
from planner.webmap.build import Piece

CASES_KEPT = 16


@dataclass(frozen=True)
class Ground:
    """What the page reads once a run: the layers, the registered parcels, and a stamp of all a case rests on."""

    infos: tuple[LayerInfo, ...]
    parcels: Layer | None
    stamp: tuple[Any, ...]

    @cached_property
    def ids(self) -> list[str]:
        return [] if self.parcels is None else [str(id_) for id_ in self.parcels.frame["id"]]

    @cached_property
    def names(self) -> dict[str, str]:
        """What a parcel is called, by its id; those that have no name are not in it."""
        if self.parcels is None or "name" not in self.parcels.frame:
            return {}
        return {id_: name for id_, name in zip(self.ids, self.parcels.frame["name"], strict=True)
                if isinstance(name, str) and name}


def ground(desk: Desk) -> Ground:
    """The ground as it stands now."""
    infos = tuple(desk.layers())
    named = next((info for info in infos if info.role == "parcels"), None)
    stamps = tuple(sorted((info.name, info.stamp) for info in infos))
    rests_on = (stamps, desk.store.head(), desk.parameters.version, tuple(sorted(desk.settings().items())))
    return Ground(infos, desk.layer(named.name) if named else None, rests_on)


def registered(where: Ground, id_: str | None) -> Parcel | None:
    """A parcel of the parcels layer by its id."""
    if id_ is None or where.parcels is None or id_ not in where.ids:
        return None
    row = where.parcels.frame.iloc[where.ids.index(id_)]
    return Parcel(id_, row.geometry, row["name"] if isinstance(row["name"], str) and row["name"] else id_)


def chosen(state: MapState, where: Ground) -> Parcel | None:
    """What the card is about: the drawing that is active, else the registered parcel that was picked."""
    if state.draft is not None:
        return state.draft.parcel
    return registered(where, state.picked)


def case_of(desk: Desk, where: Ground, parcel: Parcel, project: Project | None, year: int | None) -> Case:
    """The case of a parcel, looked at anew only when parcel, project, day or ground has changed."""
    kept = st.session_state.setdefault("cases", {})
    key = (
        parcel.id,
        parcel.name,
        parcel.shape.wkb,
        project.model_dump_json() if project else "",
        year,
        desk.today(),
        where.stamp,
    )
    if key not in kept:
        while len(kept) >= CASES_KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = desk.look(parcel, project=project, year=year)
    case: Case = kept[key]
    return case


def pieces(case: Case) -> list[Piece]:
    """The parcel's outline and the offending pieces, hatched by sign, the worst on top."""
    marks = [Piece(case.parcel.shape, None, named(case.parcel.name or case.parcel.id))]
    for seen in reversed(case.findings):  # worst first in the case
        if seen.state == State.HIT and seen.where is not None and not seen.where.is_empty:
            marks.append(Piece(seen.where, sign_of(seen), _(seen.title)))
    return marks
