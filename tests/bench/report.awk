# Of lines "NAME wall-seconds CPU-seconds server's-CPU-seconds peak-kilobytes": medians, spread, ratios, goals.

function sorted_times(name, values,    count, i, j, swap) {
    count = split(walls[name], values, " ")
    for (i = 1; i <= count; i++)
        for (j = i + 1; j <= count; j++)
            if (values[j] + 0 < values[i] + 0) {
                swap = values[i]
                values[i] = values[j]
                values[j] = swap
            }
    return count
}

function median(name,    values, count) {
    count = sorted_times(name, values)
    return count % 2 ? values[(count + 1) / 2] : (values[count / 2] + values[count / 2 + 1]) / 2
}

function ratio(name, peer) {
    return name in walls && peer in walls ? median(name) / median(peer) : -1
}

function figure(name, what, peer, note,    values, count, part) {
    if (!(name in walls))
        return
    count = sorted_times(name, values)
    part = ratio(name, peer)
    printf "%-38s %8.3f %8.3f %8.3f %4d %8.2f %8.2f %8.2f %8.0f  %s\n", what, median(name), values[1], values[count], count,
        part, cpu[name] / count, server_cpu[name] / count, peak[name] / 1024, note
    figures = figures sprintf("%s\"%s\":{\"seconds\":%.4f,\"least\":%.4f,\"most\":%.4f,\"runs\":%d,\"ratio\":%.4f,\"cpu\":%.2f,\"server_cpu\":%.2f,\"peak_kb\":%d}",
        figures == "" ? "" : ",", name, median(name), values[1], values[count], count, part, cpu[name] / count, server_cpu[name] / count,
        peak[name])
}

# Goals are at most so much, but those that begin with ">".
function goal(what, found, limit, unit,    bound, reached) {
    if (found < 0)
        return
    bound = limit
    sub(/^>/, "", bound)
    reached = limit ~ /^>/ ? found >= bound + 0 : found <= bound + 0
    printf "%-56s %9.2f  %s %5s %-7s %s\n", what, found, limit ~ /^>/ ? ">=" : "<=", bound, unit, reached ? "reached" : "not reached"
    goals = goals sprintf("%s{\"what\":\"%s\",\"goal\":\"%s\",\"found\":%.4f,\"reached\":%s}", goals == "" ? "" : ",", what,
        limit, found, reached ? "true" : "false")
}

# The first nights, and the last: medians of a fifth of them each, three at least.
function growth(    nights, window, i) {
    for (nights = 0; ("night-" (nights + 1)) in walls; nights++)
        ;
    if (nights < 6)
        return
    window = nights / 5 < 3 ? 3 : int(nights / 5)
    for (i = 1; i <= window; i++) {
        add("first-nights", "night-" i)
        add("last-nights", "night-" (nights - window + i))
    }
    of_nights = nights
}

function add(name, single) {
    walls[name] = walls[name] " " walls[single]
    cpu[name] += cpu[single]
    server_cpu[name] += server_cpu[single]
    if (peak[single] > peak[name])
        peak[name] = peak[single]
}

{
    walls[$1] = walls[$1] " " $2
    cpu[$1] += $3
    server_cpu[$1] += $4
    if ($5 > peak[$1])
        peak[$1] = $5
}

