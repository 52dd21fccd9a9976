"""Decks, opinions and statements of ten parcels, in both languages, looked at as LibreOffice sets them: no line of text
over another, none beyond its page. Needs soffice and pdftotext."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import shapely
from defusedxml.ElementTree import fromstring
from shapely import affinity
from shapely.geometry import MultiPolygon, Point, Polygon, box
from shapely.geometry.base import BaseGeometry

from planner.desk.desk import Desk
from planner.desk.meeting_papers import print_for_meeting
from planner.desk.page import Page, title_block
from planner.desk.papers import Subject
from planner.land.parcel import Parcel
from tests.drawn_sheet import degrees

METRES: Mapping[str, BaseGeometry] = {
    "sliver": box(0, 0, 600, 2), "tiny": box(0, 0, 12, 9), "triangle": Polygon([(0, 0), (300, 40), (90, 260)]),
    "L": box(0, 0, 300, 100).union(box(0, 0, 100, 300)), "large": box(0, 0, 2_400, 1_500),
    "hole": box(0, 0, 300, 300).difference(box(100, 100, 200, 200)),
    "holes in parts": MultiPolygon([
        box(0, 0, 200, 200).difference(Point(100, 100).buffer(40)), box(260, 0, 380, 90)]),
    "round": Point(150, 150).buffer(150), "turned": affinity.rotate(box(0, 0, 500, 60), 33),
    "long": box(0, 0, 3_000, 40),
}
NAMES = {"tiny": "宗地" * 40, "round": "A name of a parcel that goes on and on " * 4}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_text_lies_over_another_on_any_slide_or_page_of_ten_parcels(lang, demo_workspace, tmp_path, record):
    desk = Desk.open(str(demo_workspace))
    project = next(one for one in desk.projects() if one.id == "pharma-2")
    page = Page(lang, block=title_block({"office": "海口国家高新区管委会 / Haikou National High-tech Zone"}))
    for name, shape in METRES.items():
        case = desk.look(Parcel(name, degrees(shapely.normalize(shape)), NAMES.get(name, name)), project=project)
        made = print_for_meeting(desk, Subject(case=case, project=project), ["deck", "opinion"], page=page)
        for file, data in made.files.items():
            (tmp_path / f"{name}-{file}").write_bytes(data)
    files = sorted(tmp_path.iterdir())
    subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *map(str, files)],
                   check=True, capture_output=True, timeout=900)
    pages, faults = 0, []
    for path in sorted(tmp_path.glob("*.pdf")):
        for number, (size, lines) in enumerate(pages_of(path), 1):
            pages += 1
            faults += [f"{path.stem} {number}: {fault}" for fault in wrong(size, lines)]
    assert pages > 100 and not faults, "\n".join(faults)
    found = f"{len(files)} files, {pages} slides and pages: no text over another, none beyond its page"
    record(f"Office papers of ten parcels, {lang}", [found])


Line = tuple[float, float, float, float, str]  # left, top, right, bottom in pt, the text


def pages_of(path: Path) -> Iterator[tuple[tuple[float, float], list[Line]]]:
    """Each page's size and its lines, as poppler sets their boxes."""
    said = subprocess.run(["pdftotext", "-bbox-layout", str(path), "-"], check=True, capture_output=True).stdout
    clean = re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", b"", said).replace(b'xmlns="http://www.w3.org/1999/xhtml"', b"")
    for page in fromstring(clean.decode("utf-8", "replace"), forbid_dtd=False).iter("page"):
        lines = [(*(number(line, key) for key in ("xMin", "yMin", "xMax", "yMax")),
                  " ".join(word.text or "" for word in line.iter("word"))) for line in page.iter("line")]
        yield (number(page, "width"), number(page, "height")), lines


def number(element: Any, key: str) -> float:
    return float(element.get(key))


def wrong(size: tuple[float, float], lines: list[Line]) -> Iterator[str]:
    """Lines beyond the page, and lines that share more than a third of the lower one's height."""
    wide, high = size
    for n, (left, top, right, bottom, said) in enumerate(lines):
        if left < -1 or top < -1 or right > wide + 1 or bottom > high + 1:
            yield f"beyond the page: {said[:60]}"
        for other in lines[n + 1 :]:
            across = min(right, other[2]) - max(left, other[0])
            down = min(bottom, other[3]) - max(top, other[1])
            if across > 2 and down > min(bottom - top, other[3] - other[1]) / 3:
                yield f"over each other: {said[:40]} | {other[4][:40]}"
