"""Packed layers in files: the same answers, mapped; anything that does not fit is made anew."""

from __future__ import annotations

import os

import numpy as np
import pytest

from planner.land.kernel.pack import Packed, RowClass, pack
from planner.store.packed import FORMAT, load, opened, save
from tests.drawn_land import land, parcel
from tests.packed_land import areas_by_patch, gross_by_class

CLASSES = (RowClass("GBT21010-2017", "0101", 5, 0.08), RowClass("第三次调查", "0301", None, None))
CONTENT = "a" * 64


def layer(width: float = 30) -> Packed:
    """Two patches in two classes, the first so many metres wide."""
    return pack([land(0, 0, width, 100), land(width, 0, 200, 200)], [0, 1], CLASSES)


def test_a_mapped_layer_answers_like_the_one_in_memory(tmp_path):
    made = layer()
    save(made, tmp_path / "survey.packed", CONTENT)
    found = load(tmp_path / "survey.packed", CONTENT)
    assert gross_by_class(found, parcel().shape) == gross_by_class(made, parcel().shape)
    assert found.classes == CLASSES and found.patches == 2


def test_mapped_arrays_cannot_be_written(tmp_path):
    save(layer(), tmp_path / "survey.packed", CONTENT)
    ground = load(tmp_path / "survey.packed", CONTENT).ground
    assert not any(array.flags.writeable for array in (*ground.shapes, *ground[1:]))


def test_a_layer_of_nothing_is_kept_too(tmp_path):
    save(pack([], [], CLASSES), tmp_path / "empty.packed", CONTENT)
    assert gross_by_class(load(tmp_path / "empty.packed", CONTENT), parcel().shape) == {}


def test_a_file_is_made_once_and_again_when_the_content_changes(tmp_path):
    path, made = tmp_path / "survey.packed", []

    def make(width: float) -> Packed:
        made.append(width)
        return layer(width)

    for content, width in (("a", 30), ("a", 40), ("b", 50), ("b", 60)):
        share = dict(zip(*areas_by_patch(opened(path, content, lambda w=width: make(w)), parcel().shape), strict=True))
        assert share[0] == pytest.approx(made[-1] * 100, rel=1e-4)
    assert made == [30, 50]
    assert os.listdir(tmp_path) == ["survey.packed"]


def cut(data: bytes) -> bytes:
    return data[:-200]


def other_format(data: bytes) -> bytes:
    return data.replace(FORMAT, FORMAT[:-2] + b"0\n")


def other_json(data: bytes) -> bytes:
    return data.replace(b'"arrays"', b'"a12345"', 1)


def shorter_arrays(data: bytes) -> bytes:
    """Rings that end before the vertices do."""
    return data.replace(b'"shape": [3]', b'"shape": [2]', 1)


@pytest.mark.parametrize("spoil", [cut, other_format, other_json, shorter_arrays, lambda data: b""])
def test_a_file_that_is_not_whole_is_made_anew(tmp_path, spoil):
    path = tmp_path / "survey.packed"
    save(layer(), path, CONTENT)
    whole = path.read_bytes()
    assert spoil(whole) != whole
    path.write_bytes(spoil(whole))
    assert load(path, CONTENT) is None
    assert opened(path, CONTENT, layer).patches == 2
    assert path.read_bytes() == whole


def test_where_nothing_can_be_written_the_layer_is_used_from_memory(tmp_path):
    found = opened(tmp_path / "no such folder" / "survey.packed", CONTENT, layer)
    assert np.array_equal(areas_by_patch(found, parcel().shape)[0], [0, 1])
