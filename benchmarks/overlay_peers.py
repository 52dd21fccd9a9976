"""The engines beside the kernel: each answers with areas in m2 by class, of one parcel and of many.

Those of GEOS measure on the ellipsoid with edges straight in longitude/latitude, as the kernel does; DuckDB and
PostGIS with their own geodesic edges, which differ by up to 1e-5 of a parcel with edges of kilometres.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import psutil
import shapely
from numpy.typing import NDArray

from benchmarks.overlay_data import Ground
from planner.land.geodesy import ellipsoid_m2
from planner.land.kernel.pack import Packed
from planner.land.kernel.takes import areas_by_class, areas_by_class_many

Areas = NDArray[np.float64]
THREADS = 2


@dataclass(frozen=True)
class Engine:
    """A name, and what it does: parcel -> (classes,) and parcels -> (parcels, classes). ``slow`` ones run less."""

    name: str
    one: Callable[[Any], Areas] | None = None
    many: Callable[[NDArray[Any]], Areas] | None = None
    slow: bool = False


def kernel(packed: Packed) -> Iterator[Engine]:
    yield Engine("kernel", lambda p: areas_by_class(packed, p), lambda ps: areas_by_class_many(packed, ps))
    yield Engine("kernel, 1 thread", many=lambda ps: areas_by_class_many(packed, ps, threads=1))


def _summed(ground: Ground, rows: Any, codes: Any, m2: Any, parcels: int) -> Areas:
    """(parcels, classes) of areas listed by parcel and class."""
    flat = np.asarray(rows, np.int64) * ground.classes + np.asarray(codes, np.int64)
    sums = np.bincount(flat, weights=np.asarray(m2, float), minlength=parcels * ground.classes)
    return sums.reshape(parcels, ground.classes)


# ---------------------------------------------------------------- GEOS
def geos(ground: Ground) -> Iterator[Engine]:
    tree = shapely.STRtree(ground.shapes)

    def cut(parcels: NDArray[Any]) -> Areas:
        rows, hits = tree.query(parcels, predicate="intersects")
        m2 = ellipsoid_m2(shapely.intersection(ground.shapes[hits], parcels[rows]))
        return _summed(ground, rows, ground.codes[hits], m2, len(parcels))

    def cut_edges(parcels: NDArray[Any]) -> Areas:
        shapely.prepare(parcels)
        rows, hits = tree.query(parcels, predicate="intersects")
        m2 = ground.m2[hits]
        across = ~shapely.contains_properly(parcels[rows], ground.shapes[hits])
        m2[across] = ellipsoid_m2(shapely.intersection(ground.shapes[hits[across]], parcels[rows[across]]))
        return _summed(ground, rows, ground.codes[hits], m2, len(parcels))

    def on_threads(parcels: NDArray[Any]) -> Areas:
        pieces = np.array_split(np.arange(len(parcels)), THREADS * 8)
        with ThreadPoolExecutor(THREADS) as pool:
            return np.concatenate(list(pool.map(lambda piece: cut_edges(parcels[piece]), pieces)))

    yield Engine("STRtree + intersection", lambda p: cut(np.array([p]))[0], cut)
    yield Engine("STRtree + prepared contains + stored areas", lambda p: cut_edges(np.array([p]))[0], cut_edges)
    yield Engine(f"STRtree, prepared, on {THREADS} threads", many=on_threads)


def geopandas_overlay(ground: Ground) -> Iterator[Engine]:
    frame = gpd.GeoDataFrame({"code": ground.codes}, geometry=ground.shapes, crs="EPSG:4490")

    def many(parcels: NDArray[Any]) -> Areas:
        laid = gpd.GeoDataFrame({"row": np.arange(len(parcels))}, geometry=parcels, crs="EPSG:4490")
        pieces = gpd.overlay(laid, frame, keep_geom_type=True)
        return _summed(ground, pieces["row"], pieces["code"], ellipsoid_m2(pieces.geometry.values), len(parcels))

    yield Engine("geopandas.overlay", lambda p: many(np.array([p]))[0], many, slow=True)


# ---------------------------------------------------------------- databases
def duckdb_spatial(ground: Ground) -> Iterator[Engine]:
    import duckdb
    import duckdb_extension_spatial

    (extension,) = Path(duckdb_extension_spatial.__file__).parent.rglob("spatial.duckdb_extension*")
    base = duckdb.connect(config={"threads": THREADS})
    base.execute(f"LOAD '{extension}'")
    base.execute("SET geometry_always_xy = true")
    base.register("given", pd.DataFrame({"code": ground.codes, "wkb": shapely.to_wkb(ground.shapes)}))
    base.execute("CREATE TABLE patches AS SELECT code, ST_GeomFromWKB(wkb) AS shape FROM given")
    base.execute("CREATE INDEX patches_shape ON patches USING RTREE (shape)")
    shared = "sum(ST_Area_Spheroid(ST_Intersection(q.shape, {shape})))"

    def one(parcel: Any) -> Areas:
        shape = f"ST_GeomFromHEXWKB('{parcel.wkb_hex}')"
        found = base.execute(f"SELECT 0, code, {shared.format(shape=shape)} FROM patches q "  # noqa: S608
                             f"WHERE ST_Intersects(q.shape, {shape}) GROUP BY code").fetchnumpy()
        return _summed(ground, *found.values(), 1)[0]

    def many(parcels: NDArray[Any]) -> Areas:
        base.register("laid", pd.DataFrame({"row": np.arange(len(parcels)), "wkb": shapely.to_wkb(parcels)}))
        base.execute("CREATE OR REPLACE TEMP TABLE parcels AS SELECT row, ST_GeomFromWKB(wkb) AS shape FROM laid")
        found = base.execute(f"SELECT p.row, q.code, {shared.format(shape='p.shape')} FROM parcels p "  # noqa: S608
                             "JOIN patches q ON ST_Intersects(q.shape, p.shape) GROUP BY ALL").fetchnumpy()
        return _summed(ground, *found.values(), len(parcels))

    yield Engine(f"DuckDB spatial {duckdb.__version__}", one, many)


def sedona(ground: Ground) -> Iterator[Engine]:
    import sedonadb

    base = sedonadb.connect()
    frame = gpd.GeoDataFrame({"code": ground.codes}, geometry=ground.shapes, crs="EPSG:4490")
    base.create_data_frame(frame).to_memtable().to_view("patches")

    def many(parcels: NDArray[Any]) -> Areas:
        laid = gpd.GeoDataFrame({"row": np.arange(len(parcels))}, geometry=parcels, crs="EPSG:4490")
        base.create_data_frame(laid).to_view("parcels", overwrite=True)
        found = base.sql("SELECT p.row, q.code, ST_AsBinary(ST_Intersection(q.geometry, p.geometry)) AS wkb "
                         "FROM parcels p JOIN patches q ON ST_Intersects(q.geometry, p.geometry)").to_pandas()
        m2 = ellipsoid_m2(shapely.from_wkb(found["wkb"].to_numpy(object)))
        return _summed(ground, found["row"], found["code"], m2, len(parcels))

    yield Engine("SedonaDB", lambda p: many(np.array([p]))[0], many, slow=True)


def postgis(ground: Ground, address: str) -> Iterator[Engine]:
    import psycopg

    base = psycopg.connect(address, autocommit=True)
    base.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    _copied(base, "patches", zip(ground.codes.tolist(), ground.m2.tolist(), _hex(ground.shapes), strict=True))
    base.execute("CREATE INDEX ON patches USING GIST (shape)")
    base.execute("ANALYZE patches")
    cut = "ST_Area(ST_Intersection(q.shape, p.shape)::geography)"
    kept = f"CASE WHEN ST_Covers(p.shape, q.shape) THEN q.m2 ELSE {cut} END"
    join = "FROM {parcels} p JOIN patches q ON ST_Intersects(q.shape, p.shape) GROUP BY 1, 2"

    def asked(query: str, count: int, *values: Any) -> Areas:
        rows = base.execute(query, values).fetchall()
        return _summed(ground, *(zip(*rows, strict=True) if rows else ([], [], [])), count)

    for name, area in (("PostGIS", cut), ("PostGIS + ST_Covers + stored areas", kept)):
        given = "(SELECT 0 AS code, ST_GeomFromWKB(%s, 4490) AS shape)"

        def one(parcel: Any, area: str = area, given: str = given) -> Areas:
            return asked(f"SELECT p.code, q.code, sum({area}) {join.format(parcels=given)}", 1, parcel.wkb)[0]  # noqa: S608

        def many(parcels: NDArray[Any], area: str = area) -> Areas:
            rows = range(len(parcels))
            _copied(base, "parcels", zip(rows, [0.0] * len(parcels), _hex(parcels), strict=True))
            base.execute("ANALYZE parcels")
            return asked(f"SELECT p.code, q.code, sum({area}) {join.format(parcels='parcels')}", len(parcels))  # noqa: S608

        yield Engine(name, one, many, slow=area == cut)


def _hex(shapes: NDArray[Any]) -> Any:
    return shapely.to_wkb(shapely.set_srid(shapes, 4490), hex=True, include_srid=True)


def _copied(base: Any, table: str, rows: Any) -> None:
    """A new unlogged table of numbered shapes."""
    base.execute(f"DROP TABLE IF EXISTS {table}")
    base.execute(f"CREATE UNLOGGED TABLE {table} (code bigint, m2 double precision, shape geometry(Geometry, 4490))")
    with base.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


# ---------------------------------------------------------------- which there are
@dataclass(frozen=True)
class Found:
    """The engines this machine has, ours first; what each needed to be ready (seconds, MB of this process); and what
    is absent, with the reason."""

    engines: list[Engine]
    ready: list[tuple[str, float, float]]
    absent: list[str]


def engines(ground: Ground, packed: Packed, server: str | None, why_not: str = "") -> Found:
    """All engines this machine has. ``server`` is the address of a PostGIS, None where there is none."""
    found = Found([*kernel(packed)], [], [])
    makers: list[tuple[str, Callable[[], Iterator[Engine]]]] = [
        ("STRtree", lambda: geos(ground)), ("geopandas", lambda: geopandas_overlay(ground)),
        ("DuckDB", lambda: duckdb_spatial(ground)), ("SedonaDB", lambda: sedona(ground)),
    ]
    if server is None:
        found.absent.append(f"PostGIS ({why_not})")
    else:
        makers.append(("PostGIS", lambda: postgis(ground, server)))
    process = psutil.Process()
    for name, make in makers:
        before, began = process.memory_info().rss, time.perf_counter()
        try:
            found.engines.extend(make())
        except Exception as why:  # a peer that cannot start is named, not hidden
            found.absent.append(f"{name} ({str(why).splitlines()[0] if str(why) else type(why).__name__})")
            continue
        found.ready.append((name, time.perf_counter() - began, (process.memory_info().rss - before) / 1e6))
    return found
