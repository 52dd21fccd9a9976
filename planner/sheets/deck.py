"""The case as slides (PPTX, 16:9): native text, tables and charts that Office can edit.

Slides are laid out in shares of the page, so that an office's own template may have any size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.util import Emu

from planner.sheets.office import TemplateWrong, damage
from planner.sheets.sheet import Sheet, Table
from planner.sheets.slide_chart import chart
from planner.sheets.slide_table import NOTHING, table
from planner.sheets.slide_text import GREY, INK, Line, Room, fitting, text, write
from planner.sheets.voice import Voice, voice_of
from planner.sheets.workbook import SUMMARY, page_names
from planner.text import N_, Text
from planner.verdict import Verdict
from planner.webmap.style import ACCENT, LOOKS

WIDE, HIGH = Emu(12_192_000), Emu(6_858_000)  # 16:9 as Office has it, 13.333 x 7.5 inches
MARGIN, TOP, FOOT = 0.045, 0.17, 0.06  # shares of the width, the height, the height
LOGO = 0.12  # of the width, beside a title
ILLUSTRATIVE = N_("Illustrative: contains invented data")
# Which columns of a wide table stand on a slide (all stand in the workbook), and how the room is shared.
COLUMNS = {"projects": (1, 2, 3, 4, 5, 6)}
SHARES = {
    "takes": (0.4, 0.35, 0.25), "findings": (0.1, 0.55, 0.35), "projects": (0.3, 0.1, 0.08, 0.12, 0.25, 0.15),
    "quotas": (0.12, 0.28, 0.15, 0.15, 0.15, 0.15), "displaced": (0.26, 0.3, 0.17, 0.17, 0.1),
    "ways_out": (0.22, 0.52, 0.12, 0.14),
}


@dataclass(frozen=True)
class Deck:
    """The presentation that is being made, the sheet and its voice."""

    show: Any
    sheet: Sheet
    voice: Voice
    layout: Any
    book: Mapping[str, str]  # the workbook's page of each table, where all of its rows stand

    def table(self, slide: Any, made: Table, room: Room, **how: Any) -> None:
        """A table with where the rest of it stands."""
        table(slide, made, room, self.voice, book=self.book.get(made.key, self.book[SUMMARY]), **how)

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
    show = opened(template)
    voice = voice_of(sheet, own_type=False)
    deck = Deck(show, sheet, voice, _title_only(show), page_names(sheet, voice))
    for number, slide in enumerate(_slides(deck, picture), 1):
        _logo(deck, slide)
        _foot(deck, slide, number)
    show.core_properties.title = deck.voice.line(sheet.title)[:255]
    show.core_properties.author = deck.voice.line(sheet.title_block.office)[:255] or "planner"
    show.core_properties.created = show.core_properties.modified = sheet.printed_at
    show.save(path)
    return path


def opened(template: Path | None) -> Any:
    """An empty presentation: the office's own without its slides, else one of 16:9. Raises TemplateWrong."""
    if template is None:
        return _wide()
    with damage(template):
        show = Presentation(str(template))
    ids = show.slides._sldIdLst  # python-pptx has no verb to take a slide out
    for one in list(ids):
        show.part.drop_rel(one.rId)
        ids.remove(one)
    if not len(show.slide_layouts):
        raise TemplateWrong(name=template.name, reason=Text(N_("it has no slide layout")))
    return show


def _wide() -> Any:
    """The library's own presentation, made for 4:3, with all that its layouts hold drawn out to 16:9."""
    show: Any = Presentation()
    across, down = WIDE / show.slide_width, HIGH / show.slide_height
    for page in (*show.slide_masters, *show.slide_layouts):
        for shape in page.placeholders:
            if shape._element.spPr.xfrm is not None:
                shape.left, shape.width = int(shape.left * across), int(shape.width * across)
                shape.top, shape.height = int(shape.top * down), int(shape.height * down)
    show.slide_width, show.slide_height = WIDE, HIGH
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
    yield _tables(deck, N_("Every budget"), ("quotas",) if sheet.table("quotas") else ("balances",))
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
    aside = LOGO + 0.01 if deck.sheet.title_block.logo else 0.0
    place = Room(int(wide * MARGIN), int(high * 0.04), int(wide * (1 - 2 * MARGIN - aside)), int(high * 0.11))
    if head is None:
        head = slide.shapes.add_textbox(place.x, place.y, place.w, place.h)
    head.left, head.top, head.width, head.height = place.x, place.y, place.w, place.h
    said = deck.voice.line(Text(title) if isinstance(title, str) else title)
    write(head.text_frame, [(said, fitting(said, (26, 22, 18, 15, 12), place, 2), ACCENT, True)], middle=True)
    return slide


