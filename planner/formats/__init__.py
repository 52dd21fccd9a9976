"""Data files in and out: the only door for files of others.

``read`` turns a file into a ``Reading``; ``drawing`` takes what a person drew; ``schema`` fits columns to a role;
``tables`` reads quotas and projects; ``toml_files`` scenarios; ``write`` gives GeoJSON back. What a file is, its
content decides, never its name; only shapefiles and GeoPackages reach GDAL, and those in a child of their own.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.formats.reading import Reading


def read(
    path: Path,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    layer: str | None = None,
    name: str | None = None,
    swap_axes: bool = False,
) -> Reading:
    """What a vector file holds; see ``planner.formats.door.read``, imported when first called."""
    from planner.formats.door import read as through_the_door

    return through_the_door(path, crs=crs, encoding=encoding, layer=layer, name=name, swap_axes=swap_axes)
