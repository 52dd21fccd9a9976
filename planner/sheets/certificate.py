"""The statement why a project does not fit, as a Word document: in Chinese, in English, or both one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from planner.admission.certificate import Lack, WhyNot
from planner.figures import figure
from planner.sheets.fonts import clean
from planner.text import N_, Text
from planner.words import for_reader, in_language, translator

LATIN, CHINESE = "Noto Sans", "Noto Sans SC"
BASES = {"calorific": N_("calorific value"), "equal": N_("equal value"), "unknown": N_("unknown")}


def certificate_docx(stated: WhyNot, *, run_hash: str, printed_at: datetime, langs: Sequence[str]) -> bytes:
    """The document; ``run_hash`` seals what was judged, ``langs`` are zh, en or both."""
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
        _Writer(paper, lang).write(stated, run_hash, printed_at)
    file = BytesIO()
    paper.save(file)
    return file.getvalue()


class _Writer:
    """Writes the statement in one language; it remembers the document and the language."""

    def __init__(self, paper: Any, lang: str) -> None:
        self.paper, self.lang = paper, lang

    def say(self, text: Text | str) -> str:
        said = in_language(text, self.lang) if isinstance(text, str) else for_reader(text, self.lang, {}).say(
            translator(self.lang))
        return clean(said)

    def write(self, stated: WhyNot, run_hash: str, printed_at: datetime) -> None:
        self.paper.add_heading(self.say(Text(N_("Why '{project}' is not admitted"), project=stated.name)), 1)
        self.facts(stated, run_hash, printed_at)
        self.paper.add_heading(self.say(Text(N_("Which clauses and quotas are not met"))), 2)
        self.table((N_("Quota or rule"), N_("Year"), N_("Needed"), N_("Free"), N_("Short by"), N_("Basis in law")),
                   [self.lack(row) for row in stated.lacks])
        if stated.used_by:
            self.paper.add_heading(self.say(Text(N_("Who uses the quota that binds"))), 2)
            self.table((N_("Who"), N_("Amount")),
                       [(draw.name or draw.id, figure(draw.amount, stated.used_unit)) for draw in stated.used_by])
        self.ways(stated)
        for note in stated.notes:
            self.paper.add_paragraph(self.say(note))

    def facts(self, stated: WhyNot, run_hash: str, printed_at: datetime) -> None:
        basis = Text(BASES.get(stated.basis, stated.basis))
        self.table((), [
            (Text(N_("Project")), f"{self.say(stated.name)} ({stated.project})"),
            (Text(N_("Scenario")), stated.scenario), (Text(N_("Day of application")), stated.on.isoformat()),
            *([(Text(N_("Park")), stated.park)] if stated.park else []),
            (Text(N_("Basis")), basis), (Text(N_("Parameters")), stated.parameters),
            (Text(N_("Run hash")), run_hash), (Text(N_("printed")), f"{printed_at:%Y-%m-%d %H:%M}"),
        ])

    def lack(self, row: Lack) -> tuple[Text | str, ...]:
        known = [figure(value, row.unit) if value is not None else "" for value in (row.asked, row.free, row.short_by)]
        needed = row.why if row.why is not None and not known[0] else known[0]
        return row.title, str(row.year or ""), needed, known[1], known[2], row.clause

    def ways(self, stated: WhyNot) -> None:
        """What would do, or what stands in its way."""
        if stated.ways:
            self.paper.add_heading(self.say(Text(N_("What would do (each was judged again and fits)"))), 2)
            for way in stated.ways:
                cost = Text(N_("no unit cost is known")) if way.cost_wan_yuan is None else Text(
                    N_("about {cost:,.2f} x 10,000 yuan"), cost=way.cost_wan_yuan)
                self.paper.add_paragraph(f"{self.say(way.sentence)} — {self.say(cost)}", style="List Bullet")
        elif stated.conflict:
            self.paper.add_heading(self.say(Text(N_("No lever helps; these cannot be met together"))), 2)
            for clash in stated.conflict:
                self.paper.add_paragraph(self.say(clash), style="List Bullet")

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[Text | str]]) -> None:
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
