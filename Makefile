# The commands of this project. `make app` and `make test` work on a fresh machine with Python 3.11 to 3.13 and git.

BIN := .venv/bin
WORKSPACE ?= demo/workspace.gpkg
export PLANNER_WORKSPACE := $(WORKSPACE)

.DEFAULT_GOAL := help
.PHONY: help app demo test soak lint bench bundle screens docs audit lock clean

help:
	@echo "make app      set up, make the demo, open the app (PORT=8501 chooses the port)"
	@echo "make test     set up and run every test this machine can run"
	@echo "make soak     the long form of the tests that search, race and break: hours; writes docs/soak.md"
	@echo "make lint     ruff and mypy"
	@echo "make bench    measure the planner beside its peers (ARGS chooses: --only overlay --parts one many ...)"
	@echo "make peers    install the engines that make bench measures beside it (PostGIS is used where it is installed)"
	@echo "make bundle   one archive that installs and starts the app without a network"
	@echo "make screens  take the screenshots of the README anew"
	@echo "make docs     write docs/commands.md anew from --help"
	@echo "make audit    ask the list of known weaknesses about every locked package (needs uv and the internet)"
	@echo "make lock     write the locks anew from pyproject.toml (needs uv)"
	@echo "make clean    remove everything that is made, but no workspace"

app:
	@sh scripts/setup.sh app
	@test -e "$(WORKSPACE)" || $(BIN)/planner demo "$(dir $(WORKSPACE))"
	@exec $(BIN)/planner app $(if $(PORT),--port $(PORT))

test:
	@sh scripts/setup.sh dev
	@env -u PLANNER_WORKSPACE $(BIN)/python -m pytest -q -n 2 --dist loadfile $(ARGS)

soak:
	@sh scripts/setup.sh dev
	@env -u PLANNER_WORKSPACE $(BIN)/python -m pytest -q -o "python_files=soak_*.py" tests/soak $(ARGS)

lint:
	@sh scripts/setup.sh dev
	@$(BIN)/ruff check .
	@$(BIN)/mypy

bench:
	@sh scripts/setup.sh dev
	@$(BIN)/python benchmarks/run.py $(ARGS)

peers:
	@sh scripts/setup.sh dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation -e ".[bench]"

bundle:
	@sh scripts/setup.sh app
	@$(BIN)/python scripts/bundle.py dist

screens:
	@sh scripts/setup.sh dev
	@$(BIN)/python scripts/screens.py docs/screens
	@$(BIN)/python -m scripts.walkthrough docs/walkthrough

docs:
	@sh scripts/setup.sh dev
	@$(BIN)/python scripts/commands.py docs/commands.md

# Strict: a package about which no answer comes fails the audit; silence is not a clean bill.
audit:
	@uvx pip-audit --strict --require-hashes --no-deps --disable-pip -r requirements.lock $(ARGS)

lock:
	@sh scripts/lock.sh

clean:
	rm -rf .venv build dist artefacts planner/webmap/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
