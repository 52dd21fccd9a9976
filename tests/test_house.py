"""The guards: who imports whom, what every row and command must say, what no file may contain."""

from __future__ import annotations

import ast
import csv
import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

import planner
from scripts.commands import every_command, page

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ROOT / "planner"

WORDS_OF_ALL = {"text", "errors", "units", "verdict", "figures"}
THINKING = {"land", "energy", "quota"}
BELOW_DESK = WORDS_OF_ALL | {"parameters", "admission", "people", "registers"} | THINKING
EVERYTHING = BELOW_DESK | {"formats", "store", "sheets", "webmap", "words", "demo", "desk"}
# Room -> rooms it may import besides itself. A room that is not here may not exist.
MAY_IMPORT = {
    "text": set(),
    "verdict": set(),
    "errors": {"text"},
    "units": {"errors"},
    "figures": {"text", "units"},
    "parameters": WORDS_OF_ALL,
    "land": WORDS_OF_ALL | {"parameters"},
    "energy": WORDS_OF_ALL | {"parameters"},
    "quota": WORDS_OF_ALL | {"parameters"},
    "registers": WORDS_OF_ALL | {"parameters", "land"},
    "admission": WORDS_OF_ALL | {"parameters", "people"} | THINKING,
    "people": WORDS_OF_ALL,
    "demo": BELOW_DESK,
    "formats": BELOW_DESK,
    "store": BELOW_DESK,
    "words": {"text"},
    "webmap": BELOW_DESK | {"words"},
    "sheets": BELOW_DESK | {"webmap", "words"},
    "desk": EVERYTHING,
    "cli": EVERYTHING,
    "ui": EVERYTHING,
}

NUMBERS = {"numpy", "pandas", "geopandas", "shapely", "pyproj", "numba", "pydantic", "pydantic_core"}
FILES = NUMBERS | {"ezdxf", "matplotlib", "openpyxl", "pyarrow", "pyogrio", "defusedxml", "pylopdf_fonts_zh_cn"}
# Room -> names from outside it may import.
THIRD_PARTY = {
    "admission": NUMBERS | {"highspy", "scipy", "SALib"},
    "demo": NUMBERS | {"scipy"},
    "formats": FILES,
    "land": NUMBERS | {"scipy"},
    "sheets": FILES | {"docx", "docxtpl", "jinja2", "pptx"},
    "store": NUMBERS | {"psycopg", "sqlalchemy"},
    "words": {"babel"},
    "webmap": NUMBERS | {"folium", "branca", "jinja2"},
    "desk": NUMBERS,
    "cli": NUMBERS | {"typer", "click"},
    "ui": NUMBERS | {"streamlit", "streamlit_folium", "starlette", "folium", "branca", "jinja2"},
}
# A name that comes with another package, or that a package is imported by.
COMES_WITH = {
    "pydantic_core": "pydantic", "branca": "folium", "jinja2": "folium", "click": "typer", "starlette": "streamlit",
    "docx": "python_docx", "pptx": "python_pptx", "SALib": "salib",
}

PURE = (
    "text", "errors", "units", "verdict", "figures", "parameters", "land", "energy", "quota", "registers", "admission",
    "people", "demo",
)
# The pure rooms open no file, ask no clock, know no web and no SQL; chance comes in as an argument.
IMPURE = {
    "asyncio", "glob", "http", "importlib", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil",
    "socket", "sqlite3", "subprocess", "tempfile", "time", "urllib", "uuid",
}
IMPURE_CALLS = {
    "eval", "exec", "input", "now", "open", "print", "read_csv", "read_file", "today", "unseeded default_rng", "utcnow",
}
# The doors for SQL: the store, and the one module of the formats that reads the catalogue of a foreign GeoPackage.
SQL = {"sqlite3", "sqlalchemy"}
SQL_ROOMS = {"store", "formats"}


# ---------------------------------------------------------------- reading the code
@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def modules() -> list[Path]:
    return sorted(path for path in ROOMS.rglob("*.py") if "vendor" not in path.parts)


def room_of(path: Path) -> str:
    """The room a module belongs to: the folder under planner/, or the module itself."""
    return path.relative_to(ROOMS).parts[0].removesuffix(".py")


def rooms() -> Iterator[tuple[str, Path]]:
    """(room, module) of all modules but planner/__init__.py."""
    for path in modules():
        if path != ROOMS / "__init__.py":
            yield room_of(path), path


@cache
def imported(path: Path) -> frozenset[str]:
    """Every dotted name a module imports, wherever in the file it does so; relative imports start with a dot."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return frozenset(found)


def own(path: Path) -> set[str]:
    """Rooms that a module imports."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("planner.")}


