#!/usr/bin/env bash
# Checks the systemd unit and the nginx site with the real programs, in a temporary folder: nothing is installed,
# started or bound to a well-known port. Needs nginx, openssl and systemd-analyze (Debian: nginx-light openssl systemd).
set -uo pipefail
export PATH="$PATH:/usr/sbin:/sbin"

here="$(cd "$(dirname "$0")" && pwd)"
dir="$(mktemp -d)"
trap 'rm -rf "$dir"' EXIT
failed=0

# What "systemd-analyze security" may say at most, in tenths: 0 is shut, 100 is open. The unit stands at 12.
max_exposure=15

fail() {
  echo "deploy/check.sh: $*" >&2
  failed=1
}

need() {
  command -v "$1" >/dev/null && return
  fail "$1 is missing; on Debian: apt-get install $2"
  return 1
}

check_unit() {
  need systemd-analyze systemd || return
  # verify wants the program to exist; any executable of the same shape will do.
  printf '#!/bin/sh\n' >"$dir/jobsprint"
  chmod +x "$dir/jobsprint"
  local unit="$dir/jobsprint.service" out
  sed "s#/usr/local/bin/jobsprint#$dir/jobsprint#" "$here/systemd/jobsprint.service" >"$unit"
  grep -q "^ExecStart=$dir/jobsprint serve --data-dir /var/lib/jobsprint" "$unit" ||
    fail "the unit does not start /usr/local/bin/jobsprint serve --data-dir /var/lib/jobsprint"

  # An unknown setting is only a warning to systemd, with exit code 0: anything said about our unit counts.
  if ! out="$(systemd-analyze verify --man=no --recursive-errors=no "$unit" 2>&1)" ||
    grep -qF "jobsprint.service" <<<"$out"; then
    fail "systemd-analyze verify: $out"
  fi
  out="$(systemd-analyze security --offline=true --threshold="$max_exposure" "$unit" 2>&1)" ||
    fail "the unit is more exposed than it was: $(tail -n 1 <<<"$out")"
  echo "systemd unit: $(grep -o 'Overall exposure level[^:]*: [0-9.]* [A-Z]*' <<<"$out")"
}

check_site() {
  need nginx nginx-light && need openssl openssl || return
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=jobsprint.example.com \
    -keyout "$dir/privkey.pem" -out "$dir/fullchain.pem" 2>"$dir/openssl.log" || { fail "openssl: $(cat "$dir/openssl.log")"; return; }

  # -t opens log files and sockets, so both are moved to where anybody may.
  sed -e "s#/etc/jobsprint/tls/#$dir/#" -e "s#/var/log/nginx/#$dir/#" \
    -e 's#listen 80;#listen 127.0.0.1:18480;#' -e 's#listen 443 #listen 127.0.0.1:18443 #' \
    -e '/listen \[::\]:/d' "$here/nginx/jobsprint.conf" >"$dir/site.conf"
  cat >"$dir/nginx.conf" <<CONF
pid $dir/nginx.pid;
error_log $dir/error.log;
events {}
http {
  client_body_temp_path $dir/body;
  proxy_temp_path $dir/proxy;
  fastcgi_temp_path $dir/fastcgi;
  uwsgi_temp_path $dir/uwsgi;
  scgi_temp_path $dir/scgi;
  include $dir/site.conf;
}
CONF
  local out
  if ! out="$(nginx -t -e "$dir/error.log" -c "$dir/nginx.conf" 2>&1)" || grep -q '\[warn\]' <<<"$out"; then
    fail "nginx -t: $out"
    return
  fi
  echo "nginx site: $(nginx -v 2>&1 | sed 's/.*: //') accepts it"
}

check_unit
check_site
exit "$failed"
