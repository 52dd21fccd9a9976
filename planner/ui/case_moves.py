"""The moves of a case on its page: a form for each that is open to the person, none for the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from planner.admission.decision import NOT_BY, OUTCOME_TITLES, STATE_TITLES, VERB_TITLES, Outcome, open_moves
from planner.desk.cases import DECIDABLE
from planner.desk.casework import Opened
from planner.desk.desk import Desk
from planner.errors import PlannerError
from planner.people import ROLE_TITLES
from planner.text import N_
from planner.ui import look
from planner.ui.case_card import titles
from planner.ui.refusals import refused
from planner.ui.session import _, forget_key, named, request_key, signer

ICONS = {"submit": "send", "review": "inbox", "return": "undo", "recommend": "thumb_up", "challenge": "front_hand",
         "override": "rule", "decide": "gavel", "meet": "task_alt", "lapse": "event_busy", "withdraw": "logout",
         "close": "archive"}
NO_FORM = frozenset({"draft", "reserve"})  # begun on the map
WHY = N_("Reason")
Given = dict[str, Any]


def moves(at: Desk, case: Opened, seen: int | None) -> None:
    """The moves that are open. ``seen`` is the version the page last showed: an act on an older one is refused."""
    now = case.dossier
    assert now is not None  # noqa: S101  (the caller asked)
    known = None if at.who.alone else at.who.name
    allowed = [
        verb for verb, step in open_moves(now).items()
        if verb not in NO_FORM and at.who.may(step.role, case.park)
        and not any(now.by.get(made) == known for made in NOT_BY.get(verb, ()) if known)
    ]
    if not allowed:
        st.caption(_("No move is open to you here."))
        who_may(case)
        return
    chosen = f"move-{now.id}"
    with st.container(horizontal=True, gap="small"):
        for verb in allowed:
            if st.button(_(VERB_TITLES[verb]), icon=f":material/{ICONS[verb]}:", key=f"case-move-{verb}"):
                st.session_state[chosen] = verb
    who_may(case)
    picked = st.session_state.get(chosen)
    if picked in allowed:
        with st.container(border=True):
            form(at, case, picked, seen if seen is not None else now.version)


def who_may(case: Opened) -> None:
    """Every move that is open, whoever makes it: where it leads, the role it takes, and who may not make it."""
    now = case.dossier
    assert now is not None  # noqa: S101  (the caller asked)
    rows = [
        (_(VERB_TITLES[verb]), _(STATE_TITLES[step.to]), _(ROLE_TITLES[step.role]),
         ", ".join(dict.fromkeys(named(now.by[made]) for made in NOT_BY.get(verb, ()) if made in now.by)))
        for verb, step in open_moves(now).items()
    ]
    heads = (_("Move"), _("Leads to"), _("Takes the role"), _("Not by"))
    look.html(look.fold(_("Who may move it where"), look.table(heads, rows)))


def form(at: Desk, case: Opened, verb: str, seen: int) -> None:
    """What a move asks to be written, and its button."""
    id = case.record.id
    call, given, ready = FORMS[verb](at, case)
    actor = signer(f"case-actor-{verb}")
    others = NOT_BY.get(verb, ())
    if others:
        st.caption(_("Not by whoever made the move before: a second person."))
    if not st.button(_(VERB_TITLES[verb]), type="primary", disabled=not (ready and actor), key=f"case-go-{verb}"):
        return
    st.session_state["actor"] = actor
    try:
        answer = call(id, **given, actor=actor, seen=seen, key=request_key(f"case-{verb}", f"{id}|{seen}|{given}"))
    except PlannerError as refusal:
        refused(refusal)
        st.caption(_("Nothing was written."))
        return
    forget_key(f"case-{verb}")
    st.session_state.pop("case-shown", None)  # what is new there is this person's own act
    entry = _(" Entry {entry} of the book.", entry=answer["entry"]) if answer.get("entry") else ""
    st.session_state["case-flash"] = f"{id}: {_(VERB_TITLES[verb])}.{entry}"
    st.rerun()


Form = tuple[Callable[..., dict[str, Any]], Given, bool]


def _text(label: str, name: str) -> str:
    return st.text_input(_(label), key=f"case-{name}", max_chars=500).strip()


def _reasoned(call: Callable[[Desk], Callable[..., dict[str, Any]]]) -> Callable[[Desk, Opened], Form]:
    def asked(at: Desk, case: Opened) -> Form:
        reason = _text(WHY, "reason")
        return call(at), {"reason": reason}, bool(reason)

    return asked


def _plain(call: Callable[[Desk], Callable[..., dict[str, Any]]]) -> Callable[[Desk, Opened], Form]:
    def asked(at: Desk, case: Opened) -> Form:
        return call(at), {"note": _text(N_("Note"), "note")}, True

    return asked


def _outcome() -> str:
    return st.radio(_("Outcome"), [str(one) for one in Outcome], format_func=lambda one: _(OUTCOME_TITLES[one]),
                    key="case-outcome", horizontal=True) or ""


def _recommend(at: Desk, case: Opened) -> Form:
    outcome, reason = _outcome(), _text(WHY, "reason")
    return at.recommend_case, {"outcome": outcome, "reason": reason}, bool(reason)


def _decide(at: Desk, case: Opened) -> Form:
    outcome, basis = _outcome(), _text(N_("Document (number and title)"), "basis")
    reason, conditions = _text(WHY, "reason"), []
    if outcome == Outcome.CONDITIONAL:
        text, due = N_("Condition"), N_("By")
        blank = pd.DataFrame({_(text): pd.Series(dtype="str"), _(due): pd.Series(dtype="datetime64[ns]")})
        edited = st.data_editor(
            blank, num_rows="dynamic", hide_index=True, key="case-conditions", width="stretch",
            column_config={_(due): st.column_config.DateColumn(format="YYYY-MM-DD"),
                           _(text): st.column_config.TextColumn(max_chars=300)},
        )
        conditions = [(str(row[_(text)]).strip(), pd.Timestamp(row[_(due)]).date())
                      for _n, row in edited.dropna().iterrows() if str(row[_(text)]).strip()]
    ready = bool(basis) and (outcome != Outcome.REFUSED or bool(reason))
    ready = ready and (outcome != Outcome.CONDITIONAL or bool(conditions))
    given: Given = {"outcome": outcome, "basis": basis, "reason": reason, "conditions": conditions}
    return at.decide_case, given, ready


def _override(at: Desk, case: Opened) -> Form:
    known = titles(at)
    found = {f"{f['rule']}:{f['layer_name'] or f['layer']}": f for f in case.record.document["findings"]}
    names = sorted(found, key=lambda name: (found[name]["state"] == "clear", name))
    finding = st.selectbox(
        _("Finding"), names, key="case-finding",
        format_func=lambda name: _(known.get(str(found[name]["rule"])) or name),
    )
    decided = st.radio(_("Decided by people"), [str(one) for one in DECIDABLE], key="case-decided", horizontal=True,
                       format_func=lambda word: look.plain_chip(next(v for v in DECIDABLE if str(v) == word)))
    reason, document = _text(WHY, "reason"), _text(N_("Document"), "document")
    given = {"finding": finding, "decided": decided, "reason": reason, "document": document}
    return at.override_finding, given, bool(finding and reason and document)


def _condition(case: Opened) -> int:
    assert case.dossier is not None  # noqa: S101  (the caller asked)
    still = case.dossier.open_conditions
    words = {one.number: f"{one.number}. {named(one.text)} ({one.due.isoformat()})" for one in still}
    return st.selectbox(_("Condition"), list(words), format_func=words.__getitem__, key="case-condition") or 0


def _meet(at: Desk, case: Opened) -> Form:
    number, document = _condition(case), _text(N_("Document"), "document")
    return at.meet_condition, {"number": number, "document": document}, bool(number and document)


def _lapse(at: Desk, case: Opened) -> Form:
    number, reason = _condition(case), _text(WHY, "reason")
    return at.lapse_condition, {"number": number, "reason": reason}, bool(number and reason)


FORMS: dict[str, Callable[[Desk, Opened], Form]] = {
    "submit": _plain(lambda at: at.submit_case),
    "review": _plain(lambda at: at.review_case),
    "return": _reasoned(lambda at: at.return_case),
    "recommend": _recommend,
    "challenge": _reasoned(lambda at: at.challenge_case),
    "override": _override,
    "decide": _decide,
    "meet": _meet,
    "lapse": _lapse,
    "withdraw": _reasoned(lambda at: at.withdraw_case),
    "close": _reasoned(lambda at: at.close_case),
}
