"""From a case to a Sheet: every printed figure is made here, once, so that pens only draw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import shapely
from shapely.geometry.base import BaseGeometry

from planner.admission.case import sign_of
from planner.admission.deciding import deciding
from planner.admission.facts import State as FactState
from planner.admission.facts import Told
from planner.admission.headline import ask_title, headline
from planner.admission.outcome import Case
from planner.desk import documents_check
from planner.desk.case_paper import beside, decision_lines
from planner.desk.facts import measure_titles
from planner.desk.held import BOOKED
from planner.figures import area, figure, quota_difference, quota_figure
from planner.land.finding import Finding, State
from planner.land.map_sheets import division_of, sheet_numbers
from planner.land.parcel import Layer
from planner.parameters import Parameters
from planner.sheets.paper import paper_named
from planner.sheets.plane import scale_of, surroundings
from planner.sheets.sheet import MapLayer, Piece, Row, Sheet
from planner.text import N_, Text, Translate, english, joined
from planner.units import ha, rounded, rounded_parts

ROLE_TITLES = {
    "parks": N_("Parks"),
    "parcels": N_("Parcels"),
    "land_survey": N_("Land survey"),
    "basic_farmland": N_("Permanent basic farmland"),
    "ecological_redline": N_("Ecological red line"),
    "urban_boundary": N_("Urban development boundary"),
    "zoning": N_("Zoning"),
    "substations": N_("Substations"),
    "carbon_boundary": N_("Zero-carbon boundary"),
    "context": N_("Context"),
}
LAYER_TITLES = {**ROLE_TITLES, BOOKED: N_("Land that cases hold")}
QUOTA_COLUMNS = (Text(N_("Needed")), Text(N_("Free")), Text(N_("Left")))


def run_hash(case: Case) -> str:
    """A short seal of all that the sheet states: the same case prints the same hash."""
    said = documents_check.check(case, english)
    if case.decided is not None:
        said["decision"] = [str(line) for line in decision_lines(case)]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256((text + shapely.to_wkb(case.parcel.shape, hex=True)).encode()).hexdigest()[:16]


def sheet_of(
    case: Case,
    layers: Sequence[Layer],
    parameters: Parameters,
    *,
    printed_at: datetime,
    plane_crs: str,
    lang: str,
    translate: Translate,
    paper: str = "A3",
    scale: int | None = None,
    centre: tuple[float, float] | None = None,
    stated: Sequence[Text] = (),
) -> Sheet:
    """The sheet of one case: map layers around it, what it takes, findings, quotas, sources, seal.

    The layers reach as far as the frame of that paper at that scale around that centre; ``stated`` are the figures
    whose sources disagree.
    """
    cautions = (*decision_lines(case), *deciding(case, parameters), *stated)
    around = surroundings(case.parcel.shape, plane_crs, paper_named(paper).frame_mm, scale, centre).bounds
    drawn = tuple(map_layer(layer, around) for layer in layers)
    illustrative = any(layer.illustrative for layer in layers)
    return Sheet(
        title=Text(N_("Land and quota check of parcel {name}"), name=case.parcel.name or case.parcel.id),
        parcel_id=case.parcel.id,
        parcel=case.parcel.shape,
        verdict=case.verdict,
        headline=headline(case, parameters),
        takes=takes_rows(case),
        findings=[finding_row(f, beside(case, f)) for f in case.findings],
        quotas=quota_rows(case, parameters),
        quota_columns=QUOTA_COLUMNS,
        layers=drawn,
        pieces=[Piece(f.where, sign_of(f), Text(f.title)) for f in case.findings if _draws(f)],
        sources=source_lines(layers),
        notes=[*cautions, *note_lines(case)],
        cautions=cautions,
        index=index_layers(layers),
        plane_crs=plane_crs,
        printed_at=printed_at,
        run_hash=run_hash(case),
        illustrative=illustrative,
        translate=translate,
        lang=lang,
        classes=parameters.of_day(case.on).classes,
        role_titles=LAYER_TITLES,
        centre=centre,
        on_sheets=on_sheets(
            case.parcel.shape, scale_of(case.parcel.shape, plane_crs, paper_named(paper).frame_mm, scale, centre),
            parameters.of_day(case.on),
        ),
    )


def workspace_sheet(
    layers: Sequence[Layer],
    parameters: Parameters,
    *,
    printed_at: datetime,
    plane_crs: str,
    lang: str,
    translate: Translate,
    head: str,
    stated: Sequence[Text] = (),
) -> Sheet:
    """All layers and no case; its seal is the head of the book."""
    return Sheet(
        title=Text(N_("Layers of the workspace")),
        parcel_id="",
        parcel=None,
        verdict=None,
        headline=Text(N_("{count} layers"), count=len(layers)),
        takes=(),
        findings=(),
        quotas=(),
        layers=tuple(map(whole_layer, layers)),
        pieces=(),
        sources=source_lines(layers),
        notes=stated,
        cautions=stated,
        index=index_layers(layers),
        plane_crs=plane_crs,
        printed_at=printed_at,
        run_hash=head[:16],
        illustrative=any(layer.illustrative for layer in layers),
        translate=translate,
        lang=lang,
        classes=parameters.of_day(printed_at.date()).classes,
        role_titles=LAYER_TITLES,
    )


def _draws(finding: Finding) -> bool:
    return finding.state == State.HIT and finding.where is not None and not finding.where.is_empty


def whole_layer(layer: Layer) -> MapLayer:
    """All features of a layer."""
    title = Text(ROLE_TITLES.get(layer.role, layer.role))
    return MapLayer(layer.role, title, layer.frame, layer.as_of, layer.illustrative)


def index_layers(layers: Sequence[Layer]) -> tuple[MapLayer, ...]:
    """What an index map shows: all parks, wherever they lie."""
    return tuple(whole_layer(layer) for layer in layers if layer.role == "parks" and layer.size)


def map_layer(layer: Layer, box: Sequence[float]) -> MapLayer:
    """The features of a layer that meet a box; whole features, a pen clips them at its frame."""
    west, south, east, north = box
    return replace(whole_layer(layer), frame=layer.around((west, south, east, north)))


MOST_SHEETS = 4  # whose numbers are written out


def on_sheets(shape: BaseGeometry, scale: int, parameters: Parameters) -> Text | None:
    """The national map sheets on which land drawn at 1:``scale`` lies, with their scale; None where there are none."""
    division = division_of(scale, parameters.map_divisions)
    found = sheet_numbers(shape, division) if division is not None else []
    if division is None or not found:
        return None
    if len(found) <= MOST_SHEETS:
        return Text("1:{scale}  {numbers}", scale=division.scale, numbers=", ".join(found))
    return Text(N_("1:{scale}  {first} to {last} ({count} sheets)"), scale=division.scale, first=found[0],
                last=found[-1], count=len(found))


def takes_rows(case: Case) -> list[Row]:
    """The parcel's area, then its classes in hectares whose printed parts add up to the printed whole."""
    taken = case.takes
    parts = [row.gross_m2 for row in taken.by_class]
    if taken.uncovered_m2 > 1.0:
        parts.append(taken.uncovered_m2)
    # What is not printed for being less than a square metre is still part of the whole.
    whole = rounded(ha(sum(row.gross_m2 for row in taken.by_class) + taken.uncovered_m2), 4)
    printed = rounded_parts([ha(part) for part in parts], 4, whole if parts else None)
    rows = [Row(Text(N_("Parcel area")), area(case.ellipsoid_m2))]
    for row, hectares in zip(taken.by_class, printed, strict=False):
        label = Text("{code} {name}", code=row.code, name=Text(row.name or row.code))
        grade = Text(N_("grade {grade}"), grade=row.grade) if row.grade is not None else None
        rows.append(Row(label, Text(N_("{value:,} ha"), value=hectares), grade))
    if taken.uncovered_m2 > 1.0:
        rows.append(Row(Text(N_("not covered by the survey")), Text(N_("{value:,} ha"), value=printed[-1])))
    totals = [
        (N_("New construction land"), figure(_ha(taken.new_construction_m2), "ha")),
        (N_("Cultivated land, net of ridges"), figure(_ha(taken.cultivated_m2), "ha")),
        (N_("of which paddy"), figure(_ha(taken.paddy_m2), "ha")),
        (N_("Grain capacity"), figure(taken.grain_capacity_kg, "kg")),
    ]
    # The totals decide: they stand before the classes, where no short page cuts them off.
    return [rows[0], *(Row(Text(label), said) for label, said in totals), *rows[1:]]


