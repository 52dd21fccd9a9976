"""What the desk does with the ground: layers read once a change, the parcels that people draw."""

from __future__ import annotations

from typing import Any

from planner.desk.authority import ANYWHERE, needs, tell
from planner.desk.ground import Ground
from planner.errors import FeatureMissing, LayerMissing
from planner.land.parcel import Layer, Parcel
from planner.people import Role
from planner.store.base import LayerInfo, Store, Turn, in_turn
from planner.text import N_, Text


class GroundVerbs:
    """The part of the desk that knows the ground. Remembers nothing but what the desk gives it."""

    store: Store
    ground: Ground

    @needs(Role.VIEWER, ANYWHERE)
    def layers(self) -> list[LayerInfo]:
        return self.store.layers()

    @needs(Role.VIEWER, ANYWHERE)
    def layer(self, name: str) -> Layer:
        """A layer of the workspace, read once a change."""
        info = next((info for info in self.layers() if info.name == name), None)
        return self.ground.layer(info) if info else self.store.layer(name)

    @needs(Role.VIEWER, ANYWHERE)
    def parcel(self, id: str) -> Parcel:
        """A parcel of the workspace by its id. Raises FeatureMissing."""
        for layer in self.ground.by_role().get("parcels", ()):
            hits = layer.frame[layer.frame["id"] == id]
            if len(hits):
                name = hits.iloc[0].get("name")
                return Parcel(id, hits.geometry.iloc[0], name if isinstance(name, str) else "")
        raise FeatureMissing(wanted=id, ids=Text(N_("the parcels of the workspace")))

    @needs(Role.PLANNER, ANYWHERE)
    def keep_parcel(self, parcel: Parcel, *, actor: str) -> None:
        """Save a drawn or edited parcel into the parcels layer."""
        tell(before=self._outline(parcel.id), after=_outline(parcel))
        in_turn(self.store, lambda turn: self._put_parcel(turn, parcel))

    @needs(Role.PLANNER, ANYWHERE)
    def drop_parcel(self, id: str, *, actor: str) -> None:
        """Take a parcel out of the parcels layer."""
        tell(before=self._outline(id), after=None)
        in_turn(self.store, lambda turn: turn.drop_feature(self._parcels_layer(), id=id))

    def _outline(self, id: str) -> dict[str, Any] | None:
        """A parcel of the workspace as the trail tells it; None where it is not there."""
        try:
            return _outline(self.parcel(id))
        except FeatureMissing:
            return None

    def _put_parcel(self, turn: Turn, parcel: Parcel) -> None:
        values = {"name": parcel.name, "kind": "drawn"}
        turn.put_feature(self._parcels_layer(), id=parcel.id, shape=parcel.shape, values=values)

    def _parcels_layer(self) -> str:
        """The layer that drawn parcels join: the first of the role. Raises LayerMissing."""
        infos = self.layers()
        name = next((info.name for info in infos if info.role == "parcels"), None)
        if name is None:
            raise LayerMissing(wanted="parcels", known=", ".join(info.name for info in infos) or "-")
        return name


def _outline(parcel: Parcel) -> dict[str, Any]:
    """A parcel as the trail tells it: its name, and its outline to the last digit."""
    return {"parcel": parcel.id, "name": parcel.name, "shape": parcel.shape.wkt}
