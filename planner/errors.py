"""Errors: what the work refused, where, which value, and the way out.

PlannerError
├── InputError     exit 2: the file or the call is wrong
└── StoreRefused   exit 4: the store said no (overdraw, conflict, key reused)

An error is a class with a stable ``code`` and a ``sentence`` (a message id with its facts); raising it
states the facts, ``str(error)`` is the English sentence, ``error.say(translate)`` the reader's. Findings about
land are values, never errors. Here stand those that several rooms raise; one room's own stand in it (those of files
from outside in ``planner.formats.errors``). Keep the sentence: what, with which values, what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.text import N_, Text, Translate, english


class PlannerError(Exception):
    """Parent of everything the planner raises on purpose.

    ``file`` is the name the person knows it by; ``where`` is a mapping such as {"layer": ..., "feature": ...,
    "row": ..., "column": ...}; the rest are the facts of the class's sentence.
    """

    code = "E_INTERNAL"
    exit_status = 1
    sentence = N_("Something went wrong.")

    def __init__(self, *, file: str | None = None, where: Mapping[str, Any] | None = None, **facts: Any) -> None:
        self.file = file
        self.where = dict(where or {})
        self.facts = facts
        self.text = Text(type(self).sentence, **facts)
        super().__init__(str(self.text))

    def say(self, translate: Translate = english) -> str:
        """The sentence in the reader's language, led by the file where there is one."""
        said = self.text.say(translate)
        return f"{self.file}: {said}" if self.file else said

    def __str__(self) -> str:
        return self.say()

    def __reduce__(self) -> tuple[Any, ...]:
        """From one process to another an error keeps its class and its facts."""
        return _as_it_was, (type(self), self.args, self.__dict__)


def _as_it_was(kind: type[PlannerError], args: tuple[Any, ...], state: Mapping[str, Any]) -> PlannerError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class InputError(PlannerError):
    """The file or the call is wrong: nothing was written."""

    code = "E_INPUT"
    exit_status = 2


class StoreRefused(PlannerError):
    """The store said no: nothing was written."""

    code = "E_STORE"
    exit_status = 4


class Rejected(InputError):
    """A file refused for several reasons: one error an offender, under the code of their only class.

    ``kind`` is "rows" (E_ROWS) or "features" (E_FEATURES).
    """

    sentence = N_("{count} {kind} were refused; the first: {first}")

    def __init__(self, reasons: Sequence[PlannerError], *, kind: str, file: str | None = None) -> None:
        codes = {reason.code for reason in reasons}
        # E_ROWS is the class of bad rows in a table whatever is wrong in the cell.
        self.code = codes.pop() if len(codes) == 1 and kind != "rows" else f"E_{kind.upper()}"
        self.reasons = tuple(reasons)
        kinds = {"rows": Text(N_("rows")), "features": Text(N_("features"))}
        facts = {"count": len(reasons), "kind": kinds[kind], "first": reasons[0].text}
        super().__init__(file=file, where={kind: len(reasons)}, **facts)


# ---------------------------------------------------------------- the call
class UsageError(InputError):
    """The call does not fit the verb."""

    code = "E_USAGE"
    sentence = N_("{problem}")


class UnitUnknown(InputError):
    code = "E_UNIT"
    sentence = N_("The unit '{unit}' is not known. Use one of: {known}.")


class ParkUnknown(InputError):
    code = "E_PARK"
    sentence = N_("No park can be told from the call: {reason}. Name one with --park; known are: {known}.")


# ---------------------------------------------------------------- files and their layers
class FileMissing(InputError):
    code = "E_FILE"
    sentence = N_("The file cannot be read: {reason}. Check the path.")


class PathRefused(InputError):
    """What the system says of a path that the call names."""

    code = "E_FILE"
    sentence = N_("The system refuses it: {reason}. Check the path, the rights to it and the room on the disk.")


class GeometryType(InputError):
    code = "E_GEOM_TYPE"
    sentence = N_("Feature {feature} is a {found}, not a polygon. Close it to a polygon or leave it out.")


