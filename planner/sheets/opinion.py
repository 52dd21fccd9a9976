"""The opinion (DOCX): the sheet's texts and figures put into a template that the office can edit.

A template asks for what it prints by name, ``{{ headline }}`` or ``{{ tables.findings.rows }}``; names are those of
``facts``. It is rendered in a sandbox: a template can ask for the sheet's texts and for nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from planner.sheets import fonts
from planner.sheets.letter import LOGO_MM, SIGNED, keep_together
from planner.sheets.office import EAST_ASIAN, LATIN, TemplateWrong, damage
from planner.sheets.sheet import Sheet, Table
from planner.sheets.voice import Voice, voice_of
from planner.text import N_, Text
from planner.webmap.style import ACCENT, LOOKS

ILLUSTRATIVE = N_("Illustrative: contains invented data")
# Every table a template may ask for; one that the sheet does not have is there without rows.
TABLES = ("takes", "quotas", "projects", "demand", "balances", "findings", "displaced", "ways_out", "ledger", "layers",
          "facts", "parameters")
# What the template at hand prints of them, under which heading, the shares of the width of its first columns, and those
# that hold figures.
PRINTED: Sequence[tuple[str, str, Sequence[float], Sequence[int]]] = (
    ("takes", N_("What it takes"), (0.4, 0.36, 0.24), (1,)),
    ("quotas", N_("Quotas"), (0.12, 0.27, 0.17, 0.17, 0.17, 0.1), (2, 3, 4)),
    ("projects", N_("Projects"), (0.12, 0.17, 0.13, 0.08, 0.12, 0.23, 0.15), (6,)),
    ("findings", N_("Findings and clauses"), (0.12, 0.51, 0.37), ()),
    ("displaced", N_("What it displaces"), (0.26, 0.3, 0.18, 0.16, 0.1), (2, 3, 4)),
    ("ways_out", N_("Alternatives and ways out"), (0.2, 0.5, 0.12, 0.18), ()),
    ("facts", N_("Stated figures"), (0.16, 0.1, 0.1, 0.12, 0.52), ()),
)
TEXT_WIDTH = 170  # mm between the margins of A4


class _Logo:
    """Prints itself. A template can ask nothing else of it: in the sandbox names with an underscore are closed."""

    def __init__(self, made: DocxTemplate, picture: bytes) -> None:
        self._made, self._picture = made, picture

    def __html__(self) -> str:
        return str(InlineImage(self._made, BytesIO(self._picture), height=Mm(LOGO_MM)))

    __str__ = __html__


def draw(sheet: Sheet, path: Path, *, template: Path | None = None) -> Path:
    """Write the opinion from a template, the office's own or the one at hand.

    Raises TemplateWrong for a template that is no document, is not well formed, or asks for what there is not.
    """
    voice = voice_of(sheet, own_type=False)
    name = template.name if template is not None else path.name
    source: Any = str(template) if template is not None else BytesIO(blank(voice))
    known = facts(sheet, voice)
    rules = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        with damage(Path(name)):
            made = DocxTemplate(source)
            picture = sheet.title_block.logo
            known["logo"] = _Logo(made, picture) if picture else ""
            made.render(known, rules, autoescape=True)
    except (TemplateError, TypeError, ArithmeticError, RecursionError) as problem:
        said = fonts.clean(problem)[:200]
        reason = Text(N_("{problem}. It may ask for: {known}"), problem=said, known=", ".join(known))
        raise TemplateWrong(name=name, reason=reason) from None
    properties = made.docx.core_properties
    properties.title, properties.author = voice.line(sheet.title)[:255], voice.line(sheet.title_block.office)[:255]
    properties.created = properties.modified = sheet.printed_at
    made.save(path)
    return path


def facts(sheet: Sheet, voice: Voice) -> dict[str, Any]:
    """All that a template may ask for: texts, lists of texts, and tables (title, columns, rows, notes)."""
    block, tables = sheet.title_block, {table.key: table for table in sheet.tables}
    empty = Table("", Text(""), (), ())
    return {
        "title": voice.lines(sheet.title), "parcel": voice.name(sheet.parcel_id),
        "question": voice.lines(sheet.question or ""), "headline": voice.lines(sheet.headline),
        "verdict": voice.word(LOOKS[sheet.verdict].word) if sheet.verdict is not None else "",
        "sign": LOOKS[sheet.verdict].sign if sheet.verdict is not None else "",
        "recommendation": voice.lines(sheet.recommendation or ""),
        "illustrative": voice.lines(Text(ILLUSTRATIVE)) if sheet.illustrative else "",
        "about": [{"label": voice.line(row.label), "value": voice.line(row.figure)} for row in sheet.about],
        **{name: [voice.lines(text) for text in texts] for name, texts in (
            ("conditions", sheet.conditions), ("notes", sheet.notes), ("sources", sheet.sources))},
        "tables": {key: _table(tables.get(key, empty), voice) for key in TABLES},
        "office": voice.line(block.office), "maker": voice.line(block.maker), "checker": voice.line(block.checker),
        "approver": voice.line(block.approver), "classification": voice.line(block.classification),
        "review_number": voice.line(block.review_number), "run_hash": sheet.run_hash,
        "printed_at": f"{sheet.printed_at:%Y-%m-%d %H:%M}",
    }


def _table(table: Table, voice: Voice) -> Mapping[str, Any]:
    return {
        "title": voice.line(table.title), "columns": [voice.line(column) for column in table.columns],
        "rows": [[voice.lines(cell) for cell in row] for row in table.rows],
        "notes": [voice.lines(note) for note in table.notes],
    }


# ---------------------------------------------------------------- the template at hand
def blank(voice: Voice) -> bytes:
    """The template that is used where the office has none of its own; also what it begins its own from."""
    made = Document()
    _page(made)
    made.add_paragraph("{{ logo }}")
    title = made.add_paragraph(style="Title")
    title.add_run("{{ title }}")
    _line(made, "{{ office }}  {{ classification }}  {{ illustrative }}", grey=True)
    _line(made, "{{ question }}")
    _line(made, "{{ sign }} {{ headline }}", bold=True)
    _heading(made, voice, N_("Recommendation"))
    _line(made, "{{ recommendation }}", bold=True)
    _each(made, "conditions")
    _two_columns(made)
    for key, heading, shares, figures in PRINTED:
        _line(made, f"{{%p if tables.{key}.rows %}}")
        _heading(made, voice, heading)
        _rows(made, key, shares, figures)
        _each(made, f"tables.{key}.notes", grey=True)
        _line(made, "{%p endif %}")
    for key, heading in (("notes", N_("Notes")), ("sources", N_("Sources"))):
        _heading(made, voice, heading)
        _each(made, key, grey=True)
    _signatures(made, voice)
    foot = made.sections[0].footer.paragraphs[0]
    foot.add_run(f"{voice.word(N_('Run hash'))} {{{{ run_hash }}}} · {{{{ printed_at }}}}")
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def _page(made: Any) -> None:
    """A4 upright, and the type of every style that is used."""
    section = made.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(20)
    for name, size in (("Normal", 10.5), ("Title", 20), ("Heading 1", 14), ("List Bullet", 10.5), ("Footer", 8)):
        style = made.styles[name]
        style.font.name, style.font.size = LATIN, Pt(size)
        faces = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            faces.attrib.pop(qn(f"w:{theme}"), None)
        faces.set(qn("w:eastAsia"), EAST_ASIAN)
        if name in ("Title", "Heading 1"):
            style.font.color.rgb = RGBColor.from_string(ACCENT.lstrip("#").upper())


def _line(made: Any, said: str, *, bold: bool = False, grey: bool = False, style: str | None = None) -> None:
    run = made.add_paragraph(style=style).add_run(said)
    run.bold = bold
    if grey:
        run.font.size, run.font.color.rgb = Pt(8.5), RGBColor(0x5B, 0x65, 0x70)


def _heading(made: Any, voice: Voice, msgid: str) -> None:
    made.add_paragraph(voice.word(msgid), style="Heading 1")


def _each(made: Any, name: str, *, grey: bool = False) -> None:
    """A paragraph for each text of a list."""
    _line(made, f"{{%p for text in {name} %}}")
    _line(made, "{{ text }}", grey=grey, style="List Bullet")
    _line(made, "{%p endfor %}")


def _grid(made: Any, lines: int, shares: Sequence[float]) -> Any:
    table = made.add_table(rows=lines, cols=len(shares), style="Table Grid")
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = Mm(TEXT_WIDTH * share)
    for row in table.rows:
        for cell, share in zip(row.cells, shares, strict=True):
            cell.width = Mm(TEXT_WIDTH * share)
    return table


def _rows(made: Any, key: str, shares: Sequence[float], figures: Sequence[int]) -> None:
    """A table of the sheet: its heads, then a line for each of its rows."""
    table = _grid(made, 4, shares)
    _cell(table.cell(1, 0), f"{{%tr for row in tables.{key}.rows %}}")
    _cell(table.cell(3, 0), "{%tr endfor %}")
    for column in range(len(shares)):
        right = column in figures
        _cell(table.cell(0, column), f"{{{{ tables.{key}.columns[{column}] }}}}", bold=True, right=right)
        _cell(table.cell(2, column), f"{{{{ row[{column}] }}}}", right=right)
    keep_together(table)


def _two_columns(made: Any) -> None:
    table = _grid(made, 3, (0.3, 0.7))
    _cell(table.cell(0, 0), "{%tr for row in about %}")
    _cell(table.cell(1, 0), "{{ row.label }}")
    _cell(table.cell(1, 1), "{{ row.value }}")
    _cell(table.cell(2, 0), "{%tr endfor %}")


def _cell(cell: Any, said: str, *, bold: bool = False, right: bool = False) -> None:
    if right:
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = cell.paragraphs[0].add_run(said)
    run.font.size, run.bold = Pt(8.5), bold


def _signatures(made: Any, voice: Voice) -> None:
    """Who drew, checked and approved, and room for the seal."""
    made.add_paragraph()
    table = _grid(made, 2, (0.25,) * 4)
    for column, (label, name) in enumerate(zip(SIGNED, ("maker", "checker", "approver", None), strict=True)):
        _cell(table.cell(0, column), voice.word(label), bold=True)
        _cell(table.cell(1, column), f"{{{{ {name} }}}}" if name else "")
    table.rows[1].height = Mm(22)
