"""The look that config.toml cannot give: a dense page, tabular figures, and no English left by the widgets.

Everything here is constant style or escaped text; it is the one place that writes HTML into the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from planner.text import N_
from planner.ui.session import _
from planner.verdict import Sign, Verdict
from planner.webmap.escape import escape
from planner.webmap.style import LOOKS

# Words that Streamlit writes itself and has no option for.
BROWSE = N_("Choose a file")
LIMIT = N_("or drop it here: GeoJSON, GeoPackage, zipped shapefile, KML, DXF, TXT ...; 50 MB at most")

_STYLE = """
.block-container, [data-testid="stMainBlockContainer"] { padding: 3.1rem 1.1rem 1rem 1.1rem; max-width: none; }
[data-testid="stVerticalBlock"] { gap: .45rem; }
[data-testid="stHeader"] { background: #fff; border-bottom: 1px solid #d4d7dc; height: 2.9rem; min-height: 2.9rem; }
[data-testid="stElementToolbar"], [data-testid="InputInstructions"], [data-testid="stStatusWidget"],
[data-testid="stMainMenu"] { display: none !important; }
[data-testid="stFileUploaderDropzone"] { padding: .35rem .6rem; min-height: 0; }
[data-testid="stFileUploaderDropzoneInstructions"] { display: none; }
[data-testid="stFileUploaderDropzone"] button { font-size: 0; }
[data-testid="stFileUploaderDropzone"] button :not([data-testid="stIconMaterial"]) { font-size: 0; }
[data-testid="stFileUploaderDropzone"] { display: flex; flex-direction: row; align-items: center; gap: .6rem; }
[class*="st-key-finding-"] button { justify-content: flex-start; text-align: left; padding: 0; min-height: 1.5rem;
  color: #374151; }
[class*="st-key-finding-"] button p { font-size: 13px; }
[data-testid="stAlert"] { padding: 0; } [data-testid="stAlertContainer"] { padding: .35rem .7rem; font-size: 13px; }
iframe { display: block; }
.pl table { border-collapse: collapse; width: 100%; font-size: 12.5px; }
.pl th { text-align: left; font-weight: 400; color: #6b7280; border-bottom: 1px solid #d4d7dc; padding: 1px 6px 1px 0; }
.pl td { border-bottom: 1px solid #eceef1; padding: 2px 6px 2px 0; vertical-align: top; }
.pl th.n, .pl td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap;
  padding-right: 2px; padding-left: 6px; }
.pl th.n + th:not(.n), .pl td.n + td:not(.n) { padding-left: 14px; }
.pl tr.x td { color: #c8442b; font-weight: 600; }
.pl details { margin: 2px 0; } .pl summary { cursor: pointer; font-size: 13px; font-weight: 600; color: #374151; }
.pl .muted { color: #6b7280; font-size: 12px; }
.pl .head { font-size: 14px; line-height: 1.4; font-weight: 600; padding: 4px 9px; border-left: 4px solid;
  background: #fafafa; }
.pl .name { display: flex; justify-content: space-between; align-items: baseline; font-size: 14px; font-weight: 600; }
.pl .area { font-size: 20px; font-weight: 600; font-variant-numeric: tabular-nums; }
.pl .area small { font-size: 12px; font-weight: 400; color: #6b7280; }
.pl .badge { display: inline-block; border: 1px solid #c98a00; color: #8a5f00; border-radius: 3px; padding: 0 7px;
  font-size: 12px; }
.pl .bar { display: flex; align-items: center; gap: 14px; height: 2.1rem; font-size: 13px; color: #374151;
  white-space: nowrap; }
.pl .box { display: inline-block; width: 12px; height: 10px; }
.pl .gauge { position: relative; height: 4px; background: #e3e6ea; margin: 1px 12px 2px 0; }
.pl .gauge i { position: absolute; left: 0; top: 0; bottom: 0; background: #1f4e79; }
.pl .gauge i.over { background: repeating-linear-gradient(45deg, #c8442b 0 3px, #fff 3px 5px); }
.st-key-accounts-matrix { gap: 2px; } .st-key-accounts-matrix [data-testid="stHorizontalBlock"] { gap: 4px; }
.st-key-accounts-matrix [data-testid="stVerticalBlock"] { gap: 0; }
.st-key-accounts-matrix button { min-height: 33px; height: 33px; padding: 0 5px 9px 5px; justify-content: flex-end;
  border-color: #e3e6ea; border-radius: 2px; }
.st-key-accounts-matrix button > div { justify-content: flex-end; width: 100%; }
.st-key-accounts-matrix button p { font-size: 12.5px; font-variant-numeric: tabular-nums; white-space: nowrap; }
.st-key-accounts-matrix .year, .st-key-accounts-matrix .none { text-align: right; color: #6b7280; font-size: 12.5px;
  padding-right: 5px; }
.st-key-accounts-matrix .quota { font-size: 13px; line-height: 1.15; }
"""


def style() -> None:
    """Once a run: the style sheet, and the uploader's own words in the reader's language."""
    drop = '[data-testid="stFileUploaderDropzone"]'
    words = (
        f'{drop} button::after {{ font-size: 13px; content: "{_css(_(BROWSE))}"; }}\n'
        f'{drop}::after {{ font-size: 12px; color: #6b7280; content: "{_css(_(LIMIT))}"; }}'
    )
    st.html(f"<style>{_STYLE}{words}</style>")


def drop_words(key: str, text: str) -> None:
    """What one uploader takes, in place of the words for parcels."""
    drop = f'.st-key-{key} [data-testid="stFileUploaderDropzone"]'
    st.html(f'<style>{drop}::after {{ content: "{_css(text)}"; }}</style>')


def drop_hint(key: str, hint: str) -> None:
    """What may be dropped on one uploader, in place of the general words; ``key`` is a constant of the page."""
    place = f'.st-key-{key} [data-testid="stFileUploaderDropzone"]::after'
    st.html(f'<style>{place} {{ content: "{_css(hint)}"; }}</style>')


def _css(text: str) -> str:
    return text.replace("\\", "").replace('"', "").replace("<", "")


def html(*parts: str) -> None:
    """Trusted markup of this package into the page: texts in it have gone through ``escape``."""
    st.html(f'<div class="pl">{"".join(parts)}</div>')


def chip(verdict: Verdict) -> str:
    """A verdict as sign and word in its colour."""
    look = LOOKS[verdict]
    return f'<span style="color:{look.colour}">{look.sign} {escape(_(look.word))}</span>'


def plain_chip(sign: Sign) -> str:
    """The same without markup, for tables."""
    return f"{LOOKS[sign].sign} {_(LOOKS[sign].word)}"


def headline(verdict: Verdict, sentence: str) -> str:
    """The first line of a card."""
    look = LOOKS[verdict]
    return (
        f'<div class="head" style="border-color:{look.colour};color:{look.colour}">{look.sign} {escape(sentence)}</div>'
    )


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    figures: frozenset[int] | set[int] = frozenset(),
    marked: frozenset[int] | set[int] = frozenset(),
) -> str:
    """A small table; ``figures`` are the columns set right, ``marked`` the rows in the colour of a shortage."""

    def cells(tag: str, row: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{' class=n' if i in figures else ''}>{escape(cell)}</{tag}>" for i, cell in enumerate(row)
        )

    body = "".join(f"<tr{' class=x' if i in marked else ''}>{cells('td', row)}</tr>" for i, row in enumerate(rows))
    return f"<table><thead><tr>{cells('th', headings)}</tr></thead><tbody>{body}</tbody></table>"


def fold(title: str, body: str, *, opened: bool = False) -> str:
    """A part of a card that opens at a click; ``body`` is markup of this package."""
    return f"<details{' open' if opened else ''}><summary>{escape(title)}</summary>{body}</details>"
