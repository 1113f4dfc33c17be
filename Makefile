# Every target sets up the one .venv that it needs. Start with `make demo`, then `make test`.
# `make demo ENGINE=0` leaves the embedded engine out.

PYTHON ?= python3
ENGINE ?= 1
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# without bytecode each of the many short processes of the tests would compile every module anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: check-git check-compiler demo engine test fuzz test-pythons test-editors vscode test-shimmy test-servers test-resources test-browser lint bench mutants compare drift docs release generate clean

# What must be there before anything starts: the first thing that is missing is named.
check-git:
	@command -v git >/dev/null || { echo 'the tests need git: apt install git'; exit 1; }

check-compiler:
	@command -v c++ >/dev/null || { echo 'the engine is compiled once, with a C++ compiler: apt install g++ (or: make demo ENGINE=0)'; exit 1; }

$(VENV)/runtime.stamp: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'orbitcfg needs Python 3.11 or later: make PYTHON=python3.12'; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo 'Python lacks venv: apt install python3-venv'; exit 1; }
	@echo 'setting up $(VENV) (a minute at most)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/runtime.stamp
	@echo 'adding what the tests need'
	@$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

$(VENV)/engine.stamp: pyproject.toml engine.cmake | $(VENV)/runtime.stamp
	@$(BIN)/python -m tests.tools.build_engine
	@touch $@

engine: $(VENV)/engine.stamp

demo: $(if $(filter 1,$(ENGINE)),check-compiler) $(VENV)/runtime.stamp
	@sh examples/demo.sh $(BIN)/orbitcfg
ifeq ($(ENGINE),1)
	@echo
	@$(MAKE) --no-print-directory engine
	@sh examples/doctor.sh $(BIN)
endif

test: check-git check-compiler $(VENV)/dev.stamp $(VENV)/engine.stamp
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

lint: $(VENV)/dev.stamp
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

test-pythons: $(VENV)/dev.stamp
	@sh tests/tools/pythons.sh $(BIN)/python

test-editors: $(VENV)/dev.stamp
	@command -v npm >/dev/null || { echo 'the editors are tested with Node: apt install nodejs npm'; exit 1; }
	@cd tests/editors && npm install --silent --no-audit --no-fund
	@$(BIN)/python -m tests.editors.run
	@$(BIN)/python -m tests.editors.neovim
	@$(BIN)/python -m tests.editors.page

# The extension for VS Code, as a file that `code --install-extension` takes.
vscode:
	@command -v npm >/dev/null || { echo 'the extension is packaged with Node: apt install nodejs npm'; exit 1; }
	@cd editors/vscode && npm install --silent --no-audit --no-fund && npm run --silent package

# The real Shimmy 1.7.4, built once by cargo (Debian: apt install cmake clang libclang-dev), and the doctor on it.
test-shimmy: $(VENV)/dev.stamp
	@command -v cargo >/dev/null || { echo 'Shimmy is built with cargo, which is missing'; exit 1; }
	@$(BIN)/python -m pytest tests/live/shimmy_real.py

# The real llama-server, Ollama, LiteLLM and nginx, built and installed once (Debian: apt install golang g++ nginx-light), and the doctor on them.
test-servers: check-compiler $(VENV)/dev.stamp
	@command -v go >/dev/null || { echo 'Ollama is built by Go, which is missing'; exit 1; }
	@command -v nginx >/dev/null || { echo 'one of the servers is nginx: apt install nginx-light'; exit 1; }
	@$(BIN)/python -m tests.tools.build_servers
	@$(BIN)/python -m pytest tests/servers/real_servers.py

# The real PostgreSQL, MariaDB, Redis and memcached, unpacked once from packages of Debian 12, and the doctor on them.
test-resources: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.tools.build_resources
	@$(BIN)/python -m pytest -m resources tests/resources

# The page of `doctor --html` in a real browser (Debian: apt install chromium).
test-browser: $(VENV)/dev.stamp
	@command -v chromium >/dev/null || { echo 'the page is checked in Chromium: apt install chromium'; exit 1; }
	@$(BIN)/python -m pytest tests/commands/doctor/test_browser.py

# One table; `make bench PARTS="start cold"` measures less, `make bench RECORD=1` puts the figures into docs/performance.md, `make bench JSON=1` is for programs.
bench: $(VENV)/dev.stamp $(VENV)/engine.stamp
	@$(BIN)/python -m tests.bench $(if $(JSON),--json) $(if $(RECORD),--record) $(PARTS)

# Small changes of the code, one at a time: which of them no test notices (`make mutants ROOMS=lint SAMPLE=100 SEED=2`).
mutants: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.tools.mutants $(ROOMS) --sample $(or $(SAMPLE),300) --seed $(or $(SEED),1)

# Hostile trees, machines and servers, by a seed, and the laws on twenty times as many drawn examples; each fault with the smallest input that shows it (`make fuzz TREES=3000 WHOLE=300 SEED=2 COMMAND=diff`, again: `make fuzz SEED=2 TREE=17`).
fuzz: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.fuzz --trees $(or $(TREES),20000) --whole $(or $(WHOLE),2000) --seed $(or $(SEED),1) $(addprefix --command ,$(COMMAND)) $(addprefix --tree ,$(TREE)) $(addprefix --lay ,$(LAY))
ifeq ($(TREE)$(COMMAND),)
	@LAW_EXAMPLES=$(or $(LAW_EXAMPLES),20) $(BIN)/python -m pytest -q -n auto $$(grep -rl --include='test_*.py' 'drawn(' tests)
endif

# What REV prints, on every example and recorded tree, that this checkout does not print in the very same bytes (`make compare REV=v0.1.0`).
compare: check-git $(VENV)/dev.stamp
	@set -e; there=$$(mktemp -d); trap 'rm -rf "$$there"' EXIT; mkdir "$$there/code"; \
	git archive --output "$$there/code.tar" $(or $(REV),HEAD); tar -xf "$$there/code.tar" -C "$$there/code"; \
	compare='$(BIN)/python -m tests.tools.compare_outputs'; \
	$$compare corpus "$$there/corpus"; \
	$$compare record "$$there/before" --code "$$there/code" --corpus "$$there/corpus"; \
	$$compare record "$$there/after" --corpus "$$there/corpus"; \
	$$compare diff "$$there/before" "$$there/after"

# How far the catalogue has drifted from an ORBIT, whose `server/` lies in a folder: what is to be fixed or explained (`make drift ORBIT=../orbit`).
drift: $(VENV)/dev.stamp
	@test -n "$(ORBIT)" || { echo 'make drift ORBIT=FOLDER: the folder that holds the `server/` of ORBIT'; exit 1; }
	@$(BIN)/python -m tests.tools.drift "$(ORBIT)" $(if $(ALL),--all) $(if $(RECORD),--record)

# The documentation as a site, in build/site: every link of it is checked.
docs: $(VENV)/dev.stamp
	@$(BIN)/python -m pip install --quiet --editable '.[docs]'
	@$(BIN)/python -m mkdocs build --quiet
	@echo 'build/site/index.html'

# Checks what a release must hold, builds it into dist/, and says what is left to do by hand.
release: check-git $(VENV)/dev.stamp
	@$(BIN)/python -m tests.tools.release

generate: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.tools.generate --write

clean:
	rm -rf $(VENV)
