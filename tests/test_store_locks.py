"""One file, one SQLite: what another library that opens the workspace in this process does to the lock, and that no
door of the planner opens it so.

GDAL's wheel carries its own SQLite. When it closes the file, the system drops every lock this process has on it (POSIX
locks belong to the process, not to the handle), and a second writer comes in between: an acknowledged entry is lost.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from planner.cli import main
from planner.land.parcel import Layer
from planner.store.geopackage import GeoPackageStore
from tests.test_store_crash import SECOND_WRITER

SQUARE = shapely.box(110.2, 19.95, 110.21, 19.96)

# Holds the turn, lets something look into the file, and says what a second process was then told.
HOLDER = """
import json, subprocess, sys
from pathlib import Path
from planner.errors import PlannerError
from planner.store.geopackage import GeoPackageStore


path, how, second = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
looks = {
    "gdal": lambda: __import__("pyogrio").read_dataframe(path, layer="parcels"),
    "the store": lambda: store.layer("parcels"),
    "a backup": lambda: store.backup(str(path.with_name("copy.gpkg"))),
    "the door": lambda: __import__("planner.formats").formats.read(path, layer="parcels"),
}
store, told = GeoPackageStore(path), {"refused": "", "acknowledged": False}
try:
    with store.turn() as turn:
        turn.put_settings({"first": "written"})
        try:
            looks[how]()
        except PlannerError as refused:
            told["refused"] = refused.code
        call = [sys.executable, "-c", second, str(path)]
        told["second"] = subprocess.run(call, capture_output=True, text=True).stdout.strip()
    told["acknowledged"] = True
except Exception as broken:
    told["broken"] = str(broken)
print(json.dumps(told))
"""


@pytest.fixture
def path(tmp_path) -> Path:
    with closing(GeoPackageStore(tmp_path / "w.gpkg", create=True)) as store, store.turn() as turn:
        frame = gpd.GeoDataFrame({"id": ["1"]}, geometry=[SQUARE], crs="EPSG:4490")
        turn.keep_layer(Layer("parcels", "parcels", frame), sha256="")
    return tmp_path / "w.gpkg"


def held_while(path: Path, how: str) -> dict:
    call = [sys.executable, "-c", HOLDER, str(path), how, SECOND_WRITER]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def kept(path: Path) -> dict[str, str]:
    with closing(GeoPackageStore(path)) as store:
        return store.settings()


def test_a_second_sqlite_in_this_process_gives_the_lock_away_and_what_was_acknowledged_is_lost(path):
    told = held_while(path, "gdal")
    assert told["second"] == "written"  # while the first one held the turn
    assert not (told["acknowledged"] and kept(path) == {"first": "written", "second": "written"})


@pytest.mark.parametrize("how", ["the store", "a backup", "the door"])
def test_nothing_of_the_planners_gives_the_lock_away(path, how):
    told = held_while(path, how)
    assert (told["second"], told["acknowledged"]) == ("busy", True)
    assert bool(told["refused"]) == (how == "the door")
    assert kept(path) == {"first": "written"}


def test_the_workspace_is_no_file_to_import_from(path, capsys):
    words = ["import", str(path), "--role", "parcels", "--layer", "parcels", "--name", "again"]
    assert main([*words, "--workspace", str(path), "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "E_DB_SCHEMA"  # its fences are triggers
    with closing(GeoPackageStore(path)) as store:
        assert [layer.name for layer in store.layers()] == ["parcels"]
