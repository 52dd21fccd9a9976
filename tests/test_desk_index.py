"""Large layers by their index: the same answers, made once a state, never of another state."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.desk import index
from planner.desk.desk import Desk
from planner.desk.ground import Ground
from planner.land.geodesy import ellipsoid_m2
from planner.land.large import LargeLayer
from planner.land.parcel import Layer
from planner.land.takes import takes
from planner.store.base import Store
from planner.store.beside import file_of, folder_of
from planner.store.parameters import load
from tests.drawn_land import TODAY, land, layer, parcel, survey


@pytest.fixture(autouse=True)
def every_layer_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "LARGE_FROM", 1)


@pytest.fixture
def desk(tmp_path: Path):
    made = Desk.open(str(tmp_path / "w.gpkg"), create=True)
    yield made
    made.close()


def keep(store: Store, ground: Layer, *, replaced: bool = False) -> None:
    with store.turn() as turn:
        turn.keep_layer(ground, sha256="1" * 64, replace=replaced)


def by_index(ground: Layer) -> LargeLayer:
    return LargeLayer(ground, index.packed_of(ground), lambda: ground)


FIELDS = survey((land(0, 0, 60, 100), "0101", 5, 0.08), (land(60, 0, 40, 60), "0301", None, None))


# ---------------------------------------------------------------- the same answers
def rounded(found) -> tuple:
    areas = {(row.code, row.grade): (row.gross_m2, row.net_m2) for row in found.by_class}
    return areas, found.uncovered_m2, found.overlap_m2, found.cultivated_m2, found.why


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_what_a_parcel_takes_by_the_index_is_what_cutting_gives(seed):
    rng = np.random.default_rng(seed)

    def patch() -> shapely.Geometry:
        x, y, w, h = rng.uniform(-30, 90, 2).tolist() + rng.uniform(5, 80, 2).tolist()
        whole = land(x, y, w, h)
        parts = [whole.difference(land(x + w / 3, y + h / 3, w / 3, h / 3)), land(x + 200, y, w, h)]
        return shapely.MultiPolygon(parts) if rng.random() < 0.3 else parts[0] if rng.random() < 0.3 else whole

    new = survey(*((patch(), rng.choice(["0101", "0301", "0602"]), 5, 0.1) for _ in range(6)))
    old = survey(*((patch(), "0101", 7, 0.1) for _ in range(3)), as_of=TODAY.replace(year=2020), name="older")
    for layers in ([new], [new, old], [new, replace(new, name="again")]):
        cut = rounded(takes(parcel(), layers, load(), on=TODAY))
        found = rounded(takes(parcel(), [by_index(one) for one in layers], load(), on=TODAY))
        assert found[0].keys() == cut[0].keys() and found[4] == cut[4]
        for key, areas in cut[0].items():
            assert found[0][key] == pytest.approx(areas, abs=1e-5)
        assert found[1:4] == pytest.approx(cut[1:4], abs=1e-5)  # of 10 000 m2: 1e-9


def test_one_place_under_two_patches_is_no_cover_of_another():
    half = land(0, 0, 50, 100)
    found = takes(parcel(), [by_index(survey((half, "0101", 5, 0.1), (half, "0301", None, None)))], load(), on=TODAY)
    assert found.uncovered_m2 == pytest.approx(5000, rel=1e-5)
    assert found.overlap_m2 == pytest.approx(5000, rel=1e-5)
    assert found.new_construction_m2 is None


def test_gross_and_uncovered_add_up_to_the_parcel():
    found = takes(parcel(), [by_index(FIELDS)], load(), on=TODAY)
    whole = sum(row.gross_m2 for row in found.by_class) + found.uncovered_m2
    assert whole == pytest.approx(ellipsoid_m2(parcel().shape), rel=1e-12)


def test_a_parcel_off_the_survey_takes_nothing_of_it():
    found = takes(parcel(5000, 5000), [by_index(FIELDS)], load(), on=TODAY)
    assert found.by_class == () and found.uncovered_m2 == pytest.approx(10_000, rel=1e-3)


# ---------------------------------------------------------------- beside the workspace
def test_a_large_layer_is_looked_at_without_reading_its_rows(desk, monkeypatch):
    keep(desk.store, FIELDS)
    desk.ground.layer(desk.layers()[-1])
    monkeypatch.setattr(desk.store, "layer", lambda *_: pytest.fail("the rows were read"))
    again = Ground(desk.store).layer(desk.layers()[-1])
    assert takes(parcel(), [again], load(), on=TODAY).by_class[0].gross_m2 == pytest.approx(6000, rel=1e-5)
    assert again.size == 2 and "2" in repr(again)


def test_its_rows_are_there_for_whoever_asks(desk):
    keep(desk.store, FIELDS)
    found = desk.layer("survey")
    assert isinstance(found, LargeLayer)
    assert list(found.frame["code"]) == ["0101", "0301"] and found.coverage is not None
    assert (found.as_of, found.role) == (FIELDS.as_of, "land_survey")


def taken(desk: Desk) -> float:
    return sum(row.gross_m2 for row in takes(parcel(), [desk.layer("survey")], load(), on=TODAY).by_class)


def test_a_changed_layer_is_never_answered_by_an_old_index(desk):
    keep(desk.store, FIELDS)
    assert taken(desk) == pytest.approx(8400, rel=1e-4)
    with desk.store.turn() as turn:
        turn.drop_feature("survey", id="b")
    assert taken(desk) == pytest.approx(6000, rel=1e-4)
    keep(desk.store, survey((land(0, 0, 10, 10), "0101", 5, 0.1)), replaced=True)
    assert taken(desk) == pytest.approx(100, rel=1e-4)


def test_an_index_is_of_one_state_and_gives_no_rows_of_another(desk, monkeypatch):
    """Another process replaces the layer while this one reads it."""
    keep(desk.store, FIELDS)
    info, read = desk.layers()[-1], desk.store.layer
    later = survey((land(0, 0, 10, 10), "0101", 5, 0.1))
    changes = iter([lambda: keep(desk.store, later, replaced=True)])

    def reading(name: str) -> Layer:
        next(changes, lambda: None)()
        return read(name)

    monkeypatch.setattr(desk.store, "layer", reading)
    found = index.large(desk.store, info)
    assert found.size == 2
    with pytest.raises(index.LayerChanged):
        len(found.frame)
    again = index.large(desk.store, info)
    assert again.size == len(again.frame) == 1


def test_a_lost_or_damaged_index_is_made_again(desk, tmp_path):
    keep(desk.store, FIELDS)
    assert taken(desk) == pytest.approx(8400, rel=1e-4)
    (file,) = folder_of(desk.store.where).iterdir()
    for harm in (lambda: file.write_bytes(file.read_bytes()[:200]), file.unlink):
        harm()
        desk.ground = Ground(desk.store)
        assert taken(desk) == pytest.approx(8400, rel=1e-4)


def test_indexes_of_layers_that_are_gone_are_taken_out(desk):
    keep(desk.store, FIELDS)
    folder = folder_of(desk.store.where)
    folder.mkdir()
    file_of(folder, "gone").write_bytes(b"old")
    desk.layer("survey")
    assert [path.name for path in folder.iterdir()] == [file_of(folder, "survey").name]


def test_where_nothing_can_be_written_the_index_lives_in_memory(desk):
    folder_of(desk.store.where).write_text("a file where the folder would be")
    keep(desk.store, FIELDS)
    assert taken(desk) == pytest.approx(8400, rel=1e-4)


def test_a_workspace_in_memory_has_no_folder():
    store = Desk.open("memory:", create=True).store
    keep(store, FIELDS)
    assert index.layer_of(store, store.layers()[-1]).size == 2
    assert folder_of("memory:") is None


def test_a_server_s_workspace_has_its_indexes_in_the_cache_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path))
    one, other = folder_of("postgresql://a/b"), folder_of("postgresql://a/c")
    assert one != other and one.name != "b"


def test_layers_of_some_features_are_read_as_ever(desk, monkeypatch):
    monkeypatch.setattr(index, "LARGE_FROM", 3)
    keep(desk.store, FIELDS)
    assert not isinstance(desk.layer("survey"), LargeLayer)


def test_warming_makes_what_is_missing(desk):
    keep(desk.store, layer("context", land(0, 0, 9, 9), name="far"))
    assert index.warm(desk.store) == 1
    assert file_of(folder_of(desk.store.where), "far").is_file()
