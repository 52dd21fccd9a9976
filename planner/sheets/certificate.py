"""The statement why a project does not fit, as a Word document: in Chinese, in English, or both one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from planner.admission.certificate import Lack, WhyNot
from planner.figures import figure
from planner.sheets.letter import NO_TITLES, Letter, letter
from planner.sheets.sheet import TitleBlock
from planner.text import N_, Text

BASES = {"calorific": N_("calorific value"), "equal": N_("equal value"), "unknown": N_("unknown")}


def certificate_docx(
    stated: WhyNot, *, run_hash: str, printed_at: datetime, langs: Sequence[str], block: TitleBlock | None = None,
    template: Path | None = None, titles: Mapping[str, str] = NO_TITLES,
) -> bytes:
    """The document; ``run_hash`` seals what was judged, ``langs`` are zh, en or both, ``template`` is the office's own
    letter, ``titles`` what layers are called (role -> message id). Raises TemplateWrong."""
    signed = block or TitleBlock()

    def write(page: Letter) -> None:
        _Writer(page.paper, page.lang, page.titles).write(stated, run_hash, printed_at)
        page.signatures(signed)

    return letter(langs, write, run_hash=run_hash, printed_at=printed_at, template=template, logo=signed.logo,
                  titles=titles)


class _Writer(Letter):
    """Writes the statement in one language."""

    def write(self, stated: WhyNot, run_hash: str, printed_at: datetime) -> None:
        self.paper.add_heading(self.say(Text(N_("Why '{project}' is not admitted"), project=stated.name)), 1)
        self.facts(stated, run_hash, printed_at)
        self.paper.add_heading(self.say(Text(N_("Which clauses and quotas are not met"))), 2)
        self.table((N_("Quota or rule"), N_("Year"), N_("Needed"), N_("Free"), N_("Short by"), N_("Basis in law")),
                   [self.lack(row) for row in stated.lacks])
        if stated.used_by:
            self.paper.add_heading(self.say(Text(N_("Who uses the quota that binds"))), 2)
            self.table((N_("Who"), N_("Amount")),
                       [(draw.name or draw.id, figure(draw.amount, stated.used_unit)) for draw in stated.used_by])
        self.ways(stated)
        for note in stated.notes:
            self.paper.add_paragraph(self.say(note))

    def facts(self, stated: WhyNot, run_hash: str, printed_at: datetime) -> None:
        basis = Text(BASES.get(stated.basis, stated.basis))
        self.table((), [
            (Text(N_("Project")), f"{self.say(stated.name)} ({stated.project})"),
            (Text(N_("Scenario")), stated.scenario), (Text(N_("Day of application")), stated.on.isoformat()),
            *([(Text(N_("Park")), stated.park)] if stated.park else []),
            (Text(N_("Basis")), basis), (Text(N_("Parameters")), stated.parameters),
            (Text(N_("Run hash")), run_hash), (Text(N_("printed")), f"{printed_at:%Y-%m-%d %H:%M}"),
        ])

    def lack(self, row: Lack) -> tuple[Text | str, ...]:
        known = [figure(value, row.unit) if value is not None else "" for value in (row.asked, row.free, row.short_by)]
        needed = row.why if row.why is not None and not known[0] else known[0]
        return row.title, str(row.year or ""), needed, known[1], known[2], row.clause

    def ways(self, stated: WhyNot) -> None:
        """What would do, or what stands in its way."""
        if stated.ways:
            self.paper.add_heading(self.say(Text(N_("What would do (each was judged again and fits)"))), 2)
            for way in stated.ways:
                cost = Text(N_("no unit cost is known")) if way.cost_wan_yuan is None else Text(
                    N_("about {cost:,.2f} x 10,000 yuan"), cost=way.cost_wan_yuan)
                self.paper.add_paragraph(f"{self.say(way.sentence)} — {self.say(cost)}", style="List Bullet")
        elif stated.conflict:
            self.paper.add_heading(self.say(Text(N_("No lever helps; these cannot be met together"))), 2)
            for clash in stated.conflict:
                self.paper.add_paragraph(self.say(clash), style="List Bullet")
