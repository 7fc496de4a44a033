# Servers of the machine's own packages, for the time of a test file, on
# loopback and in its temporary directory.

# A command as somebody PostgreSQL lets run a server: not root.
as_nobody_special() {
	if [ "$(id -u)" -eq 0 ]; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

# A port nobody listens on.
free_port() {
	perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'
}

# Where the programs of the newest server are, if there is one.
postgres_bin() {
	find /usr/lib/postgresql -name initdb 2>/dev/null | sort -V | tail -1 | sed 's,/initdb$,,'
}

# Sets POSTGRES, the URI of its database, and POSTGRES_AT, where it is: a
# directory that somebody else can look into.
start_postgres() {
	local bin port
	bin=$(postgres_bin)
	[ -n "$bin" ] || return 1
	export POSTGRES_AT POSTGRES POSTGRES_BIN=$bin
	POSTGRES_AT=$(mktemp -d "${TMPDIR:-/tmp}/hitl-postgres.XXXXXX")
	[ "$(id -u)" -ne 0 ] || chown postgres "$POSTGRES_AT"
	as_nobody_special "$bin/initdb" -D "$POSTGRES_AT/data" -U hitl -A trust -E UTF8 --locale=C >/dev/null || return 1
	port=$(free_port) # as late as can be: another may take it
	as_nobody_special "$bin/pg_ctl" -D "$POSTGRES_AT/data" -s -w -t 60 -l "$POSTGRES_AT/log" \
		-o "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories='' -c fsync=${POSTGRES_FSYNC:-off}" \
		start 3>&- || return 1
	POSTGRES="postgres://hitl@127.0.0.1:$port/postgres"
}

stop_postgres() {
	[ -n "${POSTGRES_AT:-}" ] || return 0
	as_nobody_special "$POSTGRES_BIN/pg_ctl" -D "$POSTGRES_AT/data" -s -m immediate stop || true
	rm -rf "$POSTGRES_AT"
}

# Sets REDIS, host and port, and REDIS_AT.
start_redis() {
	local port
	export REDIS REDIS_AT
	REDIS_AT=$(mktemp -d "${TMPDIR:-/tmp}/hitl-redis.XXXXXX")
	port=$(free_port)
	redis-server --bind 127.0.0.1 --port "$port" --dir "$REDIS_AT" --save '' --daemonize yes \
		--requirepass secret --logfile "$REDIS_AT/log" --pidfile "$REDIS_AT/pid" >/dev/null 3>&- || return 1
	REDIS=127.0.0.1:$port
	await answers
}

answers() {
	[ "$(redis PING 2>/dev/null)" = PONG ]
}

# redis WORD...: a command to it
redis() {
	redis-cli --no-auth-warning -a secret -p "${REDIS#*:}" "$@"
}

stop_redis() {
	[ -n "${REDIS_AT:-}" ] || return 0
	redis SHUTDOWN NOSAVE >/dev/null 2>&1 || true
	rm -rf "$REDIS_AT"
}
