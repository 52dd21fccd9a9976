"""The part of a workspace that a case rests on, as members of a pack; and a workspace to think with, read out of them.

Whole features that meet the surroundings of the parcels, with the coverage cut to them; layers that distances are
measured in, whole; the entries of the book that touch the park, the others only as links of the chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import numpy as np
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from planner.desk.desk import PLANE_CRS, Desk
from planner.desk.facts import CHOICES, FIGURES
from planner.desk.look import BASIS_SETTING, EQUAL_SETTING
from planner.desk.pack_paths import Differs
from planner.desk.parameter_rows import KEPT
from planner.desk.stated import ASSESSMENT, PARK_STATE, REGION, with_stated
from planner.desk.stations import rows_of
from planner.formats.packs import parsed, written
from planner.land.parcel import Box, Layer, Parcel
from planner.parameters import Parameters
from planner.quota.accounts import LIST, lot_of
from planner.quota.balances import Standing, standing
from planner.quota.chain import residue, seal, verify
from planner.quota.entries import Bucket, Draft, Entry, Kind, Leg
from planner.store.base import CaseRecord, LayerInfo, Store
from planner.store.frames import kinds_of, to_frame, to_rows
from planner.store.parameters import folder, read

SETTINGS = (BASIS_SETTING, EQUAL_SETTING, PLANE_CRS)
RECORDS = (ASSESSMENT, REGION, PARK_STATE)
ROWS = (KEPT, FIGURES, CHOICES)
GROUND, BOOK, STATED, PARAMETERS = "ground/", "book/entries.json", "ground/stated.json", "parameters/"
NEAREST_IN = "substations"  # a project draws on the nearest one, however far


# ---------------------------------------------------------------- out of a workspace
def parameter_members() -> dict[str, bytes]:
    """The planner's own rows, table by table, as they are kept."""
    return {
        f"{PARAMETERS}{file.name}": file.read_bytes()
        for file in folder().iterdir()
        if file.name.endswith(".csv") or file.name == "version.txt"
    }


def ground_members(desk: Desk, box: Box | None, parks: frozenset[str]) -> dict[str, bytes]:
    """Layers around a box (none without one), what is stated, the cases that lie there, and the book of parks."""
    measured = {rule.role for rule in desk.parameters.rules if rule.check == "distance"} | {NEAREST_IN}
    infos = {info.name: info for info in desk.store.layers()}
    members, ids = {}, set()
    layers = [layer for role in desk.ground.by_role().values() for layer in role] if box else []
    for number, layer in enumerate(layers, 1):
        document = layer_document(layer, infos[layer.name], box if layer.role not in measured else None, cast(Box, box))
        members[f"{GROUND}{number:02}-{layer.role}.json"] = written(document)
        if layer.role == "parcels":
            ids |= {str(row[document["columns"].index("id")]) for row in document["rows"]}
    # A case elsewhere may draw on the same substation.
    drawing = {case.id: rows for case in desk.store.cases() if box and (rows := rows_of(case))}
    outlines = {id: shapely.to_wkb(shape, hex=True) for id, (_, shape) in desk.store.outlines().items()
                if box and shapely.intersects(shape, shapely.box(*box))}
    cases = [case for case in desk.store.cases() if case.parcel_id in ids or case.id in drawing or case.id in outlines]
    settings = desk.settings()
    stated = {
        "settings": {name: settings[name] for name in SETTINGS if name in settings},
        "records": {kind: desk.store.records(kind) for kind in RECORDS},
        "rows": {name: desk.store.rows(name) for name in ROWS},
        "projects": desk.store.projects(),
        "cases": [{"id": case.id, "parcel": case.parcel_id, "state": case.state, "draws": drawing.get(case.id, []),
                   "outline": outlines.get(case.id)}
                  for case in cases],
    }
    members[STATED] = written(stated)
    members[BOOK] = written(book_document(desk.store.entries(), parks, frozenset(case.id for case in cases)))
    return members


def layer_document(layer: Layer, info: LayerInfo, cut: Box | None, box: Box) -> dict[str, Any]:
    """A layer as the pack holds it; features that meet ``cut``, all of them without one."""
    frame = layer.frame
    if cut is not None:
        west, south, east, north = cut
        bounds = shapely.bounds(frame.geometry.values)
        near = np.flatnonzero((bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north)
                              & (bounds[:, 3] >= south))
        frame = frame.iloc[near[shapely.intersects(frame.geometry.values[near], shapely.box(*cut))]]
    kinds = kinds_of(frame)
    coverage = None if layer.coverage is None else shapely.intersection(layer.coverage, shapely.box(*box))
    return {
        "role": layer.role,
        "layer": layer.name,
        "as_of": layer.as_of.isoformat() if layer.as_of else None,
        "source": layer.source,
        "source_sha256": info.sha256,
        "version": info.version,
        "illustrative": layer.illustrative,
        "features_of": [len(frame), info.features],
        "crs": "EPSG:4490",
        "coverage": None if coverage is None else mapping(coverage),
        "columns": list(kinds),
        "kinds": list(kinds.values()),
        "rows": [list(row) for row in to_rows(frame, kinds)],
        "shapes": [mapping(one) for one in frame.geometry.values],
    }


