"""The languages of a page: one, or both side by side, Chinese first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from planner.sheets import fonts
from planner.sheets.sheet import Sheet
from planner.text import N_, Text, Translate
from planner.words import LANGUAGES, for_reader, in_language, translator

NAMED = ("parcels", "parks", "substations")  # roles whose features are named on the map


@dataclass(frozen=True)
class Tongue:
    """One language of a page."""

    lang: str
    translate: Translate
    titles: Mapping[str, str] = field(default_factory=dict)

    def say(self, text: Text | str) -> str:
        """The text in this language; of a name written in both, the side meant for its reader."""
        if isinstance(text, str):
            return in_language(text, self.lang)
        return for_reader(text, self.lang, self.titles).say(self.translate)


@dataclass(frozen=True)
class Voice:
    """Says Texts for print: cleaned, and where the page brings its own type with a mark for each missing glyph."""

    tongues: tuple[Tongue, ...]
    own_type: bool = True

    def each(self, text: Text | str) -> list[str]:
        """The text in each language; once where they agree (a figure)."""
        return list(dict.fromkeys(self.all(text)))

    def all(self, text: Text | str) -> list[str]:
        """The text in each language, also where they agree."""
        said = [fonts.clean(tongue.say(text)) for tongue in self.tongues]
        return [fonts.printable(one) for one in said] if self.own_type else said

    def name(self, name: str) -> str:
        """A name where there is little room: in the first language."""
        return self.each(name)[0]

    def line(self, text: Text | str) -> str:
        """For a label: both languages in one line."""
        return " ".join(self.each(text))

    def lines(self, text: Text | str) -> str:
        """For a sentence: each language begins a line."""
        return "\n".join(self.each(text))

    def word(self, msgid: str) -> str:
        """A label of the page itself."""
        return self.line(Text(msgid))


def voice_in(lang: str) -> Voice:
    """The voice of a page that is of no sheet: zh, en or both."""
    langs = LANGUAGES if lang == "both" else (lang,)
    return Voice(tuple(Tongue(one, translator(one)) for one in langs), own_type=False)


def voice_of(sheet: Sheet, *, own_type: bool = True) -> Voice:
    """The voice in which a sheet is printed; without ``own_type`` for files that are read in the reader's fonts."""
    if sheet.lang == "both":
        return Voice(tuple(Tongue(lang, translator(lang), sheet.role_titles) for lang in LANGUAGES), own_type)
    return Voice((Tongue(sheet.lang, sheet.translate, sheet.role_titles),), own_type)


def missing_glyphs(sheet: Sheet) -> tuple[str, ...]:
    """The characters of a sheet that no font of the page can print; empty when all is well."""
    tongues = voice_of(sheet).tongues
    return fonts.missing(fonts.clean(tongue.say(text)) for text in _texts(sheet) for tongue in tongues)


def own_notes(sheet: Sheet) -> list[Text]:
    """What a page has to confess: characters that it cannot print."""
    unprinted = missing_glyphs(sheet)
    if not unprinted:
        return []
    named = ", ".join(f"U+{ord(c):04X}" for c in unprinted[:12]) + (" …" if len(unprinted) > 12 else "")
    said = N_("The page's type lacks {count} characters, printed as {mark}: {named}.")
    return [Text(said, count=len(unprinted), mark=fonts.GETA, named=named)]


def _texts(sheet: Sheet) -> Iterator[Text | str]:
    yield from (sheet.title, sheet.headline, sheet.parcel_id, sheet.title_block.classification)
    block = sheet.title_block
    yield from (block.office, block.maker, block.checker, block.approver, block.review_number)
    yield from (*sheet.sources, *sheet.notes, *sheet.quota_columns)
    for row in (*sheet.takes, *sheet.findings, *sheet.quotas):
        yield from (row.label, *row.cells)
        if row.note is not None:
            yield row.note
    yield from (piece.label for piece in sheet.pieces)
    if sheet.survey is not None:
        yield from (*sheet.survey.notes, *(row.figure for row in sheet.survey.about))
    for layer in sheet.layers:
        yield layer.title
        if layer.role in NAMED and "name" in layer.frame.columns:
            yield from (str(name) for name in layer.frame["name"] if isinstance(name, str))
