import { useRef, useState } from 'react';
import { words } from '../words/words';
import { Button } from './button';
import { say } from './toasts';

const SAID_MS = 1_500;

/** Something to be taken elsewhere: shown whole, and copied by a click. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const [isCopied, setIsCopied] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      // Not allowed, as on pages without TLS: it is selected, the keyboard copies it.
      input.current?.focus();
      input.current?.select();
      say(words.common.copyByHand);
      return;
    }
    setIsCopied(true);
    setTimeout(() => setIsCopied(false), SAID_MS);
  };
  return (
    <div className="row copy-field">
      <input
        ref={input}
        className="input small mono grow"
        readOnly
        aria-label={label}
        value={value}
        onFocus={({ target }) => target.select()}
      />
      <Button small onClick={() => void copy()}>
        {isCopied ? words.common.copied : words.common.copy}
      </Button>
    </div>
  );
}
