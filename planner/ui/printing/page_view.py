"""The living page: the frame of the paper on the map, to be dragged, and below it the page as the pen will draw it."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import shapely
import streamlit as st
from streamlit_folium import st_folium

from planner.admission.outcome import Case
from planner.desk.desk import DEFAULT_PLANE_CRS, PLANE_CRS, Desk
from planner.desk.export import sheet_for, workspace_page
from planner.desk.page import SCALES, Framed, LonLat, Page, framed
from planner.desk.paper import conflicts, run_hash
from planner.desk.papers import Subject
from planner.errors import PlannerError
from planner.sheets.paper import PAPERS
from planner.ui.edit_map import asset_address
from planner.ui.map_state import ground, pieces
from planner.ui.plane import plane_of
from planner.ui.printing.easel import Picture, easel
from planner.ui.printing.state import PrintState
from planner.ui.refusals import guarded, refused
from planner.ui.session import _, lang, named, translate
from planner.ui.sheetlets import sheetlets
from planner.webmap.build import Piece, base_map, fly_call, frame_call, marks, pieces_call
from planner.webmap.offline import localise

MAP_HEIGHT = 320
SHOWN_PX = 900  # width of the drawn page on the screen
PAPER_ORDER = ("A4", "A3", "A2", "A1")
OWN = -1  # the choice of a scale that is typed


@st.fragment
@guarded
def page_view(at: Desk, subject: Subject, state: PrintState) -> None:
    """Paper and scale, the frame on the map, the page. What a drag changes runs alone."""
    hear(state)  # before the controls, which tell whether the frame was moved
    controls(state)
    if subject.scenario is not None:
        st.info(_("The papers of a scenario have no map of their own scale: its deck shows where the projects lie."))
        return
    land = subject_land(at, subject)
    if land is None:
        st.info(_("There is no land to show yet: import a layer."))
        return
    plane_crs = at.settings().get(PLANE_CRS, DEFAULT_PLANE_CRS)
    try:
        frame = framed(land, plane_crs, state.page())
    except PlannerError as refusal:
        refused(refusal)
        if state.centre.pop(state.subject, None) is None:
            return
        frame = framed(land, plane_crs, state.page())
    state.seen = frame.scale
    draw_map(at, subject.case, frame, state)
    draw_page(at, subject, frame, state)


def controls(state: PrintState) -> None:
    """Paper, 1:N, and the way back to the middle of what is shown."""
    one, two, three, four = st.columns([1.5, 1.4, 1, 1.1], vertical_alignment="bottom")
    state.paper = one.segmented_control(
        _("Paper"), [name for name in PAPER_ORDER if name in PAPERS], default=state.paper, required=True,
        key="print-paper",
    ) or state.paper
    options: list[int | None] = [None, *SCALES, OWN]
    own = state.scale if state.scale is not None and state.scale not in SCALES else None
    picked = two.selectbox(
        _("Scale"), options, index=options.index(OWN if own else state.scale), key="print-scale",
        format_func=lambda value: _("fitting") if value is None else _("another ...") if value == OWN else
        f"1:{value:,}",
    )
    if picked == OWN:
        state.scale = int(three.number_input("1:N", 1, 10_000_000, own or 3_000, step=100, key="print-scale-own"))
    else:
        if picked is None and state.scale is not None:
            state.held.pop(state.subject, None)
        state.scale = picked
    if four.button(_("To the middle"), icon=":material/center_focus_strong:", width="stretch",
                   disabled=state.subject not in state.centre):
        state.centre.pop(state.subject, None)
        state.held.pop(state.subject, None)


def subject_land(at: Desk, subject: Subject) -> shapely.Geometry | None:
    """What the map must show: the parcel, or where all layers lie."""
    if subject.case is not None:
        return subject.case.parcel.shape
    found = [at.layer(info.name).bounds for info in at.layers() if info.features]
    boxes = [shapely.box(*bounds) for bounds in found if all(math.isfinite(number) for number in bounds)]
    return shapely.box(*shapely.union_all(boxes).bounds) if boxes else None


def map_key(state: PrintState) -> str:
    """One living map for a subject and a language: what is dragged on it is heard under this name."""
    mark = "".join(f"{ord(sign):x}" for sign in f"{state.subject}{lang()}")
    return f"print-map-{mark}"


def hear(state: PrintState) -> None:
    """Take up where the frame was dragged to, once for each message."""
    said = read_frame((st.session_state.get(map_key(state)) or {}).get("last_active_drawing"))
    if said is not None and said[0] != state.heard:
        state.heard, state.centre[state.subject] = said
        if state.scale is None and state.seen is not None:
            state.held[state.subject] = state.seen  # a frame that is dragged keeps its size


def read_frame(value: Any) -> tuple[int, LonLat] | None:
    """(number, middle) of a message of the frame; None for anything that is not one."""
    try:
        said: Mapping[str, Any] = value["properties"]["frame"]
        number, (lon, lat) = int(said["n"]), (float(one) for one in said["centre"])
    except (KeyError, TypeError, ValueError):
        return None
    return (number, (lon, lat)) if abs(lon) <= 180 and abs(lat) <= 90 else None


def draw_map(at: Desk, case: Case | None, frame: Framed, state: PrintState) -> None:
    """The layers with the frame upon them."""
    where = ground(at)
    light = [info for info in where.infos if info.role != "land_survey"]  # a quick map: the page shows the rest
    sheets = sheetlets(at, light, on=None, lang=lang(), translate=translate())
    west, south, east, north = frame.shape.bounds
    asked = (state.subject, state.paper, state.scale)
    if state.framed != asked:
        state.framed, state.turn = asked, state.turn + 1
    label = f"{state.paper} · 1:{frame.scale:,}"
    shown = pieces(case) if case is not None else [Piece(frame.shape, None, "")]
    calls = [pieces_call(shown), frame_call(frame.shape, frame.centre, label), fly_call(state.turn, frame.shape)]
    opened = [[south, west], [north, east]]
    key = map_key(state)
    first = st.session_state.setdefault(f"{key}-bounds", opened)
    made = base_map(sheets, view=None, bounds=first, plane=plane_of(at.settings()), translate=translate(),
                    listed=False)
    st_folium(localise(made, asset_address), key=key, height=MAP_HEIGHT, use_container_width=True, render=False,
              returned_objects=["last_active_drawing"], feature_group_to_add=marks(*calls))
    st.caption(_("{paper}, 1:{scale:,}. Drag the frame: it is the map of the page. Middle {lon:.5f}, {lat:.5f}.",
                 paper=state.paper, scale=frame.scale, lon=frame.centre[0], lat=frame.centre[1]))


def draw_page(at: Desk, subject: Subject, frame: Framed, state: PrintState) -> None:
    """The page at a low resolution, by the pen that prints it."""
    page = state.page()
    case, number = subject.case, int(st.session_state.get(f"print-number-{state.pages}") or 1)
    mark = (number, rests_on(at, subject, page))
    shown = easel().known(mark)
    if shown is None:
        # All land of a workspace takes the pen some seconds: only when asked for.
        if case is None and not st.button(_("Show the page"), icon=":material/preview:", key="print-show"):
            return
        shown = drawn(at, subject, page, mark, number)
    called = named(case.parcel.name or case.parcel.id) if case is not None else _("the whole workspace")
    picture, state.pages = shown
    count = state.pages
    if count > 1:
        st.segmented_control(_("Page"), range(1, count + 1), default=1, required=True, key=f"print-number-{count}",
                             format_func=lambda one: f"{one} / {count}", label_visibility="collapsed")
    st.image(picture, caption=_("The page as it will be printed: {what}, {paper}, 1:{scale:,}", what=called,
                                    paper=page.paper, scale=frame.scale), width="stretch")


def rests_on(at: Desk, subject: Subject, page: Page) -> tuple[Hashable, ...]:
    """All that the page says, by what names its state: two people for whom this is equal see one picture."""
    case, where = subject.case, ground(at)
    project = subject.project.model_dump_json() if subject.project is not None else ""
    stated = tuple(text.say() for text in conflicts(at.facts(), at.parameters))
    return (at.store.where, run_hash(case) if case is not None else "", project, page.lang, page.paper, page.scale,
            page.centre, page.block, where.stamp, stated, lang())


def drawn(at: Desk, subject: Subject, page: Page, mark: Hashable, number: int) -> Picture:
    """The picture, when it is this person's turn: type and lines are drawn one page at a time."""
    from planner.sheets.preview import preview  # matplotlib: only when something is printed

    def draw() -> Picture:
        sheet = sheet_for(at, subject.case, "sheet", project=subject.project, page=page) if subject.case is not None \
            else workspace_page(at, page)
        return preview(sheet, paper=page.paper, scale=page.scale, width_px=SHOWN_PX, number=number)

    line = st.empty()

    def waiting(before: int) -> None:
        line.caption(_("Somebody else's page is being drawn, yours is next.") if before == 1 else
                     _("{count} pages of others are drawn before yours.", count=before))

    with st.spinner(_("Drawing ...")):
        made = easel().drawn(mark, draw, waiting=waiting)
    line.empty()
    return made
