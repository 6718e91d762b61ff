import { MediaFailure, toMediaFailure } from './failure.js';

describe('MediaFailure', () => {
  it('knows by its code whether trying again can help', () => {
    expect(new MediaFailure('CORRUPT_FILE', 'the file is empty').permanent).toBe(true);
    expect(new MediaFailure('PIXEL_LIMIT_EXCEEDED', 'too large').permanent).toBe(true);
    expect(new MediaFailure('PROCESSOR_CRASHED', 'it crashed').permanent).toBe(false);
    expect(new MediaFailure('TIMED_OUT', 'it took too long').permanent).toBe(false);
  });

  it('says code and reason in its message, and keeps what the decoder said apart', () => {
    const failure = new MediaFailure('CORRUPT_FILE', 'the file is empty', 'VipsJpeg: nothing');
    expect(failure.message).toBe('CORRUPT_FILE: the file is empty');
    expect(failure.diagnostics).toBe('VipsJpeg: nothing');
    expect(failure).toBeInstanceOf(Error);
    expect(failure.name).toBe('MediaFailure');
  });
});

describe('toMediaFailure', () => {
  it('leaves a MediaFailure as it is', () => {
    const failure = new MediaFailure('TIMED_OUT', 'it took too long');
    expect(toMediaFailure(failure)).toBe(failure);
  });

  it('blames the file for nothing else, and bounds what it keeps', () => {
    const failure = toMediaFailure(new Error('x'.repeat(10_000)));
    expect(failure).toMatchObject({ code: 'PROCESSOR_ERROR', permanent: false });
    expect(failure.diagnostics).toHaveLength(4000);
    expect(toMediaFailure('thrown text').diagnostics).toBe('thrown text');
  });

  it('says when the disk is full', () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const detail = 'There was no room left for temporary files.';
    expect(toMediaFailure(full)).toMatchObject({ code: 'DISK_FULL', permanent: false, detail });
  });
});
