#!/usr/bin/env bash
# Installs each package of a folder in an empty place, and runs it on a small table.
#
#     packaging/check.sh FOLDER
set -euo pipefail
dist=$(cd "$1" && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
printf 'id,plan,spend\n1,pro,10\n2,free,5\n3,pro,1\n' > "$place/customers.csv"

# Runs a program where no other crosscut, no home and no settings are in reach.
try() {
    local program=$1 counted
    counted=$(cd "$place" && env -i HOME="$place/home" PATH=/nowhere "$program" count "plan = 'pro'" --data customers.csv)
    [ "$counted" = 2 ] || { echo "$2: counted $counted customers, not 2" >&2; exit 1; }
    (cd "$place" && env -i HOME="$place/home" PATH=/nowhere "$program" --version | grep -q '^crosscut ')
    echo "$2: installed and run"
}

python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --no-index "$dist"/crosscut-*.whl
try "$place/venv/bin/crosscut" wheel

mkdir "$place/tar"
tar -C "$place/tar" --strip-components=1 -xzf "$dist"/crosscut-*-linux.tar.gz
try "$place/tar/crosscut" tar
test -s "$place/tar/completions/crosscut.bash" -a -s "$place/tar/man/crosscut-count.1"

if [ "$(id -u)" = 0 ] && command -v chroot >/dev/null; then
    # Installs over the files of the running system, and removes the package again.
    dpkg -i "$dist"/crosscut_*.deb >/dev/null
    try /usr/bin/crosscut deb
    test -s /usr/share/man/man1/crosscut.1.gz
    dpkg -r crosscut >/dev/null
else
    dpkg-deb -x "$dist"/crosscut_*.deb "$place/deb"
    try "$place/deb/usr/bin/crosscut" "deb (unpacked)"
fi
