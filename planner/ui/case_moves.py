"""The moves of a case on its page: a form for each that is open to the person, none for the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import streamlit as st

from planner.admission.decision import (
    NOT_BY,
    OUTCOME_TITLES,
    STATE_TITLES,
    VERB_TITLES,
    Dossier,
    Outcome,
    open_moves,
)
from planner.desk.cases import DECIDABLE
from planner.desk.casework import CaseConflict, Opened
from planner.desk.desk import Desk
from planner.desk.replay_words import titles
from planner.errors import PlannerError
from planner.people import ROLE_TITLES, same
from planner.text import N_
from planner.ui import look
from planner.ui.refusals import refused
from planner.ui.session import _, forget_key, named, request_key, signer

ICONS = {"submit": "send", "review": "inbox", "return": "undo", "recommend": "thumb_up", "challenge": "front_hand",
         "override": "rule", "decide": "gavel", "meet": "task_alt", "lapse": "event_busy", "withdraw": "logout",
         "close": "archive"}
NO_FORM = frozenset({"draft", "reserve"})  # begun on the map
WHY = N_("Reason")
Given = dict[str, Any]


def moves(at: Desk, case: Opened, seen: int | None) -> bool:
    """The moves that are open. ``seen`` is the version the page last showed: an act on an older one is refused.
    Whether it was: then nobody needs to be told again."""
    now = case.dossier
    assert now is not None  # noqa: S101  (the caller asked)
    known = None if at.who.alone else at.who.name
    allowed = [
        verb for verb, step in open_moves(now).items()
        if verb not in NO_FORM and at.who.may(step.role, case.park)
        and not any(same(now.by[made], known) for made in NOT_BY.get(verb, ()) if known and made in now.by)
    ]
    if not allowed:
        st.caption(_("No move is open to you here."))
        who_may(case)
        return False
    chosen = f"move-{now.id}"
    with st.container(horizontal=True, gap="small"):
        for verb in allowed:
            if st.button(_(VERB_TITLES[verb]), icon=f":material/{ICONS[verb]}:", key=f"case-move-{verb}"):
                st.session_state[chosen] = verb
    who_may(case)
    picked = st.session_state.get(chosen)
    if picked in allowed:
        with st.container(border=True):
            return form(at, case, picked, seen if seen is not None else now.version)
    return False


def who_may(case: Opened) -> None:
    """Every move that is open, whoever makes it: where it leads, the role it takes, and who may not make it."""
    now = case.dossier
    assert now is not None  # noqa: S101  (the caller asked)
    rows = [
        (_(VERB_TITLES[verb]), _(STATE_TITLES[step.to]), _(ROLE_TITLES[step.role]), ", ".join(makers(now, verb)))
        for verb, step in open_moves(now).items()
    ]
    heads = (_("Move"), _("Leads to"), _("Takes the role"), _("Not by"))
    look.html(look.fold(_("Who may move it where"), look.table(heads, rows)))


def makers(now: Dossier, verb: str) -> list[str]:
    """Who made the moves in this round after which a move takes a second person."""
    return list(dict.fromkeys(named(now.by[made]) for made in NOT_BY.get(verb, ()) if made in now.by))


def form(at: Desk, case: Opened, verb: str, seen: int) -> bool:
    """What a move asks to be written, and its button; whether it was refused for what somebody else did meanwhile."""
    id, now = case.record.id, case.dossier
    assert now is not None  # noqa: S101  (the caller asked)
    to = open_moves(now)[verb].to
    st.markdown(f"**{_(VERB_TITLES[verb])}**" + (f" → {_(STATE_TITLES[to])}" if to is not now.state else ""))
    call, given, ready = FORMS[verb](at, case)
    actor = signer(f"case-actor-{verb}")
    before = makers(now, verb)
    if before:
        st.caption(_("By a second person, not by {names}.", names=", ".join(before)))
    if not st.button(_(VERB_TITLES[verb]), type="primary", disabled=not (ready and actor), key=f"case-go-{verb}"):
        return False
    st.session_state["actor"] = actor
    try:
        answer = call(id, **given, actor=actor, seen=seen, key=request_key(f"case-{verb}", f"{id}|{seen}|{given}"))
    except PlannerError as refusal:
        refused(refusal)
        st.caption(_("Nothing was written."))
        return isinstance(refusal, CaseConflict)
    forget_key(f"case-{verb}")
    st.session_state["case-shown"] = {id: None}  # what is new there is this person's own act
    st.session_state.pop(f"move-{id}", None)  # the form has done its work
    entry = [_("entry {entry}", entry=answer["entry"])] if answer.get("entry") else []
    st.session_state["case-flash"] = " · ".join([id, _(VERB_TITLES[verb]), *entry])
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
    reason = _text(WHY, "reason")
    conditions = _conditions(case.record.id) if outcome == Outcome.CONDITIONAL else []
    ready = bool(basis) and (outcome != Outcome.REFUSED or bool(reason))
    ready = ready and (outcome != Outcome.CONDITIONAL or bool(conditions))
    given: Given = {"outcome": outcome, "basis": basis, "reason": reason, "conditions": conditions}
    return at.decide_case, given, ready


def _conditions(id: str) -> list[tuple[str, date]]:
    """The conditions with their days, a line each; one that lacks either is not counted yet."""
    many = f"case-conditions-{id}"
    count, found = st.session_state.get(many, 1), []
    for n in range(count):
        what, by = st.columns([2, 1], gap="small", vertical_alignment="bottom")
        said = what.text_input(_("Condition {number}", number=n + 1), key=f"case-condition-{n}", max_chars=300).strip()
        day = by.date_input(_("By"), value=None, format="YYYY-MM-DD", key=f"case-due-{n}")
        if said and day is not None:
            found.append((said, day))
    if st.button(_("One more condition"), icon=":material/add:", type="tertiary", key="case-condition-more",
                 disabled=len(found) < count):
        st.session_state[many] = count + 1
        st.rerun()
    return found


def _override(at: Desk, case: Opened) -> Form:
    known = titles(at.parameters)
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
