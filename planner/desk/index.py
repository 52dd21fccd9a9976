"""Large layers by their index: mapped from a file beside the workspace, made anew when the layer has changed.

A file is of one state of one layer, named by the hash of what was imported and the stamp of the last change. It is
written under another name and put in place whole, so processes that make the same one at once do no harm, and who has
an older one mapped keeps it until it asks again.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from planner.errors import StoreBusy
from planner.land.large import LargeLayer
from planner.land.parcel import Layer
from planner.store.base import LayerInfo, Store
from planner.store.beside import file_of, folder_of, tidied

if TYPE_CHECKING:
    from planner.land.kernel.pack import Packed

# A layer of so many features is not read for one parcel: reading takes a second, the index a millisecond.
LARGE_FROM = 50_000
_making = threading.Lock()  # one index at a time: each is made of a whole layer in memory


class LayerChanged(StoreBusy):
    """The layer is no longer in the state of which the index was made."""


def layer_of(store: Store, info: LayerInfo) -> Layer:
    """A layer of the workspace; a large one by its index. ``info`` is how it stands now. Raises LayerMissing."""
    return store.layer(info.name) if info.features < LARGE_FROM else large(store, info)


def large(store: Store, info: LayerInfo) -> LargeLayer:
    """A layer by its index, as it stands now; its rows are read only where somebody asks for them, and then only those
    that the index was made of. Raises LayerMissing, and when asked for rows LayerChanged."""
    # The moment first: whoever makes an index waits for no connection that is held by others who wait to make theirs.
    with store.moment(), _making:
        now = next((now for now in store.layers() if now.name == info.name), info)
        packed = _kept(store, now)
    about = Layer(now.role, now.name, None, now.as_of, now.source, None, now.illustrative)  # type: ignore[arg-type]
    return LargeLayer(about, packed, lambda: _rows(store, now))


def prepare(store: Store, name: str | None) -> None:
    """Make the index of a layer that has just been kept, if it is a large one."""
    for info in store.layers():
        if info.name == name:
            layer_of(store, info)


def warm(store: Store) -> int:
    """Load the machine code and make what indexes are missing: for a thread in the background. Returns how many large
    layers there are."""
    infos = [info for info in store.layers() if info.features >= LARGE_FROM]
    if infos:
        from planner.land.kernel.takes import warm as load_code

        load_code()
    for info in infos:
        large(store, info)
    return len(infos)


def packed_of(layer: Layer) -> Packed:
    """The index of a layer, which knows what lies under two patches."""
    from planner.land.kernel.pack import pack, row_classes  # its room loads numba
    from planner.land.kernel.takes import looked_over

    numbers, classes = row_classes(layer.frame)
    return looked_over(pack(layer.frame.geometry.to_numpy(), numbers, classes))


def _kept(store: Store, info: LayerInfo) -> Packed:
    """The index from its file, made first unless the file is of this state."""
    from planner.store.packed import opened

    folder = folder_of(store.where)

    def make() -> Packed:
        made = packed_of(store.layer(info.name))
        if folder is not None:
            with suppress(OSError):  # then it cannot be saved either, and is used from memory
                folder.mkdir(exist_ok=True, parents=True)
            tidied(folder, [other.name for other in store.layers()])
        return made

    return make() if folder is None else opened(file_of(folder, info.name), f"{info.sha256}/{info.stamp}", make)


def _rows(store: Store, info: LayerInfo) -> Layer:
    """The rows of exactly that state: by the numbers of its index those of another would be taken for others."""
    with store.moment():
        if not any(now.name == info.name and now.stamp == info.stamp for now in store.layers()):
            raise LayerChanged(file=store.where)
        return store.layer(info.name)
