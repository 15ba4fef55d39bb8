# `make help` lists the targets. Each creates the virtual environment first, if it needs one.

PYTHON ?= python3
VENV ?= .venv
PORT ?= 8000
ARCHIVE ?= archive
# The development data. Only the benchmarks need it.
DATA ?= ../shared/data
# More arguments for pytest, such as ARGS="tests/search -k grammar".
ARGS ?=
# The search server of `make search-server`: how many nodes, and the memory of each. `make bench-opensearch` measures
# several numbers of nodes: NODES=1,2,3.
NODES ?= 1
HEAP ?= 512m
# The number of articles of the benchmarks of speed.
ARTICLES ?= 20000
# The numbers of articles of `make bench-opensearch`, and of the processes that prepare them.
SIZES ?= 2000,20000
WORKERS ?= 2
# Where it keeps its archives, indexes and figures: a few GB for 200,000 articles. A run goes on where it ended.
FOLDER ?= build/bench-opensearch
# How many articles `make bench-kinds` prints to read, for each kind.
SAMPLE ?= 0
# How long `make assault` attacks, and the first seed.
SECONDS ?= 600
SEED ?= 0
# What `make quick` runs: tests without an index, a server, a browser or other processes.
QUICK := tests/arabic tests/citing tests/stories tests/syndication tests/topics tests/search/display \
	tests/search/language tests/ingest/text tests/ingest/test_deciding.py tests/test_article.py tests/test_config.py \
	tests/test_docs.py tests/test_limits.py tests/test_site_url.py tests/web/test_params.py
# Among these, whatever takes seconds for one test.
SLOW := --ignore=tests/syndication/test_rules.py --ignore=tests/arabic/test_clues.py

LOCALES := src/newsarchive/locales
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help serve test quick check catalogues format bench bench-speed bench-pages bench-tasks screenshots bench-serving bench-exports bench-kinds bench-opensearch assault search-server system clean

help: ## List these targets
	@awk -F ': .*## ' '/^[a-z-]+:.* ## / { printf "  make %-17s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

serve: $(VENV)/.run ## Serve an archive: ARCHIVE=DIR PORT=N
	$(BIN)/newsarchive serve --archive "$(ARCHIVE)" --port $(PORT)

test: $(VENV)/.test system ## Run all tests, or some of them: ARGS="tests/search -k grammar"
	$(BIN)/python -m compileall -q src tests
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

quick: $(VENV)/.test ## Run the fast tests only, in a few seconds
	$(BIN)/python -m pytest -q --hypothesis-profile=quick $(QUICK) $(SLOW) $(ARGS)

check: $(VENV)/.check ## Check style, formatting, types, spelling and imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/lint-imports

# The texts of the program are found where they are declared; see docs/languages.md. --previous helps translators.
catalogues: ## Bring the catalogues of all languages up to date with the texts in the code
	mkdir -p build
	$(BIN)/pybabel --quiet extract --mapping-file $(LOCALES)/babel.cfg --no-default-keywords \
		-k message:1c,2 -k counted:1c,2,3 -k _ -k mark -k ngettext:1,2 -k mark_plural:1,2 \
		--add-location file --project newsarchive --output build/newsarchive.pot src/newsarchive
	$(BIN)/pybabel --quiet update --domain newsarchive --input-file build/newsarchive.pot --output-dir $(LOCALES) \
		--width 100 --previous --ignore-pot-creation-date

format: $(VENV)/.check ## Let ruff fix and format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Fails if the search is worse than the floor in bench/relevance_floor.json.
bench: $(VENV)/.test ## Measure ingest and relevance on the development data
	$(BIN)/python bench/ingest.py $(DATA)/ant-dev.jsonl.gz
	$(BIN)/python bench/relevance.py $(DATA)/relevance-dev

bench-speed: $(VENV)/.bench ## Compare the index with other engines: ARTICLES=N
	$(BIN)/python bench/speed.py --ant $(DATA)/ant-dev.jsonl.gz --articles $(ARTICLES)

