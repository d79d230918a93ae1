# `make run` opens the app, `make test` checks everything; both install what they need.
PYTHON ?= python3
BIN := .venv/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
# A browser is opened where there is a screen to open it on.
HEADLESS := $(if $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname)),false,true)
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check
UPDATE := $(SUDO) apt-get update
APT := $(SUDO) apt-get install -y --no-install-recommends
# Programs that exports are read back by.
READERS := gdal-bin python3-gdal python3-qgis libreoffice-calc-nogui libxml2-utils

.PHONY: run test bench data lock clean

run: .venv/run
	$(BIN)/streamlit run app.py --server.address localhost --server.headless $(HEADLESS)

test: .venv/test
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest

bench: .venv/test
	$(BIN)/python -m benchmarks

# The offline basemap and the city outlines, from the packages that hold them.
data: .venv/test
	$(BIN)/python data/basemap/build_boundaries.py

# Pins every package with its hash, without the address it came from.
lock: .venv/test
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --all-extras \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --output-file requirements-dev.txt \
	  --constraint requirements.txt pyproject.toml

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache corridor_atlas.egg-info

.venv/created:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv || { $(SUDO) apt-get update && $(SUDO) apt-get install -y python3-venv && $(PYTHON) -m venv .venv; }
	touch $@

.venv/run: .venv/created requirements.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@

.venv/test: .venv/created requirements-dev.txt requirements-ogctests.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements-dev.txt
	$(INSTALL) --require-hashes --no-deps -r requirements-ogctests.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	command -v chromium >/dev/null && fc-list 2>/dev/null | grep -q 'Noto Sans CJK' || \
	  { $(UPDATE) && $(APT) chromium fontconfig fonts-noto-cjk; }
	dpkg -s $(READERS) >/dev/null 2>&1 || { $(UPDATE) && $(APT) $(READERS); } || \
	  echo "Debian's readers are not to be had here: what they prove is skipped, and said to be."
	touch $@ .venv/run
