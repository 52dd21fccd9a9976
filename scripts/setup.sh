#!/bin/sh
# Make .venv ready for `app` (what the planner runs on) or `dev` (the same and what its tests need).
# A stamp of the locks, pyproject.toml and this folder's place lets the next call return at once.
set -eu
cd "$(dirname "$0")/.."
kind=$1
case $kind in
    app) locks="requirements.lock requirements-build.lock" ;;
    dev) locks="requirements-dev.lock" ;;
    *) echo "usage: setup.sh app|dev" >&2; exit 2 ;;
esac

stamp() {
    { pwd; cat pyproject.toml hatch_build.py requirements*.lock; } | cksum
}
ready() { # $1 app or dev
    [ -x .venv/bin/planner ] && [ "$(cat ".venv/ready-$1" 2>/dev/null)" = "$(stamp)" ]
}

if ready "$kind" || ready dev; then exit 0; fi

python=$(sh scripts/python.sh)
if ! .venv/bin/python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
    rm -rf .venv
    echo "Setting up with $("$python" -V) in .venv; the first time takes a few minutes." >&2
    "$python" -m venv .venv
fi
rm -f .venv/ready-*
for lock in $locks; do
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$lock"
done
# The locks were installed by hash; the project itself needs no look at any index, only its browser scripts.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
stamp >".venv/ready-$kind"
