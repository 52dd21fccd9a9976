"""How land, layers and verdicts look on a map: one place for the screen and the exported page.

Class colours come with the parameters (land_classes rows); a status is never its colour alone: it has a sign and a
hatch too, chosen to stay apart for colour-blind readers and on a black-and-white print.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from planner.text import N_, Translate
from planner.verdict import NOTED, Sign, Verdict

ACCENT = "#1f4e79"
UNKNOWN_CLASS = "#d9d9d9"


@dataclass(frozen=True)
class Look:
    """A verdict, or what is only noted, as it is drawn: colour, sign, word, and the strokes of its hatch (SVG, in a
    tile of ``tile`` px)."""

    colour: str
    sign: str
    word: str
    tile: int
    strokes: str
    weight: float


LOOKS: Mapping[Sign, Look] = MappingProxyType(
    {
        Verdict.FITS: Look(
            "#1b7f79", "●", N_("fits"), 8, '<rect width="8" height="8" fill-opacity=".35" stroke="none"/>', 1.5
        ),
        NOTED: Look(
            "#5b4b9a", "i", N_("noted"), 6, '<path d="M3 0V6" stroke-width="1.2" fill="none"/>', 1.5
        ),
        Verdict.WARN: Look(
            "#c98a00",
            "▲",
            N_("warning"),
            8,
            '<circle cx="2" cy="2" r="1.5" stroke="none"/><circle cx="6" cy="6" r="1.5" stroke="none"/>',
            2,
        ),
        Verdict.UNKNOWN: Look(
            "#6b7280", "?", N_("not checkable"), 9, '<path d="M0 0L9 9M9 0L0 9" stroke-width=".8" fill="none"/>', 1.5
        ),
        Verdict.EXCEEDS: Look(
            "#c8442b",
            "✕",
            N_("exceeds quota"),
            9,
            '<path d="M-2 2L2 -2M0 9L9 0M7 11L11 7" stroke-width="1.6" fill="none"/>',
            2,
        ),
        Verdict.BLOCKED: Look(
            "#7f1d1d", "⊘", N_("blocked"), 6, '<path d="M-2 2L2 -2M0 6L6 0M4 8L8 4" stroke-width="2" fill="none"/>', 3.5
        ),
    }
)


def pattern_id(sign: Sign) -> str:
    """The name of a sign's hatch in the page."""
    return f"planner-{sign}"


def patterns_svg() -> str:
    """The hatches of all verdicts, to be put once into a page."""
    made = "".join(
        f'<pattern id="{pattern_id(verdict)}" width="{look.tile}" height="{look.tile}" patternUnits="userSpaceOnUse" '
        f'fill="{look.colour}" stroke="{look.colour}">{look.strokes}</pattern>'
        for verdict, look in LOOKS.items()
    )
    return f'<svg width="0" height="0" aria-hidden="true"><defs>{made}</defs></svg>'


def signs_html(translate: Translate) -> str:
    """The legend of the verdicts: hatch, sign and word; translations are constants of ours, no data enters here."""
    return "".join(
        f'<div><svg width="18" height="12"><rect x="1" y="1" width="16" height="10" fill="url(#{pattern_id(verdict)})" '
        f'stroke="{look.colour}" stroke-width="{min(look.weight, 2)}"/></svg>{look.sign} {translate(look.word)}</div>'
        for verdict, look in LOOKS.items()
    )


def sign_path(sign: Sign) -> dict[str, Any]:
    """Leaflet's path options for a piece of land under a sign."""
    look = LOOKS[sign]
    hatch = f"url(#{pattern_id(sign)})"
    return {"color": look.colour, "weight": look.weight, "fillColor": hatch, "fillOpacity": 1.0}


@dataclass(frozen=True)
class RoleLook:
    """A layer as it is drawn when its features have no classes: Leaflet path options, and where it stands.

    ``rank`` orders layers from the ground up; ``on`` is whether it is shown at first; ``labels`` writes names on it.
    """

    rank: int
    on: bool
    path: Mapping[str, Any] = field(default_factory=dict)
    pane: str = "ground"
    by_class: bool = False
    labels: bool = False


def _line(colour: str, weight: float, fill: str | None = None, opacity: float = 0.0, **more: Any) -> dict[str, Any]:
    filled = {"fillColor": fill or colour, "fillOpacity": opacity, "fill": fill is not None}
    return {"color": colour, "weight": weight, **filled, **more}


ROLES: Mapping[str, RoleLook] = MappingProxyType(
    {
        "land_survey": RoleLook(0, False, _line("#8a8f98", 0.4, UNKNOWN_CLASS, 0.85), by_class=True),
        "zoning": RoleLook(1, False, _line("#8a8f98", 0.6, UNKNOWN_CLASS, 0.7), by_class=True),
        "context": RoleLook(2, True, _line("#7aa7c7", 1.0, "#cfe3ef", 0.9)),
        "basic_farmland": RoleLook(3, True, _line("#a87f00", 0.8, "#f3d777", 0.65)),
        "ecological_redline": RoleLook(4, True, _line("#b3261e", 1.6, "#a8cf8e", 0.5)),
        "parcels": RoleLook(5, True, _line("#4b5563", 1.0, "#ffffff", 0.35), pane="features"),
        "substations": RoleLook(6, True, _line("#5b21b6", 1.5, "#c4b5fd", 0.9)),
        "carbon_boundary": RoleLook(7, False, _line("#0f766e", 2.0, dashArray="3 4")),
        "urban_boundary": RoleLook(8, True, _line("#9d3c8a", 2.0, dashArray="8 4")),
        "parks": RoleLook(9, True, _line(ACCENT, 2.4, dashArray="2 5"), labels=True),
    }
)
OTHER_ROLE = RoleLook(2, True, _line("#7a7a7a", 1.0, "#dddddd", 0.5))

# What stands on a registered parcel decides its fill.
PARCEL_STATUS: Mapping[str, dict[str, Any]] = MappingProxyType(
    {
        "reserved": _line("#1b7f79", 1.4, "#9fd3cf", 0.6),
        "committed": _line("#374151", 1.2, "#b9c0ca", 0.7),
    }
)
PARCEL_WORDS: Mapping[str, str] = MappingProxyType({"reserved": N_("reserved"), "committed": N_("committed")})
DRAFT = {"color": ACCENT, "weight": 2.5, "fillColor": ACCENT, "fillOpacity": 0.08}


def role_look(role: str) -> RoleLook:
    """How a role's layer is drawn; one unknown here is drawn plainly."""
    return ROLES.get(role, OTHER_ROLE)
