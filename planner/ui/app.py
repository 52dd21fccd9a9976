"""The app: pages for three people over one desk. Pages read widgets, call the desk and show the answer."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from planner.text import N_
from planner.ui import look
from planner.ui.pages import admission, imports, map, quotas, registers
from planner.ui.refusals import guarded
from planner.ui.session import _, desk, lang, named
from planner.webmap.escape import escape

PAGES: tuple[tuple[str, str, Callable[[], None]], ...] = (
    ("map", N_("Map"), map.show),
    ("import", N_("Import"), imports.show),
    ("admission", N_("Admission"), admission.show),
    ("quotas", N_("Quotas"), quotas.show),
    ("registers", N_("Registers"), registers.show),
)
LANGUAGE_NAMES = {"zh": "中文", "en": "English"}  # each in its own language, so that anyone finds the way back


def main() -> None:
    """One run of the app."""
    st.set_page_config(page_title=_("Park planner"), layout="wide", initial_sidebar_state="collapsed")
    st.session_state.setdefault("lang", lang())
    pages = [
        st.Page(guarded(show), title=_(title), url_path=path, default=path == PAGES[0][0])
        for path, title, show in PAGES
    ]
    st.session_state["pages"] = dict(zip((path for path, _title, _show in PAGES), pages, strict=True))
    page = st.navigation(pages, position="top")
    look.style()
    guarded(header)()
    page.run()


def header() -> None:
    """One line above every page: the park, what its figures rest on, the language."""
    left, right = st.columns([6, 1], vertical_alignment="center")
    with left:
        settings = desk().settings()
        illustrative = any(info.illustrative for info in desk().layers())
        version = _("parameters {version}", version=desk().parameters.version)
        badge = f'<span class="badge">{escape(_("illustrative data"))}</span>' if illustrative else ""
        look.html(
            f'<div class="bar"><b>{escape(named(settings.get("title", "")) or _("Park planner"))}</b>'
            f'<span class="muted">{escape(version)}</span>{badge}</div>'
        )
    with right:
        st.segmented_control(
            _("Language"),
            list(LANGUAGE_NAMES),
            format_func=LANGUAGE_NAMES.__getitem__,
            key="lang",
            label_visibility="collapsed",
            required=True,
        )
