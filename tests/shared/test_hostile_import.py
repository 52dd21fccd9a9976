"""Hostile files through the command itself: their code, nothing written, no secret, no call; good ones pass."""

from __future__ import annotations

import json
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from planner.cli import main
from planner.errors import InputError
from planner.formats import read

CANARY_WORD = "must-not-come-back-2b7e1516"
CANARY = Path("/var/tmp/canary")  # where the hostile files point  # noqa: S108
LISTENER = ("127.0.0.1", 18999)
# The largest of the good files, a table of code lists and formats that are named as not supported.
NO_LAYER = {".csv", ".md", ".xml", ".yml", ".js", ".txt", ".qpj", ".prj", ".dbf", ".shx", ".cpg", ".tif", ".dwg"}


@pytest.fixture
def canary() -> Iterator[None]:
    """The files that hostile ones try to read, with a word in them that must not come back."""
    made = not CANARY.exists()
    CANARY.mkdir(exist_ok=True)
    square = "[[[113,23],[113.001,23],[113.001,23.001],[113,23]]]"
    texts = {
        "secret.csv": f"id,note,x,y\n1,{CANARY_WORD},113,23\n",
        "secret.geojson": '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"note":"'
        + CANARY_WORD + '"},"geometry":{"type":"Polygon","coordinates":' + square + "}}]}",
        "secret.txt": CANARY_WORD,
    }  # fmt: skip
    for name, text in texts.items():
        (CANARY / name).write_text(text, "utf-8")
    yield
    for name in texts:
        (CANARY / name).unlink()
    if made:
        CANARY.rmdir()


@pytest.fixture
def callers() -> Iterator[list[str]]:
    """Who called the address that hostile files name."""
    heard: list[str] = []
    with socket.create_server(LISTENER) as server:
        server.settimeout(0.2)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    server.accept()[0].close()
                    heard.append("called")
                except TimeoutError:
                    continue

        ear = threading.Thread(target=listen)
        ear.start()
        yield heard
        done.set()
        ear.join()


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict, str]:
    status = main([*words, "--json", "--lang", "en"])
    said = capsys.readouterr()
    return status, json.loads(said.out), said.out + said.err


def dumped(workspace: Path) -> list[str]:
    """Everything a workspace holds, as text."""
    with closing(sqlite3.connect(workspace)) as database:
        return list(database.iterdump())


def test_every_hostile_file_is_answered_as_its_manifest_says_and_a_refused_one_leaves_no_byte(
    shared_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], canary: None, callers: list[str]
) -> None:
    workspace = tmp_path / "w.gpkg"
    run(capsys, "init", "--workspace", str(workspace))
    state = dumped(workspace)
    wrong = {}
    for row in json.loads((shared_folder / "hostile/manifest.json").read_text("utf-8")):
        path = shared_folder / "hostile" / row["file"]
        quotas = row["file"] == "xlsx_bad_numbers.xlsx"
        words = ("import", str(path), "--role", "quotas" if quotas else "context", "--workspace", str(workspace))
        words += ("--name", row["file"].replace(".", "_"))
        status, found, said = run(capsys, *words)
        if CANARY_WORD in said:
            wrong[row["file"]] = "secret"
        ending = {"reject": 2, "repair": 0, "accept": 0}[row["outcome"]]
        code = found["error"]["code"] if status else found["repaired"][0]["what"] if found["repaired"] else ""
        if (status, code) != (ending, row["code"]):
            wrong[row["file"]] = (status, code)
        if row["outcome"] == "accept":
            state = dumped(workspace)
        elif dumped(workspace) != state:
            wrong[row["file"]] = "written"
    assert wrong == {}
    assert callers == []


def test_of_the_good_files_of_others_at_least_99_in_100_are_read(shared_folder: Path) -> None:
    data = shared_folder / "data"
    folders = ("parcels/crop_parcels", "parcels/cambridge_ma", "landcover", "chinese_formats", "haikou_admin")
    good = [p for one in folders for p in sorted((data / one).rglob("*"))
            if p.is_file() and "LICENSE" not in p.name and p.suffix not in NO_LAYER]  # fmt: skip
    good += sorted((data / "chinese_formats/txt").glob("*.txt")) + [shared_folder / "hostile/ok_parcels.geojson"]
    refused = {}
    for path in good:
        try:
            found = read(path, crs=_stated(path))
        except InputError as error:
            # GML is not among the formats that come in; the refusal names those that do.
            if not (path.name == "GSAA_2024.zip" and error.code == "E_CONTENT_TYPE"):
                refused[path.name] = error.code
            continue
        if found.rejected and path.suffix != ".dxf":
            refused[path.name] = found.rejected[0][1].code
    assert len(good) > 30
    assert len(refused) <= len(good) // 100, refused


def _stated(path: Path) -> str | None:
    """What a person says of files that do not name their system."""
    return {".dxf": "EPSG:4528", ".topojson": "EPSG:4326"}.get(path.suffix)
