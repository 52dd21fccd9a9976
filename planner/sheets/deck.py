"""The case as slides (PPTX, 16:9): native text, tables and charts that Office can edit.

Slides are laid out in shares of the page, so that an office's own template may have any size. A table that does not
fit says how many rows it leaves out; all of them stand in the workbook.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Pt

from planner.sheets import fonts
from planner.sheets.office import EAST_ASIAN, LATIN, TemplateWrong, damage
from planner.sheets.sheet import Chart, Sheet, Table
from planner.sheets.voice import Voice, voice_of
from planner.text import N_, Text
from planner.webmap.style import ACCENT, LOOKS

WIDE, HIGH = Emu(12_192_000), Emu(6_858_000)  # 16:9 as Office has it, 13.333 x 7.5 inches
MARGIN, TOP, FOOT = 0.045, 0.17, 0.06  # shares of the width, the height, the height
INK, GREY, PALE = "1f2933", "5b6570", "eef2f6"
USED, ASKED, CAP = "8a9aab", "c98a00", "7f1d1d"
EMU_PER_MM = 36_000
MORE_ROWS = N_("… rows left out: {count}")
NOTHING = N_("There is nothing to show.")
ILLUSTRATIVE = N_("Illustrative: contains invented data")
LEADING = 1.45  # line to line, of the widest set type a reader may have
PAD_MM = 1.6  # between the text of a cell and its edge
MOST_LINES = 4  # of a cell


@dataclass(frozen=True)
class Room:
    """A rectangle on a slide in EMU."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True)
class Deck:
    """The presentation that is being made, the sheet and its voice."""

    show: Any
    sheet: Sheet
    voice: Voice
    layout: Any

    def room(self, left: float = 0.0, right: float = 1.0, top: float = 0.0, bottom: float = 1.0) -> Room:
        """A part of what lies below the title, in shares of it."""
        wide, high = self.show.slide_width, self.show.slide_height
        x, w = wide * MARGIN, wide * (1 - 2 * MARGIN)
        y, h = high * TOP, high * (1 - TOP - FOOT)
        return Room(int(x + w * left), int(y + h * top), int(w * (right - left)), int(h * (bottom - top)))


def draw(sheet: Sheet, path: Path, *, picture: bytes | None, template: Path | None = None) -> Path:
    """Write the slides. ``picture`` is the map as PNG, None where there is no land to show.

    Raises TemplateWrong for a template that is no presentation.
    """
    show = _opened(template)
    deck = Deck(show, sheet, voice_of(sheet, own_type=False), _title_only(show))
    for number, slide in enumerate(_slides(deck, picture), 1):
        _foot(deck, slide, number)
    show.core_properties.title = deck.voice.line(sheet.title)[:255]
    show.core_properties.author = deck.voice.line(sheet.title_block.office)[:255] or "planner"
    show.core_properties.created = show.core_properties.modified = sheet.printed_at
    show.save(path)
    return path


def _opened(template: Path | None) -> Any:
    """An empty presentation: the office's own without its slides, else one of 16:9."""
    if template is None:
        show = Presentation()
        show.slide_width, show.slide_height = WIDE, HIGH
        return show
    with damage(template):
        show = Presentation(str(template))
    ids = show.slides._sldIdLst  # python-pptx has no verb to take a slide out
    for one in list(ids):
        show.part.drop_rel(one.rId)
        ids.remove(one)
    if not len(show.slide_layouts):
        raise TemplateWrong(name=template.name, reason=Text(N_("it has no slide layout")))
    return show


def _title_only(show: Any) -> Any:
    """The layout with a title and least besides it."""
    def others(layout: Any) -> tuple[bool, int]:
        kinds = [holder.placeholder_format.type for holder in layout.placeholders]
        titles = sum(kind in (1, 3) for kind in kinds)  # TITLE, CENTER_TITLE
        return titles == 0, len(kinds) - titles

    return min(show.slide_layouts, key=others)


