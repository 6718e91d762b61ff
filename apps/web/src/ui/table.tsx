import type { ReactNode } from 'react';

/** A table that scrolls by itself where the window is too narrow for it. */
export function Table({ heads, children }: { heads: readonly ReactNode[]; children: ReactNode }) {
  return (
    <div className="card table-wrap" tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            {heads.map((head, index) => (
              <th key={index}>{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
