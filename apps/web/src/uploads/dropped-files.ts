export interface PickedFile {
  file: File;
  /** Folders it was in, `holiday/day 1`; '' for none. */
  folder: string;
}

/** What systems leave in folders and nobody means to upload. */
const LITTER = /^(\.|Thumbs\.db$|desktop\.ini$)/;

interface Dropped {
  files: PickedFile[];
  /** Names of files and folders that the system did not let the browser read, or that had gone meanwhile. */
  unreadable: string[];
}

/** Files of a drop, those in dropped folders as well. To be called in the event itself: later the browser forgets them. */
export async function droppedFiles(items: Iterable<DataTransferItem>): Promise<Dropped> {
  // What came from a disk is an entry, which may be a folder; what a program made is a file alone.
  const taken = [...items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const dropped: Dropped = { files: [], unreadable: [] };
  for (const one of taken)
    if (one instanceof File) dropped.files.push({ file: one, folder: '' });
    else if (one) await walk(one, '', dropped);
  return dropped;
}

/** Files of an `<input type="file">`, which tells folders by its own name for paths. */
export const pickedFiles = (list: FileList): PickedFile[] =>
  [...list]
    .filter(({ name }) => !LITTER.test(name))
    .map((file) => ({ file, folder: file.webkitRelativePath.split('/').slice(0, -1).join('/') }));

/** What cannot be read does not keep the rest of the drop from being uploaded. */
async function walk(entry: FileSystemEntry, folder: string, dropped: Dropped): Promise<void> {
  if (LITTER.test(entry.name)) return;
  try {
    if (entry.isFile) {
      dropped.files.push({ file: await fileOf(entry as FileSystemFileEntry), folder });
      return;
    }
    const inside = folder === '' ? entry.name : `${folder}/${entry.name}`;
    for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) await walk(child, inside, dropped);
  } catch {
    dropped.unreadable.push(entry.name);
  }
}

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => entry.file(resolve, reject));

/** A reader gives a hundred entries at a time, and none when there are no more. */
async function childrenOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return children;
    children.push(...some);
  }
}