def _slides(deck: Deck, picture: bytes | None) -> Iterator[Any]:
    sheet = deck.sheet
    yield _question(deck)
    yield _site(deck, picture)
    yield _tables(deck, N_("What it takes"), ("takes",) if sheet.table("takes") else ("projects",))
    yield _budgets(deck)
    yield _tables(deck, N_("Findings and clauses"), ("findings",))
    yield _tables(deck, N_("What it displaces"), ("displaced",))
    yield _tables(deck, N_("Alternatives and ways out"), ("ways_out",))
    yield _recommendation(deck)
    yield _rests_on(deck)


def _new(deck: Deck, title: str | Text) -> Any:
    """A slide with its title; what else the layout offers to fill in is taken away."""
    slide = deck.show.slides.add_slide(deck.layout)
    for holder in list(slide.placeholders):
        if slide.shapes.title is None or holder.shape_id != slide.shapes.title.shape_id:
            holder._element.getparent().remove(holder._element)
    head = slide.shapes.title
    wide, high = deck.show.slide_width, deck.show.slide_height
    place = Room(int(wide * MARGIN), int(high * 0.04), int(wide * (1 - 2 * MARGIN)), int(high * 0.11))
    if head is None:
        head = slide.shapes.add_textbox(place.x, place.y, place.w, place.h)
    head.left, head.top, head.width, head.height = place.x, place.y, place.w, place.h
    said = deck.voice.line(Text(title) if isinstance(title, str) else title)
    size = _fitting(said, (26, 22, 18, 15, 12), place, 2)
    _write(head.text_frame, [(said, size, ACCENT.lstrip("#"), True)], middle=True)
    return slide


def _question(deck: Deck) -> Any:
    sheet, voice = deck.sheet, deck.voice
    slide = _new(deck, sheet.title)
    lines: list[tuple[str, int, str, bool]] = []
    if sheet.question is not None:
        lines.append((voice.lines(sheet.question), 20, INK, False))
    look = LOOKS[sheet.verdict] if sheet.verdict is not None else None
    sign = f"{look.sign} " if look else ""
    lines.append((sign + voice.lines(sheet.headline), 20, (look.colour if look else INK).lstrip("#"), True))
    if sheet.illustrative:
        lines.append((voice.lines(Text(ILLUSTRATIVE)), 14, "b3261e", True))
    _text(deck, slide, deck.room(bottom=0.5), lines)
    about = Table("about", Text(""), (), [(row.label, *row.cells) for row in sheet.about])
    _table(deck, slide, about, deck.room(right=0.72, top=0.52), shares=(0.3, 0.7))
    return slide


def _site(deck: Deck, picture: bytes | None) -> Any:
    slide = _new(deck, Text(N_("Site")))
    if picture is None:
        _text(deck, slide, deck.room(), [(deck.voice.lines(Text(NOTHING)), 16, GREY, False)])
        return slide
    room = deck.room()
    image = slide.shapes.add_picture(BytesIO(picture), room.x, room.y, height=room.h)
    if image.width > room.w:
        image.height, image.width = int(image.height * room.w / image.width), room.w
    image.left = room.x + (room.w - image.width) // 2
    image.name = deck.voice.line(deck.sheet.title)[:120]
    return slide


def _tables(deck: Deck, title: str, keys: Sequence[str]) -> Any:
    slide = _new(deck, title)
    for key in keys:
        table = deck.sheet.table(key)
        if table is not None:
            _table(deck, slide, table, deck.room(), shares=SHARES.get(key), columns=COLUMNS.get(key))
    return slide


def _budgets(deck: Deck) -> Any:
    """The chart of the budget that is worst off, and its lines of the balances beside it."""
    chart, table = deck.sheet.chart, deck.sheet.table("balances")
    slide = _new(deck, N_("Budgets by year"))
    if chart is not None:
        _chart(deck, slide, chart, deck.room(bottom=0.56))
    if table is not None:
        rows = [row for row in table.rows if chart is None or (
            row[0] == chart.title and str(row[1]) in {str(year) for year in chart.years})]
        own = Table(table.key, table.title, table.columns, rows, table.notes)
        _table(deck, slide, own, deck.room(top=0.58 if chart is not None else 0.0))
    return slide