def book_document(entries: Iterable[Entry], parks: frozenset[str], cases: frozenset[str]) -> list[dict[str, Any]]:
    """The book: entries that touch the parks, the list or the cases in full, the others as links of the chain."""
    mine = parks | {LIST}
    return [_entry(entry) if _touches(entry, mine, cases) else _link(entry) for entry in entries]


def _touches(entry: Entry, parks: frozenset[str], cases: frozenset[str]) -> bool:
    if entry.draft.ref in cases:
        return True
    return any(leg.park in parks or (lot_of(leg.park) or ("",))[0] in parks or leg.ref in cases
               for leg in entry.draft.legs)


def _link(entry: Entry) -> dict[str, Any]:
    return {"seq": entry.seq, "previous": entry.previous, "hash": entry.hash}


def _entry(entry: Entry) -> dict[str, Any]:
    draft = entry.draft
    legs = [[leg.park, leg.quota, leg.year, str(leg.bucket), leg.amount, leg.ref] for leg in draft.legs]
    return {**_link(entry), "at": entry.at, "kind": str(draft.kind), "on": draft.on.isoformat(), "basis": draft.basis,
            "actor": draft.actor, "key": draft.key, "ref": draft.ref, "note": draft.note, "legs": legs}


# ---------------------------------------------------------------- into a workspace that only reads
@dataclass(frozen=True)
class PackStore:
    """What a pack holds, behind the verbs of a workspace that read. It has none that write."""

    kept_layers: Mapping[str, tuple[LayerInfo, Layer]]
    stated: Mapping[str, Any]
    book: Sequence[Entry]
    where: str = "pack:"
    kept: Mapping[str, Any] = field(default_factory=dict)

    def settings(self) -> dict[str, str]:
        return dict(self.stated["settings"])

    def layers(self) -> list[LayerInfo]:
        return [info for info, _ in self.kept_layers.values()]

    def layer(self, name: str, version: int | None = None) -> Layer:
        return self.kept_layers[name][1]

    def entries(self, after: int = 0, *, before: int | None = None, ref: str | None = None, **_: Any) -> list[Entry]:
        return [
            entry
            for entry in self.book
            if after < entry.seq and (before is None or entry.seq < before)
            if ref is None or entry.draft.ref == ref or any(leg.ref == ref for leg in entry.draft.legs)
        ]

    def standing(self) -> tuple[Standing, str]:
        return standing(self.book), self.head()

    def head(self) -> str:
        return self.book[-1].hash if self.book else ""

    def holders(self) -> dict[str, str]:
        return {row["id"]: row["parcel"] for row in self.stated["cases"]}

    def outlines(self) -> dict[str, tuple[str, BaseGeometry]]:
        """A pack of an earlier planner tells of none."""
        return {row["id"]: (row["parcel"], shapely.from_wkb(row["outline"])) for row in self.stated["cases"]
                if row.get("outline")}

    def cases(self) -> list[CaseRecord]:
        nowhere = shapely.Polygon()
        # A pack of an earlier planner tells of no draws.
        return [CaseRecord(row["id"], row["parcel"], nowhere, row["state"], "", "",
                           {"quotas": row.get("draws", [])}, {}) for row in self.stated["cases"]]

    def case_versions(self) -> dict[str, int]:
        return dict.fromkeys(self.holders(), 1)

    def case(self, id: str) -> CaseRecord | None:
        return {case.id: case for case in self.cases()}.get(id)

    def projects(self) -> dict[str, dict[str, Any]]:
        return dict(self.stated.get("projects", {}))  # a pack of an earlier planner has none

    def records(self, kind: str) -> dict[str, dict[str, Any]]:
        return dict(self.stated["records"].get(kind, {}))

    def register(self, name: str) -> list[Any]:
        return []

    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        return list(self.stated.get("rows", {}).get(table, []))  # a pack of an earlier planner has none

    def moment(self) -> AbstractContextManager[None]:
        """A pack is of one moment."""
        return nullcontext()

    def close(self) -> None:
        """Nothing is open."""


