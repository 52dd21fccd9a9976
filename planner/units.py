"""Units the planner speaks: the only module that multiplies by a conversion factor.

Floats for measuring, whole base units for booking; a value crosses once, in ``booked``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any

from planner.errors import UnitUnknown

M2_PER_HA = 10_000.0
MU_PER_HA = 15.0  # exact by definition
KGCE_PER_TCE = 1_000.0
KG_PER_T = 1_000.0
KWH_PER_MWH = 1_000.0
MJ_PER_GJ = 1_000.0
PER_100 = 100.0
GJ_PER_TJ = 1_000.0

# Base unit of the book and how many of it one of the unit is. mu is 10 000/15 m2: kept as a pair so that
# no third (666.667) is ever multiplied by.
_TO_BASE: Mapping[str, tuple[str, int, int]] = MappingProxyType({
    "m2": ("m2", 1, 1), "ha": ("m2", 10_000, 1), "mu": ("m2", 10_000, 15),
    "kg": ("kg", 1, 1), "t": ("kg", 1_000, 1),
    "kgce": ("kgce", 1, 1), "tce": ("kgce", 1_000, 1),
    "kgco2": ("kgco2", 1, 1), "tco2": ("kgco2", 1_000, 1),
    "m3": ("m3", 1, 1), "kw": ("kw", 1, 1),
})


def ha(area_m2: Any) -> Any:
    """Square metres to hectares. Takes scalars, arrays, Series."""
    return area_m2 / M2_PER_HA


def mu(area_m2: Any) -> Any:
    """Square metres to mu (1/15 ha, exactly)."""
    return area_m2 * MU_PER_HA / M2_PER_HA


def m2_from_ha(area_ha: Any) -> Any:
    """Hectares to square metres."""
    return area_ha * M2_PER_HA


def base_unit(unit: str) -> str:
    """The whole unit in which the book keeps amounts given in ``unit``. Raises UnitUnknown."""
    if unit not in _TO_BASE:
        raise UnitUnknown(unit=unit, known=", ".join(_TO_BASE))
    return _TO_BASE[unit][0]


def booked(amount: float | int | str | Decimal, unit: str) -> int:
    """An amount as the book holds it: whole base units (m2, kg, kgce, kgCO2), rounded half up once.

    Parameters: ``amount`` finite, in ``unit`` (m2 ha mu kg t kgce tce kgco2 tco2). Raises UnitUnknown.
    """
    base_unit(unit)
    _, times, per = _TO_BASE[unit]
    exact = Decimal(str(amount)) * times / per
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def in_base(amount: float, unit: str) -> float:
    """An amount in ``unit`` as an unrounded number of base units, for measuring and comparing. Raises UnitUnknown."""
    base_unit(unit)
    _, times, per = _TO_BASE[unit]
    return amount * times / per


def shown(base_amount: int, unit: str) -> float:
    """A booked amount back in ``unit`` for printing or comparing."""
    base_unit(unit)
    _, times, per = _TO_BASE[unit]
    return base_amount * per / times


def rounded(value: float | Decimal, places: int) -> Decimal:
    """Half up at ``places`` decimals, as Chinese statements print (Python's round is half-even)."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def rounded_parts(values: Sequence[float], places: int, total: Decimal | None = None) -> list[Decimal]:
    """Parts rounded so that they add up to the rounded total, or to ``total`` as it is printed elsewhere: largest
    remainder first.

    Raises nothing; an empty sequence gives an empty list.
    """
    step = Decimal(1).scaleb(-places)
    exact = [Decimal(str(v)) for v in values]
    total = sum(exact, Decimal(0)).quantize(step, ROUND_HALF_UP) if total is None else total
    floors = [(v // step) * step if v >= 0 else -((-v) // step) * step for v in exact]
    missing = int((total - sum(floors, Decimal(0))) / step)
    order = sorted(range(len(exact)), key=lambda i: (-(exact[i] - floors[i]) if missing >= 0 else exact[i] - floors[i]))
    for i in order[: abs(missing)]:
        floors[i] += step if missing > 0 else -step
    return [f.quantize(step) for f in floors]


# What the figures of a park's reports are stated in besides the units of the book.
_STATED: Mapping[str, tuple[str, int]] = MappingProxyType({
    "yuan": ("yuan", 1), "wan_yuan": ("yuan", 10_000), "yi_yuan": ("yuan", 100_000_000),
    "kwh": ("kwh", 1), "mwh": ("kwh", 1_000),
})
STATED_UNITS = (*_STATED, *_TO_BASE)


def stated_in_base(value: Decimal, unit: str) -> tuple[str, Decimal]:
    """A stated figure in the base unit of its kind, exactly: 5.3 yi_yuan and 53 000 wan_yuan are the same.

    Raises UnitUnknown.
    """
    if unit in _STATED:
        base, times = _STATED[unit]
        return base, value * times
    if unit not in _TO_BASE:
        raise UnitUnknown(unit=unit, known=", ".join(STATED_UNITS))
    base, many, per = _TO_BASE[unit]
    return base, value * many / per
