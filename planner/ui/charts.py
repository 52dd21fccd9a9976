"""Charts of the budgets: what stands in a year, by whom, against the cap.

Written as Vega-Lite specifications (what Streamlit draws in the browser, nothing fetched): a chart library that
checks each of them against the whole grammar would take longer than the simulation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.admission.balance import RETIRED
from planner.admission.budgets import CLOSED
from planner.admission.outcome import BalanceRow, Judged, Simulation
from planner.quota.accounts import BASELINE, LIST
from planner.text import N_
from planner.ui.session import _, named
from planner.verdict import Verdict
from planner.webmap.style import ACCENT, LOOKS

Spec = dict[str, Any]
SMALL_PX = 120  # charts up to this height have a smaller title, so that it fits above them
FONT = "'Microsoft YaHei', 'PingFang SC', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif"
IN_PLACE, OTHERS, PROPOSED = N_("in place"), N_("other approved"), N_("proposed")
ENDED, SHUT = N_("ended"), N_("left in closed years and expired lots")
NOBODYS = {BASELINE: IN_PLACE, RETIRED: ENDED, CLOSED: SHUT}  # what is no project's, by its name among the parts
NAMED = 2  # approved projects that get a segment of their own, the largest first
ASKED = {"energy_tce": "counted_tce", "carbon_tco2": "carbon_tco2"}  # what a refused project would add, by quota
BUCKET_COLOURS = ("#9aa3af", "#4f86b8", "#1f4e79", "#dfe5ea")
_COLOURS = ("#9aa3af", "#1f4e79", "#4f86b8", "#a9c6df", "#7cc0b8")  # in place, named x2, others, proposed
_PALE = {RETIRED: "#d9c9b8", CLOSED: "#e3e6ea"}
_CHOSEN = "#d98e04"
RED = LOOKS[Verdict.EXCEEDS].colour


def show(spec: Spec, key: str) -> None:
    """A chart on the page, in our own look: that of Streamlit spends half of a small chart on its margins."""
    st.vega_lite_chart(spec, theme=None, key=key)


def rows_of(simulation: Simulation, quota: str) -> list[BalanceRow]:
    """The park's rows of one quota, by year."""
    return [row for row in simulation.balance if row.quota == quota and row.park != LIST]


def segments(
    rows: Iterable[BalanceRow], projects: Mapping[str, Judged], chosen: str | None
) -> tuple[list[Spec], list[str], list[str]]:
    """What is used by year in at most six segments: values (year, who, amount, rank), names in order, their colours.

    A chosen project that was refused is drawn where it would have stood.
    """
    rows = list(rows)
    large = _largest(rows, projects, chosen)
    names = {draw.id: named(draw.name or draw.id) for row in rows for draw in row.parts}
    names |= {id_: named(project.name or id_) for id_, project in projects.items()}
    order = [_(IN_PLACE), *(names[id_] for id_ in large), _(OTHERS), _(PROPOSED)]
    colours = [_COLOURS[0], *_COLOURS[1 : 1 + len(large)], *_COLOURS[3:]]
    for id_ in (RETIRED, CLOSED):
        if any(draw.id == id_ for row in rows for draw in row.parts):
            order, colours = [*order, _(NOBODYS[id_])], [*colours, _PALE[id_]]
    if chosen is not None:
        order, colours = [*order, names[chosen]], [*colours, _CHOSEN]

    def who(id_: str) -> str:
        if id_ in NOBODYS:
            return _(NOBODYS[id_])
        if id_ in large or id_ == chosen:
            return names[id_]
        return _(OTHERS) if id_ not in projects or projects[id_].status == "committed" else _(PROPOSED)

    summed: dict[tuple[int, str], float] = {}
    for row in rows:
        for draw in row.parts:
            summed[row.year, who(draw.id)] = summed.get((row.year, who(draw.id)), 0.0) + draw.amount
        if chosen is not None and not projects[chosen].admitted and row.quota in ASKED:
            summed[row.year, names[chosen]] = getattr(projects[chosen].demand[row.year], ASKED[row.quota]) or 0.0
    values = [
        {"year": str(year), "who": name, "amount": amount, "rank": order.index(name)}
        for (year, name), amount in summed.items()
    ]
    return values, order, colours


