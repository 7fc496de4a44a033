// The SQL on stdin through DuckDB's library, for want of its program: rows
// as lines, columns between blanks.  NODE_PATH says where @duckdb/node-api is.
const { DuckDBInstance } = require('@duckdb/node-api');

(async () => {
	const sql = require('fs').readFileSync(0, 'utf8');
	const connection = await (await DuckDBInstance.create()).connect();
	const result = await connection.runAndReadAll(sql);
	for (const row of result.getRows())
		console.log(row.join(' '));
})();
