"""The accounts as a matrix of quota and year: in each cell a figure, under it what it is made of as one bar.

A cell is a button; what it was pressed for is remembered, and its entries are shown by the page. Bars of one row are
drawn to one scale, so that years can be compared; the parts stand in one order, and what exceeds the grant is hatched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from planner.ui import look
from planner.ui.charts import BUCKET_COLOURS
from planner.ui.session import _, kept

CHOSEN = "quotas-cell"  # (quota, year) of the cell that was pressed
LABEL = 2.6  # width of the names beside one year
OVER = "#c8442b"


@dataclass(frozen=True)
class Cell:
    """One account: the figure in words, and its parts in the order of the legend, all in one unit."""

    figure: str
    parts: tuple[float, ...]
    granted: float

    @property
    def used(self) -> float:
        return sum(part for part in self.parts[:-1] if part > 0)

    @property
    def short(self) -> bool:
        return self.used > self.granted


def show(labels: Mapping[str, str], years: Sequence[int], cells: Mapping[tuple[str, int], Cell]) -> None:
    """The matrix; ``labels`` names the quotas in their order."""
    widths = [LABEL, *[1.0] * len(years)]
    scale = {quota: max((max(cell.granted, cell.used) for (of, _year), cell in cells.items() if of == quota),
                        default=0.0) for quota in labels}
    chosen = st.session_state.get(CHOSEN)
    look.html(f"<style>{_style(cells, scale, chosen)}</style>")
    with st.container(key="accounts-matrix"):
        for place, head in zip(st.columns(widths, gap="small"), ["", *map(str, years)], strict=True):
            with place:
                look.html(f'<div class="year">{look.escape(head)}</div>')
        for quota, label in labels.items():
            name, *places = st.columns(widths, gap="small", vertical_alignment="center")
            with name:
                look.html(f'<div class="quota">{look.escape(label)}</div>')
            for year, place in zip(years, places, strict=True):
                cell = cells.get((quota, year))
                if cell is None:
                    with place:
                        look.html('<div class="none">-</div>')
                else:
                    place.button(cell.figure, key=f"cell-{quota}-{year}", width="stretch", on_click=_choose,
                                 args=(quota, year))


def _choose(quota: str, year: int) -> None:
    st.session_state[CHOSEN] = (quota, year)


def chosen(cells: Mapping[tuple[str, int], Cell]) -> tuple[str, int] | None:
    """The cell whose entries are to be shown, None before one is pressed."""
    found: tuple[str, int] | None = kept(CHOSEN, lambda: None)
    return found if found in cells else None


def legend(words: Sequence[str]) -> None:
    """What the parts of a bar are, in their order."""
    boxes = [f'<span><i class="box" style="background:{colour}"></i> {look.escape(word)}</span>'
             for word, colour in zip(words, BUCKET_COLOURS, strict=True)]
    boxes.append(f'<span><i class="box" style="background:{_hatch()}"></i> {look.escape(_("beyond the grant"))}</span>')
    look.html(f'<div class="bar">{"".join(boxes)}</div>')


def _hatch() -> str:
    return f"repeating-linear-gradient(45deg, {OVER} 0 3px, #fff 3px 5px)"


def _style(cells: Mapping[tuple[str, int], Cell], scale: Mapping[str, float], chosen: object) -> str:
    """The bar of each cell as a ground of its button: numbers and colours of this package, no text of anybody."""
    rules = []
    for (quota, year), cell in cells.items():
        at = f'.st-key-cell-{quota}-{year} button'
        grounds = ", ".join([*([_over(cell, scale[quota])] if cell.short else []), _bar(cell, scale[quota])])
        rules.append(f"{at} {{ background: {grounds}; }}")
        if cell.short:
            rules.append(f"{at} p {{ color: {OVER}; font-weight: 600; }}")
        if (quota, year) == chosen:
            rules.append(f"{at} {{ border-color: #1f4e79; box-shadow: 0 0 0 1px #1f4e79; }}")
    return "\n".join(rules)


def _bar(cell: Cell, scale: float) -> str:
    """The parts one after the other, each as wide as its share of the scale."""
    stops, at = [], 0.0
    room = cell.granted
    for part, colour in zip(cell.parts, BUCKET_COLOURS, strict=True):
        width = min(max(part, 0.0), max(room, 0.0))
        room -= width
        end = at + (100 * width / scale if scale else 0.0)
        stops.append(f"{colour} {at:.2f}% {end:.2f}%")
        at = end
    parts = ", ".join([*stops, f"transparent {at:.2f}% 100%"])
    return f"linear-gradient(to right, {parts}) no-repeat left bottom / 100% 7px #fff"


def _over(cell: Cell, scale: float) -> str:
    """What is used beyond the grant, hatched, in its place on the bar."""
    begin, end = (100 * value / scale if scale else 0.0 for value in (cell.granted, cell.used))
    wide = end - begin
    # CSS puts that share of the picture on the same share of the ground: not where it begins.
    left = 100 * begin / (100 - wide) if wide < 100 else 0.0
    return f"{_hatch()} no-repeat {left:.2f}% bottom / {wide:.2f}% 7px"
