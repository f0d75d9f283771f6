# newsarchive: raw captures in, a searchable archive site out. `make` alone prints the verbs.

BASEDIR := $(patsubst %/,%,$(dir $(abspath $(lastword $(MAKEFILE_LIST)))))
INPUTDIR = $(BASEDIR)/content
# Captures belong to the archive they were saved for: with INPUTDIR elsewhere, nothing is ingested unless RAWDIR is set.
RAWDIR = $(if $(filter file,$(origin INPUTDIR)),$(BASEDIR)/raw,)
OUTPUTDIR = $(BASEDIR)/output
CONFFILE = $(BASEDIR)/pelicanconf.py
PUBLISHCONF = $(BASEDIR)/publishconf.py
CACHEDIR = $(BASEDIR)/.cache
REPORTSDIR = $(if $(filter file,$(origin CACHEDIR)),$(BASEDIR)/reports,$(CACHEDIR)/reports)
RULESDIR = $(if $(filter file,$(origin CACHEDIR)),$(BASEDIR)/scripts/rules/sites,$(CACHEDIR)/rules)
PORT = 8000
SERVER = 127.0.0.1
PELICANOPTS =
JOBS = 0
PYTHON = python3

VENV = $(BASEDIR)/.venv
PY = $(VENV)/bin/python
FOLDERS = --raw "$(RAWDIR)" --content "$(INPUTDIR)" --reports "$(REPORTSDIR)" --cache "$(CACHEDIR)" --rules "$(RULESDIR)"
BUILD = $(PY) $(BASEDIR)/scripts/build.py $(FOLDERS) --output "$(OUTPUTDIR)" --jobs "$(JOBS)" --port "$(PORT)" \
  $(if $(PROFILE),--profile)
SUPPORT = PYTHONPATH="$(BASEDIR)/tests:$(BASEDIR)/scripts:$(BASEDIR)/plugins"
DEVSERVER = $(PY) $(BASEDIR)/scripts/devserver.py $(FOLDERS) --output "$(OUTPUTDIR)" --jobs "$(JOBS)" --port "$(PORT)" \
  --settings "$(CONFFILE)"

.PHONY: help html clean regenerate serve serve-global devserver devserver-global publish ingest ingest-dry reclean \
        learn report accept reject table new new-archive fetch check test test-all soak lint format typecheck golden search

# What a verb does stands behind `##`, and behind `###` where it is for work on the program itself.
help:
	@echo 'newsarchive: raw captures in, a searchable archive site out.'
	@echo ''
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 24
	@echo ''
	@echo 'For work on the program itself:'
	@sed -n 's/^\([a-z-]*\):[^#]*### /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 24
	@echo ''
	@echo 'Folders and options: RAWDIR INPUTDIR OUTPUTDIR CACHEDIR REPORTSDIR RULESDIR CONFFILE PUBLISHCONF PORT SERVER'
	@echo 'JOBS PROFILE PELICANOPTS (reach Pelican as they are). Example: make html INPUTDIR=/my/content OUTPUTDIR=/my/site'

# Compiled once, also where Python may not write what it compiles (PYTHONDONTWRITEBYTECODE): each build would do it again.
$(VENV)/.installed: $(BASEDIR)/requirements.txt
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo 'Python 3.11 or newer is needed. On Debian or Ubuntu: sudo apt install python3 python3-venv'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed, $$($(PYTHON) --version) is found. Name another: make html PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo 'Python lacks venv. On Debian or Ubuntu: sudo apt install python3-venv'; exit 1; }
	@echo 'Installing into .venv (once) ...'
	@$(PYTHON) -m venv "$(VENV)"
	@"$(VENV)/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$(BASEDIR)/requirements.txt"
	@"$(VENV)/bin/python" -m compileall -q "$(BASEDIR)/plugins" "$(BASEDIR)/scripts" || true
	@touch "$@"

$(VENV)/.installed-dev: $(BASEDIR)/requirements-dev.txt $(VENV)/.installed
	@echo 'Installing the test tools into .venv (once) ...'
	@"$(VENV)/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r "$(BASEDIR)/requirements-dev.txt"
	@touch "$@"

html: $(VENV)/.installed ## ingest raw/, check content/, build output/ with search
	@$(BUILD) --settings "$(CONFFILE)" -- $(PELICANOPTS)

publish: $(VENV)/.installed ## the same with publishconf.py, for the public address, swapped in at once
	@$(BUILD) --settings "$(PUBLISHCONF)" --publish -- $(PELICANOPTS)

