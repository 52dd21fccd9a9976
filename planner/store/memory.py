"""A workspace that forgets: the same verbs without a file, for tests and what-ifs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any

from shapely.geometry.base import BaseGeometry

from planner.errors import FeatureMissing, KeyReused, LayerExists, LayerMissing, RegisterRowMissing, UsageError
from planner.land.parcel import CRS, Layer
from planner.quota.balances import fence, standing
from planner.quota.chain import balanced, seal
from planner.quota.entries import Draft, Entry
from planner.store.base import CaseRecord, LayerInfo, RegisterRow, Turn
from planner.store.book import dumped
from planner.store.clock import Clock, utc_now
from planner.store.features import checked_name
from planner.store.frames import Kinds, Values, kinds_of, plain, to_frame, to_rows, widened
from planner.store.layers import covered_m2, stamp
from planner.text import N_, Text


@dataclass(frozen=True)
class _Kept:
    """One version of a layer: its description, and its features as plain values."""

    info: LayerInfo
    coverage: BaseGeometry | None
    kinds: Kinds
    rows: tuple[Values, ...]
    shapes: tuple[Any, ...]

    def layer(self) -> Layer:
        return Layer(
            role=self.info.role,
            name=self.info.name,
            frame=to_frame(self.rows, self.kinds, self.shapes),
            as_of=self.info.as_of,
            source=self.info.source,
            coverage=self.coverage,
            illustrative=self.info.illustrative,
        )


@dataclass
class _State:
    settings: dict[str, str] = field(default_factory=dict)
    layers: dict[str, tuple[_Kept, ...]] = field(default_factory=dict)  # folded name -> versions, oldest first
    entries: list[Entry] = field(default_factory=list)
    cases: dict[str, CaseRecord] = field(default_factory=dict)
    projects: dict[str, str] = field(default_factory=dict)
    acts: dict[str, tuple[str, str]] = field(default_factory=dict)
    records: dict[tuple[str, str], str] = field(default_factory=dict)
    rows: dict[tuple[str, str], tuple[RegisterRow, ...]] = field(default_factory=dict)  # versions, oldest first

    def copy(self) -> _State:
        return _State(
            dict(self.settings),
            dict(self.layers),
            list(self.entries),
            dict(self.cases),
            dict(self.projects),
            dict(self.acts),
            dict(self.records),
            dict(self.rows),
        )


class MemoryStore:
    """Everything in this process, gone with it."""

    where = "memory:"

    def __init__(self, *, clock: Clock = utc_now) -> None:
        self._state, self._clock, self._lock = _State(), clock, RLock()

    def settings(self) -> dict[str, str]:
        return dict(sorted(self._state.settings.items()))

    def layers(self) -> list[LayerInfo]:
        return [versions[-1].info for versions in self._state.layers.values()]

    def layer(self, name: str, version: int | None = None) -> Layer:
        for kept in _versions(self._state, name):
            if kept.info.version == version or (version is None and kept is _versions(self._state, name)[-1]):
                return kept.layer()
        raise _missing(self._state, f"{name} ({version})")

    def entries(self, after: int = 0) -> list[Entry]:
        return self._state.entries[after:]

    def head(self) -> str:
        return self._state.entries[-1].hash if self._state.entries else ""

    def cases(self) -> list[CaseRecord]:
        return list(self._state.cases.values())

    def projects(self) -> dict[str, dict[str, Any]]:
        return {id: json.loads(fields) for id, fields in self._state.projects.items()}

    def records(self, kind: str) -> dict[str, dict[str, Any]]:
        return {id: json.loads(fields) for (of, id), fields in self._state.records.items() if of == kind}

    def register(self, name: str) -> list[RegisterRow]:
        return _rows(self._state, name)

    def row_versions(self, register: str, id: str) -> list[RegisterRow]:
        return list(self._state.rows.get((register, id), ()))

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        with self._lock:
            state = self._state.copy()
            yield MemoryTurn(state, self._clock)
            self._state = state

    def faults(self) -> list[Text]:
        return []

    def backup(self, path: str) -> None:
        raise UsageError(problem=Text(N_("A workspace in memory has no file to copy to {path}."), path=str(Path(path))))

    def close(self) -> None:
        return None


class MemoryTurn:
    """Writes to a copy of the state, which takes the place of the old one when the turn ends well."""

    def __init__(self, state: _State, clock: Callable[[], datetime]) -> None:
        self._state, self._clock = state, clock

    def answer(self, key: str, content: str) -> dict[str, Any] | None:
        if key not in self._state.acts:
            return None
        known, given = self._state.acts[key]
        if known != content:
            raise KeyReused(key=key)
        kept: dict[str, Any] = json.loads(given)
        return kept

    def remember(self, key: str, content: str, answer: Mapping[str, Any], actor: str) -> None:
        self._state.acts[key] = (content, dumped(answer))

    def entries(self) -> list[Entry]:
        return list(self._state.entries)

    def append(self, draft: Draft) -> Entry:
        entries = self._state.entries
        if any(entry.draft.key == draft.key for entry in entries):
            raise KeyReused(key=draft.key)
        fence(balanced(draft), standing(entries))
        entry = seal(
            draft, seq=len(entries) + 1, at=self._clock().isoformat(), previous=entries[-1].hash if entries else ""
        )
        entries.append(entry)
        return entry

    def keep_layer(self, layer: Layer, *, sha256: str, replace: bool = False) -> LayerInfo:
        older = self._state.layers.get(checked_name(layer.name).casefold(), ())
        if older and not replace:
            raise LayerExists(layer=older[-1].info.name)
        kinds, version = kinds_of(layer.frame), len(older) + 1
        info = LayerInfo(
            role=layer.role,
            name=layer.name,
            features=len(layer.frame),
            crs=CRS,
            as_of=layer.as_of,
            coverage_m2=covered_m2(layer.coverage),
            source=layer.source,
            sha256=sha256,
            version=version,
            stamp=stamp(version),
            illustrative=layer.illustrative,
        )
        kept = _Kept(
            info, layer.coverage, kinds, tuple(to_rows(layer.frame, kinds)), tuple(layer.frame.geometry.to_numpy())
        )
        self._state.layers[layer.name.casefold()] = (*older, kept)
        return info

    def put_feature(self, layer: str, *, id: str, shape: BaseGeometry, values: Mapping[str, Any]) -> None:
        kept, given = _versions(self._state, layer)[-1], {**values, "id": id}
        kinds = widened(kept.kinds, given)
        named = [{c: plain(v, kinds[c]) for c, v in zip(kept.kinds, row, strict=True)} for row in kept.rows]
        new = {c: plain(v, kinds[c]) for c, v in given.items()}
        hits = [i for i, row in enumerate(named) if row["id"] == id]
        shapes = [shape if i in hits else s for i, s in enumerate(kept.shapes)] + ([] if hits else [shape])
        rows = [{**row, **new} if i in hits else row for i, row in enumerate(named)] + ([] if hits else [new])
        self._change(kept, kinds, [tuple(row.get(c) for c in kinds) for row in rows], shapes)

    def drop_feature(self, layer: str, *, id: str) -> None:
        kept = _versions(self._state, layer)[-1]
        at = list(kept.kinds).index("id")
        left = [i for i, row in enumerate(kept.rows) if row[at] != id]
        if len(left) == len(kept.rows):
            raise FeatureMissing(wanted=id, ids=kept.info.name)
        self._change(kept, kept.kinds, [kept.rows[i] for i in left], [kept.shapes[i] for i in left])

    def keep_case(self, case: CaseRecord) -> None:
        self._state.cases[case.id] = replace(
            case, document=json.loads(dumped(case.document)), request=json.loads(dumped(case.request))
        )

    def keep_project(self, id: str, fields: Mapping[str, Any]) -> None:
        self._state.projects[id] = dumped(fields)

    def drop_project(self, id: str) -> None:
        self._state.projects.pop(id, None)

    def put_settings(self, values: Mapping[str, str]) -> None:
        self._state.settings |= {key: str(value) for key, value in values.items()}

    def keep_record(self, kind: str, id: str, fields: Mapping[str, Any]) -> None:
        self._state.records[kind, id] = dumped(fields)

    def drop_record(self, kind: str, id: str) -> None:
        self._state.records.pop((kind, id), None)

    def register(self, name: str) -> list[RegisterRow]:
        return _rows(self._state, name)

    def keep_row(
        self, register: str, *, id: str, document: Mapping[str, Any], shape: BaseGeometry | None, actor: str
    ) -> RegisterRow:
        earlier = self._state.rows.get((register, id), ())
        row = self._version(register, id, len(earlier) + 1, actor, json.loads(dumped(document)), shape)
        if earlier and earlier[-1].says(row):
            return earlier[-1]
        self._state.rows[register, id] = (*earlier, row)
        return row

    def drop_row(self, register: str, *, id: str, actor: str) -> RegisterRow:
        earlier = self._state.rows.get((register, id), ())
        if not earlier or earlier[-1].document is None:
            raise RegisterRowMissing(register=register, id=id)
        row = self._version(register, id, len(earlier) + 1, actor, None, None)
        self._state.rows[register, id] = (*earlier, row)
        return row

    def _version(
        self, register: str, id: str, version: int, actor: str, document: Any, shape: BaseGeometry | None
    ) -> RegisterRow:
        return RegisterRow(register, id, version, self._clock().isoformat(), actor, document, shape)

    def _change(self, kept: _Kept, kinds: Kinds, rows: list[Values], shapes: list[Any]) -> None:
        info = replace(kept.info, features=len(rows), stamp=stamp(kept.info.version))
        versions = self._state.layers[info.name.casefold()]
        self._state.layers[info.name.casefold()] = (
            *versions[:-1],
            _Kept(info, kept.coverage, kinds, tuple(rows), tuple(shapes)),
        )


def _rows(state: _State, register: str) -> list[RegisterRow]:
    last = [versions[-1] for (name, _), versions in state.rows.items() if name == register]
    return sorted((row for row in last if row.document is not None), key=lambda row: row.id.encode())


def _versions(state: _State, name: str) -> tuple[_Kept, ...]:
    if name.casefold() not in state.layers:
        raise _missing(state, name)
    return state.layers[name.casefold()]


def _missing(state: _State, wanted: str) -> LayerMissing:
    return LayerMissing(wanted=wanted, known=", ".join(v[-1].info.name for v in state.layers.values()) or "-")
