"""The verbs of a case at the desk: submit, review, recommend, challenge, override, decide, conditions, withdraw, close.

Each is one act in one turn of the store: the move of the case, what it books or gives back, and the row of the trail,
all of it or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from planner.admission.case import verdict_of
from planner.admission.decision import STEPS, CaseState, Outcome
from planner.admission.outcome import Case
from planner.desk import case_documents, casework, replay
from planner.desk.authority import ANYWHERE, hold, needs
from planner.desk.booking import Document, once
from planner.desk.casework import Opened
from planner.desk.kept_check import kept_check
from planner.desk.look import Seen
from planner.desk.lots import ready
from planner.energy.project import Project, fields_of
from planner.errors import InputError, UsageError
from planner.land.parcel import Parcel
from planner.people import Person, Role
from planner.quota.entries import Kind
from planner.quota.movements import Warrant
from planner.store.base import CaseRecord, Store, Turn
from planner.text import N_, Text, Translate, english
from planner.verdict import Verdict

if TYPE_CHECKING:
    from planner.desk.desk import Desk

DECIDABLE = (Verdict.FITS, Verdict.WARN, Verdict.BLOCKED)  # what a person may say of a finding
LONGEST = 2000  # of a text that a person writes


class FindingMissing(InputError):
    code = "E_FINDING"
    sentence = N_("Case '{case}' has no finding '{wanted}'. It has: {known}. Name one as RULE or RULE:LAYER.")


class ConditionWrong(InputError):
    code = "E_CONDITION_MISSING"
    sentence = N_("Case '{case}' has no open condition '{wanted}'. Open are: {known}.")


class CaseThere(InputError):
    code = "E_CASE_EXISTS"
    sentence = N_("'{case}' is booked already without a case. Release it first, or give the project an id of its own.")


def ref_of(parcel: Parcel, project: Project | None) -> str:
    """The id of a case: the project's where it states one, else the parcel's."""
    return project.id if project is not None and "id" in project.model_fields_set else parcel.id


class CaseVerbs:
    """The part of the desk that decides. Remembers nothing but what the desk gives it."""

    store: Store
    who: Person
    today: Callable[[], date]

    @needs(Role.VIEWER, ANYWHERE)
    def case_list(self, say: Translate = english) -> list[Document]:
        """Every case of the parks that the person may see, the longest overdue first."""
        desk = cast("Desk", self)
        found = [one for one in casework.all_opened(self.store) if not one.park or desk._sees(one.park)]
        rows = case_documents.listed(desk, found, say)
        return sorted(rows, key=lambda row: (not row["overdue"], row["state"] in ("closed", "withdrawn"), row["case"]))

    @needs(Role.VIEWER, ANYWHERE)
    def case(self, id: str) -> Opened:
        """A case with its acts. Raises CaseMissing, Forbidden."""
        found = casework.opened(self.store, id)
        hold(self.who, Role.VIEWER, found.park)
        return found

    @needs(Role.VIEWER, ANYWHERE)
    def case_seen(self, id: str) -> Case:
        """What is known about a case today, its own reservation left out, and what people decided of it. Writes
        nothing."""
        with self.store.moment():
            opened = self.case(id)
            return replace(casework.judged(cast("Desk", self), opened), decided=opened.dossier)

    @needs(Role.VIEWER, ANYWHERE)
    def replay(self, id: str, version: int | None = None) -> replay.Replay:
        """A decision recomputed as of its day, and today: the last one, or that which made a version of the case.
        Writes nothing. Raises NotDecided."""
        return replay.replayed(cast("Desk", self), self.case(id), version)

    @needs(Role.PLANNER, ANYWHERE)
    def start_case(
        self, parcel: Parcel, *, year: int, actor: str, key: str, project: Project | None = None,
        park: str | None = None, draft: bool = False, keep: bool = False, note: str = "",
    ) -> Document:
        """Begin a case with a parcel and a project, as a draft or submitted; with ``keep`` the drawing joins the
        parcels. A draft, or a case that was withdrawn or closed, goes on under its id.

        Raises MoveRefused, CaseThere, ParkUnknown, KeyReused.
        """
        desk, verb = cast("Desk", self), "draft" if draft else "submit"
        stated = fields_of(project) if project else None
        request = {"verb": f"case {verb}", "parcel": parcel.id, "shape": parcel.shape.wkb_hex, "year": year,
                   "project": stated, "park": park, "note": note}
        seen = Seen()

        def looked() -> Case:
            return desk.look(parcel, project=project, park=park, year=year, seen=seen)

        def work(turn: Turn) -> Document:
            id = ref_of(parcel, project)
            known = casework.find(self.store, id, turn)
            if known is not None and known.dossier is None:
                raise CaseThere(where={"case": id}, case=id)
            record = CaseRecord(
                id, parcel.id, parcel.shape, "", desk.today().isoformat(), actor, kept_check(looked()),
                {"year": year, "project": stated, "basis": note, "key": key},
                known.record.version if known else 0,
            )
            case = Opened(record, known.dossier if known else None)
            changed = casework.changes(known.record, record) if known else {}
            step = casework.stepped(desk, case, verb, actor, None)
            if keep:
                desk._put_parcel(turn, parcel)
            return casework.write(desk, turn, case, verb, step.to, actor=actor, fields={"note": note, **changed})

        return once(self.store, key=key, request=request, actor=actor, work=work, before=looked)

    @needs(Role.PLANNER, ANYWHERE)
    def submit_case(self, id: str, *, actor: str, key: str, seen: int | None = None, note: str = "") -> Document:
        """Submit a draft as it is kept, judged anew. Raises MoveRefused, CaseConflict, KeyReused."""
        return self._act("submit", id, {"note": note}, actor=actor, key=key, seen=seen, judge=True)

    @needs(Role.REVIEWER, ANYWHERE)
    def review_case(self, id: str, *, actor: str, key: str, seen: int | None = None, note: str = "") -> Document:
        """Take a submitted case up. Raises MoveRefused, CaseConflict, KeyReused."""
        return self._act("review", id, {"note": note}, actor=actor, key=key, seen=seen)

    @needs(Role.REVIEWER, ANYWHERE)
    def return_case(self, id: str, *, reason: str, actor: str, key: str, seen: int | None = None) -> Document:
        """Send a case back to its draft, saying what is missing. Raises as ``review_case``."""
        return self._act("return", id, {"reason": _said("reason", reason)}, actor=actor, key=key, seen=seen)

    @needs(Role.REVIEWER, ANYWHERE)
    def recommend_case(
        self, id: str, *, outcome: str, reason: str, actor: str, key: str, seen: int | None = None
    ) -> Document:
        """Recommend an outcome; not by whoever submitted. Raises SamePerson and as ``review_case``."""
        fields = {"outcome": str(_outcome(outcome)), "reason": _said("reason", reason)}
        return self._act("recommend", id, fields, actor=actor, key=key, seen=seen, judge=True)

    @needs(Role.REVIEWER, ANYWHERE)
    def challenge_case(self, id: str, *, reason: str, actor: str, key: str, seen: int | None = None) -> Document:
        """Object to a recommendation; by a second person. Raises SamePerson and as ``review_case``."""
        return self._act("challenge", id, {"reason": _said("reason", reason)}, actor=actor, key=key, seen=seen)

    @needs(Role.REVIEWER, ANYWHERE)
    def override_finding(
        self, id: str, finding: str, *, decided: str, reason: str, document: str, actor: str, key: str,
        seen: int | None = None,
    ) -> Document:
        """Decide one finding otherwise than the machine, whose verdict stays beside it; not by whoever submitted.

        ``finding`` is RULE or RULE:LAYER, ``decided`` fits, warn or blocked. Raises FindingMissing, SamePerson and as
        ``review_case``.
        """
        verdict = next((one for one in DECIDABLE if str(one) == decided), None)
        if verdict is None:
            raise UsageError(problem=Text(N_("--{option} '{value}' is not one of: {known}."), option="decided",
                                          value=decided, known=", ".join(map(str, DECIDABLE))))
        stated = {"reason": _said("reason", reason), "document": _said("document", document), "decided": str(verdict)}

        def more(turn: Turn, case: Opened, judged: Case | None) -> tuple[Document, Document]:
            assert judged is not None  # noqa: S101  (asked for with judge)
            found = [f for f in judged.findings if finding in (f.rule, f"{f.rule}:{f.layer or f.role}")]
            if len(found) != 1:
                names = ", ".join(f"{f.rule}:{f.layer or f.role}" for f in judged.findings)
                raise FindingMissing(where={"case": id}, case=id, wanted=finding, known=names or "-")
            f = found[0]
            value = None if f.value is None else float(f.value)
            seen_now = {"rule": f.rule, "role": f.role, "layer": f.layer, "state": str(f.state), "value": value,
                        "machine": str(verdict_of(f))}
            return seen_now, {}

        return self._act("override", id, stated, actor=actor, key=key, seen=seen, judge=True, more=more,
                         asked={"finding": finding})

    @needs(Role.REVIEWER, ANYWHERE)
    def decide_case(
        self, id: str, *, outcome: str, basis: str, actor: str, key: str, reason: str = "",
        conditions: Sequence[tuple[str, date]] = (), seen: int | None = None,
    ) -> Document:
        """Decide: admitted and conditional reserve in one entry of the same turn, refused books nothing.

        The decision keeps on what it stands (layers, parameters, entries), for a replay. Raises Blocked,
        UnknownVerdict, Overdraw, NoAccount, SamePerson and as ``review_case``.
        """
        chosen = _outcome(outcome)
        if (chosen is Outcome.CONDITIONAL) != bool(conditions):
            raise UsageError(problem=Text(N_("--condition goes with the outcome conditional, which needs one.")))
        if chosen is Outcome.REFUSED:
            _said("reason", reason)
        asked = [{"text": _said("condition", text), "due": due.isoformat()} for text, due in conditions]
        fields = {"outcome": str(chosen), "basis": _said("basis", basis), "reason": reason.strip(), "conditions": asked}

        def more(turn: Turn, case: Opened, judged: Case | None) -> tuple[Document, Document]:
            assert judged is not None  # noqa: S101  (asked for with judge)
            ground = replay.ground_of(cast("Desk", self), turn, case, judged)
            if chosen is Outcome.REFUSED:
                return {"ground": ground, "entry": None}, {"entry": None, "legs": []}
            warrant = Warrant(self.today(), basis, actor, key)
            answer = casework.booked(cast("Desk", self), turn, case, judged, warrant)
            return {"ground": ground, "entry": answer["entry"]}, answer

        return self._act("decide", id, fields, actor=actor, key=key, seen=seen, judge=True, more=more)

    @needs(Role.REVIEWER, ANYWHERE)
    def meet_condition(
        self, id: str, number: int, *, document: str, actor: str, key: str, seen: int | None = None
    ) -> Document:
        """Record that a condition is met, by which document. Raises ConditionWrong and as ``review_case``."""
        fields = {"condition": number, "document": _said("document", document)}

        def more(turn: Turn, case: Opened, judged: Case | None) -> tuple[Document, Document]:
            _refuse_unless_open(case, number)
            return {}, {}

        return self._act("meet", id, fields, actor=actor, key=key, seen=seen, more=more)

    @needs(Role.REVIEWER, ANYWHERE)
    def lapse_condition(
        self, id: str, number: int, *, reason: str, actor: str, key: str, seen: int | None = None
    ) -> Document:
        """Record that a condition was not met: the case closes and its reservation lapses by a written entry."""
        fields = {"condition": number, "reason": _said("reason", reason)}

        def more(turn: Turn, case: Opened, judged: Case | None) -> tuple[Document, Document]:
            _refuse_unless_open(case, number)
            return self._given_back(turn, id, Kind.EXPIRE, reason, actor, key)

        return self._act("lapse", id, fields, actor=actor, key=key, seen=seen, more=more)

    @needs(Role.PLANNER, ANYWHERE)
    def withdraw_case(self, id: str, *, reason: str, actor: str, key: str, seen: int | None = None) -> Document:
        """Take a case back; what it has reserved is released by a written entry. Raises as ``review_case``."""

        def more(turn: Turn, case: Opened, judged: Case | None) -> tuple[Document, Document]:
            return self._given_back(turn, id, Kind.RELEASE, reason, actor, key)

        fields = {"reason": _said("reason", reason)}
        return self._act("withdraw", id, fields, actor=actor, key=key, seen=seen, more=more)

    @needs(Role.REVIEWER, ANYWHERE)
    def close_case(self, id: str, *, reason: str, actor: str, key: str, seen: int | None = None) -> Document:
        """Close a decided case; what is reserved and not committed is released. Raises as ``review_case``."""

        def more(turn: Turn, case: Opened, judged: Case | None) -> tuple[Document, Document]:
            return self._given_back(turn, id, Kind.RELEASE, reason, actor, key)

        return self._act("close", id, {"reason": _said("reason", reason)}, actor=actor, key=key, seen=seen, more=more)

    # ------------------------------------------------------------ how
    def _given_back(
        self, turn: Turn, id: str, kind: Kind, reason: str, actor: str, key: str
    ) -> tuple[Document, Document]:
        answer = casework.returned(cast("Desk", self), turn, id, Warrant(self.today(), reason, actor, key), kind)
        return {"entry": answer["entry"]}, answer

    def _act(
        self, verb: str, id: str, fields: Mapping[str, Any], *, actor: str, key: str, seen: int | None,
        judge: bool = False, more: Callable[..., tuple[Document, Document]] | None = None,
        asked: Mapping[str, Any] | None = None,
    ) -> Document:
        """One move of a case: allowed, judged anew where it says so, with what else it writes, kept once."""
        desk, ground = cast("Desk", self), Seen()

        def looked() -> None:
            case = casework.judged(desk, casework.opened(self.store, id), seen=ground)
            if verb == "decide":
                ready(desk.book.standing(), desk.parameters, case.park, {row.quota for row in case.quotas if row.asked})

        def work(turn: Turn) -> Document:
            case = casework.opened(self.store, id, turn)
            to: CaseState = casework.stepped(desk, case, verb, actor, seen).to
            judged = casework.judged(desk, case, seen=ground) if judge else None
            kept, answer = more(turn, case, judged) if more else ({}, {})
            document = kept_check(judged) if judged else None
            made = casework.write(desk, turn, case, verb, to, actor=actor, fields={**fields, **kept}, document=document)
            outcome = {"outcome": fields["outcome"]} if verb == "decide" else {}
            verdict = {"verdict": str(judged.verdict)} if judged else {}
            return {**made, **outcome, **verdict, **answer}

        # Asked before the key is looked up, so that nobody is handed the answer that another person got.
        least = min(step.role for (name, _), step in STEPS.items() if name == verb)
        hold(self.who, least, casework.opened(self.store, id).park)
        request = {"verb": f"case {verb}", "case": id, **fields, **(asked or {})}
        before = looked if judge else None
        return once(self.store, key=key, request=request, actor=actor, work=work, before=before)


def _refuse_unless_open(case: Opened, number: int) -> None:
    """Raises ConditionWrong for a condition that is not open."""
    open_ = [one.number for one in case.dossier.open_conditions] if case.dossier else []
    if number not in open_:
        raise ConditionWrong(where={"case": case.record.id}, case=case.record.id, wanted=number,
                             known=", ".join(map(str, open_)) or "-")


def _outcome(word: str) -> Outcome:
    try:
        return Outcome(word)
    except ValueError:
        raise UsageError(problem=Text(N_("--{option} '{value}' is not one of: {known}."), option="outcome", value=word,
                                      known=", ".join(Outcome))) from None


def _said(option: str, words: str) -> str:
    """What a person has to write. Raises UsageError where it is empty or too long."""
    said = words.strip()
    if not said:
        raise UsageError(problem=Text(N_("A case needs --{option}."), option=option))
    if len(said) > LONGEST:
        raise UsageError(problem=Text(N_("--{option} is longer than {most} signs."), option=option, most=LONGEST))
    return said
