"""What a mu of land must bring, and how much of it it does: by the row's own paper, else by industry and region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from planner.parameters import Parameters, Site
from planner.registers.rows import Contract, Stock


@dataclass(frozen=True)
class Standard:
    """A standard in 10,000 yuan per mu, whose it is, and how sure."""

    value: float
    source: str
    status: str


def standard_of(row: Stock | Contract, measure: str, parameters: Parameters, on: date) -> Standard | None:
    """The standard of a measure for a row on a day: its own paper's, else the access rule of its one parcel, its park,
    industry or class of region, the narrowest first.

    None where no row of parameters is in force.
    """
    own = getattr(row, f"standard_{measure}")
    if own is not None:
        return Standard(float(own), row.standard_document, row.status or "unverified")
    site = Site(
        parks=(row.park,) if row.park else (),
        region=row.region_class,
        industry=row.industry,
        parcel=row.parcels[0] if len(row.parcels) == 1 else "",
    )
    found = next((rule for rule in parameters.rules_on(on, site) if rule.rule == f"access_{measure}"), None)
    return Standard(found.limit, found.source, found.status) if found and found.limit else None


def share_of(value: float | None, standard: Standard | None) -> float | None:
    """How many times the standard a figure is, unrounded; None where one of them is not known."""
    return None if value is None or standard is None else value / standard.value
