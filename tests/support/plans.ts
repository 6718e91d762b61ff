import pg from 'pg';
import type { Database } from '#libs/database/database.js';

/** A node of a query plan, as EXPLAIN (FORMAT JSON) shows it. */
interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

export interface Plan {
  sql: string;
  /** Every node: its type and, where it has one, its index. */
  nodes: string[];
}

/** How PostgreSQL runs each SELECT on `table` that `work` sends, whoever wrote it. */
export async function plansOf(database: Database, table: string, work: () => Promise<unknown>): Promise<Plan[]> {
  const sent: { text: string; values: unknown[] }[] = [];
  const spy = jest.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    for (const [statement] of spy.mock.calls)
      if (isQuery(statement) && /^\s*(SELECT|WITH)/i.test(statement.text) && statement.text.includes(table))
        sent.push({ text: statement.text, values: statement.values ?? [] });
  } finally {
    spy.mockRestore();
  }
  return Promise.all(sent.map(({ text, values }) => explain(database, text, values)));
}

const isQuery = (statement: unknown): statement is { text: string; values?: unknown[] } =>
  typeof statement === 'object' && statement !== null && 'text' in statement;

async function explain(database: Database, sql: string, values: unknown[]): Promise<Plan> {
  const [row] = await database.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    '',
    `EXPLAIN (FORMAT JSON) ${sql}`,
    values,
  );
  const nodes: string[] = [];
  const visit = (node: PlanNode): void => {
    nodes.push([node['Node Type'], node['Index Name']].filter(Boolean).join(' '));
    node.Plans?.forEach(visit);
  };
  if (row) visit(row['QUERY PLAN'][0].Plan);
  return { sql, nodes };
}
