import type { Schemas } from '../api/client';
import { words } from '../words/words';

type State = Schemas['Job']['state'] | Schemas['Job']['attempts'][number]['outcome'];

const TONES: Partial<Record<State, string>> = {
  ACTIVE: 'accent',
  RUNNING: 'accent',
  COMPLETED: 'ok',
  FAILED: 'danger',
  LOST: 'warn',
  DELAYED: 'warn',
};

export function JobState({ state }: { state: State }) {
  return <span className={`badge ${TONES[state] ?? ''}`}>{words.admin.states[state]}</span>;
}
