"""The door: one file in, one ``Reading`` out, or one sentence why not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from planner.errors import FileMissing, PlannerError
from planner.formats.archive import read_archive
from planner.formats.columnar import read_flatgeobuf, read_geoparquet
from planner.formats.crs import LONLAT, label, parse, proposed, stated
from planner.formats.decode import Decoded, decoded, guessed_repair
from planner.formats.dxf import read_dxf
from planner.formats.errors import ContentUnsupported, CrsMissing, CrsProposed, TooLarge
from planner.formats.geojson import is_topojson, parsed, read_geojson
from planner.formats.geopackage import read_geopackage
from planner.formats.kml import kml_text, read_kml
from planner.formats.land_txt import read_land_txt
from planner.formats.limits import MAX_FILE_BYTES, MAX_TEXT_BYTES, MIB
from planner.formats.points_table import read_points
from planner.formats.raw import Raw
from planner.formats.reading import Reading
from planner.formats.request import Request
from planner.formats.shapefile import read_shapefile
from planner.formats.shapes import Judged, judge, swapped
from planner.formats.sniff import HEAD_BYTES, SUPPORTED, Kind, kind_of
from planner.formats.topojson import read_topojson
from planner.text import N_, Text

# Formats whose readers know which of the two numbers is the northing.
_POINTS = ("land-approval TXT", "coordinate table")


def read(
    path: Path,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    name: str | None = None,
    swap_axes: bool = False,
) -> Reading:
    """What a vector file holds (GeoJSON, GeoPackage, KML, zipped shapefile ...: see ``sniff.SUPPORTED``).

    Parameters
    ----------
    path : Path
        Never written to; its content, not its name, says what it is.
    crs, encoding, layer : str or None
        What the person states: EPSG:n, an encoding, the layer of a file with several.
    name : str or None
        The name the person knows an uploaded file by.
    swap_axes : bool
        The person's word that the two coordinates stand in the other order.

    Returns
    -------
    Reading
        Rejected features are listed in it; whether they refuse the file is the caller's decision.

    Raises
    ------
    InputError
        Of the class that says what is wrong, with ``file`` set: content, part, encoding, system, size, damage.
    """
    shown = name or Path(path).name
    try:
        request = Request(Path(path), shown, crs, encoding, layer, swap_axes)
        _check(request.path)
        raw = _read(request)
        return _finished(raw, request, _sha256(request.path))
    except PlannerError as error:
        error.file = error.file or shown
        raise


def _check(path: Path) -> None:
    if path.is_dir():
        raise ContentUnsupported(found=Text(N_("a folder")), known=SUPPORTED)
    if not path.is_file():
        raise FileMissing(reason=Text(N_("there is no such file")))
    if path.stat().st_size > MAX_FILE_BYTES:
        raise TooLarge(found=f"{path.stat().st_size / MIB:,.0f} MiB", limit=f"{MAX_FILE_BYTES / MIB:,.0f} MiB")


def _read(request: Request) -> Raw:
    kind = kind_of(_head(request.path))
    if kind is Kind.ZIP:
        return read_archive(request, _read)
    if kind in _READERS:
        return _READERS[kind](request)
    text = decoded(_bytes(request.path), request.encoding)
    raw = _json(text, request) if kind is Kind.JSON else _txt(text, request)
    raw.notes[:0] = text.notes
    raw.encoding_from = text.by
    return raw


def _json(text: Decoded, request: Request) -> Raw:
    document = parsed(text.text)
    if is_topojson(document):
        raw = read_topojson(document, layer=request.layer, encoding=text.encoding)
    else:
        raw = read_geojson(document, layer=request.stem, encoding=text.encoding)
        if raw.crs is None and request.crs is None:
            raw.crs, raw.crs_from = LONLAT, "default"
            raw.notes.append(
                Text(N_("it does not name its coordinate system: longitude/latitude (EPSG:4490) as GeoJSON has it"))
            )
    if text.guessed:
        raw.repairs.append(guessed_repair())
    return raw


def _kml(request: Request) -> Raw:
    text = kml_text(_bytes(request.path), request.encoding)
    raw = read_kml(text, layer=request.layer, stem=request.stem)
    raw.notes[:0] = text.notes
    # What the first line of the XML declares is a mark.
    raw.encoding_from = "mark" if text.by == "option" and not request.encoding else text.by
    if text.guessed:
        raw.repairs.append(guessed_repair())
    return raw


_READERS: Mapping[Kind, Callable[[Request], Raw]] = {
    Kind.GPKG: read_geopackage,
    Kind.SHP: read_shapefile,
    Kind.FGB: read_flatgeobuf,
    Kind.PARQUET: read_geoparquet,
    Kind.KML: _kml,
    Kind.DXF: read_dxf,
    Kind.TABLE: read_points,
}


def _txt(text: Decoded, request: Request) -> Raw:
    raw = read_land_txt(
        text.text, layer=request.stem, encoding=text.encoding, crs=request.crs, swap_axes=request.swap_axes
    )
    if text.guessed:
        raw.notes.append(Text(N_("the text is GBK")))
    return raw


def _finished(raw: Raw, request: Request, sha256: str) -> Reading:
    crs, crs_from = _system(raw, request)
    ids, numbered = raw.said_ids()
    if numbered:
        raw.notes.append(Text(N_("ids are repeated in it: its features are numbered from 1 instead")))
    if request.swap_axes and raw.format not in _POINTS:
        raw.shapes = [swapped(shape) if shape is not None else None for shape in raw.shapes]
    judged = judge(raw, ids, crs)
    source, frame = _frames(raw, judged, crs)
    rejected = tuple((ids[position], raw.errors[position]) for position in sorted(raw.errors))
    notes = {ids[p]: tuple(raw.feature_notes[p]) for p in sorted(raw.feature_notes) if p not in raw.errors}
    if not ids:
        raw.notes.append(Text(N_("there is no feature in it")))
    return Reading(
        file=request.name,
        format=raw.format,
        layer=raw.layer,
        crs=label(crs),
        crs_from=crs_from,
        encoding=raw.encoding,
        encoding_from=raw.encoding_from,
        sha256=sha256,
        read=len(ids),
        ids=tuple(ids[position] for position in judged.kept),
        source=source,
        frame=frame,
        repairs=(*raw.repairs, *judged.repairs),
        rejected=rejected,
        notes=tuple(raw.notes),
        feature_notes=notes,
        declared_m2={ids[p]: area for p, area in raw.declared_m2.items() if p not in raw.errors},
        meta=raw.meta,
    )


def _system(raw: Raw, request: Request) -> tuple[CRS, str]:
    if raw.crs_from == "default":
        return parse(LONLAT), "default"
    crs, who = stated(raw.crs, request.crs)
    if crs is None:
        guess = proposed(shapely.get_coordinates(raw.array()))
        raise CrsProposed(proposed=guess) if guess else CrsMissing()
    if label(crs) == "EPSG:4326":
        raw.notes.append(Text(N_("WGS 84 (EPSG:4326) is taken as equal to CGCS2000 (EPSG:4490)")))
    if crs.datum is not None and "unknown" in crs.datum.name.lower():
        raw.notes.append(Text(N_("its datum has no name and is taken as that of CGCS2000")))
    if request.swap_axes:
        raw.notes.append(Text(N_("the axes were swapped on request")))
    return crs, raw.crs_from if who == "file" else who


def _frames(raw: Raw, judged: Judged, crs: CRS) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Both frames share their columns; values stay what they are in the file (no guessing of types)."""
    kept = judged.kept
    columns = {name: _column([values[i] for i in kept]) for name, values in raw.columns.items()}
    table = pd.DataFrame(columns, index=range(len(kept)))
    source = gpd.GeoDataFrame(table, geometry=np.asarray(judged.source), crs=crs)
    frame = gpd.GeoDataFrame(table.copy(), geometry=np.asarray(judged.lonlat), crs=LONLAT)
    return source, frame


def _column(values: list[object]) -> pd.Series:
    return pd.Series(values, dtype=object)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _bytes(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MAX_TEXT_BYTES:
        raise TooLarge(found=f"{size / MIB:,.0f} MiB", limit=f"{MAX_TEXT_BYTES / MIB:,.0f} MiB")
    return path.read_bytes()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