def _recommendation(deck: Deck) -> Any:
    sheet, voice = deck.sheet, deck.voice
    slide = _new(deck, N_("Recommendation"))
    colour = LOOKS[sheet.verdict].colour if sheet.verdict is not None else f"#{INK}"
    if sheet.recommendation is not None:
        _text(deck, slide, deck.room(bottom=0.2), [(voice.lines(sheet.recommendation), 22, colour.lstrip("#"), True)])
    rows = [(text,) for text in sheet.conditions]
    _table(deck, slide, Table("conditions", Text(""), (Text(N_("Conditions to be met")),), rows), deck.room(top=0.22))
    return slide


def _rests_on(deck: Deck) -> Any:
    sheet = deck.sheet
    slide = _new(deck, N_("Sources and parameters"))
    rows: list[tuple[str | Text, ...]] = [(text,) for text in (*sheet.notes, *sheet.sources)]
    _table(deck, slide, Table("sources", Text(""), (Text(N_("Notes and sources")),), rows), deck.room())
    return slide


# Which columns of a wide table stand on a slide (all stand in the workbook), and how the room is shared.
COLUMNS = {"projects": (1, 2, 3, 4, 5, 6)}
SHARES = {
    "takes": (0.4, 0.35, 0.25), "findings": (0.1, 0.55, 0.35), "projects": (0.3, 0.1, 0.08, 0.12, 0.25, 0.15),
    "displaced": (0.28, 0.36, 0.14, 0.12, 0.1), "ways_out": (0.22, 0.58, 0.2),
}
_RIGHT = "{value:,}"


def _table(
    deck: Deck, slide: Any, table: Table, room: Room, *, shares: Sequence[float] | None = None,
    columns: Sequence[int] | None = None,
) -> None:
    """A native table as large as there is room; what finds none is counted in its last line."""
    voice = deck.voice
    chosen = columns or range(max([len(table.columns), *(len(row) for row in table.rows)], default=0))
    heads = [voice.lines(table.columns[i]) for i in chosen] if table.columns else []
    lines = [[row[i] if i < len(row) else "" for i in chosen] for row in table.rows]
    if not lines:
        said = [(voice.lines(text), 16, GREY, False) for text in table.notes or (Text(NOTHING),)]
        _text(deck, slide, room, said)
        return
    parts = shares if shares and len(shares) == len(chosen) else [1 / len(chosen)] * len(chosen)
    widths = [room.w * part for part in parts]
    said_lines = [[voice.lines(cell) for cell in line] for line in lines]
    size, kept, heights = _sized(([heads] if heads else []) + said_lines, widths, room.h, len(heads) > 0)
    shown, lost = said_lines[:kept], len(lines) - kept
    _native(slide, [heads] if heads else [], shown, lines, widths, heights, size, room)
    notes = [voice.line(text) for text in table.notes]
    if lost:
        notes.insert(0, voice.line(Text(MORE_ROWS, count=lost)))
    if notes:
        below = room.y + sum(heights)
        box = Room(room.x, below + EMU_PER_MM, room.w, EMU_PER_MM * 7)
        _text(deck, slide, box, [("  ".join(notes), 9, GREY, False)])


def _sized(
    lines: Sequence[Sequence[str]], widths: Sequence[float], high: int, headed: bool
) -> tuple[int, int, list[int]]:
    """Type size at which most rows fit, how many rows that are, and the height of each line of the table."""
    spare = EMU_PER_MM * 8
    for size in (14, 12, 11, 10, 9, 8):
        heights = [_high(line, widths, size) for line in lines]
        if sum(heights) <= high - spare:
            break
    kept = 0
    while kept < len(heights) and sum(heights[: kept + 1]) <= high - spare:
        kept += 1
    kept = max(kept, 2 if headed else 1)
    return size, kept - (1 if headed else 0), heights[:kept]


