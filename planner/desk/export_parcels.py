"""Parcels out of the house as files: of a parcel's file, of a case, or all parcels of the workspace."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import pandas as pd

from planner import formats
from planner.desk.desk import Desk
from planner.desk.opening import chosen_row
from planner.errors import LayerMissing, UsageError
from planner.formats.write_parcels import ENDINGS, write_parcels
from planner.land.parcel import CRS, Parcel
from planner.text import N_, Text


def export_parcels(
    desk: Desk,
    kind: str,
    out: Path,
    *,
    on: date,
    parcel: Path | None = None,
    case_id: str | None = None,
    id: str | None = None,
    crs: str | None = None,
) -> Path:
    """`planner export txt|dxf|shapefile ...`: any of ``write_parcels.KINDS``; ``on`` is the day the TXT names.

    Raises UsageError for an ending that is not the kind's or a path that is the workspace, LayerMissing for a
    workspace without parcels, and what the parcel's file or the case raises.
    """
    if out.suffix.lower() != ENDINGS[kind]:
        raise UsageError(
            problem=Text(
                N_("--out {path}: the ending for {kind} is one of {known}"),
                path=str(out),
                kind=kind,
                known=ENDINGS[kind],
            )
        )
    if desk.store.where != "memory:" and out.resolve() == Path(desk.store.where).resolve():
        raise UsageError(problem=Text(N_("{path} is the workspace itself. Choose another path."), path=str(out)))
    if parcel is not None:
        frame = _of_file(parcel, id=id, crs=crs)
    elif case_id is not None:
        frame = _of_parcel(desk.case_parcel(case_id))
    else:
        frame = _of_workspace(desk)
    write_parcels(out, frame, kind, on=on)
    return out


def parcel_bytes(frame: gpd.GeoDataFrame, kind: str, *, on: date) -> bytes:
    """Parcels as the bytes of a file of a kind, for a download."""
    with TemporaryDirectory(prefix="planner-") as folder:
        path = Path(folder) / f"parcels{ENDINGS[kind]}"
        write_parcels(path, frame, kind, on=on)
        return path.read_bytes()


def _of_file(path: Path, *, id: str | None, crs: str | None) -> gpd.GeoDataFrame:
    """The parcel as its file has it, in its own system and with all its columns."""
    reading = formats.read(path, crs=crs)
    row = chosen_row(reading, id)
    return reading.source.iloc[[row]].assign(id=reading.ids[row])


def _of_parcel(parcel: Parcel) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"id": [parcel.id], "name": [parcel.name]}, geometry=[parcel.shape], crs=CRS)


def _of_workspace(desk: Desk) -> gpd.GeoDataFrame:
    infos = desk.store.layers()
    frames = [desk.store.layer(info.name).frame for info in infos if info.role == "parcels" and info.features]
    if not frames:
        raise LayerMissing(wanted="parcels", known=", ".join(info.name for info in infos) or "-")
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=CRS)
