"""Start of the app: ``streamlit run streamlit_app.py``, or ``planner app``.

The server imports this file for the app and its routes; a page runs it as its script.
"""

if __name__ == "__main__":
    from planner.ui.app import main

    main()
else:
    from streamlit.starlette import App

    from planner.ui.server import middleware, routes, warmed

    app = App(__file__, routes=routes(), middleware=middleware(), lifespan=warmed)
