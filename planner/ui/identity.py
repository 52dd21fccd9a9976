"""Who sits at the browser: someone who logged in (OIDC), someone a proxy logged in, or one user alone at this machine.

Without a login and without a proxy the app serves one user on this machine only, and refuses to show anything when it
listens on other addresses.
"""

from __future__ import annotations

import ipaddress
import os
import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import streamlit as st

from planner.errors import InputError
from planner.text import N_
from planner.ui import gate

CLAIM, DEFAULT_CLAIM = "PLANNER_LOGIN_CLAIM", "email"


class Mode(StrEnum):
    ALONE = "alone"
    LOGIN = "login"
    PROXY = "proxy"


class NotAlone(InputError):
    code = "E_NO_LOGIN"
    sentence = N_("The app listens on {address}, where others can reach it, and nobody logs in. Let it listen on "
                  "127.0.0.1, or set up a login.")


class TwoLogins(InputError):
    code = "E_TWO_LOGINS"
    sentence = N_("Both a login (secrets.toml) and a proxy ({variable}) are set up. Keep one of them.")


class NoName(InputError):
    code = "E_NO_NAME"
    sentence = N_("The login does not say who you are: it sends no confirmed '{claim}'. Ask whoever runs the login to "
                  "send it, or name another claim in {variable}.")


class PastProxy(InputError):
    code = "E_PAST_PROXY"
    sentence = N_("This address is reached through the office's login only. Open the planner there.")


def mode() -> Mode:
    """How people come to this app. Raises TwoLogins, UsageError."""
    login = bool(st.secrets.load_if_toml_exists()) and "auth" in st.secrets
    proxied = bool(gate.proxies())
    if login and proxied:
        raise TwoLogins(variable=gate.PROXIES)
    return Mode.LOGIN if login else Mode.PROXY if proxied else Mode.ALONE


def name() -> str | None:
    """The name of whoever logged in, None for a browser that still has to, "" for the one user alone.

    Raises NotAlone, NoName, PastProxy, TwoLogins.
    """
    how = mode()
    if how is Mode.ALONE:
        _refuse_others()
        return ""
    if how is Mode.PROXY:
        sent = gate.name_in(st.context.headers.to_dict())
        if sent is None:
            raise PastProxy
        return sent
    if not st.user.is_logged_in or expired():
        return None
    return named_by(st.user.to_dict())


def named_by(claims: Mapping[str, Any]) -> str:
    """The name of the person of whom a login says this. Raises NoName."""
    claim = os.environ.get(CLAIM) or DEFAULT_CLAIM
    said = claims.get(claim)
    if not isinstance(said, str) or not said.strip() or (claim == "email" and claims.get("email_verified") is False):
        raise NoName(claim=claim, variable=CLAIM)
    return said.strip()


def expired() -> bool:
    """Whether the login has run out: Streamlit keeps its cookie for longer."""
    until = st.user.get("exp")
    return isinstance(until, int | float) and until <= time.time()


def login_page() -> None:
    """What a browser sees before it has logged in."""
    from planner.ui.session import _

    st.title(_("Park planner"))
    if st.user.is_logged_in:
        st.info(_("Your login has run out."))
    st.button(_("Log in"), type="primary", on_click=st.login, key="log-in")


def _refuse_others() -> None:
    address = str(st.get_option("server.address") or "0.0.0.0")  # noqa: S104  (what Streamlit then listens on)
    try:
        near = ipaddress.ip_address(address).is_loopback
    except ValueError:
        near = address == "localhost"
    if not near:
        raise NotAlone(address=address)
