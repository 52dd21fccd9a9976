"""What the app is started with lets nobody in by oversight: the settings that are committed, and the command's own."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

from planner.desk import serving

ROOT = Path(__file__).resolve().parent.parent


def test_the_committed_settings_listen_on_this_machine_tell_no_faults_and_take_no_large_files():
    told = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))
    server = told["server"]
    assert (server["address"], server["maxUploadSize"]) == ("127.0.0.1", 50)  # MB; Streamlit's own: everywhere, 200
    assert server["enableXsrfProtection"] is True and server["enableCORS"] is True
    assert server["fileWatcherType"] == "none"
    assert told["browser"]["gatherUsageStats"] is False
    assert (told["client"]["showErrorDetails"], told["client"]["toolbarMode"]) == ("none", "minimal")


def test_the_command_listens_on_this_machine_and_believes_no_header_about_who_asks(monkeypatch, tmp_path):
    workspace, started = tmp_path / "w.gpkg", []
    workspace.write_bytes(b"")
    monkeypatch.setattr(serving, "refuse_taken", lambda port: None)
    monkeypatch.setattr(os, "execve", lambda program, words, environment: started.append((words, environment)))
    monkeypatch.setattr(serving.subprocess, "run", lambda words, env, check: started.append((words, env)))
    serving.serve(str(workspace), 8599)
    words, environment = started[0]
    assert words[words.index("--server.address") + 1] == "127.0.0.1"
    assert environment["FORWARDED_ALLOW_IPS"] == "" and str(workspace) not in words
