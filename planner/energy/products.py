"""A manufacturer by its products: output a year x what one unit takes.

Unit consumption is stated by carrier, or as one figure of standard coal, or stands in from a row of the parameters
(product:NAME); the last two leave the carriers open, so their carbon is not known.
"""

from __future__ import annotations

from collections.abc import Iterable

from planner.energy.answer import Step
from planner.energy.carrier_fields import Carriers
from planner.energy.carriers import Conversion, carriers_load, energy, on_bases, stated
from planner.energy.kinds import Product
from planner.energy.load import Load, all_of
from planner.energy.validation import Problem
from planner.text import N_, Text
from planner.units import KGCE_PER_TCE, KWH_PER_MWH, MJ_PER_GJ

ROWS = "product:"


def products_load(products: Iterable[Product], rows: Conversion) -> Load:
    """All products of a project at full load. Raises Problem for one of which nothing is known, CoefficientMissing for
    a norm that is not in the parameters."""
    return all_of((product_load(product, rows) for product in products), rows.basis)


def product_load(product: Product, rows: Conversion) -> Load:
    """One product."""
    bought = Carriers(
        electricity_mwh=product.output * product.electricity_kwh_per_unit / KWH_PER_MWH,
        natural_gas_m3=product.output * product.natural_gas_m3_per_unit,
        heat_gj=product.output * product.heat_mj_per_unit / MJ_PER_GJ,
    )
    by_carrier = carriers_load(bought, rows)
    if by_carrier.steps and product.kgce_per_unit is not None:
        raise Problem(Text(N_("'{name}' has both a consumption by carrier and kgce_per_unit. Give one of them"),
                           name=product.name))
    if by_carrier.steps:
        made = Step(Text(N_("{name}: {output:,.10g} {unit} a year"), name=product.name, output=product.output,
                         unit=product.unit), product.output, product.unit, None, STATED, "unverified")
        per_unit = by_carrier.calorific.tce * KGCE_PER_TCE / product.output if product.output else 0.0
        doubts = _doubt(product, per_unit, rows)
        return all_of((by_carrier,), rows.basis) if not product.output else Load(
            by_carrier.energy, by_carrier.gross, by_carrier.calorific, by_carrier.equal,
            electricity_mwh=by_carrier.electricity_mwh, direct_tco2=by_carrier.direct_tco2,
            heat_tco2=by_carrier.heat_tco2, power_tco2=by_carrier.power_tco2, steps=(made, *by_carrier.steps),
            notes=by_carrier.notes + doubts)
    if product.norm is None and product.kgce_per_unit is None:
        raise Problem(Text(N_("nothing says what one unit of '{name}' takes. Give its consumption by carrier, "
                              "kgce_per_unit or a norm"), name=product.name))
    norm = rows.row(f"{ROWS}{product.norm}") if product.norm is not None else rows.row("product_stated")
    row = stated(norm, product.kgce_per_unit)
    figures = on_bases(lambda basis: energy(product.output, row, basis), rows)
    step = Step(Text(N_("{name}: {output:,.10g} {unit} at {norm:g} kgce each"), name=product.name,
                     output=product.output, unit=product.unit, norm=row.value), figures[0].tce, "tce", row.value,
                row.source, row.status)
    open_ = Text(N_("'{name}' is known by one figure of standard coal: its carriers, and so its carbon and its equal "
                    "value, are not known"), name=product.name)
    return Load(*figures, direct_tco2=None if product.output else 0.0, steps=(step,),
                notes=(open_, *_doubt(product, row.value, rows)))


def _doubt(product: Product, kgce_per_unit: float, rows: Conversion) -> tuple[Text, ...]:
    """A note where a unit takes more or less than the norm's range."""
    if product.norm is None:
        return ()
    row = rows.row(f"{ROWS}{product.norm}")
    low, high = row.low or 0.0, row.high if row.high is not None else float("inf")
    if low <= kgce_per_unit <= high:
        return ()
    return (Text(N_("'{name}' takes {value:.4g} {unit}, outside the {low:g}-{high:g} of the norm {norm}"),
                 name=product.name, value=kgce_per_unit, unit=row.unit, low=low, high=high, norm=product.norm),)


STATED = N_("stated in the project")
