import { useCallback, useMemo, useState } from 'react';

export interface Selection {
  ids: ReadonlySet<string>;
  /** @param range with everything between it and the one that was chosen before */
  toggle: (id: string, range: boolean) => void;
  all: () => void;
  clear: () => void;
}

/** Which of `order` are chosen; those that are no longer there are forgotten. */
export function useSelection(order: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [anchor, setAnchor] = useState<string>();
  const ids = useMemo(() => {
    if (chosen.size === 0) return chosen;
    return new Set(order.filter((id) => chosen.has(id)));
  }, [chosen, order]);

  const toggle = useCallback(
    (id: string, range: boolean) => {
      const from = anchor === undefined ? -1 : order.indexOf(anchor);
      const to = order.indexOf(id);
      setAnchor(id);
      setChosen((before) => {
        const after = new Set(before);
        if (range && from >= 0)
          for (const one of order.slice(Math.min(from, to), Math.max(from, to) + 1)) after.add(one);
        else if (!after.delete(id)) after.add(id);
        return after;
      });
    },
    [anchor, order],
  );
  const all = useCallback(() => setChosen(new Set(order)), [order]);
  const clear = useCallback(() => setChosen(new Set()), []);
  return { ids, toggle, all, clear };
}
