"""Folium maps of the workspace: one builder for the app and for the page that leaves the house.

Nothing here knows Streamlit. A map is a folium.Map with one element a layer; the drawing itself is in
``scripts/planner.js``. Tiles are never asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import folium
import shapely
from branca.element import Element
from folium.elements import JSCSSMixin, MacroElement
from folium.template import Template
from shapely.geometry.base import BaseGeometry

from planner.text import N_, Text, Translate
from planner.verdict import Sign
from planner.webmap.escape import escape, script_json
from planner.webmap.layers import Drawn, View
from planner.webmap.style import DRAFT, patterns_svg, role_look, sign_path, signs_html

LABELS = {
    "layers": N_("Layers"),
    "classes": N_("Classes"),
    "zoom_in": N_("Zoom in"),
    "zoom_out": N_("Zoom out"),
    "partly": N_("showing {shown} of {total}: zoom in"),
    "waiting": N_("shown by view"),
    "unseen": N_("cannot be shown here: sign in again, or open the app on the machine it runs on"),
}


@dataclass(frozen=True)
class Plane:
    """The plane grid for the coordinates at the foot: a Gauss-Krueger zone of CGCS2000."""

    name: str
    meridian: float
    false_easting: float


@dataclass(frozen=True)
class Sheetlet:
    """One layer as the map lists it. ``drawn`` is what is sent now (for a layer by view or in tiles: the legend only);
    ``tiles`` is the address of its pictures, with {z}, {x} and {y} to be filled in, and of what lies at a place."""

    key: str
    role: str
    title: str
    vintage: str
    drawn: Drawn
    by_view: bool
    on: bool
    tiles: Tiles | None = None


@dataclass(frozen=True)
class Tiles:
    """Where a browser gets the pictures of a layer, and what lies at a place; ``bounds`` as Leaflet writes them."""

    pictures: str
    place: str
    bounds: tuple[tuple[float, float], tuple[float, float]]
    deepest: int


@dataclass(frozen=True)
class Piece:
    """Land to be marked: hatched by its sign, or outlined when it has none (the parcel itself); ``id`` is told when
    it is clicked, on a map that listens (``picking_call``)."""

    shape: BaseGeometry
    sign: Sign | None
    label: str
    id: str | None = None


@dataclass(frozen=True)
class Written:
    """An argument that is JSON already."""

    json: str


class _Plain(Element):
    """Text that is put into the page as it is: branca takes each for a template and reads it through before."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: Any) -> str:
        return self.text


class _Called(MacroElement):
    """An element whose script is a call: all the land of a layer may stand in it. It stands below ``JSCSSMixin``, so
    that what MacroElement would do with the template of a page is never done."""

    def call(self) -> str:
        """The call. Each element has its own."""
        raise NotImplementedError

    def render(self, **kwargs: Any) -> str:
        figure: Any = self.get_root()
        figure.script.add_child(_Plain(self.call()), name=self.get_name())
        return ""


class _Script(JSCSSMixin, _Called):
    """A call of one function of planner.js with JSON arguments."""

    # Read by streamlit-folium, which writes the script of a live map from it; a page of its own is rendered above.
    _template = Template("{% macro script(this, kwargs) %}{{ this.call() }}{% endmacro %}")

    def __init__(self, function: str, *arguments: Any) -> None:
        super().__init__()
        self._name = "PlannerCall"
        self.function, self.arguments = function, arguments

    def call(self) -> str:
        given = "".join(
            f", {argument.json if isinstance(argument, Written) else script_json(argument)}"
            for argument in self.arguments
        )
        return f"Planner.{self.function}({_map_of(self).get_name()}{given});\n"


class _Start(_Script):
    default_js = [("planner_js", "planner.js")]
    default_css = [("planner_css", "planner.css")]


class _Page(_Script):
    default_js = [("planner_page_js", "planner-page.js")]


class _Mark(_Script):
    """Something on top of everything; a child of a feature group, so that it can be changed without a new map."""

    def call(self) -> str:
        given = ", ".join([_map_of(self).get_name(), *(script_json(argument) for argument in self.arguments)])
        return f"Planner.{self.function}({given}).addTo({_group_of(self)});\n"


def _group_of(element: Any) -> str:
    """The name of the group an element lies in, as the script calls it."""
    return str(element._parent.get_name())


def _map_of(element: Any) -> Any:
    while not isinstance(element, folium.Map):
        element = element._parent
    return element


