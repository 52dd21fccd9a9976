"""The rows of the four registers. A field that is not known stays empty; a check that needs it says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from shapely.geometry.base import BaseGeometry

from planner.registers.columns import column, needed
from planner.text import N_, Text

MEASURES = ("investment", "output", "tax")
STATUSES = MappingProxyType(
    {
        "verified": N_("verified"),
        "unverified": N_("unverified"),
        "inferred": N_("inferred"),
        "illustrative": N_("illustrative"),
    }
)
WORKS = MappingProxyType({"ordinary": N_("ordinary works"), "listed": N_("energy, transport or water works")})
PURPOSES = MappingProxyType({"construction": N_("construction"), "prospecting": N_("prospecting")})
YES_NO = MappingProxyType({"yes": N_("yes"), "no": N_("no")})
STOCK_KINDS = MappingProxyType(
    {
        "approved_not_supplied": N_("approved, not supplied"),
        "supplied_not_built": N_("supplied, not built"),
        "inefficient": N_("inefficient"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What every row says: its number, its land (parcels by number, or an ``outline`` of its own, EPSG:4490), its
    paper, and how sure its figures are."""

    id: str = needed(N_("Number"))
    name: str = column(N_("Name"))
    park: str = column(N_("Sub-park"))
    parcels: tuple[str, ...] = column(N_("Parcels"), "words")
    document: str = column(N_("Document"))
    source: str = column(N_("Source of the figures"))
    status: str = column(N_("Status of the figures"), "choice", choices=STATUSES)
    note: str = column(N_("Note"))
    outline: BaseGeometry | None = field(default=None, repr=False)

    def problems(self) -> Iterator[tuple[str, Text]]:
        """(column, what is wrong with it) where values cannot stand together."""
        return iter(())


@dataclass(frozen=True, kw_only=True)
class Tract(Row):
    """A tract development plan: land to be taken and developed as a whole, with its share for the public."""

    province: str = column(N_("Province"))
    submitted_on: date | None = column(N_("Submitted on"), "day")
    approved_on: date | None = column(N_("Approved on"), "day")
    public_parcels: tuple[str, ...] = column(N_("Public-benefit parcels"), "words")
    stated_total_m2: float | None = column(N_("Area as the plan states, m2"), "amount", unit="m2")
    stated_public_m2: float | None = column(N_("Public-benefit area as the plan states, m2"), "figure", unit="m2")
    villagers: int | None = column(N_("Villagers' representatives"), "whole")
    villagers_agreed: int | None = column(N_("Representatives who agreed"), "whole")
    missed_years: int | None = column(N_("Years running in which the yearly plan was missed"), "whole")

    def problems(self) -> Iterator[tuple[str, Text]]:
        yield from _not_before("approved_on", self.approved_on, self.submitted_on)
        yield from _not_above("villagers_agreed", self.villagers_agreed, self.villagers)
        yield from _not_above("stated_public_m2", self.stated_public_m2, self.stated_total_m2)


@dataclass(frozen=True, kw_only=True)
class Temporary(Row):
    """Temporary land: used for a term, then restored. It asks for no quota while it is temporary."""

    user: str = column(N_("User"))
    purpose: str = column(N_("Purpose"), "choice", choices=PURPOSES)
    works: str = column(N_("Works"), "choice", choices=WORKS)
    starts_on: date | None = column(N_("Begins on"), "day")
    ends_on: date | None = column(N_("Ends on"), "day")
    extended_to: date | None = column(N_("Extended to"), "day")
    extension_document: str = column(N_("Document of the extension"))
    permanent_building: str = column(N_("Permanent building on it"), "choice", choices=YES_NO)
    restored_on: date | None = column(N_("Restored on"), "day")

    def problems(self) -> Iterator[tuple[str, Text]]:
        yield from _not_before("ends_on", self.ends_on, self.starts_on)
        yield from _not_before("extended_to", self.extended_to, self.ends_on)
        yield from _not_before("restored_on", self.restored_on, self.starts_on)


@dataclass(frozen=True, kw_only=True)
class _Measured(Row):
    """A row that is held against the access standards: by industry and class of region, or by its own paper."""

    industry: str = column(N_("Industry"))
    region_class: str = column(N_("Class of region"))
    standard_investment: float | None = column(N_("Own standard: investment, 10,000 yuan per mu"), "amount")
    standard_output: float | None = column(N_("Own standard: output, 10,000 yuan per mu"), "amount")
    standard_tax: float | None = column(N_("Own standard: tax, 10,000 yuan per mu"), "amount")
    standard_document: str = column(N_("Document of the own standards"))

    def problems(self) -> Iterator[tuple[str, Text]]:
        own = any(getattr(self, f"standard_{measure}") is not None for measure in MEASURES)
        if own and not self.standard_document:
            yield "standard_document", Text(N_("is empty; an own standard needs its document"))


