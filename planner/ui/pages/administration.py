"""The administrator's page: people and roles, parks, the trail, backups, the parameters with their history."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from planner.desk import clock
from planner.desk.desk import Desk
from planner.land.geodesy import ellipsoid_m2
from planner.people import EVERY_PARK, ROLE_TITLES, Role
from planner.text import N_
from planner.ui import backups_panel, parameters_panel, tables, trail_table
from planner.ui.exports import csv_button
from planner.ui.refusals import guarded
from planner.ui.session import _, desk, named, signer
from planner.units import ha

LAST, FLASH = 500, "people-flash"


def show() -> None:
    """The page."""
    tabs = st.tabs([_("People"), _("Parks"), _("Trail"), _("Backups"), _("Parameters")])
    for tab, part in zip(tabs, (people, parks, trail, backups_panel.show, parameters_panel.show), strict=True):
        with tab:
            guarded(part)(desk())


def people(at: Desk) -> None:
    """Roles in force, and a form that gives or takes one; a row that is chosen fills it in."""
    if told := st.session_state.pop(FLASH, None):
        st.success(told, icon=":material/check:")
    held = at.people()
    frame = pd.DataFrame(
        [(row.person, _park(row.park), _(ROLE_TITLES[row.role]) if row.role else "", clock.told(row.at),
          named(row.actor), row.reason) for row in held],
        columns=[_("Login name"), _("Park"), _("Role"), _("Since ({zone})", zone=clock.zone()), _("Given by"),
                 _("Reason")],
    )
    chosen = None
    if held:
        # A choice is kept by its place: after each act it is another table.
        row = tables.choice(frame, key=f"people-table-{len(held)}-{max(one.at for one in held)}", most=12)
        chosen = held[row] if row is not None else None
        st.caption(_("Choose a row to give that person another role, or to take the role away."))
        csv_button(frame, "people", key="people-csv")
    else:
        st.caption(_("Nobody holds a role yet. With a login set up, name the first administrator here."))
    roles, places = [*Role, None], [EVERY_PARK, *at.park_codes()]
    if chosen is not None and chosen.park not in places:
        places.append(chosen.park)
    mark = f"{chosen.person}-{chosen.park}" if chosen is not None else ""  # another row, another form
    with st.form(f"people-form-{mark}", border=True):
        who, role, park, reason, by = st.columns([2, 1.4, 1.2, 2, 1.4], vertical_alignment="bottom")
        person = who.text_input(_("Person, as the login names them"), chosen.person if chosen else "", max_chars=200)
        now = roles.index(None if chosen else Role.VIEWER)
        wanted = role.selectbox(_("Role"), roles, now, format_func=_role)
        place = park.selectbox(_("Park"), places, places.index(chosen.park) if chosen else 0, format_func=_park)
        why = reason.text_input(_("Reason"), max_chars=200)
        with by:
            actor = signer("people-actor", N_("Given by"))
        if st.form_submit_button(_("Record"), type="primary"):
            at.hold(person.strip(), wanted, park=place, reason=why, actor=actor)
            st.session_state["actor"] = actor
            st.session_state[FLASH] = f"{person.strip()}: {_role(wanted)}, {_park(place)}"
            st.rerun()


def _role(role: Role | None) -> str:
    return _(ROLE_TITLES[role]) if role else _("take the role away")


def _park(code: str) -> str:
    return _("every park") if code == EVERY_PARK else code


def parks(at: Desk) -> None:
    """The parks of the ground with the account each draws on, and the accounts of the book with who works there."""
    rows = [
        (str(row["id"]), named(str(row.get("name") or row["id"])), text(row.get("account")) or str(row["id"]),
         text(row.get("region")), float(ha(ellipsoid_m2(row["geometry"]))))
        for info in at.layers() if info.role == "parks" for row in at.layer(info.name).frame.to_dict("records")
    ]
    frame = pd.DataFrame(rows, columns=[_("Park"), _("Name"), _("Account"), _("Class of region"), _("Area, ha")])
    held = at.people()
    years: dict[str, set[int]] = {}
    for one in at.balances():
        years.setdefault(one.park, set()).add(one.year)
    accounts = pd.DataFrame(
        [(code, f"{min(years[code])}–{max(years[code])}" if code in years else "-",
          sum(one.park in (code, EVERY_PARK) for one in held)) for code in at.park_codes()],
        columns=[_("Account"), _("Years with accounts"), _("Roles held there")],
    )
    left, right = st.columns([2, 1], gap="medium")
    with left:
        st.caption(_("Parks on the map. A layer of the role parks brings them: page Import."))
        st.dataframe(frame, hide_index=True, key="parks-table",
                     column_config={_("Area, ha"): st.column_config.NumberColumn(format="%.2f")})
        csv_button(frame, "parks", key="parks-csv")
    with right:
        st.caption(_("Accounts of the book, and how many hold a role there or in every park."))
        st.dataframe(accounts, hide_index=True, key="parks-accounts")


def text(value: object) -> str:
    """A value of a layer as text; empty where there is none."""
    return value if isinstance(value, str) else ""


def trail(at: Desk) -> None:
    """What was written, by whom and when, newest first."""
    acts = at.trail(last=LAST)
    frame = trail_table.frame_of(acts)
    word = st.text_input(_("Search the trail"), key="trail-search")
    frame = _with_word(frame, word)
    st.dataframe(frame, hide_index=True, height=460, key="trail-table")
    st.caption(_("The newest {count} acts; all of them: planner people trail", count=len(acts)))
    csv_button(frame, "trail", key="trail-csv")


def _with_word(frame: pd.DataFrame, word: str) -> pd.DataFrame:
    """The rows in which any cell holds the word."""
    if not word or frame.empty:
        return frame
    return frame[frame.apply(lambda row: row.astype(str).str.contains(word, case=False, regex=False).any(), axis=1)]