def base_map(
    sheets: Sequence[Sheetlet],
    *,
    view: View | None,
    bounds: Sequence[Sequence[float]] | None = None,
    plane: Plane | None,
    translate: Translate,
    height: int | str = "100%",
    listed: bool = True,
) -> folium.Map:
    """A map with its layers, legend (where they are ``listed``), scale and coordinates, and no tiles.

    It opens on ``view`` (centre and zoom), or else on ``bounds`` ([[south, west], [north, east]]). Titles,
    vintages and names are escaped here.
    """
    start = view or View(*_flat(bounds or [[-60.0, -180.0], [60.0, 180.0]]), zoom=12)
    centre = [(start.south + start.north) / 2, (start.west + start.east) / 2]
    made = folium.Map(
        location=centre,
        zoom_start=start.zoom,  # type: ignore[arg-type]
        tiles=None,
        height=height,
        max_zoom=20,
        zoom_snap=0.5,
        zoom_control=True,
        attribution_control=True,
    )
    words = {key: escape(translate(msgid)) for key, msgid in LABELS.items()}
    options = {"patterns": patterns_svg(), "words": words, "plane": _plane(plane)}
    _Start("start", options).add_to(made)
    if view is None and bounds is not None:
        # Clear of the tools on the left and the list of layers on the right.
        made.fit_bounds([list(corner) for corner in bounds], padding_top_left=(48, 12), padding_bottom_right=(12, 12))
    for sheet in sorted(sheets, key=lambda one: role_look(one.role).rank):
        _Script("layer", layer_spec(sheet), Written(sheet.drawn.dumped if _sent(sheet) else "null")).add_to(made)
    if listed:
        _Script("panel", signs_html(translate)).add_to(made)
    return made


def _sent(sheet: Sheetlet) -> bool:
    """Whether the features of a layer go with the map."""
    return not sheet.by_view and sheet.tiles is None


def layer_spec(sheet: Sheetlet) -> dict[str, Any]:
    """What planner.js wants to know of a layer."""
    look = role_look(sheet.role)
    legend = list(sheet.drawn.legend)
    return {
        "key": sheet.key,
        "title": escape(sheet.title),
        "vintage": escape(sheet.vintage),
        "on": sheet.on,
        "pane": look.pane,
        "snap": sheet.role == "parcels",
        "pick": sheet.role == "parcels",
        "styles": list(sheet.drawn.styles),
        "legend": legend,
        "byView": sheet.by_view,
        "tiles": None if sheet.tiles is None else asdict(sheet.tiles),
    }


def view_call(sheet: Sheetlet, stamp: str, view: View, translate: Translate) -> MacroElement:
    """What a layer by view shows now: an element for a feature group."""
    note = ""
    if sheet.drawn.shown < sheet.drawn.total:
        note = Text(LABELS["partly"], shown=f"{sheet.drawn.shown:,}", total=f"{sheet.drawn.total:,}").say(translate)
    return _Script("view", sheet.key, stamp, view.wider().bounds, view.zoom, Written(sheet.drawn.dumped), escape(note))


def fly_call(turn: int, shape: BaseGeometry) -> MacroElement:
    """Go to a piece of land, once a turn: an element for a feature group."""
    west, south, east, north = shape.bounds
    return _Script("fly", turn, [[south, west], [north, east]])


def frame_call(shape: BaseGeometry, centre: tuple[float, float], label: str) -> MacroElement:
    """The frame of a page, which a person drags: an element for a feature group. What the map then says holds its
    middle (lon, lat)."""
    ring = [[lat, lon] for lon, lat in shapely.get_coordinates(shape).tolist()]
    return _Mark("frame", ring, [centre[1], centre[0]], escape(label))


def pieces_call(pieces: Iterable[Piece]) -> MacroElement:
    """Marks of findings and of the parcel: an element for a feature group."""
    styles: list[dict[str, Any]] = [{**DRAFT, "fill": False}]
    numbers: dict[Sign | None, int] = {None: 0}
    features = []
    for piece in pieces:
        if piece.sign not in numbers and piece.sign is not None:
            numbers[piece.sign] = len(styles)
            styles.append(sign_path(piece.sign))
        picked = {} if piece.id is None else {"id": piece.id}
        features.append(
            {
                "type": "Feature",
                "properties": {"s": numbers[piece.sign], "t": escape(piece.label), **picked},
                "geometry": shapely.geometry.mapping(piece.shape),
            }
        )
    return _Mark("pieces", {"type": "FeatureCollection", "features": features}, styles)


def picking_call() -> MacroElement:
    """Clicks on pieces that have an id are told: an element for a map."""
    return _Script("picking")


PAGE_WORDS = {
    "measure": N_("Measure on the ellipsoid (Esc ends it)"),
    "print": N_("Print"),
    "start": N_("Click the corners of a line or of land; Backspace takes one back, Esc ends."),
    "length": N_("Length"),
    "around": N_("Around"),
    "area": N_("Area"),
    "mu": N_("mu"),
    "basis": N_("CGCS2000 ellipsoid: lengths along the geodesic, the area with edges straight in longitude and "
                "latitude"),
}


def page_call(translate: Translate) -> MacroElement:
    """What a map that leaves the house does besides: tell of what is clicked, measure, print. The last element of a
    map."""
    return _Page("page", {key: escape(translate(msgid)) for key, msgid in PAGE_WORDS.items()})


def marks(*calls: MacroElement) -> folium.FeatureGroup:
    """Elements that may change without a new map, in one group."""
    group = folium.FeatureGroup(name="marks", control=False)
    for call in calls:
        call.add_to(group)
    return group


def _plane(plane: Plane | None) -> dict[str, Any] | None:
    if plane is None:
        return None
    return {"name": escape(plane.name), "meridian": plane.meridian, "false_easting": plane.false_easting}


def _flat(bounds: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    (south, west), (north, east) = bounds
    return west, south, east, north
