"""A workspace that forgets: a file of its own in a temporary folder, gone with it. For tests and what-ifs."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from planner.store.clock import Clock, utc_now
from planner.store.geopackage import GeoPackageStore

MEMORY = "memory:"


class MemoryStore(GeoPackageStore):
    """Every verb of the workspace file without its waiting for the disk: nothing of it outlives the process."""

    synchronous = "OFF"

    def __init__(self, *, clock: Clock = utc_now) -> None:
        self._folder = TemporaryDirectory(prefix="planner-", ignore_cleanup_errors=True)
        super().__init__(Path(self._folder.name) / "workspace.gpkg", create=True, clock=clock)
        self.where = MEMORY

    def close(self) -> None:
        super().close()
        self._folder.cleanup()
