@echo off
rem Install the planner from the wheels beside this file; needs Python @PYTHON@ and no network.
cd /d "%~dp0"
py -@PYTHON@ -m venv planner-env || (echo This archive needs Python @PYTHON@. & exit /b 1)
planner-env\Scripts\python -m pip install --quiet --disable-pip-version-check --no-index --find-links wheels --require-hashes -r requirements.lock || exit /b 1
for %%w in (wheels\park_planner-*.whl) do planner-env\Scripts\python -m pip install --quiet --disable-pip-version-check --no-index --no-deps "%%w" || exit /b 1
echo Installed. Start the app with: start.bat
