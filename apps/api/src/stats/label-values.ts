/**
 * SQL for the values of a label in a column of labels: one row a value of a list, and one row of null where there is no
 * such label or nothing in it. `name` is SQL as well: a quoted name or a parameter.
 */
export const labelValues = (column: string, name: string): string => `
  LATERAL (
    SELECT value AS key FROM jsonb_array_elements_text(CASE jsonb_typeof(${column} -> ${name})
      WHEN 'array' THEN CASE ${column} -> ${name} WHEN '[]' THEN '[null]' ELSE ${column} -> ${name} END
      WHEN 'string' THEN jsonb_build_array(${column} -> ${name})
      ELSE '[null]' END) AS value
  ) AS label`;
