"""The land registers of a park: their rows, what a check may know of the workspace, and the answers as documents."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import date

import shapely

from planner.admission.case import verdict_of
from planner.desk import documents, documents_check
from planner.desk.authority import ANYWHERE, needs
from planner.desk.booking import Document
from planner.desk.desk import Desk
from planner.errors import InputError
from planner.people import Role
from planner.registers.check import REGISTERS, Register, check_register, counted_twice_m2
from planner.registers.columns import document_of, values_of
from planner.registers.rows import Row
from planner.registers.scene import Checked, Scene
from planner.store.base import RegisterRow
from planner.text import N_, Translate, english
from planner.units import mu
from planner.verdict import Verdict, worst

LAND_QUOTAS = ("new_construction_m2", "offset_quantity_m2", "offset_paddy_m2")


class RegisterUnknown(InputError):
    code = "E_REGISTER"
    sentence = N_("There is no register '{register}'. Use one of: {known}.")


def register_of(name: str) -> Register:
    """A register by its name. Raises RegisterUnknown."""
    if name not in REGISTERS:
        raise RegisterUnknown(register=name, known=", ".join(REGISTERS))
    return REGISTERS[name]


def row_of(kept: RegisterRow) -> Row:
    """A kept row as the registers think of it."""
    kind = REGISTERS[kept.register].row
    return kind(**{**values_of(kind, kept.document or {}), "outline": kept.shape})


@needs(Role.VIEWER, ANYWHERE)
def rows(desk: Desk, name: str) -> tuple[Row, ...]:
    """The rows of a register in force. Raises RegisterUnknown."""
    register_of(name)
    return tuple(row_of(kept) for kept in desk.store.register(name))


@needs(Role.VIEWER, ANYWHERE)
def scene_seal(desk: Desk, on: date) -> tuple[Hashable, ...]:
    """What the answers of a day rest on: the rules, the layers, the book and every row, each by what names its state.
    Equal seals, equal answers."""
    layers = sorted((info.name, info.stamp) for info in desk.store.layers())
    rows = [(row.register, row.id, row.version, row.at) for name in REGISTERS for row in desk.store.register(name)]
    return desk.store.where, on, desk.parameters.version, desk.store.head(), tuple(layers), tuple(rows)


def scene(desk: Desk, on: date) -> Scene:
    """All that a check may know on a day: every register, the layers, what the book holds of land by reference."""
    booked: dict[str, float] = {}
    for at, amount in desk.book.standing().cells.items():
        if at.quota in LAND_QUOTAS and at.ref:
            booked[at.ref] = booked.get(at.ref, 0.0) + amount
    return Scene(desk.parameters, on, desk.ground.by_role(), {name: rows(desk, name) for name in REGISTERS}, booked)


@needs(Role.VIEWER, ANYWHERE)
def checked(desk: Desk, name: str, on: date | None = None) -> tuple[Checked, ...]:
    """Every row of a register, judged on a day. Raises RegisterUnknown."""
    register_of(name)
    return check_register(name, scene(desk, on or desk.today()))


def verdict(one: Checked) -> Verdict:
    """The verdict of a row: its worst finding."""
    return worst(verdict_of(seen) for seen in one.findings)


# ---------------------------------------------------------------- documents
def check_document(desk: Desk, name: str, found: Sequence[Checked], on: date, say: Translate = english) -> Document:
    """`planner register check`: rows with figures and findings, and what they come to."""
    return {
        "register": name,
        "on": on.isoformat(),
        "parameters": desk.parameters.version,
        "rows": [row_document(one, say) for one in found],
        "totals": totals(found),
        "verdict": str(worst(verdict(one) for one in found)),
    }


def row_document(one: Checked, say: Translate) -> Document:
    """One row: its values, its ground, its figures, its findings."""
    joined = one.joined
    return {
        **document_of(one.row),
        "tag": one.tag or None,
        "ground": {
            "area_m2": joined.area_m2,
            "mu": mu(joined.area_m2) if joined.area_m2 is not None else None,
            "from": "outline" if one.row.outline is not None else "parcels" if joined.shape is not None else None,
            "parcels": [{"id": met.id, "m2": met.m2, "share": met.share} for met in joined.met],
            "missing": list(joined.missing),
        },
        "figures": {
            key: value.isoformat() if isinstance(value, date) else documents.plain(value)
            for key, value in one.figures.items()
        },
        "findings": [documents_check.finding(seen, say) for seen in one.findings],
        "verdict": str(verdict(one)),
    }


def totals(found: Sequence[Checked]) -> Document:
    """What the rows come to; a sum with an unknown part is null, and the part that is known stands beside it."""
    answer: Document = {"rows": len(found), "counted_twice_m2": counted_twice_m2(found)}
    for name in ("area_m2", "asks_m2", "saves_m2"):
        values = [one.figures[name] for one in found if name in one.figures]
        if values:
            known = [value for value in values if value is not None]
            answer[name] = sum(known) if len(known) == len(values) else None
            answer[name.replace("_m2", "_known_m2")] = sum(known)
    return answer


@needs(Role.VIEWER, ANYWHERE)
def history_document(desk: Desk, name: str, id: str) -> list[Document]:
    """Every version of a row, oldest first. Raises RegisterUnknown."""
    register_of(name)
    return [
        {"version": row.version, "at": row.at, "actor": row.actor, "document": row.document,
         "outline": shapely.to_wkt(row.shape, rounding_precision=-1) if row.shape is not None else None}
        for row in desk.store.row_versions(name, id)
    ]  # fmt: skip
