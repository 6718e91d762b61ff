import type { ReactNode } from 'react';

interface SectionProps {
  /** Of its heading, which names it for those who listen. */
  id: string;
  title: string;
  hint?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}

/** A card with a heading, and perhaps something to do beside it. */
export function Section({ id, title, hint, action, children }: SectionProps) {
  return (
    <section className="card" aria-labelledby={id}>
      <header>
        <div className="grow">
          <h2 id={id}>{title}</h2>
          {hint !== undefined && <p className="muted small">{hint}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  );
}
