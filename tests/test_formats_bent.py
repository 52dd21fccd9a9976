"""A shape that is whole in its plane and crosses itself in degrees is repaired in the open, never stored so."""

from __future__ import annotations

import json
from pathlib import Path

import shapely

from planner.formats import read

# A hole as thin as a millimetre along the border of its parcel: straight in the plane, bent in degrees.
OUTER = [
    (37416887.191, 2208134.688), (37416991.873, 2208134.193), (37417096.554, 2208133.699), (37417201.235, 2208133.205),
    (37417305.916, 2208132.712), (37417303.074, 2207528.829), (37417300.706, 2207025.593), (37416253.827, 2207030.55),
    (37416256.225, 2207533.786), (37416259.103, 2208137.67), (37416782.51, 2208135.183), (37416887.191, 2208134.688),
]  # fmt: skip
INNER = [
    (37416573.147, 2208136.176), (37416468.466, 2208136.674), (37416363.785, 2208137.172), (37416259.103, 2208137.67),
    (37416573.147, 2208136.176),
]  # fmt: skip


def test_a_needle_that_bends_over_its_border_in_degrees_is_a_repair_with_its_areas(tmp_path: Path) -> None:
    whole = shapely.Polygon(OUTER, [INNER])
    assert whole.is_valid
    path = tmp_path / "needle.geojson"
    crs = {"type": "name", "properties": {"name": "EPSG:4525"}}
    feature = {"type": "Feature", "id": "N", "properties": {}, "geometry": shapely.geometry.mapping(whole)}
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}))
    found = read(path)
    assert found.frame.geometry.is_valid.all()
    (repair,) = found.repairs
    assert (repair.feature, repair.what) == ("N", "R_GEOMETRY")
    assert repair.before_m2 is not None and repair.after_m2 is not None
    assert abs(repair.before_m2 - repair.after_m2) < 1.0
