-- As analyze_cells.
ANALYZE pg_temp.resolution;
