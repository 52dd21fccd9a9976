"""The command line to the letter: one JSON document, stable codes, exit status, nothing written by a refusal."""

from __future__ import annotations

import json

import pytest

TXT = """[属性描述]
坐标系=2000国家大地坐标系
几度分带=3
计量单位=米
带号=37
[地块坐标]
5,2.4025,DEMO-01,示例地块,面,,工业用地,0601,@
J1,1,2206088.526,37414154.659
J2,1,2206088.526,37414309.659
J3,1,2205933.526,37414309.659
J4,1,2205933.526,37414154.659
J1,1,2206088.526,37414154.659
"""


def square(path, west, south, east, north, **properties):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    return path


def ledger(verb, amount, *, quota="energy_tce", unit="tce", key="k", ref="x", workspace="w.gpkg"):
    named = "" if verb == "grant" else f" --for {ref}"
    return (
        f"ledger {verb} --park ZONE --quota {quota} --year 2026 --amount {amount} --unit {unit} --basis Notice-1 "
        f"--actor clerk --key {key} --workspace {workspace}{named}"
    )


def test_measure_prints_the_areas_of_the_sample(run, tmp_path):
    (tmp_path / "sample.txt").write_text(TXT, "gbk")
    status, found = run("measure sample.txt")
    (feature,) = found["features"]
    assert status == 0
    assert feature["plane_m2"] == pytest.approx(155 * 155, abs=1e-6) and feature["plane_crs"] == "EPSG:4525"
    assert round(feature["ellipsoid_m2"], 4) == 24_020.6337  # the figure published with the sample
    assert (feature["parts"], feature["holes"], feature["declared_m2"]) == (1, 0, pytest.approx(24_025))


def test_a_file_that_is_not_there_is_a_wrong_call_with_its_code(run):
    status, found = run("measure nothing.geojson")
    assert (status, found["error"]["code"]) == (2, "E_FILE")


@pytest.mark.parametrize("words", [
    "demo a.txt/below", "layers --workspace " + "long" * 99 + ".gpkg", "init --workspace " + "long" * 99 + ".gpkg"])
def test_a_path_that_the_system_refuses_is_a_wrong_call_that_names_it(run, words, tmp_path):
    (tmp_path / "a.txt").write_text("a file where a folder would be")
    status, found = run(words)
    assert (status, found["error"]["code"]) == (2, "E_FILE") and words.split()[-1] in found["error"]["file"]


@pytest.mark.parametrize(
    "words", ["measure", "nosuchverb", "measure a.geojson --nosuch", "check a.geojson --fail-on red"]
)
def test_a_call_that_does_not_fit_is_exit_2_and_still_one_document(run, words):
    status, found = run(words)
    assert status == 2 and found["error"]["code"] == "E_USAGE"


@pytest.mark.parametrize(
    "words",
    ["doctor", "assessment list", "assessment state hold --park P --document N --on 2026-01-01", "export web --out o"],
)
def test_every_verb_refuses_a_language_that_it_does_not_speak(run, words, tmp_path):
    status, found = run(f"{words} --lang fr")
    assert (status, found["error"]["code"]) == (2, "E_USAGE") and not list(tmp_path.iterdir())


def test_messages_follow_the_language_and_codes_do_not(run):
    zh, en = run("measure nothing.geojson --lang zh")[1]["error"], run("measure nothing.geojson --lang en")[1]["error"]
    assert zh["code"] == en["code"] and "文件" in zh["message"] and "file" in en["message"]


def test_the_book_grants_reserves_commits_and_gives_back(run):
    run("init --workspace w.gpkg")
    assert run(ledger("grant", 100, key="g"))[0] == 0
    assert run(ledger("reserve", 60, key="r"))[0] == 0
    assert run(ledger("commit", 20, key="c"))[0] == 0
    assert run(ledger("release", 10, key="l"))[0] == 0
    _, (row,) = run("ledger balance --workspace w.gpkg")
    assert {k: row[k] for k in ("granted", "opened", "reserved", "committed", "free", "overrun")} == {
        "granted": 100,
        "opened": 0,
        "reserved": 30,
        "committed": 20,
        "free": 50,
        "overrun": False,
    }
    status, found = run("ledger verify --workspace w.gpkg")
    assert (status, found["entries"], found["ok"]) == (0, 4, True)


def test_an_overdraw_is_exit_4_with_what_is_free_and_writes_nothing(run):
    run("init --workspace w.gpkg")
    run(ledger("grant", 100, key="g"))
    status, found = run(ledger("reserve", "100.001", key="r"), "--lang", "en")
    assert (status, found["error"]["code"]) == (4, "E_OVERDRAW")
    assert "free 100 tce" in found["error"]["message"]
    assert run("ledger verify --workspace w.gpkg")[1]["entries"] == 1


def test_opening_may_exceed_the_grant_and_stops_every_later_draw(run):
    run("init --workspace w.gpkg")
    run(ledger("grant", 100, key="g"))
    assert run(ledger("open", 130, key="o", ref="BASELINE"))[0] == 0
    (row,) = run("ledger balance --workspace w.gpkg")[1]
    assert (row["free"], row["overrun"]) == (-30, True)
    assert run(ledger("reserve", "0.001", key="r"))[0] == 4


