"""Whether a pack is right: every hash, every number thought anew from its members alone, every page drawn again.

No workspace is opened and nothing is asked of a network. A pack comes from outside: whatever cannot be read in it is
a difference with its place, never a crash.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import planner
from planner.desk.pack import MANIFEST, environment, manifest_of, own_rows, rows_version
from planner.desk.pack_ground import GROUND, PARAMETERS, book_faults, parameter_members
from planner.desk.pack_paths import Differs, differing, flat
from planner.desk.pack_thought import Thought, thought_of
from planner.errors import InputError, PlannerError
from planner.formats.packs import members_of, parsed, written
from planner.formats.seals import digest, digest_of
from planner.text import N_, Text

# Whatever thinking about a forged member may raise: its values are of no kind that the rooms expect.
_BROKEN = (PlannerError, ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, RecursionError)


class NotAPack(InputError):
    code = "E_PACK"
    sentence = N_("The archive is no pack: it has no {member}. Packs are made with 'planner export pack'.")


@dataclass(frozen=True)
class Verified:
    """``differs`` is empty for a pack that is right. ``numbers`` were recomputed, ``pages`` drawn again."""

    file: str
    manifest: Mapping[str, Any]
    members: int
    numbers: int
    pages: int
    differs: tuple[Differs, ...]
    notes: tuple[Text, ...]

    @property
    def ok(self) -> bool:
        return not self.differs


def verify_pack(path: Path, *, pages: bool = True, seal: str | None = None) -> Verified:
    """Everything a pack says against what its members give. ``seal`` is a seal or run hash written down elsewhere;
    without ``pages`` the printed members are held to their hashes only.

    Raises NotAPack, and what an archive that cannot be opened raises (ParseError, ZipPath, ZipBomb).
    """
    members, damaged = members_of(path)
    if MANIFEST not in members and MANIFEST not in damaged:
        raise NotAPack(file=path.name, member=MANIFEST)
    differs = [Differs(name, "", "readable", "damaged") for name in damaged]
    try:
        manifest = parsed(members[MANIFEST])
        differs += list(_hashes(members, manifest, seal))
    except _BROKEN as wrong:
        manifest = {}
        differs.append(_unread(MANIFEST, wrong))
    numbers, drawn, notes = 0, 0, []
    try:
        found = thought_of(members)
        answers = found.documents
        numbers = sum(isinstance(value, int | float) and not isinstance(value, bool)
                      for document in answers.values() for _, value in flat(document))
        alike = manifest.get("planner") == planner.__version__ and manifest.get("made_with") == environment()
        differs += list(_thought(members, manifest, found, answers, exact=alike))
        differs += list(_rows(members))
        differs += [one for one in _strangers(members, found) if one.member not in {wrong.member for wrong in differs}]
        if not alike:
            notes.append(Text(N_("Made by another version or machine: numbers are compared to nine digits, pages by "
                                 "their hashes.")))
        elif pages:
            printed = list(_printed(members, found, {one.member for one in differs}))
            drawn, differs = len(printed), differs + [one for one in printed if one is not None]
    except _BROKEN as wrong:
        differs.append(_unread("", wrong))
    return Verified(path.name, manifest, len(members), numbers, drawn, tuple(differs), tuple(notes))


def _unread(member: str, wrong: Exception) -> Differs:
    said = str(wrong) if isinstance(wrong, PlannerError) else f"{type(wrong).__name__}: {wrong}"
    return Differs(member, "", "readable", said[:200])


def _hashes(members: Mapping[str, bytes], manifest: Mapping[str, Any], seal: str | None) -> Iterator[Differs]:
    body = {name: value for name, value in manifest.items() if name != "seal"}
    # The bytes, not only the meaning: a number spelled otherwise is a changed member too.
    if manifest.get("seal") != digest(written(body)) or members[MANIFEST] != written(manifest):
        yield Differs(MANIFEST, "seal", manifest.get("seal"), digest(written(body)))
    if seal and seal not in (manifest.get("seal"), manifest.get("run_hash")):
        yield Differs(MANIFEST, "seal", seal, manifest.get("seal"))
    listed = {row["name"]: row for row in manifest["members"]}
    for name in sorted({*listed, *members} - {MANIFEST}):
        said = listed[name]["sha256"] if name in listed else "(not listed)"
        is_ = digest(members[name]) if name in members else "(missing)"
        if said != is_:
            yield Differs(name, "", said, is_)
        elif listed[name]["bytes"] != len(members[name]):
            yield Differs(name, "bytes", listed[name]["bytes"], len(members[name]))


def _thought(
    members: Mapping[str, bytes], manifest: Mapping[str, Any], found: Thought, answers: Mapping[str, Any], *,
    exact: bool,
) -> Iterator[Differs]:
    said = {name for name in members if name.startswith("documents/")}
    for name in sorted({*said, *answers}):
        document = parsed(members[name]) if name in said else {}
        yield from differing(name, document, answers.get(name, {}), exact=exact)
    yield from book_faults(members)
    facts, is_ = _facts(manifest), _facts(manifest_of(members, found))
    if not exact:
        facts["run_hash"] = is_["run_hash"]  # a hash has no last digits
    yield from differing(MANIFEST, facts, is_)


def _facts(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What a manifest says that can be found from the members; the members themselves are held to their hashes."""
    told = {name: value for name, value in manifest.items() if name not in ("planner", "made_with", "members", "seal")}
    return {**told, "layers": {row["member"]: row for row in manifest["layers"]}}


