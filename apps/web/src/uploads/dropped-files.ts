export interface PickedFile {
  file: File;
  /** Folders it was in, `holiday/day 1`; '' for none. */
  folder: string;
}

/** What systems leave in folders and nobody means to upload. */
const LITTER = /^(\.|Thumbs\.db$|desktop\.ini$)/;

/** Files of a drop, those in dropped folders as well. To be called in the event itself: later the browser forgets them. */
export async function droppedFiles(transfer: DataTransfer): Promise<PickedFile[]> {
  const dropped = [...transfer.items].filter(({ kind }) => kind === 'file').map(takeItem);
  return (await Promise.all(dropped)).flat();
}

/** What came from a disk is an entry, which may be a folder; what a program made is a file alone. */
function takeItem(item: DataTransferItem): Promise<PickedFile[]> {
  const entry = item.webkitGetAsEntry();
  if (entry) return walk(entry, '');
  const file = item.getAsFile();
  return Promise.resolve(file ? [{ file, folder: '' }] : []);
}

/** Files of an `<input type="file">`, which tells folders by its own name for paths. */
export const pickedFiles = (list: FileList): PickedFile[] =>
  [...list]
    .filter(({ name }) => !LITTER.test(name))
    .map((file) => ({ file, folder: file.webkitRelativePath.split('/').slice(0, -1).join('/') }));

async function walk(entry: FileSystemEntry, folder: string): Promise<PickedFile[]> {
  if (LITTER.test(entry.name)) return [];
  if (entry.isFile) return [{ file: await fileOf(entry as FileSystemFileEntry), folder }];
  const inside = folder === '' ? entry.name : `${folder}/${entry.name}`;
  const found: PickedFile[] = [];
  for (const child of await childrenOf(entry as FileSystemDirectoryEntry)) found.push(...(await walk(child, inside)));
  return found;
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
