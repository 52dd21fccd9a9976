"""Tables of quotas, and what all tables share: every bad cell named with its row, its column and what it probably
means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from planner.errors import InputError, Rejected
from planner.formats.errors import RowBad, TableColumnMissing
from planner.formats.numbers import NotANumber, amount, plain_decimal, short, year
from planner.formats.workbook import Formula, Sheet, read_sheet
from planner.quota.lots import LotFacts
from planner.text import N_, Text
from planner.units import base_unit

LEDGER_QUOTAS = (
    "energy_tce",
    "carbon_tco2",
    "new_construction_m2",
    "offset_quantity_m2",
    "offset_paddy_m2",
    "offset_grain_kg",
)
# What the offices' tables call the ledger's quotas.
QUOTA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "construction_land": "new_construction_m2",
        "offset_quantity": "offset_quantity_m2",
        "offset_paddy": "offset_paddy_m2",
        "offset_grain": "offset_grain_kg",
        "energy_cap": "energy_tce",
        "carbon_cap": "carbon_tco2",
        **{name: name for name in LEDGER_QUOTAS},
    }
)
UNITS = ("m2", "ha", "mu", "kg", "t", "kgce", "tce", "kgco2", "tco2")
LOT_COLUMNS = ("county", "city", "province", "price_yuan", "lon", "lat")
NEEDED = ("quota_type", "year", "amount", "unit")
_UNIT_WORDS = (
    ("平方米", "m2"),
    ("㎡", "m2"),
    ("公顷", "ha"),
    ("亩", "mu"),
    ("千克标准煤", "kgce"),
    ("吨标准煤", "tce"),
    ("标煤", "tce"),
    ("二氧化碳", "tco2"),
    ("千克", "kg"),
    ("公斤", "kg"),
    ("吨", "t"),
)


@dataclass(frozen=True)
class QuotaRow:
    """One grant: ``row`` as numbered in the file, ``quota`` the ledger's name, ``amount`` exact, in ``unit``.

    What follows ``lot`` belongs to the lot: ``price_yuan`` is for one ``unit``, ``lon`` and ``lat`` CGCS2000 degrees.
    """

    row: int
    quota: str
    year: int
    amount: Decimal
    unit: str
    park: str = ""
    basis: str = ""
    document: str = ""
    lot: str = ""
    expiry: date | None = None
    county: str = ""
    city: str = ""
    province: str = ""
    price_yuan: Decimal | None = None
    lon: float | None = None
    lat: float | None = None

    @property
    def lot_facts(self) -> LotFacts | None:
        """The lot that the row grants, if it names one."""
        if not self.lot:
            return None
        unit = "" if self.price_yuan is None else self.unit
        place = (self.county, self.city, self.province)
        return LotFacts(self.lot, *place, self.expiry, self.price_yuan, unit, self.lon, self.lat)

    @property
    def note(self) -> str:
        """What the row says of a grant that is no lot."""
        return f"expiry {self.expiry}" if self.expiry and not self.lot else ""


def read_quotas(
    path: Path, *, name: str | None = None, layer: str | None = None, encoding: str | None = None
) -> tuple[QuotaRow, ...]:
    """The rows of a table of quotas, all of them good.

    Raises Rejected (E_ROWS, one RowBad an offending cell), TableColumnMissing, and what ``read_sheet`` raises.
    """
    sheet = sheet_of(path, name, layer, encoding)
    headings = {heading.lower(): heading for heading in sheet.headings}
    for needed in NEEDED:
        if needed not in headings:
            raise TableColumnMissing(
                file=name or path.name, column=needed, known=", ".join(filter(None, sheet.headings))
            )
    rows, bad = [], []
    lots: set[tuple[str, str]] = set()
    for number, record in sheet.records():
        try:
            rows.append(_quota_row(number, {heading.lower(): value for heading, value in record.items()}))
            _once(rows[-1], lots)
        except BadRow as found:
            bad.append(found.error())
    if bad:
        raise Rejected(bad, kind="rows", file=name or path.name)
    return tuple(rows)


def _once(row: QuotaRow, lots: set[tuple[str, str]]) -> None:
    """A lot stands in a table once for each of its quotas."""
    if row.lot and (row.lot, row.quota) in lots:
        raise BadRow(row.row, [("lot", row.lot, Text(N_("stands twice for {quota}"), quota=Text(row.quota)))])
    lots.add((row.lot, row.quota))


class BadRow(Exception):
    """The bad cells of one row: (column, value, problem) each."""

    def __init__(self, row: int, cells: list[tuple[str, Any, Text]]) -> None:
        self.row, self.cells = row, cells
        super().__init__(f"{len(cells)} bad cells")

    def error(self) -> RowBad:
        """One error a row: its first bad cell, the others named behind it."""
        (column, value, problem), *others = self.cells
        for other, its_value, its_problem in others:
            problem = Text(
                N_("{problem}; column {column}: '{value}' {other}"),
                problem=problem,
                column=other,
                value=_shown(its_value),
                other=its_problem,
            )
        where = {"row": self.row, "column": column}
        return RowBad(row=self.row, column=column, value=_shown(value), problem=problem, where=where)


def sheet_of(path: Path, name: str | None, layer: str | None, encoding: str | None) -> Sheet:
    """The table of a file; an error about it names the file as the person knows it. Raises what ``read_sheet`` does."""
    try:
        return read_sheet(path, layer=layer, encoding=encoding)
    except InputError as error:
        error.file = error.file or name or path.name
        raise


def _quota_row(number: int, record: Mapping[str, Any]) -> QuotaRow:
    bad: list[tuple[str, Any, Text]] = []

    def taken(column: str, read: Callable[[Any], Any]) -> Any:
        value = record.get(column)
        try:
            if isinstance(value, Formula):
                raise NotANumber(Text(N_("is a formula; paste its value")))
            return read(value)
        except NotANumber as wrong:
            bad.append((column, value, wrong.problem))
            return None

    quota, unit = taken("quota_type", _quota), taken("unit", _unit)
    if quota and unit and base_unit(unit) != base_unit(quota.rsplit("_", 1)[-1]):
        bad.append(("unit", unit, Text(N_("is no unit of {quota}"), quota=quota)))
    values = {
        column: taken(column, read)
        for column, read in (
            ("year", year),
            ("amount", amount),
            ("park", text_of),
            ("basis", text_of),
            ("document", text_of),
            ("lot", text_of),
            ("expiry", day_of),
            ("county", text_of),
            ("city", text_of),
            ("province", text_of),
            ("price_yuan", _price),
            ("lon", _degrees(180)),
            ("lat", _degrees(90)),
        )
    }
    bad += _lot_problems(quota, values)
    if bad:
        raise BadRow(number, bad)
    return QuotaRow(number, quota, unit=unit, **values)


def _quota(value: Any) -> str:
    found = QUOTA_TYPES.get(text_of(value))
    if found is None:
        raise NotANumber(Text(N_("is no quota; use one of: {known}"), known=", ".join(QUOTA_TYPES)))
    return found


def _unit(value: Any) -> str:
    word = text_of(value)
    if word in UNITS:
        return word
    meant = next((unit for sign, unit in _UNIT_WORDS if sign in word), word.lower() if word.lower() in UNITS else None)
    if meant:
        raise NotANumber(Text(N_("is no unit; perhaps {proposal}"), proposal=meant))
    raise NotANumber(Text(N_("is no unit; use one of: {known}"), known=", ".join(UNITS)))


def text_of(value: Any) -> str:
    """A cell as a word; an empty one is ""."""
    return "" if value is None else str(value).strip()


def day_of(value: Any) -> date | None:
    """A cell as a day, None where it is empty. Raises NotANumber."""
    if value is None or text_of(value) == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(text_of(value))
    except ValueError:
        raise NotANumber(Text(N_("is not a day; write it as 2026-12-31"))) from None


def _price(value: Any) -> Decimal | None:
    return None if text_of(value) == "" else amount(value)


def _degrees(most: int) -> Callable[[Any], float | None]:
    def read(value: Any) -> float | None:
        if text_of(value) == "":
            return None
        number = float(plain_decimal(value))
        if abs(number) > most:
            raise NotANumber(Text(N_("is not within {most} degrees; are longitude and latitude swapped?"), most=most))
        return number

    return read


def _lot_problems(quota: str | None, values: Mapping[str, Any]) -> list[tuple[str, Any, Text]]:
    """What does not go together: lots are of offset quotas, and their facts need their name."""
    if values["lot"]:
        wrong = quota is not None and not quota.startswith("offset_")
        return [("lot", values["lot"], Text(N_("is a lot, but {quota} has none"), quota=quota))] if wrong else []
    stated = (name for name in LOT_COLUMNS if values[name] not in ("", None))
    return [(name, values[name], Text(N_("belongs to a lot; name it in the column lot"))) for name in stated]


def _shown(value: Any) -> str:
    return short("" if value is None else value)
