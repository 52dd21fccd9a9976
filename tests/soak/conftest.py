"""Long forms of tests, run by ``make soak`` alone; each writes what it measured into its section of docs/soak.md."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "soak.md"
HEAD = "# What the long tests found\n\nWritten by `make soak`, one section a topic, the newest run of each.\n"

# What works on files of others is collected only where PLANNER_SHARED names the folder that holds them.
collect_ignore_glob = [] if os.path.isdir(os.environ.get("PLANNER_SHARED", "")) else ["*_shared.py"]

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
