"""Start page of the app: ``streamlit run streamlit_app.py``, or ``planner app``."""

from planner.ui.app import main

main()
