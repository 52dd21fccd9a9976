"""Projects on judged parcels in the queue: what the survey says they take, and what a finding means for them."""

from __future__ import annotations

from datetime import date

import pytest
import shapely

from planner.admission.book_view import BookView
from planner.admission.headline import headline
from planner.admission.outcome import Case
from planner.admission.scenario import scenario_from
from planner.admission.simulate import simulate
from planner.land.finding import Finding, Severity, State, Takes
from planner.land.parcel import Parcel
from planner.store.parameters import load
from planner.text import Text
from planner.verdict import Verdict
from planner.words import translator

ROWS = load()
DAY = date(2025, 1, 1)


def taken(new_construction_m2=20_000.0, cultivated_m2=10_000.0, paddy_m2=5_000.0, grain_kg=9_000.0, why=()):
    return Takes(25_000.0, (), 0.0, 0.0, new_construction_m2, cultivated_m2, paddy_m2, grain_kg, DAY, why)


def finding(state, severity, role="basic_farmland"):
    return Finding("basic_farmland", "basic farmland", state, severity, Text("looked"), 0.0, 1.0, "m2", role, "layer",
                   DAY, "Land Administration Law, art. 35", "verified")


def case(takes=None, *findings):
    parcel = Parcel("P-1", shapely.box(110, 20, 110.001, 20.001))
    return Case(parcel, 25_000.0, DAY, "ZONE", "calorific", takes or taken(), findings, (), (), None, Verdict.FITS,
                ROWS.version)


def run(made, *, status="candidate", caps=None, book=None, after=()):
    tables = {"scenario": {"years": [2025], "on": DAY}, "caps": caps or {},
              "project": [{"id": "a", "status": status, "start": 2025, "land": {"parcel": "P-1"}}, *after]}
    return simulate(scenario_from(tables), ROWS, cases={"a": made}, book=book)


def test_what_a_parcel_takes_is_asked_in_hectares_of_the_file_and_square_metres_of_the_book():
    short = run(case(), caps={"new_construction_ha": 1.5, "offset_quantity_ha": 9, "offset_paddy_ha": 9,
                              "offset_grain_kg": 9e9}).projects[0]
    assert (short.binding.quota, short.binding.short_by) == ("new_construction_ha", pytest.approx(0.5))
    granted = {("new_construction_m2", 2025): 20_000, ("offset_quantity_m2", 2024): 10_000,
               ("offset_paddy_m2", 2023): 4_999, ("offset_grain_kg", 2025): 9_000}
    short = run(case(), book=BookView("ZONE", "calorific", granted)).projects[0]
    assert (short.binding.quota, short.binding.short_by) == ("offset_paddy_ha", pytest.approx(0.0001))


@pytest.mark.parametrize(("state", "severity", "verdict", "admitted"), [
    (State.HIT, Severity.STOP, "blocked", False), (State.HIT, Severity.WARN, "warn", True),
    (State.HIT, Severity.NOTE, "fits", True), (State.CLEAR, Severity.STOP, "fits", True),
    (State.NOT_CHECKABLE, Severity.STOP, "unknown", False),
])
def test_a_finding_decides_by_its_state_and_severity(state, severity, verdict, admitted):
    found = run(case(None, finding(state, severity))).projects[0]
    assert (str(found.verdict), found.admitted) == (verdict, admitted)
    assert (found.binding is None) == admitted
    if not admitted:
        assert (found.binding.rule, found.binding.layer) == ("basic_farmland", "basic_farmland")
        assert found.binding.short_by is None


@pytest.mark.parametrize(("seen", "said"), [
    ((), "all 3 rules and 0 quotas hold"),
    ((State.NOT_CHECKABLE,), "3 rules and 0 quotas hold, 1 not checkable"),
    ((State.HIT, State.HIT), "3 rules and 0 quotas hold, 2 noted"),
    ((State.HIT, State.NOT_CHECKABLE), "3 rules and 0 quotas hold, 1 noted, 1 not checkable"),
])
def test_the_headline_counts_as_holding_only_what_was_looked_at_and_found_clear(seen, said):
    clear = [finding(State.CLEAR, Severity.STOP)] * 3
    made = case(None, *clear, *(finding(state, Severity.NOTE) for state in seen))
    assert str(headline(made, ROWS)).endswith(f"; {said}")
    assert ("均满足" in headline(made, ROWS).say(translator("zh"))) == (not seen)


def test_a_blocked_parcel_outweighs_a_short_quota_and_takes_no_room():
    other = {"id": "b", "start": 2025, "land": {"new_construction_ha": 1}}
    result = run(case(None, finding(State.HIT, Severity.STOP)), caps={"new_construction_ha": 1}, after=[other])
    assert [str(project.verdict) for project in result.projects] == ["blocked", "warn"]


def test_a_committed_parcel_with_an_unknown_total_makes_its_rows_unknown():
    made = case(taken(new_construction_m2=None, why=(Text("12 m2 are not surveyed"),)))
    other = {"id": "b", "start": 2025, "land": {"new_construction_ha": 1}}
    result = run(made, status="committed", caps={"new_construction_ha": 5, "offset_paddy_ha": 5}, after=[other])
    assert [str(project.verdict) for project in result.projects] == ["unknown", "unknown"]
    states = {row.quota: row.state for row in result.balance}
    assert (states["new_construction_ha"], states["offset_paddy_ha"]) == ("unknown", "fits")
