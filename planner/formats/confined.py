"""Work on dangerous data in a child with limits: see ``planner.formats.worker`` for what the child does.

An ordinary GeoJSON or TXT never comes here; a repair costs one start of Python and GEOS.
"""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.errors import GEOSException
from shapely.geometry.base import BaseGeometry

from planner.formats.clean import clean_text
from planner.formats.errors import AmbiguousLayer, ContentUnsupported, FileLayerMissing, ParseError, TooComplex
from planner.formats.limits import (
    CHILD_MEMORY_BYTES,
    CPU_SECONDS,
    MAX_ENTITIES,
    MAX_FEATURES,
    MAX_FILE_BYTES,
    MEMORY_PER_BYTE,
    MIB,
    READ_BYTES_PER_SECOND,
    READ_SECONDS,
    REPAIR_SECONDS,
)
from planner.formats.sniff import SUPPORTED
from planner.text import N_, Text

DRIVERS = ("ESRI Shapefile", "GPKG", "FlatGeobuf")
# Every other vector driver of GDAL 3.12; the child refuses to read when it finds one that is in neither list.
SKIPPED = (
    "MEM,PCIDSK,PDS4,VICAR,PDF,MBTiles,EEDA,OGCAPI,GDALG,MapInfo File,LVBAG,S57,DGN,OGR_VRT,CSV,GML,GPX,"
    "LIBKML,KML,GeoJSON,GeoJSONSeq,ESRIJSON,TopoJSON,OGR_GMT,SQLite,WAsP,OpenFileGDB,DXF,GeoRSS,"
    "VFK,PGDUMP,OSM,GPSBabel,OGR_PDS,WFS,OAPIF,EDIGEO,Idrisi,ODS,XLSX,Elasticsearch,Carto,AmigoCloud,SXF,"
    "Selafin,JML,PLSCENES,CSW,VDV,MVT,NGW,MapML,GTFS,PMTiles,JSONFG,MiraMonVector,ADBC,AVCBin,AVCE00,AIVector,"
    "HTTP,VRT,WMS,WMTS,WCS,DAAS,STACTA,STACIT,GTI,Parquet,Arrow"
)
# What the child may know of our environment; proxies, keys and paths stay behind.
_KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
_WORKER = Path(__file__).with_name("worker.py")


@dataclass(frozen=True)
class Table:
    """What GDAL read: shapes (None where it gave none), columns of n plain values, the system as WKT or EPSG:n."""

    shapes: list[BaseGeometry | None]
    columns: dict[str, list[Any]]
    crs: str | None
    extra: dict[str, Any] = field(default_factory=dict)


def repaired(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry | None]:
    """Each invalid polygon made valid; None for those that the child did not finish within its time and memory."""
    if not shapes:
        return []
    task = {"do": "repair", "count": len(shapes)}
    out, _ = _run(task, [shapely.to_wkb(shape) for shape in shapes], REPAIR_SECONDS)
    frames = _frames(out)
    done: list[BaseGeometry | None] = [shapely.from_wkb(frame) for frame in frames]
    return done + [None] * (len(shapes) - len(done))


def read_table(path: Path, layer: str | None, encoding: str | None) -> Table:
    """A layer of a checked shapefile or GeoPackage in a private folder.

    Raises ParseError where GDAL gives up, TooComplex where it needs more than its time or memory.
    """
    return _table({"do": "read", "path": str(path), "layer": layer, "encoding": encoding, "drivers": DRIVERS})


def read_parquet(path: Path) -> Table:
    """The table of a GeoParquet file, by Arrow.

    Raises ContentUnsupported for a Parquet file without shapes as WKB, and as ``read_table``.
    """
    limits = {"most_bytes": MAX_FILE_BYTES, "most_rows": MAX_FEATURES}
    return _table({"do": "read_parquet", "path": str(path), **limits})


def read_drawing(path: Path, layer: str | None, tolerance: float) -> Table:
    """The closed outlines of a DXF drawing, each as a set of rings; ``extra`` holds texts, counts and encoding.

    Raises AmbiguousLayer where several layers have some and none is chosen, FileLayerMissing, and as ``read_table``.
    """
    bounds = {"tolerance": tolerance, "most": MAX_ENTITIES}
    return _table({"do": "read_drawing", "path": str(path), "layer": layer, **bounds})


def bounds() -> dict[str, bool]:
    """How tightly this platform holds the children: ``network`` cut off, ``memory`` limited."""
    out, _ = _run({"do": "bounds"}, [], READ_SECONDS)
    frames = _frames(out)
    found: dict[str, bool] = json.loads(frames[0]) if frames else {"network": False, "memory": False}
    return found


