"""The card of one case: what decides it first, then what it takes, what the rules saw, what the book says."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from planner.admission.case import sign_of
from planner.admission.headline import ask_title, headline
from planner.admission.outcome import Case, QuotaAsk
from planner.desk.desk import Desk
from planner.desk.paper import BASES
from planner.figures import area, figure, quota_figure
from planner.land.finding import Finding, State
from planner.parameters import Parameters
from planner.text import N_, Text
from planner.ui import look
from planner.ui.session import _, named, said
from planner.units import ha, mu, rounded, rounded_parts, shown
from planner.verdict import NOTED, Verdict
from planner.webmap.escape import escape
from planner.webmap.style import LOOKS

STATUS_WORDS = {
    "unverified": N_("unverified"),
    "inferred": N_("inferred"),
    "illustrative": N_("illustrative"),
    "verified": N_("verified"),
}


def top(case: Case, parameters: Parameters) -> None:
    """Name, verdict with its deciding number, area with its basis."""
    sentence = said(headline(case, parameters))
    look.html(
        f'<div class="name"><span>{escape(named(case.parcel.name or case.parcel.id))}</span>'
        f'<span class="muted">{escape(_("rules of {on}", on=case.on.isoformat()))}</span></div>',
        look.headline(case.verdict, sentence),
        f'<div class="area">{rounded(mu(case.ellipsoid_m2), 2):,} {escape(_("mu"))} '
        f"<small>{rounded(ha(case.ellipsoid_m2), 4):,} {escape(_('ha'))} · {escape(_('ellipsoidal area, CGCS2000'))}"
        "</small></div>",
    )


def hits(case: Case) -> Finding | None:
    """The findings that are against the parcel, as buttons; the one clicked, whose piece the map then shows."""
    clicked = None
    for number, seen in enumerate(case.findings):
        if seen.state != State.HIT or sign_of(seen) == NOTED and seen.where is None:
            continue
        look_ = LOOKS[sign_of(seen)]
        label = _plain(f"{look_.sign} {_(seen.title)}  {measured(seen.value, seen.unit)}")
        there = seen.where is not None and not seen.where.is_empty
        if st.button(
            label,
            key=f"finding-{number}",
            type="tertiary",
            disabled=not there,
            help=clause(seen),
            icon=":material/my_location:" if there else None,
        ):
            clicked = seen
    return clicked


def measured(value: float | None, unit: str) -> str:
    """What a rule measured, as a planner reads it: areas in mu and hectares, shares in percent."""
    if unit == "share" and value is not None:
        return f"{rounded(100 * value, 2):,} %"
    return said(area(value) if unit == "m2" else figure(value, unit))


def clause(seen: Finding) -> str:
    """The document behind a finding, its status, and the day of the layer it looked at."""
    status = _(STATUS_WORDS.get(seen.status, seen.status))
    data = _("data of {as_of}", as_of=seen.as_of.isoformat()) if seen.as_of else ""
    return _plain(" · ".join(part for part in (named(seen.source), status, data) if part))


def details(case: Case, parameters: Parameters) -> None:
    """What can be opened: classes taken, every rule, every quota, the energy arithmetic, notes."""
    parts = [takes(case), rules(case), quotas(case, parameters)]
    if case.demand is not None:
        parts.append(arithmetic(case))
    notes = [said(text) for text in (*case.takes.why, *case.notes)]
    if notes:
        parts.append(look.fold(_("Notes"), "".join(f'<div class="muted">{escape(note)}</div>' for note in notes)))
    look.html(*parts)


def takes(case: Case) -> str:
    """Area by class in hectares, parts that add up to the whole, and the totals that quotas are counted in."""
    taken = case.takes
    parts = rounded_parts([ha(row.gross_m2) for row in taken.by_class] + [ha(taken.uncovered_m2)], 4)
    rows = [
        (f"{row.code} {_(row.name or row.code)}", "" if row.grade is None else str(row.grade), f"{hectares:,}")
        for row, hectares in zip(taken.by_class, parts, strict=False)
    ]
    if taken.uncovered_m2 > 1.0:
        rows.append((_("not covered by the survey"), "", f"{parts[-1]:,}"))
    sums = [
        (_("New construction land"), taken.new_construction_m2, "m2"),
        (_("Cultivated land, net of ridges"), taken.cultivated_m2, "m2"),
        (_("of which paddy"), taken.paddy_m2, "m2"),
        (_("Grain capacity"), taken.grain_capacity_kg, "kg"),
    ]
    totals = look.table(
        (_("Counts as"), _("Amount")),
        [(label, said(quota_figure(value, unit))) for label, value, unit in sums],
        figures={1},
    )
    vintage = _("survey of {as_of}", as_of=taken.vintage.isoformat()) if taken.vintage else ""
    classes = look.table((_("Class"), _("Grade"), _("Gross, ha")), rows, figures={1, 2})
    return look.fold(f"{_('Takes')}  {vintage}", classes + totals, opened=True)


def rules(case: Case) -> str:
    """Every rule in force with its answer, and those that were not asked."""
    counts = {state: sum(1 for seen in case.findings if seen.state == state) for state in State}
    title = _(
        "{count} rules: {hit} against, {clear} clear, {open} not checkable",
        count=len(case.findings),
        hit=counts[State.HIT],
        clear=counts[State.CLEAR],
        open=counts[State.NOT_CHECKABLE],
    )
    rows = [(LOOKS[sign_of(seen)].sign, _(seen.title), said(seen.message), clause(seen)) for seen in case.findings]
    body = look.table(("", _("Rule"), _("Answer"), _("Source")), rows)
    if case.not_asked:
        more = _("{count} more rules ask about what is not given", count=len(case.not_asked))
        body += f'<div class="muted">{escape(more)}</div>'
    return look.fold(title, body)


def quotas(case: Case, parameters: Parameters) -> str:
    """What the case asks of the book, by quota and year: needed, free, short."""
    asked = [row for row in case.quotas if row.asked is None or row.asked > 0 or row.state != Verdict.FITS]
    rows = [_quota_row(row, parameters) for row in asked]
    short = {i for i, row in enumerate(asked) if row.state == Verdict.EXCEEDS}
    table = look.table(
        (_("Quota"), _("Year"), _("Needed"), _("Free"), _("Short by")), rows, figures={1, 2, 3, 4}, marked=short
    )
    basis = _("energy on the {basis} basis", basis=Text(BASES.get(case.basis, case.basis)))
    return look.fold(f"{_('Quotas of {park}', park=case.park)}  · {basis}", table, opened=bool(short))


def _quota_row(row: QuotaAsk, parameters: Parameters) -> Sequence[str]:
    sign = LOOKS[row.state].sign
    figures = [said(quota_figure(value, row.unit)) if value is not None else "-" for value in (row.asked, row.free)]
    short = said(quota_figure(row.short_by, row.unit)) if row.short_by else ("" if row.why is None else said(row.why))
    return (f"{sign} {said(ask_title(row, parameters))}", str(row.year), *figures, short)


def arithmetic(case: Case) -> str:
    """How the project's energy came about, line by line with the source of each coefficient."""
    assert case.demand is not None  # noqa: S101  (the caller asked)
    rows = [
        (
            said(step.what),
            said(figure(step.value, step.unit)),
            "" if step.coefficient is None else f"{step.coefficient:g}",
            " · ".join(part for part in (named(step.source), _(STATUS_WORDS.get(step.status, step.status))) if part),
        )
        for step in case.demand.steps
    ]
    table = look.table((_("Step"), _("Amount"), _("Coefficient"), _("Source")), rows, figures={1, 2})
    total = said(figure(case.demand.counted_tce, "tce"))
    return look.fold(
        _("Energy of {project}: {total} a year counted", project=named(case.demand.project), total=total), table
    )


