"""The layers around a parcel, as the workspace holds them today, and who holds which parcel."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import shapely

from planner.admission.case import Account
from planner.desk.index import layer_of
from planner.desk.stations import rows_of
from planner.energy.project import Project
from planner.errors import ParkUnknown
from planner.land.parcel import Layer, Parcel
from planner.parameters import Site
from planner.quota.accounts import LIST
from planner.quota.balances import AccountBalance, Book, balances, standing
from planner.quota.entries import RESERVED_NAMES, TAKEN
from planner.quota.stock import barred
from planner.store.base import LayerInfo, Store
from planner.text import N_, Text


class Ground:
    """Remembers the layers it has read, each under its stamp, and what cases ask of substations, each under the version
    of the case: what has changed is read again, nothing else is."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._kept: dict[str, tuple[str, Layer]] = {}
        self._drawing: dict[str, tuple[int, list[Mapping[str, Any]]]] = {}

    def layer(self, info: LayerInfo) -> Layer:
        kept = self._kept.get(info.name)
        if kept is None or kept[0] != info.stamp:
            kept = self._kept[info.name] = (info.stamp, layer_of(self.store, info))
        return kept[1]

    def by_role(self) -> dict[str, tuple[Layer, ...]]:
        """All layers of the workspace by role."""
        found: dict[str, tuple[Layer, ...]] = {}
        with self.store.moment():  # so that each is read in the state under which it is remembered
            for info in self.store.layers():
                found[info.role] = (*found.get(info.role, ()), self.layer(info))
        return found

    def drawing(self, cases: Collection[str]) -> dict[str, list[Mapping[str, Any]]]:
        """What cases ask of substations, as each was last judged; a reference that is no case asks nothing."""
        found = {}
        for id, version in self.store.case_versions().items():
            if id in cases:
                known = self._drawing.get(id)
                if known is None or known[0] != version:
                    case = self.store.case(id)
                    known = self._drawing[id] = (case.version, rows_of(case)) if case else (version, [])
                found[id] = known[1]
        return found


def held_parcels(book: Book, holders: Mapping[str, str], among: Collection[str] | None = None) -> frozenset[str]:
    """Ids of parcels whose case (``holders``: case -> parcel) has something reserved or committed in the book; of all
    of them, or only ``among`` some."""
    stand = standing(book)
    return frozenset(
        parcel for case, parcel in holders.items() if among is None or parcel in among
        if sum(amount for at, amount in stand.of_ref(case) if at.bucket in TAKEN) > 0
    )


def met_parcels(parcel: Parcel, layers: Iterable[Layer]) -> frozenset[str]:
    """Ids of the parcels that a parcel meets."""
    found: set[str] = set()
    for layer in layers:
        hits = layer.tree.query(parcel.shape, predicate="intersects")
        found |= set(layer.frame["id"].iloc[hits].astype(str))
    return frozenset(found)


def accounts_of(book: Book, park: str, on: date) -> dict[tuple[str, str, int], Account]:
    """The accounts of one park, and those of LIST that were granted something (it is uncapped without). What
    nobody can draw on that day is not free."""
    found, kept = {}, {whose: barred(book, whose, on) for whose in (park, LIST)}
    for row in balances(book):
        if row.park == park or (row.park == LIST and row.granted):
            left = kept[row.park].get((row.quota, row.year), 0)
            found["" if row.park == park else LIST, row.quota, row.year] = Account(row.granted, row.free - left)
    return found


def parks_with_accounts(rows: Iterable[AccountBalance]) -> list[str]:
    """Parks that the book keeps accounts for; LIST, CITY and PROVINCE are not parks."""
    return sorted({row.park for row in rows} - RESERVED_NAMES)


def park_of(parcel: Parcel | None, parks: Iterable[Layer], entries: Book, asked: str | None = None) -> str:
    """The account a parcel draws on: as asked, else that of the parks feature holding most of it, else the only park
    with accounts. Raises ParkUnknown naming the known ones."""
    if asked:
        return asked
    known = parks_with_accounts(balances(entries))
    if parcel is not None:
        best = largest_part(parcel, parks)
        if best is not None:
            account = best.get("account")
            return str(account) if isinstance(account, str) and account else str(best["id"])
    if len(known) == 1:
        return known[0]
    reason = (
        Text(N_("the workspace has several parks with accounts"))
        if known
        else Text(N_("no park feature holds the parcel and the book has no account"))
    )
    raise ParkUnknown(reason=reason, known=", ".join(known) or "-")


def site_of(parcel: Parcel, parks: Iterable[Layer], account: str, project: Project | None) -> Site:
    """Where the rules of a parcel are asked: the parks feature that holds most of it, and the account it draws on."""
    held_by = largest_part(parcel, parks)
    best = {} if held_by is None else held_by
    region = best.get("region")
    own = [str(best["id"])] if "id" in best else []
    return Site(
        parks=tuple(dict.fromkeys([*own, account])),
        region=region if isinstance(region, str) else "",
        industry=project.industry if project is not None else "",
        parcel=parcel.id,
    )


def largest_part(parcel: Parcel, parks: Iterable[Layer]) -> Mapping[str, object] | None:
    """The parks feature that shares most area with the parcel (in degrees: only compared, never shown)."""
    best, most = None, 0.0
    for layer in parks:
        hits = layer.tree.query(parcel.shape, predicate="intersects")
        for i in hits:
            share = shapely.area(shapely.intersection(layer.frame.geometry.values[i], parcel.shape))
            if share > most:
                best, most = layer.frame.iloc[i], share
    return best
