import { STORYBOARD_FILE, type Storyboard } from './command.js';

/** The WebVTT track that says which part of the sheet shows which seconds of the film. @param seconds of the film */
export function storyboardTrack({ interval, columns, rows, width, height }: Storyboard, seconds: number): string {
  const count = Math.min(columns * rows, Math.max(1, Math.ceil(seconds / interval)));
  const cues = Array.from({ length: count }, (_, index) => {
    const [from, to] = [
      index * interval,
      Math.max(index * interval + 0.001, Math.min((index + 1) * interval, seconds)),
    ];
    const [x, y] = [(index % columns) * width, Math.floor(index / columns) * height];
    return `${timestamp(from)} --> ${timestamp(to)}\n${STORYBOARD_FILE}#xywh=${x},${y},${width},${height}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

/** `01:02:03.004`, as WebVTT writes it. */
export function timestamp(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  const [hours, minutes] = [Math.floor(milliseconds / 3_600_000), Math.floor(milliseconds / 60_000) % 60];
  const rest = (milliseconds % 60_000) / 1000;
  return `${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}:${rest.toFixed(3).padStart(6, '0')}`;
}
