"""What a workspace can do: a protocol of few verbs. One contract test runs over every store."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, TypeVar

from shapely.geometry.base import BaseGeometry

from planner.errors import StoreBusy, StoreRefused
from planner.land.parcel import Layer
from planner.quota.accounts import Account
from planner.quota.balances import Standing
from planner.quota.chain import Verification
from planner.quota.entries import Draft, Entry
from planner.text import N_, Text

Done = TypeVar("Done")
TRIES = 5  # of a turn that the database gives up


@dataclass(frozen=True)
class LayerInfo:
    """A layer as the catalogue of a workspace lists it. ``version`` counts replacements from 1 and changes with
    every change of a feature (``stamp``), so it can key a cache."""

    role: str
    name: str
    features: int
    crs: str
    as_of: date | None
    coverage_m2: float | None
    source: str
    sha256: str
    version: int
    stamp: str
    illustrative: bool


@dataclass(frozen=True)
class CaseRecord:
    """A case as kept: the document of its check and its request are JSON-able mappings. ``version`` counts its
    changes from 1; it is the store's, what a caller puts there is not written."""

    id: str
    parcel_id: str
    shape: BaseGeometry
    state: str
    made_at: str
    actor: str
    document: Mapping[str, Any]
    request: Mapping[str, Any]
    version: int = 0


class CaseChanged(StoreRefused):
    """Someone else changed the case first; ``now`` is the case as it stands, None where it is not there."""

    code = "E_CONFLICT"
    sentence = N_("Case '{case}' was changed meanwhile by {actor}: it is now '{state}', version {version}, and you saw "
                  "version {seen}. Look at it again, then decide.")

    def __init__(self, case: str, seen: int, now: CaseRecord | None) -> None:
        self.now = now
        facts = {"actor": now.actor, "state": now.state, "version": now.version} if now else dict.fromkeys(
            ("actor", "state", "version"), "-")
        super().__init__(where={"case": case}, case=case, seen=seen, **facts)


class TurnLost(StoreBusy):
    """The database gave the turn up in favour of another one; nothing of it was written and it can be done again."""


@dataclass(frozen=True)
class RegisterRow:
    """One version of a row of a register, counted from 1. ``document`` holds its values, JSON-able; None where this
    version took the row out. ``shape`` is its outline (EPSG:4490) where it has one of its own."""

    register: str
    id: str
    version: int
    at: str
    actor: str
    document: Mapping[str, Any] | None
    shape: BaseGeometry | None

    def says(self, other: RegisterRow) -> bool:
        """Whether two versions hold the same values and the same outline, to the last digit."""
        same_shape = (self.shape and self.shape.wkb) == (other.shape and other.shape.wkb)
        return self.document == other.document and same_shape


class Turn(Protocol):
    """One write transaction: everything in it happens, or nothing. Reads inside it see its own writes."""

    def answer(self, key: str, content: str) -> dict[str, Any] | None:
        """What this key was answered before, None if it is new. Raises KeyReused if the content differs."""

    def remember(self, key: str, content: str, answer: Mapping[str, Any], actor: str) -> None: ...
    def entries(self, *, ref: str | None = None) -> list[Entry]:
        """The whole book, or only what names a reference."""

    def standing(self) -> Standing:
        """What stands now; changes with each entry that is appended."""

    def head(self) -> str:
        """Hash of the last entry, "" for an empty book."""

    def append(self, draft: Draft) -> Entry:
        """Chain an entry. Each draft has a key of its own: several entries of one act are keyed "K#1", "K#2" ...

        Raises Overdraw or NotHeld if a bucket but ``outside`` (``free`` by kind open, ``free`` of an ungranted LIST by
        kind reserve) would fall below zero, KeyReused if an entry has this key, Unbalanced.
        """

    def keep_layer(self, layer: Layer, *, sha256: str, replace: bool = False) -> LayerInfo:
        """Store a layer under its name; with ``replace`` the one of that name stays as an older version.

        Names count without regard to case. Raises LayerExists, UsageError (a name or column the file needs itself).
        """

    def put_feature(self, layer: str, *, id: str, shape: BaseGeometry, values: Mapping[str, Any]) -> None:
        """Add or change one feature of a layer, by id. Values not named stay as they are; new columns are made.

        Raises LayerMissing.
        """

    def drop_feature(self, layer: str, *, id: str) -> None:
        """Take one feature out. Raises LayerMissing, FeatureMissing."""

    def keep_case(self, case: CaseRecord, *, expected: int | None = None) -> CaseRecord:
        """Add or change a case. With ``expected`` only if that is the version that is there (0: none is there).

        Raises CaseChanged.
        """

    def keep_project(self, id: str, fields: Mapping[str, Any]) -> None: ...
    def drop_project(self, id: str) -> None: ...
    def put_settings(self, values: Mapping[str, str]) -> None: ...
    def keep_record(self, kind: str, id: str, fields: Mapping[str, Any]) -> None:
        """Put a JSON-able record of a kind, or change it in its place."""

    def drop_record(self, kind: str, id: str) -> None: ...

    def register(self, name: str) -> list[RegisterRow]: ...
    def keep_row(
        self, register: str, *, id: str, document: Mapping[str, Any], shape: BaseGeometry | None, actor: str
    ) -> RegisterRow:
        """Add or change a row: a new version, unless nothing of it changes; then the version in force is returned."""

    def drop_row(self, register: str, *, id: str, actor: str) -> RegisterRow:
        """Take a row out; its versions stay. Raises RegisterRowMissing."""
    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """Rows of a table of ``tables.py`` by its short name, in order; only those with these values."""

    def add(self, table: str, *rows: Mapping[str, Any]) -> None: ...
    def change(self, table: str, where: Mapping[str, Any], values: Mapping[str, Any]) -> int:
        """Give the rows that match new values; returns how many matched: 0 where a version expected is not there."""

    def drop(self, table: str, where: Mapping[str, Any]) -> int: ...


