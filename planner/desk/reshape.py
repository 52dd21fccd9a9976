"""A parcel divided into areas, or fitted to what it may take: the stories behind `split`, `fit` and the card's advice.

Everything here reads and thinks; nothing is written. A fitted parcel is looked at again before anyone is told.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from planner.admission.outcome import Case
from planner.desk.documents import Document
from planner.desk.documents_check import check
from planner.desk.ground import held_parcels, site_of
from planner.desk.limits import Around, known_ground, standing, written
from planner.energy.project import Project
from planner.errors import InputError, PlannerError
from planner.figures import area, figure
from planner.land.fit import INWARD, LARGEST, SHIFT, Fitted, fit
from planner.land.geodesy import ellipsoid_m2, local_metres
from planner.land.parcel import Parcel
from planner.land.quantity import Quantity
from planner.land.split import Part
from planner.land.sweep import COMPASS
from planner.text import N_, Text, Translate
from planner.units import in_base, mu
from planner.verdict import Verdict

if TYPE_CHECKING:
    from planner.desk.desk import Desk

REACH = "fit_reach_m"  # how far a parcel may move
SAID = {
    LARGEST: N_("The largest part that meets {what} has {left}."),
    INWARD: N_("Draw all sides in by {metres} m to meet {what}; {left} are left."),
    SHIFT: N_("Move the parcel {metres} m towards {bearing} degrees (north 0, east 90) to meet {what}."),
    "north": N_("Draw the north side {metres} m southwards to meet {what}; {left} are left."),
    "east": N_("Draw the east side {metres} m westwards to meet {what}; {left} are left."),
    "south": N_("Draw the south side {metres} m northwards to meet {what}; {left} are left."),
    "west": N_("Draw the west side {metres} m eastwards to meet {what}; {left} are left."),
}
EDGE = N_("Draw edge {edge} in by {metres} m to meet {what}; {left} are left.")
STAYS = N_("The parcel already meets {what}.")
NOTHING_TO_MEET = N_("what was asked")
NO_WAY = N_("No way leads there: nothing of the parcel would be left, or no place was found near enough.")


class AreasUnreadable(InputError):
    code = "E_AREAS"
    sentence = N_("'{areas}' is no list of areas. Write the areas of the parts in mu, e.g. 12, 8.5, 20.")


@dataclass(frozen=True)
class Way:
    """A fitted parcel with its new case, what was measured of each limit before and after, and the sentence that says
    it."""

    fitted: Fitted
    case: Case
    limits: tuple[tuple[Quantity, float, float], ...]
    sentence: Text


def ways(
    desk: Desk,
    parcel: Parcel,
    hows: Sequence[str],
    *,
    limits: Sequence[str] = (),
    on: date | None = None,
    project: Project | None = None,
    park: str | None = None,
    reach_m: float | None = None,
) -> list[Way]:
    """The parcel fitted in each of some ways, the one that keeps most land first.

    ``limits`` as a person writes them ("paddy<=37.2mu", "ecological_redline<=0"); without any, what stands against
    the parcel's own case. Raises LimitUnreadable, SurveyUnknown, LayerMissing, SideUnknown and as ``Desk.look``.
    """
    case = desk.look(parcel, on=on, project=project, park=park)
    found = [way for how in hows if (way := one_way(desk, case, how, limits, project, reach_m)) is not None]
    return sorted(found, key=lambda way: (-round(way.fitted.ellipsoid_m2), way.fitted.metres or 0.0))


def one_way(
    desk: Desk, case: Case, how: str, limits: Sequence[str], project: Project | None, reach_m: float | None = None
) -> Way | None:
    """One case fitted in one way, looked at again; None where the way leads nowhere.

    Without limits what stands against the case is taken away, or, where that cannot be, what decides its verdict.
    """
    reach = desk.parameters.coefficient(REACH, case.on).value if reach_m is None else reach_m
    moves = how == SHIFT
    around = around_of(desk, case, project, reach if moves else 0.0)
    if limits:
        tried = [[limit for word in limits for limit in written(around, word)]]
    else:
        tried = [standing(around, case, least=least, everywhere=moves) for least in _levels(case)]
    for asked in tried:
        keeps = known_ground(around, asked) if moves else asked
        fitted = fit(case.parcel.shape, keeps, how, reach_m=reach)
        if fitted is not None:
            return _looked_at(desk, case, project, fitted, asked)
    return None


def advice(desk: Desk, case: Case, project: Project | None) -> Way | None:
    """What would change a bad verdict: the side that comes in with the least loss, when the case is then better and
    enough of the parcel is left. None where no side helps."""
    worth = desk.parameters.coefficient("fit_worth_share", case.on).value * case.ellipsoid_m2
    try:
        around = around_of(desk, case, project, 0.0)
        for least in _levels(case):
            limits = standing(around, case, least=least, everywhere=False)
            fits = [fitted for side in COMPASS if (fitted := fit(case.parcel.shape, limits, side, reach_m=0.0))]
            best = max(fits, key=lambda fitted: fitted.ellipsoid_m2, default=None)
            if limits and best is not None and best.metres and best.ellipsoid_m2 >= worth:
                way = _looked_at(desk, case, project, best, limits)
                if way.case.verdict < case.verdict:
                    return way
    except PlannerError:  # no advice is better than a page without its verdict
        return None
    return None


def _levels(case: Case) -> list[Verdict]:
    """First all that stands against a case, then only what makes it as bad as it is."""
    return list(dict.fromkeys([Verdict.WARN, max(case.verdict, Verdict.WARN)]))


def _looked_at(desk: Desk, case: Case, project: Project | None, fitted: Fitted, limits: Sequence[Quantity]) -> Way:
    """A fitted parcel with its own case."""
    made = Parcel(case.parcel.id, fitted.shape, case.parcel.name)
    after = desk.look(made, on=case.on, project=project, park=case.park)
    measured = tuple((limit, limit.of(case.parcel.shape), limit.of(fitted.shape)) for limit in limits)
    return Way(fitted, after, measured, sentence(fitted, measured))


def around_of(desk: Desk, case: Case, project: Project | None, reach_m: float) -> Around:
    """The ground of a case's parcel, and as far around it as it may move."""
    layers = desk.ground.by_role()
    shape = case.parcel.shape
    if reach_m:
        shape = within_reach(shape, reach_m)
    site = site_of(case.parcel, layers.get("parks", ()), case.park, project)
    held = held_parcels(desk.book.standing(), desk.store.holders())
    parameters = desk.parameters.of_day(case.on)
    return Around(case.parcel, shape, layers, parameters.rules_on(case.on, site), parameters, case.on,
                  case.takes, held)


