#!/usr/bin/env bash
# Builds what people install on servers without Rust: a Python wheel that holds the program, a Debian package, and a tar with
# completions and manual pages. All three hold one binary, linked for glibc 2.17, which every Linux since 2014 has.
#
#     packaging/build.sh             # all three, into $CARGO_TARGET_DIR/dist (or target/dist); needs Rust and Python 3.9
#     packaging/build.sh --check     # also installs each of them in an empty place and runs it
#
# maturin and the zig compiler, which links for an old glibc, come from PyPI into a folder of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$HOME/.cache/crosscut/target-dist}"
# `x86_64` and `aarch64` for pip, `amd64` and `arm64` for Debian.
machine=$(uname -m)
case $machine in x86_64) debian=amd64 ;; aarch64) debian=arm64 ;; *) echo "packaging: $machine is not supported" >&2; exit 1 ;; esac
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
dist="$CARGO_TARGET_DIR/dist"
tools="$HOME/.cache/crosscut/packaging-tools"
mkdir -p "$dist"

if [ ! -x "$tools/bin/maturin" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet 'maturin>=1.9,<2' 'ziglang>=0.13,<0.16'
fi

echo "== wheel"
# `bin`: the program itself is what the wheel installs.
PATH="$tools/bin:$PATH" "$tools/bin/maturin" build --release --locked --strip --zig --compatibility manylinux2014 \
    --target "$machine-unknown-linux-gnu" --bindings bin --out "$dist"
binary="$CARGO_TARGET_DIR/$machine-unknown-linux-gnu/release/crosscut"

echo "== tar"
root="$dist/crosscut-$version-$machine-linux"
rm -rf "$root"
mkdir -p "$root/completions" "$root/man"
install -m 0755 "$binary" "$root/crosscut"
cp README.md LICENSE CHANGELOG.md "$root"
for shell in bash zsh fish; do "$binary" completions "$shell" > "$root/completions/crosscut.$shell"; done
"$binary" man > "$root/man/crosscut.1"
for command in $("$binary" spec | python3 -c 'import json, sys; print(*(one["name"] for one in json.load(sys.stdin)["commands"]))'); do
    "$binary" man "$command" > "$root/man/crosscut-$command.1"
done
tar -C "$dist" --owner=0 --group=0 --sort=name -czf "$root.tar.gz" "$(basename "$root")"

echo "== deb"
deb="$dist/deb"
rm -rf "$deb"
mkdir -p "$deb/DEBIAN" "$deb/usr/bin" "$deb/usr/share/man/man1" "$deb/usr/share/doc/crosscut" \
    "$deb/usr/share/bash-completion/completions" "$deb/usr/share/zsh/vendor-completions" "$deb/usr/share/fish/vendor_completions.d"
install -m 0755 "$root/crosscut" "$deb/usr/bin/crosscut"
for page in "$root"/man/*.1; do gzip -9nc "$page" > "$deb/usr/share/man/man1/$(basename "$page").gz"; done
cp "$root/completions/crosscut.bash" "$deb/usr/share/bash-completion/completions/crosscut"
cp "$root/completions/crosscut.zsh" "$deb/usr/share/zsh/vendor-completions/_crosscut"
cp "$root/completions/crosscut.fish" "$deb/usr/share/fish/vendor_completions.d/crosscut.fish"
cp README.md "$deb/usr/share/doc/crosscut"
cp LICENSE "$deb/usr/share/doc/crosscut/copyright"
gzip -9nc CHANGELOG.md > "$deb/usr/share/doc/crosscut/changelog.gz"
cat > "$deb/DEBIAN/control" <<CONTROL
Package: crosscut
Version: $version
Architecture: $debian
Maintainer: The Crosscut authors <noreply@crosscut.invalid>
Installed-Size: $(du -sk "$deb/usr" | cut -f1)
Depends: libc6 (>= 2.17)
Section: science
Priority: optional
Description: Explore customer segments and personas by keyboard
 Type a rule and watch the counts of all segments and personas update: a terminal program for tables of customers from
 a thousand to a hundred million rows, in files or in a database.
CONTROL
dpkg-deb --root-owner-group --build "$deb" "$dist/crosscut_${version}_$debian.deb" >/dev/null
rm -rf "$deb" "$root"
ls -l "$dist"

if [ "${1:-}" = --check ]; then
    packaging/check.sh "$dist"
fi
