"""The JSON document of `planner simulate`: the queue judged, and the budgets year by year."""

from __future__ import annotations

from planner.admission.displaced import Displaced
from planner.admission.outcome import BalanceRow, Binding, Judged, Simulation, YearDemand
from planner.desk.documents import Document, notes
from planner.desk.documents_check import check, deduction
from planner.text import Translate


def binding(bound: Binding | None, say: Translate) -> Document | None:
    if bound is None:
        return None
    if bound.rule is not None:
        return {"rule": bound.rule, "layer": bound.layer, **({"why": bound.why.say(say)} if bound.why else {})}
    return {
        "quota": bound.quota,
        "year": bound.year,
        "short_by": bound.short_by,
        "unit": bound.unit,
        **({"park": bound.park} if bound.park else {}),
        "used_by": [{"id": draw.id, "name": draw.name, "amount": draw.amount} for draw in bound.used_by],
        **({"why": bound.why.say(say)} if bound.why else {}),
    }


def year_demand(asked: YearDemand) -> Document:
    return {
        "energy_tce": asked.energy_tce,
        "gross_energy_tce": asked.gross_energy_tce,
        "counted_tce": asked.counted_tce,
        "electricity_mwh": asked.electricity_mwh,
        "carbon_tco2": asked.carbon_tco2,
        "value_added_wan_yuan": asked.value_added_wan_yuan,
        "energy_tce_equal": asked.energy_tce_equal,
    }


def judged(project: Judged, say: Translate) -> Document:
    deducted = {str(year): [deduction(row) for row in rows] for year, rows in project.deductions.items() if rows}
    return {
        "id": project.id,
        "name": project.name,
        "status": project.status,
        "verdict": str(project.verdict),
        "admitted": project.admitted,
        "binding": binding(project.binding, say),
        "demand": {str(year): year_demand(asked) for year, asked in project.demand.items()},
        **({"deductions": deducted} if deducted else {}),
        **({"check": check(project.case, say)} if project.case else {}),
        **notes(project.notes, say),
    }


def balance_row(row: BalanceRow, say: Translate) -> Document:
    return {
        "park": row.park,
        "quota": row.quota,
        "unit": row.unit,
        "year": row.year,
        "cap": row.cap,
        "transferred": row.transferred,
        "baseline": row.baseline,
        "retired": row.retired,
        "committed": row.committed,
        "candidates": row.candidates,
        "left": row.left,
        "state": row.state,
        "free": row.free,
        "reserved": row.reserved,
        "asked": row.asked,
        **({"carried": row.carried} if row.carried else {}),
        **({"substation": row.substation} if row.substation else {}),
        **({"short_by_tce": row.short_by_tce} if row.short_by_tce is not None else {}),
        **({"short_by_tco2": row.short_by_tco2} if row.short_by_tco2 is not None else {}),
        **({"note": row.note.say(say)} if row.note else {}),
    }


def simulation(run: Simulation, say: Translate) -> Document:
    """`planner simulate`."""
    return {
        "scenario": run.scenario,
        "basis": run.basis,
        "parameters": run.parameters,
        "years": list(run.years),
        "projects": [judged(project, say) for project in run.projects],
        "balance": [balance_row(row, say) for row in run.balance],
        **notes(run.notes, say),
    }


def displaced(row: Displaced) -> Document:
    """What one project keeps out, in the document of `simulate --displaces`."""
    figures = {name: getattr(row, name) for name in ("value_added_wan_yuan", "tax_wan_yuan", "jobs")}
    return {
        "keeps_out": list(row.keeps_out),
        **figures,
        **{f"{name}_per_tce": row.per_tce(value) for name, value in figures.items()},
    }
