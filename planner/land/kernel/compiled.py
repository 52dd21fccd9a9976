"""Turning Python functions of numbers and arrays into machine code.

Machine code does not check indices: what calls such a function answers for its arrays. Division by zero gives
infinity or NaN as in numpy. None of it needs the interpreter's lock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from numba.core.registry import cpu_target

# numba imports most of itself when it is first asked for machine code. Done with the import of this room, it is done
# where the app does it in the background, and does not stand between a parcel and its first answer.
cpu_target.typing_context.refresh()
cpu_target.target_context.refresh()

Plain = TypeVar("Plain", bound=Callable[..., Any])


def compiled(plain: Plain) -> Plain:
    """A step of a compiled function, called by it."""
    return cast(Plain, numba.njit(nogil=True, error_model="numpy")(plain))


def inlined(plain: Plain) -> Plain:
    """A step of an inner loop, put into its callers.

    A call that passes an array counts the array's users up and down, and two threads that count the users of one
    layer wait for each other at every edge.
    """
    return cast(Plain, numba.njit(nogil=True, error_model="numpy", forceinline=True)(plain))


def kept(plain: Plain) -> Plain:
    """What Python calls: compiled at the first call with each kind of argument, then kept on disk for all processes.

    It is compiled anew when the text of its own module changes, and only then: see ``planner.land.kernel.takes``.
    Where neither beside the module nor in the person's own cache folder anything can be kept, each process compiles.
    """
    try:
        return cast(Plain, numba.njit(cache=True, nogil=True, error_model="numpy")(plain))
    except RuntimeError:  # numba found no place for its files
        return compiled(plain)
