@echo off
rem Open the app on the demo; further arguments go to "planner app".
cd /d "%~dp0"
if not exist demo\workspace.gpkg planner-env\Scripts\planner demo demo
set PLANNER_WORKSPACE=demo\workspace.gpkg
planner-env\Scripts\planner app %*
