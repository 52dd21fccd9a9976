"""Lines of a land-approval TXT to blocks: one parcel line and the points under it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from planner.formats.clean import clean_text
from planner.formats.errors import ParseError
from planner.formats.limits import MAX_FILE_VERTICES
from planner.text import N_, Text

Floats = NDArray[np.float64]

KINDS = ("面", "点", "线")
# Full-width signs that input methods leave behind, as the format means them.
_NARROW = str.maketrans("，【】＝＠　；", ",[]=@ ;")
_SECTION = re.compile(r"^\[([^\]]+)\]$")
_DECIMAL = re.compile(r"[+-]?\d{1,12}(\.\d{0,12})?$")


@dataclass(frozen=True)
class Block:
    """One parcel as written. ``rings`` hold (X, Y) in the file's order, a new one at each change of ring number;
    ``count`` is the stated number of points, None where no parcel line stands above the points."""

    line: int
    count: int | None = None
    area: str = ""
    id: str = ""
    name: str = ""
    kind: str = ""
    sheet: str = ""
    use: str = ""
    code: str = ""
    village_code: str = ""
    village_name: str = ""
    rings: tuple[Floats, ...] = ()
    notes: tuple[Text, ...] = ()

    def turned(self) -> Block:
        """The same with the two coordinates of each point in the other order."""
        return replace(self, rings=tuple(ring[:, ::-1] for ring in self.rings))


@dataclass
class Content:
    """The whole file: header keys in order, parcels, what was noticed on the way."""

    header: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)


@dataclass
class _Open:
    """The parcel being collected."""

    head: Block
    rows: list[tuple[str, float, float]] = field(default_factory=list)


def parse_lines(text: str) -> Content:
    """Header, parcels and points of a text. Raises ParseError with the line that cannot be understood."""
    content, section, current = Content(), "", None
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    cleaned, changed = clean_text(lines)
    if changed:
        content.notes.append(Text(N_("control characters were removed from its text")))
    narrow = cleaned.translate(_NARROW)
    if narrow != cleaned:
        content.notes.append(Text(N_("full-width signs were read as the plain ones")))
    for number, line in enumerate(narrow.split("\n"), start=1):
        line = line.strip()
        heading = _SECTION.match(line)
        if heading:
            section = heading[1].strip()
        elif line and "=" in line and "@" not in line and not line[:1].isdigit():
            key, _, value = line.partition("=")
            content.header[key.strip()] = value.strip()
        elif line and (section in ("", "地块坐标") or "@" in line):
            current = _take(content, current, line, number)
    _close(content, current)
    return content


def _take(content: Content, current: _Open | None, line: str, number: int) -> _Open:
    if "@" in line:
        _close(content, current)
        return _Open(_head(line, number))
    current = current or _Open(Block(line=number))
    current.rows.append(_point(line, number))
    if len(current.rows) > MAX_FILE_VERTICES:
        raise ParseError(reason=Text(N_("it has more than {limit:,} points"), limit=MAX_FILE_VERTICES))
    return current


def _head(line: str, number: int) -> Block:
    """count, area, [village code and name,] id, name, kind, sheet, use, class, @ - found from ``kind`` outwards."""
    fields = [part.strip() for part in line[: line.index("@")].split(",")]
    if fields and fields[-1] == "":
        fields.pop()
    if not fields or not re.fullmatch(r"\d{0,9}", fields[0]):
        raise _bad(line, number)
    at = next((i for i, part in enumerate(fields) if i >= 4 and part in KINDS), 4 if len(fields) <= 9 else 6)
    padded = fields + [""] * (at + 4 - len(fields))
    village = (padded[2], padded[3]) if at >= 6 else ("", "")
    return Block(
        number,
        int(fields[0] or 0),
        padded[1],
        padded[at - 2],
        padded[at - 1],
        padded[at],
        padded[at + 1],
        padded[at + 2],
        padded[at + 3],
        *village,
    )


def _point(line: str, number: int) -> tuple[str, float, float]:
    fields = [part.strip() for part in line.rstrip(",").split(",")]
    if len(fields) != 4 or not _DECIMAL.match(fields[2]) or not _DECIMAL.match(fields[3]):
        raise _bad(line, number)
    return fields[1], float(fields[2]), float(fields[3])


def _close(content: Content, current: _Open | None) -> None:
    if current is None:
        return
    if not current.rows:
        where = {"feature": current.head.id, "line": current.head.line}
        raise ParseError(
            reason=Text(N_("the parcel on line {line} has no points"), line=current.head.line), where=where
        )
    rings: list[list[tuple[float, float]]] = []
    last = None
    for ring, x, y in current.rows:
        if ring != last:
            rings.append([])
            last = ring
        rings[-1].append((x, y))
    notes = () if current.head.count != 0 else (Text(N_("its point count is stated as 0")),)
    content.blocks.append(replace(current.head, rings=tuple(np.array(ring) for ring in rings), notes=notes))


def _bad(line: str, number: int) -> ParseError:
    short = line if len(line) <= 40 else line[:37] + "..."
    return ParseError(
        reason=Text(N_("line {line} is neither a parcel nor a point: {found}"), line=number, found=short),
        where={"line": number},
    )
