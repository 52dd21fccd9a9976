"""The words of a replay: what each line is of, which figure of it, and how either side is printed."""

from __future__ import annotations

from typing import Any

from planner.admission.case_compare import Row
from planner.admission.headline import name, quota_title
from planner.desk.replay import Replay
from planner.parameters import Parameters
from planner.text import N_, Text
from planner.verdict import Verdict, sign_named

PARTS = {"input": N_("rests on"), "verdict": N_("verdict"), "takes": N_("takes"), "finding": N_("finding"),
         "quota": N_("quota"), "demand": N_("energy and carbon")}
FIGURES = {
    "on": N_("day"), "parameters": N_("parameters"), "entries": N_("entries of the book"), "layer": N_("layer version"),
    "verdict": N_("verdict"), "state": N_("state"), "value": N_("measured"), "limit": N_("limit"),
    "as_of": N_("data of"), "asked": N_("asked"), "free": N_("free"), "short_by": N_("short by"),
    "new_construction_m2": N_("New construction land"), "cultivated_m2": N_("Cultivated land, net of ridges"),
    "paddy_m2": N_("of which paddy"), "grain_capacity_kg": N_("Grain capacity"),
    "uncovered_m2": N_("not covered by the survey"), "energy_tce": N_("energy before deductions"),
    "counted_tce": N_("energy counted"), "electricity_mwh": N_("electricity"), "carbon_tco2": N_("carbon"),
}
AGREES = N_("The recomputation of {on} gives to the last figure what was decided on.")
DIFFERS = N_("The recomputation of {on} does not give what was written down.")
STATES = {"hit": N_("hit"), "clear": N_("clear"), "not_checkable": N_("not checkable")}
MOST_UNLIKE = 20


def unlike(found: Replay) -> list[Text]:
    """Where the recomputation does not give what was written down; of many the first ones, and how many more."""
    said = [Text(N_("{path}: written down was {said}, recomputed is {recomputed}"), path=one.path, said=str(one.said),
                 recomputed=str(one.recomputed)) for one in found.unlike[:MOST_UNLIKE]]
    more = len(found.unlike) - MOST_UNLIKE
    return [*said, *([Text(N_("{count} more"), count=more)] if more > 0 else [])]


def titles(parameters: Parameters) -> dict[str, str]:
    """The printed name of each rule, a message id."""
    return {"park_state": N_("State of the park"), "regional_assessment": N_("Regional energy assessment"),
            **{rule.rule: rule.title for rule in parameters.rules}}


def subject(row: Row, parameters: Parameters) -> Text:
    """What a line is of: a rule by its title with the layer it looked at, a quota with its year, a layer by its
    name."""
    if row.part == "finding":
        rule, _, layer = row.of.partition(":")
        title = Text(titles(parameters).get(rule, rule))
        return Text("{title} ({layer})", title=title, layer=layer) if layer else title
    if row.part == "quota":
        quota, year = row.of.rsplit(" ", 1)
        return Text("{quota} {year}", quota=quota_title(quota, parameters), year=year)
    return Text("{of}", of=row.of)


def value(row: Row, one: Any) -> Text:
    """A figure (four places, its unit stands beside) or a word of one side; a dash where that side has none."""
    word = "-" if one is None else f"{one:,.4f}".rstrip("0").rstrip(".") if isinstance(one, float) else str(one)
    if row.figure in ("verdict", "state") and word.upper() in Verdict.__members__:
        return name(sign_named(word))
    return Text(STATES[word]) if word in STATES else Text("{word}", word=word)
