#!/bin/sh
# Install the planner from the wheels beside this script; needs Python @PYTHON@ and no network.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python@PYTHON@}
fits='import sys, venv, ensurepip; sys.exit("%d.%d" % sys.version_info[:2] != "@PYTHON@")'
if ! "$python" -c "$fits" >/dev/null 2>&1; then python=python3; fi
if ! "$python" -c "$fits" >/dev/null 2>&1; then
    echo "This archive needs Python @PYTHON@ with its venv module; name one with PYTHON=/path/to/python@PYTHON@." >&2
    exit 1
fi
"$python" -m venv planner-env
planner-env/bin/python -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels \
    --require-hashes -r requirements.lock
planner-env/bin/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps wheels/park_planner-*.whl
echo "Installed. Start the app with: sh start.sh"
