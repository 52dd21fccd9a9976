"""The child that touches what may explode: GDAL, Arrow or ezdxf on a stranger's file, GEOS on an invalid polygon.

Started by ``planner.formats.confined`` as a script of its own, never imported: it must not load the house. It limits
itself first (memory, processor time, no file written, no network where the kernel allows), then does one task from
stdin and answers on stdout. Nothing that it sends can run code in the parent: numbers, text and well-known binary.

Frames are an 8-byte length and that many bytes; the first is a JSON document.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from typing import Any, BinaryIO

HERE = os.path.dirname(os.path.abspath(__file__))
NEWNET = 0x40000000 | 0x10000000  # a network of its own, in a user namespace of its own (Linux)


def limit_self(memory_bytes: int, seconds: int) -> bool:
    """Bounds of this process, where the system knows them; says whether it does."""
    try:
        import resource
    except ImportError:
        return False
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    return True


def leave_network() -> bool:
    """Best effort: a kernel or container that forbids it leaves only the driver list as the fence. Says whether it
    worked."""
    if sys.platform != "linux":
        return False
    import ctypes

    return ctypes.CDLL(None, use_errno=True).unshare(NEWNET) == 0


def receive(stream: BinaryIO) -> bytes:
    """One frame."""
    (length,) = struct.unpack(">Q", stream.read(8))
    return stream.read(length)


def send(stream: BinaryIO, data: bytes) -> None:
    """One frame, out at once: what is done before the clock runs out counts."""
    stream.write(struct.pack(">Q", len(data)))
    stream.write(data)
    stream.flush()


def repair(task: dict[str, Any], stdin: BinaryIO, stdout: BinaryIO) -> None:
    """Each polygon made valid, one frame in and one out."""
    import shapely

    for _ in range(task["count"]):
        shape = shapely.make_valid(shapely.from_wkb(receive(stdin)))
        send(stdout, shapely.to_wkb(shape))


def read(task: dict[str, Any], stdout: BinaryIO) -> None:
    """One layer by GDAL: a JSON frame (columns, crs, sizes of the shapes), then all shapes as one frame."""
    without("geopandas", "pandas", "pyarrow", "pyproj")
    import pyogrio
    from pyogrio.raw import read as read_raw

    drivers = set(pyogrio.list_drivers())
    if not drivers <= set(task["drivers"]):
        raise RuntimeError(f"drivers not asked for: {sorted(drivers - set(task['drivers']))}")
    meta, _, shapes, values = read_raw(task["path"], layer=task["layer"], encoding=task["encoding"], force_2d=True)
    found = [bytes(one) if one is not None else b"" for one in ([] if shapes is None else shapes)]
    columns = {str(name): plain(column) for name, column in zip(meta["fields"], values, strict=True)}
    answer = {"crs": meta["crs"], "columns": columns, "sizes": [len(one) for one in found]}
    send(stdout, json.dumps(answer).encode("utf-8", "surrogatepass"))
    send(stdout, b"".join(found))


def read_parquet(task: dict[str, Any], stdout: BinaryIO) -> None:
    """One GeoParquet table by Arrow: the frames of ``read``, or one that says what was refused.

    Source: GeoParquet 1.1.0, "Metadata": the key ``geo``, a primary column of WKB, the system as PROJJSON.
    """
    import pyarrow.parquet

    file = pyarrow.parquet.ParquetFile(task["path"], memory_map=False, pre_buffer=False)
    groups = (file.metadata.row_group(i) for i in range(file.metadata.num_row_groups))
    size, rows = sum(group.total_byte_size for group in groups), file.metadata.num_rows
    if size > task["most_bytes"] or rows > task["most_rows"]:
        return send(stdout, json.dumps({"refused": "size", "bytes": size, "rows": rows}).encode())
    geo = json.loads((file.schema_arrow.metadata or {}).get(b"geo", b"{}"))
    name = geo.get("primary_column")
    column = geo.get("columns", {}).get(name)
    if column is None or column.get("encoding") != "WKB":
        return send(stdout, json.dumps({"refused": "no shapes"}).encode())
    table = file.read(use_threads=False)
    found = [bytes(one) if one is not None else b"" for one in table[name].to_pylist()]
    # The box around each shape is the index of the file, not what anyone said of it.
    boxes = {path[0] for path in column.get("covering", {}).get("bbox", {}).values()}
    wanted = [one for one in table.column_names if one not in {*geo["columns"], *boxes}]
    columns = {one: [single(value) for value in table[one].to_pylist()] for one in wanted}
    crs = column.get("crs", "OGC:CRS84")
    extra = {"edges": column.get("edges", "planar")}
    answer = {"crs": json.dumps(crs) if isinstance(crs, dict) else crs, "columns": columns, "extra": extra}
    send(stdout, json.dumps({**answer, "sizes": [len(one) for one in found]}).encode("utf-8", "surrogatepass"))
    send(stdout, b"".join(found))


def read_drawing(task: dict[str, Any], stdout: BinaryIO) -> None:
    """Closed outlines of a DXF drawing: the frames of ``read``, each shape a set of rings, or one refusal."""
    import shapely

    module = drawing_module()
    try:
        found = module.outlines(task["path"], task["layer"], task["tolerance"], task["most"])
    except module.Refused as refused:
        return send(stdout, json.dumps(refused.answer).encode("utf-8", "surrogatepass"))
    rings = [shapely.to_wkb(shapely.MultiLineString(one)) for one in found.pop("rings")]
    answer = {"crs": None, "columns": found.pop("columns"), "sizes": [len(one) for one in rings], "extra": found}
    send(stdout, json.dumps(answer).encode("utf-8", "surrogatepass"))
    send(stdout, b"".join(rings))


def drawing_module() -> Any:
    """The file beside this one, by its place: this script knows no package."""
    from importlib.util import module_from_spec, spec_from_file_location

    if "drawing" not in sys.modules:
        spec = spec_from_file_location("drawing", os.path.join(HERE, "dxf_outlines.py"))
        if spec is None or spec.loader is None:
            raise ImportError("dxf_outlines.py")
        sys.modules["drawing"] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules["drawing"])
    return sys.modules["drawing"]


def single(value: Any) -> Any:
    """A value of Arrow as a JSON value: lists and structures as their JSON text, bytes left out."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return None if isinstance(value, bytes) else str(value)


