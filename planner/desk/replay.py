"""A decision recomputed as of its day: the layers, rules, coefficients and balances it rested on, beside today's.

What cannot be had any more in the state of that day is named and is missing from the recomputation; nothing of today
ever stands in for it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

import shapely
from shapely.geometry.base import BaseGeometry

from planner.admission.case_compare import Row, compared
from planner.admission.decision import Act
from planner.admission.outcome import Case
from planner.desk import documents_check
from planner.desk.booking import Document
from planner.desk.casework import Opened, judged, without
from planner.desk.ground import Ground
from planner.desk.look import BASIS_SETTING, EQUAL_SETTING, look
from planner.desk.pack_paths import Differs, differing
from planner.desk.stated import PARK_STATE
from planner.errors import StoreRefused
from planner.land.parcel import CRS, Layer
from planner.parameters import Parameters
from planner.store.base import Store, Turn
from planner.store.parameters_kept import SEALED, digest, parameters_from
from planner.store.tables import dumped
from planner.text import N_, Text, english

if TYPE_CHECKING:
    from planner.desk.desk import Desk

KEPT = "parameters"  # the kind of record under which a set of rows is kept, once, by its digest
EDITED = "parcels"  # the one role whose features are drawn and taken out one by one: kept as far as they are met
SENTENCES = frozenset({"message", "notes", "why", "what", "name", "title"})  # keys of a check that only words stand in
SETTINGS = (BASIS_SETTING, EQUAL_SETTING)


class NotDecided(StoreRefused):
    code = "E_NOT_DECIDED"
    sentence = N_("Case '{case}' has no such decision to recompute. Decided were its versions: {known}.")


GONE = N_("layer {layer}, version {version}: it was changed since and its state of that day is not kept")
ROWS_GONE = N_("the rows of parameters {version} are not kept")
BOOK_GONE = N_("entry {entry} of the book is not the one that the decision saw")


@dataclass(frozen=True)
class Replay:
    """A decision (that which made a ``version`` of the case) recomputed as of its day (None where the rows of it are
    gone), and as it would be judged today.

    ``agrees`` says that the recomputation is what was written down then, to the last figure; ``missing`` why it
    cannot be, ``unlike`` where it is not. ``ground`` is what the decision kept of its day.
    """

    case: str
    version: int
    on: date
    ground: Mapping[str, Any]
    stored: Mapping[str, Any]
    then: Case | None
    now: Case
    agrees: bool
    rows: tuple[Row, ...]
    inputs: tuple[Row, ...]
    missing: tuple[Text, ...]
    unlike: tuple[Differs, ...]


def ground_of(desk: Desk, turn: Turn, case: Opened, seen: Case) -> Document:
    """On what a decision stands, to find it again: written into the act. Keeps the rows of parameters once."""
    parameters = desk.parameters
    form, seal = SEALED.of(parameters)
    if not turn.rows("records", kind=KEPT, id=seal):
        turn.keep_record(KEPT, seal, form)
    settings = desk.settings()
    infos, holders = desk.store.layers(), desk.store.holders()
    return {
        "on": seen.on.isoformat(),
        "asked": {"parcel": case.record.parcel_id, "name": case.parcel.name, "park": case.park, "year": case.year,
                  "project": case.record.request.get("project"),
                  "outline": shapely.to_wkb(case.record.shape, hex=True)},
        "entry": turn.standing().entries,
        "head": turn.head(),
        "parameters": {"version": parameters.version, "digest": seal},
        "layers": [{"role": i.role, "layer": i.name, "version": i.version, "stamp": i.stamp, "sha256": i.sha256}
                   for i in infos],
        "met": {i.name: _met(desk.layer(i.name), case) for i in infos if i.role == EDITED},
        "settings": {name: settings[name] for name in SETTINGS if name in settings},
        "park_state": desk.store.records(PARK_STATE).get(seen.park),
        "holders": holders,
        "outlines": {id: shapely.to_wkb(outline, hex=True) for id, (_, outline) in desk.store.outlines().items()
                     if shapely.intersects(outline, case.record.shape)},
        "draws": {id: rows for id, rows in desk.ground.drawing(holders).items() if rows},
        "document": documents_check.check(seen, english),
    }


def _met(layer: Layer, case: Opened) -> list[Document]:
    """The features of a layer that are met by the box of a parcel, to be put together again."""
    found = layer.around(case.record.shape.bounds)
    columns = [name for name in found.columns if name != found.geometry.name]
    return [
        {"shape": shapely.to_wkb(row.geometry, hex=True),
         "values": {name: row[name] for name in columns if isinstance(row[name], str)}}
        for _, row in found.iterrows()
    ]


def replayed(desk: Desk, case: Opened, version: int | None = None) -> Replay:
    """A decision of a case, by default the last one, recomputed as of its day, and today. Writes nothing. Raises
    NotDecided."""
    decided = _decisions(case)
    act = decided.get(version if version is not None else max(decided, default=0))
    if act is None:
        known = ", ".join(map(str, decided)) or "-"
        raise NotDecided(where={"case": case.record.id, "version": version}, case=case.record.id, known=known)
    ground, missing = act.fields["ground"], []
    case = _as_asked(case, ground)
    parameters = _parameters(desk, ground)
    if parameters is None:
        missing.append(Text(ROWS_GONE, version=ground["parameters"]["version"]))
    entries = desk.store.entries(before=ground["entry"] + 1)
    if (entries[-1].hash if entries else "") != ground["head"]:
        missing.append(Text(BOOK_GONE, entry=ground["entry"]))
    layers, gone = _layers(desk, ground)
    missing += gone
    on, then = date.fromisoformat(ground["on"]), None
    if parameters is not None:
        kept = AsOf(layers, ground)
        then = look(cast(Store, kept), cast(Ground, kept), without(entries, case.record.id), parameters, case.parcel,
                    on=on, project=case.project, park=case.park, year=case.year)
    now = judged(desk, case)
    stored = ground["document"]
    unlike = tuple(differing("", _figures(stored), _figures(documents_check.check(then, english)))) if then else ()
    agrees = then is not None and not missing and not unlike
    rows = compared(then, now) if then is not None else ()
    return Replay(case.record.id, act.number, on, ground, stored, then, now, agrees, rows, _inputs(desk, ground),
                  tuple(missing), unlike)


def _figures(document: Mapping[str, Any]) -> Any:
    """A document as it lies in the store, without its sentences: what is said may be worded better by a later planner,
    what is found may not change."""

    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: plain(one) for name, one in value.items() if name not in SENTENCES}
        return [plain(one) for one in value] if isinstance(value, list) else value

    return plain(json.loads(dumped(document)))


def _decisions(case: Opened) -> dict[int, Act]:
    """The decisions that can be recomputed, by the version each made. One of an earlier planner kept no parcel of its
    own: it is known as long as the case still asks what it asked then."""
    now = case.dossier
    asked_since = max((act.number for act in now.acts if "changed" in act.fields), default=0) if now else 0
    began = now.acts[now.began].number if now else 0
    return {act.number: act for act in (now.decisions if now else ())
            if "asked" in act.fields["ground"] or act.number > max(began, asked_since)}


def _as_asked(case: Opened, ground: Mapping[str, Any]) -> Opened:
    """The case with the parcel, the project and the year that were decided on."""
    asked = ground.get("asked")
    if asked is None:
        return case
    record = case.record
    parcel = {**record.document["parcel"], "name": asked["name"]}
    return replace(case, record=replace(
        record, parcel_id=asked["parcel"], shape=shapely.from_wkb(asked["outline"]),
        document={**record.document, "park": asked["park"], "parcel": parcel},
        request={**record.request, "year": asked["year"], "project": asked["project"]},
    ))


@dataclass(frozen=True)
class AsOf:
    """The little of a store and of a ground that a look asks for, as they were on a day."""

    layers: Mapping[str, tuple[Layer, ...]]
    ground: Mapping[str, Any]

    def by_role(self) -> Mapping[str, tuple[Layer, ...]]:
        return self.layers

    def settings(self) -> dict[str, str]:
        return dict(self.ground["settings"])

    def drawing(self, cases: Collection[str]) -> dict[str, list[Mapping[str, Any]]]:
        """What these cases drew on substations then; a decision of an earlier planner kept none."""
        return {id: rows for id, rows in self.ground.get("draws", {}).items() if id in cases}

    def holders(self) -> dict[str, str]:
        """Who held which parcel then."""
        return dict(self.ground["holders"])

    def outlines(self) -> dict[str, tuple[str, BaseGeometry]]:
        """Where they lay, as far as it met the parcel; a decision of an earlier planner kept none."""
        kept = self.ground.get("outlines", {})
        return {id: (self.ground["holders"][id], shapely.from_wkb(outline)) for id, outline in kept.items()}

    def records(self, kind: str) -> dict[str, dict[str, Any]]:
        state, park = self.ground["park_state"], self.ground["document"]["park"]
        return {park: state} if kind == PARK_STATE and state else {}


def _parameters(desk: Desk, ground: Mapping[str, Any]) -> Parameters | None:
    form = desk.store.records(KEPT).get(ground["parameters"]["digest"])
    if form is None or digest(form) != ground["parameters"]["digest"]:
        return None
    return parameters_from(form)


def _layers(desk: Desk, ground: Mapping[str, Any]) -> tuple[dict[str, tuple[Layer, ...]], list[Text]]:
    """The layers of the day by role, and what is not kept of them."""
    found: dict[str, tuple[Layer, ...]] = {}
    gone = []
    for kept in ground["layers"]:
        layer = _layer(desk, kept, ground["met"].get(kept["layer"]))
        if layer is None:
            gone.append(Text(GONE, layer=kept["layer"], version=kept["version"]))
        else:
            found[kept["role"]] = (*found.get(kept["role"], ()), layer)
    return found, gone


def _layer(desk: Desk, kept: Mapping[str, Any], met: Sequence[Mapping[str, Any]] | None) -> Layer | None:
    versions = {info.version: info for info in desk.store.layer_versions(kept["layer"])}
    info = versions.get(kept["version"])
    if info is None:
        return None
    current = info.version == max(versions)
    if info.stamp == kept["stamp"]:
        return desk.ground.layer(info) if current else desk.store.layer(info.name, info.version)
    if met is None:
        return None
    # Only what the parcel met was kept of a layer that people draw in; its rows of that day take the place of today's.
    layer = desk.store.layer(info.name, info.version)
    rows = [{**dict.fromkeys(layer.frame.columns.drop("geometry")), **row["values"]} for row in met]
    shapes = [shapely.from_wkb(row["shape"]) for row in met]
    columns = list(layer.frame.columns.drop("geometry"))
    import geopandas as gpd

    frame = gpd.GeoDataFrame({name: [row[name] for row in rows] for name in columns}, geometry=shapes, crs=CRS)
    return replace(layer, frame=frame.astype(dict.fromkeys(columns, object)))


def _inputs(desk: Desk, ground: Mapping[str, Any]) -> tuple[Row, ...]:
    """What both sides rest on: day, parameters, entries, layers by version."""
    now = {info.name: info for info in desk.store.layers()}
    then = {kept["layer"]: kept for kept in ground["layers"]}
    _, seal = SEALED.of(desk.parameters)
    rows = [
        Row("input", "", "on", "", ground["on"], desk.today().isoformat()),
        Row("input", "", "parameters", "", ground["parameters"]["digest"][:12], seal[:12]),
        Row("input", "", "entries", "", ground["entry"], desk.book.standing().entries),
    ]
    for name in dict.fromkeys([*then, *now]):
        one = f"{then[name]['version']} ({then[name]['stamp'][-6:]})" if name in then else None
        other = f"{now[name].version} ({now[name].stamp[-6:]})" if name in now else None
        rows.append(Row("input", name, "layer", "", one, other))
    return tuple(rows)
