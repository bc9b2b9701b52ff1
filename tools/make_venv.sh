#!/bin/sh
# Make a virtual environment with the first Python that is new enough: make_venv.sh FOLDER
set -u
folder=$1
too_old="" no_pip=""

for python in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        too_old="$too_old $python ($version)"
    elif ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        no_pip=${no_pip:-$version}
    else
        echo "Making $folder with Python $version"
        exec "$python" -m venv --clear "$folder"
    fi
done

if [ -n "$no_pip" ]; then
    echo "Python $no_pip is here, but not the part of it that makes virtual environments." >&2
    echo "On Debian or Ubuntu: apt install python$no_pip-venv" >&2
else
    echo "Rempart needs Python 3.11 or newer; found:${too_old:- none}." >&2
    echo "Install one, or name it: make PYTHON=/path/to/python3.12" >&2
fi
exit 1
