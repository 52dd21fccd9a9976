"""The sheet as one page for a browser without network: the map with its layers, and the case in words beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from planner.land.parcel import Layer
from planner.sheets.sheet import MapLayer, Row, Sheet
from planner.sheets.voice import Voice, voice_of
from planner.text import N_, Text, Translate
from planner.verdict import Sign
from planner.webmap.build import Piece, Plane, Sheetlet, base_map, marks, page_call, pieces_call
from planner.webmap.escape import escape
from planner.webmap.layers import FINEST, drawn
from planner.webmap.offline import to_html
from planner.webmap.style import LOOKS, role_look

# A page without network has all its land in it: of a layer larger than this the largest features are kept.
MOST_FEATURES = 20_000
STYLE = "web.css"
_CHANCE = re.compile(r"_([0-9a-f]{32})\b")
_BODY = re.compile(r"</head>\s*<body>")
ILLUSTRATIVE = N_("Illustrative: contains invented data")


def draw(sheet: Sheet, path: Path) -> Path:
    """Write the page: opens from a folder, asks nobody for anything, and every name in it is only text."""
    title = voice_of(sheet).line(sheet.title)
    bounds = _bounds(sheet)
    made = base_map(
        [sheetlet(layer, sheet, f"layer{i}") for i, layer in enumerate(sheet.layers)], view=None, bounds=bounds,
        plane=_plane(sheet.plane_crs), translate=_labels(sheet),
    )
    marks(pieces_call(_pieces(sheet))).add_to(made)
    page_call(_labels(sheet)).add_to(made)
    page = _settled(to_html(made, title=title, lang="en" if sheet.lang == "en" else "zh"))
    path.write_text(_beside(page, "".join(_case(sheet))), encoding="utf-8")
    return path


def _settled(page: str) -> str:
    """The page with the chance names of its parts numbered: the same sheet gives the same bytes."""
    numbers: dict[str, int] = {}
    return _CHANCE.sub(lambda found: f"_{numbers.setdefault(found[1], len(numbers)):032x}", page)


def _beside(page: str, case: str) -> str:
    """The page with the case beside its map. Put in after the map is made: nothing reads it as a template."""
    style = files(__package__).joinpath(STYLE).read_text("utf-8")
    (border,) = _BODY.finditer(page)
    head, body = page[: border.start()], page[border.end() :]
    return f'{head}<style>{style}</style></head><body><aside class="case">{case}</aside>{body}'


def _labels(sheet: Sheet) -> Translate:
    """The words of the map itself; one with a figure in it is said in one language only."""
    voice = voice_of(sheet)
    return lambda msgid: sheet.translate(msgid) if "{" in msgid else voice.word(msgid)


def sheetlet(layer: MapLayer, sheet: Sheet, key: str) -> Sheetlet:
    """A printed layer as the browser's map lists it."""
    voice, frame = voice_of(sheet), layer.frame.reset_index(drop=True)
    ground = Layer(layer.role, key, frame, layer.as_of, "", None, layer.illustrative)
    rows = _largest(ground)
    picture = drawn(
        ground, sheet.classes, rows=rows, total=len(frame), pixel_degrees=FINEST, translate=sheet.translate,
        lang="en" if sheet.lang == "en" else "zh",
    )
    title = voice.line(layer.title) + (f" ({voice.word(N_('illustrative'))})" if layer.illustrative else "")
    vintage = layer.as_of.isoformat() if layer.as_of else voice.word(N_("undated"))
    return Sheetlet(key, layer.role, title, vintage, picture, by_view=False, on=role_look(layer.role).on)


def _largest(layer: Layer) -> np.ndarray | None:
    if len(layer.frame) <= MOST_FEATURES:
        return None
    extent = pd.DataFrame(shapely.bounds(layer.frame.geometry.values)).pipe(lambda b: (b[2] - b[0]) * (b[3] - b[1]))
    return np.sort(extent.nlargest(MOST_FEATURES).index.to_numpy())


