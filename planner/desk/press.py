"""A press: a process of its own that prints kinds of paper for the one that started it, and says how far it is.

Run as a module by ``planner.desk.presses`` and not started through multiprocessing, which would load the main module
once more: under Streamlit that is the app. Orders come in and papers go out as pickles over the pipes of the two
processes, which nobody else holds.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from planner.desk.presses import Order

SELDOM = (20_000, 10, 5)  # of new things: a page is made of thousands, and gone as a whole
AT, MADE, REFUSED, BROKEN = "at", "made", "refused", "broken"  # what a press says: how far, what, or why not


def work(orders: BinaryIO, said: BinaryIO) -> None:
    """Print every kind that is asked for until no more is, on a desk opened once."""
    from planner.desk.desk import Desk
    from planner.desk.papers import Papers, held

    def say(what: str, *facts: Any) -> None:
        said.write(pickle.dumps((what, *facts)))
        said.flush()

    order: Order = pickle.load(orders)  # noqa: S301  (from the process that started this one)
    desk = Desk.open(order.address).for_person(order.who)
    try:
        papers = Papers(held(desk, order.today, order.now), order.subject, order.page, order.year)
        while True:
            kind = pickle.load(orders)  # noqa: S301
            made = dict(papers.of(kind, lambda share, doing: say(AT, share, doing)))
            say(MADE, made, papers.named)
    finally:
        desk.close()


def main() -> None:
    """Answer on what was standard output; whatever a library prints goes to the errors."""
    from planner.errors import PlannerError

    gc.set_threshold(*SELDOM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever stops the work stops the process that started it
    said = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        work(sys.stdin.buffer, said)
    except (EOFError, BrokenPipeError):
        return  # nothing more is asked for
    except PlannerError as refusal:
        said.write(pickle.dumps((REFUSED, refusal)))
    except Exception as fault:  # said there as it would be said here
        said.write(pickle.dumps((BROKEN, f"{type(fault).__name__}: {fault}")))
        raise
    finally:
        said.flush()


if __name__ == "__main__":
    main()