bench-pages: $(VENV)/.run ## Time the web pages over HTTP: ARTICLES=N, and AGAINST=another checkout
	$(BIN)/python $(if $(AGAINST),bench/pages_paired.py --against "$(AGAINST)",bench/pages.py) \
		--ant $(DATA)/ant-dev.jsonl.gz --articles $(ARTICLES)

bench-tasks: $(VENV)/.test system ## Count the steps of thirty tasks in a browser: ARTICLES=N
	$(BIN)/python bench/tasks.py --ant $(DATA)/ant-dev.jsonl.gz --articles $(ARTICLES)

screenshots: $(VENV)/.test system ## Take pictures of the main pages: ARCHIVE=DIR QUERY=WORDS
	$(BIN)/python bench/screenshots.py --archive "$(ARCHIVE)" $(if $(QUERY),--query "$(QUERY)")

bench-serving: $(VENV)/.run ## Pages per second with 1 to 64 clients: AGAINST=another checkout
	$(BIN)/python bench/serving.py --ant $(DATA)/ant-dev.jsonl.gz --articles $(ARTICLES) $(if $(AGAINST),--against "$(AGAINST)")

bench-exports: $(VENV)/.run ## Time pages while 20 slow clients download: ARTICLES=N
	$(BIN)/python bench/exports.py --ant $(DATA)/ant-dev.jsonl.gz --articles $(ARTICLES)

bench-kinds: $(VENV)/.run ## Articles found now and missed before, by kind of match: AGAINST=another checkout SAMPLE=N
	$(BIN)/python bench/kinds.py $(DATA)/ant-dev.jsonl.gz --against "$(AGAINST)" --sample $(SAMPLE)

# It needs Java 17 or later and Maven. The last command fails if the sizes are too few for the model.
bench-opensearch: $(VENV)/.test ## Measure OpenSearch and compare its answers: NODES=1,2,3 SIZES=N,N HEAP=512m FOLDER=DIR
	$(BIN)/python bench/opensearch.py --ant $(DATA)/ant-dev.jsonl.gz --agree
	$(BIN)/python bench/opensearch.py --ant $(DATA)/ant-dev.jsonl.gz --sizes $(SIZES) --nodes $(NODES) \
		--heap $(HEAP) --workers $(WORKERS) --folder "$(FOLDER)"
	$(BIN)/python bench/opensearch.py --model "$(FOLDER)/figures.json"

# On the sample articles if there is no development data.
assault: $(VENV)/.test system ## Attack the program for SECONDS: kills, damage, hostile requests and files
	$(BIN)/python bench/assault.py --seconds $(SECONDS) --seed $(SEED) \
		$(if $(wildcard $(DATA)/ant-dev.jsonl.gz),--ant $(DATA)/ant-dev.jsonl.gz --articles $(ARTICLES))

# It needs Java 17 or later and Maven.
search-server: $(VENV)/.test ## Run OpenSearch on this machine, to try it: NODES=N HEAP=512m
	$(BIN)/python -m tests.search_server --nodes $(NODES) --heap $(HEAP)

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

# What tests need of the system, from Debian if it may be installed: a browser; strace, which kills processes at a
# chosen system call; and Java with Maven, for a search server. Without them the tests that need them are skipped and
# say why.
system: ## Install what the tests need besides Python: Chromium, strace, Java
	@missing=; \
	command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| missing="chromium fonts-noto-core"; \
	command -v strace >/dev/null || missing="$$missing strace"; \
	command -v java >/dev/null || missing="$$missing default-jre-headless"; \
	command -v mvn >/dev/null || missing="$$missing maven"; \
	[ -z "$$missing" ] \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	     && { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y $$missing >/dev/null; }; } \
	|| echo "These are missing and could not be installed: $$missing. The tests that need them will be skipped."

clean: ## Delete the virtual environment and all caches
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
