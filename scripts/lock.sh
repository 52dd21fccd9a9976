#!/bin/sh
# Write the locks anew from pyproject.toml: exact versions with hashes, one version for every Python and system
# (so that figures agree everywhere), and no addresses, so that any mirror can serve them. Needs uv; UPGRADE=1
# takes the newest versions, otherwise only what pyproject.toml changed moves.
set -eu
cd "$(dirname "$0")/.."
compile() {
    uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --fork-strategy fewest \
        --generate-hashes --no-emit-index-url --no-emit-find-links --no-header ${UPGRADE:+--upgrade} "$@"
}
compile --group build --group dev --output-file requirements-dev.lock
compile --constraint requirements-dev.lock --output-file requirements.lock
uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --group pyproject.toml:build \
    --constraint requirements-dev.lock --output-file requirements-build.lock
"$(sh scripts/python.sh)" scripts/environment.py
