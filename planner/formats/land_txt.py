"""The land-approval TXT: boundary points as the reporting systems of natural-resource offices exchange them.

X is the northing and Y the easting, with or without the zone in front; the area is hectares by the written rule and
something else in many files. Point counts, ring numbers and area units are unreliable, so geometry decides.
``land_txt_parse`` splits the lines, this module gives them their meaning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from planner.errors import GeometryType, PlannerError
from planner.formats.crs import NORTHING_M, gauss_kruger, parse
from planner.formats.errors import (
    AxisOrRange,
    CrsConflict,
    CrsMissing,
    CrsProposed,
    CrsRefused,
    DuplicateId,
    ParseError,
)
from planner.formats.land_txt_parse import Block, parse_lines
from planner.formats.raw import Raw
from planner.formats.rings import kind_name, nested, polygon
from planner.text import N_, Text
from planner.units import M2_PER_HA, MU_PER_HA

Floats = NDArray[np.float64]

AREA_KINDS = ("面", "")
CGCS2000 = re.compile(r"2000|CGCS", re.IGNORECASE)
_M2_PER = {"ha": M2_PER_HA, "m2": 1.0, "mu": M2_PER_HA / MU_PER_HA}
_UNIT_WORDS = (("平方米", "m2"), ("公顷", "ha"), ("㎡", "m2"), ("m2", "m2"), ("亩", "mu"), ("ha", "ha"))
# A declared area is that of the shape when it is within 5 % in some unit; the units are 10 000 and 15 times apart.
_SAME_AREA = 0.05
# Plane, ellipsoidal and another zone's area differ by up to 0.13 %: less is the maker's choice, more is worth a note.
_WORTH_A_NOTE = 0.002
# Eastings without prefix have six digits.
_EASTING_M = (100_000.0, 1_000_000.0)


def read_land_txt(text: str, *, layer: str, encoding: str, crs: str | None, swap_axes: bool) -> Raw:
    """The parcels of one file.

    Parameters: ``crs`` what the person states, ``swap_axes`` that the first number is the easting. Raises ParseError
    (damaged lines, point counts), CrsConflict, CrsMissing, CrsRefused, AxisOrRange; what is wrong in one parcel goes to
    ``Raw.errors``.
    """
    content = parse_lines(text)
    if not content.blocks:
        raise ParseError(reason=Text(N_("it has no parcel under {section}"), section="[地块坐标]"))
    blocks = [_eastings_first(block, swap_axes) for block in content.blocks]
    prefix = zone_prefix([ring for block in blocks for ring in block.rings])
    raw = Raw(format="land-approval TXT", layer=layer, encoding=encoding, notes=list(content.notes))
    raw.crs, raw.crs_from = _crs(content.header, prefix, crs), "header"
    raw.meta["header"] = dict(content.header)
    for position, block in enumerate(blocks):
        _add(raw, position, block)
    raw.columns = _columns(blocks)
    return raw


def _add(raw: Raw, position: int, block: Block) -> None:
    feature = block.id or str(position + 1)
    repeated = bool(block.id) and block.id in raw.ids
    raw.ids.append(None if repeated else block.id or None)
    try:
        if repeated:
            raise DuplicateId(feature=feature, where={"feature": feature, "line": block.line})
        if block.kind not in AREA_KINDS:
            raise GeometryType(
                feature=feature, found=kind_name(block.kind), where={"feature": feature, "line": block.line}
            )
        _count_fits(block, feature)
        shape, notes = polygon(nested(block.rings, feature), feature)
    except ParseError:
        raise
    except PlannerError as wrong:
        raw.errors[position] = wrong
        raw.shapes.append(None)
        return
    raw.shapes.append(shape)
    for note in (*block.notes, *notes):
        raw.note(position, note)
    declared = _declared(block, abs(shape.area))
    if declared:
        raw.declared_m2[position] = declared[0]
        for note in declared[1]:
            raw.note(position, note)


def _count_fits(block: Block, feature: str) -> None:
    """The stated count may be 0, leave the closing rows out, count them all, or count one; else rows were lost."""
    rows = sum(len(ring) for ring in block.rings)
    closing = sum(bool((ring[0] == ring[-1]).all()) and len(ring) > 1 for ring in block.rings)
    corners = rows - closing
    if block.count is None or block.count in {0, rows, corners, corners + 1, corners + len(block.rings)}:
        return
    reason = Text(
        N_("parcel {feature} states {stated} points and has {found}"),
        feature=feature,
        stated=block.count,
        found=corners,
    )
    raise ParseError(reason=reason, where={"feature": feature, "line": block.line})


def _eastings_first(block: Block, swap_axes: bool) -> Block:
    """Turns (X north, Y east) of the file into (east, north)."""
    return block if swap_axes else block.turned()


def zone_prefix(rings: Sequence[Floats]) -> int | None:
    """The zone in front of the eastings, None without one. Raises CrsConflict, AxisOrRange, CrsRefused."""
    all_points = np.vstack(rings)
    east, north = all_points[:, 0], all_points[:, 1]
    if (_zoned(north) | _plain_easting(north)).all() and _northing(east).all() and not _northing(north).any():
        raise _swapped(all_points[0])
    if not _northing(north).all() or not (_zoned(east) | _plain_easting(east)).all():
        odd = all_points[~(_northing(north) & (_zoned(east) | _plain_easting(east)))][0]
        raise CrsRefused(
            crs=Text(N_("of the file")),
            reason=Text(
                N_("northing {x} and easting {y} are not those of a Gauss-Krueger zone, perhaps a local system"),
                x=f"{odd[1]:.15g}",
                y=f"{odd[0]:.15g}",
            ),
        )
    zones = sorted({int(value // 1e6) for value in east})
    if len(zones) > 1:
        raise CrsConflict(reason=Text(N_("its points carry several zones: {zones}"), zones=", ".join(map(str, zones))))
    return zones[0] or None


def _zoned(values: Floats) -> NDArray[np.bool_]:
    zone = values // 1e6
    return np.asarray(((zone >= 13) & (zone <= 23)) | ((zone >= 25) & (zone <= 45)))


def _plain_easting(values: Floats) -> NDArray[np.bool_]:
    return np.asarray((values >= _EASTING_M[0]) & (values < _EASTING_M[1]))


def _northing(values: Floats) -> NDArray[np.bool_]:
    return np.asarray((values >= NORTHING_M[0]) & (values <= NORTHING_M[1]))


def _swapped(point: Floats) -> AxisOrRange:
    advice = Text(N_("the axes look swapped, as X should be the northing; if so, read it again with --swap-axes"))
    return AxisOrRange(
        what=Text(N_("The file")), x=f"{point[1]:.15g}", y=f"{point[0]:.15g}", advice=advice, where={"axes": "swapped"}
    )


def _crs(header: dict[str, str], prefix: int | None, option: str | None) -> str | None:
    """EPSG code from the header and the zone prefix; None lets the person's word stand."""
    system, zone, degrees = header.get("坐标系", ""), _number(header.get("带号")), _number(header.get("几度分带"))
    if system and not CGCS2000.search(system):
        parse(option) if option else None
        raise CrsRefused(crs=system, reason=Text(N_("only CGCS2000 needs no local shift")))
    if zone and prefix and zone != prefix:
        raise CrsConflict(
            reason=Text(N_("the header says zone {header}, the points carry {points}"), header=zone, points=prefix)
        )
    zone = zone or prefix
    width = degrees or (3 if zone and zone >= 25 else 6 if zone else None)
    if zone and width and width != (3 if zone >= 25 else 6):
        raise CrsConflict(reason=Text(N_("zone {zone} is not one of {degrees} degrees"), zone=zone, degrees=width))
    if system and zone and width:
        return gauss_kruger(zone, width, prefixed=prefix is not None)
    if option is None:
        if zone and prefix and width:
            raise CrsProposed(proposed=gauss_kruger(zone, width, prefixed=True))
        raise CrsMissing()
    return None


