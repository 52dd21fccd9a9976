"""Good files of others, harmed: what real programs wrote has corners that files of our own making have not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from tests.soak.conftest import Record
from tests.soak.soak_fuzz import OTHERS_ROUNDS, harm, nurseries

__all__ = ["nurseries"]
FOLDERS = ("parcels/crop_parcels", "landcover", "chinese_formats", "haikou_admin", "malformed")
ENDINGS = {".zip", ".gpkg", ".geojson", ".json", ".parquet", ".fgb", ".kml", ".dxf", ".txt"}
# What is larger costs a second a round and has no other corners.
MOST_BYTES = 400_000


def good_files() -> Iterator[Path]:
    data = Path(os.environ["PLANNER_SHARED"]) / "data"
    for folder in FOLDERS:
        for path in sorted((data / folder).rglob("*")):
            if path.suffix in ENDINGS and "LICENSE" not in path.name and 0 < path.stat().st_size < MOST_BYTES:
                yield path


def test_harmed_files_of_others_are_read_or_refused_with_a_code(tmp_path: Path, record: Record) -> None:
    files = list(good_files())
    assert len(files) > 40
    harm(
        ((path.suffix[1:], tmp_path / path.name, path.read_bytes(), n, OTHERS_ROUNDS) for n, path in enumerate(files)),
        record,
        "Harmed files of others",
    )
