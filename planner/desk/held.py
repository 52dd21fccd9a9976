"""Land that somebody holds is not booked twice: by the id of the parcel, by its outline, by any of its ground."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import shapely
from shapely.geometry.base import BaseGeometry

from planner.errors import StoreRefused
from planner.land.noise import is_noise, polygons
from planner.land.parcel import Parcel
from planner.parameters import Rule
from planner.quota.accounts import amount_shown, lot_of, unit_of
from planner.quota.balances import Standing
from planner.quota.entries import TAKEN, Bucket
from planner.store.base import Store, Turn
from planner.text import N_


class ParcelHeld(StoreRefused):
    code = "E_HELD"
    sentence = N_("'{ref}' already holds {held} in the book, by entry {entry}; parcel '{parcel}' is booked once. "
                  "Release or expire what it holds first; a call that is sent again needs its first key.")


def refuse_held(
    turn: Turn, store: Store, parcel: Parcel, ref: str, rules: Collection[Rule], *, again: bool = False
) -> None:
    """A parcel is booked once, under whatever name, until what it holds is given back; so is its ground, as far as a
    rule of ``rules`` stops it there (``parcels = held``). With ``again`` what ``ref`` itself holds may stand.

    Raises ParcelHeld.
    """
    stand = turn.standing()
    for one in [*([] if again else [ref]), *_others(store, parcel, ref, rules)]:
        holds = _holds(stand, one)
        if holds:
            by = [
                entry.seq
                for entry in turn.entries(ref=one)
                if entry.seq not in stand.undone
                if any(leg.ref == one and leg.amount > 0 and leg.bucket is Bucket.RESERVED for leg in entry.draft.legs)
            ]
            raise ParcelHeld(where={"case": one, "entry": by[-1]}, ref=one, parcel=parcel.id, held=holds, entry=by[-1])


def _others(store: Store, parcel: Parcel, ref: str, rules: Collection[Rule]) -> Iterator[str]:
    """Other cases of this parcel, or of ground of it."""
    stops = [rule for rule in rules if rule.options.get("parcels") == "held" and rule.severity == "stop"]
    for case, (id, outline) in store.outlines().items():
        if case != ref and (id == parcel.id or any(_shares(parcel.shape, outline, rule) for rule in stops)):
            yield case


def _shares(one: BaseGeometry, two: BaseGeometry, rule: Rule) -> bool:
    """Whether two outlines have more ground in common than the rule takes for noise."""
    if not shapely.intersects(one, two):
        return False
    piece = polygons(shapely.intersection(one, two))
    width_m, below_m2 = (float(rule.options[name]) for name in ("noise_m", "noise_m2"))
    return not piece.is_empty and not is_noise(piece, width_m=width_m, below_m2=below_m2)


def _holds(stand: Standing, ref: str) -> str:
    """What a reference has reserved or committed, in words; "" where it has nothing."""
    rows = [(at, n) for at, n in stand.of_ref(ref) if n > 0 and at.bucket in TAKEN and lot_of(at.park) is None]
    return ", ".join(f"{at.quota} {at.year}: {amount_shown(at.quota, n):,.10g} {unit_of(at.quota)}" for at, n in rows)
