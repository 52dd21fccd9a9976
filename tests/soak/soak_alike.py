"""Simulate, check, reserve and decide on drawn states: many more than a run of the tests looks at."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings

from tests.test_alike import OFFERS, STATES, WAYS, agree

EXAMPLES = 500


def test_one_state_has_one_answer_in_every_drawn_state(record):
    seen: Counter[str] = Counter()

    @settings(max_examples=EXAMPLES)
    @given(STATES, OFFERS, WAYS)
    def search(drawn, projects, ways):
        seen["states"] += 1
        seen.update(agree(drawn, projects, ways[: len(projects)]))

    search()
    counted = ", ".join(f"{count} {verdict}" for verdict, count in sorted(seen.items()) if verdict != "states")
    record("One state, one answer", [f"{seen['states']} states: simulate, check, reserve and decide agreed on every "
                                     f"project ({counted})"])
