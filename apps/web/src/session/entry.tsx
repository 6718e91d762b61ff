import type { ReactNode } from 'react';
import icon from '../icon.svg';
import { words } from '../words/words';

/** The frame of the pages before the sign-in. */
export function Entry({ title, hint, children }: { title: string; hint: string; children: ReactNode }) {
  return (
    <main className="entry">
      <div className="card entry-card">
        <div className="brand">
          <img src={icon} alt="" />
          {words.product}
        </div>
        <h1>{title}</h1>
        <p className="muted">{hint}</p>
        {children}
      </div>
    </main>
  );
}