def plain(column: Any) -> list[Any]:
    """A numpy column as JSON values; dates as ISO text, binary values left out."""
    if column.dtype.kind == "M":
        return [None if text == "NaT" else text for text in column.astype(str).tolist()]
    return [None if isinstance(value, bytes) else value for value in column.tolist()]


def answer(stdin: BinaryIO, stdout: BinaryIO) -> None:
    """The task that is waiting, done within its limits."""
    task = json.loads(receive(stdin))
    alone = leave_network()
    prepare(task["do"])
    held = limit_self(task["memory_bytes"], task["seconds"])
    if task["do"] == "bounds":
        send(stdout, json.dumps({"network": alone, "memory": held}).encode())
    elif task["do"] == "repair":
        repair(task, stdin, stdout)
    else:
        {"read": read, "read_parquet": read_parquet, "read_drawing": read_drawing}[task["do"]](task, stdout)


def prepare(work: str) -> None:
    """Libraries loaded before the limits, which are for the data."""
    if work == "repair":
        import shapely  # noqa: F401
    elif work == "read_drawing":
        drawing_module()
    elif work == "read_parquet":
        without("geopandas", "pandas", "pyproj")
        import pyarrow.parquet

        # Arrow's own allocators and threads reserve far more address space than they use.
        pyarrow.set_memory_pool(pyarrow.system_memory_pool())
        pyarrow.set_cpu_count(1)
        pyarrow.set_io_thread_count(1)


def without(*names: str) -> None:
    """Marks packages as not there: what only would use them starts in a tenth of the time."""
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment]


if __name__ == "__main__":
    os.chdir(os.sep)
    answer(sys.stdin.buffer, sys.stdout.buffer)
