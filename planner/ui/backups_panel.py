"""Backups on the administrator's page: a copy to keep elsewhere, one looked at before it is needed, the book proved."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from planner.desk.backups import Compared, Relation, compare
from planner.desk.desk import Desk
from planner.errors import PlannerError
from planner.quota.chain import Verification
from planner.text import N_
from planner.ui import look
from planner.ui.refusals import guarded, refused
from planner.ui.session import _, said

MOST_MB = 500  # of a copy that comes through the browser; a larger one is looked at on the server
MIME = "application/geopackage+sqlite3"
RESTORE = "planner restore backup.gpkg --workspace new.gpkg\nplanner app --workspace new.gpkg"
RELATIONS = {
    Relation.SAME: N_("Its book is the one in use, to the last entry."),
    Relation.EARLIER: N_("It is an earlier state of the book in use: {count} entries were written since."),
    Relation.LATER: N_("It knows {count} entries that the book in use does not: the book in use is an earlier state."),
    Relation.OTHER: N_("Its book is another one: neither goes on from the other."),
}
# What a copy may hold otherwise, by table; the tables of one thing under one name.
PARTS = {
    "planner_acts": N_("requests that were answered"), "planner_case_acts": N_("cases"), "planner_cases": N_("cases"),
    "planner_choices": N_("figures of the park"), "planner_figures": N_("figures of the park"),
    "planner_layers": N_("the list of layers"), "planner_original_bytes": N_("files as they came"),
    "planner_originals": N_("files as they came"), "planner_parameter_rows": N_("parameters"),
    "planner_projects": N_("the queue"), "planner_records": N_("what is stated of a park"),
    "planner_register_rows": N_("registers"), "planner_roles": N_("roles"), "planner_settings": N_("settings"),
    "planner_trail": N_("the trail"),
}


def show(at: Desk) -> None:
    """The three side by side, and how a copy takes the place of the workspace."""
    one, two, three = st.columns([1, 1.5, 1.3], gap="large")
    with one:
        guarded(make)(at)
    with two:
        guarded(check)(at)
    with three:
        guarded(prove)(at)
    st.caption(_("A copy is put in the place of the workspace on the server, while nobody works there. It goes to a "
                 "new address and nothing is written over; then the app is started on that:"))
    st.code(RESTORE, language=None)


def make(at: Desk) -> None:
    """A copy that is consistent while others work."""
    st.markdown(f"**{_('Make a copy')}**")
    st.caption(_("The copy is consistent while others work, and checked before it is handed out."))
    if st.button(_("Make a backup"), key="backup-make"):
        with st.spinner(_("Copying and checking ...")), tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "backup.gpkg"
            at.backup(path)
            st.session_state["backup"] = path.read_bytes()
    made = st.session_state.get("backup")
    if made:
        st.success(_("Copied and checked: {size:.1f} MB.", size=len(made) / 1e6), icon=":material/check:")
        st.download_button(_("Save the backup"), made, file_name=f"backup-{at.today().isoformat()}.gpkg", mime=MIME,
                           key="backup-save", on_click="ignore", icon=":material/download:")


def check(at: Desk) -> None:
    """A copy from the browser, recomputed and compared with what is in use; nothing is written."""
    st.markdown(f"**{_('Check a copy')}**")
    st.caption(_("Is it whole, and how does it stand to the book in use? It is only looked at; nothing is written."))
    given = st.file_uploader(_("Backup (.gpkg)"), type=["gpkg"], key="backup-given", max_upload_size=MOST_MB,
                             label_visibility="collapsed")
    hint = _("or drop it here: a backup, {most} MB at most", most=MOST_MB)
    look.drop_hint("backup-given", hint if given is None else "")  # beside a file is no room for more words
    if given is None:
        st.session_state.pop("backup-compared", None)
        return
    mark = (given.file_id, at.store.head())
    known = st.session_state.get("backup-compared")
    if known is None or known[0] != mark:
        try:
            with st.spinner(_("Recomputing every entry ...")), tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "given.gpkg"
                path.write_bytes(given.getvalue())
                known = st.session_state["backup-compared"] = (mark, compare(at, path))
        except PlannerError as refusal:
            refused(refusal)
            return
    told(known[1])


def told(found: Compared) -> None:
    """What was found, in words."""
    st.success(_("The copy is whole: {count} entries recomputed.", count=found.copy.entries), icon=":material/check:")
    count = abs(found.copy.entries - found.present.entries)
    say = {Relation.SAME: st.success, Relation.EARLIER: st.info}.get(found.relation, st.warning)
    say(_(RELATIONS[found.relation], **({"count": count} if "{count}" in RELATIONS[found.relation] else {})))
    layers = [name.removeprefix("layer ") for name in found.unlike if name.startswith("layer ")]
    others = dict.fromkeys(_(PARTS.get(name, name)) for name in found.unlike if not name.startswith("layer "))
    if layers:
        st.caption(_("Layers that differ: {names}.", names=", ".join(layers)))
    if others:
        st.caption(_("What else differs: {names}.", names=", ".join(others)))
    if not found.unlike:
        st.caption(_("All else is the same too: layers, cases, queue, registers, roles."))
    head(found.copy)


def prove(at: Desk) -> None:
    """The book in use recomputed, against a head that was written down where there is one."""
    st.markdown(f"**{_('Prove the book')}**")
    st.caption(_("Every entry is recomputed from its rows. With a head written down elsewhere it is also found when "
                 "the last entries were taken away."))
    known = st.text_input(_("Head written down earlier (may be left empty)"), key="backup-head", max_chars=64).strip()
    mark = (known, at.store.head())
    if st.button(_("Prove the book"), key="backup-verify"):
        with st.spinner(_("Recomputing every entry ...")):
            st.session_state["backup-proof"] = (mark, at.verify(known or None))
    asked, proof = st.session_state.get("backup-proof") or (None, None)
    if proof is None or asked != mark:  # not asked yet, or of another book than the one there is now
        return
    if not proof.ok:
        reason = said(proof.problem) if proof.problem else ""
        st.error(_("The book is not what it was: {reason} Restore a backup.", reason=reason),
                 icon=":material/block:")
        return
    words = N_("{count} entries recomputed; the head written down is among them.") if known else \
        N_("{count} entries recomputed, each as it was written.")
    st.success(_(words, count=proof.entries), icon=":material/check:")
    head(proof)


def head(found: Verification) -> None:
    """The head to be written down: the seal of the last entry, under which all before it lie."""
    st.caption(_("Head of the book, to be written down elsewhere:"))
    st.code(found.head or "-", language=None, wrap_lines=True)
