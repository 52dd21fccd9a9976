"""A sentence that has not chosen its language yet.

The pure rooms speak in message ids (plain English) and facts; the command line, the app and the paper
choose the language when a person is about to read. Nothing below them knows a translation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter
from typing import Any

Translate = Callable[[str], str]


def english(msgid: str) -> str:
    """The translation that leaves a message id as it is written."""
    return msgid


def N_(msgid: str) -> str:  # noqa: N802  (gettext's own name)
    """Mark a message id for the catalogue without translating it here."""
    return msgid


@dataclass(frozen=True, init=False)
class Text:
    """A message id with its facts, e.g. ``Text("{area_m2:,.0f} m2 of {layer}", area_m2=12.0, layer="...")``.

    A fact may itself be a Text (it is said in the same language). Facts are checked against the message
    at birth, so that a sentence with a hole cannot reach a person.
    """

    msgid: str
    facts: tuple[tuple[str, Any], ...]

    def __init__(self, msgid: str, **facts: Any) -> None:
        wanted = _wanted(msgid)
        if wanted != set(facts):
            raise TypeError(f"message {msgid!r} wants {sorted(wanted)}, was given {sorted(facts)}")
        object.__setattr__(self, "msgid", msgid)
        object.__setattr__(self, "facts", tuple(facts.items()))

    def say(self, translate: Translate = english) -> str:
        """The sentence in the language of ``translate``."""
        said = {k: v.say(translate) if isinstance(v, Text) else v for k, v in self.facts}
        return translate(self.msgid).format(**said)

    def __str__(self) -> str:
        return self.say()


def joined(texts: Sequence[Text]) -> Text:
    """Texts in a row, each once, in the language of whoever reads them; "-" where there is none."""
    facts = {f"t{i}": text for i, text in enumerate(dict.fromkeys(texts))}
    return Text("; ".join("{" + key + "}" for key in facts) or "-", **facts)


@lru_cache(4096)
def _wanted(msgid: str) -> frozenset[str]:
    """The facts that a message has places for; a page says the same ones over and over."""
    return frozenset(name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(msgid) if name)