@dataclass(frozen=True, kw_only=True)
class Stock(_Measured):
    """Land that is there already: approved and not supplied, supplied and not built, or built and inefficient.

    ``investment``, ``output`` and ``tax`` are what stands on it today, 10,000 yuan per mu.
    """

    kind: str = needed(N_("Kind"), "choice", choices=STOCK_KINDS)
    approved_on: date | None = column(N_("Approved on"), "day")
    start_due_on: date | None = column(N_("Building was due to start on"), "day")
    started_on: date | None = column(N_("Building started on"), "day")
    built_share: float | None = column(N_("Share of the land built on (0-1)"), "share")
    invested_share: float | None = column(N_("Share of the investment made (0-1)"), "share")
    stopped_on: date | None = column(N_("Building stopped on"), "day")
    investment: float | None = column(N_("Investment, 10,000 yuan per mu"), "figure")
    output: float | None = column(N_("Output a year, 10,000 yuan per mu"), "figure")
    tax: float | None = column(N_("Tax a year, 10,000 yuan per mu"), "figure")
    resolved_on: date | None = column(N_("Put to use on"), "day")

    def problems(self) -> Iterator[tuple[str, Text]]:
        yield from super().problems()
        yield from _not_before("stopped_on", self.stopped_on, self.started_on)
        yield from _not_before("resolved_on", self.resolved_on, self.approved_on)

    def open_on(self, day: date) -> bool:
        """Whether the land is still waiting for use on a day."""
        return self.resolved_on is None or self.resolved_on > day


@dataclass(frozen=True, kw_only=True)
class Contract(_Measured):
    """An access contract: what a user of land promised per mu and by which year, what was reached, when it ends."""

    party: str = column(N_("Party"))
    signed_on: date | None = column(N_("Signed on"), "day")
    investment_promised: float | None = column(N_("Investment promised, 10,000 yuan per mu"), "amount")
    investment_by: int | None = column(N_("Investment due by the year"), "year")
    output_promised: float | None = column(N_("Output a year promised, 10,000 yuan per mu"), "amount")
    output_by: int | None = column(N_("Output due by the year"), "year")
    tax_promised: float | None = column(N_("Tax a year promised, 10,000 yuan per mu"), "amount")
    tax_by: int | None = column(N_("Tax due by the year"), "year")
    investment_reached: Mapping[int, float] = column(N_("Investment reached, 10,000 yuan per mu"), "yearly")
    output_reached: Mapping[int, float] = column(N_("Output reached, 10,000 yuan per mu"), "yearly")
    tax_reached: Mapping[int, float] = column(N_("Tax reached, 10,000 yuan per mu"), "yearly")
    performance_share: float | None = column(N_("Share of the promise that must be reached (0-1)"), "share")
    exit_on: date | None = column(N_("Exit from"), "day")
    exit_clause: str = column(N_("Clause of exit"))
    exited_on: date | None = column(N_("Exited on"), "day")

    def problems(self) -> Iterator[tuple[str, Text]]:
        yield from super().problems()
        yield from _not_before("exit_on", self.exit_on, self.signed_on)
        yield from _not_before("exited_on", self.exited_on, self.signed_on)
        for measure in MEASURES:
            by = getattr(self, f"{measure}_by")
            if by is not None and getattr(self, f"{measure}_promised") is None:
                yield f"{measure}_promised", Text(N_("is empty; the year it is due is given"))
            if by is not None and self.signed_on is not None and by < self.signed_on.year:
                yield f"{measure}_by", Text(N_("lies before the contract was signed"))


def _not_before(name: str, later: date | None, earlier: date | None) -> Iterator[tuple[str, Text]]:
    if later is not None and earlier is not None and later < earlier:
        yield name, Text(N_("lies before {earlier}"), earlier=earlier.isoformat())


def _not_above(name: str, part: float | None, whole: float | None) -> Iterator[tuple[str, Text]]:
    if part is not None and whole is not None and part > whole:
        yield name, Text(N_("is more than the whole of {whole:,.10g}"), whole=whole)
