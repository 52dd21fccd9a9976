"""What a simulation reads of the book: plain figures, made by whoever holds the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.admission.scenario import ParkState
from planner.energy.carriers import Basis

Amounts = Mapping[tuple[str, int], float]


@dataclass(frozen=True)
class Reference:
    """One holder in the book with what is opened, reserved and committed for it, by (ledger quota, year).

    ``reserved`` is the part of it that is not decided yet.
    """

    ref: str
    amounts: Amounts
    reserved: Amounts = field(default_factory=dict)


@dataclass(frozen=True)
class BookView:
    """The accounts of one park, amounts in each quota's own unit (tce, tCO2, m2, kg), by (ledger quota, year).

    ``granted`` is what stands granted, transfers included: a key is an account. ``baseline`` is what was opened
    for BASELINE; ``references`` every other holder, by first entry. ``list_granted`` and ``list_references`` are the
    accounts of LIST. ``closed`` and ``list_closed`` are what nobody can draw on: free in closed years or expired lots.
    ``state`` is the park's; ``substations`` the headroom of each in kW, None where it is not known; ``draws`` what is
    drawn there for cases of the book, by reference, then by (substation, year), in kW.
    """

    park: str
    basis: Basis
    granted: Amounts = field(default_factory=dict)
    baseline: Amounts = field(default_factory=dict)
    references: tuple[Reference, ...] = ()
    list_granted: Amounts = field(default_factory=dict)
    list_references: tuple[Reference, ...] = ()
    closed: Amounts = field(default_factory=dict)
    list_closed: Amounts = field(default_factory=dict)
    state: ParkState | None = None
    substations: Mapping[str, float | None] = field(default_factory=dict)
    draws: Mapping[str, Amounts] = field(default_factory=dict)


def drawn(draws: Amounts, station: str, year: int) -> float:
    """What one case draws on a substation in a year, kW; after the years that it was judged for it draws on."""
    years = [given for name, given in draws if name == station and given <= year]
    return draws[station, max(years)] if years else 0.0
