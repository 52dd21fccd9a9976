"""Every act at the desk asks who acts: the rank it takes is stated at the verb, and what was written is witnessed.

``needs`` is put on each public verb of the desk; a test refuses a verb without it, so that nothing is open because
somebody forgot. A page may hide what a person may not do, but it is here that it is refused.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import wraps
from typing import Any, TypeVar, cast

from planner.desk.noted import noted
from planner.errors import ParkUnknown
from planner.people import EVERY_PARK, Forbidden, Person, Role, named
from planner.store.base import Store, Turn
from planner.text import N_, Text

Verb = TypeVar("Verb", bound=Callable[..., Any])
WORKSPACE, ANYWHERE, PARK = "workspace", "anywhere", "park"
OUTSIDE = frozenset({"PROVINCE", "CITY", "LIST"})  # no park of anyone's: who may act for the other side, may
_LONGEST = 200  # of a word in the trail


@dataclass
class Act:
    """What is being done, for the trail; ``before`` and ``after`` as the verb tells them."""

    verb: str
    actor: str
    park: str
    subject: Mapping[str, Any]
    before: Any = None
    after: Any = None


_ACT: ContextVar[Act | None] = ContextVar("act", default=None)


def needs(role: Role, at: str = PARK) -> Callable[[Verb], Verb]:
    """Let a verb of the desk (or a story that takes the desk or its store first) be used only by whoever holds a role.

    ``at`` says where: ``workspace`` in every park; ``anywhere`` in any park (ground that all parks share); else the
    name of the argument that holds the park (or an object with fields park and to_park). A park that is not named
    is the only one in which the person holds the role; nobody is asked who acts alone. The name of a person who
    logged in takes the place of any ``actor`` that the call states.

    Raises Forbidden, ParkUnknown where a person of several parks names none, and PersonWrong for an actor without a
    name.
    """

    def decorate(verb: Verb) -> Verb:
        signature = inspect.signature(verb)

        @wraps(verb)
        def asked(desk: Any, *args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(desk, *args, **kwargs)
            bound.apply_defaults()
            person: Person = desk.who
            park = _allowed(person, role, at, bound.arguments)
            _sign(bound.arguments, person)
            if _ACT.get() is not None:  # one verb of the desk uses another: the outer one is the act
                return verb(*bound.args, **bound.kwargs)
            token = _ACT.set(Act(verb.__name__, _actor(bound.arguments, person), park, _said(bound.arguments)))
            try:
                return verb(*bound.args, **bound.kwargs)
            finally:
                _ACT.reset(token)

        asked.needs = (role, at)  # type: ignore[attr-defined]
        return cast(Verb, asked)

    return decorate


def _allowed(person: Person, role: Role, at: str, arguments: dict[str, Any]) -> str:
    """The park an act concerns, "*" for all. Fills in the park of a person who has only one."""
    if person.alone:
        named = arguments.get(at)
        return named if isinstance(named, str) else EVERY_PARK
    if at == ANYWHERE:
        if person.best is None or person.best < role:
            raise Forbidden(person.name, role, "")
        return EVERY_PARK
    if at == WORKSPACE:
        return hold(person, role, EVERY_PARK)
    given = arguments.get(at)
    if given is None and at in arguments:
        given = arguments[at] = _only_park(person, role)
    if given is None:  # holds the role in every park, and the verb finds the park
        return EVERY_PARK
    named = [given] if isinstance(given, str) else [getattr(given, name, None) for name in ("park", "to_park")]
    concerned = [park for park in named if park and park not in OUTSIDE] or [EVERY_PARK]
    for park in concerned:
        hold(person, role, park)
    return concerned[0]


def hold(person: Person, role: Role, park: str) -> str:
    """The park, if the person holds at least that role in it. Raises Forbidden."""
    if not person.may(role, park):
        raise Forbidden(person.name, role, park)
    return park


def _only_park(person: Person, role: Role) -> str | None:
    parks = person.parks(role)
    if parks is None:
        return None
    if not parks:
        raise Forbidden(person.name, role, "")
    if len(parks) > 1:
        several = Text(N_("{person} works in several"), person=person.name)
        raise ParkUnknown(reason=several, known=", ".join(sorted(parks)))
    return next(iter(parks))


def _sign(arguments: dict[str, Any], person: Person) -> None:
    """Whoever logged in acts under that name, whatever a page or a file says; who acts alone says which. Raises
    PersonWrong."""
    for name, value in arguments.items():
        if name == "actor":
            arguments[name] = person.name if not person.alone else named(value) if value is not None else None
        elif is_dataclass(value) and not isinstance(value, type) and "actor" in {f.name for f in fields(value)}:
            if person.alone:
                named(value.actor)  # type: ignore[attr-defined]
            else:
                arguments[name] = replace(value, actor=person.name)


def _actor(arguments: Mapping[str, Any], person: Person) -> str:
    stated = [arguments.get("actor"), *(getattr(value, "actor", None) for value in arguments.values())]
    return person.name if not person.alone else next((str(one) for one in stated if one), person.name)


def _said(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What a call says of itself in the trail: its plain words and figures, and the ids of things."""
    said: dict[str, Any] = {}
    for name, value in arguments.items():
        if name in ("self", "actor"):
            continue
        if isinstance(value, Enum):
            said[name] = str(value)
        elif isinstance(value, bool | int | float | str | date):
            said[name] = value if not isinstance(value, str) else value[:_LONGEST]
        elif hasattr(value, "id"):
            said[name] = str(value.id)[:_LONGEST]
        elif is_dataclass(value) and not isinstance(value, type):
            inner = {f.name: getattr(value, f.name) for f in fields(value)}
            said |= _said({key: one for key, one in inner.items() if not is_dataclass(one)})
    return said


def tell(*, before: Any, after: Any, park: str = "") -> None:
    """Put into the trail how the thing stood before the act under way and how it stands after; JSON-able values.
    ``park`` where the verb found out itself which one is concerned."""
    act = _ACT.get()
    if act is not None:
        act.before, act.after, act.park = before, after, park or act.park


class Witnessed:
    """A store in the hands of a person: every turn that writes leaves a row in the trail, in the same transaction, and
    none writes for a person who logged in but through a verb that ``needs`` has let through."""

    def __init__(self, inner: Store, who: Person, now: Callable[[], str]) -> None:
        self.inner = inner
        self.who = who
        self.now = now

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        with self.inner.turn() as turn:
            written, notes = noted(turn, self.inner)
            yield written
            act = _ACT.get()
            if notes.wrote and act is None and not self.who.alone:
                raise Forbidden(self.who.name, Role.ADMINISTRATOR, EVERY_PARK)
            if notes.wrote and act is not None:
                told = (act.before, act.after)
                before, after = notes.told if told == (None, None) else told  # what the verb told itself goes before
                turn.add("trail", {"at": self.now(), "actor": act.actor, "verb": act.verb, "park": act.park,
                                   "subject": dict(act.subject), "before": before, "after": after})
