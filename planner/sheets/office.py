"""What the pens for Office share: typefaces that its readers have, an office's own files, what is wrong with one."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from planner.errors import InputError
from planner.text import N_, Text

LATIN, EAST_ASIAN = "Arial", "Microsoft YaHei"  # only named: the reader's machine has them or takes its own
_DAMAGE = (KeyError, ValueError, AttributeError, OSError, SyntaxError, zipfile.BadZipFile)
MOST_LOGO_BYTES, MOST_LOGO_SIDE = 2_000_000, 4_000  # a sign at the head of a page; px
_PICTURES = ("image/png", "image/jpeg")


class TemplateWrong(InputError):
    code = "E_TEMPLATE"
    sentence = N_("The template {name} cannot be used: {reason}.")


class LogoWrong(InputError):
    code = "E_LOGO"
    sentence = N_("The logo {name} cannot be used: {reason}. Save it as PNG or JPEG of at most 2 MB and 4,000 pixels a "
                  "side.")


@dataclass(frozen=True)
class Templates:
    """An office's own files: the deck, the opinion, and the letter whose styles, head and foot the other documents
    take (certificate, report of a year). None: the one at hand."""

    deck: Path | None = None
    opinion: Path | None = None
    letter: Path | None = None


@contextmanager
def damage(template: Path) -> Iterator[None]:
    """Opening an office's own file: whatever its library meets in it is a template that is wrong."""
    try:
        yield
    except _DAMAGE:
        raise TemplateWrong(
            name=template.name, reason=Text(N_("it is damaged or of another kind: save it anew as PPTX or DOCX"))
        ) from None


def logo(data: bytes, name: str) -> bytes:
    """A picture as it may stand at the head of a page: looked at, never unpacked. Raises LogoWrong."""
    from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
    from docx.image.image import Image

    if len(data) > MOST_LOGO_BYTES:
        raise LogoWrong(name=name, reason=Text(N_("it has {size:,} bytes"), size=len(data)))
    try:
        seen = Image.from_blob(data)
        sides, kind = (seen.px_width, seen.px_height), seen.content_type
    except (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError, *_DAMAGE, IndexError):
        raise LogoWrong(name=name, reason=Text(N_("it is no picture, or a damaged one"))) from None
    if kind not in _PICTURES:
        raise LogoWrong(name=name, reason=Text(N_("it is a picture of another kind ({kind})"), kind=kind))
    if not all(0 < side <= MOST_LOGO_SIDE for side in sides):
        wide, high = sides
        raise LogoWrong(name=name, reason=Text(N_("it is {wide} x {high} pixels"), wide=wide, high=high))
    return data
