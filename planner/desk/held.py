"""Land that somebody holds is not booked twice: by the id of the parcel, by its outline, by any of its ground."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from planner.errors import StoreRefused
from planner.land.noise import is_noise, polygons
from planner.land.parcel import CRS, EVERYWHERE, Layer, Parcel
from planner.parameters import Rule
from planner.quota.accounts import amount_shown, lot_of, unit_of
from planner.quota.balances import Book, Standing, standing
from planner.quota.entries import TAKEN, Bucket
from planner.store.base import Store, Turn
from planner.text import N_, Text

# The parcel of each case with its outline, by the id of the case.
Outlines = Mapping[str, tuple[str, BaseGeometry]]
BOOKED = "booked"  # the name of the layer of that ground
BOOKED_ALREADY = N_("The ground of this parcel is booked already: case '{case}' holds {held}.")


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


def booked_ground(book: Book, outlines: Outlines, parcel: Parcel, layers: Iterable[Layer], on: date) -> Layer | None:
    """The ground that cases hold in the book, as far as it meets a parcel and no layer of parcels has it: a layer of
    its own, of the day on which it is asked for. None where there is no such ground."""
    known = {str(id) for layer in layers for id in layer.around(parcel.shape.bounds)["id"]}
    stand = standing(book)
    met = [(id, outline) for case, (id, outline) in outlines.items()
           if id not in {*known, parcel.id} and shapely.intersects(outline, parcel.shape) and _holds(stand, case)]
    if not met:
        return None
    columns = {"id": [id for id, _ in met], "name": [""] * len(met), "kind": [""] * len(met)}
    frame = gpd.GeoDataFrame(columns, geometry=[outline for _, outline in met], crs=CRS)
    return Layer("parcels", BOOKED, frame, as_of=on, source="book", coverage=EVERYWHERE)


def booked_already(book: Book, outlines: Outlines, parcel: Parcel) -> list[Text]:
    """By which cases the parcel itself, under this id or another, is held."""
    stand = standing(book)
    return [Text(BOOKED_ALREADY, case=case, held=held) for case, (id, outline) in outlines.items()
            if (id == parcel.id or shapely.equals(outline, parcel.shape)) and (held := _holds(stand, case))]


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
