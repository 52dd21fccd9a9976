"""The command line."""

from planner.cli.main import entry, main

__all__ = ["entry", "main"]
