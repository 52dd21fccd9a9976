"""A paper for Word, written once for each language: headings, paragraphs, lists and tables, all of it plain text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from planner.sheets.fonts import clean
from planner.text import Text
from planner.words import for_reader, in_language, translator

LATIN, CHINESE = "Noto Sans", "Noto Sans SC"


class Letter:
    """Writes in one language; it remembers the document and the language."""

    def __init__(self, paper: Any, lang: str) -> None:
        self.paper, self.lang = paper, lang

    def say(self, text: Text | str) -> str:
        """A sentence in the letter's language, of a name in both languages its side; nothing that breaks a page."""
        said = in_language(text, self.lang) if isinstance(text, str) else for_reader(text, self.lang, {}).say(
            translator(self.lang))
        return clean(said)

    def heading(self, text: Text, level: int) -> None:
        self.paper.add_heading(self.say(text), level)

    def line(self, *parts: Text | str, style: str | None = None) -> None:
        """A paragraph of parts."""
        self.paper.add_paragraph("".join(self.say(part) for part in parts), style=style)

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[Text | str]]) -> None:
        """Rows under bold headings (message ids); without headings only rows."""
        said = [[self.say(Text(name)) for name in headings]] if headings else []
        said += [[self.say(cell) for cell in row] for row in rows]
        grid = self.paper.add_table(len(said), len(said[0]), style="Table Grid")
        for line, row in zip(grid.rows, said, strict=True):
            for cell, text in zip(line.cells, row, strict=True):
                cell.text = text
        if headings:
            for cell in grid.rows[0].cells:
                for run in cell.paragraphs[0].runs:
                    run.bold = True


def letter(langs: Sequence[str], write: Callable[[Letter], None], *, run_hash: str, printed_at: datetime) -> bytes:
    """A document in one language, or in several one after the other, each on a new page; sealed by ``run_hash``."""
    from docx import Document  # takes half a second to come; only when it is written
    from docx.enum.text import WD_BREAK
    from docx.oxml.ns import qn

    paper = Document()
    paper.styles["Normal"].font.name = LATIN
    paper.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), CHINESE)
    paper.core_properties.author, paper.core_properties.comments = "planner", run_hash
    paper.core_properties.created = printed_at
    for number, lang in enumerate(langs):
        if number:
            paper.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        write(Letter(paper, lang))
    file = BytesIO()
    paper.save(file)
    return file.getvalue()
