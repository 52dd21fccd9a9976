"""Looking around a parcel: far enough from one kind of ground, or near enough to it."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.figures import beside, places
from planner.land.finding import Finding, State
from planner.land.geodesy import LocalMetres, local_metres
from planner.land.look import Look, answer, chosen_rows, layer_facts, layer_of, met, not_seen, unseen_part
from planner.land.noise import area_m2, polygons
from planner.text import N_, Text

_ROUND = {"quad_segs": 32}  # a quarter of a circle in 32 steps lies within 0.03 % of its radius


def distance(look: Look) -> Finding | None:
    """The distance in metres from the parcel to the nearest feature, against ``rule.limit``; exactly at it passes.

    Options: bound = least (keep away) or most (be near); kinds or codes ("a|b") pick the features. A feature is
    evidence wherever it lies; without one, the layer must know the ground as far as the limit. ``where`` is the part
    of the parcel that lies too near, or the whole parcel that lies too far.
    """
    layer, rule, shape = layer_of(look), look.rule, look.parcel.shape
    plane, limit = local_metres(shape), rule.limit or 0.0
    around = plane.degrees(plane.metres(shape).buffer(limit, **_ROUND))
    features = np.asarray(layer.frame.geometry.values)[met(look, shapely.box(*around.bounds))]
    value = nearest_m(shape, features, plane)
    if rule.options["bound"] == "least":
        if value is not None and value < limit:
            return answer(rule, State.HIT, value=value, layer=layer, where=_too_near(shape, features, plane, limit),
                          message=_said(look, N_("{rule}: {value:,} m away, nearer than {limit:,.10g} m ({layer}, "
                                                 "{vintage}). Move the parcel away."), value))
    elif value is not None and value <= limit:
        return answer(rule, State.CLEAR, value=value, layer=layer, message=_said(
            look, N_("{rule}: {value:,} m away, within {limit:,.10g} m ({layer}, {vintage})."), value))
    unseen = unseen_part(look, around)
    if area_m2(unseen) > 0:
        return not_seen(look, unseen)
    if rule.options["bound"] == "least":
        return answer(rule, State.CLEAR, value=value, layer=layer, message=Text(
            N_("{rule}: none within {limit:,.10g} m ({layer}, {vintage})."), limit=limit, **layer_facts(look)))
    everywhere = np.asarray(layer.frame.geometry.values)[chosen_rows(rule, layer)]
    value = nearest_m(shape, everywhere, plane)
    return answer(rule, State.HIT, value=value, layer=layer, where=shape, message=Text(
        N_("{rule}: none within {limit:,.10g} m ({layer}, {vintage}). Look for a nearer place."),
        limit=limit, **layer_facts(look)))


def nearest_m(shape: BaseGeometry, features: NDArray[np.object_], plane: LocalMetres) -> float | None:
    """Metres from a shape to the nearest of n features (all in degrees); None where there is none."""
    if not len(features):
        return None
    return float(shapely.distance(plane.metres(shape), plane.metres(features)).min())


def _too_near(shape: BaseGeometry, features: NDArray[np.object_], plane: LocalMetres, limit: float) -> BaseGeometry:
    zone = shapely.union_all(shapely.buffer(plane.metres(features), limit, **_ROUND))
    return polygons(shapely.intersection(shape, plane.degrees(zone)))


def _said(look: Look, msgid: str, value: float) -> Text:
    limit = look.rule.limit or 0.0
    return Text(msgid, value=beside(value, limit, places("m")), limit=limit, **layer_facts(look))
