"""Who may do what: people, the roles they hold in a park, and the rank that an act asks for.

Roles are ranks: whoever may decide may also draw. A role is held in one park or in every park. The rows from which
roles are read are only ever added to: a later row of the same person and park stands in place of the earlier one, and
a row without a role takes it away.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from planner.errors import InputError, StoreRefused
from planner.text import N_, Text

EVERY_PARK = "*"
LONGEST_NAME = 200


class Role(IntEnum):
    """Each may do what those below it may."""

    VIEWER = 1  # reads
    PLANNER = 2  # draws, imports parcels, writes projects, asks
    REVIEWER = 3  # decides and books
    ADMINISTRATOR = 4  # people, settings, backups

    def __str__(self) -> str:
        return self.name.lower()


ROLE_TITLES = {
    Role.VIEWER: N_("viewer"),
    Role.PLANNER: N_("planner"),
    Role.REVIEWER: N_("reviewer"),
    Role.ADMINISTRATOR: N_("administrator"),
}


class Forbidden(StoreRefused):
    code = "E_FORBIDDEN"
    sentence = N_("{person} may not do this: it takes the role {role} in {park}. An administrator can give it.")

    def __init__(self, person: str, role: Role, park: str) -> None:
        """``park`` is empty where the role is held in none."""
        where = Text(N_("every park")) if park == EVERY_PARK else park or Text(N_("the park"))
        super().__init__(where={"person": person, "role": str(role), "park": park}, person=person,
                         role=Text(ROLE_TITLES[role]), park=where)


class RoleWrong(InputError):
    code = "E_ROLE"
    sentence = N_("There is no role '{role}'. Use one of {known}.")


class PersonWrong(InputError):
    code = "E_PERSON"
    sentence = N_("'{person}' cannot be the name of a person: write 1 to {most} signs that can be read, on one line.")


class LastAdministrator(StoreRefused):
    code = "E_LAST_ADMINISTRATOR"
    sentence = N_("{person} is the last administrator of every park. Name another one first.")


@dataclass(frozen=True)
class Held:
    """One row as kept: a role given to a person in a park (``EVERY_PARK`` for all), or taken away (None), by whom,
    when and why."""

    person: str
    park: str
    role: Role | None
    at: str
    actor: str
    reason: str = ""


@dataclass(frozen=True)
class Person:
    """Who acts, with the roles in force, park -> role. ``alone``: the one user of a planner that nobody logs in to,
    who may do all that the files allow."""

    name: str
    roles: tuple[tuple[str, Role], ...] = ()
    alone: bool = False

    def may(self, role: Role, park: str) -> bool:
        """Whether the person holds at least that role in a park (or in every one)."""
        return self.alone or any(held >= role and place in (park, EVERY_PARK) for place, held in self.roles)

    def parks(self, role: Role) -> frozenset[str] | None:
        """The parks in which the person holds at least that role; None for every park."""
        if self.may(role, EVERY_PARK):
            return None
        return frozenset(place for place, held in self.roles if held >= role)

    @property
    def best(self) -> Role | None:
        """The highest role held anywhere; None for a stranger."""
        return Role.ADMINISTRATOR if self.alone else max((role for _, role in self.roles), default=None)


def alone(name: str) -> Person:
    """The user of a planner without a login."""
    return Person(name, alone=True)


def in_force(rows: Iterable[Held]) -> tuple[Held, ...]:
    """The rows that stand, one a person and park, by name; ``rows`` in the order in which they were written."""
    last = {(row.person, row.park): row for row in rows}
    return tuple(row for _, row in sorted(last.items()) if row.role is not None)


def person_of(name: str, rows: Iterable[Held]) -> Person:
    """A person with the roles in force; a stranger holds none."""
    return Person(name, tuple((row.park, row.role) for row in in_force(rows) if row.person == name and row.role))


def role_of(word: str) -> Role:
    """A role by its English word. Raises RoleWrong."""
    try:
        return Role[word.upper()]
    except KeyError:
        raise RoleWrong(role=word, known=", ".join(map(str, Role))) from None


def named(person: str) -> str:
    """The name of a person, as it stands. Raises PersonWrong for none, one of blanks, or one that cannot be printed."""
    if not _bare(person) or len(person) > LONGEST_NAME or not person.isprintable():
        raise PersonWrong(person=person[:40], most=LONGEST_NAME)
    return person


def same(one: str, other: str) -> bool:
    """Whether two names are of one person: by case, width, blanks and signs that nobody sees no two people differ."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in plain if sign.isprintable() and sign != " ")


def refuse_last(rows: Iterable[Held], change: Held) -> None:
    """Raises LastAdministrator where a change would leave nobody to undo it, PersonWrong for no name, or one that no
    login says: with blanks around it."""
    if named(change.person) != change.person.strip():
        raise PersonWrong(person=change.person[:40], most=LONGEST_NAME)
    before, after = in_force(rows), in_force((*rows, change))

    def chiefs(those: Iterable[Held]) -> set[str]:
        return {row.person for row in those if row.role is Role.ADMINISTRATOR and row.park == EVERY_PARK}

    if chiefs(before) and not chiefs(after):
        raise LastAdministrator(person=change.person)
