"""The app on a workspace: one Streamlit process on this machine's own address."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from planner.errors import UsageError, WorkspaceMissing
from planner.store.open import in_database
from planner.text import N_, Text

HOST = "127.0.0.1"


def serve(workspace: str, port: int) -> None:
    """Run the app until it is stopped. Raises WorkspaceMissing, and UsageError when the port is taken.

    Looks only whether the file is there: the page opens it and says what is wrong with it, and the app is up sooner.
    """
    if not in_database(workspace):
        if not Path(workspace).is_file():
            raise WorkspaceMissing(path=workspace)
        workspace = str(Path(workspace).absolute())
    refuse_taken(port)
    # The workspace is not on the command line, where others could read it. The gate must see who really sent a request:
    # whom a proxy speaks for stands in a header of its own.
    environment = {**os.environ, "PLANNER_WORKSPACE": workspace, "FORWARDED_ALLOW_IPS": ""}
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(start_page()),
        "--server.port",
        str(port),
        "--server.address",
        HOST,
        "--server.headless",
        "true",
        "--browser.gatherUsageStats",
        "false",
    ]
    print(f"http://{HOST}:{port}", flush=True)
    if os.name == "posix":
        # The app takes this process's place, so that whoever stops the command stops the app.
        os.execve(sys.executable, command, environment)  # noqa: S606  (our own interpreter and script)
    try:
        subprocess.run(command, env=environment, check=False)  # noqa: S603
    except KeyboardInterrupt:
        return


def start_page() -> Path:
    """streamlit_app.py of a checkout, or its copy in an installed package; Streamlit reads the settings beside it."""
    package = Path(str(files("planner")))
    checkout = package.parent / "streamlit_app.py"
    return checkout if checkout.is_file() else package / "_app" / "streamlit_app.py"


def refuse_taken(port: int) -> None:
    """Raises UsageError with the way out when something listens on the port already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if probe.connect_ex((HOST, port)) == 0:
            raise UsageError(problem=Text(N_("Port {port} is taken; choose another with --port."), port=str(port)))
