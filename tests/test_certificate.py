"""The statement why a project does not fit: its figures by hand, in both languages, sealed the same each time."""

from __future__ import annotations

import io
import json
import tomllib
from dataclasses import replace
from datetime import date

import pytest
from docx import Document

from planner.admission.scenario import scenario_from
from planner.cli import main
from planner.desk import certificate
from planner.desk.queue import Asked
from planner.errors import ScenarioError
from planner.store.parameters import load
from planner.text import english

FILE = """
[scenario]
title = "Two plants"
years = [2026]
on = 2026-01-01
[baseline]
energy_tce = 600
[caps]
energy_tce = 700
[[project]]
id = "a"
name = "甲厂 / Plant A"
status = "committed"
start = 2026
[project.carriers]
electricity_mwh = 500
[[project]]
id = "x"
name = "乙厂 / Plant X"
start = 2026
[project.carriers]
electricity_mwh = 1000
"""


def asked(text: str = FILE) -> Asked:
    return Asked(scenario_from(tomllib.loads(text)), load())


def test_it_states_what_was_asked_what_is_free_and_what_would_do():
    # 700 - 600 - 500 x 0.1229 = 38.55 free; 1000 x 0.1229 = 122.9 asked; 84.35 short
    stated = certificate.document(certificate.statement(asked(), "x"), english)
    (lack,) = stated["lacks"]
    assert (lack["asked"], lack["free"], lack["short_by"]) == pytest.approx((122.9, 38.55, 84.35))
    assert lack["year"] == 2026 and lack["unit"] == "tce" and lack["source"]
    assert {row["id"]: row["amount"] for row in stated["used_by"]} == pytest.approx({"x": 122.9, "a": 61.45})
    assert any("obtain 84.35 tce" in row["sentence"] for row in stated["would_do"]) and not stated["conflict"]


def test_it_names_the_rows_not_yet_verified_that_it_rests_on():
    rows = load()
    electricity, quota = rows.coefficient("electricity", date(2026, 1, 1)), rows.quota("energy_tce")
    assert (electricity.status, quota.status) == ("unverified", "unverified")
    told = " ".join(certificate.document(certificate.statement(asked(), "x"), english)["notes"])
    assert quota.title in told and electricity.source in told
    sure = replace(rows, coefficients=tuple(replace(row, status="verified") for row in rows.coefficients),
                   quotas=tuple(replace(row, status="verified") for row in rows.quotas))
    stated = certificate.statement(Asked(scenario_from(tomllib.loads(FILE)), sure), "x")
    assert "not yet verified" not in json.dumps(certificate.document(stated, english))


def test_the_seal_is_the_same_in_both_languages_and_another_when_a_figure_is():
    one, same = (certificate.run_hash(certificate.statement(asked(), "x")) for _ in range(2))
    other = certificate.run_hash(certificate.statement(asked(FILE.replace("= 700", "= 701")), "x"))
    assert one == same != other and len(one) == 16


def test_a_project_that_fits_has_nothing_to_be_stated():
    with pytest.raises(ScenarioError, match="fits as it is"):
        certificate.statement(asked(FILE.replace("= 700", "= 7000")), "x")


@pytest.mark.parametrize("lang, heads", [("zh", ["乙厂"]), ("en", ["Plant X"]), ("both", ["乙厂", "Plant X"])])
def test_the_command_writes_a_document_in_the_languages_asked(tmp_path, capsys, monkeypatch, lang, heads):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text(FILE, "utf-8")
    call = ["export", "certificate", "--scenario", "s.toml", "--project", "x", "--out", "why.docx", "--lang", lang]
    assert main([*call, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kind"] == "certificate"
    paper = Document(io.BytesIO((tmp_path / "why.docx").read_bytes()))
    titles = [one.text for one in paper.paragraphs if one.style.name == "Heading 1"]
    assert len(titles) == len(heads) and all(head in title for head, title in zip(heads, titles, strict=True))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert any("84.35" in cell for cell in cells)
    assert certificate.run_hash(certificate.statement(asked(), "x")) in cells


@pytest.mark.parametrize("more", [["--out", "why.pdf", "--project", "x"], ["--out", "why.docx"],
                                  ["--out", "why.docx", "--project", "a-typo"]])
def test_a_call_that_cannot_be_done_writes_nothing(tmp_path, capsys, monkeypatch, more):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text(FILE, "utf-8")
    assert main(["export", "certificate", "--scenario", "s.toml", *more, "--json"]) == 2
    assert "error" in json.loads(capsys.readouterr().out)
    assert [path.name for path in tmp_path.iterdir()] == ["s.toml"]
