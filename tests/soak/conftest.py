"""Long forms of tests, run by ``make soak`` alone; each writes what it measured into its section of docs/soak.md."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "soak.md"
HEAD = "# What the long tests found\n\nWritten by `make soak`, one section a topic, the newest run of each.\n"

SYSTEM_PYTHON = "/usr/bin/python3"  # where a distribution puts QGIS


def _has_qgis() -> bool:
    call = [SYSTEM_PYTHON, "-c", "import qgis.core"]
    return os.path.exists(SYSTEM_PYTHON) and subprocess.run(call, capture_output=True).returncode == 0


def _lacking() -> dict[str, str]:
    """Files that this machine cannot run, and why."""
    lacks = {}
    if not os.path.isdir(os.environ.get("PLANNER_SHARED", "")):
        lacks["*_shared.py"] = "harmed files of other people (PLANNER_SHARED names no folder)"
    if not (shutil.which("soffice") and shutil.which("pdftotext")):
        lacks["soak_meeting.py"] = "office papers in LibreOffice (install libreoffice-nogui and poppler-utils)"
    if not _has_qgis():
        lacks["soak_qgis.py"] = "exported layers in QGIS (install python3-qgis)"
    return lacks


LACKING = _lacking()
collect_ignore_glob = list(LACKING)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for what in LACKING.values():
        terminalreporter.write_line(f"left out of the long tests: {what}")


Record = Callable[..., None]


@pytest.fixture
def record() -> Record:
    """Puts the lines of a topic in place of those of its last run; with ``part`` only those that begin with it."""

    def write(topic: str, lines: Sequence[str], *, part: str = "") -> None:
        text = PAGE.read_text("utf-8") if PAGE.exists() else HEAD
        old = re.compile(rf"\n## {re.escape(topic)}\n.*?(?=\n## |\Z)", re.DOTALL)
        found = old.search(text)
        kept = re.findall(r"^- (.*)$", found[0], re.MULTILINE) if found and part else []
        shared = f"{os.cpu_count()} processors with a load of {os.getloadavg()[0]:.1f} at the end"
        said = f"\n## {topic}\n\n{date.today().isoformat()}, Python {platform.python_version()}, {shared}\n\n"
        said += "".join(f"- {line}\n" for line in [*(k for k in kept if not k.startswith(f"{part}:")), *lines])
        PAGE.write_text(text[: found.start()] + said + text[found.end() :] if found else text + said, "utf-8")

    return write
