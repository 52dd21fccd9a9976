"""What the file and the database do alike: every verb of a store over one SQLAlchemy connection."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from threading import local
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection

from planner.land.parcel import Layer
from planner.quota.accounts import Account
from planner.quota.balances import Standing
from planner.quota.chain import Verification
from planner.quota.entries import Draft, Entry
from planner.store import book, cases, copying, kept, layers, registers, sums, tables
from planner.store.base import CaseRecord, LayerInfo, RegisterRow, Turn
from planner.store.clock import Clock
from planner.store.trouble import spoken
from planner.text import Text


class DatabaseStore(ABC):
    """The verbs that read; a store says how it begins a transaction, backs itself up and finds its faults."""

    def __init__(self, where: str, clock: Clock) -> None:
        self.where = where
        self._clock = clock
        self._remembered = sums.Remembered()
        self._here = local()  # the moment in which a thread reads, if it asked for one

    @abstractmethod
    def _begun(self, *, write: bool) -> AbstractContextManager[Connection]:
        """A transaction, before anything is looked at."""

    @abstractmethod
    def _looked_at(self, connection: Connection) -> None:
        """Refuse a workspace that another program has changed. Raises StoreDamaged."""

    def _taken(self, connection: Connection) -> book.Start:
        """Make the transaction of a writer the only one that writes, and say where it begins."""
        self._looked_at(connection)
        return book.start(connection)

    @abstractmethod
    def faults(self) -> list[Text]: ...

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def discard(self) -> None: ...

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[Connection]:
        """A transaction of one moment: of a writer it is the only one, of a reader it sees no change of others."""
        with self._begun(write=write) as connection:
            if write:
                copying.refuse_moved(self._taken(connection))
            else:
                self._looked_at(connection)
            yield connection

    def settings(self) -> dict[str, str]:
        with self._look() as connection:
            return kept.settings(connection)

    def layers(self) -> list[LayerInfo]:
        with self._look() as connection:
            return layers.infos(connection)

    def layer(self, name: str, version: int | None = None) -> Layer:
        with self._look() as connection:
            return layers.layer(connection, name, version)

    def layer_versions(self, name: str) -> list[LayerInfo]:
        with self._look() as connection:
            return layers.versions(connection, name)

    def entries(
        self,
        after: int = 0,
        *,
        before: int | None = None,
        ref: str | None = None,
        account: Account | None = None,
        last: int | None = None,
    ) -> list[Entry]:
        with self._look() as connection:
            return book.entries(connection, after, before=before, ref=ref, account=account, last=last)

    def count_entries(self, account: Account) -> int:
        with self._look() as connection:
            return book.count_entries(connection, account)

    def verify(self, head: str | None = None) -> Verification:
        with self._look() as connection:
            return book.verified(connection, head)

    def standing(self) -> tuple[Standing, str]:
        with self._look() as connection:
            return sums.stands(connection), book.start(connection).hash

    def answer(self, key: str, content: str) -> dict[str, Any] | None:
        with self._look() as connection:
            return kept.answer(connection, key, content)

    def head(self) -> str:
        with self._look() as connection:
            return book.start(connection).hash

    def cases(self) -> list[CaseRecord]:
        with self._look() as connection:
            return cases.cases(connection)

    def case(self, id: str) -> CaseRecord | None:
        with self._look() as connection:
            return cases.case(connection, id)

    def holders(self) -> dict[str, str]:
        with self._look() as connection:
            return cases.holders(connection)

    def case_versions(self) -> dict[str, int]:
        with self._look() as connection:
            return cases.versions(connection)

    def outlines(self) -> dict[str, tuple[str, BaseGeometry]]:
        with self._look() as connection:
            return cases.outlines(connection)

    def projects(self) -> dict[str, dict[str, Any]]:
        with self._look() as connection:
            return kept.projects(connection)

    def records(self, kind: str) -> dict[str, dict[str, Any]]:
        with self._look() as connection:
            return kept.records(connection, kind)

    def register(self, name: str) -> list[RegisterRow]:
        with self._look() as connection:
            return registers.rows(connection, name)

    def row_versions(self, register: str, id: str) -> list[RegisterRow]:
        with self._look() as connection:
            return registers.versions(connection, register, id)

    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        with self._look() as connection:
            return tables.rows(connection, table, where)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        # Whoever writes reads what stands now, not what stood in a moment of before.
        with self._reading(None), self._begun(write=True) as connection:
            begun = self._taken(connection)
            copying.refuse_moved(begun)
            yield DatabaseTurn(connection, self._clock, self._remembered, begun)

    def marks(self) -> dict[str, str]:
        """What it holds as one mark a table and layer: equal marks, equal contents."""
        with self._look() as connection:
            return copying.marks(connection)

    @contextmanager
    def moment(self) -> Iterator[None]:
        with self._look() as connection, self._reading(connection):
            yield

    @contextmanager
    def _reading(self, moment: Connection | None) -> Iterator[None]:
        """Let this thread read in a moment, or in none."""
        before, self._here.moment = self._moment, moment
        try:
            yield
        finally:
            self._here.moment = before

    @property
    def _moment(self) -> Connection | None:
        return getattr(self._here, "moment", None)

    @contextmanager
    def _look(self) -> Iterator[Connection]:
        """A transaction that reads: the moment of this thread, where it has one, else one for itself."""
        if self._moment is not None:
            with spoken(self.where):
                yield self._moment
        else:
            with self._transaction(write=False) as connection:
                yield connection


class DatabaseTurn:
    """One write transaction, holding the write lock from its first moment."""

    def __init__(
        self, connection: Connection, clock: Clock, remembered: sums.Remembered, begun: book.Start
    ) -> None:
        self._connection, self._clock, self._remembered = connection, clock, remembered
        self._begun, self._last = begun, begun.hash
        self._stand: Standing | None = None  # asked for once: nobody else can write while the turn lasts

    def answer(self, key: str, content: str) -> dict[str, Any] | None:
        return kept.answer(self._connection, key, content)

    def remember(self, key: str, content: str, answer: Mapping[str, Any], actor: str) -> None:
        kept.remember(self._connection, key, content, answer, actor, self._clock().isoformat())

    def entries(self, *, ref: str | None = None) -> list[Entry]:
        return book.entries(self._connection, ref=ref)

    def standing(self) -> Standing:
        if self._stand is None:
            self._stand = self._remembered.at(self._connection, self._begun)
        return self._stand

    def head(self) -> str:
        return self._last

    def append(self, draft: Draft) -> Entry:
        at = self._clock().isoformat()
        entry = book.append(self._connection, draft, at, stand=self.standing(), previous=self._last)
        self._remembered.wrote(entry)
        self._last = entry.hash
        return entry

    def keep_layer(self, layer: Layer, *, sha256: str, replace: bool = False) -> LayerInfo:
        return layers.keep(self._connection, layer, sha256=sha256, replace=replace)

    def put_feature(self, layer: str, *, id: str, shape: BaseGeometry, values: Mapping[str, Any]) -> None:
        layers.put_feature(self._connection, layer, id=id, shape=shape, values=values)

    def drop_feature(self, layer: str, *, id: str) -> None:
        layers.drop_feature(self._connection, layer, id=id)

    def keep_case(self, case: CaseRecord, *, expected: int | None = None) -> CaseRecord:
        return cases.keep_case(self._connection, case, expected)

    def keep_project(self, id: str, fields: Mapping[str, Any]) -> None:
        kept.keep_project(self._connection, id, fields)

    def drop_project(self, id: str) -> None:
        kept.drop_project(self._connection, id)

    def put_settings(self, values: Mapping[str, str]) -> None:
        kept.put_settings(self._connection, values)

    def keep_record(self, kind: str, id: str, fields: Mapping[str, Any]) -> None:
        kept.keep_record(self._connection, kind, id, fields)

    def drop_record(self, kind: str, id: str) -> None:
        kept.drop_record(self._connection, kind, id)

    def register(self, name: str) -> list[RegisterRow]:
        return registers.rows(self._connection, name)

    def keep_row(
        self, register: str, *, id: str, document: Mapping[str, Any], shape: BaseGeometry | None, actor: str
    ) -> RegisterRow:
        at = self._clock().isoformat()
        return registers.keep(
            self._connection, register, id=id, document=document, shape=shape, actor=actor, at=at
        )

    def drop_row(self, register: str, *, id: str, actor: str) -> RegisterRow:
        return registers.drop(self._connection, register, id=id, actor=actor, at=self._clock().isoformat())

    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        return tables.rows(self._connection, table, where)

    def add(self, table: str, *rows: Mapping[str, Any]) -> None:
        tables.add(self._connection, table, rows)

    def change(self, table: str, where: Mapping[str, Any], values: Mapping[str, Any]) -> int:
        return tables.change(self._connection, table, where, values)

    def drop(self, table: str, where: Mapping[str, Any]) -> int:
        return tables.drop(self._connection, table, where)
