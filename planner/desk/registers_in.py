"""Tables into the registers of a park: all rows or none, every version kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from shapely.geometry.base import BaseGeometry

from planner import formats
from planner.desk.authority import ANYWHERE, needs
from planner.desk.booking import Document, once
from planner.desk.desk import Desk
from planner.desk.registers import register_of, row_of
from planner.errors import FeatureMissing, Rejected, UsageError
from planner.formats import registers as tables
from planner.formats.reading import Reading
from planner.people import Role
from planner.registers.columns import columns_of, document_of
from planner.registers.rows import Row
from planner.store.base import RegisterRow, Turn
from planner.text import N_, Text
from planner.words import LANGUAGES, translator


@dataclass(frozen=True)
class RegisterFile:
    """A table to take in: ``shapes`` a file whose features are the outlines, joined by number; ``replace`` takes out
    the rows that the table does not have; ``shown_as`` is the name the person knows the file by."""

    register: str
    path: Path
    actor: str
    key: str
    shapes: Path | None = None
    shown_as: str | None = None
    crs: str | None = None
    replace: bool = False
    dry_run: bool = False

    @property
    def content(self) -> Document:
        """What the key stands for: the call and the bytes of its files."""
        files = [sha256(path.read_bytes()).hexdigest() for path in (self.path, self.shapes) if path is not None]
        return {"verb": "register import", "register": self.register, "files": files, "replace": self.replace,
                "crs": self.crs}  # fmt: skip


@needs(Role.PLANNER, ANYWHERE)
def import_register(desk: Desk, file: RegisterFile) -> Document:
    """A table into a register: rows are added or changed by their number, all of them or none.

    An empty outline keeps the one a row has. Raises Rejected (each bad row with its column), RegisterUnknown,
    FeatureMissing (a shape without a row), what ``read_register`` and the door of files raise, KeyReused.
    """
    register = register_of(file.register)
    named = file.shown_as or file.path.name
    languages = [translator(lang) for lang in LANGUAGES]
    cells = tables.read_register(file.path, columns_of(register.row), languages=languages, name=named)
    shapes = _shapes(file)
    made, bad = [], []
    for one in cells:
        row = register.row(**{**one.values, "outline": shapes.pop(str(one.values["id"]), one.outline)})
        problem = tables.refused(one, row.problems())
        if problem is not None:
            bad.append(problem)
        made.append(row)
    if bad:
        raise Rejected(bad, kind="rows", file=named)
    if shapes:
        raise FeatureMissing(file=named, wanted=next(iter(shapes)), ids=", ".join(row.id for row in made))
    if file.dry_run:
        return _told(file, made, _changes(desk.store.register(file.register), made, file.replace), stored=0)

    def work(turn: Turn) -> Document:
        changes = _changes(turn.register(file.register), made, file.replace)
        for row in changes["kept"]:
            keep_row(turn, file.register, row, actor=file.actor)
        for id in changes["dropped"]:
            turn.drop_row(file.register, id=id, actor=file.actor)
        return _told(file, made, changes, stored=len(made))

    return once(desk.store, key=file.key, request=file.content, actor=file.actor, work=work)


def keep_row(turn: Turn, register: str, row: Row, *, actor: str) -> RegisterRow:
    """Put one row into a register."""
    return turn.keep_row(register, id=row.id, document=document_of(row), shape=row.outline, actor=actor)


@needs(Role.PLANNER, ANYWHERE)
def drop_row(desk: Desk, name: str, id: str, *, actor: str, key: str) -> Document:
    """Take a row out; its versions stay. Raises RegisterUnknown, RegisterRowMissing, KeyReused."""
    register_of(name)

    def work(turn: Turn) -> Document:
        return {"register": name, "dropped": id, "version": turn.drop_row(name, id=id, actor=actor).version}

    return once(
        desk.store, key=key, request={"verb": "register drop", "register": name, "id": id}, actor=actor, work=work
    )


@needs(Role.VIEWER, ANYWHERE)
def stamp(desk: Desk, name: str) -> int:
    """How often a register was changed: the same call over another state of it is another request."""
    return len(desk.store.rows("register_rows", register=name))


def _shapes(file: RegisterFile) -> dict[str, BaseGeometry]:
    """Outlines by number from the file beside the table. Raises Rejected for a feature that is not good as it is."""
    if file.shapes is None:
        return {}
    reading: Reading = formats.read(file.shapes, crs=file.crs)
    refused = [error for _, error in reading.rejected]
    if refused:
        raise Rejected(refused, kind="features", file=file.shapes.name)
    if reading.repairs:
        raise UsageError(
            file=file.shapes.name,
            problem=Text(
                N_("Feature {feature} would need a repair: mend it first."), feature=reading.repairs[0].feature
            ),
        )
    return dict(zip(reading.ids, reading.frame.geometry.values, strict=True))


def _changes(before: Iterable[RegisterRow], made: Sequence[Row], replaced: bool) -> dict[str, list[Any]]:
    """What an import does: rows to keep (with the outlines they have already), and the numbers by what happens."""
    old = {row.id: row_of(row) for row in before}
    told: dict[str, list[Any]] = {"kept": [], "added": [], "changed": [], "unchanged": [], "dropped": []}
    for row in made:
        earlier = old.get(row.id)
        if row.outline is None and earlier is not None and earlier.outline is not None:
            row = replace(row, outline=earlier.outline)
        told["kept"].append(row)
        told["added" if earlier is None else "unchanged" if earlier == row else "changed"].append(row.id)
    if replaced:
        told["dropped"] = [id for id in old if id not in {row.id for row in made}]
    return told


def _told(file: RegisterFile, made: Sequence[Row], changes: Mapping[str, list[Any]], *, stored: int) -> Document:
    return {
        "register": file.register,
        "read": len(made),
        "stored": stored,
        **{name: changes[name] for name in ("added", "changed", "unchanged", "dropped")},
        "rejected": [],
        "status": "accept",
    }
