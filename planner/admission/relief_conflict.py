"""Where nothing helps: an irreducible set of constraints that no lever satisfies together.

Levers are tried at their strongest in every combination; each leaves some constraints violated. A set of
constraints is in conflict when every combination violates one of it. Constraints are taken out one by one as long as
the rest stays in conflict: what is left would be met without any one of its members.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

from planner.admission.budgets import LIST
from planner.admission.case import verdict_of
from planner.admission.judgement import Trial
from planner.admission.outcome import Binding
from planner.admission.relief import DEFER, DROP, PHASE, Clash, Move
from planner.admission.relief_levers import Lever
from planner.admission.relief_stage import Stage
from planner.admission.stops import UNKNOWN, why_stopped
from planner.text import N_, Text
from planner.verdict import Verdict

Moves = tuple[Move, ...]


def clashes(stage: Stage, own: Sequence[Lever], others: Sequence[Lever]) -> tuple[Clash, ...]:
    """The irreducible set in words, in the order in which the budgets are judged."""
    violated = [violations(stage, moves) for moves in corners(own, others)]
    kept = {clash: None for clash in violated[0]} if violated else {}
    # The last first, so that of several that would do the earliest is named.
    for clash in reversed(list(kept)):
        rest = [other for other in kept if other != clash]
        if all(any(other in broken for other in rest) for broken in violated):
            del kept[clash]
    return tuple(kept)


def corners(own: Sequence[Lever], others: Sequence[Lever]) -> Iterable[Moves]:
    """No lever, then every combination at its strongest: each year of start, all others dropped or none."""
    # A smaller scale asks no more than a first phase does, in any year.
    plain = [lever.strongest for lever in own if lever.name not in (DEFER, PHASE)]
    starts: list[Moves] = [(), *((lever.move(n),) for lever in own if lever.name == DEFER for n in range(lever.steps))]
    room: list[Moves] = [(), *([tuple(lever.strongest for lever in others if lever.name == DROP)] if others else [])]
    for size in range(len(plain) + 1):
        for pulled in combinations(plain, size):
            for start in starts:
                for dropped in room:
                    yield (*pulled, *start, *dropped)


def violations(stage: Stage, moves: Moves) -> tuple[Clash, ...]:
    """All constraints that keep the project out with these moves; what quota from the province covers is none."""
    found = [_rule(stop) for stop in (*stage.stopped(moves), *stage.entrant(moves).missing)]
    found += [Clash(trial.why or UNKNOWN, quota=trial.key.quota, year=trial.key.year)
              for trial in stage.unreplaced(moves)]
    case = stage.entrant(moves).case
    if case:
        found += [Clash(seen.message, rule=seen.rule, layer=seen.role) for seen in case.findings
                  if verdict_of(seen) > Verdict.WARN]
        found += [Clash(why, rule="land_survey", layer="land_survey") for why in case.takes.why[:1]]
    return tuple(dict.fromkeys([*found, *(_budget(trial) for trial in stage.failures(moves) if not covered(trial))]))


def covered(trial: Trial) -> bool:
    """Whether quota could be transferred for it: an amount of the park's own, capped and known."""
    return trial.verdict == Verdict.EXCEEDS and trial.quota.kind != "ratio" and trial.key.park is None


def _budget(trial: Trial) -> Clash:
    title = Text(trial.quota.title)
    if trial.verdict == Verdict.UNKNOWN:
        said = Text(N_("{quota} {year}: {why}"), quota=title, year=trial.key.year,
                    why=trial.why or Text(N_("what is free is not known")))
    elif trial.key.park == LIST:
        said = Text(N_("the cap of the list on {quota} in {year}"), quota=title, year=trial.key.year)
    elif trial.key.park:
        said = Text(N_("{quota} {station} in {year}"), quota=title, station=trial.key.park, year=trial.key.year)
    else:
        said = Text(N_("the cap on {quota} in {year}"), quota=title, year=trial.key.year)
    return Clash(said, quota=trial.key.quota, year=trial.key.year)


def _rule(stop: Binding) -> Clash:
    return Clash(why_stopped(stop), quota=stop.quota, year=stop.year, rule=stop.rule, layer=stop.layer)
