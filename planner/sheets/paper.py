"""Papers, and where things stand on them: rectangles in mm from the lower left corner.

All sizes are those of A3 times ``unit``, so that A4 stays legible and A1 fills its wall.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from planner.errors import InputError
from planner.text import N_


class PaperUnknown(InputError):
    code = "E_USAGE"
    sentence = N_("There is no paper '{paper}'. Use one of: {known}.")


@dataclass(frozen=True)
class Box:
    """A rectangle on paper: x, y of its lower left corner, width, height, all in mm."""

    x: float
    y: float
    w: float
    h: float

    @property
    def top(self) -> float:
        return self.y + self.h

    @property
    def right(self) -> float:
        return self.x + self.w

    def inset(self, dx: float, dy: float | None = None) -> Box:
        """The box smaller by ``dx`` at both sides and ``dy`` above and below."""
        dy = dx if dy is None else dy
        return Box(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def meets(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return self.x < other.right and other.x < self.right and self.y < other.top and other.y < self.top


@dataclass(frozen=True)
class Paper:
    """A sheet of paper, landscape, and the rooms on it."""

    name: str
    width: float
    height: float
    unit: float

    @property
    def edge(self) -> Box:
        """Inside the margins."""
        return Box(0.0, 0.0, self.width, self.height).inset(10.0 * self.unit)

    @property
    def title(self) -> Box:
        edge, high = self.edge, 18.0 * self.unit
        return Box(edge.x, edge.top - high, edge.w, high)

    @property
    def _right(self) -> float:
        return 128.0 * self.unit

    @property
    def _foot(self) -> float:
        return 46.0 * self.unit

    @property
    def block(self) -> Box:
        """The title block, lower right."""
        edge = self.edge
        return Box(edge.right - self._right, edge.y, self._right, self._foot)

    @property
    def panel(self) -> Box:
        """The case in words and figures, right of the map."""
        block = self.block
        return Box(block.x, block.top, block.w, self.title.y - block.top)

    @property
    def scale(self) -> Box:
        """North arrow, scale and system, lower left."""
        edge = self.edge
        return Box(edge.x, edge.y, 70.0 * self.unit, self._foot)

    @property
    def index(self) -> Box:
        """The index map, beside the scale."""
        return Box(self.scale.right, self.edge.y, 40.0 * self.unit, self._foot)

    @property
    def legend(self) -> Box:
        left = self.index.right
        return Box(left, self.edge.y, self.block.x - left, self._foot)

    @property
    def frame(self) -> Box:
        """The map itself, within a band for the grid's figures."""
        edge, band = self.edge, 6.0 * self.unit
        return Box(edge.x, self.legend.top, self.panel.x - edge.x, self.title.y - self.legend.top).inset(band)

    @property
    def foot(self) -> Box:
        """The line at the foot of a page without a title block."""
        return Box(self.edge.x, self.edge.y, self.edge.w, 6.0 * self.unit)

    @property
    def list(self) -> Box:
        """The table on a page that shows nothing else."""
        return Box(self.edge.x, self.foot.top, self.edge.w, self.title.y - self.foot.top)

    @property
    def frame_mm(self) -> tuple[float, float]:
        """Width and height of the map."""
        return self.frame.w, self.frame.h


@dataclass(frozen=True)
class Upright(Paper):
    """Paper of a parcel sheet: upright, margins of 2 cm or more, ``rows`` lines of coordinates below the map."""

    rows: int = 0

    @property
    def edge(self) -> Box:
        return Box(0.0, 0.0, self.width, self.height).inset(max(20.0, 20.0 * self.unit))

    @property
    def title(self) -> Box:
        edge, high = self.edge, 15.0 * self.unit
        return Box(edge.x, edge.top - high, edge.w, high)

    @property
    def head(self) -> Box:
        """The facts above the map."""
        high = 54.0 * self.unit
        return Box(self.edge.x, self.title.y - high, self.edge.w, high)

    @property
    def block(self) -> Box:
        return Box(self.edge.x, self.edge.y, self.edge.w, 25.0 * self.unit)

    @property
    def row(self) -> float:
        """The height of a line of coordinates."""
        return 4.3 * self.unit

    @property
    def columns(self) -> int:
        """How many columns of coordinates stand side by side."""
        return int(self.edge.w / (80.0 * self.unit))

    @property
    def table(self) -> Box:
        return Box(self.edge.x, self.block.top, self.edge.w, (self.rows + 1) * self.row + 1.0 * self.unit)

    @property
    def list_rows(self) -> int:
        """How many lines a column of such a page holds."""
        return int((self.list.h - 1.0 * self.unit) / self.row) - 1

    @property
    def _strip(self) -> tuple[float, float]:
        return self.table.top, 34.0 * self.unit

    @property
    def scale(self) -> Box:
        low, high = self._strip
        return Box(self.edge.x, low, 57.0 * self.unit, high)

    @property
    def legend(self) -> Box:
        return Box(self.scale.right, self.scale.y, 62.0 * self.unit, self.scale.h)

    @property
    def notes(self) -> Box:
        """On what basis the figures are."""
        left = self.legend.right
        return Box(left, self.scale.y, self.edge.right - left, self.scale.h)

    @property
    def frame(self) -> Box:
        edge, low = self.edge, self.scale.top
        return Box(edge.x, low, edge.w, self.head.y - low).inset(6.0 * self.unit)


PAPERS: Mapping[str, Paper] = MappingProxyType({
    "A1": Paper("A1", 841.0, 594.0, 1.7),
    "A2": Paper("A2", 594.0, 420.0, 1.3),
    "A3": Paper("A3", 420.0, 297.0, 1.0),
    "A4": Paper("A4", 297.0, 210.0, 0.76),
})


_UPRIGHT: Mapping[str, Upright] = MappingProxyType({
    "A1": Upright("A1", 594.0, 841.0, 1.7),
    "A2": Upright("A2", 420.0, 594.0, 1.4),
    "A3": Upright("A3", 297.0, 420.0, 1.1),
    "A4": Upright("A4", 210.0, 297.0, 0.86),
})


def paper_named(name: str) -> Paper:
    """A paper by its name, upper or lower case. Raises PaperUnknown."""
    return PAPERS[_known(name)]


def upright_named(name: str) -> Upright:
    """The paper of a parcel sheet by its name. Raises PaperUnknown."""
    return _UPRIGHT[_known(name)]


def _known(name: str) -> str:
    if name.upper() not in PAPERS:
        raise PaperUnknown(paper=name, known=", ".join(PAPERS))
    return name.upper()
