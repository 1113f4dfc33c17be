#!/bin/sh
# What orbitcfg does, on the examples. The first argument is the program.
set -eu
cd "$(dirname "$0")"
orbitcfg=$1
case $orbitcfg in /*) ;; *) orbitcfg=../$orbitcfg ;; esac

show() {
    printf '\n\033[1m$ orbitcfg %s\033[0m\n' "$*"
    "$orbitcfg" "$@" || printf '(exit status %s)\n' "$?"
}

printf 'A configuration with a dozen mistakes, all of which ORBIT accepts in silence:\n'
show validate --no-env broken

printf '\nOne that is right, and what ORBIT will really use:\n'
show validate --no-env shimmy
show providers --env-file multi-provider/env.example multi-provider

printf '\nWhy a value is what it is:\n'
show why --no-env inference.ollama.model shimmy
