export function judge(
  stack: { workerEnds: number },
  row: {
    outcome: string;
    kind: string | null;
    mime: string | null;
    outputs: string[];
    warnings: string[];
    code: string | null;
    reason: string | null;
    asset: Record<string, string> | null;
  },
): Promise<string[]>;
