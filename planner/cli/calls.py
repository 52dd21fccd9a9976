"""What a verb is handed of its call: the language, the desk, who does it and under which key.

The first parameter of a verb is its call. The class of that parameter says which options the verb shares with others:
every field of the class is one.
"""

from __future__ import annotations

import getpass
import hashlib
import locale
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, overload

from planner.cli import options as opt
from planner.errors import FileMissing, UsageError
from planner.text import N_, Text, Translate
from planner.verdict import Verdict, worst
from planner.words import LANGUAGES, translator

if TYPE_CHECKING:
    from planner.desk.desk import Desk

FAIL_ON = tuple(str(verdict) for verdict in Verdict if verdict > Verdict.FITS)


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call of any verb."""

    json: opt.Json = False
    lang: opt.Lang = None
    debug: opt.Debug = False
    languages: ClassVar[tuple[str, ...]] = LANGUAGES

    @cached_property
    def language(self) -> str:
        """zh or en, whatever was asked."""
        return language(self.lang)

    @cached_property
    def say(self) -> Translate:
        return translator(self.language)

    def check(self) -> None:
        """Refuse an option that all share and that is not known. Raises UsageError."""
        if self.lang is not None and self.lang not in self.languages:
            raise UsageError(problem=Text(N_("--lang {lang}: use zh or en"), lang=self.lang))

    def fails_on(self, verdicts: Iterable[Verdict]) -> bool:
        """Whether the worst verdict is one at which the caller wants exit 3."""
        return False


@dataclass(frozen=True, kw_only=True)
class PageCall(Call):
    """A call that makes a page, which may be in both languages."""

    lang: opt.PageLang = None
    languages = (*LANGUAGES, "both")


@dataclass(frozen=True, kw_only=True)
class Judging(Call):
    """A call that may end with exit 3 for a verdict."""

    fail_on: opt.FailOn = None

    def check(self) -> None:
        super().check()
        if self.fail_on is not None and self.fail_on not in FAIL_ON:
            raise UsageError(
                problem=Text(N_("--fail-on {word}: use one of {known}"), word=self.fail_on, known=", ".join(FAIL_ON))
            )

    def fails_on(self, verdicts: Iterable[Verdict]) -> bool:
        return self.fail_on is not None and worst(verdicts) >= Verdict[self.fail_on.upper()]


@dataclass(frozen=True, kw_only=True)
class AtDesk(Call):
    """A call in a workspace: the one named, else the variable's, else workspace.gpkg in this folder."""

    workspace: opt.Workspace = None

    @property
    def address(self) -> str:
        return self.workspace or os.environ.get("PLANNER_WORKSPACE") or "workspace.gpkg"

    @cached_property
    def desk(self) -> Desk:
        """The desk of the workspace, opened when it is first asked for."""
        from planner.desk.desk import Desk

        return Desk.open(self.address)


@dataclass(frozen=True, kw_only=True)
class JudgingAtDesk(AtDesk, Judging):
    """A call in a workspace that may end with exit 3 for a verdict."""


@dataclass(frozen=True, kw_only=True)
class Beside(Call):
    """A call that needs no workspace, but goes by the book of one where it is named."""

    workspace: opt.Book = None

    @cached_property
    def desk(self) -> Desk | None:
        """The desk of the workspace named, opened when it is first asked for."""
        from planner.desk.desk import Desk

        return Desk.open(self.workspace) if self.workspace else None


@dataclass(frozen=True, kw_only=True)
class Acting(AtDesk):
    """A call by which somebody does something."""

    actor: opt.Actor = None

    @property
    def who(self) -> str:
        return who(self.actor)

    @cached_property
    def desk(self) -> Desk:
        """The desk with that person at it."""
        return signed_at(super().desk, self.who)


@dataclass(frozen=True, kw_only=True)
class Writing(Acting):
    """A call that happens once."""

    key: opt.Key = None

    def once(self, *words: object, files: Iterable[Path | None] = ()) -> str:
        """The key named on the line, else the hash of these words with the bytes of the files."""
        return self.key or hash_of(*words, files=files)


@dataclass(frozen=True, kw_only=True)
class Signed(AtDesk):
    """A call that must say who does it and under which key."""

    actor: opt.NeedActor
    key: opt.NeedKey

    @cached_property
    def desk(self) -> Desk:
        """The desk with that person at it."""
        return signed_at(super().desk, self.actor)


def signed_at(desk: Desk, name: str) -> Desk:
    """Whoever holds a role in the workspace may do here too what that allows, and no more; any other name is that of
    whoever sits where the files are, who may do all."""
    person = desk.named(name)
    return desk.for_person(person) if person.roles else desk


def language(asked: str | None) -> str:
    """zh or en: as asked, else the locale's, else English."""
    if asked in LANGUAGES:
        return asked
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or locale.getlocale()[0]
    return "zh" if (name or "").lower().startswith(("zh", "chinese")) else "en"


def who(actor: str | None) -> str:
    """The actor named on the line, else the login name."""
    return actor or getpass.getuser()


def hash_of(*words: object, files: Iterable[Path | None] = ()) -> str:
    """The hash of words with the bytes of files: the same call has the same. Raises FileMissing."""
    digest = hashlib.sha256("\x1f".join(str(word) for word in words).encode())
    for file in files:
        if file is not None:
            digest.update(read_bytes(file))
    return digest.hexdigest()


def read_bytes(path: Path) -> bytes:
    """The bytes of a file the call names. Raises FileMissing."""
    try:
        return path.read_bytes()
    except OSError as problem:
        raise FileMissing(file=str(path), reason=problem.strerror or str(problem)) from problem


@overload
def day(word: str, option: str = ...) -> date: ...
@overload
def day(word: None, option: str = ...) -> None: ...
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
