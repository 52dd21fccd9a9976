"""How a figure is printed: half up, with its unit, never without it. The numbers themselves stay unrounded."""

from __future__ import annotations

from decimal import Decimal

from planner.text import N_, Text
from planner.units import ha, mu, rounded

_FORMS = {
    "ha": (N_("{value:,} ha"), 4),
    "kg": (N_("{value:,} kg"), 0),
    "tce": (N_("{value:,} tce"), 2),
    "tco2": (N_("{value:,} tCO2"), 2),
    "mu": (N_("{value:,} mu"), 2),
    "m2": (N_("{value:,} m2"), 2),
    "wan_yuan/mu": (N_("{value:,} x 10,000 yuan per mu"), 2),
    "tce_per_wan_yuan": (N_("{value:,} tce per 10,000 yuan"), 4),
    "tco2_per_wan_yuan": (N_("{value:,} tCO2 per 10,000 yuan"), 4),
    "share": (N_("{value:,}"), 6),
    "1": (N_("{value:,}"), 4),
    "m": (N_("{value:,} m"), 1),
    "percent": (N_("{value:,} %"), 1),
    "m3": (N_("{value:,} m3"), 0),
    "kw": (N_("{value:,} kW"), 0),
    "wan_yuan": (N_("{value:,} x 10,000 yuan"), 2),
}
UNKNOWN = Text(N_("unknown"))
SAME = 1e-12  # two doubles this close, relatively, are the same figure divided and multiplied again
_MOST_PLACES = 15


def figure(value: float | Decimal | None, unit: str, limit: float | None = None) -> Text:
    """A value in ``unit`` for a person; None is said as unknown, an unknown unit is printed beside the number. Never
    printed as being on the other side of a ``limit``."""
    if value is None:
        return UNKNOWN
    if unit not in _FORMS:
        return Text("{value:,} {unit}", value=exact(rounded(value, 4)), unit=unit)
    msgid, places = _FORMS[unit]
    return Text(msgid, value=rounded(value, places) if limit is None else beside(value, limit, places))


def beside(value: float | Decimal, limit: float | Decimal, places: int, same: float = SAME) -> Decimal:
    """A value half up at ``places`` decimals, at more where fewer would print it on the other side of its limit;
    figures that are the ``same`` (relatively) count as equal."""
    asked, line = Decimal(str(value)), Decimal(str(limit))
    side = 0 if abs(asked - line) <= Decimal(same) * abs(line) else asked.compare(line)
    printed = (rounded(asked, more) for more in range(places, _MOST_PLACES))
    return next((one for one in printed if one.compare(line) == side), line if side == 0 else exact(asked))


def percent(share: float, limit: float | None = None, same: float = SAME, places: int = 2) -> Text:
    """A share (0-1) in percent, by default to two decimals, never on the other side of its ``limit`` (0-1)."""
    value = 100 * Decimal(str(share))
    shown = rounded(value, places) if limit is None else beside(value, 100 * Decimal(str(limit)), places, same)
    return Text(N_("{value:,} %"), value=shown)


def bound(limit: float) -> Text:
    """A limit that is a share (0-1) in percent, with all its digits."""
    return Text(N_("{value:,} %"), value=exact(100 * Decimal(str(limit))))


def exactly(value: float | Decimal, unit: str) -> Text:
    """A value with all its digits in ``unit``, for a figure that is to be written down again."""
    return Text(_FORMS[unit][0] if unit in _FORMS else "{value:,} {unit}", value=exact(value),
                **({} if unit in _FORMS else {"unit": unit}))


def exact(value: float | Decimal) -> Decimal:
    """A number with all its digits and none that say nothing; never written with an exponent."""
    return Decimal(f"{Decimal(str(value)).normalize():f}")


def area(area_m2: float | None) -> Text:
    """An area the way a planner reads it: mu and hectares of the ellipsoidal area."""
    if area_m2 is None:
        return UNKNOWN
    return Text(N_("{mu} ({ha})"), mu=figure(mu(area_m2), "mu"), ha=figure(ha(area_m2), "ha"))


def quota_figure(value: float | None, unit: str) -> Text:
    """An amount of a quota for a person: areas in hectares, the rest in the quota's own unit."""
    return figure(ha(value) if value is not None and unit == "m2" else value, "ha" if unit == "m2" else unit)


def places(unit: str) -> int:
    """Decimals with which a figure in ``unit`` is printed."""
    return _FORMS[unit][1] if unit in _FORMS else 4


def quota_difference(one: float | None, other: float | None, unit: str) -> Text:
    """What is printed of ``one`` less what is printed of ``other``, so that the three add up on paper."""
    if one is None or other is None:
        return UNKNOWN
    shown = "ha" if unit == "m2" else unit
    left, right = (rounded(ha(value) if unit == "m2" else value, places(shown)) for value in (one, other))
    return figure(left - right, shown)
