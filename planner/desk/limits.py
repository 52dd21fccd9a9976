"""What a parcel may take at most: limits a person writes, or those that stand against a case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from planner.admission.case import verdict_of
from planner.admission.outcome import Case
from planner.desk.paper import ROLE_TITLES
from planner.errors import InputError, LayerMissing
from planner.land.finding import State, Takes
from planner.land.look import Look
from planner.land.noise import area_m2, polygons
from planner.land.offsets import grain_kg_per_ha
from planner.land.parcel import Layer, Parcel
from planner.land.quantity import Quantity, Weigh, classes, features, outside, plain
from planner.parameters import LandClass, Parameters, Rule
from planner.text import N_, Text
from planner.units import in_base, m2_from_ha
from planner.verdict import Verdict
from planner.words import LANGUAGES, translator

GROUND_CHECKS = ("overlap", "within")
TOTALS = {"new_construction": "new_construction_m2", "cultivated": "offset_quantity_m2", "paddy": "offset_paddy_m2"}
TITLES = {
    "new_construction_m2": N_("New construction land"),
    "offset_quantity_m2": N_("Cultivated land, net of ridges"),
    "offset_paddy_m2": N_("Paddy, net of ridges"),
    "offset_grain_kg": N_("Grain capacity"),
}
# What a person calls a total; the names of roles, land classes and units are those of the map.
PLAIN = {"new_construction": N_("new construction land"), "cultivated": N_("cultivated land"), "paddy": N_("paddy")}
UNITS = {"m2": N_("m2"), "ha": N_("ha"), "mu": N_("mu")}
_WRITTEN = re.compile(r"\s*([^\s<>=≤][^<>=≤]*?)\s*(?:<=|≤)\s*([0-9]+(?:\.[0-9]+)?)\s*([^\s0-9.,]*)\s*")


class LimitUnreadable(InputError):
    code = "E_LIMIT"
    sentence = N_("'{limit}' is no limit. Write NAME<=AMOUNT with m2, ha or mu, e.g. paddy<=37.2mu; names are {known}, "
                  "or the code of a land class.")


class SurveyUnknown(InputError):
    code = "E_UNKNOWN"
    sentence = N_("What parcel {parcel} takes is not known, so it cannot be fitted to a limit. {reason}")


@dataclass(frozen=True)
class Around:
    """The ground in which a parcel may lie: itself, or as far as it may move."""

    parcel: Parcel
    where: BaseGeometry
    layers: Mapping[str, Sequence[Layer]]
    rules: tuple[Rule, ...]
    parameters: Parameters
    on: date
    takes: Takes
    held: frozenset[str] = frozenset()

    @property
    def surveys(self) -> Sequence[Layer]:
        return self.layers.get("land_survey", ())


def written(around: Around, word: str) -> list[Quantity]:
    """The limits of ``NAME<=AMOUNT``: a total (paddy, cultivated, new_construction), a land class, or a role of layers
    that a rule looks at; names and units as programs or as people call them, in any language.

    Raises LimitUnreadable, SurveyUnknown, LayerMissing.
    """
    found = _WRITTEN.fullmatch(word)
    ground_rules = [rule for rule in around.rules if rule.check in GROUND_CHECKS]
    roles = dict.fromkeys(rule.role for rule in ground_rules)
    titles = PLAIN | {role: ROLE_TITLES[role] for role in roles}
    classes_ = {code: row.name for (_, code), row in around.parameters.classes.items()}
    name = _called(classes_ | titles).get(found[1].casefold()) if found else None
    unit = _called(UNITS).get(found[3].casefold()) if found else None
    if found is None or name is None or (unit is None and (found[3] or float(found[2]))):
        raise LimitUnreadable(limit=word, known=_listed(titles.values()))
    most = in_base(float(found[2]), unit or "m2")
    if name in roles:
        if not around.layers.get(name):
            raise LayerMissing(wanted=name, known=", ".join(around.layers) or "-")
        return [limit for rule in ground_rules if rule.role == name for limit in _of_rule(around, rule, most)]
    _refuse_unknown(around)
    if name in TOTALS:
        return [of_quota(around, TOTALS[name], most)]
    return [classes(Text(N_("land of class {code}"), code=name), around.surveys, around.where, most,
                    parameters=around.parameters, weigh=lambda kind, ridges, grade: float(kind.code == name))]


def _called(titles: Mapping[str, str]) -> dict[str, str]:
    """What a name may be called, in small letters -> the name: itself or its title in any language; of two with one
    title the later."""
    said = {translator(lang)(title).casefold(): name for lang in LANGUAGES for name, title in titles.items()}
    return said | {name.casefold(): name for name in titles}


def _listed(titles: Iterable[str]) -> Text:
    first, *rest = (Text(title) for title in titles)
    listed: Text = first
    for one in rest:
        listed = Text(N_("{one}, {other}"), one=listed, other=one)
    return listed


def standing(around: Around, case: Case, *, least: Verdict, everywhere: bool) -> list[Quantity]:
    """What stands against a case: rules hit and land quotas that are short, of those that make it at ``least`` so bad.
    With ``everywhere`` also the rules and quotas that hold where the parcel lies, for one that is moved."""
    hit = {seen.rule for seen in case.findings if seen.state == State.HIT and verdict_of(seen) >= least}
    limits = [limit for rule in around.rules
              if rule.check in GROUND_CHECKS and rule.severity != "note" and (everywhere or rule.rule in hit)
              for limit in _of_rule(around, rule, rule.limit or 0.0)]
    for row in case.quotas:
        short = row.state == Verdict.EXCEEDS >= least
        if row.quota in TITLES and row.free is not None and row.asked and (short or everywhere):
            _refuse_unknown(around)
            limits.append(of_quota(around, row.quota, max(row.free, 0.0)))
    return limits


def of_quota(around: Around, quota: str, most: float) -> Quantity:
    """The amount a land quota is asked, in its unit."""
    return classes(Text(TITLES[quota]), around.surveys, around.where, most, parameters=around.parameters,
                   weigh=_weigh(around, quota))


def known_ground(around: Around, limits: Iterable[Quantity]) -> list[Quantity]:
    """For a parcel that is moved: limits that keep it where the survey and the layers looked at know the ground, as
    well as they know it where the parcel lies."""
    surveyed = outside(Text(N_("the ground of the survey")), around.surveys, around.where,
                       around.parameters.coefficient("survey_gap_tolerance_m2", around.on).value)
    blind = [polygons(shapely.difference(around.where, layer.coverage))
             for rule in around.rules if rule.check == "overlap"
             for layer in around.layers.get(rule.role, ()) if layer.coverage is not None]
    here = [area_m2(polygons(shapely.intersection(ground, around.parcel.shape))) for ground in blind]
    title = Text(N_("the ground that the layers know"))
    kept = [surveyed] if around.surveys else []
    return [*limits, *kept, *(plain(title, ground, most) for ground, most in zip(blind, here, strict=True))]


def _weigh(around: Around, quota: str) -> Weigh:
    def counts(kind: LandClass, ridges: float, grade: int | None) -> float:
        if quota == "new_construction_m2":
            return float(kind.three_way != "construction")
        if not kind.cultivated or (quota == "offset_paddy_m2" and not kind.paddy):
            return 0.0
        if quota != "offset_grain_kg":
            return 1.0 - ridges
        return (1.0 - ridges) * (grain_kg_per_ha(around.parameters, grade, around.on) or 0.0) / m2_from_ha(1.0)

    return counts


def _of_rule(around: Around, rule: Rule, most: float) -> Iterator[Quantity]:
    layers = tuple(around.layers.get(rule.role, ()))
    if rule.check == "within" and rule.options.get("layers") == "together":
        yield outside(Text(rule.title), layers, around.where, most)
        return
    for layer in layers:
        if rule.check == "within":
            yield outside(Text(rule.title), (layer,), around.where, most)
        else:
            look = Look(around.parcel, rule, layer, layers, held=around.held)
            yield features(Text(rule.title), look, around.where, most)


def _refuse_unknown(around: Around) -> None:
    if around.takes.why:
        raise SurveyUnknown(parcel=around.parcel.id, reason=around.takes.why[0])
