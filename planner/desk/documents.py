"""The JSON documents of the outer surface, made from the values of the rooms. Names and units as published; numbers
plain and unrounded; sentences in the reader's language."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from planner.admission.displaced import Displaced
from planner.admission.outcome import BalanceRow, Binding, Case, Judged, QuotaAsk, Simulation, YearDemand
from planner.energy.demand import Demand, Step
from planner.errors import PlannerError, Rejected
from planner.land.finding import ClassArea, Finding, Takes
from planner.parameters import Parameters
from planner.quota.accounts import lot_of
from planner.quota.balances import AccountBalance
from planner.quota.entries import Bucket, Entry
from planner.text import Text, Translate
from planner.units import ha, mu, shown

if TYPE_CHECKING:
    from planner.store.base import LayerInfo

Document = dict[str, Any]


def notes(texts: Iterable[Text], say: Translate) -> Document:
    """A ``notes`` member where there is something to note, else nothing."""
    said = [text.say(say) for text in texts]
    return {"notes": said} if said else {}


def plain(value: Any) -> Any:
    """Numbers as JSON can hold them: numpy scalars unwrapped, whole floats kept, non-finite as null."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def error(problem: PlannerError, say: Translate) -> Document:
    """One refused call: code, sentence, file and place; several reasons under ``rejected``."""
    body: Document = {"code": problem.code, "message": problem.say(say)}
    if problem.file:
        body["file"] = problem.file
    body["where"] = problem.where
    if isinstance(problem, Rejected):
        body["rejected"] = [
            {**reason.where, "code": reason.code, "message": reason.text.say(say)} for reason in problem.reasons
        ]
    return {"error": body}


def layer(info: LayerInfo) -> Document:
    """One row of `layers`."""
    return {
        "role": info.role,
        "layer": info.name,
        "features": info.features,
        "crs": info.crs,
        "as_of": info.as_of.isoformat() if info.as_of else None,
        "coverage_m2": info.coverage_m2,
        "source": info.source,
        "sha256": info.sha256,
        "version": info.version,
        "illustrative": info.illustrative,
    }


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
        "deductions": [{"kind": d.kind, "energy_tce": d.energy_tce, "from": list(d.from_)} for d in asked.deductions],
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
    deducted = {
        str(year): [{"kind": d.kind, "energy_tce": d.energy_tce, "from": list(d.from_)} for d in rows]
        for year, rows in project.deductions.items()
        if rows
    }
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


def balance(row: AccountBalance, parameters: Parameters) -> Document:
    """One row of `ledger balance`, in the quota's own unit."""
    quota = parameters.quota(row.quota)
    unit = quota.unit if quota else ""
    figures = {
        name: shown(getattr(row, name), unit) if unit else getattr(row, name)
        for name in ("granted", "opened", "reserved", "committed", "free")
    }
    return {"park": row.park, "quota": row.quota, "year": row.year, "unit": unit, **figures, "overrun": row.overrun}


def legs(entry: Entry, parameters: Parameters) -> list[Document]:
    """The legs of an entry that a person asks about: what went into an account other than where it came from."""
    return [
        {
            "account": f"{leg.park}/{leg.quota}/{leg.year}/{leg.bucket}",
            "park": leg.park,
            "quota": leg.quota,
            "year": leg.year,
            "amount": amount(leg.amount, leg.quota, parameters),
            "ref": leg.ref,
        }
        for leg in entry.draft.legs
        if leg.bucket != Bucket.OUTSIDE and leg.amount > 0 and lot_of(leg.park) is None
    ]


def lots(entry: Entry, parameters: Parameters) -> Document:
    """The parts of lots that an entry moves, under ``lots``; nothing where it moves none."""
    moved = [
        {
            "lot": of[1],
            "park": of[0],
            "quota": leg.quota,
            "year": leg.year,
            "into": str(leg.bucket),
            "amount": amount(leg.amount, leg.quota, parameters),
        }
        for leg in entry.draft.legs
        if leg.amount > 0 and (of := lot_of(leg.park)) is not None
    ]
    return {"lots": moved} if moved else {}


def amount(base: int, quota: str, parameters: Parameters) -> float:
    """A booked amount in the unit that the quota's name carries."""
    row = parameters.quota(quota)
    return shown(base, row.unit) if row else float(base)


def entry(kept: Entry, parameters: Parameters) -> Document:
    """One row of `ledger history`, all its legs."""
    draft = kept.draft
    return {
        "entry": kept.seq,
        "at": kept.at,
        "kind": str(draft.kind),
        "on": draft.on.isoformat(),
        "ref": draft.ref,
        "basis": draft.basis,
        "actor": draft.actor,
        "key": draft.key,
        "note": draft.note,
        "legs": [
            {
                "account": f"{leg.park}/{leg.quota}/{leg.year}/{leg.bucket}",
                "quota": leg.quota,
                "year": leg.year,
                "amount": amount(leg.amount, leg.quota, parameters),
                "ref": leg.ref,
            }
            for leg in draft.legs
        ],
        "previous": kept.previous,
        "hash": kept.hash,
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