def _table(task: dict[str, Any]) -> Table:
    size = Path(task["path"]).stat().st_size
    more = size / READ_BYTES_PER_SECOND
    memory = CHILD_MEMORY_BYTES + MEMORY_PER_BYTE * size
    out, stopped = _run(task, [], READ_SECONDS + more, CPU_SECONDS + more, memory)
    frames = _frames(out)
    if stopped:
        reason = Text(
            N_("reading it takes more than {seconds:.0f} s or {memory:,.0f} MiB"),
            seconds=CPU_SECONDS + more,
            memory=memory / MIB,
        )
        raise TooComplex(what=Text(N_("The file")), reason=reason)
    answer = json.loads(frames[0].decode("utf-8", "surrogatepass")) if frames else {}
    if "refused" in answer:
        raise _refusal(answer)
    if len(frames) != 2:
        raise ParseError(reason=Text(N_("its tables or shapes are damaged")))
    return Table(
        _shapes(frames[1], answer["sizes"]), answer["columns"], answer["crs"], answer.get("extra", {})
    )


def _refusal(answer: dict[str, Any]) -> Exception:
    """What the child said no to, in our words."""
    if answer["refused"] == "size":
        reason = Text(N_("it holds {rows:,} rows of {size:,.0f} MiB"), rows=answer["rows"], size=answer["bytes"] / MIB)
        return TooComplex(what=Text(N_("The file")), reason=reason)
    if answer["refused"] == "blocks":
        reason = Text(N_("its blocks hold themselves or unfold to more than {limit:,} entities"), limit=MAX_ENTITIES)
        return TooComplex(what=Text(N_("The file")), reason=reason)
    if answer["refused"] == "arcs":
        reason = Text(N_("an arc of it needs more than {limit:,} chords"), limit=answer["limit"])
        return TooComplex(what=Text(N_("The file")), reason=reason)
    if answer["refused"] == "layers":
        return AmbiguousLayer(layers=_names(answer))
    if answer["refused"] == "layer":
        return FileLayerMissing(wanted=answer["wanted"], known=_names(answer) or "-")
    return ContentUnsupported(found=Text(N_("a Parquet file without shapes as GeoParquet has them")), known=SUPPORTED)


def _names(answer: dict[str, Any]) -> str:
    return ", ".join(clean_text(name)[0] for name in answer["names"][:40])


def _run(
    task: dict[str, Any],
    frames: Sequence[bytes],
    seconds: float,
    cpu_seconds: float = CPU_SECONDS,
    memory: int = CHILD_MEMORY_BYTES,
) -> tuple[bytes, bool]:
    """What a child that is given a task wrote, and whether a limit ended it."""
    whole = task | {"memory_bytes": memory, "seconds": int(cpu_seconds)}
    data = b"".join(struct.pack(">Q", len(frame)) + frame for frame in (json.dumps(whole).encode(), *frames))
    return _child(data, seconds)


def _child(data: bytes, seconds: float) -> tuple[bytes, bool]:
    """One process, fed and listened to for so long."""
    # The interpreter of this process and a file of this package: nothing in the call comes from the data.
    child = subprocess.Popen(  # noqa: S603
        [sys.executable, "-I", str(_WORKER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
    )
    try:
        out, complaint = child.communicate(data, timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        out, _ = child.communicate()
        return out, True
    return out, child.returncode < 0 or b"MemoryError" in complaint or b"bad_alloc" in complaint


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # Arrow's own pool asks for more address space than it fills, which counts against the limit.
    pool = {"ARROW_DEFAULT_MEMORY_POOL": "system"}
    quiet = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    gdal = {"GDAL_SKIP": SKIPPED, "OGR_SKIP": SKIPPED, "GDAL_HTTP_MAX_RETRY": "0", "PROJ_NETWORK": "OFF"}
    return kept | pool | quiet | gdal


def _frames(data: bytes) -> list[bytes]:
    """Whole frames; one that was cut off is dropped."""
    found, at = [], 0
    while at + 8 <= len(data):
        (length,) = struct.unpack_from(">Q", data, at)
        if at + 8 + length > len(data):
            break
        found.append(data[at + 8 : at + 8 + length])
        at += 8 + length
    return found


def _shapes(data: bytes, sizes: Sequence[int]) -> list[BaseGeometry | None]:
    ends = np.cumsum(np.asarray(sizes, dtype=np.int64)).tolist()
    pieces = [data[end - size : end] or None for end, size in zip(ends, sizes, strict=True)]
    try:
        return list(shapely.from_wkb(pieces, on_invalid="ignore"))
    except GEOSException:
        raise ParseError(reason=Text(N_("its tables or shapes are damaged"))) from None