class Store(Protocol):
    """Where layers, the book, cases and the queue are kept."""

    where: str

    def settings(self) -> dict[str, str]: ...
    def layers(self) -> list[LayerInfo]: ...
    def layer(self, name: str, version: int | None = None) -> Layer:
        """A layer with all its features, by default as it is now; text columns have dtype str, missing values are
        None/NaN. Raises LayerMissing."""

    def layer_versions(self, name: str) -> list[LayerInfo]:
        """Every version of a layer that is kept, oldest first; empty where there never was one of that name."""

    def entries(
        self,
        after: int = 0,
        *,
        before: int | None = None,
        ref: str | None = None,
        account: Account | None = None,
        last: int | None = None,
    ) -> list[Entry]:
        """The book in order, or only what follows the entry numbered ``after``, stands before ``before``, names a
        reference, touches an account; of these only the ``last`` ones."""

    def count_entries(self, account: Account) -> int:
        """How many entries touch an account."""

    def verify(self, head: str | None = None) -> Verification:
        """The whole book recomputed from its rows; ``head`` a hash written down elsewhere."""

    def standing(self) -> tuple[Standing, str]:
        """What stands, added up from every entry, and the hash of the last one."""

    def answer(self, key: str, content: str) -> dict[str, Any] | None:
        """What a key was answered, None if it is new. Raises KeyReused if the content differs."""

    def head(self) -> str:
        """Hash of the last entry, "" for an empty book."""

    def cases(self) -> list[CaseRecord]: ...
    def case(self, id: str) -> CaseRecord | None:
        """One case, None where there is none."""

    def holders(self) -> dict[str, str]:
        """The parcel of each case, by the id of the case, in order of entry."""

    def case_versions(self) -> dict[str, int]:
        """The version of each case, by its id, in order of entry."""

    def outlines(self) -> dict[str, tuple[str, BaseGeometry]]:
        """The parcel of each case with its outline, by the id of the case, in order of entry."""

    def projects(self) -> dict[str, dict[str, Any]]:
        """The queue as kept, id -> fields of interface section 4, in order of entry."""

    def records(self, kind: str) -> dict[str, dict[str, Any]]:
        """What is kept of a kind, id -> fields, in order of entry."""

    def register(self, name: str) -> list[RegisterRow]:
        """The rows of a register in force, by id."""

    def row_versions(self, register: str, id: str) -> list[RegisterRow]:
        """Every version of a row, oldest first; empty where there never was one."""
    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        """Rows of a table of ``tables.py`` by its short name, in order; only those with these values."""

    def turn(self) -> AbstractContextManager[Turn]: ...
    def moment(self) -> AbstractContextManager[None]:
        """All that this thread reads within is of one moment, and asked for in one transaction. One that begins inside
        a turn is of the moment in which the turn was taken; a turn that is taken within is not bound by it."""

    def faults(self) -> list[Text]:
        """What the store finds wrong in itself: damage in the file, balances that are not the sum of the entries."""

    def backup(self, path: str) -> None:
        """A consistent copy, opened and verified before it takes the name ``path``. Raises StoreRefused, UsageError."""

    def about(self) -> str:
        """The program that keeps it, with its version."""

    def discard(self) -> None:
        """Close the workspace and remove it with all it holds: for one that was only just made."""

    def close(self) -> None: ...


def in_turn(store: Store, work: Callable[[Turn], Done]) -> Done:
    """Do a piece of writing in one turn, again when the database gave it up in favour of another one.

    ``work`` may run several times: it may change nothing but the turn. Raises what ``work`` raises, TurnLost.
    """
    for again in range(TRIES):
        try:
            with store.turn() as turn:
                return work(turn)
        except TurnLost:
            if again == TRIES - 1:
                raise
            time.sleep(0.02 * 2**again)
    raise AssertionError("unreachable")