def _largest(rows: Iterable[BalanceRow], projects: Mapping[str, Judged], chosen: str | None) -> list[str]:
    """The approved projects with the most, the chosen one aside."""
    totals: dict[str, float] = {}
    for row in rows:
        for draw in row.parts:
            approved = draw.id not in projects or projects[draw.id].status == "committed"
            if approved and draw.id not in (*NOBODYS, chosen):
                totals[draw.id] = max(totals.get(draw.id, 0.0), draw.amount)
    return sorted(totals, key=lambda id_: -totals[id_])[:NAMED]


def budget(
    simulation: Simulation,
    quota: str,
    *,
    title: str,
    height: int,
    chosen: str | None = None,
    ghost: Simulation | None = None,
    band: Mapping[int, tuple[float, float]] | None = None,
    legend: bool = True,
    note: str = "",
) -> Spec:
    """One quota by year: stacked use, the cap as a line across each bar, what is missing above it.

    ``ghost`` is drawn as the dashed outline of another answer, ``band`` (least and most by year) as a thick line;
    ``note`` stands beside the title.
    """
    rows = rows_of(simulation, quota)
    values, order, colours = segments(rows, {project.id: project for project in simulation.projects}, chosen)
    bars = {
        "data": {"values": values},
        "mark": {"type": "bar", "size": 26 if legend else 12},
        "encoding": {
            "x": _YEAR,
            "y": _amount(),
            "order": {"field": "rank", "type": "quantitative"},
            "color": _colour("who", order, colours, legend),
            "tooltip": _tooltip("who", _("Who")),
        },
    }
    layers = [bars, *_ghost(ghost, quota, 34 if legend else 17), *_band(band), *_caps(rows, 38 if legend else 16)]
    return finished(layers, title, height, note)


def _ghost(old: Simulation | None, quota: str, size: int) -> list[Spec]:
    """What was used in another answer, as an outline around the bars."""
    if old is None:
        return []
    values = [{"year": str(row.year), "before": sum(draw.amount for draw in row.parts)} for row in rows_of(old, quota)]
    tips = [{"field": "year", "title": _("Year")},
            {"field": "before", "type": "quantitative", "title": _("before"), "format": ",.2~f"}]
    return [{
        "data": {"values": values},
        "mark": {"type": "bar", "size": size, "fillOpacity": 0, "stroke": "#374151", "strokeDash": [4, 3],
                 "strokeWidth": 1.2},
        "encoding": {"x": _YEAR, "y": {"field": "before", "type": "quantitative"}, "tooltip": tips},
    }]


def _band(band: Mapping[int, tuple[float, float]] | None) -> list[Spec]:
    """From the use that a tenth of the draws stay below to that nine tenths do."""
    if not band:
        return []
    values = [{"year": str(year), "low": low, "high": high} for year, (low, high) in band.items()]
    tips = [{"field": "year", "title": _("Year")}, *({"field": name, "type": "quantitative", "title": title,
                                                      "format": ",.2~f"} for name, title in (("low", "P10"),
                                                                                             ("high", "P90")))]
    return [{
        "data": {"values": values},
        "mark": {"type": "rule", "color": _CHOSEN, "strokeWidth": 7, "opacity": 0.45},
        "encoding": {"x": _YEAR, "y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"},
                     "tooltip": tips},
    }]


def balance_frame(simulation: Simulation, quotas: Iterable[str]) -> pd.DataFrame:
    """The figures behind the charts: who draws on a quota in a year, its cap and what is left."""
    return pd.DataFrame(
        [(quota, row.year, row.unit, _(NOBODYS[draw.id]) if draw.id in NOBODYS else named(draw.name or draw.id),
          draw.amount, row.cap, row.transferred, row.left)
         for quota in quotas for row in rows_of(simulation, quota) for draw in row.parts],
        columns=[_("Quota"), _("Year"), _("Unit"), _("Who"), _("Amount"), _("Cap"), _("Transferred"), _("Left")])


def _caps(rows: Sequence[BalanceRow], size: int) -> list[Spec]:
    """The cap of each year as a line of ``size`` pixels, and in figures what is missing."""
    values = [
        {
            "year": str(row.year),
            "cap": row.cap + row.transferred,
            "used": row.cap + row.transferred - (row.left or 0.0),
            "short": f"{row.left:,.0f}" if row.left is not None and row.left < 0 else "",
        }
        for row in rows
        if row.cap is not None
    ]
    tips = [
        {"field": "year", "title": _("Year")},
        {"field": "cap", "type": "quantitative", "title": _("Cap"), "format": ",.0f"},
    ]
    line = {
        "data": {"values": values},
        "mark": {"type": "tick", "color": RED, "thickness": 2.5, "size": size, "opacity": 1},
        "encoding": {"x": _YEAR, "y": {"field": "cap", "type": "quantitative"}, "tooltip": tips},
    }
    words = {
        "data": {"values": values},
        "mark": {"type": "text", "color": RED, "dy": -7, "fontSize": 11, "fontWeight": "bold"},
        "encoding": {"x": _YEAR, "y": {"field": "used", "type": "quantitative"}, "text": {"field": "short"}},
    }
    return [line, words]


