"""The document of a check as a case keeps it, and the same in the language of whoever reads the case.

Its sentences are kept in English, each beside what it is made of: so the record reads the same whoever opens it, and a
person reads it in the own language, years later too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from planner.admission.outcome import Case
from planner.desk import documents, documents_check
from planner.desk.documents import Document
from planner.text import Text, english

SENTENCES = "sentences"  # English -> what it is made of; no part of what a reader is shown
Reader = Callable[[Text], str]


def kept_check(case: Case) -> Document:
    """What a case keeps of a check."""
    return {**documents_check.check(case, english), SENTENCES: {str(text): _form(text) for text in _texts(case)}}


def told_check(document: Mapping[str, Any], reader: Reader) -> Document:
    """A kept check as ``reader`` says its sentences. One that was kept without them stays as it is written."""
    known = {said: _text(form) for said, form in document.get(SENTENCES, {}).items()}

    def again(value: Any) -> Any:
        if isinstance(value, str):
            return reader(known[value]) if value in known else value
        if isinstance(value, Mapping):
            return {name: again(one) for name, one in value.items()}
        return [again(one) for one in value] if isinstance(value, list) else value

    told: Document = again({name: value for name, value in document.items() if name != SENTENCES})
    demand = told.get("demand") or {}
    for rows, name in ((told["takes"]["by_class"], "name"), (demand.get("grades", ()), "title")):
        for row in rows:
            row[name] = reader(Text(row[name]))
    return told


def _texts(value: Any) -> Iterator[Text]:
    """Every sentence in a value of the rooms, however deep."""
    if isinstance(value, Text):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _form(text: Text) -> Document:
    """A sentence as JSON can hold it."""
    return {"msgid": text.msgid, "facts": {name: _plain(value) for name, value in text.facts}}


def _plain(value: Any) -> Any:
    if isinstance(value, Text):
        return _form(value)
    if isinstance(value, Decimal):  # printed with the places that it has
        return {"decimal": str(value)}
    plain = documents.plain(value)
    simple = plain is None or (isinstance(plain, bool | int | float | str) and not isinstance(plain, Enum))
    return plain if simple else str(plain)


def _text(form: Mapping[str, Any]) -> Text:
    return Text(form["msgid"], **{name: _fact(value) for name, value in form["facts"].items()})


def _fact(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return Decimal(value["decimal"]) if "decimal" in value else _text(value)
