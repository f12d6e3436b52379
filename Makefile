# `make run` and `make test` are all a newcomer needs; each installs what it uses, nothing more.
PYTHON ?= python3
PIP = .venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test slow train lint

run: .venv/runtime
	@.venv/bin/python -m bot

# A process a core; the tests of one file share what they set up.
test: .venv/test
	.venv/bin/python -m pytest --numprocesses auto --dist loadfile

slow: .venv/test
	.venv/bin/python -m pytest -m slow

train: .venv/train
	.venv/bin/python scripts/train.py --network dense
	.venv/bin/python scripts/train.py --network convolutional
	.venv/bin/python scripts/train.py --network lines

lint: .venv/lint
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/runtime: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing what the bot needs into .venv ..."
	@$(PIP) --editable .
	@touch $@

.venv/train .venv/test .venv/lint: pyproject.toml constraints.txt | .venv/bin/python
	@echo "Installing what this needs into .venv ..."
	@$(PIP) --editable ".[$(@F)]"
	@touch $@