clean: ## delete output/ and nothing else
	@[ ! -d "$(OUTPUTDIR)" ] || rm -rf "$(OUTPUTDIR)"

ingest: $(VENV)/.installed ## clean new captures of raw/ into content/
	@$(PY) $(BASEDIR)/scripts/ingest.py "$(RAWDIR)" $(wordlist 3,99,$(FOLDERS)) --jobs "$(JOBS)"

ingest-dry: $(VENV)/.installed ## show what ingest would do, and write nothing
	@$(PY) $(BASEDIR)/scripts/ingest.py "$(RAWDIR)" $(wordlist 3,99,$(FOLDERS)) --jobs "$(JOBS)" --dry-run

learn: $(VENV)/.installed ## learn the sites of raw/ again and show the difference: [SITE=host] [WRITE=1]
	@$(PY) $(BASEDIR)/scripts/learn.py "$(RAWDIR)" --content "$(INPUTDIR)" --rules "$(RULESDIR)" --site "$(SITE)" --jobs "$(JOBS)" $(if $(WRITE),--yes)

# Names of captures reach the shell as its own variables: it must not read what stands in them.
reclean: $(VENV)/.installed ## clean again after a change of rules: [SOURCE=...] [FILE=...] [YES=1] [DRY=1]
	@$(PY) $(BASEDIR)/scripts/reclean.py "$(RAWDIR)" $(wordlist 3,99,$(FOLDERS)) --jobs "$(JOBS)" \
	  --source "$$SOURCE" --file "$$FILE" $(if $(YES),--yes) $(if $(DRY),--dry-run)

report: $(VENV)/.installed ## write reports/index.html again from what is known, without cleaning
	@$(PY) $(BASEDIR)/scripts/ingest.py "$(RAWDIR)" $(wordlist 3,99,$(FOLDERS)) --report

# Each test is run by one of two verbs, by its marks alone.
LONG = browser or kill or history or slow
PYTEST = cd $(BASEDIR) && $(PY) -m pytest -n auto --dist worksteal

test: $(VENV)/.installed-dev ### run the tests, but for those of test-all
	@$(PYTEST) -m "not ($(LONG))"

test-all: $(VENV)/.installed-dev ### run the tests that take long: in a browser, of killed builds, of many random histories
	@$(PYTEST) -m "$(LONG)"

soak: $(VENV)/.installed-dev ### thousands of random histories of a site, each against a full build: make soak [SEQUENCES=n]
	@cd $(BASEDIR) && SEQUENCES="$(or $(SEQUENCES),2000)" $(PY) -m pytest -n auto -m history tests/pressroom/build/test_histories.py