def _ha(area_m2: float | None) -> float | None:
    return None if area_m2 is None else ha(area_m2)


def finding_row(seen: Finding, decided: Text | None = None) -> Row:
    """One finding: its sentence, its clause and the day of the layer it looked at, with what people ``decided`` of
    it."""
    basis = Text(
        N_("{source}; data of {as_of}"),
        source=seen.source,
        as_of=seen.as_of.isoformat() if seen.as_of else Text(N_("unknown date")),
    )
    note = Text("{basis}; {decided}", basis=basis, decided=decided) if decided is not None else basis
    return Row(seen.message, "", note, sign_of(seen))


def quota_rows(case: Case, parameters: Parameters) -> list[Row]:
    """Each quota and year the case asks of: needed, free before, left after, in the unit of its line."""
    rows = []
    for ask in case.quotas:
        label = Text("{quota} {year}", quota=ask_title(ask, parameters), year=ask.year)
        left = quota_difference(ask.free, ask.asked, ask.unit)
        figures = (quota_figure(ask.asked, ask.unit), quota_figure(ask.free, ask.unit), left)
        rows.append(Row(label, "", ask.why, ask.state, figures))
    return rows


def source_lines(layers: Iterable[Layer]) -> list[Text]:
    """Where the ground comes from, layer by layer."""
    return [
        Text(
            N_("{title}: {source}, data of {as_of}"),
            title=Text(ROLE_TITLES.get(layer.role, layer.role)),
            source=layer.source or Text(N_("source not stated")),
            as_of=layer.as_of.isoformat() if layer.as_of else Text(N_("unknown date")),
        )
        for layer in layers
    ]


