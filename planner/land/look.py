"""Looking at one layer: land of it inside the parcel (overlap), or land of the parcel outside it (within).

A feature is evidence wherever it lies; without a hit, a parcel that reaches beyond the layer's coverage is not
checkable. Overlapping features count once. An overlap too thin to be land is a note with its area, never a silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from planner.figures import figure
from planner.land.finding import Finding, Severity, State
from planner.land.geodesy import ellipsoid_m2, local_metres
from planner.land.noise import area_m2, is_noise, more_than_rounding, polygons
from planner.land.parcel import Layer, Parcel, absent
from planner.parameters import Rule
from planner.text import N_, Text
from planner.units import mu

HELD = frozenset({"reserved", "committed"})
NOTHING = shapely.Polygon()
_NAMED = 3  # features a message names before it counts the rest


@dataclass(frozen=True)
class Look:
    """One rule looking at one layer (None for a rule about the project): all that a check may know.

    ``peers`` are all layers of the role; ``held`` the ids of parcels reserved or committed in the book.
    """

    parcel: Parcel
    rule: Rule
    layer: Layer | None
    peers: tuple[Layer, ...] = ()
    project: Mapping[str, Any] | None = None
    held: frozenset[str] = frozenset()


def overlap(look: Look) -> Finding | None:
    """Land of a layer that lies inside the parcel, when it exceeds ``rule.limit`` m2.

    Options: noise_m and noise_m2 (what is digitising noise); parcels = held or others picks the features of a layer of
    parcels by whether they are reserved or committed, and itself_m leaves out the parcel itself: the same id, or the
    same boundary to that many metres. ``value`` is the whole overlap in m2, not the excess over the limit.
    """
    layer = layer_of(look)
    hits = met(look, look.parcel.shape)
    cut = shapely.intersection(np.asarray(layer.frame.geometry.values)[hits], look.parcel.shape)
    solid = more_than_rounding(cut, ellipsoid_m2(cut))
    inside = polygons(shapely.union_all(cut[solid])) if solid.any() else NOTHING
    return _judged(look, inside, hits[solid])


def within(look: Look) -> Finding | None:
    """Land of the parcel outside the layer's features, when it exceeds ``rule.limit`` m2.

    Options: noise_m and noise_m2 as for ``overlap``; layers = together lets the features of all layers of the role hold
    the parcel. Without any feature the rule is not checkable.
    """
    layers = look.peers if look.rule.options.get("layers") == "together" else (layer_of(look),)
    if not any(len(layer.frame) for layer in layers):
        return answer(look.rule, State.NOT_CHECKABLE, Text(
            N_("{rule}: the layer {layer} has no features ({vintage}). Import them."), **layer_facts(look)),
            layer=layer_of(look))
    inside = [np.asarray(layer.frame.geometry.values)[layer.tree.query(look.parcel.shape, predicate="intersects")]
              for layer in layers]
    outside = shapely.difference(look.parcel.shape, shapely.union_all(np.concatenate(inside)))
    return _judged(look, polygons(outside), np.empty(0, np.intp))


def no_layer(rule: Rule) -> Finding:
    """The finding of a rule whose role has no layer at all."""
    return answer(rule, State.NOT_CHECKABLE, Text(
        N_("{rule}: there is no layer of the role {role}. Import one."), rule=Text(rule.title), role=rule.role))


def answer(rule: Rule, state: State, message: Text, *, value: float | None = None, layer: Layer | None = None,
           objects: tuple[str, ...] = (), where: BaseGeometry | None = None,
           severity: Severity | None = None) -> Finding:
    """A finding of a rule, of its own severity unless another is given."""
    return Finding(
        rule=rule.rule, title=rule.title, state=state, severity=severity or Severity[rule.severity.upper()],
        message=message, value=value, limit=rule.limit, unit=rule.unit, role=rule.role,
        layer=layer.name if layer else None, as_of=layer.as_of if layer else None, source=rule.source,
        status=rule.status, objects=objects, where=where,
    )


# ---------------------------------------------------------------- judging
def _judged(look: Look, piece: BaseGeometry, features: NDArray[np.intp]) -> Finding:
    """The finding of an offending piece (degrees, maybe empty) of those features."""
    rule, layer, area = look.rule, layer_of(look), area_m2(piece)
    seen = {"value": area, "where": piece, "objects": tuple(_id(layer, int(i)) for i in features), "layer": layer}
    over = area > (rule.limit or 0.0)
    width_m, below_m2 = (float(rule.options[name]) for name in ("noise_m", "noise_m2"))
    if over and not is_noise(piece, width_m=width_m, below_m2=below_m2):
        return answer(rule, State.HIT, _hit_message(look, area, features), **seen)
    unseen = unseen_part(look)
    # Noise says nothing about the ground that the layer does not know: that must not read as harmless.
    if area_m2(unseen) > 0:
        return not_seen(look, unseen)
    if over:
        message = Text(N_("{rule}: {area_m2:,.3g} m2 {what} are digitising noise, review ({layer}, {vintage})."),
                       area_m2=area, what=_what(look, features), **layer_facts(look))
        return answer(rule, State.HIT, message, severity=Severity.NOTE, **seen)
    return answer(rule, State.CLEAR, Text(N_("{rule}: clear ({layer}, {vintage})."), **layer_facts(look)),
                  value=area, layer=layer)


def not_seen(look: Look, unseen: BaseGeometry) -> Finding:
    """The finding of ground that the layer would have to know and does not."""
    return answer(look.rule, State.NOT_CHECKABLE, unseen_message(look, unseen), layer=layer_of(look), where=unseen)


def unseen_part(look: Look, ground: BaseGeometry | None = None) -> BaseGeometry:
    """The part of some ground (the parcel) outside the layer's coverage; all of it where none is stated."""
    coverage = layer_of(look).coverage
    shape = look.parcel.shape if ground is None else ground
    return shape if coverage is None else polygons(shapely.difference(shape, coverage))


