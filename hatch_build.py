"""Put what lies beside planner/ in a checkout into the wheel: the layers, the app's start page, its settings.

An editable install keeps using the checkout, so that an edited row is the row in use.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PLACES = {
    "layers": "planner/_layers",
    "streamlit_app.py": "planner/_app/streamlit_app.py",
    ".streamlit/config.toml": "planner/_app/.streamlit/config.toml",
}


class BesideThePackage(BuildHookInterface[Any]):
    """The build hook that hatchling finds by the name of this file."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            # The browser scripts already lie in the checkout; a second copy in site-packages would only go stale.
            build_data["force_include"].clear()
        else:
            build_data["force_include"] |= PLACES
