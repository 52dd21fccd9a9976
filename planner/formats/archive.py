"""Data files packed in a zip (a KMZ is one): one shapefile or other data file, unpacked under a name of ours."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from planner.formats.errors import AmbiguousLayer, ContentUnsupported, FileLayerMissing, MissingPart, ParseError
from planner.formats.points_table import read_points
from planner.formats.raw import Raw
from planner.formats.request import Request
from planner.formats.shapefile import PARTS, read_parts
from planner.formats.sniff import HEAD_BYTES, SUPPORTED, Kind, kind_of
from planner.formats.zips import opened, shown_name, unpacked
from planner.text import N_, Text

_SINGLE = (".gpkg", ".geojson", ".json", ".topojson", ".kml", ".fgb", ".parquet", ".geoparquet", ".dxf")
# The document of a KMZ; other KML files in it are what that one links to. Source: OGC 12-007r2, annex C.
_KMZ = "doc.kml"
_OFFICE = "[Content_Types].xml"
_BOOK = "xl/workbook.xml"

# name of the layer -> suffix -> member
Sets = dict[str, dict[str, zipfile.ZipInfo]]


def read_archive(request: Request, read_one: Callable[[Request], Raw]) -> Raw:
    """The one data set of an archive, or the one that ``request.layer`` names.

    Raises AmbiguousLayer, FileLayerMissing, MissingPart, ParseError, ContentUnsupported, and what ``opened`` and the
    readers raise.
    """
    with opened(request.path) as (archive, members), TemporaryDirectory(prefix="planner-") as folder:
        if any(member.filename == _BOOK for member in members):
            return read_points(request)
        sets = _sets(members)
        name = _choose(sets, request.layer)
        parts = sets[name]
        if ".shp" in parts:
            files = {suffix: unpacked(archive, member) for suffix, member in parts.items()}
            return read_parts(files, PurePosixPath(name).name, request, Path(folder))
        member = next(iter(parts.values()))
        data = unpacked(archive, member)
        if kind_of(data[:HEAD_BYTES]) in (Kind.ZIP, Kind.SHP):
            raise ContentUnsupported(
                found=Text(N_("an archive whose member is not what its name says")), known=SUPPORTED
            )
        inner = Path(folder) / "layer.data"
        inner.write_bytes(data)
        layer = None if request.layer == name else request.layer
        return read_one(replace(request, path=inner, name=PurePosixPath(shown_name(member)).name, layer=layer))


def _sets(members: list[zipfile.ZipInfo]) -> Sets:
    """Members by data set: a shapefile's parts together; a TXT only where nothing else is (it may be a readme)."""
    shapefiles: Sets = {}
    single: Sets = {}
    texts: Sets = {}
    for member in members:
        path = PurePosixPath(shown_name(member))
        suffix, stem = path.suffix.lower(), str(path.with_suffix(""))
        if suffix in PARTS:
            if suffix in shapefiles.setdefault(stem, {}):
                raise ParseError(reason=Text(N_("its member {member} is there twice"), member=f"{path.stem}{suffix}"))
            shapefiles[stem][suffix] = member
        elif suffix in _SINGLE:
            single[stem if stem not in single else str(path)] = {suffix: member}
        elif suffix == ".txt":
            texts[stem] = {suffix: member}
    if any(member.filename == _KMZ for member in members):
        single = {name: parts for name, parts in single.items() if ".kml" not in parts or name == "doc"}
    whole = {name: parts for name, parts in shapefiles.items() if ".shp" in parts}
    if not whole and not single and any(".shx" in parts for parts in shapefiles.values()):
        raise MissingPart(layer=next(iter(shapefiles)), part=".shp")
    found = _short(whole | single or texts)
    if not found:
        names = [member.filename for member in members]
        what = Text(N_("a workbook or document")) if _OFFICE in names else Text(N_("an archive without a data file"))
        raise ContentUnsupported(found=what, known=SUPPORTED)
    return found


def _short(sets: Sets) -> Sets:
    """Names without their folders, where that leaves them distinct."""
    short = {PurePosixPath(name).name: parts for name, parts in sets.items()}
    return short if len(short) == len(sets) else sets


def _choose(sets: Sets, layer: str | None) -> str:
    if layer in sets:
        return str(layer)
    if len(sets) > 1:
        names = ", ".join(sets)
        raise FileLayerMissing(wanted=layer, known=names) if layer else AmbiguousLayer(layers=names)
    only = next(iter(sets))
    if layer and ".shp" in sets[only]:
        raise FileLayerMissing(wanted=layer, known=only)
    return only
