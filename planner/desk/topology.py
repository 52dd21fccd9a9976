"""The topology of a layer, of the workspace or of a file: its faults as a table, and into a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd

from planner import formats
from planner.desk.documents import Document
from planner.errors import Rejected, UsageError
from planner.formats.write import write_geojson
from planner.formats.write_table import write_table
from planner.land.parcel import Layer
from planner.land.topology import Fault, Sizes, topology
from planner.parameters import Parameters
from planner.sheets.workbook import table_xlsx
from planner.text import N_, Text, Translate

if TYPE_CHECKING:
    from planner.desk.desk import Desk

KINDS: Mapping[str, str] = MappingProxyType(
    {"overlap": N_("overlap"), "duplicate": N_("duplicate"), "gap": N_("gap"), "sliver": N_("sliver")}
)
COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "kind": N_("Kind of fault"),
        "features": N_("Features"),
        "area_m2": N_("Area, m2"),
        "width_m": N_("Width, m"),
        "lon": N_("Longitude"),
        "lat": N_("Latitude"),
    }
)
NO_FAULT = N_("{layer}: {count:,} features, no fault.")
FAULTS = N_("{layer}: {count:,} features, {faults:,} faults ({kinds}).")
ENDINGS = (".csv", ".xlsx", ".geojson", ".parquet", ".geoparquet")
_NAMED = 8  # features a cell names before it counts the rest


def of_layer(desk: Desk, name: str, *, on: date, tell: Callable[[str], None] = lambda step: None) -> tuple[Fault, ...]:
    """The faults of a layer of the workspace. Raises LayerMissing."""
    return topology(desk.layer(name), sizes_on(desk.parameters, on), tell)


def layer_of_file(path: Path, *, crs: str | None = None, name: str | None = None, swap_axes: bool = False) -> Layer:
    """A file as a layer, for its topology alone. Raises Rejected for a feature that no layer could hold."""
    reading = formats.read(path, crs=crs, name=name, swap_axes=swap_axes)
    if reading.rejected:
        raise Rejected([error for _, error in reading.rejected], kind="features", file=reading.file)
    return Layer("context", path.stem, reading.frame.assign(id=list(reading.ids)))


def sizes_on(parameters: Parameters, on: date) -> Sizes:
    """From which size on something is a fault."""
    noise, gap, sliver = (
        parameters.coefficient(f"topology_{name}_m", on).value for name in ("noise", "gap", "sliver")
    )
    return Sizes(noise, gap, sliver)


def table(faults: Sequence[Fault]) -> pd.DataFrame:
    """One row a fault with the columns of ``COLUMNS``; lon and lat of a point within it."""
    return pd.DataFrame([row(fault) for fault in faults], columns=list(COLUMNS)).assign(
        features=[_named(fault.features) for fault in faults]
    )


def row(fault: Fault) -> Document:
    """One fault as plain values."""
    point = fault.where.representative_point()
    return {
        "kind": fault.kind,
        "features": list(fault.features),
        "area_m2": fault.area_m2,
        "width_m": fault.width_m,
        "lon": point.x,
        "lat": point.y,
    }


def _named(ids: Sequence[str]) -> str:
    more = f" +{len(ids) - _NAMED}" if len(ids) > _NAMED else ""
    return ", ".join(ids[:_NAMED]) + more


def said(layer: Layer, faults: Sequence[Fault], say: Translate) -> str:
    """The answer in one sentence."""
    if not faults:
        return Text(NO_FAULT, layer=layer.name, count=len(layer.frame)).say(say)
    kinds = ", ".join(f"{say(KINDS[kind])} {count:,}" for kind, count in counted(faults).items() if count)
    return Text(FAULTS, layer=layer.name, count=len(layer.frame), faults=len(faults), kinds=kinds).say(say)


def counted(faults: Sequence[Fault]) -> dict[str, int]:
    """How many faults there are of each kind, none left out."""
    counts = Counter(fault.kind for fault in faults)
    return {kind: counts[kind] for kind in KINDS}  # type: ignore[index]


def document(layer: Layer, faults: Sequence[Fault], sizes: Sizes) -> Document:
    """The answer of `planner topology`."""
    return {
        "layer": layer.name,
        "features": len(layer.frame),
        "sizes": {"noise_m": sizes.noise_m, "gap_m": sizes.gap_m, "sliver_m": sizes.sliver_m},
        "counts": counted(faults),
        "faults": [row(fault) for fault in faults],
    }


def check_ending(out: Path) -> None:
    """Refuse a file that no table of faults can become. Raises UsageError."""
    if out.suffix.lower() not in ENDINGS:
        raise UsageError(
            problem=Text(N_("--out {name}: end it in one of {known}"), name=out.name, known=", ".join(ENDINGS))
        )


def write(out: Path, faults: Sequence[Fault], say: Translate) -> None:
    """The faults by the ending of ``out``: a table that is safe in a spreadsheet, or shapes."""
    check_ending(out)
    if out.suffix.lower() == ".geojson":
        write_geojson(out, [(row(fault), fault.where) for fault in faults])
    elif out.suffix.lower() == ".xlsx":
        rows = table(faults).itertuples(index=False, name=None)
        out.write_bytes(table_xlsx([say(name) for name in COLUMNS.values()], rows, title=say(N_("Topology"))))
    else:
        write_table(out, table(faults), [fault.where for fault in faults])
