/** What can be wrong, in the order of the report. `remedy` is what --fix does about it. */
export const problems = {
  orphan: { title: 'objects that belong to nothing', remedy: 'delete' },
  'upload-leftover': { title: 'objects of expired or refused uploads', remedy: 'delete' },
  'upload-unfinished': { title: 'parts of files that nobody sends', remedy: 'abort' },
  foreign: { title: 'objects whose keys are not of our making', remedy: 'none' },
  'original-lost': { title: 'assets whose original is missing', remedy: 'mark-lost' },
  'original-differs': { title: 'originals of another size than recorded', remedy: 'none' },
  'rendition-lost': { title: 'renditions whose object is missing', remedy: 'reprocess' },
  'count-wrong': { title: 'bytes whose users are miscounted', remedy: 'recount' },
  'job-missing': { title: 'unprocessed assets without a job', remedy: 'reprocess' },
} as const satisfies Record<
  string,
  { title: string; remedy: 'delete' | 'abort' | 'mark-lost' | 'reprocess' | 'recount' | 'none' }
>;

export type Problem = keyof typeof problems;

export type Remedy = (typeof problems)[Problem]['remedy'];

export const PROBLEMS = Object.keys(problems) as Problem[];
