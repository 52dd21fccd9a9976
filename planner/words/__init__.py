"""Chinese first, English second: one catalogue a room (zh/*.po), message ids in plain English.

The catalogues are read as they are written; there is no compile step to forget. A message id in two
catalogues must have one translation (a test says so).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from babel.messages.pofile import read_po

from planner.text import Text, Translate

LANGUAGES = ("zh", "en")


@cache
def catalogue(lang: str) -> dict[str, str]:
    """All translated message ids of a language, msgid -> msgstr."""
    known: dict[str, str] = {}
    for file in sorted(files(__name__).joinpath(lang).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".po"):
            with file.open("rb") as handle:
                known |= {str(m.id): str(m.string) for m in read_po(handle, locale=lang) if m.id and m.string}
    return known


@cache
def translator(lang: str) -> Translate:
    """The translation into a language. An unknown message id stays English (a test keeps that from happening); one that
    a workspace states in both languages, as the title of a row, is said in the one."""
    known = {} if lang == "en" else catalogue(lang)

    def said(msgid: str) -> str:
        return known.get(msgid) or in_language(msgid, lang)

    return said


@lru_cache(8192)
def in_language(name: str, lang: str) -> str:
    """The side of a name written in both languages ("zh / en") that is meant for a reader; any other name as it is.

    A name counts as written in both when the left of its only " / " holds Chinese and the right holds none.
    """
    left, found, right = name.partition(" / ")
    if not found or " / " in right or not _chinese(left) or _chinese(right):
        return name
    return left.strip() if lang == "zh" else right.strip()


def for_reader(text: Text, lang: str, titles: Mapping[str, str]) -> Text:
    """A sentence whose facts suit its reader: names written in both languages in the reader's, lists of them too;
    a ``layer`` that is called by its role under the role's title (``titles``: role -> message id)."""
    def suited(key: str, value: Any) -> Any:
        if isinstance(value, Text):
            return for_reader(value, lang, titles)
        if not isinstance(value, str):
            return value
        if key == "layer" and value in titles:
            return Text(titles[value])
        whole = in_language(value, lang)
        return whole if whole != value else ", ".join(in_language(part, lang) for part in value.split(", "))

    return Text(text.msgid, **{key: suited(key, value) for key, value in text.facts})


def _chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)
