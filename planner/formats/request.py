"""What was asked of the door."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Request:
    """A file and what the person said about it; ``name`` is the file name they know."""

    path: Path
    name: str
    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    swap_axes: bool = False

    @property
    def stem(self) -> str:
        """The name without its last ending."""
        return Path(self.name).stem
