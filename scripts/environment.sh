# Sourced by the other scripts: finds Python 3.11 or newer, makes .venv beside them and installs smsgw into it.
# Usage: . scripts/environment.sh EXTRAS   (EXTRAS is empty or a name such as test)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3 python; do
        [ -n "$candidate" ] || continue
        command -v "$candidate" >/dev/null 2>&1 || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return 0
        fi
    done
    echo "smsgw needs Python 3.11 or newer; none was found. Install it, or name it: PYTHON=/path/to/python3.11 $0" >&2
    return 1
}

install_smsgw() {
    local extras=$1 wanted stamp
    stamp=.venv/.installed-${extras:-run}
    if [ ! -x .venv/bin/python ]; then
        local python
        python=$(find_python)
        "$python" -m venv .venv || {
            echo "The venv module of $python does not work; on Debian: apt-get install python3-venv" >&2
            return 1
        }
    fi
    # An install is repeated only when what it depends on has changed.
    wanted=$(cat setup.cfg setup.py pyproject.toml smsgw/__init__.py | cksum)
    if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$wanted" ]; then
        echo "Installing smsgw into .venv ..." >&2
        .venv/bin/python -m pip install --quiet --disable-pip-version-check -e ".${extras:+[$extras]}" >&2
        echo "$wanted" > "$stamp"
    fi
}

install_smsgw "${1:-}"