def _high(line: Sequence[str], widths: Sequence[float], size: int) -> int:
    count = max((len(_lines(cell, width, size)) for cell, width in zip(line, widths, strict=True)), default=1)
    return int((count * size * fonts.MM_PER_PT * LEADING + 2 * PAD_MM * 0.6) * EMU_PER_MM)


def _lines(said: str, width: float, size: float) -> list[str]:
    # Office's own type may run a little wider than ours.
    return fonts.wrapped(said, size * 1.06, max(width / EMU_PER_MM - 2 * PAD_MM, 2.0), MOST_LINES)


def _native(
    slide: Any, heads: Sequence[Sequence[str]], shown: Sequence[Sequence[str]], cells: Sequence[Sequence[str | Text]],
    widths: Sequence[float], heights: Sequence[int], size: int, room: Room,
) -> None:
    lines = [*heads, *shown]
    frame = slide.shapes.add_table(len(lines), len(widths), room.x, room.y, room.w, sum(heights))
    made = frame.table
    made.first_row = bool(heads)
    for i, width in enumerate(widths):
        made.columns[i].width = int(width)
    for n, line in enumerate(lines):
        made.rows[n].height = heights[n]
        head = n < len(heads)
        for i, said in enumerate(line):
            cell = made.cell(n, i)
            cell.margin_left = cell.margin_right = int(PAD_MM * EMU_PER_MM)
            cell.margin_top = cell.margin_bottom = int(PAD_MM * 0.6 * EMU_PER_MM)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string(
                ACCENT.lstrip("#").upper() if head else PALE.upper() if n % 2 else "FFFFFF")
            text = "\n".join(_lines(said, widths[i], size)) if head else _cut(said, widths[i], size)
            _write(cell.text_frame, [(text, size, "ffffff" if head else INK, head)])
            if not head and _figure(cells[n - len(heads)][i]):
                cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT


def _cut(said: str, width: float, size: int) -> str:
    """The text as it is where it fits, else as much as fits with an ellipsis."""
    lines = _lines(said, width, size)
    return "\n".join(lines) if lines and lines[-1].endswith(fonts.ELLIPSIS) else said


def _figure(cell: str | Text) -> bool:
    return isinstance(cell, Text) and cell.msgid.startswith(_RIGHT)


def _chart(deck: Deck, slide: Any, chart: Chart, room: Room) -> None:
    """Stacked columns with the cap as a line above them; its figures are in the workbook inside the file."""
    voice, data = deck.voice, CategoryChartData()
    data.categories = [str(year) for year in chart.years]
    for name, values in (*chart.parts, chart.cap):
        data.add_series(voice.line(name), [None if value is None else float(value) for value in values])
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_STACKED, room.x, room.y, room.w, room.h, data)
    made = frame.chart
    made.has_legend, made.has_title = True, True
    made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.RIGHT, False
    made.chart_title.include_in_layout = False
    title = f"{voice.line(chart.title)} ({voice.line(chart.unit)})"
    _write(made.chart_title.text_frame, [(title, 13, INK, True)])
    made.font.size = Pt(11)
    _faces(made.font._element if hasattr(made.font, "_element") else made.font._rPr)
    for series, colour in zip(made.plots[0].series, (USED, ASKED, CAP), strict=False):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(colour.upper())
    made.plots[0].gap_width = 60
    if all(value is None or value >= 0 for _, values in (*chart.parts, chart.cap) for value in values):
        made.value_axis.minimum_scale = 0  # a cut axis makes a small project look large
    made.value_axis.tick_labels.number_format = "#,##0"
    made.value_axis.tick_labels.number_format_is_linked = False
    _cap_as_line(made)


