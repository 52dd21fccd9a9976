"""Commands about the workspace: demo, init, app, backup, restore, move, doctor."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from planner.cli import options as opt
from planner.cli.calls import address, call, checked, desk
from planner.cli.frame import Answer, call_key, note, read_bytes, run, who
from planner.text import N_


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    for command in (demo, init, backup, restore, move, doctor):
        app.command()(command)
    app.command("app")(start_app)


def demo(
    folder: Annotated[Path, typer.Argument(help="Folder for workspace.gpkg.")] = Path("demo"),
    actor: opt.Actor = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Make DIR/workspace.gpkg with the illustrative Haikou demo."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.workspace import make_demo

        checked(made, lang)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "workspace.gpkg"
        note(made.say(N_("Building the illustrative demo ...")))
        opened = make_demo(str(path), actor=who(actor), on=date.today())
        document = {
            "workspace": str(path),
            "layers": len(opened.layers()),
            "entries": len(opened.entries()),
            "projects": len(opened.projects()),
            "illustrative": True,
        }
        opened.close()
        how = made.say(N_("Open it with: planner app --workspace {path}")).format(path=path)
        said = made.say(N_("{path}: {layers} layers, {entries} entries, {projects} projects"))
        return Answer(
            document, [said.format(path=path, **{k: document[k] for k in ("layers", "entries", "projects")}), how]
        )

    return run(made, work)


def init(
    workspace: opt.Workspace = None,
    park: Annotated[Path | None, typer.Option("--park", help="File with the park's boundary.")] = None,
    crs: opt.Crs = None,
    energy_basis: Annotated[str, typer.Option("--energy-basis", help="calorific, equal or unknown.")] = "unknown",
    actor: opt.Actor = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """An empty workspace."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from hashlib import sha256

        from planner.desk.importing import Request
        from planner.desk.workspace import begin

        checked(made, lang)
        parks = None
        if park is not None:
            parks = Request(
                path=park,
                role="parks",
                actor=who(actor),
                key=call_key(None, "init", files=(park,)),
                crs=crs,
                sha256=sha256(read_bytes(park)).hexdigest(),
                name="parks",
                say=made.say,
            )
        opened = begin(address(workspace), energy_basis=energy_basis, parks=parks)
        where = opened.store.where
        opened.close()
        return Answer({"workspace": where, "energy_basis": energy_basis}, [where])

    return run(made, work)


def start_app(
    workspace: opt.Workspace = None,
    port: Annotated[int, typer.Option("--port", help="Port on this machine.")] = 8501,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Start the app on the workspace and print its address."""
    made = call(False, lang, debug)

    def work() -> Answer:
        from planner.desk.serving import serve

        checked(made, lang)
        serve(address(workspace), port)
        return Answer({})

    return run(made, work)


def backup(
    path: Annotated[Path, typer.Argument(help="Where the copy goes.")],
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """A consistent copy of the workspace, checked; also while others work in it."""
    made = call(json, lang, debug)

    def work() -> Answer:
        checked(made, lang)
        opened = desk(workspace)
        opened.backup(path)
        return Answer({"path": str(path), "bytes": path.stat().st_size, "head": opened.store.head()}, [str(path)])

    return run(made, work)


def restore(
    path: Annotated[Path, typer.Argument(help="A copy made by backup.")],
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """A workspace again from a backup, checked; nothing that is there is overwritten."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.workspace import restore

        checked(made, lang)
        document = restore(path, address(workspace))
        return Answer(document, [document["workspace"]])

    return run(made, work)


def move(
    to: Annotated[str, typer.Argument(help="Where it goes: a new .gpkg, or postgresql://user@host/database.")],
    workspace: opt.Workspace = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """Take the workspace from file to database or back, compared and checked; the old one is then only read."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.workspace import move

        checked(made, lang)
        document = move(desk(workspace), to)
        return Answer(document, [f"{document['from']} -> {document['workspace']}"])

    return run(made, work)


def doctor(
    workspace: Annotated[str | None, typer.Option("--workspace", help="Look at this workspace too.")] = None,
    json: opt.Json = False,
    lang: opt.Lang = None,
    debug: opt.Debug = False,
) -> int:
    """What is ready and what is not: fonts, offline assets, tables, store. Exit 3 when something is not."""
    made = call(json, lang, debug)

    def work() -> Answer:
        from planner.desk.doctor import examine

        checked(made, lang)
        rows = examine(workspace)
        document = [{"what": row.what, "ok": row.ok, "detail": row.detail.say(made.say)} for row in rows]
        return Answer(
            {"ok": all(row.ok for row in rows), "checks": document},
            [f"{'+' if row['ok'] else '-'} {row['what']}: {row['detail']}" for row in document],
            not_right=not all(row.ok for row in rows),
        )

    return run(made, work)
