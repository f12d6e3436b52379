# `make run` and `make test` are all a newcomer needs; each installs what it uses, nothing more.
PYTHON ?= python3
PIP = .venv/bin/python -m pip install --quiet --disable-pip-version-check
PINS = bot/deploy/requirements
IMAGES = python:3.13-slim nginx:1.28 postgres:17

.PHONY: run test slow train lint lock sbom images

run: .venv/runtime
	@.venv/bin/python -m bot

# A process a core; the tests of one file share what they set up.
test: .venv/test
	.venv/bin/python -m pytest --numprocesses auto --dist loadfile

slow: .venv/test
	.venv/bin/python -m pytest -m slow

train: .venv/train
	.venv/bin/python scripts/train.py --network dense --overwrite
	.venv/bin/python scripts/train.py --network convolutional --overwrite
	.venv/bin/python scripts/train.py --network lines --overwrite

lint: .venv/lint
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

# Exact versions and the hashes of their files, after pyproject.toml or constraints.txt has changed.
lock: .venv/lock
	.venv/bin/python scripts/lock.py

# A bill of materials (CycloneDX) of what serves.
sbom: .venv/sbom
	.venv/bin/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
	    --output-file sbom.json $(PINS)/postgresql.txt

# Replaces the tags of the containers' images by the digests that they have now; needs docker.
images:
	@for image in $(IMAGES); do \
	    digest=$$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' $$image) && \
	    sed -i -E "s/$$image(@sha256:[0-9a-f]+)?/$$image@$$digest/" \
	        bot/deploy/Dockerfile bot/deploy/compose.yaml || exit 1; \
	done

.venv/bin/python:
	$(PYTHON) -m venv .venv

# No file gets in whose hash is not written down, and no package that pip would have to build: what
# builds this one is among them.
.venv/runtime .venv/train .venv/test .venv/lint .venv/lock .venv/sbom: \
    pyproject.toml $(wildcard $(PINS)/*.txt) | .venv/bin/python
	@echo "Installing what this needs into .venv ..."
	@$(PIP) --require-hashes --only-binary :all: --requirement $(PINS)/$(@F).txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@
