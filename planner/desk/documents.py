"""The JSON documents of the outer surface, made from the values of the rooms. Names and units as published; numbers
plain and unrounded; sentences in the reader's language. Here stands what all of them share; the documents of a room
stand in a module of their own, so that a refusal needs no room."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from planner.errors import PlannerError, Rejected
from planner.text import Text, Translate

if TYPE_CHECKING:
    from planner.store.base import LayerInfo

Document = dict[str, Any]


def notes(texts: Iterable[Text], say: Translate) -> Document:
    """A ``notes`` member where there is something to note, else nothing."""
    said = [text.say(say) for text in texts]
    return {"notes": said} if said else {}


def plain(value: Any) -> Any:
    """Numbers as JSON can hold them: numpy scalars unwrapped, whole floats kept, non-finite as null."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def error(problem: PlannerError, say: Translate) -> Document:
    """One refused call: code, sentence, file and place; several reasons under ``rejected``."""
    body: Document = {"code": problem.code, "message": problem.say(say)}
    if problem.file:
        body["file"] = problem.file
    body["where"] = problem.where
    if isinstance(problem, Rejected):
        body["rejected"] = [
            {**reason.where, "code": reason.code, "message": reason.text.say(say)} for reason in problem.reasons
        ]
    return {"error": body}


def layer(info: LayerInfo) -> Document:
    """One row of `layers`."""
    return {
        "role": info.role,
        "layer": info.name,
        "features": info.features,
        "crs": info.crs,
        "as_of": info.as_of.isoformat() if info.as_of else None,
        "coverage_m2": info.coverage_m2,
        "source": info.source,
        "sha256": info.sha256,
        "version": info.version,
        "illustrative": info.illustrative,
    }
