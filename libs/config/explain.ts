import type { z } from 'zod';

/** What was expected of a setting, as the second half of a sentence that begins with its name; zod's own words else. */
export function explain(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int'
        ? `is ${String(issue.input)}: expected a whole number`
        : issue.expected === 'number'
          ? 'is no number'
          : undefined;
    case 'too_small':
      if (issue.origin !== 'number' && issue.origin !== 'int') return undefined;
      return `is too small: expected ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
    case 'too_big':
      if (issue.origin !== 'number' && issue.origin !== 'int') return undefined;
      return `is too large: expected ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`;
    case 'invalid_value':
      return `is none of ${issue.values.join(', ')}`;
    case 'invalid_format':
      return FORMATS[issue.format];
    default:
      return undefined;
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  url: 'is no address: expected something like https://media.example.com',
  email: 'is no e-mail address',
};
