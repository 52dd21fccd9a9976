"""The budgets as pictures: energy beside its intensity, the other quotas small; the old answer as a ghost."""

from __future__ import annotations

import streamlit as st

from planner.admission.headline import quota_title
from planner.admission.outcome import Simulation
from planner.admission.risk import Risk
from planner.desk.desk import Desk
from planner.quota.accounts import LIST
from planner.text import N_
from planner.ui import charts
from planner.ui.exports import csv_button
from planner.ui.session import _, said

CHART, SMALL = 250, 128
ENERGY, INTENSITY = "energy_tce", "intensity_tce_per_wan_yuan"
UNITS = {
    "ha": N_("ha"),
    "kg": N_("kg"),
    "tce": N_("tce"),
    "tco2": N_("tCO2"),
    "tce_per_wan_yuan": N_("tce per 10,000 yuan"),
    "tco2_per_wan_yuan": N_("tCO2 per 10,000 yuan"),
}
Bands = dict[str, dict[int, tuple[float, float]]]


def bands(risk: Risk | None) -> Bands:
    """The range of the use of each quota by year, from the last question how sure the queue is."""
    found: Bands = {}
    for row in risk.breach if risk else ():
        if row.key.park is None:
            found.setdefault(row.key.quota, {})[row.key.year] = (row.p10, row.p90)
    return found


def pictures(at: Desk, before: Simulation, after: Simulation, chosen: str | None, risk: Risk | None) -> None:
    """Energy and intensity side by side, then the others; every chart with its figures as a file."""
    ghost = before if after is not before else None
    wide = bands(risk)
    left, right = st.columns([2, 1])
    with left:
        title = _("Total energy use, tce")
        st.vega_lite_chart(
            charts.budget(after, ENERGY, title=title, height=CHART, chosen=chosen, ghost=ghost, band=wide.get(ENERGY)),
            key="energy",
        )
        said_below(ghost, wide)
    with right:
        intensity(after, ghost, wide)
    others = [row.quota for row in after.balance if row.quota not in (ENERGY, INTENSITY) and row.park != LIST]
    small = list(dict.fromkeys(others))
    for place, quota in zip(st.columns(max(len(small), 1)), small, strict=False):
        unit = next(row.unit for row in after.balance if row.quota == quota)
        title = f"{said(quota_title(quota, at.parameters))}, {_(UNITS.get(unit, unit))}"
        draw = charts.ratio if unit.endswith("_per_wan_yuan") else charts.budget
        more = {"cap": None} if draw is charts.ratio else {"chosen": chosen, "legend": False}
        spec = draw(after, quota, title=title, height=SMALL, ghost=ghost, band=wide.get(quota), **more)  # type: ignore[operator]
        with place:
            st.vega_lite_chart(spec, key=f"small-{quota}")
            csv_button(charts.balance_frame(after, [quota]), quota, key=f"csv-{quota}")


def said_below(ghost: Simulation | None, wide: Bands) -> None:
    """What the marks mean, where there are any."""
    parts = [_("dashed: before the change")] if ghost else []
    parts += [_("thick line: P10 to P90 with the whole queue in")] if wide else []
    if parts:
        st.caption(" · ".join(parts))


def intensity(after: Simulation, ghost: Simulation | None, wide: Bands) -> None:
    """Energy by value added, or what is missing to draw it; the figures of both large charts."""
    if any(row.quota == INTENSITY for row in after.balance):
        st.vega_lite_chart(
            charts.ratio(
                after,
                INTENSITY,
                title=_("Energy intensity, tce per 10,000 yuan"),
                height=CHART,
                cap=st.session_state.get("intensity-cap"),
                ghost=ghost,
                band=wide.get(INTENSITY),
            ),
            key="intensity",
        )
    else:
        st.info(_("Energy intensity: state its cap and the value added in place above."))
    csv_button(charts.balance_frame(after, [ENERGY, INTENSITY]), "energy", key="csv-energy")
