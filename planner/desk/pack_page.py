"""How the pages of a pack are printed, as members of it: the choices of a page, the office's own files.

They lie in the pack like any input, so that whoever verifies it draws the same pages from the pack alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from planner.desk.page import Page, block_fields, title_block
from planner.desk.templates import FILES, from_files
from planner.sheets.canvas import JPEG
from planner.sheets.office import Templates
from planner.words import LANGUAGES

OFFICE = "office/"


def page_request(page: Page) -> dict[str, Any]:
    """The choices of a page as the request of a pack states them."""
    return {
        "lang": page.lang, "languages": list(LANGUAGES) if page.lang == "both" else [page.lang], "paper": page.paper,
        "scale": page.scale, "centre": list(page.centre) if page.centre is not None else None,
        "block": block_fields(page.block),
    }


def office_members(page: Page) -> dict[str, bytes]:
    """The office's own templates and its logo."""
    paths = {name: getattr(page.templates, kind) for name, kind in FILES.items()}
    members = {f"{OFFICE}{name}": path.read_bytes() for name, path in paths.items() if path is not None}
    if page.block.logo is not None:
        members[f"{OFFICE}logo.{'jpg' if page.block.logo.startswith(JPEG) else 'png'}"] = page.block.logo
    return members


@contextmanager
def page_of(request: Mapping[str, Any], office: Mapping[str, bytes]) -> Iterator[Page]:
    """The page that a request asks for, while the office's files lie in a folder of their own.

    A pack comes from outside: its templates are measured and its logo looked at as any that an office hands in.
    Raises TemplateFolderWrong, LogoWrong, and what a damaged or bursting archive raises.
    """
    with TemporaryDirectory(prefix="planner-") as folder:
        paths = [Path(folder) / Path(name).name for name in office]
        for path, data in zip(paths, office.values(), strict=True):
            path.write_bytes(data)
        templates, logo = from_files(paths, OFFICE) if paths else (Templates(), None)
        # A pack of an earlier planner names neither a middle nor who signs.
        centre = request.get("centre")
        yield Page(request["lang"], request["paper"], request["scale"], tuple(centre) if centre else None,
                   title_block(request.get("block", {}), logo), templates)
