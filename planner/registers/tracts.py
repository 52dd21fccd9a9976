"""Tract development plans: enough for the public, no protected farmland, and little left lying in the same park."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from planner.figures import bound, figure, percent
from planner.land.checks import check_land
from planner.land.finding import Finding
from planner.land.geodesy import ellipsoid_m2
from planner.land.noise import polygons
from planner.land.parcel import Layer, Parcel
from planner.parameters import RegisterRule, Rule
from planner.registers.join import Joined
from planner.registers.public_share import judge_share, public_land
from planner.registers.rows import Row, Stock, Tract
from planner.registers.scene import Checked, Scene, clear, hit, judged, lacks, unknown
from planner.registers.stock import idle_since
from planner.text import N_, Text


def check_tract(row: Tract, joined: Joined, scene: Scene) -> Checked:
    """Findings and figures of one plan: area_m2, public_m2 (what surely serves the public), share of it, unplanned_m2
    (land of the tract whose planned use is not known)."""
    public, unplanned = public_land(row, joined, scene)
    area = joined.area_m2
    share = public / area if public is not None and area else None
    region = row.province

    def by(name: str, judge: Callable[[RegisterRule], Finding]) -> Finding:
        return judged(scene, name, judge, region=region)

    findings = (
        by("tract_public_share", lambda rule: judge_share(rule, row, joined, public, unplanned)),
        by("tract_farmland", lambda rule: _farmland(rule, row, joined, scene)),
        by("tract_consent", lambda rule: _consent(rule, row)),
        by("tract_unsupplied", lambda rule: _much(rule, row, scene, _unsupplied)),
        by("tract_idle", lambda rule: _much(rule, row, scene, _idle)),
        by("tract_inefficient", lambda rule: _much(rule, row, scene, _inefficient)),
        by("tract_missed", lambda rule: _missed(rule, row, scene)),
    )
    figures = {"area_m2": area, "public_m2": public, "public_share": share, "unplanned_m2": unplanned}
    return Checked(row, joined, figures, findings)


# ---------------------------------------------------------------- farmland, consent
def _farmland(rule: RegisterRule, row: Tract, joined: Joined, scene: Scene) -> Finding:
    """The check of a drawn parcel, under the clause of the tract."""
    if joined.shape is None:
        return unknown(
            rule, Text(N_("The land of the plan is not known. Give its outline, or parcels that the workspace holds."))
        )
    asked = Rule(rule.rule, rule.title, "overlap", "basic_farmland", rule.severity, rule.limit, rule.unit, rule.options,
                 needs_project=False, source=rule.source, status=rule.status)
    findings, _ = check_land(Parcel(row.id, joined.shape, row.name), scene.layers, [asked])
    return findings[0]


def _consent(rule: RegisterRule, row: Tract) -> Finding:
    if row.villagers is None or row.villagers_agreed is None:
        return lacks(rule, N_("Villagers' representatives"), N_("Representatives who agreed"))
    if not row.villagers:
        return unknown(rule, Text(N_("There is no representative of the villagers.")))
    share = Fraction(row.villagers_agreed, row.villagers)
    facts = {"agreed": row.villagers_agreed, "all": row.villagers}
    if share > Fraction(rule.limit or 0.0).limit_denominator(1000):
        return clear(rule, Text(N_("{agreed} of {all} representatives agreed."), **facts), value=float(share))
    message = N_("Only {agreed} of {all} representatives agreed; more than {limit} are asked.")
    return hit(rule, Text(message, limit=percent(rule.limit or 0.0), **facts), value=float(share))


# ---------------------------------------------------------------- what lies idle in the park
def _unsupplied(row: Stock, scene: Scene) -> bool:
    return row.kind == "approved_not_supplied"


def _idle(row: Stock, scene: Scene) -> bool:
    return row.kind == "supplied_not_built" and idle_since(row, scene) is not None


def _inefficient(row: Stock, scene: Scene) -> bool:
    return row.kind == "inefficient"


def _much(rule: RegisterRule, row: Tract, scene: Scene, counts: Callable[[Stock, Scene], bool]) -> Finding:
    """How much of the park's parcels stands in the register of stock land, against the share of the rule."""
    if not row.park:
        return lacks(rule, N_("Sub-park"))
    stock = [one for one in scene.registers.get("stock", ()) if isinstance(one, Stock) and one.park == row.park]
    whole = _parcels_m2(row.park, scene)
    if not stock:
        return unknown(
            rule,
            Text(N_("The register of stock land says nothing of {park}: enter what lies there first."), park=row.park),
        )
    if not whole:
        return unknown(rule, Text(N_("{park} is no park with parcels in the workspace."), park=row.park))
    counted = [scene.joined(one) for one in stock if one.open_on(scene.on) and counts(one, scene)]
    shapes = [one.shape for one in counted if one.shape is not None]
    lying = float(ellipsoid_m2(polygons(shapely.union_all(shapes)))) if shapes else 0.0
    facts = {
        "lying": figure(lying, "m2"),
        "park": row.park,
        "whole": figure(whole, "m2"),
        "share": percent(lying / whole, rule.limit or 0.0),
        "limit": bound(rule.limit or 0.0),
    }
    if lying / whole > (rule.limit or 0.0):
        return hit(
            rule,
            Text(N_("{lying} of {whole} in {park}: {share}, above {limit}. Use that land first."), **facts),
            value=lying / whole,
        )
    if len(shapes) < len(counted):
        return unknown(
            rule,
            Text(
                N_("The land of {count} rows of stock land in {park} is not known."),
                count=len(counted) - len(shapes),
                park=row.park,
            ),
        )
    return clear(
        rule, Text(N_("{lying} of {whole} in {park}: {share}, at most {limit}."), **facts), value=lying / whole
    )


