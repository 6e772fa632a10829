#!/usr/bin/env bash
# Installs Jarvis from this folder: its environment, the `jarvis` command, the engines and models that serve this machine,
# and, if wanted, the service. It may be run again at any time: what is there is not made anew. ./install.sh --help
set -eu
here=$(cd -P "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
# shellcheck source=deploy/venv.sh
. "$here/deploy/venv.sh"

usage() {
  _say "Usage: ./install.sh [options]
  --engines LIST   auto (vLLM and Transformers where a card can use them), none, or names: vllm,transformers,llama-vulkan
  --models LIST    auto (those that \`jarvis setup\` proposes), none, or ids of the catalog
  --service        start Jarvis with the machine (a systemd unit of your own)
  --bin DIR        where the \`jarvis\` command goes (default ~/.local/bin)
  --yes            ask nothing
  --uninstall      take it away; --purge: what is stored too (conversations, memories, models)" \
       "Uso: ./install.sh [opciones]
  --engines LISTA  auto (vLLM y Transformers si una tarjeta puede usarlos), none, o nombres: vllm,transformers,llama-vulkan
  --models LISTA   auto (los que propone \`jarvis setup\`), none, o códigos del catálogo
  --service        arranca Jarvis con el equipo (una unidad de systemd propia)
  --bin DIR        dónde va la orden \`jarvis\` (por defecto ~/.local/bin)
  --yes            no pregunta nada
  --uninstall      lo quita; --purge: también lo guardado (conversaciones, recuerdos, modelos)"
}

wrong() { # english, spanish
  _say "$@"
  usage
  exit 2
}

agreed() { # english, spanish; yes by --yes, no where nobody can answer
  local answer
  [ -z "$yes" ] || return 0
  if [ ! -t 0 ]; then
    _say "$1 Nobody can answer here: run it with --yes." "$2 Aquí nadie puede responder: use --yes."
    exit 2
  fi
  _say "$1 [y/n]" "$2 [s/n]"
  read -r answer
  case $answer in [yYsS]*) ;; *) return 1 ;; esac
}

engines=auto models=auto service='' bin=$HOME/.local/bin yes='' uninstall='' purge=''
while [ $# -gt 0 ]; do
  case $1 in
    --engines | --models | --bin) [ $# -gt 1 ] || wrong "$1 needs a value." "$1 necesita un valor." ;;&
    --engines) engines=$2 && shift ;;
    --models) models=$2 && shift ;;
    --bin) bin=$2 && shift ;;
    --service) service=yes ;;
    --yes | -y) yes=yes ;;
    --uninstall) uninstall=yes ;;
    --purge) purge=yes ;;
    --help | -h) usage && exit ;;
    *) wrong "There is no option $1." "No existe la opción $1." ;;
  esac
  shift
done
[ -z "$purge" ] || [ -n "$uninstall" ] || wrong "--purge goes with --uninstall." "--purge va con --uninstall."

jarvis() { "$here/jarvis" "$@"; }

facts() { # python expression over `found`, what was asked for as JSON; a list is written a word a line
  "$here/.venv/bin/python" -c "
import json, sys
found = json.load(sys.stdin)
print(*($1), sep='\n')"
}

linked() { # whether the command is this Jarvis's
  [ "$(readlink -f "$bin/jarvis" 2>/dev/null)" = "$here/jarvis" ]
}

take_away() {
  local question spanish folder name
  question="Take Jarvis away? What is stored stays."
  spanish="¿Quitar Jarvis? Lo guardado se queda."
  if [ -n "$purge" ]; then
    question="Take Jarvis away with everything that is stored: conversations, memories, models, keys? There is no way back."
    spanish="¿Quitar Jarvis con todo lo guardado: conversaciones, recuerdos, modelos, claves? No hay vuelta atrás."
  fi
  agreed "$question" "$spanish" || exit 1
  if _whole "$here/.venv" || [ -n "$purge" ]; then
    sync_venv "$here" "$here/constraints/base.txt"
    jarvis service remove || true # without systemd there is none
    jarvis stop
    jarvis install --json | facts "[one['name'] for one in found if one['installed']]" | while read -r name; do
      [ -z "$name" ] || jarvis install --remove "$name" </dev/null
    done
    if [ -n "$purge" ]; then
      jarvis models --installed --json | facts "[one['id'] for one in found]" | sort -u | while read -r name; do
        [ -z "$name" ] || jarvis models remove --yes "$name" </dev/null || true
      done
      jarvis key list --json | facts "[one['provider'] for one in found if one['source'] in ('keyring', 'file')]" |
        while read -r name; do
          [ -z "$name" ] || jarvis key remove "$name" </dev/null
        done
    fi
    "$here/.venv/bin/python" -P -c "
from jarvis.config.paths import paths
here = paths()
print(here.config, here.data, here.cache, here.state, sep='\n')" | while read -r folder; do
      [ -d "$folder" ] || continue
      if [ -n "$purge" ]; then rm -rf -- "$folder"; else _say "Stays: $folder" "Se queda: $folder"; fi
    done
    if [ -n "$purge" ] && [ -n "${JARVIS_HOME:-}" ]; then rmdir -- "$JARVIS_HOME" 2>/dev/null || true; fi
  fi
  ! linked || rm -- "$bin/jarvis"
  rm -rf -- "$here/.venv" "$here/.venv.lock"
  _say "Jarvis is gone; this folder can be deleted: $here" "Jarvis se ha quitado; ya puede borrar esta carpeta: $here"
}

put_engines() {
  local name wanted=$1 state
  case $wanted in
    none) return ;;
    auto) # for the processor llama.cpp is there already, and faster
      wanted=$(jarvis install --json | facts "[o['name'] for o in found if o.get('build') == 'cuda' and not o['installed']]")
      # What would serve a card here but for its driver is worth a word.
      jarvis install --json | facts "[o['reason'] + ' ' + o.get('hint', '') for o in found if not o['available'] and o['name'] in ('vllm', 'transformers')]" >&2
      ;;
    *) wanted=${wanted//,/ } ;;
  esac
  for name in $wanted; do
    state=$(jarvis install --json | facts "[str(o['installed']) for o in found if o['name'] == '$name']")
    [ "$state" = True ] || jarvis install "$name"
  done
}

put_models() {
  local name
  case $1 in
    none) ;;
    auto) jarvis setup --yes ;;
    *) for name in ${1//,/ }; do jarvis pull "$name"; done ;;
  esac
}

if [ -n "$uninstall" ]; then
  take_away
  exit
fi

case $(uname -s) in
  Linux) ;;
  *)
    _say "Jarvis runs on Linux and, in Windows, on WSL2; this is $(uname -s)." \
         "Jarvis funciona en Linux y, en Windows, en WSL2; esto es $(uname -s)."
    exit 1
    ;;
esac
if [ "$(id -u)" = 0 ] && [ -n "${SUDO_USER:-}" ]; then
  _say "Run it as yourself, without sudo: Jarvis belongs to a person, and needs no rights of root." \
       "Ejecútelo como usted, sin sudo: Jarvis es de una persona y no necesita permisos de root."
  exit 2
fi
agreed "Install Jarvis in $here, with engines: $engines, models: $models${service:+, as a service}?" \
       "¿Instalar Jarvis en $here, con motores: $engines, modelos: $models${service:+, como servicio}?" || exit 1
sync_venv "$here" "$here/constraints/base.txt"
mkdir -p "$bin"
if [ -e "$bin/jarvis" ] && ! linked; then
  _say "$bin/jarvis is another one and stays; this one is $here/jarvis." \
       "$bin/jarvis es otro y se queda; este es $here/jarvis."
else
  ln -sfn "$here/jarvis" "$bin/jarvis"
  case :$PATH: in
    *":$bin:"*) ;;
    *) _say "$bin is not on your PATH: add it, or type $bin/jarvis." "$bin no está en su PATH: añádalo, o escriba $bin/jarvis." ;;
  esac
fi
put_engines "$engines"
put_models "$models"
[ -z "$service" ] || jarvis service install
status=0
jarvis doctor || status=$?
_say "Jarvis is installed: \`jarvis ask \"…\"\`, \`jarvis open\`." "Jarvis está instalado: \`jarvis ask \"…\"\`, \`jarvis open\`."
exit "$status"
