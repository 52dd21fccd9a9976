"""Lots of restored land on the Quotas page: where they lie, what is left of each, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import shapely
import streamlit as st
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

from planner.admission.headline import quota_title
from planner.desk.desk import Desk
from planner.parameters import Parameters
from planner.quota.lots import Lot
from planner.text import N_
from planner.ui.exports import csv_button, xlsx_button
from planner.ui.row_words import unit_word
from planner.ui.session import _, named, said
from planner.ui.tables import table
from planner.units import ha, shown

SOON = timedelta(days=365)
STATES = {"expired": N_("✕ expired"), "soon": N_("▲ within a year"), "open": N_("● valid"), "used": N_("○ used up")}
COLOURS = {"expired": "#c8442b", "soon": "#c98a00", "open": "#1b7f79", "used": "#9aa3af"}
CIRCLES = (60, 700)  # px2 of a lot with nothing left, and of the largest of its quota


def show(at: Desk, park: str) -> None:
    """The list and the map."""
    found = at.lots(park)
    if not found:
        st.info(_("No lot is in the book. A table of quotas with the columns lot, county and expiry brings them."))
        return
    on = at.today()
    frame = pd.DataFrame([lot_row(at, lot, on) for lot in found])
    left, right = st.columns([3, 2])
    with left:
        st.caption(_("{count} lots; matched by county, city, province, then price, then expiry", count=len(frame)))
        table(frame, most=14)
        with st.container(horizontal=True):
            csv_button(frame, "lots", key="csv-lots")
            xlsx_button(frame, "lots", key="xlsx-lots")
    with right:
        placed = [lot for lot in found if lot.facts.lon is not None and lot.facts.lat is not None]
        if placed:
            st.vega_lite_chart(map_spec(at, placed, on), key="lots-map")
        unplaced = len(found) - len(placed)
        if unplaced:
            st.caption(_("{count} lots have no coordinates and are only in the list.", count=unplaced))


def state_of(lot: Lot, on: date) -> str:
    """expired, soon (to expire within a year), open, or used: nothing of it is free any more."""
    if not lot.free:
        return "used"
    if lot.expired(on):
        return "expired"
    return "soon" if lot.facts.expiry is not None and lot.facts.expiry <= on + SOON else "open"


def amount(parameters: Parameters, lot: Lot, value: int) -> tuple[float, str]:
    """A figure of a lot and its unit: land in hectares, grain capacity in kg."""
    quota = parameters.quota(lot.quota)
    unit = quota.unit if quota else "kg"
    told = shown(value, unit)
    return (float(ha(told)), "ha") if unit == "m2" else (told, unit)


def lot_row(at: Desk, lot: Lot, on: date) -> dict[str, object]:
    """One lot as printed."""
    facts, parameters = lot.facts, at.parameters
    price = f"{facts.price_yuan:,} / {unit_word(facts.price_unit)}" if facts.price_yuan is not None else "-"
    return {
        _("Lot"): facts.id,
        _("Quota"): said(quota_title(lot.quota, parameters)),
        _("Place"): " ".join(dict.fromkeys(part for part in (facts.city, facts.county) if part)) or "-",
        _("Year"): str(lot.year),
        _("Expiry"): facts.expiry.isoformat() if facts.expiry else "-",
        _("State"): _(STATES[state_of(lot, on)]),
        _("Free"): amount(parameters, lot, lot.free)[0],
        _("Reserved"): amount(parameters, lot, lot.reserved)[0],
        _("Committed"): amount(parameters, lot, lot.committed)[0],
        _("Unit"): unit_word(amount(parameters, lot, lot.free)[1]),
        _("Price, yuan"): price,
        _("Held by"): ", ".join(lot.holders),
        _("Document"): lot.document,
    }


def outline_of(shape: BaseGeometry) -> BaseGeometry:
    """A park as the chart draws it: on a sphere a ring that runs the other way is the rest of the world."""
    plain = shapely.get_parts(shapely.simplify(shape, 1e-4))
    return shapely.MultiPolygon([orient(part, -1.0) for part in plain if part.geom_type == "Polygon"])


def map_spec(at: Desk, lots: Sequence[Lot], on: date) -> dict[str, Any]:
    """Parks as outlines and lots as circles: size by what is free beside the largest of the quota, colour and sign by
    expiry. Nothing is fetched."""
    parks = [
        {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(outline_of(shape))}
        for layer in at.ground.by_role().get("parks", ())
        for shape in layer.frame.geometry
    ]
    parameters = at.parameters
    most = {lot.quota: max(1, *(one.free for one in lots if one.quota == lot.quota)) for lot in lots}
    points = [
        {
            "lon": lot.facts.lon,
            "lat": lot.facts.lat,
            "lot": lot.facts.id,
            "quota": said(quota_title(lot.quota, parameters)),
            "place": named(lot.facts.county) or "-",
            "free": "{:,.10g} {}".format(*amount(parameters, lot, lot.free)),
            "share": lot.free / most[lot.quota],
            "expiry": lot.facts.expiry.isoformat() if lot.facts.expiry else "-",
            "state": _(STATES[state_of(lot, on)]),
        }
        for lot in lots
    ]
    labels = list({(one["lot"], one["lon"], one["lat"]): one for one in points}.values())
    colours = {"domain": [_(word) for word in STATES.values()], "range": list(COLOURS.values())}
    axes = {"longitude": "lon", "latitude": "lat"}
    where = {axis: {"field": field, "type": "quantitative"} for axis, field in axes.items()}
    titles = {"lot": _("Lot"), "quota": _("Quota"), "place": _("Place"), "free": _("Free"), "expiry": _("Expiry")}
    outline = {"type": "geoshape", "fill": "#eef1f4", "stroke": "#9aa3af"}
    circle = {"type": "circle", "stroke": "#ffffff", "opacity": 0.9}
    label = {"type": "text", "dy": -13, "fontSize": 11}
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": points},
            "mark": circle,
            "encoding": {
                **where,
                "size": {"field": "share", "type": "quantitative", "legend": None,
                         "scale": {"domain": [0, 1], "range": list(CIRCLES)}},
                "color": {"field": "state", "type": "nominal", "scale": colours, "title": None,
                          "legend": {"orient": "bottom"}},
                "tooltip": [{"field": field, "title": title} for field, title in titles.items()],
            },
        },
        {"data": {"values": labels}, "mark": label, "encoding": {**where, "text": {"field": "lot"}}},
    ]
    if parks:
        layers.insert(0, {"data": {"values": parks}, "mark": outline})
    frame = {"view": {"stroke": "#d4d7dc"}}
    return {"height": 330, "projection": {"type": "mercator"}, "layer": layers, "config": frame}
