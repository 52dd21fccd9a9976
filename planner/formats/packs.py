"""The archive of a pack: members in one order under fixed times, so that the same content gives the same bytes.

A pack from outside is read as any archive is (``zips``): listed and measured first, nothing goes where it says.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from planner.errors import FileMissing, InputError
from planner.formats import zips
from planner.formats.errors import ParseError, TooLarge
from planner.formats.limits import MAX_MEMBERS, MAX_TEXT_BYTES, MIB
from planner.text import N_, Text

_WHEN = (1980, 1, 1, 0, 0, 0)  # the first day that a zip can state: a pack does not depend on the clock
_MODE = 0o644 << 16
_UNIX = 3
_OFFICE = frozenset({".xlsx", ".docx", ".pptx"})
_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


class PackTooMany(InputError):
    code = "E_TOO_LARGE"
    sentence = N_("The pack would have {count} members, at most {limit} can be read back. Pack fewer parcels at once.")


def archive(members: Mapping[str, bytes]) -> bytes:
    """The members as one zip. Raises PackTooMany."""
    if len(members) > MAX_MEMBERS:
        raise PackTooMany(count=len(members), limit=MAX_MEMBERS)
    return _zipped({name: members[name] for name in sorted(members)})


def settled(ending: str, data: bytes, at: datetime) -> bytes:
    """A printed member without the clock of the program that saved it: office files state ``at`` and nothing else."""
    if ending not in _OFFICE:
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as saved:
        parts = {name: saved.read(name) for name in saved.namelist()}
    said = rb"\g<1>" + f"{at:%Y-%m-%dT%H:%M:%SZ}".encode()
    clocked = {name: _CLOCK.sub(said, part) if name == "docProps/core.xml" else part for name, part in parts.items()}
    # The tables behind the charts of a deck are office files in an office file.
    return _zipped({name: settled(PurePosixPath(name).suffix, part, at) for name, part in clocked.items()})


def _zipped(members: Mapping[str, bytes]) -> bytes:
    """The members as one zip, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as made:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _WHEN)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, _MODE, _UNIX
            made.writestr(info, data)
    return buffer.getvalue()


def members_of(path: Path) -> tuple[dict[str, bytes], list[str]]:
    """(members by name, names of members that are damaged). Raises FileMissing, ParseError, ZipPath, ZipBomb."""
    if not path.is_file():
        raise FileMissing(file=path.name, reason=Text(N_("there is no such file")))
    found: dict[str, bytes] = {}
    damaged: list[str] = []
    with zips.opened(path) as (opened, infos):
        for name, times in Counter(info.filename for info in infos).items():
            if times > 1:
                raise ParseError(file=path.name, reason=Text(N_("the archive holds {name} twice"), name=name[:80]))
        for info in infos:
            try:
                found[info.filename] = zips.unpacked(opened, info)
            except ParseError:
                damaged.append(info.filename)
    return found, damaged


def parsed(data: bytes) -> Any:
    """A JSON member. Raises ParseError (no JSON, NaN, nested too deeply), TooLarge."""
    if len(data) > MAX_TEXT_BYTES:
        raise TooLarge(found=f"{len(data) / MIB:,.0f} MiB", limit=f"{MAX_TEXT_BYTES / MIB:,.0f} MiB")
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError) as wrong:
        raise ParseError(reason=Text(N_("a member is no JSON ({wrong})"), wrong=str(wrong)[:80])) from None


def written(value: Any) -> bytes:
    """A document as it lies in a pack: one spelling, numbers to their last digit."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def _no_number(word: str) -> float:
    raise ValueError(word)
