"""From the words of a call to the things it names: language, days, the workspace's desk."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

from planner.cli.frame import Call, language
from planner.errors import UsageError
from planner.text import N_, Text
from planner.verdict import Verdict
from planner.words import LANGUAGES, translator

if TYPE_CHECKING:
    from planner.desk.desk import Desk

FAIL_ON = tuple(str(verdict) for verdict in Verdict if verdict > Verdict.FITS)


def call(json: bool, lang: str | None, debug: bool, fail_on: str | None = None) -> Call:
    """The shared options of one call."""
    chosen = language(lang if lang in LANGUAGES else None)
    return Call(json, chosen, debug, fail_on, translator(chosen))


def checked(made: Call, lang: str | None = None) -> Call:
    """Refuse a --lang or --fail-on that is not known. Raises UsageError."""
    if lang is not None and lang not in LANGUAGES:
        raise UsageError(problem=Text(N_("--lang {lang}: use zh or en"), lang=lang))
    if made.fail_on is not None and made.fail_on not in FAIL_ON:
        raise UsageError(
            problem=Text(N_("--fail-on {word}: use one of {known}"), word=made.fail_on, known=", ".join(FAIL_ON))
        )
    return made


def day(word: str | None, option: str = "--on") -> date | None:
    """A day as YYYY-MM-DD. Raises UsageError."""
    if word is None:
        return None
    try:
        return date.fromisoformat(word)
    except ValueError:
        raise UsageError(
            problem=Text(N_("{option} {word}: write the day as YYYY-MM-DD"), option=option, word=word)
        ) from None


def address(workspace: str | None) -> str:
    """The workspace named, else the variable's, else workspace.gpkg in this folder."""
    return workspace or os.environ.get("PLANNER_WORKSPACE") or "workspace.gpkg"


def desk(workspace: str | None) -> Desk:
    """The desk of the workspace a call means."""
    from planner.desk.desk import Desk

    return Desk.open(address(workspace))
