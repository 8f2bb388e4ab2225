# Every command goes through config/launcher, which installs what is missing.
#   make run PORT=9000      make test ARGS="-k filing"      make run PYTHON=python3.12

.DEFAULT_GOAL := help
.PHONY: help run test check nightly bench stop clean
ARGS ?=

ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$$python" && break; done)
endif
LAUNCH = $(if $(PYTHON),$(PYTHON),$(error The portal needs Python 3.11 or newer: install it, or name one with PYTHON=/path/to/python3)) config/launcher

help:
	@echo 'make run      start the portal; PORT=8000 PORTAL_VAR=./var'
	@echo 'make test     run the whole test suite; ARGS="-k name" for a part'
	@echo 'make check    format, lint, types, import contracts, templates, migrations, fast tests'
	@echo 'make nightly  the test suite with the long fault, race and fuzz runs'
	@echo 'make bench    measure speed against yardsticks'
	@echo 'make stop     stop a portal that runs from this directory'
	@echo 'make clean    remove .venv, node_modules and var with its data'

run stop clean:
	@$(LAUNCH) $@

test check nightly bench:
	@$(LAUNCH) $@ $(ARGS)
