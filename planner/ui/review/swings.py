"""Which single input moves a budget most, and which verdicts it turns: each figure of each project at its two ends, as
bars, widest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from planner.admission.tornado import Bar, Tornado, Turned
from planner.desk.desk import Desk
from planner.ui import charts, look
from planner.ui.exports import csv_button
from planner.ui.inputs import input_title
from planner.ui.review import waiting
from planner.ui.review.pictures import UNITS, quotas_of, titled
from planner.ui.review.queue_rows import short_names
from planner.ui.review.shown import Shown
from planner.ui.session import _
from planner.ui.tables import table

SHOWN = 12


def swings(at: Desk, shown: Shown) -> None:
    """Choose quota, year and span; the bars and their figures."""
    one, two, three = st.columns([2, 1, 1.4], vertical_alignment="bottom")
    quota = one.selectbox(_("Quota"), quotas_of(shown.after), key="swing-quota",
                          format_func=lambda name: titled(shown.asked.parameters, shown.after, name))
    year = two.selectbox(_("Year"), list(shown.after.years), key="swing-year", index=len(shown.after.years) - 1)
    span = three.slider(_("Up and down by, %"), 5, 50, 10, 5, key="swing-span") / 100
    known: dict[tuple[str, str, int, float], Tornado] = st.session_state.setdefault("swings", {})
    key = (shown.mark, quota, year, span)
    if key not in known and not waiting.asked("swings", key):  # the queue is judged anew at both ends of every figure
        known.clear()
        waiting.begin("swings", key, lambda stopped: shown.asked.tornado(quota, year, span),
                      lambda: _("Judging the queue with each figure up and down ..."), seconds=5.0)
    if (answer := waiting.taken("swings", key)) is not None:
        known[key] = answer
    if waiting.waited_for("swings"):
        return
    found = known[key]
    if not found.bars:
        st.caption(_("No figure of a project moves this quota in this year."))
        return
    names = short_names(shown.queue)
    left, right = st.columns([1.3, 1])
    with left:
        charts.show(picture(found, names), "swings")
    rows = [(names[bar.project], input_title(bar.path), bar.low, bar.stated, bar.high, bar.use_low, bar.use_high,
             bar.swing, turns(bar.turned_low, names), turns(bar.turned_high, names)) for bar in found.bars]
    frame = pd.DataFrame(rows, columns=[_("Project"), _("Input"), _("Low"), _("Stated"), _("High"), _("Use at low"),
                                        _("Use at high"), _("Swing"), _("Turns at low"), _("Turns at high")])
    with right:
        turning = frame[(frame[_("Turns at low")] != "") | (frame[_("Turns at high")] != "")]
        st.markdown(f"**{_('{count} figures turn a verdict', count=len(turning))}**")
        if len(turning):
            table(turning[[_("Project"), _("Input"), _("Turns at low"), _("Turns at high")]], most=9, key="swing-turns",
                  column_config={name: st.column_config.TextColumn(width=wide)
                                 for name, wide in ((_("Project"), 150), (_("Input"), 120))})
        csv_button(frame, "swings", key="csv-swings")


def turns(rows: Sequence[Turned], names: dict[str, str]) -> str:
    """The verdicts that turn at one end, in words."""
    return " · ".join(f"{names.get(row.id, row.id)}: {look.plain_chip(row.before)} → {look.plain_chip(row.after)}"
                      for row in rows)


def picture(found: Tornado, names: dict[str, str]) -> dict[str, Any]:
    """The widest bars around the use as stated, the cap as a line."""
    bars = found.bars[:SHOWN]
    values = [{"input": label(bar, names), "from": min(bar.use_low, bar.use_high), "to": max(bar.use_low, bar.use_high)}
              for bar in bars]
    tips = [{"field": "input", "title": _("Input")},
            *({"field": name, "type": "quantitative", "title": title, "format": ",.4~f"}
              for name, title in (("from", _("Use at least")), ("to", _("Use at most"))))]
    scale = {"zero": False, "nice": True}
    layers = [
        {"data": {"values": values}, "mark": {"type": "bar", "color": "#4f86b8", "size": 13},
         "encoding": {"y": {"field": "input", "type": "nominal", "sort": [row["input"] for row in values],
                            "title": None, "axis": {"labelLimit": 300}},
                      "x": {"field": "from", "type": "quantitative", "title": _(UNITS.get(found.unit, found.unit)),
                            "scale": scale, "axis": {"tickCount": 4, "labelOverlap": True}},
                      "x2": {"field": "to"}, "tooltip": tips}},
        line(found.use, "#374151"),
    ]
    if found.cap is not None:
        layers.append(line(found.cap, charts.RED))
    return charts.finished(layers, _("dark line: as stated · red line: the cap"), 22 * len(values) + 20)


def label(bar: Bar, names: dict[str, str]) -> str:
    """An input in words."""
    return f"{names[bar.project]}: {input_title(bar.path)}"


def line(at: float, colour: str) -> dict[str, Any]:
    return {"data": {"values": [{"at": at}]}, "mark": {"type": "rule", "color": colour, "strokeWidth": 2},
            "encoding": {"x": {"field": "at", "type": "quantitative"}}}