def test_a_key_answers_the_same_again_and_refuses_another_content(run):
    run("init --workspace w.gpkg")
    first = run(ledger("grant", 100, key="g"))
    assert run(ledger("grant", 100, key="g")) == first
    status, found = run(ledger("grant", 101, key="g"))
    assert (status, found["error"]["code"]) == (4, "E_KEY")


def test_giving_back_more_than_is_held_is_refused(run):
    run("init --workspace w.gpkg")
    run(ledger("grant", 100, key="g"))
    status, found = run(ledger("release", 1, key="l"))
    assert (status, found["error"]["code"]) == (4, "E_NOT_HELD")


@pytest.mark.parametrize("amount", ["1,000", "１００", "1e3", "nan", "-5", "0"])
def test_an_amount_is_a_plain_number_above_zero(run, amount):
    run("init --workspace w.gpkg")
    assert run(ledger("grant", amount, key="g"))[0] == 2


def test_check_says_unknown_where_it_could_not_look_and_fail_on_turns_it_into_3(run, tmp_path):
    run("init --workspace w.gpkg")
    run(ledger("grant", 100, key="g"))
    parcel = square(tmp_path / "p.geojson", 110.2, 19.95, 110.201, 19.951, id="P-1")
    status, found = run("check p.geojson --workspace w.gpkg --on 2026-01-01")
    assert status == 0 and found["verdict"] == "unknown"
    states = {row["rule"]: row["state"] for row in found["findings"]}
    assert states["basic_farmland"] == states["ecological_redline"] == "not_checkable"
    assert found["takes"]["new_construction_m2"] is None and found["demand"] is None
    assert run("check p.geojson --workspace w.gpkg --fail-on unknown")[0] == 3
    assert run("check p.geojson --workspace w.gpkg --fail-on exceeds")[0] == 0
    assert (
        run(f"reserve {parcel.name} --workspace w.gpkg --year 2026 --basis D --actor a --key r")[1]["error"]["code"]
        == "E_UNKNOWN"
    )


def test_import_keeps_a_layer_once_and_replaces_it_only_when_told(run, tmp_path):
    run("init --workspace w.gpkg")
    square(tmp_path / "farm.geojson", 110.2, 19.95, 110.201, 19.951, name="field")
    words = "import farm.geojson --role basic_farmland --as-of 2025-12-31 --workspace w.gpkg"
    assert run(words + " --dry-run")[1]["stored"] == 0
    status, found = run(words)
    assert (status, found["status"], found["read"], found["stored"]) == (0, "accept", 1, 1)
    square(tmp_path / "farm.geojson", 110.2, 19.95, 110.202, 19.951, name="field")
    assert run(words)[1]["error"]["code"] == "E_LAYER_EXISTS"
    assert run(words + " --replace")[0] == 0
    square(tmp_path / "farm.geojson", 110.2, 19.95, 110.201, 19.951, name="field")
    assert run(words + " --replace")[1]["sha256"] == found["sha256"]  # the first file again: stored, not remembered
    listed = {row["layer"]: row for row in run("layers --workspace w.gpkg")[1]}
    assert listed["farm"]["sha256"] == found["sha256"] and listed["farm"]["version"] == 3
    assert listed["farm"]["role"] == "basic_farmland" and listed["farm"]["as_of"] == "2025-12-31"
    assert listed["farm"]["coverage_m2"] is None  # none stated: outside a hit nothing is clear


def test_a_bow_tie_is_shown_before_it_is_stored_and_never_checked(run, tmp_path):
    run("init --workspace w.gpkg")
    ring = [[110.2, 19.95], [110.201, 19.951], [110.201, 19.95], [110.2, 19.951], [110.2, 19.95]]
    (tmp_path / "bow.geojson").write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    words = "import bow.geojson --role parcels --name drawn --workspace w.gpkg"
    status, found = run(words)
    assert (status, found["status"], found["stored"]) == (0, "repair", 0)
    assert found["repaired"][0]["what"] == "R_GEOMETRY"
    assert run("check bow.geojson --workspace w.gpkg --park Z")[1]["error"]["code"] == "E_GEOM_INVALID"
    assert run(words + " --accept-repairs")[1]["stored"] == 1


def test_simulate_without_a_workspace_prints_the_published_shortages(run, tmp_path):
    (tmp_path / "queue.toml").write_text(QUEUE, "utf-8")
    status, found = run("simulate queue.toml")
    short = {row["id"]: row["binding"]["short_by"] for row in found["projects"]}
    assert status == 0
    assert short == {
        "datang-1": pytest.approx(8_614.0),
        "telecom": pytest.approx(106_584.964),
        "pharma-1": pytest.approx(108_788.344),
    }
    assert run("simulate queue.toml --fail-on exceeds")[0] == 3


QUEUE = """
[scenario]
title = "queue"
on = 2021-12-22
years = [2022]
[baseline]
energy_tce = 120_000
[caps]
energy_tce = 387_000
[[project]]
id = "datang-1"
status = "committed"
start = 2022
gas_power = { generation_mwh = 2_500_000, gas_m3_per_kwh = 0.192, gas_kgce_per_m3 = 1.2143 }
[[project]]
id = "telecom"
status = "committed"
start = 2022
data_centre = { racks = 40_000, kw_per_rack = 2.5, load_factor = 0.7, pue = 1.3 }
[[project]]
id = "pharma-1"
status = "candidate"
start = 2022
carriers = { electricity_mwh = 12_000, natural_gas_m3 = 600_000 }
"""
