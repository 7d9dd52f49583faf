# The commands of the project; `make` alone lists them.
SHELL := bash
.DEFAULT_GOAL := help
.PHONY: help bootstrap build test quickstart paper-small bench torture format lint clean

# One set of flags for programs and tests, so that neither builds the other's modules again.
BUILD := -c release -Xswiftc -enable-testing --explicit-target-dependency-import-check error

# The folder of all results, cells at once, and what to change in the quickstart, for instance FLAGS='--set rounds=2',
# which makes it another experiment with a folder of its own.
RESULTS := results
JOBS :=
FLAGS :=

SKYMASK := .build/release/skymask
QUICKSTART := experiments/quickstart.yaml --results $(RESULTS) $(FLAGS)
PAPER_SMALL := experiments/small/fashion-mnist.yaml --results $(RESULTS)

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

bootstrap: ## install what is missing (apt-get or Homebrew); nothing when all is there
	@Scripts/bootstrap.sh

build: bootstrap ## build the programs in .build/release
	swift build $(BUILD)

test: bootstrap ## run every test
	swift build $(BUILD) --build-tests
	swift test $(BUILD) --skip-build --disable-xctest --no-parallel

quickstart: build ## a small experiment on Fashion-MNIST: CSV in results/quickstart, and its table
	$(SKYMASK) run $(QUICKSTART) $(if $(JOBS),--jobs $(JOBS))
	@echo
	@$(SKYMASK) table $(QUICKSTART)

paper-small: build ## every attack against every rule on 6,000 images, 50 minutes: tables, pictures, the recorded bytes
	$(SKYMASK) run $(PAPER_SMALL) $(if $(JOBS),--jobs $(JOBS))
	@echo
	@$(SKYMASK) table $(PAPER_SMALL)
	@$(SKYMASK) plot $(PAPER_SMALL)
	@Scripts/compare-recorded.sh $(RESULTS)/small-fashion-mnist

bench: build ## time training steps beside the peak of this machine, measured in the same run
	.build/release/skymask-bench training

torture: build ## kill, fail and fuzz for half an hour, and tell in a table what was lost
	fuzzer=$$(Scripts/fuzzer.sh) && .build/release/skymask-torture $${fuzzer:+--libfuzzer "$$fuzzer"}

format: ## format every Swift file, then lint
	Scripts/format.sh

lint: ## fail on what is not formatted; change nothing
	Scripts/format.sh --check

clean: ## remove what was built; results and data stay
	rm -rf .build .build-fuzzer