END {
    growth()
    printf "%d rows, %d repeats, %d processors (%s), PostgreSQL %s\n\n", rows, repeats, processors, processor, server
    printf "%-38s %8s %8s %8s %4s %8s %8s %8s %8s\n", "", "SECONDS", "LEAST", "MOST", "RUNS", "x GZIP", "CPU", "SERVER", "PEAK MB"
    figure("gzip", "gzip -dc", "gzip")
    figure("igzip", "igzip -dc", "gzip")
    figure("pigz", "pigz -dc", "gzip")
    figure("libcsv", "libcsv alone, of the unpacked text", "gzip")
    figure("copy", "psql \\copy into a staging table", "gzip", "a slow peer, run less often")
    figure("conflict", "  + INSERT ... ON CONFLICT DO NOTHING", "gzip", "a slow peer, run less often")
    figure("duckdb", "DuckDB, the same dedupe and roll-up", "gzip", "a slow peer, run less often")
    figure("psql", "psql -c 'SELECT 1'", "psql")
    figure("idle", "ingest, nothing to do", "psql", "x psql")
    figure("ingest", "ingest, one file", "gzip")
    figure("ten", "ingest, ten files, --jobs 2", "gzip-ten", "x gzip of the ten")
    figure("inbox-ten", "  ten files of the inbox", "gzip-ten", "x gzip of the ten")
    figure("quoted", "ingest, quoted, CRLF", "gzip-quoted", "x gzip of the quoted one")
    figure("duplicates", "ingest, everything a duplicate", "gzip-again", "x gzip of that file")
    figure("known", "ingest, a file that is known", "gzip")
    figure("aggregate", "aggregate", "gzip")
    figure("request", "request", "gzip")
    figure("export", "export", "gzip")
    figure("unnamed-ingest", "ingest, rows that name no release", "gzip")
    figure("unnamed-aggregate", "  aggregate of these", "gzip")
    figure("unknown-aggregate", "aggregate, releases that nobody knows", "gzip")
    figure("unknown-list", "  suspense, which lists them", "gzip")
    figure("late-import", "  catalogue import of them", "gzip")
    figure("learned-aggregate", "  aggregate, once they are known", "gzip")
    figure("unrated-request", "request, usage without rates", "gzip")
    figure("rated-request", "  request, once there are rates", "gzip")
    figure("night", "whole night", "gzip")
    figure("gzip-large", "gzip -dc of a larger file", "gzip-large")
    figure("large-ingest", "ingest, the larger file", "gzip-large", "x gzip of it")
    figure("large-aggregate", "  aggregate", "gzip-large")
    figure("large-request", "  request", "gzip-large")
    figure("large-export", "  export", "gzip-large")
    figure("first-nights", "the first nights of " of_nights, "first-nights")
    figure("last-nights", "the last nights", "first-nights", "x the first ones")
    figure("history-first", "a night, no history", "history-first")
    figure("history-second", "  the night behind it", "history-first")
    figure("history-after", "  a night after all the history", "history-second", "x the second night")
    for (name in peak)
        if (name ~ /^(ingest|ten|inbox-|quoted|unnamed-|unknown-|learned-|duplicates|aggregate|request|export|night|large-|history-)/ && peak[name] > most_kb)
            most_kb = peak[name]

    printf "\n%-56s %9s  %s\n", "GOAL", "FOUND", "AT MOST, AT LEAST"
    goal("one file, to gzip", ratio("ingest", "gzip"), "0.5", "x gzip")
    goal("one file, how many times faster than DuckDB", ratio("duckdb", "ingest"), ">15", "times")
    goal("ten files, --jobs 2, to gzip of them", ratio("ten", "gzip-ten"), "0.4", "x gzip")
    goal("  the same in the inbox", ratio("inbox-ten", "gzip-ten"), "0.4", "x gzip")
    goal("quoted, CRLF, to the plain one", ratio("quoted", "ingest"), "1.5", "x plain")
    goal("everything a duplicate, to gzip of it", ratio("duplicates", "gzip-again"), "0.4", "x gzip")
    if ("aggregate" in walls)
        goal("aggregate + request, to gzip", ratio("aggregate", "gzip") + ratio("request", "gzip"), "0.7", "x gzip")
    goal("rows without a release: aggregate, to ingest", ratio("unnamed-aggregate", "unnamed-ingest"), "1", "x ingest")
    goal("whole night, to gzip", ratio("night", "gzip"), "1.5", "x gzip")
    goal("peak memory of any stage", most_kb / 1024, "256", "MB")
    goal("growth: the last nights, to the first", ratio("last-nights", "first-nights"), "1.05", "x first")
    goal("a night after long history, to the first", ratio("history-after", "history-first"), "1.05", "x first")
    goal("a night after long history, to the second", ratio("history-after", "history-second"), "1.05", "x second")
    if ("idle" in walls)
        goal("start-up of a stage with nothing to do", median("idle") * 1000, "30", "ms")
    printf "\n{\"schema\":\"tidemark.bench/1\",\"rows\":%d,\"repeats\":%d,\"processor\":\"%s\",\"processors\":%d,\"postgresql\":\"%s\",\"figures\":{%s},\"goals\":[%s]}\n",
        rows, repeats, processor, processors, server, figures, goals
}
