import { droppedFiles } from './dropped-files';

const AWAY = new DOMException('gone', 'NotFoundError');

/** As browsers hand over what was dropped from a disk. */
function fileEntry(name: string, isReadable = true) {
  const file = (done: (file: File) => void, failed: (error: DOMException) => void): void =>
    isReadable ? done(new File(['x'], name)) : failed(AWAY);
  return { name, isFile: true, isDirectory: false, file };
}

function folderEntry(name: string, children: { name: string }[], isReadable = true) {
  const createReader = () => {
    const batches = [children, []];
    const readEntries = (done: (entries: object[]) => void, failed: (error: DOMException) => void): void =>
      isReadable ? done(batches.shift() ?? []) : failed(AWAY);
    return { readEntries };
  };
  return { name, isFile: false, isDirectory: true, createReader };
}

const itemOf = (entry: object) =>
  ({ kind: 'file', webkitGetAsEntry: () => entry, getAsFile: () => null }) as Partial<DataTransferItem>;
const drop = async (...entries: object[]) => {
  const { files, unreadable } = await droppedFiles(entries.map(itemOf) as DataTransferItem[]);
  return [files.map(({ file, folder }) => `${folder}/${file.name}`), unreadable];
};

it('takes files and folders as they lie, and leaves out what systems left there', async () => {
  const holiday = folderEntry('holiday', [fileEntry('a.jpg'), fileEntry('.DS_Store'), folderEntry('day 1', [])]);
  expect(await drop(holiday, fileEntry('b.jpg'))).toEqual([['holiday/a.jpg', '/b.jpg'], []]);
});

it('what cannot be read is named, and does not keep the rest', async () => {
  const holiday = folderEntry('holiday', [fileEntry('locked.jpg', false), fileEntry('a.jpg')]);
  expect(await drop(folderEntry('secret', [], false), holiday, fileEntry('b.jpg'))).toEqual([
    ['holiday/a.jpg', '/b.jpg'],
    ['secret', 'locked.jpg'],
  ]);
});
