"""What the pens for Office share: typefaces that its readers have, and what is wrong with a template."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.errors import InputError
from planner.text import N_, Text

LATIN, EAST_ASIAN = "Arial", "Microsoft YaHei"  # only named: the reader's machine has them or takes its own
_DAMAGE = (KeyError, ValueError, AttributeError, OSError, SyntaxError, zipfile.BadZipFile)


class TemplateWrong(InputError):
    code = "E_TEMPLATE"
    sentence = N_("The template {name} cannot be used: {reason}.")


@contextmanager
def damage(template: Path) -> Iterator[None]:
    """Opening an office's own file: whatever its library meets in it is a template that is wrong."""
    try:
        yield
    except _DAMAGE:
        raise TemplateWrong(
            name=template.name, reason=Text(N_("it is damaged or of another kind: save it anew as PPTX or DOCX"))
        ) from None
