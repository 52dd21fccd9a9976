#!/bin/sh
# Print the path of a Python that the planner runs on, or say in one sentence what is missing. PYTHON names one.
fits='import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13)); '
for name in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
    if "$name" -c "$fits" >/dev/null 2>&1; then
        "$name" -c 'import sys; print(sys.executable)'
        exit 0
    fi
done
found=$("${PYTHON:-python3}" -V 2>&1 | head -n 1)
echo "The planner needs Python 3.11, 3.12 or 3.13 with its venv module (on Debian: apt-get install python3-venv);" \
    "found: ${found:-none}. Install one, or name it with PYTHON=/path/to/python." >&2
exit 1
