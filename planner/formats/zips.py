"""Archives opened with care: members are listed and measured before one byte is unpacked, none goes where it says.

Source: OWASP ASVS 4.0.3, V12.1 (unpacked size and number of members checked before unpacking).
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from planner.formats.errors import ParseError, ZipBomb, ZipPath
from planner.formats.limits import MAX_MEMBERS, MAX_RATIO, MAX_UNPACKED_BYTES, MIB, RATIO_FROM_BYTES
from planner.text import N_, Text

_CHUNK = 256 * 1024
# Whatever zipfile meets in a damaged archive; ValueError covers text that is no UTF-8.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    IndexError,
    OverflowError,
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|\._|Thumbs\.db$)")


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]]:
    """An archive and its files (no folders, no litter), every member checked.

    Raises ParseError (damaged, encrypted, unknown method), ZipPath (a name that climbs out, a link), ZipBomb.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE:
        raise ParseError(reason=Text(N_("the archive is damaged"))) from None
    with archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise ZipBomb(
                reason=Text(N_("{count:,} members, at most {limit:,} are read"), count=len(members), limit=MAX_MEMBERS)
            )
        for member in members:
            _check(member)
        total = sum(member.file_size for member in members)
        if total > MAX_UNPACKED_BYTES:
            raise _too_far(total)
        yield archive, [one for one in members if not one.is_dir() and not _LITTER.search(one.filename)]


def unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int = MAX_UNPACKED_BYTES) -> bytes:
    """One member's bytes, counted as they come: a lying size does not help. Raises ZipBomb, ParseError."""
    pieces, size = [], 0
    try:
        with archive.open(member) as stream:
            while piece := stream.read(_CHUNK):
                size += len(piece)
                if size > limit:
                    raise _too_far(size)
                pieces.append(piece)
    except _DAMAGE:
        raise ParseError(
            reason=Text(N_("member {member} of the archive is damaged"), member=shown_name(member))
        ) from None
    return b"".join(pieces)


def shown_name(member: zipfile.ZipInfo) -> str:
    """A member's name; one without the UTF-8 mark was likely written in GBK by a Chinese Windows."""
    if member.flag_bits & _UTF8_NAME or member.filename.isascii():
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _check(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if not name:
        raise ParseError(reason=Text(N_("the archive is damaged")))
    path = PurePosixPath(name)
    if (
        path.is_absolute()
        or ".." in path.parts
        or "\\" in name
        or ":" in name
        or stat.S_ISLNK(member.external_attr >> 16)
    ):
        raise ZipPath(member=name[:80])
    if member.flag_bits & _ENCRYPTED:
        raise ParseError(reason=Text(N_("the archive needs a password")))
    if member.compress_type not in _METHODS:
        raise ParseError(reason=Text(N_("the archive is packed by a method other than deflate")))
    if member.file_size > RATIO_FROM_BYTES and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        reason = Text(
            N_("member {member} grows {times:,.0f} times, at most {limit} is allowed"),
            member=shown_name(member),
            times=member.file_size / max(member.compress_size, 1),
            limit=MAX_RATIO,
        )
        raise ZipBomb(reason=reason)


def _too_far(size: int) -> ZipBomb:
    return ZipBomb(
        reason=Text(
            N_("{found:,.0f} MiB, at most {limit:,.0f} MiB are read"), found=size / MIB, limit=MAX_UNPACKED_BYTES / MIB
        )
    )