def _parcels_m2(park: str, scene: Scene) -> float:
    """The parcels of a park, those whose middle lies in it."""
    ground = [_feature(layer, park) for layer in scene.layers.get("parks", ())]
    place = next((shape for shape in ground if shape is not None), None)
    if place is None:
        return 0.0
    total = 0.0
    for layer in scene.layers.get("parcels", ()):
        shapes: Any = np.asarray(layer.frame.geometry.values)
        total += float(np.sum(ellipsoid_m2(shapes[shapely.contains(place, shapely.point_on_surface(shapes))])))
    return total


def _feature(layer: Layer, id: str) -> BaseGeometry | None:
    hits = layer.frame.geometry[layer.frame["id"] == id]
    return hits.iloc[0] if len(hits) else None


# ---------------------------------------------------------------- earlier plans
def _missed(rule: RegisterRule, row: Tract, scene: Scene) -> Finding:
    if not row.park:
        return lacks(rule, N_("Sub-park"))
    earlier = list(_earlier(row, scene.registers.get("tracts", ()), scene.on))
    names = ", ".join(one.id for one in earlier)
    missed = [one for one in earlier if (one.missed_years or 0) >= (rule.limit or 0)]
    if missed:
        worst = max(missed, key=lambda one: one.missed_years or 0)
        facts = {"id": worst.id, "years": worst.missed_years, "park": row.park}
        return hit(
            rule,
            Text(N_("The plan {id} of {park} missed its yearly plan {years} years running."), **facts),
            value=float(worst.missed_years or 0),
            objects=tuple(one.id for one in missed),
        )
    silent = [one.id for one in earlier if one.missed_years is None]
    if silent:
        return unknown(rule, Text(N_("Whether {ids} kept to the yearly plans is not stated."), ids=", ".join(silent)))
    if not earlier:
        return clear(rule, Text(N_("The register holds no earlier plan of {park}."), park=row.park), value=0.0)
    return clear(
        rule,
        Text(N_("The earlier plans of {park} kept to their years: {ids}."), park=row.park, ids=names),
        value=float(max(one.missed_years or 0 for one in earlier)),
    )


def _earlier(row: Tract, rows: Sequence[Row], on: date) -> Iterator[Tract]:
    until = row.approved_on or row.submitted_on or on
    for one in rows:
        if not isinstance(one, Tract) or one.park != row.park or one.id == row.id:
            continue
        if one.approved_on is not None and one.approved_on <= until:
            yield one
