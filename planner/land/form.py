"""Looking at the form of a parcel: where it is too narrow to build on. No layer is asked."""

from __future__ import annotations

import shapely
from shapely.geometry.base import BaseGeometry

from planner.figures import figure
from planner.land.finding import Finding, State
from planner.land.geodesy import local_metres
from planner.land.look import Look, answer
from planner.land.noise import area_m2, is_noise, polygons
from planner.text import N_, Text
from planner.units import mu

# A corner is no narrow part: mitres keep corners down to 2 * asin(1 / 20), about 6 degrees.
_MITRE = {"join_style": "mitre", "mitre_limit": 20.0}


def narrow(look: Look) -> Finding | None:
    """Parts of the parcel narrower than ``width_m``, when they exceed ``rule.limit`` m2.

    Options: width_m; noise_m and noise_m2 (what is digitising noise). ``value`` is the area of those parts in m2.
    """
    rule, width_m = look.rule, float(look.rule.options["width_m"])
    parts = narrow_parts(look.parcel.shape, width_m, noise_m=float(rule.options["noise_m"]),
                         noise_m2=float(rule.options["noise_m2"]))
    area = area_m2(parts)
    facts = {"rule": Text(rule.title), "width": width_m}
    if area > (rule.limit or 0.0):
        return answer(rule, State.HIT, value=area, where=parts, message=Text(
            N_("{rule}: {area} ({mu}) are narrower than {width:,.10g} m. Draw the parcel without them, or broader."),
            area=figure(area, "m2"), mu=figure(mu(area), "mu"), **facts))
    return answer(rule, State.CLEAR, value=area, message=Text(
        N_("{rule}: no part is narrower than {width:,.10g} m."), **facts))


def narrow_parts(shape: BaseGeometry, width_m: float, *, noise_m: float, noise_m2: float) -> BaseGeometry:
    """The parts of a shape (degrees) that vanish when it is shrunk by half a width and grown again; no noise."""
    plane = local_metres(shape)
    inner = plane.metres(shape).buffer(-width_m / 2, **_MITRE).buffer(width_m / 2, **_MITRE)
    left = polygons(shapely.difference(shape, plane.degrees(inner)))
    kept = [part for part in shapely.get_parts(left) if not is_noise(part, width_m=noise_m, below_m2=noise_m2)]
    return shapely.MultiPolygon(kept)
