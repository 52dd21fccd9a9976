"""A regional energy assessment: its targets, bars and negative list decide how a project enters a sub-park.

Rows are entered by a person, each with its days and source. Where rows stand for a sub-park, a project that none of
them stops only files a commitment. A figure that a row asks about and nobody stated never passes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, model_validator

from planner.energy.load import Load
from planner.energy.project import Day, Project
from planner.energy.validation import Amount, Name, Positive, Problem, Strict, Year, validated
from planner.parameters import AssessmentRow, Region, in_force
from planner.text import N_, Text

EVERYWHERE = "*"
NONE, FILING = "none", "commitment_filing"
FULL_REVIEW, NOT_ADMITTED = "full_review", "not_admitted"
HARSH = (FULL_REVIEW, NOT_ADMITTED)

Figure = Callable[[Project, Load], float | None]
MEASURES: Mapping[str, Figure] = {
    "energy_tce": lambda project, load: load.calorific.tce,
    "energy_tce_equal": lambda project, load: load.equal.tce,
    "electricity_mwh": lambda project, load: load.electricity_mwh,
    "coal_t": lambda project, load: load.coal_t,
    "carbon_tco2": lambda project, load: load.carbon_tco2,
    "tce_per_wan_yuan_value_added": lambda project, load: _by(load.calorific.tce, project.value_added_wan_yuan),
    "tce_per_wan_yuan_output": lambda project, load: _by(load.calorific.tce, project.output_wan_yuan),
    "tco2_per_wan_yuan_value_added": lambda project, load: _by(load.carbon_tco2, project.value_added_wan_yuan),
    "pue": lambda project, load: project.data_centre.pue if project.data_centre else None,
    "two_high": lambda project, load: None if project.two_high is None else float(project.two_high),
}
# Measures that mean nothing for a project without that part: they pass it.
OF_A_PART = {"pue": "data_centre"}


class StatedRow(Strict):
    """One row as a person enters it."""

    id: Name
    sub_park: Name = EVERYWHERE
    kind: Literal["target", "bar", "negative"]
    then: Literal["full_review", "not_admitted"]
    measure: str = ""
    limit: Amount | None = None
    industry: str = Field(default="", max_length=200)
    valid_from: Day | None = None
    valid_to: Day | None = None
    source: Name

    @model_validator(mode="after")
    def _asks_something(self) -> StatedRow:
        if self.measure and self.measure not in MEASURES:
            raise Problem(Text(N_("measure '{measure}' is not known. Known are: {known}"), measure=self.measure,
                               known=", ".join(MEASURES)))
        if bool(self.measure) == bool(self.industry):
            raise Problem(Text(N_("give either a measure with its limit, or an industry, not both and not neither")))
        if (self.limit is None) == bool(self.measure):
            raise Problem(Text(N_("a measure needs a limit, an industry has none")))
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise Problem(Text(N_("it ends on {last}, before it begins on {first}"), first=self.valid_from.isoformat(),
                               last=self.valid_to.isoformat()))
        return self


class StatedRegion(Strict):
    """The region of an impact test as a person enters it."""

    id: Name
    base_year: Year
    energy_tce: Positive
    value_added_wan_yuan: Positive
    allowed_increase_tce: Positive
    valid_from: Day | None = None
    valid_to: Day | None = None
    source: Name


def row_from(fields: Mapping[str, Any]) -> AssessmentRow:
    """A row from the fields of a form or a record. Raises ScenarioError naming the field and the way out."""
    return AssessmentRow(**validated(StatedRow, fields, place=str(fields.get("id", "assessment"))).model_dump())


def region_from(fields: Mapping[str, Any]) -> Region:
    """A region from the fields of a form or a record. Raises ScenarioError."""
    return Region(**validated(StatedRegion, fields, place=str(fields.get("id", "region"))).model_dump())


@dataclass(frozen=True)
class Regional:
    """What the assessment says of a project, the document, and the rows that decided (each with its reason)."""

    state: str
    rule: str
    why: tuple[Text, ...] = ()


def regional(
    project: Project, load: Load, rows: Iterable[AssessmentRow], on: Any, *, places: Sequence[str] = ()
) -> Regional:
    """How a project enters its sub-park on a day: full review, not admitted, a commitment, or none where no row stands.

    ``places`` (the sub-park its parcel lies in, the account it draws on) stand in where the project names none.
    """
    here = (EVERYWHERE, *((project.sub_park,) if project.sub_park else places))
    dated = [row for row in rows if in_force(row, on) and row.sub_park in here]
    if not dated:
        return Regional(NONE, "")
    met = [(row, why) for row in dated if (why := meets(row, project, load)) is not None]
    if not met:
        return Regional(FILING, "; ".join(dict.fromkeys(row.source for row in dated)))
    worst = max((row.then for row, _ in met), key=HARSH.index)
    decided = [(row, why) for row, why in met if row.then == worst]
    return Regional(worst, decided[0][0].source, tuple(why for _, why in decided))


def meets(row: AssessmentRow, project: Project, load: Load) -> Text | None:
    """Why a row stops a project, None where it does not."""
    if row.industry:
        if not project.industry:
            return Text(N_("{row}: the industry of the project is not stated"), row=row.id)
        listed = project.industry.casefold().startswith(row.industry.casefold())
        return Text(N_("{row}: {industry} is on the negative list"), row=row.id,
                    industry=project.industry) if listed else None
    part = OF_A_PART.get(row.measure)
    if part is not None and getattr(project, part) is None:
        return None
    value, limit = MEASURES[row.measure](project, load), row.limit or 0.0
    if value is None:
        return Text(N_("{row}: {measure} of the project is not known"), row=row.id, measure=row.measure)
    if value <= limit:
        return None
    return Text(N_("{row}: {measure} {value:,.6g} is above {limit:,.6g}"), row=row.id, measure=row.measure,
                value=value, limit=limit)


def _by(amount: float | None, divisor: float | None) -> float | None:
    return amount / divisor if amount is not None and divisor else None
