"""Charts on slides that Office can edit: amounts by year as stacked columns, the cap as a line above them."""

from __future__ import annotations

import math
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from planner.sheets.plane import round_up
from planner.sheets.sheet import Chart
from planner.sheets.slide_text import INK, Room, faces, rgb, write
from planner.sheets.voice import Voice

USED, ASKED, CAP = "8a9aab", "c98a00", "7f1d1d"
STEPS = 5  # of the axis, about


def chart(slide: Any, given: Chart, room: Room, voice: Voice) -> None:
    """The chart; its figures are in the workbook inside the file."""
    data = CategoryChartData()
    data.categories = [str(year) for year in given.years]
    for name, values in (*given.parts, given.cap):
        data.add_series(voice.line(name), [None if value is None else float(value) for value in values])
    made = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_STACKED, room.x, room.y, room.w, room.h, data).chart
    made.has_legend, made.has_title = True, True
    made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.RIGHT, False
    made.chart_title.include_in_layout = False
    title = f"{voice.line(given.title)} ({voice.line(given.unit)})"
    write(made.chart_title.text_frame, [(title, 13, INK, True)])
    made.font.size = Pt(11)
    faces(made.font._element if hasattr(made.font, "_element") else made.font._rPr)
    for series, colour in zip(made.plots[0].series, (USED, ASKED, CAP), strict=False):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = rgb(colour)
    made.plots[0].gap_width = 60
    _axis(made.value_axis, given)
    _cap_as_line(made)


def _axis(axis: Any, given: Chart) -> None:
    """An axis from 0 (a cut one makes a small project look large) in round steps, with the decimals they need."""
    low, high = _span(given)
    if low >= 0:
        axis.minimum_scale = 0
    digits = 0
    if high > low:
        step = round_up((high - low) / STEPS)
        axis.major_unit, digits = step, max(0, -math.floor(math.log10(step) + 1e-9))
    axis.tick_labels.number_format = "#,##0" + ("." + "0" * digits if digits else "")
    axis.tick_labels.number_format_is_linked = False


def _span(given: Chart) -> tuple[float, float]:
    """The lowest and the highest that is drawn, 0 among them: parts of a year stand on one another."""
    piles = [[float(value) for _, values in given.parts if (value := values[i]) is not None]
             for i in range(len(given.years))]
    tops = [sum(value for value in pile if value > 0) for pile in piles]
    feet = [sum(value for value in pile if value < 0) for pile in piles]
    caps = [float(value) for value in given.cap[1] if value is not None]
    return min(0.0, *feet, *caps), max(0.0, *tops, *caps)


def _cap_as_line(made: Any) -> None:
    """The last series out of the columns into a line on the same axes."""
    bars = made._chartSpace.find(".//" + qn("c:barChart"))
    last = bars.findall(qn("c:ser"))[-1]
    bars.remove(last)
    for name in ("c:invertIfNegative", "c:spPr"):
        for one in last.findall(qn(name)):
            last.remove(one)
    look = parse_xml(
        f'<c:spPr {nsdecls("c", "a")}><a:ln w="34925"><a:solidFill><a:srgbClr val="{CAP.upper()}"/></a:solidFill>'
        "</a:ln></c:spPr>")
    last.find(qn("c:tx")).addnext(look)
    size = 9 if len(list(made.plots[0].categories)) > 1 else 60  # of a single year the line is this mark alone
    look.addnext(parse_xml(
        f'<c:marker {nsdecls("c", "a")}><c:symbol val="dash"/><c:size val="{size}"/><c:spPr><a:solidFill>'
        f'<a:srgbClr val="{CAP.upper()}"/></a:solidFill></c:spPr></c:marker>'))
    line = parse_xml(f'<c:lineChart {nsdecls("c")}><c:grouping val="standard"/><c:varyColors val="0"/></c:lineChart>')
    line.append(last)
    line.append(parse_xml(f'<c:marker {nsdecls("c")} val="1"/>'))
    for axis in bars.findall(qn("c:axId")):
        line.append(parse_xml(f'<c:axId {nsdecls("c")} val="{axis.get("val")}"/>'))
    bars.addnext(line)
