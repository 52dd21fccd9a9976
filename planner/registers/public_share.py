"""How much of a tract serves the public: by the parcels its plan names, else by planned use.

Judged on unrounded areas of the ellipsoid: 39.996 % fails and is printed with the digits that say so.
"""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from planner.figures import bound, figure, percent
from planner.land.finding import Finding
from planner.land.geodesy import ellipsoid_m2
from planner.land.noise import polygons
from planner.parameters import PublicUse, RegisterRule
from planner.registers.join import Joined, inside, shapes_of
from planner.registers.rows import Tract
from planner.registers.scene import Scene, clear, hit, unknown
from planner.text import N_, Text

# A share of areas is known to about this, relatively: a corner is known to some 1e-8 m.
_LAST_DIGITS = 1e-9


def public_land(row: Tract, joined: Joined, scene: Scene) -> tuple[float | None, float | None]:
    """(m2 that serve the public, m2 whose use is not known): by the parcels the plan names, else by planned use."""
    if joined.shape is None:
        return None, None
    if row.public_parcels:
        named = shapes_of(row.public_parcels, scene.layers.get("parcels", ()))
        if len(named) < len(row.public_parcels):
            return None, None
        land = shapely.intersection(shapely.union_all(list(named.values())), joined.shape)
        return float(ellipsoid_m2(polygons(land))), 0.0
    served: list[BaseGeometry] = []
    other: list[BaseGeometry] = []
    for layer in scene.layers.get("zoning", ()):
        rows, cuts = inside(joined.shape, layer)
        uses = scene.parameters.public_uses_on(scene.on)
        frame = layer.frame.iloc[rows]
        for system, code, cut in zip(frame["code_system"], frame["code"], cuts, strict=True):
            if any(use.code_system == system for use in uses):
                (served if _serves(str(system), str(code), uses) else other).append(cut)
    # Land that one plan gives to the public and another does not is not known.
    ours, theirs = shapely.union_all(served), shapely.union_all(other)
    public = float(ellipsoid_m2(polygons(shapely.difference(ours, theirs))))
    private = float(ellipsoid_m2(polygons(shapely.difference(theirs, ours))))
    return public, max(0.0, float(ellipsoid_m2(joined.shape)) - public - private)


def _serves(system: str, code: str, uses: Sequence[PublicUse]) -> bool:
    return any(use.code_system == system and code.startswith(use.code) for use in uses)


def judge_share(
    rule: RegisterRule, row: Tract, joined: Joined, public: float | None, unplanned: float | None
) -> Finding:
    limit = rule.limit or 0.0
    if joined.area_m2 is None or public is None or unplanned is None:
        return _share_as_stated(rule, row, limit)
    area, share = joined.area_m2, public / joined.area_m2
    facts = {
        "public": figure(public, "m2"),
        "area": figure(area, "m2"),
        "share": percent(share, limit, _LAST_DIGITS),
        "limit": bound(limit),
        "beside": _beside(row),
    }
    if share >= limit * (1 - _LAST_DIGITS):
        return clear(
            rule,
            Text(N_("{public} of {area} serve the public: {share}, at least {limit}{beside}."), **facts),
            value=share,
        )
    if (public + unplanned) / area >= limit and unplanned > area * _LAST_DIGITS:
        facts["unplanned"] = figure(unplanned, "m2")
        return unknown(
            rule,
            Text(
                N_(
                    "{public} of {area} surely serve the public: {share} of {limit}; the planned use of {unplanned} is "
                    "not known{beside}. Import the plan of the tract, or name its public-benefit parcels."
                ),
                **facts,
            ),
        )
    facts["short"] = figure(limit * area - public, "m2")
    return hit(
        rule,
        Text(
            N_("{public} of {area} serve the public: {share}, {short} short of {limit}{beside}. Plan more for it."),
            **facts,
        ),
        value=share,
        where=joined.shape,
    )


def _share_as_stated(rule: RegisterRule, row: Tract, limit: float) -> Finding:
    """Without ground a plan's own figures can only speak against it."""
    if row.stated_total_m2 is None or row.stated_public_m2 is None:
        return unknown(
            rule, Text(N_("The land of the plan is not known. Give its outline, or parcels that the workspace holds."))
        )
    share = row.stated_public_m2 / row.stated_total_m2
    facts = {"share": percent(share, limit), "limit": bound(limit)}
    if share < limit:
        return hit(
            rule,
            Text(N_("By its own figures the plan gives {share} to the public, at least {limit} are asked."), **facts),
            value=share,
        )
    return unknown(
        rule,
        Text(
            N_(
                "By its own figures the plan gives {share} to the public ({limit} are asked); its land is not known, "
                "so that nobody has measured it."
            ),
            **facts,
        ),
    )


def _beside(row: Tract) -> Text | str:
    if row.stated_total_m2 is None or row.stated_public_m2 is None:
        return ""
    return Text(
        N_(" (the plan states {public} of {area})"),
        public=figure(row.stated_public_m2, "m2"),
        area=figure(row.stated_total_m2, "m2"),
    )
