"""Commands about packs: verify one, or lay two beside each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from planner.cli.calls import Call
from planner.cli.frame import Answer, verbs
from planner.text import N_


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(app, verify)


def verify(
    call: Call,
    pack: Annotated[Path, typer.Argument(help="A pack made by 'planner export pack'.")],
    against: Annotated[
        Path | None, typer.Option("--against", help="Another pack: list where the two differ, and verify neither.")
    ] = None,
    seal: Annotated[
        str | None, typer.Option("--seal", help="Seal or run hash written down elsewhere, e.g. printed on the sheet.")
    ] = None,
) -> Answer:
    """Recompute every number of a pack from the pack alone, draw its pages again; exit 3 when anything differs."""
    from planner.desk.export_pack import differs_document, verify_document
    from planner.desk.pack_verify import compare_packs, verify_pack

    if against is not None:
        rows = differs_document(compare_packs(pack, against), ("before", "after"))
        lines = [f"{row['member']}  {row['path']}: {row['before']} -> {row['after']}" for row in rows]
        same = not rows
        document = {"pack": pack.name, "against": against.name, "same": same, "differs": rows}
        return Answer(document, lines or [call.say(N_("The two packs are the same."))])
    found = verify_pack(pack, seal=seal)
    document = verify_document(found, call.say)
    said = N_("{members} members, {numbers} numbers recomputed, {pages} pages drawn again: {verdict}")
    verdict = call.say(N_("right")) if found.ok else call.say(N_("{count} differ")).format(count=len(found.differs))
    facts = {"members": found.members, "numbers": found.numbers, "pages": found.pages, "verdict": verdict}
    lines = [f"{one.member}  {one.path}: {one.said} -> {one.recomputed}" for one in found.differs]
    lines += [note.say(call.say) for note in found.notes]
    return Answer(document, [*lines, call.say(said).format(**facts)],
                  not_right=not found.ok)
