"""The README keeps its word: its two commands stand first and exist, and every example runs."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from planner.cli import main

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")


def shell_lines(name: str) -> list[str]:
    """Every line of every shell block, without its comment."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / name).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_stand_at_the_top_with_a_screenshot(name):
    assert shell_lines(name)[:2] == ["make app", "make test"]
    top = "\n".join((ROOT / name).read_text("utf-8").splitlines()[:12])
    assert "make test" in top and re.search(r"!\[.+\]\(docs/screens/.+\.png\)", top)


@pytest.mark.parametrize("name", READMES)
def test_every_make_target_named_exists(name):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(shell_lines(name)))) <= targets
    assert set(re.findall(r"`make ([a-z]+)`", (ROOT / name).read_text("utf-8"))) <= targets


@pytest.mark.parametrize("name", [*READMES, "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_leads_to_a_file(name):
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text("utf-8"))
    assert not [link for link in links if not (ROOT / link).is_file()]


def test_both_languages_show_the_same_commands():
    assert shell_lines(READMES[0]) == shell_lines(READMES[1])


def test_every_example_of_the_command_line_runs(demo_workspace, tmp_path, monkeypatch, capsys):
    (tmp_path / "demo").mkdir()
    shutil.copy(demo_workspace, tmp_path / "demo")  # made by the first example, once for all tests
    shutil.copytree(ROOT / "docs" / "examples", tmp_path / "docs" / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PLANNER_WORKSPACE", raising=False)
    calls = [shlex.split(line)[1:] for line in shell_lines("README.md") if line.startswith("planner ")]
    assert len(calls) >= 8 and calls[0] == ["demo", "demo"]
    for call in calls[1:]:
        assert main(call) == 0, f"planner {shlex.join(call)}: {capsys.readouterr().err}"
        assert capsys.readouterr().out.strip(), f"planner {shlex.join(call)} prints nothing"
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
