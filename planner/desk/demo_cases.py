"""The cases of the demo, brought on their way by the desk's own verbs on days before today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from planner.energy.project import project_from
from planner.store import catalogue

if TYPE_CHECKING:
    from planner.desk.desk import Desk

NOON = time(4, tzinfo=UTC)  # in Haikou


def demo_cases(desk: Desk, on: date) -> None:
    """Put the cases of layers/haikou/cases.toml into a demo made on a day; the clock is the desk's own again after."""
    today, now = desk.today, desk.now
    try:
        for case in catalogue.document("haikou/cases")["case"]:
            for number, act in enumerate(case["acts"]):
                day = on - timedelta(days=act["days_before"])
                desk.today, desk.now = _still(day)
                _made(desk, case, act, f"demo-{case['project']['id']}-{number}", day)
    finally:
        desk.today, desk.now = today, now


def _still(day: date) -> Any:
    return (lambda: day), (lambda: datetime.combine(day, NOON))


def _made(desk: Desk, case: Mapping[str, Any], act: Mapping[str, Any], key: str, day: date) -> None:
    id, verb = case["project"]["id"], act["verb"]
    words = {name: value for name, value in act.items() if name not in ("verb", "days_before", "conditions")}
    if verb == "submit":
        parcel, project = desk.parcel(case["parcel"]), project_from(case["project"], place=id)
        desk.start_case(parcel, year=case["year"], project=project, key=key, **words)
        return
    if "conditions" in act:
        words["conditions"] = [(one["text"], day + timedelta(days=one["days_after"])) for one in act["conditions"]]
    verbs: dict[str, Any] = {"review": desk.review_case, "override": desk.override_finding,
                             "recommend": desk.recommend_case, "decide": desk.decide_case}
    verbs[verb](id, key=key, **words)
