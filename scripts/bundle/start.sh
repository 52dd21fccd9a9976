#!/bin/sh
# Open the app on the demo, or on the workspace named as the first argument; more arguments go to `planner app`.
set -eu
cd "$(dirname "$0")"
workspace=demo/workspace.gpkg
case ${1:-} in
    *.gpkg) workspace=$1; shift ;;
    *) [ -e "$workspace" ] || planner-env/bin/planner demo demo ;;
esac
PLANNER_WORKSPACE=$workspace exec planner-env/bin/planner app "$@"
