"""KML and, unpacked from its archive, KMZ: polygons of placemarks, their names and data as text.

What a placemark says may be HTML: it stays the text it is. Links to other files are never followed.
Source: OGC 12-007r2 (KML 2.3), sections 9-11; WGS 84, longitude first, is the only system it knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element  # noqa: S405  (types only; defusedxml parses)
from xml.etree.ElementTree import ParseError as XmlError

import numpy as np
from defusedxml import ElementTree
from defusedxml.common import DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.errors import GeometryType
from planner.formats.clean import clean_text
from planner.formats.decode import Decoded, decoded
from planner.formats.errors import FileLayerMissing, GeometryEmpty, GeometryNonFinite, ParseError, TooComplex, XmlDtd
from planner.formats.geojson import CLEANED, columns
from planner.formats.limits import MAX_XML_TAGS
from planner.formats.raw import Raw
from planner.formats.rings import kind_name, polygon
from planner.text import N_, Text

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w.-]+)["']""")
_LINES = ("Point", "LineString", "LinearRing", "Track", "MultiTrack", "Model")
_FOLDERS = ("Folder", "Document")


def kml_text(data: bytes, encoding: str | None) -> Decoded:
    """The text of a KML file: as the person states, else as its first line declares, else as its bytes look."""
    declared = _DECLARED.match(data[:200].removeprefix(b"\xef\xbb\xbf"))
    named = declared[1].decode("ascii") if declared else None
    return decoded(data, encoding or (named if named and not named.lower().startswith("utf") else None))


def read_kml(text: Decoded, *, layer: str | None, stem: str) -> Raw:
    """The placemarks of a file, or of the folder that ``layer`` names.

    Raises XmlDtd, ParseError, TooComplex, FileLayerMissing; what is wrong in one placemark goes to ``Raw.errors``.
    """
    root = _parsed(text.text)
    placemarks = list(_placemarks(root))
    folders = dict.fromkeys(folder for folder, _ in placemarks if folder)
    if layer is not None and layer not in folders:
        raise FileLayerMissing(wanted=layer, known=", ".join(folders) or stem)
    raw = Raw(format="KML", layer=layer or stem, encoding=text.encoding, crs="EPSG:4326")
    records: list[dict[str, Any]] = []
    for folder, placemark in placemarks:
        if layer in (None, folder):
            position = len(raw.ids)
            raw.ids.append(clean_text(placemark.get("id") or "")[0].strip() or None)
            records.append(_record(raw, position, placemark, folder))
            raw.shapes.append(raw.shape(position, partial(_shape, placemark)))
    raw.columns = columns(records)
    if any(_tag(element) == "NetworkLink" for element in root.iter()):
        raw.notes.append(Text(N_("it links to other files, which were not fetched")))
    return raw


def _parsed(text: str) -> Element:
    if text.count("<") > MAX_XML_TAGS:
        reason = Text(N_("it has more than {limit:,} tags"), limit=MAX_XML_TAGS)
        raise TooComplex(what=Text(N_("The file")), reason=reason)
    try:
        # As bytes of a known encoding: what the first line declares was heeded when the text was made.
        root: Element = ElementTree.fromstring(text, forbid_dtd=True)
    except (DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden):
        raise XmlDtd(part=Text(N_("the file"))) from None
    except XmlError as wrong:
        line, column = wrong.position
        where = {"line": line, "column": column + 1}
        raise ParseError(
            reason=Text(N_("no XML at line {line}, column {column}"), line=line, column=column + 1), where=where
        ) from None
    except ValueError:
        raise ParseError(reason=Text(N_("its XML is damaged"))) from None
    return root


def _tag(element: Element) -> str:
    """The name without its namespace; comments and instructions have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _placemarks(root: Element) -> Iterator[tuple[str, Element]]:
    """(folder, placemark) in the order of the file; an explicit stack, as folders may be nested without end."""
    stack = [("", root)]
    while stack:
        folder, element = stack.pop()
        if _tag(element) == "Placemark":
            yield folder, element
            continue
        if _tag(element) in _FOLDERS:
            folder = _child_text(element, "name") or folder
        stack.extend((folder, child) for child in reversed(element))


def _child_text(element: Element, name: str) -> str:
    found = next((child for child in element if _tag(child) == name), None)
    return clean_text("".join(found.itertext()))[0].strip() if found is not None else ""


def _record(raw: Raw, position: int, placemark: Element, folder: str) -> dict[str, Any]:
    """Name, description, folder and the extended data of a placemark."""
    said: dict[str, str | None] = {"name": "".join(_texts(placemark, "name"))}
    said["description"] = "".join(_texts(placemark, "description"))
    for element in placemark.iter():
        if _tag(element) == "Data":
            said[element.get("name") or ""] = "".join(_texts(element, "value"))
        elif _tag(element) == "SimpleData":
            said[element.get("name") or ""] = "".join(element.itertext())
    record: dict[str, Any] = {}
    for name, value in (said | {"folder": folder}).items():
        fit, changed = clean_text(value or "")
        record[clean_text(name)[0]] = fit.strip() or None
        if changed:
            raw.note(position, Text(CLEANED))
    record.pop("", None)
    return {name: value for name, value in record.items() if value is not None or name == "name"}


def _texts(element: Element, name: str) -> Iterator[str]:
    for child in element:
        if _tag(child) == name:
            yield from child.itertext()
            return


def _shape(placemark: Element, feature: str) -> tuple[BaseGeometry, list[Text]]:
    where = {"feature": feature}
    kinds = [_tag(element) for element in placemark.iter()]
    polygons = [element for element in placemark.iter() if _tag(element) == "Polygon"]
    inner = sum(_tag(ring) == "LinearRing" for part in polygons for ring in part.iter())
    others = [kind for kind in kinds if kind in _LINES]
    if not polygons and others:
        raise GeometryType(feature=feature, found=kind_name(others[0]), where=where)
    if not polygons:
        raise GeometryEmpty(feature=feature, reason=Text(N_("it has no geometry")), where=where)
    shape, notes = polygon([_rings(part, feature) for part in polygons], feature)
    if len(others) > inner:
        notes.append(Text(N_("points and lines beside its polygons were left out")))
    return shape, notes


def _rings(part: Element, feature: str) -> list[NDArray[np.float64]]:
    """The outer ring and the inner ones of a polygon."""
    rings: dict[str, list[NDArray[np.float64]]] = {"outerBoundaryIs": [], "innerBoundaryIs": []}
    for boundary in part:
        if _tag(boundary) in rings:
            found = [_points(one.text or "", feature) for one in boundary.iter() if _tag(one) == "coordinates"]
            rings[_tag(boundary)].extend(found)
    if not rings["outerBoundaryIs"]:
        raise GeometryEmpty(feature=feature, reason=Text(N_("it has no rings")), where={"feature": feature})
    return [*rings["outerBoundaryIs"][:1], *rings["innerBoundaryIs"]]


def _points(text: str, feature: str) -> NDArray[np.float64]:
    """``lon,lat[,height]`` tuples between blanks; heights are dropped."""
    tuples = [word.split(",") for word in re.sub(r"\s*,\s*", ",", text.strip()).split()]
    try:
        pairs = [(float(word[0]), float(word[1])) for word in tuples]
    except (ValueError, IndexError):
        raise GeometryNonFinite(feature=feature, where={"feature": feature}) from None
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)
