"""A paper for Word, written once for each language: headings, paragraphs, lists and tables, all of it plain text.

It is written on the office's own letter where there is one: that one's styles, head and foot, its body left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from planner.sheets.fonts import clean, width
from planner.sheets.office import EAST_ASIAN, LATIN, TemplateWrong, damage
from planner.sheets.sheet import Table, TitleBlock
from planner.text import N_, Text
from planner.words import for_reader, in_language, translator

GRID, BULLET = "Table Grid", "List Bullet"
STYLES = ("Normal", "Heading 1", "Heading 2", "Heading 3", BULLET, GRID)  # what a letter has to have
BODY_PT, SMALL_PT, MANY = 9.5, 8.0, 6  # type of a table, and of one with more columns than that
CELL_MM, WIDEST_MM = 5.5, 60.0  # the edges of a cell; what a column may ask for
UNBROKEN_MM, SEAL_MM = 20.0, 22.0  # of a word that is kept whole; room for a seal
LOGO_MM = 14.0
BOLD = 1.2  # as wide as other type, at most
NO_TITLES: Mapping[str, str] = MappingProxyType({})
SIGNED = (N_("Prepared"), N_("Checked"), N_("Approved"), N_("Official seal"))


class Letter:
    """Writes in one language; it remembers the document, the language and what layers are called (``titles``: role ->
    message id)."""

    def __init__(self, paper: Any, lang: str, titles: Mapping[str, str]) -> None:
        self.paper, self.lang, self.titles = paper, lang, titles

    def say(self, text: Text | str) -> str:
        """A sentence in the letter's language, of a name in both languages its side; nothing that breaks a page."""
        said = in_language(text, self.lang) if isinstance(text, str) else for_reader(
            text, self.lang, self.titles).say(translator(self.lang))
        return clean(said)

    def heading(self, text: Text, level: int) -> None:
        self.paper.add_heading(self.say(text), level)

    def line(self, *parts: Text | str, style: str | None = None) -> None:
        """A paragraph of parts."""
        self.paper.add_paragraph("".join(self.say(part) for part in parts), style=style)

    def table(self, headings: Sequence[str | Text], rows: Sequence[Sequence[Text | str]]) -> None:
        """Rows under bold headings (message ids or texts); without headings only rows."""
        from docx.shared import Mm, Pt

        said = [[self.say(Text(name) if isinstance(name, str) else name) for name in headings]] if headings else []
        said += [[self.say(cell) for cell in row] for row in rows]
        grid = self.paper.add_table(len(said), len(said[0]), style=GRID)
        grid.autofit = False
        size = SMALL_PT if len(said[0]) > MANY else BODY_PT
        section = self.paper.sections[0]
        room = (section.page_width - section.left_margin - section.right_margin) / Mm(1)
        widths = [Mm(wide) for wide in shared(said, size, room)]
        for column, wide in zip(grid.columns, widths, strict=True):
            column.width = wide
        for number, (line, row) in enumerate(zip(grid.rows, said, strict=True)):
            for cell, text, wide in zip(line.cells, row, widths, strict=True):
                run = cell.paragraphs[0].add_run(text)
                cell.width, run.bold, run.font.size = wide, bool(headings) and number == 0 or None, Pt(size)
        if headings:
            keep_together(grid)

    def part(self, given: Table, *, level: int = 2) -> None:
        """A table of a sheet under its title, with its notes below it."""
        self.heading(given.title, level)
        if given.rows:
            self.table(given.columns, given.rows)
        else:
            self.line(Text(N_("None.")))
        for note in given.notes:
            self.line(note)

    def signatures(self, block: TitleBlock) -> None:
        """Which office, who drew, checked and approved, and room for the seal."""
        from docx.shared import Mm

        if block.office:
            self.line(block.office)
        names = (block.maker, block.checker, block.approver, "")
        self.table(SIGNED, [names])
        table = self.paper.tables[-1]
        wide = sum(column.width for column in table.columns) // len(table.columns)  # there is nothing yet to go by
        for column in table.columns:
            column.width = wide
            for cell in column.cells:
                cell.width = wide
        table.rows[1].height = Mm(SEAL_MM)


def keep_together(table: Any) -> None:
    """No row of a table is divided between pages, and its heads stand on each of them."""
    from docx.oxml import OxmlElement

    for number, row in enumerate(table.rows):
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if not number:
            properties.append(OxmlElement("w:tblHeader"))


def shared(rows: Sequence[Sequence[str]], size_pt: float, room_mm: float) -> list[float]:
    """Widths of columns in mm that fill a room: each has room for its longest word, in its first row a bold one, the
    rest goes by what they hold."""
    columns = [*zip(*rows, strict=True)]
    least = [max(BOLD * _longest_word(column[0], size_pt), *(_longest_word(cell, size_pt) for cell in column)) + CELL_MM
             for column in columns]
    wants = [max(low, min(max(width(cell, size_pt) for cell in column) + CELL_MM, WIDEST_MM))
             for low, column in zip(least, columns, strict=True)]
    spare, more = room_mm - sum(least), sum(wants) - sum(least)
    if spare <= 0 or more <= 0:
        return [want * room_mm / sum(wants) for want in wants]
    return [low + (want - low) * spare / more for low, want in zip(least, wants, strict=True)]


def _longest_word(cell: str, size_pt: float) -> float:
    """What must not be broken: a word of letters or a number, of Chinese a few characters."""
    return max((min(width(word, size_pt), UNBROKEN_MM) for word in cell.split()), default=0.0)


def letter(
    langs: Sequence[str], write: Callable[[Letter], None], *, run_hash: str, printed_at: datetime,
    template: Path | None = None, logo: bytes | None = None, titles: Mapping[str, str] = NO_TITLES,
) -> bytes:
    """A document in one language, or in several one after the other, each on a new page; sealed by ``run_hash``.

    Raises TemplateWrong for a letter that is no document or lacks a style.
    """
    from docx.enum.text import WD_BREAK

    paper = opened(template)
    if logo:
        _head(paper, logo)
    paper.core_properties.author, paper.core_properties.comments = "planner", run_hash
    paper.core_properties.created = paper.core_properties.modified = printed_at
    for number, lang in enumerate(langs):
        if number:
            paper.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        write(Letter(paper, lang, titles))
    return saved(paper)


def opened(template: Path | None) -> Any:
    """An empty document: the office's own letter without its body, or one at hand. Raises TemplateWrong."""
    from docx import Document  # takes half a second to come; only when it is written
    from docx.oxml.ns import qn
    from docx.shared import Mm

    if template is None:
        paper = Document()
        paper.styles["Normal"].font.name = LATIN
        paper.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), EAST_ASIAN)
        section = paper.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
        return paper
    with damage(template):
        paper = Document(str(template))
        known = {style.name for style in paper.styles}
    if lacking := [name for name in STYLES if name not in known]:
        raise TemplateWrong(name=template.name, reason=Text(N_("it has no style {names}"), names=", ".join(lacking)))
    body = paper.element.body
    for part in [part for part in body if part.tag != qn("w:sectPr")]:
        body.remove(part)
    return paper


def saved(paper: Any) -> bytes:
    """A document as bytes."""
    file = BytesIO()
    paper.save(file)
    return file.getvalue()


def _head(paper: Any, logo: bytes) -> None:
    """The office's sign at the head of every page, in a line of its own."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    line = paper.sections[0].header.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    line.add_run().add_picture(BytesIO(logo), height=Mm(LOGO_MM))
