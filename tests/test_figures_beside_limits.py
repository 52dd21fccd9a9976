"""A figure beside its limit is printed for a person, and never as being on the other side of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from planner.figures import beside, bound, figure, percent


@pytest.mark.parametrize(("share", "limit", "said"), [
    (2 / 3, 0.95, "66.67 %"), (0.95, 0.95, "95.00 %"), (0.949996, 0.95, "94.9996 %"), (0.9500001, 0.95, "95.00001 %"),
    (0.94999, 0.95, "94.999 %"), (0.0, 0.4, "0.00 %"), (1.0, 0.4, "100.00 %"), (0.07, 0.07, "7.00 %"),
])
def test_a_share_has_two_decimals_and_more_only_where_they_decide(share, limit, said):
    assert str(percent(share, limit)) == said


def test_a_figure_that_misses_its_floor_by_a_hair_is_not_printed_as_the_floor():
    assert str(figure(499.996, "wan_yuan/mu", 500.0)) == "499.996 x 10,000 yuan per mu"
    assert str(figure(387.378, "wan_yuan/mu", 500.0)) == "387.38 x 10,000 yuan per mu"


def test_figures_that_are_the_same_but_for_their_last_digits_print_as_the_limit():
    assert beside(0.1 + 0.2, 0.3, 2) == Decimal("0.30")
    assert beside(0.1 + 0.2, 0.3, 2, same=0.0) > Decimal("0.3")  # a cap that knows no tolerance is broken by them


def test_a_limit_is_printed_with_all_its_digits_and_no_others():
    assert [str(bound(limit)) for limit in (0.95, 0.07, 0.005, 1.0)] == ["95 %", "7 %", "0.5 %", "100 %"]
    assert str(percent(0.0049999, 0.005)) == "0.49999 %"
