import { useEffect, useState } from 'react';
import { useUser } from '../session/use-session';
import { Icon } from '../ui/icon';
import { say } from '../ui/toasts';
import { words } from '../words/words';
import { droppedFiles } from './dropped-files';
import { uploads } from './use-uploads';

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;

function add({ files, unreadable }: Awaited<ReturnType<typeof droppedFiles>>): void {
  uploads.add(files);
  const [first] = unreadable;
  if (first !== undefined) say(words.uploads.unreadable(first, unreadable.length));
}

/** The whole window takes files, on whatever page. Who may not upload is told so: else the browser would open them. */
export function DropAnywhere() {
  const mayAdd = useUser().tenantRole !== 'VIEWER';
  const [isOver, setIsOver] = useState(false);
  useEffect(() => {
    // Entering a child comes before leaving its parent: who is inside is counted.
    let depth = 0;
    const onEnter = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth += 1;
      setIsOver(mayAdd);
    };
    const onLeave = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth -= 1;
      if (depth <= 0) setIsOver(false);
    };
    const onOver = (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault();
    };
    const onDrop = (event: DragEvent): void => {
      if (!event.dataTransfer || !hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setIsOver(false);
      if (mayAdd) void droppedFiles(event.dataTransfer.items).then(add);
      else say(words.library.viewersOnly);
    };
    const handlers = { dragenter: onEnter, dragleave: onLeave, dragover: onOver, drop: onDrop } as const;
    const names = Object.keys(handlers) as (keyof typeof handlers)[];
    for (const name of names) window.addEventListener(name, handlers[name]);
    return () => {
      for (const name of names) window.removeEventListener(name, handlers[name]);
    };
  }, [mayAdd]);
  if (!isOver) return null;
  return (
    <div className="drop-veil" aria-hidden="true">
      <div>
        <Icon name="upload" size={44} />
        <strong>{words.uploads.drop}</strong>
      </div>
    </div>
  );
}
