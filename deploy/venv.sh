# shellcheck shell=bash
# Sourced by ./jarvis and ./test: one virtual environment, made or brought up to date only when its lock files changed.
# Messages go to stderr: stdout belongs to the answer.

# Python reads its .pth files by the locale: where that has no letters beyond ASCII (C, or one that is not installed)
# nothing would be found in a folder whose name has an accent. The language that was asked for is kept.
case $(locale charmap 2>/dev/null) in
  ANSI_X3.4-1968 | "")
    export LC_MESSAGES=${LC_ALL:-${LC_MESSAGES:-${LANG:-C}}}
    unset LC_ALL
    export LC_CTYPE=C.UTF-8
    ;;
esac 2>/dev/null

_say() { # english, spanish
  case "${JARVIS_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}}" in [eE][sS]*) echo "$2" >&2 ;; *) echo "$1" >&2 ;; esac
}

_python() { # the newest Python >= 3.11 on PATH that can make virtual environments
  local name
  for name in python3.13 python3.12 python3.11 python3 python3.14; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  _say "Jarvis needs Python 3.11 or newer with venv. On Debian/Ubuntu: sudo apt install python3 python3-venv" \
       "Jarvis necesita Python 3.11 o posterior con venv. En Debian/Ubuntu: sudo apt install python3 python3-venv"
  return 1
}

_runs() { # its Python starts, and is still the version that the packages were installed for
  "$1/bin/python" -c 'import pip' 2>/dev/null
}

_whole() { # it runs, and has not been moved: scripts name their interpreter by its whole path
  [ -x "$1/bin/jarvis" ] && grep -qF "$1/bin/python" "$1/bin/jarvis" && _runs "$1"
}

sync_venv() { # repository, lock file
  local root=$1 lock=$2 venv=$1/.venv want stamp python making quietly
  quietly=$(dirname "${BASH_SOURCE[0]}")/quietly.py
  stamp=$venv/.locked-$(basename "$lock" .txt) # one stamp per lock: ./test adds to what ./jarvis made
  want=$(cat "$lock" "$root/pyproject.toml" | sha256sum)
  if _whole "$venv" && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ]; then return; fi
  (
    exec 9>"$root/.venv.lock"
    flock 9
    _whole "$venv" && [ "$(cat "$stamp" 2>/dev/null)" = "$want" ] && exit 0
    # What was installed stays and is not fetched again; a half made environment would not know that it is one.
    trap '_say "Stopped. Run it again to go on." "Detenido. Repítalo para continuar."
          [ -z "${making:-}" ] || rm -rf "$venv"; exit 130' INT
    _say "Preparing the environment in $venv (once)..." "Preparando el entorno en $venv (una vez)..."
    if ! _runs "$venv" || { [ -e "$venv/bin/jarvis" ] && ! _whole "$venv"; }; then
      rm -rf "$venv"
      python=$(_python) || exit 1
      making=yes
      "$python" -P "$quietly" venv "$venv"
      making=
    fi
    if ! { "$venv/bin/python" -P "$quietly" pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r "$lock" >&2 &&
           "$venv/bin/python" -P "$quietly" pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e "$root" >&2; }; then
      _say "The packages could not be installed: see the reason above. Check the network or \`pip config list\`, then run it again." \
           "No se pudieron instalar los paquetes: arriba está la causa. Revise la red o \`pip config list\` y repita."
      exit 1
    fi
    echo "$want" >"$stamp"
  ) || exit
}
