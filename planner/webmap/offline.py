"""A folium map that needs no network: in the app by relative address, as one file by carrying everything inside.

In the app Streamlit serves the files from its own component route; in a file they are written into the page,
which a content policy then forbids to call anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import folium
from branca.element import Element
from folium.elements import JSCSSMixin

from planner.webmap import assets
from planner.webmap.escape import escape, script_json

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline' data:; "
    "img-src data: blob:; font-src data:"
)
_ICONS = {"iconUrl": "marker-icon.png", "iconRetinaUrl": "marker-icon-2x.png", "shadowUrl": "marker-shadow.png"}
_LINKS = re.compile(r'<script src="local:([^"]+)"></script>|<link rel="stylesheet" href="local:([^"]+)"\s*/>')


def walk(element: Element) -> Iterator[Element]:
    """The element and all below it."""
    yield element
    for child in element._children.values():
        yield from walk(child)


def localise(root: folium.Map, address: Callable[[str], str]) -> folium.Map:
    """Point every script and style of a map at a local copy, whose place in this package ``address`` turns into a URL.

    Set on each element, never on its class, which other maps share. Raises LookupError for a resource
    without a local copy.
    """
    for element in walk(root):
        if isinstance(element, JSCSSMixin):
            for kind in ("default_js", "default_css"):
                pairs = [(name, assets.local(name)) for name, _ in getattr(type(element), kind)]
                setattr(element, kind, [(name, address(path)) for name, path in pairs if path])
    return root


def to_html(root: folium.Map, *, title: str = "", lang: str = "zh") -> str:
    """The map as one page that opens from a folder, a stick or a mail, and can call nobody.

    Raises LookupError for a resource without a local copy, or if an outside address is left in the page.
    """
    page = str(localise(root, lambda path: f"local:{path}").get_root().render())
    page = _LINKS.sub(_inlined, page)
    head = f'<head><meta http-equiv="Content-Security-Policy" content="{POLICY}"><title>{escape(title)}</title>'
    page = page.replace("<head>", head, 1).replace("</head>", f"<script>{_icons()}</script></head>", 1)
    page = page.replace("<html>", f'<html lang="{escape(lang)}">', 1)
    left = [url for url in re.findall(r'(?:src|href)="((?:https?:)?//[^"]+)', _without_scripts(page))]
    if left:
        raise LookupError(f"the page still asks the network for {left[0]}")
    return page


def _inlined(match: re.Match[str]) -> str:
    script, style = match.groups()
    if script:
        return f"<script>{assets.script_text(script)}</script>"
    return f"<style>{assets.style_text(style)}</style>"


def _icons() -> str:
    """Leaflet looks for its marker pictures beside its own address, which a file does not have."""
    folder = assets.VENDOR / "leaflet" / "dist" / "images"
    icons = {option: assets.data_uri(folder / name) for option, name in _ICONS.items()}
    return f"delete L.Icon.Default.prototype._getIconUrl; L.Icon.Default.mergeOptions({script_json(icons)});"


def _without_scripts(page: str) -> str:
    return re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
