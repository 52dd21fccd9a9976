"""Figures on the scales of the parameters: PUE by GB 40879, impact on the region, the ratio of a zero-carbon park."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from planner.energy.answer import Graded
from planner.energy.carriers import Conversion
from planner.energy.data_centre import it_load
from planner.energy.load import Load
from planner.energy.project import Project
from planner.parameters import Grade, Region, in_force

# A tenth of a thousandth of a millionth: noise of the division, not a grade.
NOISE = 1e-10


def grade_of(scale: str, value: float, rows: Iterable[Grade], on: date, *, size: float | None = None) -> Graded | None:
    """The grade of a figure: of the rows of the scale in force for its size, the lowest that it is not above.

    None where the scale has no row for that day or size.
    """
    dated = [row for row in rows if row.scale == scale and in_force(row, on)
             and (row.size_from is None or (size is not None and size >= row.size_from))]
    largest = max((row.size_from or 0.0 for row in dated), default=0.0)
    fitting = [row for row in dated if (row.size_from or 0.0) == largest
               and (row.up_to is None or value <= row.up_to + NOISE)]
    if not fitting:
        return None
    row = min(fitting, key=lambda one: float("inf") if one.up_to is None else one.up_to)
    return Graded(scale, value, row.unit, row.grade, row.title, row.source, row.status)


def grades_of(
    project: Project, load: Load, rows: Conversion, grades: Iterable[Grade], regions: Iterable[Region]
) -> tuple[Graded, ...]:
    """Every grade that a project can be given on the day of the rows."""
    table, found = tuple(grades), []
    if project.data_centre is not None:
        racks = project.data_centre.racks or it_load(project.data_centre, rows)[0] / rows.row("standard_rack").value
        found.append(grade_of("pue", project.data_centre.pue, table, rows.on, size=racks))
    region = next((one for one in regions if in_force(one, rows.on)), None)
    if region is not None:
        m, n = impact(load.equal.tce, project.value_added_wan_yuan, region)
        found.append(grade_of("impact_m", m, table, rows.on))
        found.append(None if n is None else grade_of("impact_n", n, table, rows.on))
    return tuple(one for one in found if one is not None)


def impact(equal_tce: float, value_added_wan_yuan: float | None, region: Region) -> tuple[float, float | None]:
    """(m, n) in %: the project's energy (equal value) by what the region's may grow, and by how much it changes the
    region's intensity; n is None where the value added is not known.

    m = E / allowed increase; n = ((a + d) / (b + e) - c) / c, with c = a / b.
    Source: national guide to energy-saving reports, 2018.
    """
    m = equal_tce / region.allowed_increase_tce * PERCENT
    if value_added_wan_yuan is None:
        return m, None
    before = region.energy_tce / region.value_added_wan_yuan
    after = (region.energy_tce + equal_tce) / (region.value_added_wan_yuan + value_added_wan_yuan)
    return m, (after - before) / before * PERCENT


PERCENT = 100.0
