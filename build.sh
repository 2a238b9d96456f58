#!/usr/bin/env bash
# ./build.sh [build|test|quickstart|pack|clean]
# build/BuildTool does the work; here is only what the machine may lack.
set -euo pipefail
cd "$(dirname "$0")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

have() { command -v "$1" >/dev/null 2>&1; }

if ! have dotnet || ! dotnet --version >/dev/null 2>&1; then
  echo 'The .NET SDK 10 or later is needed: https://dotnet.microsoft.com/download' >&2
  exit 1
fi

case "${1:-build}" in test | quickstart | pack)
  if ! have pwsh; then
    # Not every registry has it; without it the tests of the module are left out.
    [ -x artifacts/tools/pwsh ] || timeout 60 dotnet tool install PowerShell --tool-path artifacts/tools >/dev/null 2>&1 </dev/null || true
    PATH="$PATH:$PWD/artifacts/tools"
  fi
  if ! have pebble; then
    # A fresh machine has no package lists yet, so a failed install is tried again after an update.
    as_root=$([ "$(id -u)" = 0 ] || echo 'sudo -n')
    install() { $as_root apt-get install -y --no-install-recommends pebble >/dev/null 2>&1 </dev/null; }
    { have apt-get && { install || { $as_root apt-get update >/dev/null 2>&1 </dev/null && install; }; }; } ||
      echo 'pebble (with pebble-challtestsrv) is missing: install it, on Debian with: apt-get install pebble' >&2
  fi
  ;;
esac

exec dotnet run --project build/BuildTool -v q -- "$@"
