"""The budgets as pictures: energy beside its intensity, the other quotas small; the old answer as a ghost."""

from __future__ import annotations

from functools import partial

import streamlit as st

from planner.admission.headline import quota_title
from planner.admission.outcome import Simulation
from planner.admission.risk import Risk
from planner.parameters import Parameters
from planner.quota.accounts import LIST
from planner.text import N_
from planner.ui import charts
from planner.ui.exports import csv_bytes, csv_file
from planner.ui.review.shown import Shown, followed
from planner.ui.session import _, said

CHART, SMALL, SUBTITLE = 178, 92, 15
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


def pictures(shown: Shown, chosen: str | None, risk: Risk | None) -> None:
    """Energy and intensity side by side, then the others small."""
    wide, after, ghost, rows = bands(risk), shown.after, shown.before, shown.asked.parameters
    left, right = st.columns([3.5, 1], gap="small")
    with left:
        charts.show(
            charts.budget(after, ENERGY, title=titled(rows, after, ENERGY), height=CHART, chosen=chosen, ghost=ghost,
                          band=wide.get(ENERGY), note=marks(ghost, wide)),
            "energy",
        )
    with right:
        intensity(shown, wide)
    small = [quota for quota in quotas_of(after) if quota not in (ENERGY, INTENSITY)]
    for place, quota in zip(st.columns(max(len(small), 1), gap="small"), small, strict=False):
        title, band = titled(rows, after, quota), wide.get(quota)
        spec = (charts.ratio(after, quota, title=title, height=SMALL, ghost=ghost, band=band) if is_ratio(after, quota)
                else charts.budget(after, quota, title=title, height=SMALL, chosen=chosen, ghost=ghost, band=band,
                                   legend=False))
        with place:
            charts.show(spec, f"small-{quota}")


def quotas_of(after: Simulation) -> list[str]:
    """The quotas that have a row of the park's own, in order."""
    return list(dict.fromkeys(row.quota for row in after.balance if row.park != LIST))


def unit_of(after: Simulation, quota: str) -> str:
    return next((row.unit for row in after.balance if row.quota == quota), "")


def is_ratio(after: Simulation, quota: str) -> bool:
    return unit_of(after, quota).endswith("_per_wan_yuan")


def titled(parameters: Parameters, after: Simulation, quota: str) -> str:
    """A chart's title: the quota and its unit."""
    unit = unit_of(after, quota)
    return f"{said(quota_title(quota, parameters))}, {_(UNITS.get(unit, unit))}"


def marks(ghost: Simulation | None, wide: Bands) -> str:
    """What the marks mean, where there are any."""
    parts = [_("dashed: before the change")] if ghost else []
    parts += [_("thick line: P10 to P90 with the whole queue in")] if wide else []
    return " · ".join(parts)


def intensity(shown: Shown, wide: Bands) -> None:
    """Energy by value added, or what is missing to draw it."""
    after = shown.after
    rows = charts.rows_of(after, INTENSITY)
    if not rows:
        st.info(_("Energy intensity: state its cap and the value added in place above."))
        return
    cap = st.session_state.get("intensity-cap") if any(map(followed, rows)) else None
    height = CHART if cap is None else CHART - SUBTITLE
    charts.show(
        charts.ratio(after, INTENSITY, title=titled(shown.asked.parameters, after, INTENSITY), height=height,
                     ghost=shown.before, cap=cap, band=wide.get(INTENSITY),
                     below=_("The cap does not hold: it refuses nothing") if cap is not None else ""),
        "intensity",
    )


def figures_menu(shown: Shown) -> None:
    """The figures behind every chart as files, each made when it is clicked."""
    after = shown.after
    with st.popover(_("Chart figures"), icon=":material/bar_chart:", type="tertiary"):
        for quota in quotas_of(after):
            csv_file(titled(shown.asked.parameters, after, quota),
                     partial(lambda one: csv_bytes(charts.balance_frame(after, [one])), quota), name=quota,
                     key=f"csv-{quota}")
