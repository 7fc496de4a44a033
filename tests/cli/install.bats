#!/usr/bin/env bats
# What make install, make dist, make sbom and make html give, and how programs are built.
load helper

setup() {
	[[ $B != *address* ]] || skip 'once is enough'
	cd "$BATS_TEST_TMPDIR"
}

@test "make install and uninstall: programs, pages, completions, and nothing else" {
	make -s -C "$root" install DESTDIR="$PWD/to" PREFIX=/usr
	for p in act calibrate feedback metrics queue review risk route; do
		[ -x to/usr/bin/hitl-$p ]
		[ -s to/usr/share/man/man1/hitl-$p.1 ]
		[ -s to/usr/share/bash-completion/completions/hitl-$p ]
		[ -s to/usr/share/fish/vendor_completions.d/hitl-$p.fish ]
		[ "$(to/usr/bin/hitl-$p --version)" = "hitl-$p $(make -s -C "$root" version)" ]
	done
	[ -s to/usr/share/zsh/vendor-completions/_hitl ]
	[ -s to/usr/share/man/man7/hitl.7 ]
	[ "$(find to -type f | wc -l)" -eq $((8 * 3 + 1 + $(find "$root/man" -type f | wc -l))) ]
	make -s -C "$root" uninstall DESTDIR="$PWD/to" PREFIX=/usr
	[ "$(find to -type f | wc -l)" -eq 0 ]
}

@test "make install: completions are where the shells look" {
	local where
	make -s -C "$root" install DESTDIR="$PWD/to" PREFIX=/usr/local
	[ -s to/usr/local/share/bash-completion/completions/hitl-route ]
	[ -s to/usr/local/share/fish/vendor_completions.d/hitl-route.fish ]
	where=$(cd to && find . -name _hitl | sed 's|^\.||; s|/_hitl$||')
	[ "$where" = /usr/local/share/zsh/site-functions ]
	if command -v zsh; then
		zsh -fc 'print -l $fpath' | grep -qx "$where"
	fi
	if command -v fish; then
		[ "$(HOME=$PWD XDG_DATA_DIRS=$PWD/to/usr/local/share fish -c 'complete -C "hitl-queue cl"' | cut -f1 | tr '\n' ' ')" = 'claim clock ' ]
	fi
}

@test "make: another version is built in" {
	git -C "$root" rev-parse HEAD >/dev/null 2>&1 || skip 'no repository here'
	git clone -q "$root" tree
	cp "$root/Makefile" tree
	# all is built, and newer than its sources
	find tree -type f -exec touch -d 2001-01-01 {} +
	cp -a "$root/$(basename "$B")" tree/build
	make -s -C tree VERSION=9.9
	[ "$(tree/build/hitl-risk --version)" = 'hitl-risk 9.9' ]
	make -s -C tree
	[ "$(tree/build/hitl-risk --version)" = "hitl-risk $(make -s -C "$root" version)" ]
}

@test "make dist: the same bytes twice, and the version is one" {
	git -C "$root" rev-parse HEAD >/dev/null 2>&1 || skip 'no repository here'
	local version
	version=$(make -s -C "$root" version)
	"$root/scripts/dist" "$version" . >/dev/null
	mv "hitl-$version.tar.gz" one
	"$root/scripts/dist" "$version" . >/dev/null
	cmp one "hitl-$version.tar.gz"
	tar -tzf one | grep -qx "hitl-$version/Makefile"
	run "$root/scripts/dist" 9.9 .
	[ "$status" -ne 0 ]
	[ "$(ls)" = "$(printf 'hitl-%s.tar.gz\none' "$version")" ]
}

# dist_of DIRECTORY: what scripts/dist says there, and that it left nothing
dist_of() {
	mkdir -p empty
	run env GIT_CEILING_DIRECTORIES="$PWD" "$1/scripts/dist" 1.0 empty
	echo "$output"
	[ "$status" -eq 1 ]
	[ -z "$(ls -A empty)" ]
}

@test "make dist: no archive without a repository, a commit, or one version everywhere" {
	command -v git >/dev/null || skip 'no git here'
	mkdir -p of/scripts of/debian
	cp "$root/scripts/dist" of/scripts
	echo 'hitl (1.0) UNRELEASED; urgency=medium' >of/debian/changelog
	echo '## 1.0 (unreleased)' >of/CHANGELOG.md
	dist_of of
	[[ $output == *'a git repository of its own'* ]]
	# one around it is another project's
	git init -q .
	dist_of of
	[[ $output == *'a git repository of its own'* ]]
	git init -q of
	mkdir -p empty
	run of/scripts/dist 1.0 empty # nothing is committed
	[ "$status" -ne 0 ]
	[ -z "$(ls -A empty)" ]
	echo '## 1.0 (2026-12-01)' >of/CHANGELOG.md
	dist_of of
	[[ $output == *'whether it is released'* ]]
	echo '## 0.9 (unreleased)' >of/CHANGELOG.md
	dist_of of
	[[ $output == *'agree on the version'* ]]
}

@test "make sbom: what is linked, run and built with, null where it is not here" {
	command -v dpkg-query >/dev/null || skip 'no dpkg here'
	"$root/scripts/sbom" 1.0 "$B"/hitl-* >list
	cat list
	jq -e -s 'all(keys == ["name", "role", "version"])
		and .[0] == {name: "hitl", version: "1.0", role: "itself"}
		and ([.[] | select(.role == "linked") | .version] | length >= 5 and all(type == "string"))
		and ([.[] | .name] | index("libc6") and index("libjq-dev") and index("tzdata"))
		and (map(.name) | length == (unique | length))' list >/dev/null
	# nothing is known of any package
	mkdir bin
	printf '#!/bin/sh\nexit 1\n' >bin/dpkg-query
	chmod +x bin/dpkg-query
	PATH=$PWD/bin:$PATH "$root/scripts/sbom" 1.0 "$B"/hitl-* >none
	jq -e -s '.[0].version == "1.0" and (.[1:] | length >= 15 and all(.version == null))
		and any(.name | endswith(".so.6"))' none >/dev/null
	[ "$(jq -r 'select(.role != "linked") | .name' none)" = "$(jq -r 'select(.role != "linked") | .name' list)" ]
}

@test "make html: every page, and links that lead somewhere" {
	command -v mandoc >/dev/null || skip 'no mandoc here'
	make -s -C "$root" html
	[ "$(find "$root/build/html" -name '*.html' | wc -l)" -eq "$(find "$root/man" -name '*.[157]' | wc -l)" ]
	grep -oh 'href="hitl[^"#]*' "$root"/build/html/*.html | sort -u | sed 's/href="//' >links
	[ "$(wc -l <links)" -ge 10 ]
	while read -r page; do
		[ -s "$root/build/html/$page" ] || { echo "no $page"; false; }
	done <links
}

@test "programs are hardened: position-independent, read-only relocations, canaries, no stack to run" {
	[ "$(uname -m)" = x86_64 ] || skip 'what the compiler can do is another thing here'
	"$root/scripts/hardening" "$B"/hitl-* >list
	cat list
	[ "$(grep -c . list)" -eq 9 ]
	! grep -q ' no' list || false
}
