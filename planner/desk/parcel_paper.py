"""From a parcel to the sheet that states its boundary: points, sides, areas and neighbours, every figure made here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner import formats
from planner.desk.authority import ANYWHERE, needs
from planner.desk.opening import chosen_row
from planner.desk.page import Page
from planner.desk.paper import map_layer, on_sheets, source_lines
from planner.errors import UsageError
from planner.figures import figure
from planner.land import boundary
from planner.land.boundary import DIRECTIONS, Ring
from planner.land.geodesy import ellipsoid_m2
from planner.land.parcel import Layer, Parcel
from planner.people import Role
from planner.sheets.parcel_sheet import FIT, draw, layout
from planner.sheets.plane import plane, scale_of, surroundings, zone_prefix
from planner.sheets.sheet import Corner, MapLayer, Outline, Row, Sheet, Survey, TitleBlock
from planner.text import N_, Text, english
from planner.units import mu, rounded, rounded_parts
from planner.words import translator

if TYPE_CHECKING:
    from planner.desk.desk import Desk

ENDINGS = (".pdf", ".png", ".svg")
SHOWN = ("parcels", "context")  # layers whose land is drawn around the parcel and named as its neighbours
MOST_NAMED = 4  # neighbours on one side of the world; more are counted
REACH = "parcel_sheet_neighbour_m"
ADJOINING_M = 0.05  # neighbours' surveys agree no better
SAME_M = 0.01  # the same shape as the parcel's own, see interface 5.1
MAP_SHEETS = N_("Map sheet no.")
TOWARDS = {"north": N_("To the north"), "east": N_("To the east"), "south": N_("To the south"),
           "west": N_("To the west")}


@dataclass(frozen=True)
class Surveyed:
    """A parcel with the corners that its own source states, in metres of ``crs``; None where it is kept in degrees and
    the sheet's plane shall be the workspace's."""

    parcel: Parcel
    corners: BaseGeometry | None = None
    crs: str = ""


def surveyed_file(path: Path, *, id: str | None = None, crs: str | None = None) -> Surveyed:
    """The one parcel of a file, or the one named. Raises as ``chosen_row`` and the door."""
    reading = formats.read(path, crs=crs)
    row = chosen_row(reading, id)
    called = reading.frame.iloc[row].get("name")
    parcel = Parcel(reading.ids[row], reading.frame.geometry.values[row], called if isinstance(called, str) else "")
    system = CRS.from_user_input(reading.crs)
    if system.is_projected and all(axis.unit_name == "metre" for axis in system.axis_info):
        return Surveyed(parcel, reading.source.geometry.values[row], reading.crs)
    return Surveyed(parcel)


@needs(Role.VIEWER, ANYWHERE)
def parcel_sheet(
    desk: Desk, asked: Surveyed, *, lang: str = "zh", paper: str = "A4", scale: int | None = None,
    block: TitleBlock | None = None,
) -> Sheet:
    """The parcel sheet: the boundary in the plane of its file, else of the workspace, among the parcels and roads of
    the workspace; signed as ``block`` says.

    Raises ScaleTooLarge, PlaneUnsuitable, CoefficientMissing.
    """
    parcel = asked.parcel
    crs = asked.crs or desk.plane_crs()
    flat = plane(crs)
    shape = asked.corners if asked.corners is not None else boundary.corners(_vertices(parcel.shape, crs))
    layers = [layer for role in SHOWN for layer in desk.ground.by_role().get(role, ())]
    reach = desk.parameters.coefficient(REACH, desk.today()).value
    names, others = _others(parcel, layers, crs, reach, shape)
    survey = survey_of(parcel, shape, crs, boundary.beside(shape, others, reach), names, flat.name, not asked.crs)
    frame = layout(survey, paper).frame_mm
    around = surroundings(parcel.shape, crs, frame, scale, fit=FIT).bounds
    lies_on = on_sheets(parcel.shape, scale_of(parcel.shape, crs, frame, scale, fit=FIT),
                         desk.parameters.of_day(desk.today()))
    block = block or TitleBlock()
    said = block.sheet_number or lies_on or Text(N_("none of the series"))
    survey = replace(survey, about=[*survey.about, Row(Text(MAP_SHEETS), said)])
    drawn = tuple(_quiet(map_layer(layer, around), parcel.id) for layer in layers)
    return Sheet(
        title=Text(N_("Parcel map")),
        parcel_id=parcel.id,
        parcel=parcel.shape,
        verdict=None,
        headline=survey.area,
        takes=(),
        findings=(),
        quotas=(),
        layers=drawn,
        pieces=(),
        sources=source_lines(layers),
        notes=(),
        plane_crs=crs,
        printed_at=desk.now(),
        run_hash=seal(survey),
        illustrative=any(one.illustrative for one in drawn if len(one.frame)),
        translate=translator("zh" if lang == "both" else lang),
        lang=lang,
        classes=desk.parameters.of_day(desk.today()).classes,
        survey=survey,
        on_sheets=lies_on,
        title_block=block,
    )


def _quiet(layer: MapLayer, own: str) -> MapLayer:
    """A layer as a parcel sheet shows it: without the parcel itself, and without what stands on the others."""
    frame = layer.frame.drop(columns="status", errors="ignore")
    return replace(layer, frame=frame[frame["id"].astype(str) != own] if layer.role == "parcels" else frame)


def export_parcel_sheet(
    desk: Desk, out: Path, *, page: Page, parcel: Path | None = None, case_id: str | None = None, id: str | None = None,
    crs: str | None = None,
) -> list[Path]:
    """`planner export parcel-sheet`: of a parcel's file, of a case, or (``id`` alone) of a parcel of the workspace.
    Returns the files: one, or of several pages as pictures one each.

    Raises UsageError for an ending or a choice that cannot be, and as ``parcel_sheet``.
    """
    if out.suffix.lower() not in ENDINGS:
        raise UsageError(problem=Text(N_("--out {path}: the ending for {kind} is one of {known}"), path=str(out),
                                      kind="parcel-sheet", known=", ".join(ENDINGS)))
    if parcel is not None and case_id is not None:
        raise UsageError(problem=Text(N_("name either --parcel or --case, not both")))
    if parcel is not None:
        asked = surveyed_file(parcel, id=id, crs=crs)
    elif case_id is not None:
        asked = Surveyed(desk.case_parcel(case_id))
    elif id is not None:
        asked = Surveyed(desk.parcel(id))
    else:
        raise UsageError(problem=Text(N_("a parcel sheet is of one parcel: name it with --parcel, --case or --id")))
    made = parcel_sheet(desk, asked, lang=page.lang, paper=page.paper, scale=page.scale, block=page.block)
    return draw(made, out, paper=page.paper, scale=page.scale)


def _vertices(shape: BaseGeometry, crs: str) -> BaseGeometry:
    """The vertices of a shape in degrees as they lie in a plane, none added."""
    there = plane(crs).there
    return shapely.transform(shapely.force_2d(shape), lambda at: np.column_stack(there.transform(at[:, 0], at[:, 1])))


def _others(
    parcel: Parcel, layers: Sequence[Layer], crs: str, reach: float, shape: BaseGeometry
) -> tuple[list[Text], list[BaseGeometry]]:
    """Names and shapes (in the plane) of all that lies within reach and is not the parcel itself."""
    west, south, east, north = shapely.buffer(shape, reach).bounds
    x, y = plane(crs).back.transform([west, west, east, east], [south, north, south, north])
    box = (min(x), min(y), max(x), max(y))
    names, shapes = [], []
    for layer in layers:
        for row in layer.around(box).itertuples():
            flat = shapely.make_valid(_vertices(row.geometry, crs))
            own = layer.role == "parcels" and (
                str(row.id) == parcel.id or bool(shapely.hausdorff_distance(flat, shape) < SAME_M)
            )
            if not own:
                called = row.name if isinstance(row.name, str) and row.name.strip() else str(row.id)
                names.append(Text("{name}", name=called))
                shapes.append(flat)
    return names, shapes


def survey_of(
    parcel: Parcel, shape: BaseGeometry, crs: str, beside: boundary.Sides, names: Sequence[Text], system: str,
    in_degrees: bool = False,
) -> Survey:
    """The boundary as printed: coordinates to the millimetre, lengths and areas to the centimetre and its square, the
    areas of the rings adding up to that of the whole."""
    rings = boundary.rings(shape)
    true_m2 = float(ellipsoid_m2(parcel.shape))
    # Of the points as printed, so that a reader who adds them up finds the same.
    whole = rounded(sum(ring.area_m2 for ring in rings), 2)
    areas = rounded_parts([ring.area_m2 for ring in rings], 2, whole)
    outlines = [_outline(ring, area) for ring, area in zip(rings, areas, strict=True)]
    area = Text("{m2}", m2=figure(true_m2, "m2"))
    size = Text(N_("{m2} · {mu} (ellipsoid, CGCS2000)"), m2=figure(true_m2, "m2"), mu=figure(mu(true_m2), "mu"))
    about = [
        Row(Text(N_("Parcel number")), parcel.id), Row(Text(N_("Parcel name")), parcel.name or "—"),
        Row(Text(N_("Area")), size),
        Row(Text(N_("Area in the plane")), Text(N_("{m2} ({crs}, of the points as printed)"), m2=figure(whole, "m2"),
                                                crs=crs)),
        *(Row(Text(TOWARDS[way]), _named([(names[one.index], one.distance_m) for one in beside[way]]))
          for way in DIRECTIONS),
        Row(Text(N_("Coordinate system")), Text(N_("CGCS2000, {system} ({crs})"), system=system, crs=crs)),
        Row(Text(N_("Heights")), Text(N_("1985 National Height Datum; none are stated here"))),
    ]
    crowded = [Row(Text(TOWARDS[way]), _named([(names[one.index], one.distance_m) for one in beside[way]], most=300))
               for way in DIRECTIONS if len(beside[way]) > MOST_NAMED]
    return Survey(outlines, about, area, list(_notes(crs, len(rings), in_degrees)), crowded)


def _outline(ring: Ring, area: object) -> Outline:
    facts = {"part": ring.part, "area": figure(area, "m2")}  # type: ignore[arg-type]
    title = Text(N_("Part {part}, hole {hole}: {area}"), hole=ring.hole, **facts) if ring.hole else \
        Text(N_("Part {part}, outer ring: {area}"), **facts)
    rows = zip(ring.labels, ring.points.tolist(), ring.sides_m.tolist(), strict=True)
    return Outline(title, ring.hole > 0, [
        Corner(label, (east, north), f"{north:.3f}", f"{east:.3f}", str(rounded(side, 2)))
        for label, (east, north), side in rows
    ])


def _named(seen: Sequence[tuple[Text, float]], most: int = MOST_NAMED) -> Text:
    """Neighbours of one side in a row, each with how far it is; those beyond ``most`` counted."""
    if not seen:
        return Text(N_("none on record within reach"))
    said = [
        Text(N_("{name} (adjoining)"), name=name) if metres <= ADJOINING_M else
        Text(N_("{name} ({metres} away)"), name=name, metres=figure(metres, "m"))
        for name, metres in seen[:most]
    ]
    more = len(seen) - most
    return _row([*said, *([Text(N_("{count} more"), count=more)] if more > 0 else [])])


def _row(texts: Sequence[Text]) -> Text:
    first, *rest = texts
    return Text("{first}; {rest}", first=first, rest=_row(rest)) if rest else first


def _notes(crs: str, rings: int, in_degrees: bool) -> Iterator[Text]:
    zone = zone_prefix(crs)
    yield Text(N_("X is the northing, Y the easting with the zone number {zone} in front, in metres."), zone=zone) \
        if zone else Text(N_("X is the northing, Y the easting without a zone number, in metres."))
    yield Text(N_("Lengths are horizontal distances in this plane between the points as printed."))
    yield Text(N_("The area that counts is the one on the ellipsoid, edges straight in longitude and latitude."))
    if rings > 1:
        yield Text(N_("The areas of the rings are rounded so that they add up to the area in the plane (largest "
                      "remainder); holes are deducted."))
    if in_degrees:
        yield Text(N_("The source is kept in degrees: a point less than 0.1 mm off a straight line has no number."))


def seal(survey: Survey) -> str:
    """A short seal of all that the sheet states."""
    said = [[row.label.say(english), row.figure if isinstance(row.figure, str) else row.figure.say(english)]
            for row in survey.about]
    points = [[one.label, one.north, one.east, one.side] for ring in survey.rings for one in ring.corners]
    return hashlib.sha256(json.dumps([said, points], ensure_ascii=False).encode()).hexdigest()[:16]