def within_reach(shape: BaseGeometry, reach_m: float) -> BaseGeometry:
    """All ground that a parcel may come to lie on when it moves so far."""
    plane = local_metres(shape)
    moved: BaseGeometry = plane.degrees(plane.metres(shape).buffer(reach_m, join_style="mitre"))
    return moved


def sentence(fitted: Fitted, measured: Sequence[tuple[Quantity, float, float]]) -> Text:
    """A way in one sentence. Metres are rounded up, so that who draws them is on the safe side."""
    broken = [limit.title for limit, before, _ in measured if before > limit.most]
    what = _listed(list(dict.fromkeys(broken)) or [limit.title for limit, *_ in measured])
    if fitted.metres == 0.0:
        return Text(STAYS, what=what)
    left, metres = figure(mu(fitted.ellipsoid_m2), "mu"), _up(fitted.metres or 0.0)
    if fitted.how == LARGEST:
        return Text(SAID[LARGEST], what=what, left=left)
    if fitted.how == SHIFT:
        return Text(SAID[SHIFT], metres=metres, bearing=f"{fitted.bearing_deg or 0.0:.0f}", what=what)
    if fitted.how in SAID:
        return Text(SAID[fitted.how], metres=metres, what=what, left=left)
    return Text(EDGE, edge=fitted.how, metres=metres, what=what, left=left)


def areas_m2(words: str) -> list[float]:
    """Areas in mu, as a person lists them ("12, 8.5 20"), in m2. Raises AreasUnreadable."""
    try:
        found = [in_base(float(word), "mu") for word in re.split(r"[\s,;，、；]+", words.strip())]
    except ValueError:
        raise AreasUnreadable(areas=words) from None
    if not all(math.isfinite(area_m2) for area_m2 in found):
        raise AreasUnreadable(areas=words)
    return found


def _up(metres: float) -> str:
    """Whole metres, tenths below ten, rounded up; of a centimetre too little no rule makes more than a note."""
    tenths = math.ceil(round(round(metres, 2) * 10, 6))
    return f"{math.ceil(tenths / 10)}" if tenths >= 100 else f"{tenths / 10:g}"


def _listed(titles: Sequence[Text]) -> Text:
    """Titles in a row, as a sentence that has not chosen its language."""
    if not titles:
        return Text(NOTHING_TO_MEET)
    said = titles[0]
    for title in titles[1:]:
        said = Text(N_("{one}, {other}"), one=said, other=title)
    return said


# ---------------------------------------------------------------- documents
def parcel_document(parcel: Parcel) -> Document:
    """A parcel by its id and its area."""
    area_m2 = float(ellipsoid_m2(parcel.shape))
    return {"id": parcel.id, "ellipsoid_m2": area_m2, "mu": mu(area_m2)}


def way_shapes(found: Sequence[Way], parcel: Parcel, say: Translate) -> list[tuple[Document, BaseGeometry]]:
    """(properties, shape in EPSG:4490) of each way, for a GeoJSON."""
    return [
        ({"id": parcel.id, "how": way.fitted.how, "metres": way.fitted.metres, "sentence": way.sentence.say(say)},
         way.fitted.shape)
        for way in found
    ]


def way_document(way: Way, say: Translate) -> Document:
    """One row of `planner fit`."""
    fitted = way.fitted
    return {
        "how": fitted.how,
        "metres": fitted.metres,
        "bearing_deg": fitted.bearing_deg,
        "ellipsoid_m2": fitted.ellipsoid_m2,
        "mu": mu(fitted.ellipsoid_m2),
        "limits": [
            {"of": limit.title.say(say), "most": limit.most, "before": was, "after": now}
            for limit, was, now in way.limits
        ],
        "sentence": way.sentence.say(say),
        "check": check(way.case, say),
    }


def part_document(part: Part) -> Document:
    """One row of `planner split`."""
    return {
        **parcel_document(part.parcel),
        "asked_m2": part.asked_m2,
        "parts": len(getattr(part.parcel.shape, "geoms", [part.parcel.shape])),
    }


def part_line(part: Part, say: Translate) -> str:
    """A part for people."""
    return f"{part.parcel.id:<20} {area(part.ellipsoid_m2).say(say)}"