class PackDesk(Desk):
    """A desk over a pack: it judges by the rows that the pack brings, never by the planner's own."""

    def __init__(self, store: PackStore, rows: Parameters, **clock: Any) -> None:
        self._rows = rows
        super().__init__(cast(Store, store), **clock)

    @property
    def parameters(self) -> Parameters:
        return with_stated(self._rows, self.store)


def store_of(members: Mapping[str, bytes]) -> PackStore:
    """The ground, the book and what is stated. Raises ParseError and whatever a member that is not whole raises."""
    layers = {}
    for name in sorted(members):
        if name.startswith(GROUND) and name != STATED:
            info, layer = _layer(parsed(members[name]))
            layers[layer.name] = (info, layer)
    book = [entry for entry in map(_whole, parsed(members[BOOK])) if entry is not None]
    return PackStore(layers, parsed(members[STATED]), book)


def parameters_of(members: Mapping[str, bytes]) -> Parameters:
    """The rows that the pack brings. Raises ParameterRow."""
    with TemporaryDirectory(prefix="planner-") as place:
        for name, data in members.items():
            if name.startswith(PARAMETERS):
                (Path(place) / Path(name).name).write_bytes(data)
        return read(Path(place))


def _layer(document: Mapping[str, Any]) -> tuple[LayerInfo, Layer]:
    kinds = dict(zip(document["columns"], document["kinds"], strict=True))
    frame = to_frame([tuple(row) for row in document["rows"]], kinds, [shape(one) for one in document["shapes"]])
    as_of = date.fromisoformat(document["as_of"]) if document["as_of"] else None
    coverage = shape(document["coverage"]) if document["coverage"] is not None else None
    layer = Layer(document["role"], document["layer"], frame, as_of, document["source"], coverage,
                  document["illustrative"])
    info = LayerInfo(layer.role, layer.name, document["features_of"][1], document["crs"], as_of, None, layer.source,
                     document["source_sha256"], document["version"], "pack", layer.illustrative)
    return info, layer


def _whole(row: Mapping[str, Any]) -> Entry | None:
    if "legs" not in row:
        return None
    legs = tuple(Leg(park, quota, year, Bucket(bucket), amount, ref)
                 for park, quota, year, bucket, amount, ref in row["legs"])
    draft = Draft(Kind(row["kind"]), date.fromisoformat(row["on"]), row["basis"], row["actor"], row["key"], legs,
                  row["ref"], row["note"])
    return Entry(row["seq"], row["at"], draft, row["previous"], row["hash"])


def book_faults(members: Mapping[str, bytes]) -> list[Differs]:
    """Where the chain of the book does not hold: a link, a seal, legs that do not cancel, an overdraw."""
    rows, found, previous = parsed(members[BOOK]), [], ""
    entries = [_whole(row) for row in rows]
    for place, (row, entry) in enumerate(zip(rows, entries, strict=True), 1):
        if row["seq"] != place or row["previous"] != previous:
            found.append(Differs(BOOK, f"[{row['seq']}].previous", row["previous"], previous))
        if entry is not None:
            sealed = seal(entry.draft, seq=entry.seq, at=entry.at, previous=row["previous"]).hash
            if sealed != entry.hash:
                found.append(Differs(BOOK, f"[{row['seq']}].hash", entry.hash, sealed))
            found += [Differs(BOOK, f"[{row['seq']}].legs", 0, left) for left in residue(entry.draft).values()]
        previous = row["hash"]
    if not found and all(entry is not None for entry in entries):
        proof = verify([entry for entry in entries if entry is not None])
        found += [Differs(BOOK, "", "", str(proof.problem))] if not proof.ok else []
    return found


def head_of(members: Mapping[str, bytes]) -> str:
    """The hash of the last entry of the book, "" for none."""
    rows = parsed(members[BOOK])
    return str(rows[-1]["hash"]) if rows else ""


# ---------------------------------------------------------------- parcels
def parcel_document(parcel: Parcel) -> dict[str, Any]:
    """A parcel as GeoJSON."""
    return {"type": "Feature", "id": parcel.id, "properties": {"name": parcel.name}, "geometry": mapping(parcel.shape)}


def parcel_of(document: Mapping[str, Any]) -> Parcel:
    return Parcel(str(document["id"]), shape(document["geometry"]), str(document["properties"]["name"]))


def joined_box(shapes: Iterable[BaseGeometry]) -> Box:
    """The box around boxes."""
    west, south, east, north = shapely.total_bounds(np.array(list(shapes), dtype=object)).tolist()
    return west, south, east, north


def same(one: Any) -> Any:
    """A document as it comes back from JSON, so that both sides of a comparison are of the same make."""
    return json.loads(json.dumps(one, ensure_ascii=False, default=_plain, allow_nan=False))


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else str(value)
