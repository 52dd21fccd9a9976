"""What a session remembers of its printing: kept here, since a widget forgets when another page is opened."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.desk.page import LonLat, Page, title_block
from planner.sheets.office import Templates


@dataclass
class PrintState:
    """``what`` and ``id`` name the subject; ``project`` (id) stands on a parcel; ``centre`` is where the frame was
    dragged to, by subject, ``held`` the scale it then had where none was chosen, ``seen`` the scale last shown;
    ``fields`` are those of the title block; ``files`` the office's own, by file name; ``turn`` counts the frames that
    the map was asked to fly to, ``framed`` is what it last flew to, ``heard`` its last message; ``pages`` how many
    the map sheet has."""

    what: str = "parcel"
    id: str | None = None
    project: str | None = None
    ticked: dict[str, bool] = field(default_factory=dict)
    lang: str = ""
    paper: str = "A3"
    scale: int | None = None
    centre: dict[str, LonLat] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    turn: int = 0
    heard: int = 0
    framed: tuple[object, ...] = ()
    seen: int | None = None
    pages: int = 1

    @property
    def subject(self) -> str:
        """The name of what is printed, by which its frame is remembered."""
        return f"{self.what}/{self.id}"

    def page(self, templates: Templates | None = None, logo: bytes | None = None) -> Page:
        """The choices as the desk takes them."""
        given = {name: words.strip() for name, words in self.fields.items()}
        scale = self.scale or self.held.get(self.subject)
        return Page(self.lang or "zh", self.paper, scale, self.centre.get(self.subject), title_block(given, logo),
                    templates or Templates())
