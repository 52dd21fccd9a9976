"""Who signs, in which language, on which of the office's own files."""

from __future__ import annotations

import streamlit as st

from planner.formats.packs import archive
from planner.text import N_
from planner.ui import look
from planner.ui.printing.state import PrintState
from planner.ui.session import _, lang

LANGS = {"zh": "中文", "en": "English", "both": N_("both")}
TITLES = {
    "office": N_("Office"), "maker": N_("Drawn"), "checker": N_("Checked"), "approver": N_("Approved"),
    "classification": N_("Classification"), "review_number": N_("Map review no."),
    "sheet_number": N_("Map sheet no."),
}
# What an empty field prints.
EMPTY = {"classification": N_("Internal"), "sheet_number": N_("as computed")}
# File name in a template folder -> what it is for, and which endings are taken for it.
OWN = {
    "deck.pptx": (N_("Deck template (PPTX)"), ["pptx"]), "opinion.docx": (N_("Opinion template (DOCX)"), ["docx"]),
    "letter.docx": (N_("Letter: certificate, report (DOCX)"), ["docx"]), "logo": (N_("Logo"), ["png", "jpg", "jpeg"]),
}
LONGEST = 80


def how_signed(state: PrintState) -> None:
    """Language, the fields of the title block, the office's own files."""
    chosen = st.segmented_control(
        _("Language of the papers"), list(LANGS), default=state.lang or lang(), required=True, key="print-lang",
        format_func=lambda one: _(LANGS[one]) if one == "both" else LANGS[one],
    )
    state.lang = chosen or state.lang
    st.markdown(f"**{_('Title block')}**")
    one, two = st.columns(2, gap="small")
    for number, (name, title) in enumerate(TITLES.items()):
        place = (one, two)[number % 2]
        state.fields[name] = place.text_input(
            _(title), value=state.fields.get(name, ""), key=f"print-field-{name}", max_chars=LONGEST,
            placeholder=_(EMPTY[name]) if name in EMPTY else "",
        )
    with st.expander(_("Templates and logo")):
        own_files(state)


def own_files(state: PrintState) -> None:
    """An uploader for each of the office's own files, and the ones at hand to begin from."""
    for name, (title, endings) in OWN.items():
        key = f"print-own-{name.partition('.')[0]}"
        given = st.file_uploader(_(title), type=endings, key=key, max_upload_size=20)
        look.drop_words(key, _("or drop it here: {endings}", endings=", ".join(endings)))
        for known in [known for known in state.files if known.partition(".")[0] == name.partition(".")[0]]:
            del state.files[known]
        if given is not None:
            ending = given.name.rpartition(".")[2].lower()
            state.files[f"{name.partition('.')[0]}.{ending}"] = given.getvalue()
    if st.button(_("Templates to begin from"), icon=":material/draft:", key="print-defaults", width="stretch"):
        from planner.desk.templates import defaults

        st.session_state["print-defaults-made"] = archive(defaults(lang()))
    if made := st.session_state.get("print-defaults-made"):
        st.download_button(_("Save: {what}", what="templates.zip"), made, file_name="templates.zip",
                           mime="application/zip", key="print-defaults-save", on_click="ignore", width="stretch")
