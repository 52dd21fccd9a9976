"""Write environment.yml for conda users: what pyproject.toml names, in the versions of requirements-dev.lock.

    python scripts/environment.py

Packages that conda-forge lacks, or carries under doubtful names, stand in the pip block.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONDA_NAMES = {"matplotlib": "matplotlib-base"}  # the plain one brings a desktop toolkit that nothing here uses
ONLY_PIP = {"hatch-npm-vendor", "oidc-provider-mock", "playwright", "pylopdf-fonts-zh-cn"}

HEAD = """\
# For conda users: the same versions as requirements-dev.lock (scripts/environment.py writes this file).
#   conda env create -f environment.yml && conda activate planner
#   pip install --no-deps --no-build-isolation -e .
name: planner
channels:
  - conda-forge
  - nodefaults
dependencies:
"""


def wanted() -> list[str]:
    """Names that pyproject.toml asks for, to run, to build and to test."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    asked = project["project"]["dependencies"] + sum(project["dependency-groups"].values(), [])
    return sorted({re.match(r"[\w.-]+", line)[0].lower() for line in asked})  # type: ignore[index]


def pins() -> dict[str, str]:
    """Name -> exact version of the lock."""
    text = (ROOT / "requirements-dev.lock").read_text("utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE))


def environment() -> str:
    """The whole file."""
    names, versions = wanted(), pins()
    conda = [f"  - {CONDA_NAMES.get(name, name)}={versions[name]}" for name in names if name not in ONLY_PIP]
    by_pip = [f"      - {name}=={versions[name]}" for name in names if name in ONLY_PIP]
    lines = ["  - python>=3.11,<3.14", "  - pip", *conda, "  - pip:", *by_pip]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment(), "utf-8", newline="\n")
