#!/bin/sh
# Installs the wheel in a fresh environment of each Python and runs a part of the tests there, away from the sources. Which Pythons: $PYTHONS,
# names or paths with spaces between them, or python3.10 to python3.14 as far as they are found.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
parts="tests/keystone/test_trusts.py tests/world tests/faults tests/scenario tests/python/test_fake_manila.py tests/python/test_testing.py --ignore=tests/scenario/test_scenario_docs.py"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ ! -x .venv-package/bin/python ]; then
    make .venv-package/.installed
fi
.venv-package/bin/python packaging/distributions.py --once --outdir "$work/dist"
mkdir "$work/suite"
cp -r tests docs pyproject.toml "$work/suite"
cd "$work/suite"

ran="" failed="" missing=""
for python in ${PYTHONS:-python3.10 python3.11 python3.12 python3.13 python3.14}; do
    # A launcher may be there whose Python is not.
    if ! version=$("$python" -c 'import platform; print(platform.python_version())' 2>/dev/null); then
        missing="$missing $python"
        continue
    fi
    echo "== $python ($version)"
    "$python" -m venv "$work/$version"
    "$work/$version/bin/python" -m pip install --quiet --disable-pip-version-check \
        "$(echo "$work"/dist/fakemanila-*.whl)[clients,policy,tls]" --requirement "$root/packaging/pythons.txt"
    # Each Python has other versions of the libraries, and their warnings are not about fakemanila.
    if "$work/$version/bin/python" -m pytest -o filterwarnings=default $parts; then
        ran="$ran $version"
    else
        failed="$failed $version"
    fi
done

echo "== passed:${ran:- none}; failed:${failed:- none}; not found:${missing:- none}"
[ -n "$ran" ] && [ -z "$failed" ]
