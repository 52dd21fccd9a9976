"""The JSON documents of `planner check` and `planner demand`: one parcel, one project."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from planner.admission.outcome import Case, QuotaAsk
from planner.desk.documents import Document, notes, plain
from planner.energy.answer import Deduction, Demand, Step
from planner.land.finding import ClassArea, Finding, Takes
from planner.text import Translate
from planner.units import ha, mu


def class_area(row: ClassArea, say: Translate) -> Document:
    return {
        "code": row.code,
        "code_system": row.code_system,
        "name": say(row.name),
        "grade": row.grade,
        "three_way": row.three_way,
        "gross_m2": plain(row.gross_m2),
        "net_m2": plain(row.net_m2),
    }


def takes(taken: Takes, say: Translate) -> Document:
    """The `takes` member of `check`."""
    return {
        "by_class": [class_area(row, say) for row in taken.by_class],
        "uncovered_m2": taken.uncovered_m2,
        "overlap_m2": taken.overlap_m2,
        "new_construction_m2": taken.new_construction_m2,
        "cultivated_m2": taken.cultivated_m2,
        "paddy_m2": taken.paddy_m2,
        "grain_capacity_kg": taken.grain_capacity_kg,
        "vintage": taken.vintage.isoformat() if taken.vintage else None,
        **notes(taken.why, say),
    }


def finding(seen: Finding, say: Translate) -> Document:
    """One row of `findings`. The measured figure stands under ``area_m2`` where it is an area, else under ``value``."""
    return {
        "rule": seen.rule,
        "state": str(seen.state),
        "severity": str(seen.severity),
        "message": seen.message.say(say),
        "area_m2": plain(seen.value) if seen.unit == "m2" else None,
        **({} if seen.unit == "m2" else {"value": plain(seen.value)}),
        "limit": seen.limit,
        "unit": seen.unit,
        "layer": seen.role,
        "layer_name": seen.layer,
        "as_of": seen.as_of.isoformat() if seen.as_of else None,
        "source": seen.source,
        "status": seen.status,
        "objects": list(seen.objects),
    }


def quota_ask(row: QuotaAsk, say: Translate) -> Document:
    return {
        "quota": row.quota,
        "year": row.year,
        "asked": row.asked,
        "free": row.free,
        "short_by": row.short_by,
        "unit": row.unit,
        "state": str(row.state),
        **({"park": row.park} if row.park else {}),
        **({"why": row.why.say(say)} if row.why else {}),
    }


def step(line: Step, say: Translate) -> Document:
    return {
        "what": line.what.say(say),
        "value": plain(line.value),
        "unit": line.unit,
        "coefficient": line.coefficient,
        "source": line.source,
        "status": line.status,
        "basis": line.basis or None,
    }


def demand(asked: Demand, say: Translate) -> Document:
    """`planner demand`."""
    return {
        "project": asked.project,
        "on": asked.on,
        "basis": asked.basis,
        "energy_tce": asked.energy_tce,
        "gross_energy_tce": asked.gross_energy_tce,
        "energy_tce_equal": asked.energy_tce_equal,
        "energy_tce_calorific": asked.energy_tce_calorific,
        "range_tce": list(asked.range_tce) if asked.range_tce else None,
        "deductions": [deduction(row) for row in asked.deductions],
        "counted_tce": asked.counted_tce,
        "electricity_mwh": asked.electricity_mwh,
        "carbon_tco2": asked.carbon_tco2,
        "carbon": asdict(asked.carbon),
        "grades": [{**asdict(row), "title": say(row.title)} for row in asked.grades],
        "review": {"category": asked.review.category, "rule": asked.review.rule},
        "regional": {"state": asked.regional_state, "rule": asked.regional_rule},
        "steps": [step(line, say) for line in asked.steps],
        **notes(asked.notes, say),
    }


def deduction(row: Deduction) -> Document:
    return {"kind": row.kind, "energy_tce": row.energy_tce, "from": list(row.from_)}


def check(case: Case, say: Translate) -> Document:
    """`planner check`."""
    return {
        "parcel": {
            "id": case.parcel.id,
            "name": case.parcel.name,
            "ellipsoid_m2": case.ellipsoid_m2,
            "mu": mu(case.ellipsoid_m2),
            "ha": ha(case.ellipsoid_m2),
        },
        "on": case.on.isoformat(),
        "park": case.park,
        "basis": case.basis,
        "takes": takes(case.takes, say),
        "findings": [finding(seen, say) for seen in case.findings],
        "not_asked": list(case.not_asked),
        "quotas": [quota_ask(row, say) for row in case.quotas],
        "demand": demand(case.demand, say) if case.demand else None,
        "verdict": str(case.verdict),
        "parameters": case.parameters,
        **notes(case.notes, say),
    }


def pieces(findings: Sequence[Finding], say: Translate) -> list[tuple[Mapping[str, Any], Any]]:
    """(properties, shape in EPSG:4490) of each offending piece, for `check --pieces`."""
    return [
        (
            {
                "rule": seen.rule,
                "state": str(seen.state),
                "severity": str(seen.severity),
                "message": seen.message.say(say),
                "area_m2": plain(seen.value) if seen.unit == "m2" else None,
            },
            seen.where,
        )
        for seen in findings
        if seen.where is not None and not seen.where.is_empty
    ]