def overview(rows: Sequence[tuple[str, str, str, float, bool]], year: int, park: str) -> None:
    """What is left of the quotas this year, before any parcel is chosen: (quota, free, granted, used share, over)."""
    body = "".join(
        f'<tr{" class=x" if over else ""}><td>{escape(quota)}<div class="gauge"><i class="{"over" if over else ""}" '
        f'style="width:{min(max(share, 0.0), 1.0) * 100:.0f}%"></i></div></td>'
        f'<td class="n">{escape(left)}</td><td class="n">{escape(granted)}</td></tr>'
        for quota, left, granted, share, over in rows
    )
    headings = "".join(
        f"<th{' class=n' if i else ''}>{escape(text)}</th>"
        for i, text in enumerate((_("Quota"), _("Free"), _("Granted")))
    )
    title = _("What is left of {park} in {year}", park=park, year=year)
    hint = _("Draw a parcel with the tools on the left edge of the map, or click one.")
    look.html(
        f'<div class="name"><span>{escape(title)}</span></div>',
        f"<table><thead><tr>{headings}</tr></thead><tbody>{body}</tbody></table>",
        f'<p class="muted">{escape(hint)}</p>',
    )


def left_over(at: Desk, year: int) -> None:
    """What the park has left this year."""
    parks = at.park_codes()
    if not parks:
        st.info(_("The book has no account yet."))
        return
    rows, parameters = [], at.parameters
    for row in at.balances(parks[0], year):
        quota = parameters.quota(row.quota)
        if quota is not None:
            free, granted = shown(row.free, quota.unit), shown(row.granted, quota.unit)
            used = 1.0 - free / granted if granted else 1.0
            rows.append(
                (
                    said(Text(quota.title)),
                    said(quota_figure(free, quota.unit)),
                    said(quota_figure(granted, quota.unit)),
                    used,
                    row.overrun,
                )
            )
    overview(rows, year, parks[0])


def _plain(text: str) -> str:
    """Text for a widget that reads Markdown: its signs lose their meaning."""
    for sign in "\\`*_{}[]<>#$~:|":
        text = text.replace(sign, f"\\{sign}")
    return text
