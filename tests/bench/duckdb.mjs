// The peer that is made for this: DuckDB drops the duplicates and groups, from the gzip file into a table of its own file.
//   node duckdb.mjs MODULES REPORT DATABASE THREADS
import { createRequire } from "node:module";

const [modules, report, database, threads] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(modules + "/")("@duckdb/node-api");
const instance = await DuckDBInstance.create(database, { threads });
const connection = await instance.connect();

await connection.run(`
    CREATE TABLE cell AS
    SELECT CAST(played_at + INTERVAL 1 HOUR AS DATE) AS period, isrc, upc, territory, tier,
           count(*) AS streams, count(*) FILTER (WHERE seconds > 30) AS monetised
      FROM (SELECT DISTINCT ON (sequence_id) *
              FROM read_csv('${report}', header = true,
                            columns = {'sequence_id': 'BIGINT', 'isrc': 'VARCHAR', 'upc': 'VARCHAR',
                                       'territory': 'VARCHAR', 'tier': 'VARCHAR',
                                       'played_at': 'TIMESTAMP', 'seconds': 'DECIMAL(12, 3)'}))
     GROUP BY ALL`);
await connection.run("CHECKPOINT");

const reader = await connection.runAndReadAll("SELECT sum(streams)::VARCHAR FROM cell");
console.log(reader.getRows()[0][0]);
