import { useQuery } from '@tanstack/react-query';
import { reach } from '../api/session';

/** A part of a sheet of pictures, and the seconds that it shows. */
export interface StoryFrame {
  from: number;
  to: number;
  sheet: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const CUE = /([\d:.]+) --> ([\d:.]+).*\n(\S+?)#xywh=(\d+),(\d+),(\d+),(\d+)/g;

const toSeconds = (timestamp: string): number =>
  timestamp.split(':').reduce((seconds, part) => seconds * 60 + Number(part), 0);

/** WebVTT with media fragments (W3C, Media Fragments URI 1.0); `base` is what its names are relative to. */
export const parseStoryboard = (text: string, base: string): StoryFrame[] =>
  [...text.replaceAll('\r', '').matchAll(CUE)].map(([, from = '', to = '', name = '', ...box]) => {
    const [x = 0, y = 0, width = 0, height = 0] = box.map(Number);
    return { from: toSeconds(from), to: toSeconds(to), sheet: new URL(name, base).href, x, y, width, height };
  });

/** The pictures that show where in a film the pointer is; none while they load, or where there are none. */
export function useStoryboard(url: string | null): readonly StoryFrame[] {
  const { data } = useQuery({
    queryKey: ['storyboard', url],
    queryFn: async () => {
      if (url === null) return [];
      const response = await reach(url);
      return response.ok ? parseStoryboard(await response.text(), url) : [];
    },
    enabled: url !== null,
    staleTime: Infinity,
  });
  return data ?? [];
}
