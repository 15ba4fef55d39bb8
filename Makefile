# The two commands are `make serve` and `make test`; both make the virtual environment first.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
ARCHIVE ?= archive
# Where the development data is: the benchmarks need it, nothing else does.
DATA ?= ../shared/data

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: serve test check bench bench-speed bench-pages bench-serving assault format system clean

serve: $(VENV)/.run
	$(BIN)/newsarchive serve --archive "$(ARCHIVE)" --port $(PORT)

test: $(VENV)/.test system
	$(BIN)/python -m pytest -n auto

check: $(VENV)/.check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Fails where the search has become worse than the floor in bench/relevance_floor.json.
bench: $(VENV)/.test
	$(BIN)/python bench/ingest.py $(DATA)/ant-dev.jsonl.gz
	$(BIN)/python bench/relevance.py $(DATA)/relevance-dev

# The index beside other engines; ARTICLES=1000000 for the large one.
ARTICLES ?= 20000
bench-speed: $(VENV)/.bench
	$(BIN)/python bench/speed.py --ant $(DATA)/ant-dev.jsonl.gz --articles $(ARTICLES)

# The pages as people ask for them, over HTTP.
bench-pages: $(VENV)/.run
	$(BIN)/python bench/pages.py --ant $(DATA)/ant-dev.jsonl.gz --articles $(ARTICLES)

# Pages a second with 1 to 64 clients, in one process and in two, beside another checkout: AGAINST=PATH.
bench-serving: $(VENV)/.run
	$(BIN)/python bench/serving.py --ant $(DATA)/ant-dev.jsonl.gz --articles $(ARTICLES) $(if $(AGAINST),--against "$(AGAINST)")

# Kills, damage, hostile requests and files, for some seconds; on the sample articles where there is no development data.
SECONDS ?= 600
SEED ?= 0
assault: $(VENV)/.test system
	$(BIN)/python bench/assault.py --seconds $(SECONDS) --seed $(SEED) \
		$(if $(wildcard $(DATA)/ant-dev.jsonl.gz),--ant $(DATA)/ant-dev.jsonl.gz --articles $(ARTICLES))

format: $(VENV)/.check
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

$(VENV)/.venv:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newsarchive needs Python 3.11 or newer; name one with PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade "pip>=25.1"
	touch $@

$(VENV)/.run: $(VENV)/.venv pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --editable .
	touch $@

$(VENV)/.test: $(VENV)/.run
	$(PIP) install --constraint constraints.txt --group test
	touch $@

$(VENV)/.bench: $(VENV)/.test
	$(PIP) install --constraint constraints.txt --group bench
	touch $@

$(VENV)/.check: $(VENV)/.test
	$(PIP) install --constraint constraints.txt --group check
	touch $@

# What tests need of the system, from Debian where it may be installed: a browser, and strace, which kills processes at a
# chosen system call. Without them the tests that need them are skipped and say why.
system:
	@missing=; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| missing="chromium fonts-noto-core"; \
	command -v strace >/dev/null || missing="$$missing strace"; \
	[ -z "$$missing" ] \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	     && { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y $$missing >/dev/null; }; } \
	|| echo "These are missing and could not be installed: $$missing. The tests that need them will be skipped."

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
