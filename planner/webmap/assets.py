"""Browser files that travel with the package, so that no map ever asks the network for one.

``vendor/`` is filled from pinned npm packages when the package is built; ``scripts/`` is the planner's own.
folium names its resources; a name that is not in ``LOCAL`` has no copy here and is refused.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

HERE = Path(__file__).parent
VENDOR = HERE / "vendor"

# folium's resource name -> file under this folder; None: not needed by anything that is drawn, left out.
LOCAL: Mapping[str, str | None] = MappingProxyType(
    {
        "leaflet": "vendor/leaflet/dist/leaflet.js",
        "leaflet_css": "vendor/leaflet/dist/leaflet.css",
        "leaflet_geoman_js": "vendor/geoman/dist/leaflet-geoman.min.js",
        "leaflet_geoman_css": "vendor/geoman/dist/leaflet-geoman.css",
        "jquery": "vendor/jquery/dist/jquery.min.js",
        "planner_js": "scripts/planner.js",
        "planner_draw_js": "scripts/planner-draw.js",
        "planner_page_js": "scripts/planner-page.js",
        "planner_css": "scripts/planner.css",
        "bootstrap": None,
        "bootstrap_css": None,
        "glyphicons_css": None,
        "awesome_markers": None,
        "awesome_markers_css": None,
        "awesome_markers_font_css": None,
        "awesome_rotate_css": None,
    }
)


def local(name: str) -> str | None:
    """Where the resource that folium calls ``name`` lies under this folder; None if it is left out on purpose.

    Raises LookupError for a name without a decision, so that a new plugin cannot bring back a foreign address.
    """
    if name not in LOCAL:
        raise LookupError(f"the map resource '{name}' has no local copy: add it to the vendored files, or drop it")
    return LOCAL[name]


def missing() -> list[str]:
    """Files that should be here and are not (the package was not built); empty when all is well."""
    return sorted(path for path in LOCAL.values() if path and not (HERE / path).is_file())


@cache
def version(path: str) -> str:
    """A short digest of a file, to be put behind its address so that a browser never keeps an old one."""
    return hashlib.sha256((HERE / path).read_bytes()).hexdigest()[:10]


def script_text(path: str) -> str:
    """A script as it may stand between script tags."""
    return (HERE / path).read_text(encoding="utf-8").replace("</script", "<\\/script")


def style_text(path: str) -> str:
    """A style sheet with its pictures inside it."""
    folder = (HERE / path).parent

    def inlined(match: re.Match[str]) -> str:
        target = match.group(1).strip("'\"")
        return (
            match.group(0) if target.startswith(("data:", "#")) else f"url({data_uri(folder / target.split('#')[0])})"
        )

    return re.sub(r"url\(([^)]+)\)", inlined, (HERE / path).read_text(encoding="utf-8"))


def data_uri(path: Path) -> str:
    """A file as a data: address."""
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
