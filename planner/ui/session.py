"""What one browser session remembers, and the desk that all sessions share."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from planner.desk.desk import Desk
from planner.desk.paper import LAYER_TITLES
from planner.errors import InputError
from planner.text import N_, Text, Translate
from planner.ui import identity, tongue
from planner.words import LANGUAGES, for_reader, in_language, translator

ADDRESS = "PLANNER_WORKSPACE"
DEFAULT_ADDRESS = "workspace.gpkg"
Kept = TypeVar("Kept")


@st.cache_resource(show_spinner=False)
def _desk(address: str) -> Desk:
    return Desk.open(address)


def shared_desk() -> Desk:
    """The desk that all sessions share, with nobody at it yet. Raises WorkspaceMissing, StoreDamaged."""
    return _desk(os.environ.get(ADDRESS) or DEFAULT_ADDRESS)


def desk() -> Desk:
    """The desk of the workspace the app was started on, with the person of this session at it.

    Raises WorkspaceMissing, StoreDamaged, and what ``identity.name`` raises; Stranger before a login.
    """
    shared = shared_desk()
    name = identity.name()
    if name is None:
        raise Stranger
    return shared.for_person(shared.named(name)) if name else shared


class Stranger(InputError):
    code = "E_STRANGER"
    sentence = N_("Log in first.")


def signer(key: str, label: str = N_("Person")) -> str:
    """The name under which an act is signed: that of the login, or, without one, what the person types here."""
    name = identity.name()
    if name:
        return st.text_input(_(label), value=name, key=key, disabled=True)
    return st.text_input(_(label), value=kept("actor", str), key=key, max_chars=60).strip()


def actor(default: str) -> str:
    """The name under which an act is signed that asks for none: the login's, what was typed last, or the default."""
    return identity.name() or kept("actor", str) or default


def lang() -> str:
    """The session's language: chosen in the header, else ``?lang=`` of the address, else that in which the browser
    went to log in or out, else Chinese."""
    chosen: str | None = st.session_state.get("lang")
    if chosen in LANGUAGES:  # asked for every word of a page: the rest is looked at where it is needed
        return str(chosen)
    stated = (st.query_params.get("lang"), st.context.cookies.get(tongue.COOKIE))
    return next((one for one in stated if one in LANGUAGES), LANGUAGES[0])


def translate() -> Translate:
    """The translation of the session."""
    return translator(lang())


def _(msgid: str, **facts: Any) -> str:
    """A message in the session's language."""
    return said(Text(msgid, **facts))


def said(text: Text) -> str:
    """A sentence of the rooms below in the session's language, its names too."""
    reader = lang()
    return for_reader(text, reader, LAYER_TITLES).say(translator(reader))


def named(name: str) -> str:
    """A name of the data, the side of it that the reader reads where it is written in both languages."""
    return in_language(name, lang())


def kept(name: str, make: Callable[[], Kept]) -> Kept:
    """A value of the session, made when first asked for."""
    if name not in st.session_state:
        st.session_state[name] = make()
    value: Kept = st.session_state[name]
    return value


def request_key(purpose: str, content: str) -> str:
    """The idempotency key of a request: the same until its content changes or ``forget_key`` is called.

    A double click, or a click after a lost answer, so asks for the same thing and is done once.
    """
    name = f"key-{purpose}"
    held = st.session_state.get(name)
    if held is None or held[0] != content:
        held = st.session_state[name] = (content, f"app-{uuid.uuid4().hex}")
    key: str = held[1]
    return key


def forget_key(purpose: str) -> None:
    """The request was answered: the next one is new."""
    st.session_state.pop(f"key-{purpose}", None)