lint: $(VENV)/.installed-dev ### style and import contracts
	@cd $(BASEDIR) && $(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && \
	  PYTHONPATH=scripts:plugins $(VENV)/bin/lint-imports

.PHONY: lock case
# For every Python that the program runs on, from 3.11. What is locked stays where it still fits; no host of a registry gets
# into the files.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
  --no-emit-find-links $(if $(UPGRADE),--upgrade)

lock: ### lock what pyproject.toml asks for in requirements*.txt, with hashes: make lock [UPGRADE=1]
	@cd $(BASEDIR) && set -e; work=$$(mktemp -d); trap 'rm -rf "$$work"' EXIT; \
	  cp pyproject.toml requirements.txt requirements-dev.txt "$$work"; \
	  $(PYTHON) -m venv "$$work/venv"; PATH="$$work/venv/bin:$$PATH"; cd "$$work"; \
	  pip install --quiet --disable-pip-version-check 'uv>=0.13'; \
	  $(LOCK) pyproject.toml -o requirements.txt; \
	  $(LOCK) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt; \
	  for name in requirements.txt requirements-dev.txt; do \
	    if cmp -s "$$name" "$(BASEDIR)/$$name"; then echo "$$name: as it was"; \
	    else cp "$$name" "$(BASEDIR)/$$name"; echo "$$name: written. Run make test lint typecheck, then look at git diff."; fi; \
	  done

# The name of a capture reaches the shell as its own variable: it must not read what stands in it.
case: $(VENV)/.installed ### make a test of a capture, tests/cases/NAME: make case FROM=... NAME=site-point
	@[ -n "$$FROM" ] && [ -n "$$NAME" ] || { echo 'Which capture, and what is the case called? make case FROM=<capture> NAME=<site>-<point>'; exit 2; }
	@$(SUPPORT) $(PY) -m support.new_case "$$FROM" "$$NAME" --raw "$(RAWDIR)"

typecheck: $(VENV)/.installed-dev ### mypy, strict
	@cd $(BASEDIR) && $(VENV)/bin/mypy

format: $(VENV)/.installed-dev ### format the code
	@cd $(BASEDIR) && $(VENV)/bin/ruff check --fix . ; $(VENV)/bin/ruff format .

golden: $(VENV)/.installed-dev ### write the expected files of tests again; git diff is the review
	@cd $(BASEDIR) && $(SUPPORT) $(PY) -m support.golden

accept: $(VENV)/.installed ## publish a held capture: make accept FILE=...
	@[ -n "$$FILE" ] || { echo 'Which capture? make accept FILE=<name as the report gives it>'; exit 2; }
	@$(PY) $(BASEDIR)/scripts/decide.py accept "$$FILE" --raw "$(RAWDIR)" --content "$(INPUTDIR)"

reject: $(VENV)/.installed ## leave a capture out for good: make reject FILE=... REASON="..."
	@[ -n "$$FILE" ] || { echo 'Which capture? make reject FILE=<name as the report gives it> REASON="..."'; exit 2; }
	@$(PY) $(BASEDIR)/scripts/decide.py reject "$$FILE" --raw "$(RAWDIR)" --content "$(INPUTDIR)" --reason "$$REASON"

# A query reaches the shell as its own variable: it must not read what stands in it.
search: $(VENV)/.installed ## search the built archive in the terminal: make search Q='ferry after:2019'
	@[ -n "$$Q" ] || { echo "What is looked for? make search Q='ferry \"white star\" after:2019'"; exit 2; }
	@$(PY) $(BASEDIR)/scripts/search.py --site "$(OUTPUTDIR)" -- "$$Q"

new: $(VENV)/.installed ## start an article: make new TITLE="..." [DATE=2024-06-20]
	@[ -n "$(TITLE)" ] || { echo 'What is it called? make new TITLE="..."'; exit 2; }
	@$(PY) $(BASEDIR)/scripts/new.py "$(TITLE)" --date "$(DATE)" --content "$(INPUTDIR)"

fetch: $(VENV)/.installed ## save pages as captures: make fetch URL="https://..."
	@[ -n "$(URL)" ] || { echo 'Which page? make fetch URL="https://..."'; exit 2; }
	@$(PY) $(BASEDIR)/scripts/fetch.py $(URL) --raw "$(RAWDIR)"

check: $(VENV)/.installed ## look for mistakes in content/
	@$(PY) $(BASEDIR)/scripts/check.py "$(INPUTDIR)"

regenerate: $(VENV)/.installed ## build again on every change, without a server
	@$(DEVSERVER) --no-server -- $(PELICANOPTS)

serve: $(VENV)/.installed ## show output/ at http://localhost:$(PORT)
	@$(VENV)/bin/pelican -l "$(INPUTDIR)" -o "$(OUTPUTDIR)" -s "$(CONFFILE)" -p $(PORT) -b $(SERVER) $(PELICANOPTS)

serve-global: $(VENV)/.installed ## the same for the whole network (SERVER=0.0.0.0)
	@$(VENV)/bin/pelican -l "$(INPUTDIR)" -o "$(OUTPUTDIR)" -s "$(CONFFILE)" -p $(PORT) -b $(if $(filter command,$(origin SERVER)),$(SERVER),0.0.0.0) $(PELICANOPTS)

devserver: $(VENV)/.installed ## build, show, build again on every change; open pages reload
	@$(DEVSERVER) --bind "$(SERVER)" -- $(PELICANOPTS)

devserver-global: $(VENV)/.installed ## the same for the whole network
	@$(DEVSERVER) --bind 0.0.0.0 -- $(PELICANOPTS)

table: $(VENV)/.installed ## write the archive's metadata as a spreadsheet, gaps first
	@$(PY) $(BASEDIR)/scripts/table.py --content "$(INPUTDIR)" --out "$(REPORTSDIR)/metadata.csv"

new-archive: ## make a folder of your own: make new-archive DIR=~/my-archive
	@[ -n "$(DIR)" ] || { echo 'Where? make new-archive DIR=~/my-archive'; exit 2; }
	@$(PYTHON) $(BASEDIR)/scripts/new_archive.py "$(DIR)"

# Not by BASEDIR, in which a space may stand.
include $(dir $(lastword $(MAKEFILE_LIST)))bench/Makefile
