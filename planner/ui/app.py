"""The app: pages for three people over one desk. Pages read widgets, call the desk and show the answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from planner.errors import PlannerError
from planner.people import ROLE_TITLES, Role
from planner.text import N_
from planner.ui import identity, look
from planner.ui.pages import administration, admission, assessment, cases, imports, map, meeting, quotas, registers
from planner.ui.refusals import guarded
from planner.ui.session import _, desk, lang, named
from planner.webmap.escape import escape

# Where a page stands, its title, what shows it, the least role that sees it listed; what it does is asked at the desk.
PAGES: tuple[tuple[str, str, Callable[[], None], Role], ...] = (
    ("map", N_("Map"), map.show, Role.VIEWER),
    ("import", N_("Import"), imports.show, Role.PLANNER),
    ("admission", N_("Admission"), admission.show, Role.VIEWER),
    ("assessment", N_("Assessment"), assessment.show, Role.VIEWER),
    ("cases", N_("Cases"), cases.show, Role.VIEWER),
    ("quotas", N_("Quotas"), quotas.show, Role.VIEWER),
    ("meeting", N_("Meeting"), meeting.show, Role.VIEWER),
    ("registers", N_("Registers"), registers.show, Role.VIEWER),
    ("administration", N_("Administration"), administration.show, Role.ADMINISTRATOR),
)
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}  # each in its own language, so that anyone finds the way back


def main() -> None:
    """One run of the app."""
    st.set_page_config(page_title=_("Park planner"), layout="wide", initial_sidebar_state="collapsed")
    st.session_state.setdefault("lang", lang())
    page = st.navigation(_pages(), position="top")
    look.style()
    guarded(header)()
    page.run()


def _pages() -> list[StreamlitPage]:
    """The pages a person may see; before a login, or without a role, the one that says so."""
    try:
        name = identity.name()
        best = desk().who.best if name is not None else None
    except PlannerError:  # each page says what is wrong
        name, best = "", Role.VIEWER
    if name is None:
        return [st.Page(identity.login_page, title=_("Log in"), default=True)]
    if best is None:
        return [st.Page(partial(_no_role, name), title=_("No role yet"), url_path="no-role", default=True)]
    pages = {
        path: st.Page(guarded(show), title=_(title), url_path=path, default=path == PAGES[0][0])
        for path, title, show, least in PAGES
        if best >= least
    }
    st.session_state["pages"] = pages
    return list(pages.values())


def _no_role(name: str) -> None:
    st.info(_("{person} holds no role here yet. An administrator can give one; on the server: {command}", person=name,
              command=f"planner people give {name} viewer"))


def _person() -> str:
    """Who acts, and as what; without a login that only this machine is served."""
    who = desk().who
    if who.alone:
        return _("one user, this machine only")
    return f"{who.name} · {_(ROLE_TITLES[who.best])}" if who.best else who.name


def header() -> None:
    """One line above every page: the park, what its figures rest on, who acts, the language."""
    left, out, right = st.columns([6, 1, 1.2], vertical_alignment="center")
    with right:
        _language()
    if identity.name() is None:
        return
    if identity.mode() is identity.Mode.LOGIN:
        out.button(_("Log out"), on_click=st.logout, key="log-out", type="tertiary")
    if desk().who.best is None:
        return
    with left:
        settings = desk().settings()
        illustrative = any(info.illustrative for info in desk().layers())
        version = _("parameters {version}", version=desk().parameters.version)
        badge = f'<span class="badge">{escape(_("illustrative data"))}</span>' if illustrative else ""
        look.html(
            f'<div class="bar"><b>{escape(named(settings.get("title", "")) or _("Park planner"))}</b>'
            f'<span class="muted">{escape(version)}</span>{badge}<span class="muted">{escape(_person())}</span></div>'
        )


def _language() -> None:
    """The choice, and the address that says it: who opens it again, or leaves it to log in, finds the same language."""
    if st.query_params.get("lang") != lang():
        st.query_params["lang"] = lang()
    st.segmented_control(
        _("Language"),
        list(LANGUAGE_NAMES),
        format_func=LANGUAGE_NAMES.__getitem__,
        key="lang",
        label_visibility="collapsed",
        required=True,
        on_change=_say_again,
    )


def _say_again() -> None:
    """A choice that stands is shown as it was last said: say it again in the language that was just chosen."""
    for key, value in st.session_state.items():
        if isinstance(value, str):  # what a person chose from a list or typed; no button and no file is a text
            st.session_state[key] = value