def layer_of(look: Look) -> Layer:
    if look.layer is None:
        raise TypeError(f"rule {look.rule.rule} has no role, but its check {look.rule.check} looks at a layer")
    return look.layer


# ---------------------------------------------------------------- which features count
def met(look: Look, shape: BaseGeometry) -> NDArray[np.intp]:
    """Rows of the layer's features that touch a shape and count for the rule."""
    layer = layer_of(look)
    hits: NDArray[np.intp] = layer.tree.query(shape, predicate="intersects")
    return hits[[counts(look, layer, int(i)) for i in hits]] if len(hits) else hits


def chosen_rows(rule: Rule, layer: Layer) -> NDArray[np.bool_]:
    """Which features a rule's options kinds and codes ("a|b") pick, a row each; without them all."""
    kept = np.ones(len(layer.frame), bool)
    for option, column in (("kinds", "kind"), ("codes", "code")):
        if option in rule.options:
            words = rule.options[option].split("|")
            kept &= layer.frame[column].isin(words).to_numpy() if column in layer.frame else False
    return kept


def counts(look: Look, layer: Layer, row: int) -> bool:
    """Whether a feature counts: by the options kinds and codes, and by whose parcel it is."""
    for option, column in (("kinds", "kind"), ("codes", "code")):
        if option in look.rule.options and _word(layer, column, row) not in look.rule.options[option].split("|"):
            return False
    wanted = look.rule.options.get("parcels")
    if wanted is None:
        return True
    id_ = _id(layer, row)
    if id_ == look.parcel.id or _same_outline(look, layer.frame.geometry.iloc[row]):
        return False
    held = id_ in look.held or _word(layer, "status", row) in HELD
    return held == (wanted == "held")


def _same_outline(look: Look, other: BaseGeometry) -> bool:
    """Whether two shapes have the same boundary to ``itself_m`` metres."""
    plane, near = local_metres(look.parcel.shape), float(look.rule.options["itself_m"])
    one, two = plane.metres(look.parcel.shape), plane.metres(other)
    if np.abs(np.subtract(one.bounds, two.bounds)).max() > near:
        return False
    # Vertices alone do not tell: the same corners joined in another order are other land.
    same_corners = shapely.hausdorff_distance(one.boundary, two.boundary) <= near
    return bool(same_corners and one.symmetric_difference(two).buffer(-near).is_empty)


def _word(layer: Layer, column: str, row: int) -> str:
    value = layer.frame[column].iloc[row] if column in layer.frame else None
    return "" if absent(value) else str(value)


def _id(layer: Layer, row: int) -> str:
    return _word(layer, "id", row) or str(row + 1)


# ---------------------------------------------------------------- sentences
def layer_facts(look: Look) -> dict[str, Any]:
    layer = layer_of(look)
    dated = Text(N_("as of {date}"), date=layer.as_of.isoformat()) if layer.as_of else Text(N_("no date stated"))
    return {"rule": Text(look.rule.title), "layer": layer.name, "vintage": dated}


def _hit_message(look: Look, area: float, features: NDArray[np.intp]) -> Text:
    facts = {"area": figure(area, "m2"), "mu": figure(mu(area), "mu"), "what": _what(look, features),
             **layer_facts(look)}
    if len(features):
        return Text(N_("{rule}: {area} ({mu}) {what} ({layer}, {vintage}). "
                       "Draw the parcel clear of it."), **facts)
    return Text(N_("{rule}: {area} ({mu}) {what} ({layer}, {vintage}). "
                   "Draw the parcel inside it."), **facts)


def _what(look: Look, features: NDArray[np.intp]) -> Text:
    """Where the piece lies: in named features, or outside all of them."""
    if not len(features):
        return Text(N_("of the parcel outside the boundary"))
    layer = layer_of(look)
    names = ", ".join(_word(layer, "name", int(i)) or _id(layer, int(i)) for i in features[:_NAMED])
    if len(features) <= _NAMED:
        return Text(N_("of the parcel in {names}"), names=names)
    return Text(N_("of the parcel in {names} and {more} more"), names=names, more=len(features) - _NAMED)


def unseen_message(look: Look, unseen: BaseGeometry) -> Text:
    if layer_of(look).coverage is None:
        return Text(N_("{rule}: the layer {layer} does not say where it knows the ground ({vintage}). "
                       "Import it with its coverage."), **layer_facts(look))
    area = area_m2(unseen)
    return Text(N_("{rule}: {area} ({mu}) of the parcel lie where {layer} has no data ({vintage}). "
                   "Import a layer that covers them."),
                area=figure(area, "m2"), mu=figure(mu(area), "mu"), **layer_facts(look))
