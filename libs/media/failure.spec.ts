import { MediaFailure } from './failure.js';

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
