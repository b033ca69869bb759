# The tools that run inside Maven's own JVM (the formatter) need a JDK 25 there.
JAVA_HOME := $(shell ls -d $(JAVA_HOME) /usr/lib/jvm/*25* /opt/java/*25* $(HOME)/.sdkman/candidates/java/25* 2>/dev/null | while read -r d; do \
  if [ -x $$d/bin/javac ] && grep -qs '^JAVA_VERSION="2[5-9]' $$d/release; then echo $$d; break; fi; done)
export JAVA_HOME
# Maven's own libraries use what newer virtual machines warn of.
export MAVEN_OPTS := --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED $(MAVEN_OPTS)

MVN := ./mvnw -B -ntp
IMAGE ?= vcsnap:latest

.DEFAULT_GOAL := help
.PHONY: help build train format check compat image clean jdk

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

jdk:
	@test -n "$(JAVA_HOME)" || { echo "No JDK 25 found: install one and set JAVA_HOME to its folder." >&2; exit 1; }

build: jdk ## target/vcsnap.jar, without tests
	$(MVN) -q -DskipTests -Dspotless.check.skip package

train: ## a cache that halves the time of every start
	./vcsnap train

format: jdk ## put all Java sources into the one format
	$(MVN) -q spotless:apply

check: jdk ## format, warnings as errors, all tests
	$(MVN) verify

compat: ## real clients against the built server
	compat/run

image: ## the container image, all built inside (IMAGE=name:tag)
	docker build -t $(IMAGE) .

clean: ## remove everything that was built
	$(MVN) -q clean