def _question(deck: Deck) -> Any:
    sheet, voice = deck.sheet, deck.voice
    slide = _new(deck, sheet.title)
    lines: list[Line] = []
    if sheet.question is not None:
        lines.append((voice.lines(sheet.question), 20, INK, False))
    look = LOOKS[sheet.verdict] if sheet.verdict is not None else None
    sign = f"{look.sign} " if look else ""
    lines.append((sign + voice.lines(sheet.headline), 20, look.colour if look else INK, True))
    if sheet.illustrative:
        lines.append((voice.lines(Text(ILLUSTRATIVE)), 14, "b3261e", True))
    text(slide, deck.room(bottom=0.36), lines)
    about = Table("about", Text(""), (), [(row.label, *row.cells) for row in sheet.about])
    deck.table(slide, about, deck.room(right=0.8, top=0.4), shares=(0.3, 0.7))
    return slide


def _site(deck: Deck, picture: bytes | None) -> Any:
    slide, room = _new(deck, Text(N_("Site"))), deck.room()
    if picture is None:
        text(slide, room, [(deck.voice.lines(Text(NOTHING)), 16, GREY, False)])
        return slide
    image = slide.shapes.add_picture(BytesIO(picture), room.x, room.y, height=room.h)
    if image.width > room.w:
        image.height, image.width = int(image.height * room.w / image.width), room.w
    image.left = room.x + (room.w - image.width) // 2
    image.name = deck.voice.line(deck.sheet.title)[:120]
    return slide


def _tables(deck: Deck, title: str, keys: Sequence[str]) -> Any:
    slide = _new(deck, title)
    for key in keys:
        found = deck.sheet.table(key)
        if found is not None:
            deck.table(slide, found, deck.room(), shares=SHARES.get(key), columns=COLUMNS.get(key))
    return slide


def _budgets(deck: Deck) -> Any:
    """The chart of the budget that is worst off, and its lines of the balances below it."""
    given, found = deck.sheet.chart, deck.sheet.table("balances")
    slide = _new(deck, N_("Budgets by year"))
    if given is not None:
        chart(slide, given, deck.room(bottom=0.56), deck.voice)
    if found is not None:
        kept = [n for n, row in enumerate(found.rows) if given is None or (
            row[0] == given.title and str(row[1]) in {str(year) for year in given.years})]
        own = replace(found, rows=[found.rows[n] for n in kept], graves=[found.graves[n] for n in kept if found.graves])
        deck.table(slide, own, deck.room(top=0.58 if given is not None else 0.0))
    return slide


def _recommendation(deck: Deck) -> Any:
    sheet, voice = deck.sheet, deck.voice
    slide = _new(deck, N_("Recommendation"))
    # Of a queue the verdict is that of its worst project: no colour for what is to be admitted.
    colour = LOOKS[sheet.verdict].colour if sheet.verdict is not None and sheet.parcel is not None else INK
    if sheet.recommendation is not None:
        text(slide, deck.room(bottom=0.2), [(voice.lines(sheet.recommendation), 22, colour, True)])
    rows = [(said,) for said in sheet.conditions]
    head = (Text(N_("Conditions to be met")),)
    graves = [float(Verdict.BLOCKED if n < sheet.decisive else Verdict.WARN) for n in range(len(rows))]
    deck.table(slide, Table("conditions", Text(""), head, rows, graves=graves), deck.room(top=0.22))
    return slide


def _rests_on(deck: Deck) -> Any:
    sheet = deck.sheet
    slide = _new(deck, N_("Sources and parameters"))
    rows: list[tuple[str | Text, ...]] = [(said,) for said in (*sheet.notes, *sheet.sources)]
    head = (Text(N_("Notes and sources")),)
    deck.table(slide, Table("sources", Text(""), head, rows), deck.room())
    return slide


def _logo(deck: Deck, slide: Any) -> None:
    """The office's own sign in the upper right corner, as large as its room lets it be."""
    if not deck.sheet.title_block.logo:
        return
    wide, high = deck.show.slide_width, deck.show.slide_height
    room = Room(int(wide * (1 - MARGIN - LOGO)), int(high * 0.04), int(wide * LOGO), int(high * 0.1))
    image = slide.shapes.add_picture(BytesIO(deck.sheet.title_block.logo), room.x, room.y)
    share = min(room.w / image.width, room.h / image.height)
    image.width, image.height = int(image.width * share), int(image.height * share)
    image.left, image.top = room.x + room.w - image.width, room.y + (room.h - image.height) // 2


def _foot(deck: Deck, slide: Any, number: int) -> None:
    """Page, seal of the run and class of secrecy at the foot."""
    sheet, voice = deck.sheet, deck.voice
    wide, high = deck.show.slide_width, deck.show.slide_height
    said = " · ".join(filter(None, (
        voice.line(sheet.title_block.office), voice.line(sheet.title_block.classification),
        f"{voice.word(N_('Run hash'))} {sheet.run_hash}", f"{sheet.printed_at:%Y-%m-%d %H:%M}", str(number))))
    room = Room(int(wide * MARGIN), int(high * 0.945), int(wide * (1 - 2 * MARGIN)), int(high * 0.045))
    text(slide, room, [(said, 9, GREY, False)])