def _pieces(sheet: Sheet) -> Iterator[Piece]:
    voice = voice_of(sheet)
    for piece in sheet.pieces:
        yield Piece(piece.shape, piece.sign, f"{voice.word(LOOKS[piece.sign].word)} · {voice.line(piece.label)}")
    if sheet.parcel is not None:
        yield Piece(sheet.parcel, None, voice.name(sheet.parcel_id))


def _bounds(sheet: Sheet) -> Sequence[Sequence[float]] | None:
    shapes = [sheet.parcel] if sheet.parcel is not None else [
        shapely.box(*layer.frame.total_bounds) for layer in sheet.layers if len(layer.frame)]
    if not shapes:
        return None
    west, south, east, north = shapely.total_bounds(shapes)
    pad = 0.4 * max(east - west, north - south) if sheet.parcel is not None else 0.0
    return [[south - pad, west - pad], [north + pad, east + pad]]


def _plane(code: str) -> Plane | None:
    crs = CRS.from_user_input(code)
    rows = crs.coordinate_operation.params if crs.coordinate_operation else []
    found: dict[str, Any] = {row.name: row.value for row in rows}
    if not {"Longitude of natural origin", "False easting"} <= set(found):
        return None
    return Plane(code, found["Longitude of natural origin"], found["False easting"])


def _case(sheet: Sheet) -> Iterator[str]:
    """The case as HTML: every text is escaped, tags and styles are constants."""
    voice = voice_of(sheet)
    yield f"<h1>{_lines(voice.each(sheet.title))}</h1>"
    if sheet.illustrative:
        yield f'<div class="i">{_lines(voice.each(Text(ILLUSTRATIVE)))}</div>'
    colour = LOOKS[sheet.verdict].colour if sheet.verdict is not None else "#1f2933"
    sign = f"{LOOKS[sheet.verdict].sign} " if sheet.verdict is not None else ""
    yield f'<p class="v" style="color:{colour}">{sign}{_lines(voice.each(sheet.headline))}</p>'
    for heading, rows, columns in (
        (N_("What the parcel takes"), sheet.takes, ()), (N_("Quotas"), sheet.quotas, sheet.quota_columns),
        (N_("Findings"), sheet.findings, ()),
    ):
        yield from _table(sheet, heading, rows, columns)
    for heading, texts in ((N_("Notes"), sheet.notes), (N_("Sources"), sheet.sources)):
        if texts:
            yield f"<h2>{escape(voice.word(heading))}</h2>"
            yield "".join(f"<p><small>{_lines(voice.each(text))}</small></p>" for text in texts)
    at = f"{sheet.printed_at:%Y-%m-%d %H:%M}"
    stamp = f"{voice.word(N_('Run hash'))} {sheet.run_hash} · {voice.word(N_('printed'))} {at}"
    yield f"<p><small>{escape(stamp)}</small></p>"


def _table(sheet: Sheet, heading: str, rows: Sequence[Row], columns: Sequence[Text]) -> Iterator[str]:
    if not rows:
        return
    voice = voice_of(sheet)
    yield f"<h2>{escape(voice.word(heading))}</h2><table>"
    if columns:
        yield "<tr><th></th>" + "".join(f'<th class="n">{_lines(voice.each(c))}</th>' for c in columns) + "</tr>"
    for row in rows:
        sign = _sign(row.sign, voice)
        note = f"<br><small>{_lines(voice.each(row.note))}</small>" if row.note is not None else ""
        cells = "".join(f'<td class="n">{_lines(voice.each(figure))}</td>' for figure in row.cells)
        # Several figures take a line of their own; the label stands over them.
        apart = len(row.cells) != 1
        span = f' class="l" colspan="{max(len(columns), 1) + 1}"' if apart else ""
        yield f"<tr><td{span}>{sign}{_lines(voice.each(row.label))}{note}</td>{'' if apart else cells}</tr>"
        if len(row.cells) > 1:
            yield f"<tr><td></td>{cells}</tr>"
    yield "</table>"


def _sign(sign: Sign | None, voice: Voice) -> str:
    if sign is None:
        return ""
    look = LOOKS[sign]
    return f'<b style="color:{look.colour}" title="{escape(voice.word(look.word))}">{look.sign}</b> '


def _lines(said: Sequence[str]) -> str:
    return "<br>".join(escape(line) for line in said)
