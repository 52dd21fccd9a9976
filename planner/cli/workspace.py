"""Commands about the workspace: demo, init, app, backup, restore, move, doctor."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from planner.cli import options as opt
from planner.cli.calls import Acting, AtDesk, Call, hash_of, read_bytes, who
from planner.cli.frame import Answer, note, run, verbs
from planner.text import N_


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(app, demo, init, backup, restore, move, doctor)
    app.command("app")(start_app)


def demo(
    call: Call,
    folder: Annotated[Path, typer.Argument(help="Folder for workspace.gpkg.")] = Path("demo"),
    actor: opt.Actor = None,
) -> Answer:
    """Make DIR/workspace.gpkg with the illustrative Haikou demo."""
    from planner.desk.workspace import make_demo

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "workspace.gpkg"
    note(call.say(N_("Building the illustrative demo ...")))
    opened = make_demo(str(path), actor=who(actor), on=date.today())
    document = {
        "workspace": str(path),
        "layers": len(opened.layers()),
        "entries": len(opened.entries()),
        "projects": len(opened.projects()),
        "illustrative": True,
    }
    opened.close()
    how = call.say(N_("Open it with: planner app --workspace {path}")).format(path=path)
    said = call.say(N_("{path}: {layers} layers, {entries} entries, {projects} projects"))
    return Answer(
        document, [said.format(path=path, **{k: document[k] for k in ("layers", "entries", "projects")}), how]
    )


def init(
    call: Acting,
    park: Annotated[Path | None, typer.Option("--park", help="File with the park's boundary.")] = None,
    crs: opt.Crs = None,
    energy_basis: Annotated[str, typer.Option("--energy-basis", help="calorific, equal or unknown.")] = "unknown",
) -> Answer:
    """An empty workspace."""
    from hashlib import sha256

    from planner.desk.importing import Request
    from planner.desk.workspace import begin

    parks = None
    if park is not None:
        parks = Request(
            path=park,
            role="parks",
            actor=call.who,
            key=hash_of("init", files=(park,)),
            crs=crs,
            sha256=sha256(read_bytes(park)).hexdigest(),
            name="parks",
            say=call.say,
        )
    opened = begin(call.address, energy_basis=energy_basis, parks=parks)
    where = opened.store.where
    opened.close()
    return Answer({"workspace": where, "energy_basis": energy_basis}, [where])


def start_app(
    workspace: opt.Workspace = None,
    port: Annotated[int, typer.Option("--port", help="Port on this machine.")] = 8501,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Start the app on the workspace and print its address."""
    call = AtDesk(workspace=workspace, lang=lang, debug=debug)

    def work() -> Answer:
        from planner.desk.serving import serve

        serve(call.address, port)
        return Answer({})

    return run(call, work)


def backup(call: AtDesk, path: Annotated[Path, typer.Argument(help="Where the copy goes.")]) -> Answer:
    """A consistent copy of the workspace, checked; also while others work in it."""
    opened = call.desk
    opened.backup(path)
    return Answer({"path": str(path), "bytes": path.stat().st_size, "head": opened.store.head()}, [str(path)])


def restore(call: AtDesk, path: Annotated[Path, typer.Argument(help="A copy made by backup.")]) -> Answer:
    """A workspace again from a backup, checked; nothing that is there is overwritten."""
    from planner.desk.workspace import restore

    document = restore(path, call.address)
    return Answer(document, [document["workspace"]])


def move(
    call: AtDesk,
    to: Annotated[str, typer.Argument(help="Where it goes: a new .gpkg, or postgresql://user@host/database.")],
) -> Answer:
    """Take the workspace from file to database or back, compared and checked; the old one is then only read."""
    from planner.desk.workspace import move

    document = move(call.desk, to)
    return Answer(document, [f"{document['from']} -> {document['workspace']}"])


def doctor(
    call: Call,
    workspace: Annotated[str | None, typer.Option("--workspace", help="Look at this workspace too.")] = None,
) -> Answer:
    """What is ready and what is not: fonts, offline assets, tables, store. Exit 3 when something is not."""
    from planner.desk.doctor import examine

    rows = examine(workspace)
    document = [{"what": row.what, "ok": row.ok, "detail": row.detail.say(call.say)} for row in rows]
    return Answer(
        {"ok": all(row.ok for row in rows), "checks": document},
        [f"{'+' if row['ok'] else '-'} {row['what']}: {row['detail']}" for row in document],
        not_right=not all(row.ok for row in rows),
    )
