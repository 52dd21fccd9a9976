"""KML and KMZ: placemarks become parcels, what they say stays text, entities and links stay shut."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import shapely

from planner.errors import InputError
from planner.formats import read

HEAD = '<?xml version="1.0" encoding="{encoding}"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>'
TAIL = "</Document></kml>"
RING = "110.20,19.95,0 110.21,19.95,0 110.21,19.96,0 110.20,19.96,0 110.20,19.95,0"
HOLE = "110.203,19.953 110.204,19.953 110.204,19.954 110.203,19.953"


def boundary(kind: str, ring: str) -> str:
    return f"<{kind}BoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></{kind}BoundaryIs>"


def placemark(inner: str, name: str = "地块一", id: str = "p1") -> str:
    return f'<Placemark id="{id}"><name>{name}</name>{inner}</Placemark>'


LAND = f"<Polygon>{boundary('outer', RING)}{boundary('inner', HOLE)}</Polygon>"


def kml(path: Path, body: str, encoding: str = "UTF-8") -> Path:
    path.write_bytes((HEAD.format(encoding=encoding) + body + TAIL).encode(encoding))
    return path


def code(path: Path, **options: str) -> str:
    with pytest.raises(InputError) as caught:
        read(path, **options)  # type: ignore[arg-type]
    return caught.value.code


def test_a_placemark_keeps_its_hole_its_id_and_its_data(tmp_path: Path) -> None:
    data = (
        '<ExtendedData><Data name="地类编码"><value>0101</value></Data>'
        '<SchemaData><SimpleData name="亩">36.03</SimpleData></SchemaData></ExtendedData>'
    )
    found = read(kml(tmp_path / "a.kml", placemark(data + LAND)))
    shell = [(110.20, 19.95), (110.21, 19.95), (110.21, 19.96), (110.20, 19.96)]
    hole = [(110.203, 19.953), (110.204, 19.953), (110.204, 19.954)]
    assert found.source.geometry[0].equals(shapely.Polygon(shell, [hole]))
    assert (found.ids, found.crs, found.crs_from) == (("p1",), "EPSG:4326", "file")
    row = found.frame.iloc[0]
    assert (row["name"], row["地类编码"], row["亩"]) == ("地块一", "0101", "36.03")


def test_markup_in_a_name_stays_the_text_it_is(tmp_path: Path) -> None:
    body = placemark("<description><![CDATA[<b>x</b>]]></description>" + LAND, name="&lt;img src=x&gt;")
    found = read(kml(tmp_path / "a.kml", body))
    assert found.frame["name"][0] == "<img src=x>"
    assert found.frame["description"][0] == "<b>x</b>"


def test_the_encoding_is_what_the_first_line_declares(tmp_path: Path) -> None:
    found = read(kml(tmp_path / "a.kml", placemark(LAND, name="南沙区粮田"), encoding="GBK"))
    assert found.frame["name"][0] == "南沙区粮田"
    assert (found.encoding, found.repairs) == ("gb18030", ())


def test_a_multigeometry_is_one_parcel_and_its_points_are_left_out_with_a_note(tmp_path: Path) -> None:
    other = LAND.replace("110.2", "110.3")
    point = "<Point><coordinates>110.2,19.9</coordinates></Point>"
    found = read(kml(tmp_path / "a.kml", placemark(f"<MultiGeometry>{LAND}{other}{point}</MultiGeometry>")))
    assert found.frame.geometry[0].geom_type == "MultiPolygon"
    assert len(found.feature_notes["p1"]) == 1


def test_lines_and_empty_placemarks_are_refused_one_by_one(tmp_path: Path) -> None:
    line = f"<LineString><coordinates>{RING}</coordinates></LineString>"
    odd = f"<Polygon>{boundary('outer', '110.2,nonsense 1,2 3,4')}</Polygon>"
    body = placemark(line, id="line") + placemark("", id="none") + placemark(odd, id="odd") + placemark(LAND)
    found = read(kml(tmp_path / "a.kml", body))
    assert [(id, error.code) for id, error in found.rejected] == [
        ("line", "E_GEOM_TYPE"),
        ("none", "E_GEOM_EMPTY"),
        ("odd", "E_GEOM_NONFINITE"),
    ]
    assert found.ids == ("p1",)


def test_a_folder_can_be_chosen_and_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    folder = "<Folder><name>{}</name>{}</Folder>"
    body = folder.format("一期", placemark(LAND)) + folder.format("二期", placemark(LAND, id="p2"))
    path = kml(tmp_path / "a.kml", body)
    assert len(read(path).ids) == 2
    assert read(path, layer="二期").ids == ("p2",)
    assert code(path, layer="三期") == "E_LAYER_MISSING"


@pytest.mark.parametrize("place", ["before", "behind 8 KiB of comment"])
def test_a_document_type_is_refused_wherever_it_stands(tmp_path: Path, place: str) -> None:
    comment = "<!--" + "x" * 8192 + "-->" if place != "before" else ""
    path = tmp_path / "a.kml"
    entity = '<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    # The root must be seen early for the file to pass as KML at all.
    body = f"<kml><Document>{placemark(LAND, name='&x;')}</Document></kml>"
    path.write_text(f"<!--<kml >-->{comment}{entity}{body}", "utf-8")
    assert code(path) == "E_XML_DTD"


def test_a_cut_file_says_where_and_a_flood_of_tags_is_not_parsed(tmp_path: Path) -> None:
    path = kml(tmp_path / "a.kml", placemark(LAND))
    path.write_bytes(path.read_bytes()[:-40])
    assert code(path) == "E_PARSE"
    assert code(kml(tmp_path / "b.kml", "<a/>" * 1_000_001)) == "E_TOO_COMPLEX"


def test_folders_nested_without_end_are_walked_without_recursion(tmp_path: Path) -> None:
    deep = "<Folder>" * 20_000 + placemark(LAND) + "</Folder>" * 20_000
    assert read(kml(tmp_path / "a.kml", deep)).ids == ("p1",)


def test_the_document_of_a_kmz_is_read_and_what_it_links_to_is_not(tmp_path: Path) -> None:
    link = "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"
    document = kml(tmp_path / "doc.kml", placemark(LAND) + link).read_bytes()
    path = tmp_path / "land.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("doc.kml", document)
        archive.writestr("files/other.kml", document)
    found = read(path)
    assert found.ids == ("p1",)
    assert "not fetched" in str(found.notes)


def test_degrees_of_another_system_stated_for_a_kml_are_a_conflict(tmp_path: Path) -> None:
    assert code(kml(tmp_path / "a.kml", placemark(LAND)), crs="EPSG:4525") == "E_CRS_CONFLICT"
