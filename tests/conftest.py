"""What the whole suite shares: which tests this machine can run, and one line about those it cannot.

Tests marked ``browser`` need a Chromium (the variable CHROMIUM, else one on the PATH), those marked ``hledger`` that
program on the PATH, those marked ``postgres`` the programs of a PostgreSQL 15 or later with PostGIS (they start a
server of their own); tests under tests/shared need the folder named by PLANNER_SHARED. What is missing is left out and
said in the last line; with CI=true or PLANNER_REQUIRE_ALL=1 it fails the run instead.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from planner.cli import main
from tests import postgres
from tests.reliability import faults

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# No deadline: two cores are shared. In CI the examples are the same each time, so that red means a change did it.
settings.register_profile("planner", deadline=None, print_blob=True)
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "planner")


def chromium() -> str | None:
    """The browser to drive, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if shutil.which(named) else None
    return next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


def hledger() -> str | None:
    """The outside auditor of journals, or None."""
    return shutil.which("hledger")


def shared() -> Path | None:
    """The folder of files made by others, or None."""
    named = os.environ.get("PLANNER_SHARED")
    return Path(named) if named and Path(named).is_dir() else None


def all_required() -> bool:
    """Whether leaving something out is a failure."""
    wanted = (os.environ.get("PLANNER_REQUIRE_ALL", ""), os.environ.get("CI", ""))
    return any(value.lower() in ("1", "true") for value in wanted)


def missing() -> list[str]:
    """What this machine lacks, in words."""
    lacks = []
    if chromium() is None:
        lacks.append("browser tests (no Chromium found; install one or set CHROMIUM)")
    if hledger() is None:
        lacks.append("the journal before hledger (no hledger found; install it)")
    if postgres.binaries() is None:
        lacks.append("tests on PostgreSQL (no server with PostGIS found; install postgresql-15-postgis-3)")
    if not faults.can_break():
        lacks.append("faults of the disk (they need Linux and a C compiler; install gcc)")
    if shared() is None:
        lacks.append("tests on other people's files (PLANNER_SHARED names no folder)")
    return lacks


@pytest.fixture
def run(capsys, tmp_path, monkeypatch) -> Callable[..., tuple[int, Any]]:
    """Runs a command in an empty folder; gives its exit status and its one JSON document."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PLANNER_WORKSPACE", raising=False)

    def call(words: str, *more: str) -> tuple[int, Any]:
        status = main([*words.split(), *more, "--json"])
        return status, json.loads(capsys.readouterr().out)

    return call


@pytest.fixture
def run_there(run, monkeypatch) -> Callable[..., tuple[int, Any]]:
    """The same in a folder with an empty workspace, which is the one meant."""
    monkeypatch.setenv("PLANNER_WORKSPACE", "w.gpkg")
    run("init")
    return run


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium that browser tests start."""
    found = chromium()
    assert found is not None, "collected without a browser"
    return found


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    """A PostgreSQL server with PostGIS, for this run alone."""
    with postgres.running() as started:
        yield started


@pytest.fixture
def new_database(server: postgres.Server) -> Iterator[Callable[[], str]]:
    """Gives addresses of databases without a workspace, which are taken back after the test."""
    lent: list[str] = []

    def lend() -> str:
        lent.append(server.lend())
        return lent[-1]

    yield lend
    for address in lent:
        server.take_back(address)


@pytest.fixture(scope="session")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The demo as `planner demo` makes it, once for all workers of a run; copy it before writing to it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "demo"
    made = folder / "workspace.gpkg"
    try:
        folder.mkdir()
    except FileExistsError:  # another worker makes it
        for _ in range(1800):
            if (folder / "done").exists():
                return made
            time.sleep(0.1)
        raise
    assert main(["demo", str(folder)]) == 0
    (folder / "done").touch()
    return made


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a program the tests that need it are not run."""
    for marker, program in (("browser", chromium()), ("hledger", hledger()), ("postgres", postgres.binaries()),
                            ("compiler", faults.can_break() or None)):
        out = [item for item in items if program is None and item.get_closest_marker(marker)]
        if out:
            config.hook.pytest_deselected(items=out)
            items[:] = [item for item in items if not item.get_closest_marker(marker)]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run that left something out is not a pass where everything is required."""
    if hasattr(session.config, "workerinput") or not all_required():
        return
    if left_out(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def left_out(config: pytest.Config) -> list[str]:
    """What this run did not do: what the machine lacks, and any test that was skipped or expected to fail."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    stats = reporter.stats if reporter else {}
    counted = [f"{len(stats[kind])} {kind}" for kind in ("skipped", "xfailed") if stats.get(kind)]
    return missing() + counted


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The one line."""
    out = left_out(config)
    said = "; ".join(out) if out else "nothing"
    consequence = ": failed, because everything is required here" if out and all_required() else ""
    terminalreporter.write_line(f"left out: {said}{consequence}")