def outside(path: Path) -> set[str]:
    """Top names that a module imports from outside the standard library and the planner."""
    top = {name.split(".")[0] for name in imported(path)}
    return top - set(sys.stdlib_module_names) - {"planner", "__future__", ""}


# ---------------------------------------------------------------- who imports whom
def test_no_room_imports_a_room_above_or_beside_it():
    offenders = {str(path): beyond for room, path in rooms() if (beyond := own(path) - MAY_IMPORT[room] - {room})}
    assert not offenders


def test_every_import_is_absolute_so_that_the_guards_see_it():
    assert not [str(path) for path in modules() if any(name.startswith(".") for name in imported(path))]


def test_each_room_uses_only_the_third_party_names_it_may():
    offenders = {str(path): beyond for room, path in rooms()
                 if (beyond := outside(path) - THIRD_PARTY.get(room, NUMBERS))}
    assert not offenders


def test_every_third_party_name_is_a_declared_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.match(r"[\w-]+", line)[0].replace("-", "_").lower() for line in project["dependencies"]}
    used = set().union(*(outside(path) for path in modules()))
    assert {COMES_WITH.get(name, name) for name in used} <= declared


def test_every_declared_dependency_is_used():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {re.match(r"[\w-]+", line)[0].replace("-", "_").lower() for line in project["dependencies"]}
    used = {COMES_WITH.get(name, name) for name in set().union(*(outside(path) for path in modules()))}
    # openpyxl reads workbooks through the first, streamlit logs people in through the second, SQLAlchemy reaches
    # PostgreSQL through the third, where they are installed.
    assert declared <= used | {"defusedxml", "authlib", "psycopg"}


def test_the_pure_rooms_touch_no_file_clock_web_or_chance():
    offenders = defaultdict(set)
    for room, path in rooms():
        if room in PURE:
            offenders[str(path)] |= {name.split(".")[0] for name in imported(path)} & IMPURE
            offenders[str(path)] |= called(path) & IMPURE_CALLS
    assert not {path: found for path, found in offenders.items() if found}


def called(path: Path) -> set[str]:
    """Last names of everything a module calls; chance without a seed counts as one."""
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    names = {(last_name(call.func), bool(call.args)) for call in calls}
    return {name for name, _ in names} | ({"unseeded default_rng"} if ("default_rng", False) in names else set())


def last_name(target: ast.expr) -> str:
    """f of f(...) and of a.b.f(...)."""
    return getattr(target, "attr", getattr(target, "id", ""))


def test_sql_is_spoken_only_in_the_store_and_where_foreign_geopackages_are_looked_at():
    speakers = {room for room, path in rooms() if {name.split(".")[0] for name in imported(path)} & SQL}
    assert speakers <= SQL_ROOMS


def test_every_write_is_done_again_when_the_database_gives_it_up():
    # ``in_turn`` of the store does that; a person's hands on a store (authority) only stand between.
    takers = {
        short(path) for _, path in rooms() for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "turn"
        if not node.args
    }
    assert takers <= {"planner/store/base.py", "planner/desk/authority.py"}


# Reading one of these runs what it holds; a cache is a file that others can write too.
RUNS_WHAT_IT_READS = re.compile(r"pickle|joblib|dill|shelve|marshal|jsonpickle|yaml")
OWN_PIPE = {"planner/desk/press.py", "planner/desk/presses.py"}  # its two ends: nobody else can write into it


def test_nothing_is_read_that_runs_what_it_holds():
    offenders = []
    for path in modules():
        if short(path) in OWN_PIPE:
            continue
        for node in ast.walk(tree(path)):
            names = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
            names |= {node.module or "", *(alias.name for alias in node.names)} if isinstance(
                node, ast.ImportFrom) else set()
            names |= {node.attr} if isinstance(node, ast.Attribute) else set()
            names |= {word.arg or "" for word in node.keywords} if isinstance(node, ast.Call) else set()
            offenders += [f"{short(path)}:{node.lineno}" for name in names if RUNS_WHAT_IT_READS.search(name)]
    assert not offenders


# What only Unix has: modules, and names of modules that are everywhere.
UNIX = {"curses", "fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"}
UNIX_NAMES = {
    "chown", "chroot", "fork", "forkpty", "getegid", "geteuid", "getgid", "getloadavg", "getpgid", "getuid", "killpg",
    "mkfifo", "nice", "setgid", "setsid", "setuid", "uname", "wait3", "wait4",
    "SIGALRM", "SIGHUP", "SIGKILL", "SIGQUIT", "SIGUSR1", "SIGUSR2", "alarm", "setitimer",
}


