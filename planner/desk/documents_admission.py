"""The JSON documents of `relieve`, `select` and `risk`, as published; sentences in the reader's language."""

from __future__ import annotations

from planner.admission.relief import Clash, Move, Option, Relief
from planner.admission.risk import Risk
from planner.admission.select import Chosen, Selection
from planner.desk.documents import Document, notes
from planner.text import Translate


def relief(found: Relief, say: Translate) -> Document:
    """`planner relieve`."""
    return {
        "project": found.project,
        "options": [option(row, say) for row in found.options],
        "conflict": [clash(row, say) for row in found.conflict],
        **notes(found.notes, say),
    }


def option(row: Option, say: Translate) -> Document:
    """One way out: its lever, or its ``levers`` where it has several. Only what fitted again is an option."""
    pulled = [move(one) for one in row.moves]
    return {
        **(pulled[0] if len(pulled) == 1 else {"levers": pulled}),
        "cost_wan_yuan": row.cost_wan_yuan,
        "verified": True,
        "sentence": row.sentence.say(say),
    }


def move(pulled: Move) -> Document:
    return {
        "lever": pulled.lever,
        "value": pulled.value,
        "unit": pulled.unit,
        "project": pulled.project,
        **({"year": pulled.year} if pulled.year is not None else {}),
        **({"quota": pulled.quota} if pulled.quota else {}),
    }


def clash(row: Clash, say: Translate) -> Document:
    """One constraint of the conflict: a quota in a year, or a rule."""
    named = {name: getattr(row, name) for name in ("quota", "year", "rule", "layer") if getattr(row, name) is not None}
    return {**named, "sentence": row.sentence.say(say)}


def selection(found: Selection, say: Translate) -> Document:
    """`planner select`. ``gap`` is proven; without an answer ``value`` is null and the notes say why."""
    best = found.chosen
    return {
        "objective": found.objective,
        "value": best.value if best else None,
        **({"ratio_wan_yuan_per_tce": ratio(best)} if found.objective == "tax_per_tce" else {}),
        "energy_tce": best.tce if best else None,
        "chosen": list(best.ids) if best else [],
        "starts": dict(best.starts) if best else {},
        **({"phases": dict(best.phases)} if best and best.phases else {}),
        "left_out": [{"id": id, "because": why.say(say)} for id, why in found.left_out.items()],
        "optimal": best is not None and found.gap == 0.0,
        "gap": found.gap if best else None,
        "shadow_prices": [
            {
                "quota": row.quota,
                "year": row.year,
                "per_unit": row.per_unit,
                "unit": row.unit,
                **({"park": row.park} if row.park else {}),
            }
            for row in found.prices
        ],
        "alternatives": [
            {"value": other.value, "chosen": list(other.ids), "starts": dict(other.starts), "energy_tce": other.tce}
            for other in found.alternatives
        ],
        **notes(found.notes, say),
    }


def ratio(best: Chosen | None) -> float | None:
    """The objective for each tce of the set over the years; null where it takes none."""
    return best.value / best.tce if best and best.tce > 0 else None


def risk(found: Risk, say: Translate, confidence: float | None = None) -> Document:
    """`planner risk`. With a ``confidence`` each project says whether it is admitted at least that often."""
    decided = found.decided
    return {
        "draws": found.draws,
        "seed": found.seed,
        "breach": [
            {
                "quota": row.key.quota,
                "year": row.key.year,
                "unit": row.unit,
                "cap": row.cap,
                "probability": row.probability,
                "p10": row.p10,
                "p50": row.p50,
                "p90": row.p90,
                **({"park": row.key.park} if row.key.park else {}),
            }
            for row in found.breach
        ],
        "drivers_of": {"quota": decided.quota, "year": decided.year} if decided else None,
        "drivers": [
            {"input": row.input, "share_of_variance": row.share, "total_share": row.total} for row in found.drivers
        ],
        "projects": [
            {"id": id, "admitted": share, **({} if confidence is None else {"admit": share >= confidence})}
            for id, share in found.admitted.items()
        ],
        **notes(found.notes, say),
    }
