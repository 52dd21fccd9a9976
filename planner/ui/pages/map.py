"""The planner's page: the map with its drawing tools, the card of what is chosen, the table of parcels."""

from __future__ import annotations

import math

import streamlit as st

from planner.admission.outcome import Case
from planner.desk.desk import Desk
from planner.energy.project import Project
from planner.errors import PlannerError
from planner.figures import quota_figure
from planner.formats.drawing import parcel_from_drawing
from planner.text import N_
from planner.ui import cards, reserve
from planner.ui.case_start import begin
from planner.ui.drafts import MapState, fly_to, take, undo
from planner.ui.edit_map import Snapshot, digest, edit_map, news
from planner.ui.map_state import Ground, case_of, chosen, ground, pieces
from planner.ui.papers import papers
from planner.ui.parcel_actions import attach, manage
from planner.ui.parcels_table import table
from planner.ui.plane import plane_of
from planner.ui.refusals import guarded, refused
from planner.ui.reshape import reshape, way_out
from planner.ui.session import _, desk, kept, lang, named, said, translate
from planner.ui.sheetlets import in_this_view, sheetlets
from planner.ui.topology import panel, shown
from planner.ui.uploads import from_file
from planner.webmap.build import Sheetlet, fly_call, marks, pieces_call, view_call

MAP_HEIGHT, CARD_HEIGHT = 600, 352  # map beside card and table: all of it within 768 pixels
NEW = N_("new-{n:02}")


def show() -> None:
    """The page. Everything a drawing changes lies in one fragment."""
    editor(kept("map", MapState))


@st.fragment
@guarded
def editor(state: MapState) -> None:
    """Map, card and table: what runs again when a person draws."""
    at, where = desk(), ground(desk())
    sheets, epoch, snapshot = frame(state, where)
    if (said_last := news(epoch)) is not None:
        take(
            state,
            said_last,
            parcel_ids=where.ids,
            row_ids=where.ids,
            new_name=lambda n: _(NEW, n=n),
            to_parcel=lambda feature, id_, name: parcel_from_drawing(feature, id=id_, name=name),
        )
    parcel = chosen(state, where)
    year = at.today().year
    project = state.projects.get(parcel.id) if parcel else None
    try:
        case = case_of(at, where, parcel, project, None) if parcel else None
    except PlannerError as refusal:
        case, parcel = None, None
        refused(refusal)
    left, right = st.columns([1.95, 1], gap="small")
    with right:
        with st.container(height=CARD_HEIGHT, border=False):
            card(at, state, where, case, project, year)
        table(state, where)
    with left:
        draw(at, state, where, sheets, epoch, snapshot, case)
    panel(at, state, where)


def frame(state: MapState, where: Ground) -> tuple[list[Sheetlet], str, Snapshot]:
    """What the living frame was built from, and the epoch that names it."""
    at = desk()
    sheets = sheetlets(at, where.infos, on=state.on_at_start, lang=lang(), translate=translate())
    snapshot = Snapshot(
        tuple(sheets),
        tuple(state.frozen.items()),
        state.opened_at,
        _bounds(at, where),
        plane_of(at.settings()),
    )
    epoch = f"{state.epoch}-{digest(snapshot, lang())}"
    if state.__dict__.setdefault("living", epoch) != epoch:
        # The ground or the language changed under the frame: a new one opens with the drawings as they are.
        state.__dict__["living"] = epoch
        state.turn = 0
    return sheets, epoch, snapshot


def _bounds(at: Desk, where: Ground) -> list[list[float]] | None:
    """Where the map opens for the first time: the parks, else the parcels, else the largest layer."""
    order = {"parks": 0, "parcels": 1}
    infos = sorted((info for info in where.infos if info.features), key=lambda info: order.get(info.role, 2))
    if not infos:
        return None
    west, south, east, north = at.layer(infos[0].name).bounds
    return [[south, west], [north, east]] if math.isfinite(west) else None


def draw(
    at: Desk, state: MapState, where: Ground, sheets: list[Sheetlet], epoch: str, snapshot: Snapshot, case: Case | None
) -> None:
    """The map with today's marks, and the strip beneath it."""
    calls = []
    for info, sheet in zip(where.infos, sheets, strict=True):
        if sheet.by_view and state.view is not None and info.name in (state.on or ()):
            picture, stamp = in_this_view(at, info, state.view, lang=lang(), translate=translate())
            shown_now = Sheetlet(sheet.key, sheet.role, sheet.title, sheet.vintage, picture, True, True)
            calls.append(view_call(shown_now, stamp, state.view, translate()))
    if case is not None:
        calls.append(pieces_call([*pieces(case), *shown()]))
    elif faults := shown():
        calls.append(pieces_call(faults))
    if state.fly is not None:
        calls.append(fly_call(*state.fly))
    edit_map(snapshot, epoch=epoch, marks=marks(*calls), lang=lang(), translate=translate(), height=MAP_HEIGHT)
    strip(state)


def strip(state: MapState) -> None:
    """Under the map: undo, and a file beside the map."""
    back, file, door = st.columns([1, 4, 1.2], vertical_alignment="center")
    if back.button(_("Undo"), disabled=not state.past, icon=":material/undo:", width="stretch"):
        undo(state)
        st.rerun(scope="fragment")
    with file:
        from_file(state)
    if page := st.session_state["pages"].get("import"):  # not listed for whoever may not import
        door.page_link(page, label=_("Import a layer or table"), icon=":material/upload_file:")


def card(at: Desk, state: MapState, where: Ground, case: Case | None, project: Project | None, year: int) -> None:
    """What is chosen: its case with what can be done, its problem, or the quotas that are left."""
    told = st.empty()  # always there: what stands below keeps its place, and an open popover stays open
    if flash := st.session_state.pop("flash", None):
        told.success(flash, icon=":material/check:")
    draft = state.draft
    if draft is not None and draft.problem is not None:
        st.error(draft.problem.say(translate()), icon=":material/warning:")
        return
    if case is None:
        cards.left_over(at, year)
        return
    cards.top(case, at.parameters)
    way_out(at, state, where, case, project)
    if (seen := cards.hits(case)) is not None and seen.where is not None:
        fly_to(state, seen.where)
        st.rerun(scope="fragment")
    actions(at, state, where, case, project)
    cards.details(case, at.parameters)


def actions(at: Desk, state: MapState, where: Ground, case: Case, project: Project | None) -> None:
    """What can be done with the parcel: a project on it, a reservation, paper, keeping or changing it."""
    # Five in a row of a narrow card: words alone, an icon would cut them.
    one, two, three, four, five = st.columns([1.15, 1, 0.9, 0.9, 1], gap="xsmall")
    with one.popover(_("Project"), width="stretch"):
        attach(at, state, case.parcel)
    first = project.start if project is not None and project.start else at.today().year
    if two.button(_("Reserve"), width="stretch", type="primary", key="reserve"):
        reserve.ask(case, project, first, state)
    with three.popover(_("Case"), width="stretch", help=_("Submit as case")):
        begin(at, case, project, first, state)
    with four.popover(_("Print"), width="stretch"):
        papers(at, case, project)
    with five.popover(_("Parcel"), width="stretch"):
        itself, shape = st.tabs([_("Parcel"), _("Fit and divide")])
        with itself:
            manage(at, state, where, case.parcel)
        with shape:
            reshape(at, state, case, project)
    if project is not None:
        energy = said(quota_figure(case.demand.counted_tce, "tce")) if case.demand else ""
        st.caption(
            _(
                "Project on it: {name}, from {year}, {energy} a year",
                name=named(project.called),
                year=first,
                energy=energy,
            )
        )
