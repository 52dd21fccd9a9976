"""The registers' page: tract plans, temporary land, stock land, access contracts; map, table, checks, files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import streamlit as st

from planner.admission.case import sign_of
from planner.desk.desk import Desk
from planner.desk.registers import checked, scene_seal, totals, verdict
from planner.figures import area
from planner.land.finding import Finding, State
from planner.registers.check import REGISTERS
from planner.registers.scene import Checked
from planner.store.base import LayerInfo
from planner.text import N_
from planner.ui import look
from planner.ui.plane import plane_of
from planner.ui.register_files import downloads, upload
from planner.ui.register_table import table
from planner.ui.remembered import Remembered
from planner.ui.session import _, desk, lang, named, said, translate
from planner.ui.sheetlets import sheetlets
from planner.ui.still_map import picked, still_map
from planner.verdict import Verdict
from planner.webmap.build import Piece, fly_call, marks, pieces_call
from planner.webmap.escape import escape
from planner.webmap.style import LOOKS

ROLES = ("parks", "parcels", "basic_farmland")
SHOWN = frozenset({"parks", "parcels"})
MAP_HEIGHT, TABLE_HEIGHT = 330, 200  # all of it within 768 pixels
FLASH = "register-flash"
KEPT = 16  # answers of a register on a day that are kept for all sessions


def show() -> None:
    """The page."""
    at = desk()
    left, middle, right = st.columns([4.4, 1.2, 3], vertical_alignment="bottom")
    name = left.segmented_control(
        _("Register"),
        list(REGISTERS),
        format_func=lambda one: _(REGISTERS[one].title),
        default="tracts",
        required=True,
        key="register",
    )
    name = name or "tracts"
    on = middle.date_input(_("Judged on"), at.today(), format="YYYY-MM-DD", key="register-on") or at.today()
    found = judged(at, name, on)
    with right:
        look.html(f'<div class="head" style="border-color:#1f4e79">{escape(summary(name, found))}</div>')
    if told := st.session_state.pop(FLASH, None):
        st.success(told, icon=":material/check:")
    ground, side = st.columns([1.5, 1], gap="small")
    infos = [info for info in at.layers() if info.role in ROLES and info.features]
    key = f"register-map-{name}-{lang()}-{'-'.join(info.stamp for info in infos)}"
    with st.container():
        chosen = below(at, name, found, on, picked(key))
    with ground:
        draw(at, name, found, chosen, infos, key)
    with side, st.container(height=MAP_HEIGHT + 4, border=False):
        if chosen is None:
            st.info(_("This register has no row yet. Import a table; the file of an empty register names its columns."))
        else:
            card(chosen)


def judged(at: Desk, name: str, on: date) -> list[Checked]:
    """Every row of a register, the worst first: judged once for all who look, until something it rests on changes."""
    made = _judged().get((name, scene_seal(at, on)), lambda: checked(at, name, on))
    return sorted(made, key=lambda one: (-verdict(one), one.row.id))


@st.cache_resource(show_spinner=False)
def _judged() -> Remembered[tuple[Checked, ...]]:
    return Remembered(KEPT)


def below(at: Desk, name: str, found: Sequence[Checked], on: date, click: tuple[int, str] | None) -> Checked | None:
    """The table with its files above it."""
    one, two = st.columns([5, 1], vertical_alignment="center")
    with one, st.container(horizontal=True):
        downloads(at, name, found, on)
    with two.popover(_("Import"), icon=":material/upload:", width="stretch"):
        upload(at, name)
    return table(name, found, height=TABLE_HEIGHT, click=click)


def summary(name: str, found: Sequence[Checked]) -> str:
    """What the register comes to, in one line."""
    counts = Counter(verdict(one) for one in found)
    parts = [f"{LOOKS[one].sign} {counts[one]}" for one in sorted(counts, reverse=True)]
    told = _("{count} rows", count=len(found))
    sums = totals(found)
    if name == "stock" and found:
        saved = sums["saves_m2"]
        words = N_("saves {saved}") if saved is not None else N_("saves at least {saved}, some not known")
        parts.append(_(words, saved=area(sums["saves_known_m2"])))
    elif name == "temporary" and found:
        soon = sum(1 for one in found if hit(one, "temporary_lapse") and (one.figures["left_days"] or 0) >= 0)
        late = sum(1 for one in found if one.figures["overdue_days"])
        parts.append(_("{soon} lapse soon, {late} overdue; no quota booked", soon=soon, late=late))
    elif name == "contracts" and found:
        parts.append(
            _("{count} to exit; % is of the standard", count=sum(1 for one in found if one.figures["exit_on"]))
        )
    return " · ".join([told, *parts])


def hit(one: Checked, rule: str) -> bool:
    return any(seen.rule == rule and seen.state == State.HIT for seen in one.findings)


def draw(
    at: Desk, name: str, found: Sequence[Checked], chosen: Checked | None, infos: Sequence[LayerInfo], key: str
) -> None:
    """The land of every row, hatched by its verdict; the chosen one outlined and in view. A click chooses."""
    on = frozenset(info.name for info in infos if info.role in SHOWN)
    sheets = sheetlets(at, infos, on=on, lang=lang(), translate=translate())
    land = [one for one in found if one.joined.shape is not None]
    pieces = [Piece(one.joined.shape, verdict(one), f"{one.row.id} {named(one.row.name)}", one.row.id)  # type: ignore[arg-type]
              for one in reversed(land)]  # fmt: skip
    shape = chosen.joined.shape if chosen is not None else None
    if shape is not None and chosen is not None:
        pieces.append(Piece(shape, None, chosen.row.id))
    calls = [pieces_call(pieces)]
    bounds = None
    if shape is not None and chosen is not None:
        calls.append(fly_call(turn(name, chosen.row.id), shape))
        west, south, east, north = shape.bounds
        bounds = [[south, west], [north, east]]
    elif infos:
        west, south, east, north = at.layer(infos[0].name).frame.total_bounds
        bounds = [[south, west], [north, east]]
    still_map(
        sheets,
        key=key,
        bounds=st.session_state.setdefault("register-bounds", bounds),
        plane=plane_of(at.settings()),
        marks=marks(*calls),
        translate=translate(),
        height=MAP_HEIGHT,
        picking=True,
    )


def turn(name: str, id: str) -> int:
    """A number that grows whenever another row is chosen: the map flies once a number."""
    kept: tuple[str, str, int] = st.session_state.get("register-turn", ("", "", 0))
    if kept[:2] != (name, id):
        kept = st.session_state["register-turn"] = (name, id, kept[2] + 1)
    return kept[2]


def card(one: Checked) -> None:
    """The chosen row: its verdict with the finding that decides it, its land, every finding with its clause."""
    worst = verdict(one)
    decides = one.findings[0]
    sentence = said(decides.message) if worst != Verdict.FITS else _("Nothing against it.")
    status = _(one.row.status) if one.row.status else ""
    look.html(
        f'<div class="name"><span>{escape(one.row.id)} {escape(named(one.row.name))}</span>'
        f'<span class="muted">{escape(status)}</span></div>',
        look.headline(worst, sentence),
        f'<div class="muted">{escape(said(area(one.joined.area_m2)))} · '
        f"{escape(_('ellipsoidal area, CGCS2000'))}{escape(_parcels(one))}{escape(_tag(one))}</div>",
    )
    look.html(*(_finding(seen) for seen in one.findings))
    papers = [named(text) for text in (one.row.document, one.row.source, one.row.note) if text]
    if papers:
        look.html(f'<div class="muted">{escape(" · ".join(papers))}</div>')


def _finding(seen: Finding) -> str:
    shown = sign_of(seen)
    title = f'<span style="color:{LOOKS[shown].colour}">{LOOKS[shown].sign} <b>{escape(_(seen.title))}</b></span>'
    paper = f'<div class="muted">{escape(named(seen.source))} · {escape(_(seen.status))}</div>'
    return f'<div style="margin:3px 0">{title} {escape(said(seen.message))}{paper}</div>'


def _parcels(one: Checked) -> str:
    ids = [met.id for met in one.joined.met]
    return f" · {_('parcels {ids}', ids=', '.join(ids[:6]) + (' ...' if len(ids) > 6 else ''))}" if ids else ""


def _tag(one: Checked) -> str:
    words = {"stock": N_("stock: asks for no new quota"), "temporary": N_("temporary: books no quota")}
    return f" · {_(words[one.tag])}" if one.tag else ""
