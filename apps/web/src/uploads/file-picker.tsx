import { useRef, type ReactNode } from 'react';
import { words } from '../words/words';
import { pickedFiles } from './dropped-files';
import { uploads } from './use-uploads';

/** The system's dialog for files, or for a folder, behind whatever button. */
export function FilePicker({
  folder = false,
  children,
}: {
  folder?: boolean;
  children: (open: () => void) => ReactNode;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={words.uploads.pick}
        {...(folder && { webkitdirectory: '' })}
        onChange={({ target }) => {
          if (target.files) uploads.add(pickedFiles(target.files));
          target.value = '';
        }}
      />
      {children(() => input.current?.click())}
    </>
  );
}