def note_lines(case: Case) -> list[Text]:
    """Basis of the figures, the unverified rows among the rules, and what the case itself notes."""
    lines = [
        Text(
            N_(
                "Areas are ellipsoidal (CGCS2000), edges straight in longitude and latitude; rules of {on}; "
                "parameters {version}."
            ),
            on=case.on.isoformat(),
            version=case.parameters,
        ),
        Text(N_("Energy on the {basis} basis."), basis=Text(BASES.get(case.basis, case.basis))),
    ]
    if case.takes.by_class:
        lines.append(ROUNDED)
    doubtful = [Text(f.title) for f in case.findings if f.status != "verified"]
    if doubtful:
        lines.append(Text(N_("Rules resting on parameters not yet verified: {rules}."), rules=joined(doubtful)))
    return [*lines, *case.notes]


ROUNDED = Text(N_("Parts are rounded so that they add up to the printed total (largest remainder)."))
BASES = {"calorific": N_("calorific"), "equal": N_("equal-value"), "unknown": N_("unknown")}


def conflicts(told: Iterable[Told], parameters: Parameters) -> list[Text]:
    """The stated figures whose sources disagree, with all that is stated."""
    titles = measure_titles(parameters)
    return [
        Text(
            N_("{figure} {period}: {stated}"),
            figure=Text(titles.get(row.thing.measure, row.thing.measure)),
            period=row.thing.period,
            stated=row.text,
        )
        for row in told
        if row.state is FactState.CONFLICT
    ]
