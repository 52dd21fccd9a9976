"""A file on its way in: what the person says about it, and what was read, kept while neither changes."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st

from planner.desk.importing import Request
from planner.errors import PlannerError
from planner.formats import read
from planner.formats.errors import AmbiguousLayer, CrsProposed
from planner.formats.reading import Reading
from planner.text import N_
from planner.ui.session import _, actor, kept, translate

# Endings the file dialogue offers; what a file is, its content decides.
TYPES = ("geojson", "json", "topojson", "gpkg", "zip", "fgb", "parquet", "kml", "kmz", "dxf", "txt", "xlsx", "csv")
# Systems that data of Hainan comes in, most likely first; any other can be typed.
SYSTEMS = ("EPSG:4525", "EPSG:4546", "EPSG:4524", "EPSG:4545", "EPSG:4490", "EPSG:4326")
READ_KEPT = 3
# Refusals that an answer of the person may lift.
OPEN = ("E_CRS_MISSING", "E_CRS_CONFLICT", "E_AMBIGUOUS_LAYER", "E_AXIS_OR_RANGE", "E_ENCODING")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Upload:
    """An uploaded file: its name, its bytes and the mark of this upload."""

    name: str
    data: bytes
    mark: str

    @property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Said:
    """What a file leaves open and the person says."""

    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    swap_axes: bool = False


def taken() -> Upload | None:
    """The uploader."""
    given = st.file_uploader(_("File"), type=list(TYPES), key="import-file", label_visibility="collapsed")
    return None if given is None else Upload(given.name, given.getvalue(), given.file_id)


@contextmanager
def on_disk(upload: Upload) -> Iterator[Path]:
    """The upload as a file of ours in a folder of ours; only its ending is of the person's making."""
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        ending = Path(upload.name).suffix.lower()[:12]
        path = Path(folder) / f"upload{ending if ending[1:].isalnum() else ''}"
        path.write_bytes(upload.data)
        yield path


def remembered(name: str, key: tuple[Any, ...], make: Callable[[], Made]) -> Made:
    """The answer of a slow function, kept for the last few keys of this session."""
    known: dict[tuple[Any, ...], Made] = kept(f"intake-{name}", dict)
    if key not in known:
        while len(known) >= READ_KEPT:
            known.pop(next(iter(known)))
        known[key] = make()
    return known[key]


def reading_of(upload: Upload, said: Said) -> Reading:
    """What the file holds, read once. Raises what the door of files raises."""

    def make() -> Reading:
        with on_disk(upload) as path, st.spinner(_("Reading ...")):
            return read(
                path,
                crs=said.crs,
                encoding=said.encoding,
                layer=said.layer,
                name=upload.name,
                swap_axes=said.swap_axes,
            )

    return remembered("reading", (upload.mark, said), make)


def request_of(upload: Upload, said: Said, path: Path, *, role: str, key: str, **more: Any) -> Request:
    """The import as the desk is asked for it."""
    return Request(
        path=path,
        role=role,
        key=key,
        sha256=upload.sha256,
        shown_as=upload.name,
        crs=said.crs,
        encoding=said.encoding,
        layer=said.layer,
        swap_axes=said.swap_axes,
        say=translate(),
        **{"actor": actor(_("planner")), **more},
    )


def said_of(mark: str) -> Said:
    """What the person has answered so far for this upload; known before the questions are drawn."""
    crs, encoding, layer, swap = (
        st.session_state.get(f"import-{what}-{mark}") for what in ("crs", "encoding", "layer", "swap")
    )
    return Said(crs or None, encoding or None, layer or None, bool(swap))


def ask_what_is_open(refusal: PlannerError | None, mark: str) -> None:
    """The questions a file may leave open, opened where it was refused for want of an answer."""
    wanted = refusal is not None and refusal.code in OPEN
    with st.expander(_("What the file does not say"), expanded=wanted):
        st.selectbox(
            _("Coordinate system"),
            SYSTEMS,
            index=None,
            accept_new_options=True,
            placeholder="EPSG:4525",
            key=f"import-crs-{mark}",
        )
        if isinstance(refusal, CrsProposed):
            proposal = str(refusal.facts["proposed"])
            st.button(
                _("Confirm {crs}, as its numbers suggest", crs=proposal),
                on_click=_set,
                args=(f"import-crs-{mark}", proposal),
                key="import-proposal",
            )
        _ask_layer(refusal, mark)
        st.selectbox(
            _("Encoding"),
            ("UTF-8", "GBK"),
            index=None,
            accept_new_options=True,
            placeholder="GBK",
            key=f"import-encoding-{mark}",
        )
        st.checkbox(_("The two coordinates stand in the other order"), key=f"import-swap-{mark}")


def _set(key: str, value: str) -> None:
    st.session_state[key] = value


def _ask_layer(refusal: PlannerError | None, mark: str) -> None:
    """The layer of a file with several; its names are known once the file was refused for them."""
    key = f"import-layers-{mark}"
    if isinstance(refusal, AmbiguousLayer):
        st.session_state[key] = str(refusal.facts["layers"]).split(", ")
    if names := st.session_state.get(key):
        st.selectbox(_("Layer of the file"), names, index=None, key=f"import-layer-{mark}")


ANSWERED = N_("{file}: {stored} of {read} stored as '{layer}'.")
