"""The four places that name versions agree: pyproject.toml, the locks, environment.yml, and what is installed."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-dev.lock")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def blocks(lock: str) -> dict[str, str]:
    """Package -> its whole block in a lock (version, marker, hashes)."""
    text = (ROOT / lock).read_text("utf-8")
    parts = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
    return {canonicalize_name(part.split("==")[0]): part for part in parts if "==" in part}


def pins(lock: str) -> dict[str, str]:
    """Package -> exact version."""
    return {name: re.match(r"[^=]+==([^\s;\\]+)", block)[1] for name, block in blocks(lock).items()}


def installed(name: str) -> str | None:
    """The version in this environment."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def asked_for() -> dict[str, Requirement]:
    """What pyproject.toml names, to run, build and test."""
    lines = PROJECT["project"]["dependencies"] + sum(PROJECT["dependency-groups"].values(), [])
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


def conda_pins() -> dict[str, str]:
    """Package -> version in environment.yml, by the name the package has in the lock."""
    text = (ROOT / "environment.yml").read_text("utf-8")
    rows = re.findall(r"^\s+- ([\w.-]+?)(?:-base)?={1,2}([^=\s]+)$", text, re.MULTILINE)
    return {canonicalize_name(name): pinned for name, pinned in rows}


def test_every_package_asked_for_is_pinned_inside_its_range():
    locked = pins("requirements-dev.lock")
    for name, requirement in asked_for().items():
        assert requirement.specifier.contains(locked[name]), f"{requirement} is pinned to {locked[name]}"


def test_every_pin_has_hashes_and_no_lock_names_an_address():
    for lock in LOCKS:
        assert "://" not in (ROOT / lock).read_text("utf-8"), lock
        for name, block in blocks(lock).items():
            assert "--hash=sha256:" in block, f"{name} in {lock} has no hash"


def test_the_smaller_locks_are_parts_of_the_whole_one():
    whole = blocks("requirements-dev.lock")
    for lock in LOCKS[:2]:
        for name, block in blocks(lock).items():
            hashes = set(re.findall(r"sha256:\w+", block))
            assert hashes == set(re.findall(r"sha256:\w+", whole[name])), f"{name} differs in {lock}"


def test_conda_users_get_the_versions_of_the_lock():
    locked, conda = pins("requirements-dev.lock"), conda_pins()
    assert set(conda) == set(asked_for())
    assert conda == {name: locked[name] for name in conda}


def test_conda_users_get_the_same_pythons():
    (pythons,) = re.findall(r"^\s+- python([<>=]\S+)$", (ROOT / "environment.yml").read_text("utf-8"), re.MULTILINE)
    assert pythons == PROJECT["project"]["requires-python"]


def test_what_is_installed_is_what_is_locked():
    locked = pins("requirements-dev.lock")
    for name in asked_for():
        assert installed(name) == locked[name], f"{name} is not as locked; run make test"


def python_for_the_planner(named: str) -> subprocess.CompletedProcess[str]:
    """What scripts/python.sh says when PYTHON names that program."""
    surroundings = {"PYTHON": named, "PATH": "/usr/bin:/bin"}
    return subprocess.run(["sh", "scripts/python.sh"], cwd=ROOT, env=surroundings, capture_output=True, text=True)


@pytest.mark.parametrize("minor", [10, 14])
def test_other_pythons_are_refused_with_one_sentence(tmp_path, minor):
    other = tmp_path / "python"
    # This Python under another version: the check that the script sends it runs, and finds 3.10 or 3.14.
    other.write_text(f"""#!/bin/sh
if [ "$1" = -V ]; then echo "Python 3.{minor}.0"; exit; fi
exec {sys.executable} -c "import sys; sys.version_info = (3, {minor}); $2"
""")
    other.chmod(0o755)
    answer = python_for_the_planner(str(other))
    assert answer.returncode == 1 and answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    assert "3.11, 3.12 or 3.13" in answer.stderr and f"found: Python 3.{minor}.0" in answer.stderr


def test_this_python_is_accepted():
    answer = python_for_the_planner(sys.executable)
    assert answer.returncode == 0 and answer.stderr == "" and answer.stdout.strip()