def _strangers(members: Mapping[str, bytes], found: Thought) -> Iterator[Differs]:
    """Members that nothing of the pack reads or prints, and texts spelled otherwise than the pack spells them: what a
    reader sees there is in no figure that was recomputed."""
    known = {MANIFEST, *found.members}
    for name in sorted(members):
        read = name.startswith((GROUND, PARAMETERS, "documents/"))
        if not read and name not in known:
            yield Differs(name, "", "(in the pack)", "(no part of it)")
    for name, data in found.inputs().items():
        if name in members and members[name] != data:
            yield Differs(name, "", digest(members[name]), digest(data))
    for name, data in members.items():
        if name.endswith((".json", ".geojson")) and name != MANIFEST and data != written(parsed(data)):
            yield Differs(name, "", digest(data), digest(written(parsed(data))))


def _rows(members: Mapping[str, bytes]) -> Iterator[Differs]:
    """Rows that call themselves the planner's own and are not."""
    version, own = own_rows()
    rows = {name: data for name, data in members.items() if name.startswith(PARAMETERS)}
    if rows_version(members) == version and digest_of(rows) != own:
        planners = parameter_members()
        for name in sorted({*rows, *planners}):
            if rows.get(name) != planners.get(name):
                yield Differs(name, version, *(digest(one.get(name, b"")) for one in (rows, planners)))


def _printed(members: Mapping[str, bytes], found: Thought, known: set[str]) -> Iterator[Differs | None]:
    for name, data in found.printed():
        if name not in members:
            yield Differs(name, "", "(missing)", digest(data))
        else:
            differs = name not in known and members[name] != data
            yield Differs(name, "", digest(members[name]), digest(data)) if differs else None


# ---------------------------------------------------------------- two packs
def compare_packs(one: Path, other: Path) -> list[Differs]:
    """Where two packs differ: inputs, rows, layers and documents value by value, printed members by their hashes.

    Raises as ``verify_pack``; says nothing of whether either is right.
    """
    sides = []
    for path in (one, other):
        members, damaged = members_of(path)
        if MANIFEST not in members or damaged:
            raise NotAPack(file=path.name, member=damaged[0] if damaged else MANIFEST)
        sides.append(members)
    found = []
    for name in sorted({*sides[0], *sides[1]}):
        pair = [side.get(name) for side in sides]
        if pair[0] != pair[1]:
            found += differing(name, *(_readable(name, data) for data in pair))
    return found


def _readable(name: str, data: bytes | None) -> Any:
    """A member as values to compare; what has none by its hash."""
    if data is None:
        return None
    try:
        if name.endswith((".json", ".geojson")):
            document = parsed(data)
            if name.startswith(GROUND) and "shapes" in document:
                shapes = {"rows": digest(written(document["rows"])), "shapes": digest(written(document["shapes"]))}
                return {**document, **shapes, "coverage": digest(written(document["coverage"]))}
            if name == MANIFEST:
                return {key: value for key, value in document.items() if key not in ("members", "layers")}
            return document
        if name.endswith(".csv"):
            rows = csv.DictReader(io.StringIO(data.decode("utf-8")))
            return {f"{number}": dict(row) for number, row in enumerate(rows, 2)}
        if name.endswith((".toml", ".txt")):
            return dict(enumerate(data.decode("utf-8").splitlines(), 1))
    except _BROKEN:
        pass
    return {"sha256": digest(data)}
