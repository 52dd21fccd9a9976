"""Commands about a queue that does not fit: relieve, select, risk."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event
from types import FrameType
from typing import Annotated, Any

import typer

from planner.cli import options as opt
from planner.cli.calls import Beside, Call
from planner.cli.frame import Answer, note, verbs
from planner.errors import UsageError
from planner.text import N_, Text

SO_FAR = N_("so far {value:,.0f}, at most {bound:,.0f} (gap {gap:.2%})")
STOPPING = N_("Stopping; the best set so far follows. Once more ends without it.")
SELECT_LIMITS = N_("--time-limit must be more than 0, --alternatives 0 or more, --differ 1 or more, --within 0 to 1")


def register(app: typer.Typer) -> None:
    """Put the commands of this module on the command line."""
    verbs(app, relieve, select, risk)


def relieve(
    call: Beside,
    scenario: opt.ScenarioFile,
    project: Annotated[str, typer.Option("--project", help="Id of the refused project.")],
    park: opt.Park = None,
) -> Answer:
    """The cheapest ways to make a refused project fit, each put back through the simulation. Writes nothing."""
    from planner.desk import documents_admission as documents
    from planner.desk.queue import asked_of_path

    found = asked_of_path(call.desk, scenario, park=park).relieve(project)
    document = documents.relief(found, call.say)
    lines = [f"{row['sentence']} ({cost(row['cost_wan_yuan']).say(call.say)})" for row in document["options"]]
    if document["conflict"]:
        lines.append(call.say(N_("No lever helps; these cannot be met together")) + ":")
    lines += [row["sentence"] for row in document["conflict"]] + document.get("notes", [])
    return Answer(document, lines)


def cost(wan_yuan: float | None) -> Text:
    """What a way out costs, for a person."""
    if wan_yuan is None:
        return Text(N_("no unit cost is known"))
    return Text(N_("about {cost:,.2f} x 10,000 yuan"), cost=wan_yuan)


def select(
    call: Beside,
    scenario: opt.ScenarioFile,
    maximise: Annotated[
        str, typer.Option("--maximise", help="value_added, tax, output, jobs, tax_per_tce, or a sum as 2*tax+jobs.")
    ] = "value_added",
    alternatives: Annotated[int, typer.Option("--alternatives", help="How many other sets to show.")] = 0,
    differ: Annotated[int, typer.Option("--differ", help="In how many projects other sets differ at least.")] = 1,
    within: Annotated[float, typer.Option("--within", help="Share of the value that other sets may lose.")] = 0.05,
    time_limit: Annotated[float, typer.Option("--time-limit", help="Seconds for each set.")] = 20.0,
    park: opt.Park = None,
) -> Answer:
    """The best set of projects under all caps, with the proven gap. Writes nothing."""
    from planner.admission.portfolio import titled
    from planner.admission.select import Wanted
    from planner.desk import documents_admission as documents
    from planner.desk.queue import asked_of_path

    if not (time_limit > 0 and alternatives >= 0 and differ >= 1 and 0 <= within <= 1):
        raise UsageError(problem=Text(SELECT_LIMITS))
    wanted = Wanted(maximise, time_limit, alternatives, differ, within)
    asked = asked_of_path(call.desk, scenario, park=park)
    with stoppable(lambda: note(call.say(STOPPING))) as stopped:
        found = asked.select(wanted, lambda value, bound: progress(call, value, bound), stopped)
    document = documents.selection(found, call.say)
    lines = [] if found.chosen is None else [Text(
        N_("{objective} {value:,.2f}, proven within {gap:.3%}"), objective=titled(maximise),
        value=found.chosen.value, gap=found.gap).say(call.say)]
    lines += [f"+ {id}  {year}" for id, year in document["starts"].items()]
    lines += [f"- {row['id']}  {row['because']}" for row in document["left_out"]]
    return Answer(document, lines + document.get("notes", []))


def progress(call: Call, value: float, bound: float) -> None:
    """The best value so far and what is proven about it, once there is one."""
    if value > 0:
        note(Text(SO_FAR, value=value, bound=bound, gap=bound / value - 1).say(call.say))


@contextmanager
def stoppable(say: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """While it lasts the first Ctrl-C asks the work to stop, which answers with what it has; the next one ends it."""
    asked, before = Event(), signal.getsignal(signal.SIGINT)

    def stop(number: int, frame: FrameType | None) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)
        say()

    signal.signal(signal.SIGINT, stop)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def admitted(row: Mapping[str, Any], call: Call) -> str:
    """Whether a project is let in at the confidence asked for, where one is."""
    return "" if "admit" not in row else "  " + call.say(N_("admit") if row["admit"] else N_("not yet"))


def risk(
    call: Beside,
    scenario: opt.ScenarioFile,
    draws: Annotated[int, typer.Option("--draws", help="How many draws of the uncertain inputs.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same answer.", min=0)] = 0,
    confidence: Annotated[
        float | None, typer.Option("--confidence", help="Admit what is admitted in at least this share of the draws.")
    ] = None,
    park: opt.Park = None,
) -> Answer:
    """How likely each cap is broken, and which inputs decide it. Writes nothing."""
    from planner.admission.headline import quota_title
    from planner.desk import documents_admission as documents
    from planner.desk.queue import asked_of_path

    asked = asked_of_path(call.desk, scenario, park=park)
    if confidence is not None and not 0 <= confidence <= 1:
        raise UsageError(problem=Text(N_("--confidence {value:g} is out of range. Take 0 to 1"), value=confidence))
    document = documents.risk(asked.risk(draws, seed), call.say, confidence)
    lines = [
        f"{row['year']}  {row['probability']:>7.2%}  {row['p10']:,.4g} .. {row['p90']:,.4g}  "
        + quota_title(row["quota"], asked.parameters).say(call.say)
        for row in document["breach"]
    ]
    lines += [f"{row['input']:<40} {row['share_of_variance']:>7.2%}" for row in document["drivers"]]
    lines += [f"{row['id']:<20} {row['admitted']:>7.2%}{admitted(row, call)}" for row in document["projects"]]
    return Answer(document, lines + document.get("notes", []))
