"""The parcel sheet in the manner of a cadastral parcel map: the boundary true to scale with numbered points and
lengths, area and neighbours above it, the coordinates of all points below it and on as many pages as they need.

Red boundary of 0.3 mm, points as circles of 0.8 mm, numbers from the north-west clockwise, margins of 2 cm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.land.prepared import prepared
from planner.sheets import fonts, labels
from planner.sheets.block import cell_holds, cells_of, cut_fields, draw_block, draw_cells, draw_foot, draw_title
from planner.sheets.canvas import GREY, HAIR, INK, Canvas, Stroke, canvas
from planner.sheets.column import Part
from planner.sheets.continued import continued, draw_continued, in_full
from planner.sheets.furniture import SMALL, draw_frame, draw_legend, draw_scale, holds, unseen, write
from planner.sheets.ground import POINT, Entry, Ground, ground_of, put, visible
from planner.sheets.paper import Box, Paper, Upright, upright_named
from planner.sheets.plane import Fit, Plane, Window, plane, window
from planner.sheets.printing import Page, printed
from planner.sheets.sheet import Corner, Sheet, Survey
from planner.sheets.voice import Voice, own_notes, voice_of
from planner.text import N_, Text

# A parcel sheet fills its page, with room for numbers and neighbours: steps between those of the national series, in
# whole hundreds.
FIT = Fit((
    100, 200, 300, 400, 500, 600, 800, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000, 6_000, 8_000, 10_000, 15_000,
    20_000, 25_000, 30_000, 40_000, 50_000, 100_000, 250_000, 500_000, 1_000_000,
), 0.68)
FIRST_ROWS = 12  # of coordinates below the map, at most
CELL_PT = 7.0  # on A3
LEFT_OUT = N_("Without room on the map: {points} point numbers, {sides} lengths; the table holds them all.")
COLUMNS = (N_("Point"), N_("X (north) m"), N_("Y (east) m"), N_("Side m"))
_SHARES = (0.17, 0.29, 0.32, 0.22)  # of the width of a column of the table


@dataclass(frozen=True)
class Line:
    """A line of the table: the heading of a ring, or one point."""

    heading: Text | None = None
    cells: tuple[str, str, str, str] = ("", "", "", "")


def draw(sheet: Sheet, path: Path, *, paper: str = "A4", scale: int | None = None) -> list[Path]:
    """Write the sheet of a parcel with its survey as .pdf, or page by page as .svg or .png. Returns the files.

    Raises PaperUnknown, ScaleTooLarge, PlaneUnsuitable.
    """
    return printed(pages(sheet, paper, scale), sheet, path)


def pages(
    sheet: Sheet, paper: str = "A4", scale: int | None = None, *, before: int = 0, whole: int | None = None
) -> list[Page]:
    """The pages in order, each to be drawn when its turn comes. In a book ``before`` pages stand in front of them and
    all pages are ``whole``."""
    survey, voice = surveyed(sheet), voice_of(sheet)
    lines, sized = list(table_lines(survey)), layout(survey, paper)
    columns = in_columns(lines, sized.rows)
    first = columns[: sized.columns]
    rest = in_columns([line for column in columns[sized.columns :] for line in column], sized.list_rows)
    more = [rest[i : i + sized.columns] for i in range(0, len(rest), sized.columns)]
    flat = plane(sheet.plane_crs)
    places = [np.array([corner.place for corner in ring.corners]) for ring in survey.rings]
    view = window(shapely.MultiPoint(np.concatenate(places)), sized.frame_mm, scale, fit=FIT)
    ground = ground_of(sheet, flat, view, voice, _apart(places, view) - np.array([view.east, view.north]))
    entries = _entries(ground, voice)
    fields = cut_fields(sized, sheet, view.scale, voice, upright=True)
    cut = continued(sized, voice, [in_full(fields), *_cut(sheet, sized, voice)], unseen(entries, sized))
    count = 1 + len(more) + len(cut)
    counted = [replace(sheet, page=before + n, pages=whole or count) for n in range(1, count + 1)]
    found: list[Page] = [partial(_map_page, counted[0], sized, flat, view, voice, ground, first)]
    found += [partial(_list_page, one, sized, voice, part) for one, part in zip(counted[1:], more, strict=False)]
    return [*found, *(partial(draw_continued, one, sized, voice, part, None)
                      for one, part in zip(counted[1 + len(more) :], cut, strict=True))]


def _cut(sheet: Sheet, sized: Upright, voice: Voice) -> list[Part]:
    """What the first page cannot say in full: every neighbour of a crowded side, a cell or a note without room."""
    survey = surveyed(sheet)
    cells = zip(survey.about, cells_of(sized.head, len(survey.about), 2), strict=True)
    facts = [row for row, cell in cells if not cell_holds(cell, voice.lines(row.figure), sized.unit)]
    full = {row.label: row for row in (*facts, *survey.crowded)}
    notes = [*survey.notes, *own_notes(sheet)]
    kept = holds(_said(notes, voice), _notes_room(sized), SMALL * sized.unit, sized.unit)
    return [Part(N_("About the parcel"), texts=[
        Text("{what}: {said}", what=row.label, said=row.figure) for row in full.values()]),
        Part(N_("Notes"), texts=[] if kept else notes)]


def layout(survey: Survey, paper: str) -> Upright:
    """The paper with as many lines below the map as the coordinates need, or as there is room for. Raises
    PaperUnknown."""
    sized = upright_named(paper)
    lines = sum(1 for _ in table_lines(survey))
    return replace(sized, rows=min(FIRST_ROWS, -(-lines // sized.columns) + 1))


def surveyed(sheet: Sheet) -> Survey:
    """The survey of a sheet that has one; only such a sheet can be drawn here."""
    if sheet.survey is None:
        raise TypeError("a parcel sheet needs a sheet with a survey")
    return sheet.survey


def table_lines(survey: Survey) -> Iterator[Line]:
    """All rings one after another: its name and area, its points, the first point again to close it."""
    for ring in survey.rings:
        yield Line(ring.title)
        for corner in ring.corners:
            yield Line(cells=(corner.label, corner.north, corner.east, corner.side))
        start = ring.corners[0]
        yield Line(cells=(start.label, start.north, start.east, ""))


def in_columns(lines: Sequence[Line], rows: int) -> list[list[Line]]:
    """Lines cut into columns of at most so many; a heading never ends a column."""
    columns: list[list[Line]] = []
    left = list(lines)
    while left:
        take = min(rows, len(left))
        while take > 1 and take < len(left) and left[take - 1].heading is not None:
            take -= 1
        columns.append(left[:take])
        left = left[take:]
    return columns


# ---------------------------------------------------------------- pages
def _map_page(
    sheet: Sheet, sized: Upright, flat: Plane, view: Window, voice: Voice, ground: Ground,
    columns: Sequence[Sequence[Line]],
) -> Canvas:
    survey, made = surveyed(sheet), canvas(sized, view)
    draw_title(made, sheet, voice)
    draw_cells(made, sized.head, [(voice.line(row.label), voice.lines(row.figure)) for row in survey.about], 2)
    put(made, ground)
    left_out = _write(made, sheet, flat, view, voice)
    draw_frame(made, view)
    draw_scale(made, view, flat, voice, system=False)
    draw_legend(made, _entries(ground, voice), voice)
    _notes(made, sized.notes, [*left_out, *survey.notes, *own_notes(sheet)], voice)
    draw_table(made, sized, sized.table, columns, voice)
    draw_block(made, sheet, view, voice, upright=True)
    return made


def _entries(ground: Ground, voice: Voice) -> list[Entry]:
    """The legend: the parcel, its points, the rest."""
    point = Entry(voice.word(N_("Boundary point")), POINT, "corner")
    return [*ground.entries[:1], point, *ground.entries[1:]]


def _list_page(sheet: Sheet, sized: Upright, voice: Voice, columns: Sequence[Sequence[Line]]) -> Canvas:
    made = canvas(sized, None)
    title = Text(N_("{title}: coordinates of {parcel}, continued"), title=sheet.title, parcel=sheet.parcel_id)
    draw_title(made, replace(sheet, title=title), voice)
    draw_table(made, sized, sized.list, columns, voice)
    draw_foot(made, sheet, sized.foot, voice)
    return made


def _apart(places: Sequence[np.ndarray], view: Window) -> np.ndarray:
    """The points whose circles do not run into the one before."""
    least = 1.3 * view.scale / 1_000.0
    kept: list[np.ndarray] = []
    for ring in places:
        last = None
        for point in ring:
            if last is None or np.hypot(*(point - last)) >= least:
                kept.append(point)
                last = point
    return np.array(kept)


def _write(
    made: Canvas, sheet: Sheet, flat: Plane, view: Window, voice: Voice
) -> list[Text]:
    """Everything that is written in the frame. Returns what has to be said about what found no room."""
    survey, frame = surveyed(sheet), made.paper.frame
    spots = [_mm(np.array([corner.place for corner in ring.corners]), view, frame) for ring in survey.rings]
    land = _land(survey, spots)
    drawn = shapely.buffer(shapely.boundary(land), 0.25)
    circles = shapely.buffer(shapely.MultiPoint(np.concatenate(spots)), 0.5)
    taken = labels.Taken(frame.inset(0.4), prepared(shapely.union(drawn, circles)))
    rings: list[Sequence[Corner]] = [ring.corners for ring in survey.rings]
    name = labels.in_lines(voice.name(sheet.parcel_id), labels.TITLE_PT * made.unit, 46.0 * made.unit)
    labels.write_title(made, land, name, voice.each(survey.area)[0], taken)
    points = labels.write_points(made, rings, spots, taken)
    sides = labels.write_sides(made, rings, spots, taken)
    shown = shapely.transform(land, lambda at: at)
    others = [(said, shapely.difference(one, shown)) for said, one in _others(sheet, flat, view, frame)]
    labels.write_names(made, others, taken, voice.name)
    return [Text(LEFT_OUT, points=points, sides=sides)] if points or sides else []


def _mm(places: np.ndarray, view: Window, frame: Box) -> np.ndarray:
    """Metres of the plane as mm of the page."""
    return (places - (view.east, view.north)) * (1_000.0 / view.scale) + (frame.x, frame.y)


def _land(survey: Survey, spots: Sequence[np.ndarray]) -> BaseGeometry:
    """The parcel in mm of the page, out of its rings: each outer one with the holes that follow it."""
    parts: list[tuple[np.ndarray, list[np.ndarray]]] = []
    for ring, points in zip(survey.rings, spots, strict=True):
        if ring.hole:
            parts[-1][1].append(points)
        else:
            parts.append((points, []))
    return shapely.make_valid(shapely.MultiPolygon([shapely.Polygon(shell, holes) for shell, holes in parts]))


def _others(sheet: Sheet, flat: Plane, view: Window, frame: Box) -> Iterator[tuple[str, BaseGeometry]]:
    """Names of the neighbours and of what helps to find the way, their land in mm of the page; large ones first."""
    for layer in sheet.layers:
        if "name" not in layer.frame.columns:
            continue
        shapes = shapely.make_valid(shapely.intersection(shapely.make_valid(
            visible(layer.frame.geometry.values, flat, view)), view.box()))
        own = layer.frame["id"].astype(str) if "id" in layer.frame.columns else layer.frame["name"].astype(str)
        for i in np.argsort(-shapely.area(shapes), kind="stable"):
            name = layer.frame["name"].iloc[i]
            said = name if isinstance(name, str) and name.strip() else own.iloc[i] if layer.role == "parcels" else ""
            if own.iloc[i] != sheet.parcel_id and not shapely.is_empty(shapes[i]) and said:
                yield said, shapely.transform(shapes[i], lambda at: at * (1_000.0 / view.scale) + (frame.x, frame.y))


def _notes(made: Canvas, box: Box, notes: Sequence[Text], voice: Voice) -> None:
    made.box(box, Stroke(edge=INK, width=0.15))
    write(made, _said(notes, voice), _notes_room(made.paper), SMALL * made.unit, GREY)


def _notes_room(sized: Paper) -> Box:
    assert isinstance(sized, Upright)  # noqa: S101  (the paper of a parcel sheet)
    return sized.notes.inset(2.4 * sized.unit, 1.6 * sized.unit)


def _said(notes: Sequence[Text], voice: Voice) -> str:
    """Sentences one after another, a paragraph in each language."""
    return "\n".join(" ".join(said) for said in zip(*(voice.all(note) for note in notes), strict=True))


def draw_table(made: Canvas, sized: Upright, box: Box, columns: Sequence[Sequence[Line]], voice: Voice) -> None:
    """The table of coordinates: columns of lines side by side, each under its heads."""
    u = made.unit
    made.box(box, Stroke(edge=INK, width=0.15))
    size, row = CELL_PT * u, sized.row
    wide = box.w / sized.columns
    for number, lines in enumerate(columns):
        at = Box(box.x + number * wide, box.y, wide, box.h).inset(2.0 * u, 0.0)
        rights = np.cumsum(_SHARES) * at.w + at.x
        base = box.top - row
        for i, head in enumerate(COLUMNS):
            room = _SHARES[i] * at.w - (0.0 if i == 0 else 1.5 * u)
            said = voice.word(head)
            small = min(0.86 * size, 0.86 * size * room / max(fonts.width(said, 0.86 * size), 0.1))
            if i == 0:
                made.text(at.x, base + 0.3 * row, said, small, colour=GREY)
            else:
                made.text(rights[i], base + 0.3 * row, said, small, colour=GREY, align="right")
        made.line([(at.x, base), (at.right, base)], INK, 0.2)
        for line in lines:
            base -= row
            _line(made, line, at, (base, row), rights, size, voice)
        if number:
            made.line([(box.x + number * wide, box.y), (box.x + number * wide, box.top)], INK, 0.15)


def _line(
    made: Canvas, line: Line, at: Box, place: tuple[float, float], rights: np.ndarray, size: float, voice: Voice
) -> None:
    """One line on its rule: ``place`` is the height of the rule and that of the line."""
    base = place[0]
    foot = base + 0.28 * place[1]
    if line.heading is not None:
        said, small = voice.line(line.heading), size * 0.94
        made.text(at.x, foot, said, min(small, small * at.w / max(fonts.width(said, small), 0.1)), colour=GREY)
    else:
        made.text(at.x, foot, line.cells[0], size)
        for said, right in zip(line.cells[1:], rights[1:], strict=True):
            made.text(right, foot, said, size, align="right")
    made.line([(at.x, base), (at.right, base)], HAIR, 0.1)
