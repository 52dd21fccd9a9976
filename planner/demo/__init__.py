"""The Haikou demo: seven sub-parks on invented land, the book they open with and a queue of manufacturers.

``build(seed_rows(texts), numpy.random.default_rng(SEED))`` makes it in seconds; ``texts`` are
layers/catalogue.csv and the tables of layers/haikou by file name (``TABLES``).
"""

from planner.demo.entries import Request, requests
from planner.demo.rows import TABLES, SeedRows, seed_rows
from planner.demo.whole import SEED, Demo, build

__all__ = ["SEED", "TABLES", "Demo", "Request", "SeedRows", "build", "requests", "seed_rows"]
