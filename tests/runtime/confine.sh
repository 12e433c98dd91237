#!/bin/sh
# Runs a command as a container would: confine.sh <user or ""> <cgroup or ""> <writable folder>... -- <command>
# In a mount namespace of its own, so that nobody else sees the file system read-only.
set -eu
user=$1 cgroup=$2
shift 2
if [ -n "$cgroup" ]; then echo $$ >"$cgroup/cgroup.procs"; fi
while [ "$1" != -- ]; do
    mount --bind "$1" "$1"
    shift
done
shift
mount -o remount,bind,ro /
if [ -n "$user" ]; then exec setpriv --reuid="$user" --regid="$user" --clear-groups -- "$@"; fi
exec "$@"