class LayerMissing(InputError):
    code = "E_LAYER_MISSING"
    sentence = N_("There is no layer '{wanted}'. The workspace has: {known}.")


class LayerExists(InputError):
    code = "E_LAYER_EXISTS"
    sentence = N_("A layer '{layer}' is already there. Choose another name, or replace it with --replace (the old "
                  "version stays).")


class AmbiguousFeature(InputError):
    code = "E_AMBIGUOUS_FEATURE"
    sentence = N_("The file holds {count} features: {ids}. Choose one with --id.")


class FeatureMissing(InputError):
    code = "E_FEATURE_MISSING"
    sentence = N_("There is no feature '{wanted}'. The file holds: {ids}.")


# ---------------------------------------------------------------- projects and scenarios
class ScenarioError(InputError):
    code = "E_SCENARIO"
    sentence = N_("{place}: {problem}")


# ---------------------------------------------------------------- the book and the store
class WorkspaceMissing(InputError):
    code = "E_WORKSPACE"
    sentence = N_("There is no workspace at {path}. Make one with 'planner init' or 'planner demo'.")


class WorkspaceExists(InputError):
    code = "E_WORKSPACE"
    sentence = N_("There is already something at {path}. Choose another path; a workspace is never written over.")


class NetworkShare(InputError):
    code = "E_WORKSPACE"
    sentence = N_("{path} lies on a network share ({kind}), where two writers can lose each other's entries. "
                  "Move the workspace to a local disk, or keep it in PostgreSQL, which several machines share.")


class RegisterRowMissing(InputError):
    code = "E_ROW_MISSING"
    sentence = N_("The register '{register}' has no row '{id}'. Look at its rows first.")


class Overdraw(StoreRefused):
    code = "E_OVERDRAW"
    sentence = N_("{quota} {year} of {park} is short: asked {asked:,.10g} {unit}, free {free:,.10g} {unit}, short "
                  "by {short_by:,.10g} {unit}.")


class ReservedShort(Overdraw):
    sentence = N_("'{ref}' has reserved {free:,.10g} {unit} of {quota} {year} of {park}; {asked:,.10g} {unit} "
                  "were to be committed, {short_by:,.10g} {unit} more. Reserve the rest first.")


class NoAccount(StoreRefused):
    code = "E_NO_ACCOUNT"
    sentence = N_("{park} has no account for {quota} in {year}. Grant it first with 'planner ledger grant'.")


class NotHeld(StoreRefused):
    code = "E_NOT_HELD"
    sentence = N_("'{ref}' holds {held:,.10g} {unit} of {quota} {year}, less than the {asked:,.10g} {unit} to "
                  "give back.")


class Unbalanced(StoreRefused):
    code = "E_UNBALANCED"
    sentence = N_("The entry does not balance: {left} of {quota} is left over. Each quota's legs must cancel.")


class KeyReused(StoreRefused):
    code = "E_KEY"
    sentence = N_("The key '{key}' was used before with other content. Use a new key for a new request.")


class Blocked(StoreRefused):
    code = "E_BLOCKED"
    sentence = N_("The parcel is blocked. {reason}")


class UnknownVerdict(StoreRefused):
    code = "E_UNKNOWN"
    sentence = N_("Nothing can be reserved while the verdict is not known. {reason}")


class StoreBusy(StoreRefused):
    code = "E_BUSY"
    sentence = N_("The workspace is being written by someone else. Try again in a moment.")


class StoreFull(StoreRefused):
    code = "E_STORE_FULL"
    sentence = N_("The workspace cannot be written: {reason}. Make room on the disk and try again; nothing was lost.")


class StoreDamaged(StoreRefused):
    code = "E_STORE_DAMAGED"
    sentence = N_("The workspace cannot be used: {reason}.")


class ParameterRow(InputError):
    code = "E_PARAMETER"
    sentence = N_("{table}, row {row}: {problem}. Mend the table of parameters.")
