#!/bin/sh
# What orbitcfg does, on the examples. The first argument is the program.
set -eu
cd "$(dirname "$0")"
orbitcfg=$1
case $orbitcfg in /*) ;; *) orbitcfg=../$orbitcfg ;; esac

bold='' plain=''
[ -t 1 ] && bold=$(printf '\033[1m') plain=$(printf '\033[0m')

show() {
    printf '\n%s$ orbitcfg %s%s\n' "$bold" "$*" "$plain"
    "$orbitcfg" "$@" || printf '(exit status %s)\n' "$?"
}

printf 'A configuration with a dozen mistakes, all of which ORBIT accepts in silence:\n'
show validate --no-env broken

printf '\nOne that is right, and what ORBIT will really use:\n'
show validate --no-env shimmy
show providers --env-file multi-provider/env.example multi-provider

printf '\nWhy a value is what it is:\n'
show why --no-env inference.ollama.model shimmy

printf '\nWhat ORBIT will ask a database, and what of that never works:\n'
show templates --no-env intent