def _cap_as_line(made: Any) -> None:
    """The last series out of the columns into a line on the same axes."""
    bars = made._chartSpace.find(".//" + qn("c:barChart"))
    last = bars.findall(qn("c:ser"))[-1]
    bars.remove(last)
    for name in ("c:invertIfNegative", "c:spPr"):
        for one in last.findall(qn(name)):
            last.remove(one)
    look = parse_xml(
        f'<c:spPr {nsdecls("c", "a")}><a:ln w="34925"><a:solidFill><a:srgbClr val="{CAP.upper()}"/></a:solidFill>'
        "</a:ln></c:spPr>")
    last.find(qn("c:tx")).addnext(look)
    look.addnext(parse_xml(f'<c:marker {nsdecls("c")}><c:symbol val="dash"/><c:size val="9"/></c:marker>'))
    line = parse_xml(f'<c:lineChart {nsdecls("c")}><c:grouping val="standard"/><c:varyColors val="0"/></c:lineChart>')
    line.append(last)
    line.append(parse_xml(f'<c:marker {nsdecls("c")} val="1"/>'))
    for axis in bars.findall(qn("c:axId")):
        line.append(parse_xml(f'<c:axId {nsdecls("c")} val="{axis.get("val")}"/>'))
    bars.addnext(line)


def _foot(deck: Deck, slide: Any, number: int) -> None:
    """Page, seal of the run and class of secrecy at the foot."""
    sheet, voice = deck.sheet, deck.voice
    wide, high = deck.show.slide_width, deck.show.slide_height
    said = " · ".join(filter(None, (
        voice.line(sheet.title_block.office), voice.line(sheet.title_block.classification),
        f"{voice.word(N_('Run hash'))} {sheet.run_hash}", f"{sheet.printed_at:%Y-%m-%d %H:%M}", str(number))))
    room = Room(int(wide * MARGIN), int(high * 0.95), int(wide * (1 - 2 * MARGIN)), int(high * 0.035))
    _text(deck, slide, room, [(said, 9, GREY, False)])


def _text(deck: Deck, slide: Any, room: Room, lines: Sequence[tuple[str, int, str, bool]]) -> None:
    """Paragraphs in a box, each as large as asked or as small as the room needs."""
    box = slide.shapes.add_textbox(room.x, room.y, room.w, room.h)
    part = Room(room.x, room.y, room.w, room.h // max(len(lines), 1))
    fitted = []
    for said, size, colour, bold in lines:
        small = _fitting(said, range(size, 7, -1), part, 99)
        fitted.append((said, small, colour, bold))
    _write(box.text_frame, fitted)


def _fitting(said: str, sizes: Sequence[int], room: Room, most: int) -> int:
    """The largest of some type sizes at which a text fits in a room, else the smallest."""
    for size in sizes:
        count = len(fonts.wrapped(said, size * 1.06, room.w / EMU_PER_MM - 6, 99))
        if count <= most and count * size * fonts.MM_PER_PT * LEADING * EMU_PER_MM <= room.h:
            return size
    return sizes[-1]


def _write(frame: Any, lines: Sequence[tuple[str, int, str, bool]], *, middle: bool = False) -> None:
    frame.word_wrap = True
    if middle:
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraphs = [(part, size, colour, bold) for said, size, colour, bold in lines for part in said.split("\n")]
    for n, (said, size, colour, bold) in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = said
        run.font.size, run.font.bold = Pt(size), bold
        run.font.color.rgb = RGBColor.from_string(colour.upper())
        _faces(run._r.get_or_add_rPr())


def _faces(properties: Any) -> None:
    """Both typefaces of a run: Latin, and that of Chinese text."""
    for name, face in (("a:latin", LATIN), ("a:ea", EAST_ASIAN)):
        for old in properties.findall(qn(name)):
            properties.remove(old)
        properties.append(parse_xml(f'<{name} {nsdecls("a")} typeface="{face}"/>'))

