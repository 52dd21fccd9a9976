"""Looking at how much of a parcel one kind of ground makes: a share with a floor or a ceiling, judged unrounded."""

from __future__ import annotations

import numpy as np
import shapely

from planner.figures import SAME, bound, percent
from planner.land.finding import Finding, State
from planner.land.geodesy import ellipsoid_m2
from planner.land.look import Look, answer, layer_facts, layer_of, met, not_seen, unseen_part
from planner.land.noise import area_m2, polygons
from planner.text import N_, Text


def share(look: Look) -> Finding | None:
    """The share of the parcel that features of a layer hold, against ``rule.limit`` (0-1); exactly at it passes.

    Options: bound = least or most; kinds or codes ("a|b") pick the features. Overlapping features count once.
    ``where`` is what is too much, or the ground that would have to be of the kind and is not. A share that is too
    small is not checkable while the ground that the layer does not know could make up for it.
    """
    layer, rule, shape = layer_of(look), look.rule, look.parcel.shape
    least = rule.options["bound"] == "least"
    features = np.asarray(layer.frame.geometry.values)[met(look, shape)]
    inside = polygons(shapely.intersection(shapely.union_all(features), shape))
    whole, limit = float(ellipsoid_m2(shape)), rule.limit or 0.0
    value = area_m2(inside) / whole
    unseen = unseen_part(look)
    unknown = area_m2(unseen) / whole
    short = value + unknown < limit * (1 - SAME)
    if short if least else value > limit * (1 + SAME):
        said = (N_("{rule}: {value} of the parcel, below the floor of {limit} ({layer}, {vintage}). Plan more of it.")
                if least else N_("{rule}: {value} of the parcel, above the cap of {limit} ({layer}, {vintage}). "
                                 "Draw the parcel with less of it."))
        where = polygons(shapely.difference(shape, inside)) if least else inside
        return answer(rule, State.HIT, _said(look, said, value), value=value, layer=layer, where=where)
    if unknown > 0:
        return not_seen(look, unseen)
    met_it = N_("{rule}: {value} of the parcel, against {limit} ({layer}, {vintage}).")
    return answer(rule, State.CLEAR, _said(look, met_it, value), value=value, layer=layer)


def _said(look: Look, msgid: str, value: float) -> Text:
    limit = look.rule.limit or 0.0
    return Text(msgid, value=percent(value, limit), limit=bound(limit), **layer_facts(look))