def test_nothing_stands_in_the_way_of_windows():
    offenders = []
    for path in modules():
        kept = {id(node) for tried in ast.walk(tree(path)) if isinstance(tried, ast.Try) and _if_missing(tried)
                for one in tried.body for node in ast.walk(one)}
        for node in ast.walk(tree(path)):
            names = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
            names |= {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
            used = isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in ("os", "signal")
            bad = names & UNIX or (used and node.attr in UNIX_NAMES)
            offenders += [f"{short(path)}:{node.lineno}"] if bad and id(node) not in kept else []
    assert not offenders


def _if_missing(tried: ast.Try) -> bool:
    """Whether a try goes on where a module or a name is missing."""
    caught = [getattr(handler.type, "id", "") for handler in tried.handlers]
    return bool({"ImportError", "AttributeError"} & set(caught))


# ---------------------------------------------------------------- public names
def test_the_public_names_are_exactly_what_all_says():
    public = {name for name in vars(planner) if not name.startswith("_")} - set(MAY_IMPORT)
    assert set(planner.__all__) == public | {"__version__"}


def test_the_changelog_opens_with_this_version():
    first = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert first is not None and first[1] == planner.__version__


# ---------------------------------------------------------------- commands
def test_every_command_and_every_option_says_what_it_does():
    silent = []
    for words, command, context in every_command():
        silent += [words] if not (command.help or "").strip() else []
        silent += [f"{words} {parameter.name}" for parameter in command.get_params(context)
                   if not (getattr(parameter, "help", "") or "").strip()]
    assert not silent


def test_the_page_of_commands_is_what_help_prints():
    assert (ROOT / "docs" / "commands.md").read_text("utf-8") == page(), "run: make docs"


# ---------------------------------------------------------------- rows
STATUSES = {"verified", "unverified", "inferred", "illustrative"}


CATALOGUE = ROOT / "layers" / "catalogue.csv"
PARAMETERS = sorted((ROOMS / "parameters").glob("*.csv"))
INVENTED = sorted(set((ROOT / "layers").rglob("*.csv")) - {CATALOGUE})


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.mark.parametrize("path", PARAMETERS, ids=short)
def test_every_row_says_where_it_is_from_and_how_sure_it_is(path):
    found = rows(path)
    for number, row in enumerate(found, start=2):
        assert row.get("source", "").strip(), f"row {number} has no source"
        assert row.get("status") in STATUSES, f"row {number} has the status {row.get('status')!r}"
        assert None not in row, f"row {number} has more cells than the heading"


@pytest.mark.parametrize("path", INVENTED, ids=short)
def test_every_row_of_the_demo_has_its_source_or_its_table_has_one(path):
    found = rows(path)
    sources = [column for column in found[0] if column.endswith("source")]
    for number, row in enumerate(found, start=2):
        assert all(row[column].strip() for column in sources), f"row {number} has a figure without a source"
    if not sources:
        assert path.name in (ROOT / "layers" / "README.md").read_text("utf-8")


def test_every_layer_of_the_catalogue_says_its_date_licence_and_coordinate_system():
    layers = rows(CATALOGUE)
    assert layers
    for row in layers:
        for column in ("role", "title", "as_of", "licence", "crs", "source"):
            assert row[column].strip(), f"{row['layer']} has no {column}"
        assert row["illustrative"] in ("true", "false")


def test_every_rule_names_a_check_that_exists():
    from planner.land.checks import CHECKS

    assert {row["check"] for row in rows(ROOMS / "parameters" / "rules.csv")} <= set(CHECKS)


# ---------------------------------------------------------------- words
MARKS = {"N_", "Text", "_"}
# Columns of the planner's own rows that are printed: their English is a message id.
PRINTED = {"rules.csv": ("title",), "quotas.csv": ("title",), "land_classes.csv": ("name",),
           "register_rules.csv": ("title",), "measures.csv": ("title",), "grades.csv": ("title",),
           "case_terms.csv": ("title",), "holidays.csv": ("title",), "public_uses.csv": ("title",),
           "relief_costs.csv": ("title",), **{path.name: ("title",) for path in PARAMETERS
                                              if path.name.startswith("coefficients")}}


def marked() -> dict[str, str]:
    """Message id -> where it stands, for every sentence the code or a row can say."""
    found = {}
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and last_name(node.func) in MARKS and node.args:
                message = node.args[0]
                if isinstance(message, ast.Constant) and isinstance(message.value, str):
                    found[message.value] = f"{path.relative_to(ROOT)}:{node.lineno}"
    for name, columns in PRINTED.items():
        for row in rows(ROOMS / "parameters" / name):
            found |= {row[column]: name for column in columns if row[column]}
    return found


def translations() -> dict[str, dict[str, str]]:
    """Message id -> catalogue -> its Chinese."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for path in sorted((ROOMS / "words" / "zh").glob("*.po")):
        with path.open("rb") as handle:
            for message in read_po(handle, locale="zh", abort_invalid=True):
                if message.id:
                    found[str(message.id)][path.name] = str(message.string or "")
    return found


def sayable(message: str) -> bool:
    """Whether a message has words of its own, not only places to fill and signs."""
    return bool(re.search(r"[A-Za-z]", re.sub(r"\{[^}]*\}", "", message)))


def test_everything_that_is_said_has_its_chinese():
    known = translations()
    missing = {place: message for message, place in marked().items()
               if sayable(message) and not any(known.get(message, {}).values())}
    assert not missing, "\n".join(f"{place}: {message}" for place, message in sorted(missing.items()))


def test_the_catalogues_hold_nothing_that_nobody_says():
    written = {node.value for path in modules() for node in literals(tree(path))}
    unsaid = set(translations()) - set(marked()) - written
    assert not unsaid, f"take them out of words/zh: {sorted(unsaid)}"


def test_no_two_catalogues_disagree():
    assert not {message: said for message, said in translations().items() if len(set(said.values())) > 1}


def test_a_translation_fills_the_same_places_as_its_message():
    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    wrong = {message: chinese for message, said in translations().items() for chinese in said.values()
             if places(message) != places(chinese)}
    assert not wrong


CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words of file formats, met in or written to files of Chinese offices; never shown as labels.
# The ranges of characters that a Chinese font must have are no words either.
FORMAT_WORDS = re.compile(r"^planner/(formats/|sheets/fonts\.py)")
# A language is named in itself, so that anyone finds the way back; the ends of the block of Chinese characters.
NO_LABELS = {"中文", "一", "鿿"}


def test_no_label_is_written_in_chinese_in_the_code():
    offenders = []
    for path in modules():
        place = path.relative_to(ROOT).as_posix()
        if not FORMAT_WORDS.match(place):
            offenders += [f"{place}:{node.lineno} {node.value!r}" for node in literals(tree(path))
                          if CHINESE.search(node.value) and node.value not in NO_LABELS]
    assert not offenders, "\n".join(offenders)


def literals(module: ast.Module) -> Iterator[ast.Constant]:
    """String constants that are not docstrings."""
    docs = {id(node.body[0].value) for node in ast.walk(module)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and node.body and isinstance(node.body[0], ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node


# ---------------------------------------------------------------- what no file may hold
# Written so that this file does not match itself.
REGISTRIES = re.compile("py" r"pi\.org|python" r"hosted|registry\." "npm|deb\\." "debian|npm" r"js\.(org|com)")
MACHINES = re.compile(r"(?<![\w.:/])/(work|farm|root|home/\w+|Users/\w+|tmp/bash_jobs)" r"/")
FETCHED = re.compile(r"https?://[^ \"']*(cdn|unpkg|jsdelivr|cloudflare|googleapis|tile\.openstreetmap)")
SECRETS = re.compile(
    r"(?i)(api[_-]?key|secret|passw(or)?d|token)\s*[=:]\s*[\"'][A-Za-z0-9+/_-]{12,}[\"']|BEGIN [A-Z ]*PRIVATE KEY"
)


def committed() -> list[Path]:
    """Text files under version control, or where there is none all files that would be."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode == 0:
        paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        paths = [p for p in ROOT.rglob("*") if not {".venv", "vendor", "__pycache__"} & set(p.parts)]
    binary = {".png", ".gpkg", ".zip", ".pdf", ".otf", ".jpg"}
    return [path for path in paths if path.is_file() and path.suffix not in binary]


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINES, SECRETS], ids=["registry hosts", "machine paths", "secrets"])
def test_no_committed_file_holds(pattern):
    offenders = []
    for path in committed():
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1):
            if pattern.search(line):
                offenders.append(f"{path.relative_to(ROOT)}:{number}")
    assert not offenders


def test_the_app_names_no_address_that_a_browser_would_fetch():
    places = [path for path in committed() if path.is_relative_to(ROOMS) or path.name == "streamlit_app.py"]
    assert not [str(path) for path in places if FETCHED.search(path.read_text("utf-8", errors="replace"))]


def test_shapes_are_prepared_at_one_place_alone_which_copies_them():
    """``contains_xy`` and ``intersects_xy`` prepare a single shape that they are given (the tiles give an array)."""
    prepares = re.compile(r"shapely\.prepare\(|shapely\.prepared|contains_xy\(|shapely\.intersects_xy\(")
    places = [path for path in modules() if room_of(path) != "demo" and prepares.search(path.read_text("utf-8"))]
    assert [path.relative_to(ROOMS).as_posix() for path in places] == ["land/prepared.py"]


def test_nothing_that_is_brought_in_at_build_time_is_committed():
    assert not [str(path) for path in committed() if "vendor" in path.parts]