def ratio(
    simulation: Simulation, quota: str, *, title: str, height: int, cap: float | None = None,
    ghost: Simulation | None = None, band: Mapping[int, tuple[float, float]] | None = None, below: str = "",
) -> Spec:
    """An intensity by year: the ratio after the whole queue as a line, the cap (or ``cap`` in its place) as ticks;
    ``ghost`` dashed; ``below`` stands in a line of its own under the title."""
    values = [
        {
            "year": str(row.year),
            "cap": row.cap if cap is None else cap,
            "ratio": None if row.left is None or row.cap is None else row.cap - row.left,
        }
        for row in rows_of(simulation, quota)
    ]
    tips = [
        {"field": "year", "title": _("Year")},
        {"field": "ratio", "type": "quantitative", "title": _("Intensity"), "format": ".4f"},
        {"field": "cap", "type": "quantitative", "title": _("Cap"), "format": ".4f"},
    ]
    axis = {"field": "ratio", "type": "quantitative", "title": None, "axis": {"format": ".2f", "tickCount": 5}}
    line = {
        "data": {"values": values},
        "mark": {"type": "line", "color": ACCENT, "point": True},
        "encoding": {"x": _YEAR, "y": axis, "tooltip": tips},
    }
    ticks = {
        "data": {"values": values},
        "mark": {"type": "tick", "color": RED, "thickness": 2.5, "size": 30, "opacity": 1},
        "encoding": {"x": _YEAR, "y": {"field": "cap", "type": "quantitative"}, "tooltip": tips},
    }
    old = [{"year": str(row.year), "before": row.cap - row.left} for row in rows_of(ghost, quota)
           if row.cap is not None and row.left is not None] if ghost else []
    dashed = {
        "data": {"values": old},
        "mark": {"type": "line", "color": "#374151", "strokeDash": [4, 3], "strokeWidth": 1.2},
        "encoding": {"x": _YEAR, "y": {"field": "before", "type": "quantitative"}},
    }
    return finished([*([dashed] if old else []), *_band(band), line, ticks], title, height, below=below)


_YEAR: Spec = {"field": "year", "type": "ordinal", "title": None,
               "axis": {"labelAngle": 0, "labelOverlap": True, "labelSeparation": 4}}


def _amount() -> Spec:
    return {
        "field": "amount",
        "type": "quantitative",
        "title": None,
        "stack": True,
        "axis": {"format": ",~f", "tickCount": 5},
    }


def _colour(field: str, order: Sequence[str], colours: Sequence[str], legend: bool) -> Spec:
    key = {"orient": "bottom", "columns": 6, "symbolSize": 70, "labelLimit": 170, "title": None, "offset": 4,
           "symbolType": "square"} if legend else None
    return {
        "field": field,
        "type": "nominal",
        "sort": list(order),
        "legend": key,
        "scale": {"domain": list(order), "range": list(colours)},
    }


def _tooltip(field: str, title: str) -> list[Spec]:
    return [
        {"field": "year", "title": _("Year")},
        {"field": field, "title": title},
        {"field": "amount", "type": "quantitative", "title": _("Amount"), "format": ",.2~f"},
    ]


def finished(layers: list[Spec], title: str, height: int, note: str = "", below: str = "") -> Spec:
    return {
        "layer": layers,
        "height": height,
        "title": {"text": f"{title} · {note}" if note else title, "anchor": "start", "fontWeight": 600,
                  "fontSize": 13 if height > SMALL_PX else 12, "offset": 6,
                  **({"subtitle": below, "subtitleFontSize": 11, "subtitleColor": RED} if below else {})},
        "padding": {"left": 2, "right": 6, "top": 2, "bottom": 2},
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {"gridColor": "#eceef1", "domainColor": "#9aa3af", "tickColor": "#9aa3af", "labelColor": "#6b7280",
                     "titleColor": "#6b7280", "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal"},
            "legend": {"labelFontSize": 11, "labelColor": "#4b5563"},
            "title": {"color": "#374151"},
        },
        "usermeta": {"embedOptions": {"actions": False}},
    }