def _number(text: str | None) -> int | None:
    found = re.search(r"\d{1,9}", text or "")
    return int(found[0]) if found else None


def _declared(block: Block, plane_m2: float) -> tuple[float, list[Text]] | None:
    """The stated area in m2 and what is to be said about it: the unit by a word, else by what fits the shape best."""
    found = re.match(r"\s*(\d+(?:\.(\d+))?)\s*(\D*)$", block.area)
    if not found or float(found[1]) == 0.0 or not plane_m2:
        return None
    number, decimals = float(found[1]), len(found[2] or "")
    word = next((unit for sign, unit in _UNIT_WORDS if sign in found[3].lower()), None)
    off = {unit: abs(number * m2 / plane_m2 - 1.0) for unit, m2 in _M2_PER.items()}
    best = min(off, key=lambda unit: off[unit])
    unit = word or (best if off[best] <= _SAME_AREA else "ha")
    declared = number * _M2_PER[unit]
    notes = [] if unit == "ha" else [Text(N_("its area is stated in {unit}"), unit=unit)]
    step = 0.5 * 10.0**-decimals * _M2_PER[unit]
    if abs(declared - plane_m2) > step * 1.01 + _WORTH_A_NOTE * plane_m2:
        notes.append(
            Text(
                N_("it states {declared:,.2f} m2, its points enclose {found:,.2f} m2 in the plane"),
                declared=declared,
                found=plane_m2,
            )
        )
    return declared, notes


def _columns(blocks: Sequence[Block]) -> dict[str, list[str | None]]:
    names = ("id", "name", "shape_kind", "sheet", "use", "code", "village_code", "village_name", "stated_area")
    rows = [(b.id, b.name, b.kind, b.sheet, b.use, b.code, b.village_code, b.village_name, b.area) for b in blocks]
    table = {name: [row[i] or None for row in rows] for i, name in enumerate(names)}
    return {name: values for name, values in table.items() if any(values)}
