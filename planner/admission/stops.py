"""What stops a project whatever the budgets are, besides its parcel."""

from __future__ import annotations

from planner.admission.entrant import Entrant
from planner.admission.judgement import Bench, held_back
from planner.admission.outcome import Binding
from planner.text import N_, Text

UNKNOWN = Text(N_("what it takes is not known"))


def stops(one: Entrant, bench: Bench) -> tuple[Binding, ...]:
    """The regional assessment's refusal, and that of a park on hold."""
    return (*one.stops, *held_back(one, bench))


def why_stopped(binding: Binding) -> Text:
    """The sentence behind what stops a project or is missing."""
    return binding.why or UNKNOWN
