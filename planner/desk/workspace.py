"""A workspace begun: empty, or with the demo of the Haikou zone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.desk.authority import WORKSPACE, needs
from planner.desk.booking import Movement, move_all
from planner.desk.demo_cases import demo_cases
from planner.desk.desk import Desk
from planner.desk.importing import Request, import_file
from planner.desk.look import BASIS_SETTING
from planner.desk.registers_in import keep_row
from planner.errors import UsageError
from planner.people import Role
from planner.quota.chain import Verification
from planner.quota.lots import LotFacts
from planner.store import moving
from planner.store.base import Turn, in_turn
from planner.store.copying import MOVED
from planner.store.open import shown
from planner.text import N_, Text

if TYPE_CHECKING:
    from planner.demo.rows import LotRow

BASES = ("calorific", "equal", "unknown")
PARCELS_COLUMNS = ("id", "name", "kind", "status")


def begin(address: str, *, energy_basis: str = "unknown", parks: Request | None = None) -> Desk:
    """An empty workspace with an empty parcels layer. Raises UsageError if something is there already."""
    if energy_basis not in BASES:
        raise UsageError(
            problem=Text(N_("--energy-basis {word}: use one of {known}"), word=energy_basis, known=", ".join(BASES))
        )
    desk = Desk.open(address, create=True)
    try:

        def work(turn: Turn) -> None:
            turn.put_settings({BASIS_SETTING: energy_basis})
            turn.keep_layer(empty_parcels(), sha256="")

        in_turn(desk.store, work)
        if parks is not None:
            import_file(desk.store, desk.parameters, parks)
    except BaseException:
        desk.store.discard()
        raise
    return desk


def empty_parcels() -> Any:
    """The parcels layer of a new workspace: no feature yet, known everywhere."""
    import geopandas as gpd

    from planner.land.parcel import CRS, EVERYWHERE, Layer

    frame = gpd.GeoDataFrame({name: [] for name in PARCELS_COLUMNS}, geometry=[], crs=CRS)
    return Layer("parcels", "parcels", frame.astype(dict.fromkeys(PARCELS_COLUMNS, object)), None, "", EVERYWHERE)


def make_demo(address: str, *, actor: str, on: date) -> Desk:
    """The demo workspace: layers, accounts, the two large projects opened in the book, the queue, the registers."""
    import numpy as np

    from planner.demo import SEED, build, seed_rows
    from planner.store.catalogue import rows, texts

    demo = build(seed_rows(texts("") | texts("haikou")), np.random.default_rng(SEED))
    desk = Desk.open(address, create=True)

    def work(turn: Turn) -> None:
        turn.put_settings({row["name"]: row["value"] for row in rows("haikou/settings")})
        for layer in demo.layers:
            turn.keep_layer(layer, sha256="")
        move_all(
            turn,
            desk.parameters,
            [
                Movement(
                    row.kind,
                    row.park,
                    row.quota,
                    row.year,
                    row.amount,
                    row.unit,
                    row.basis,
                    actor,
                    f"demo-{number}",
                    on,
                    row.ref,
                    lot=_lot_facts(row.lot) if row.lot else None,
                )
                for number, row in enumerate(demo.movements, 1)
            ],
        )
        for fields in demo.projects:
            turn.keep_project(str(fields["id"]), fields)
        for register, found in demo.registers.items():
            for made in found:
                keep_row(turn, register, made, actor=actor)

    in_turn(desk.store, work)
    demo_cases(desk, on)
    return desk


def _lot_facts(row: LotRow) -> LotFacts:
    price = Decimal(row.price_yuan) if row.price_yuan else None
    place = (row.county, row.city, row.province)
    return LotFacts(row.lot, *place, row.expiry, price, row.price_unit, row.lon, row.lat)


@needs(Role.ADMINISTRATOR, WORKSPACE)
def move(desk: Desk, target: str) -> dict[str, Any]:
    """Take a workspace to a new address, file or database; the old one stays readable and is written no more.

    Raises WorkspaceExists, WorkspaceMoved, StoreDamaged.
    """
    found = moving.move(desk.store, target)
    arrived = desk.store.settings()[MOVED]
    return {"from": desk.store.where, "workspace": arrived, "layers": len(desk.store.layers())} | _verified(found)


def restore(saved: Path, target: str) -> dict[str, Any]:
    """A workspace again from a backup; nothing that is there is overwritten. Raises WorkspaceExists, StoreDamaged."""
    found = moving.restore(saved, target)
    return {"workspace": shown(target)} | _verified(found)


def _verified(found: Verification) -> dict[str, Any]:
    return {"entries": found.entries, "ok": found.ok, "head": found.head}
