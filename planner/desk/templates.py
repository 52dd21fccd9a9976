"""The office's own templates: a folder with files of known names, read, checked, or written out to begin from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from planner.errors import FileMissing, InputError
from planner.formats.errors import ParseError
from planner.formats.zips import opened
from planner.sheets.office import Templates, TemplateWrong, logo
from planner.sheets.voice import voice_in
from planner.text import N_, Text

# File -> what it is for. The logo may be either picture.
FILES: Mapping[str, str] = {"deck.pptx": "deck", "opinion.docx": "opinion", "letter.docx": "letter"}
LOGOS = ("logo.png", "logo.jpg", "logo.jpeg")
KNOWN = (*FILES, *LOGOS)
_OURS = frozenset({".pptx", ".potx", ".docx", ".dotx", ".png", ".jpg", ".jpeg"})


class TemplateFolderWrong(InputError):
    code = "E_TEMPLATE"
    sentence = N_("{folder} is no folder of templates: {reason}. It may hold: {known}.")


class TemplateExists(InputError):
    code = "E_EXISTS"
    sentence = N_("{folder} already holds {names}. Choose another folder, or move them away: nothing is overwritten.")


def from_folder(folder: Path) -> tuple[Templates, bytes | None]:
    """The templates and the logo of a folder. What it lacks comes from the planner; a file of a kind that is used here
    under another name is refused, lest it be left out without a word.

    Raises TemplateFolderWrong, LogoWrong, and what a damaged or bursting archive raises.
    """
    if not folder.is_dir():
        raise FileMissing(file=folder.name, reason=Text(N_("there is no such folder")))
    return from_files([path for path in folder.iterdir() if path.is_file()], folder.name)


def from_files(paths: Iterable[Path], folder: str) -> tuple[Templates, bytes | None]:
    """The same of single files. Raises as ``from_folder``."""
    found = {path.name.lower(): path for path in sorted(paths)}
    others = [path.name for name, path in found.items() if path.suffix.lower() in _OURS and name not in KNOWN]
    if others:
        reason = Text(N_("{names} have other names"), names=", ".join(others))
        raise TemplateFolderWrong(folder=folder, reason=reason, known=", ".join(KNOWN))
    if not any(name in found for name in KNOWN):
        raise TemplateFolderWrong(folder=folder, reason=Text(N_("nothing in it is known")), known=", ".join(KNOWN))
    for name in FILES:
        if name in found:
            measured(found[name])
    pictures = [found[name] for name in LOGOS if name in found]
    picture = logo(pictures[0].read_bytes(), pictures[0].name) if pictures else None
    return Templates(**{kind: found.get(name) for name, kind in FILES.items()}), picture


def measured(template: Path) -> None:
    """Every member of an office's file measured before a library unpacks it. Raises TemplateWrong, ZipBomb, ZipPath."""
    try:
        with opened(template):
            pass
    except ParseError as damaged:
        raise TemplateWrong(name=template.name, reason=damaged.facts["reason"]) from None


def logo_file(path: Path) -> bytes:
    """A logo by its path. Raises FileMissing, LogoWrong."""
    if not path.is_file():
        raise FileMissing(file=path.name, reason=Text(N_("there is no such file")))
    return logo(path.read_bytes(), path.name)


def defaults(lang: str) -> dict[str, bytes]:
    """The templates at hand, by file name, for an office to begin its own from."""
    from planner.sheets import deck, letter, opinion

    return {"deck.pptx": letter.saved(deck.opened(None)), "opinion.docx": opinion.blank(voice_in(lang)),
            "letter.docx": letter.saved(letter.opened(None))}


def write_defaults(folder: Path, lang: str) -> list[dict[str, Any]]:
    """`planner templates DIR`: the templates at hand into a folder; rows of name, use and size.

    Raises TemplateExists."""
    taken = [name for name in FILES if (folder / name).exists()]
    if taken:
        raise TemplateExists(folder=folder.name or str(folder), names=", ".join(taken))
    made = defaults(lang)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made.items():
        (folder / name).write_bytes(data)
    return [{"file": name, "for": FILES[name], "bytes": len(data)} for name, data in made.items()]
