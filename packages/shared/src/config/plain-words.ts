import type { z } from 'zod';

const kinds: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping (name: value)',
  record: 'a mapping (name: value)',
};

/** What is wrong with a value of the environment or of yoban.yml, in an operator's words; our own messages stay as they are. */
export function plainWords(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected, issue.message);
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
    case 'invalid_value':
      return `must be ${issue.values.map(String).join(' or ')}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'is not an address such as http://127.0.0.1:3000/' : ownWords(issue.message);
    case 'invalid_key':
      return issue.issues[0] ? plainWords(issue.issues[0]) : 'is not a name';
    default:
      return ownWords(issue.message);
  }
}

/** The parser hides the value it refused, so what it received is only in its sentence. */
function wrongType(expected: string, message: string): string {
  const received = /received (\w+)/.exec(message)?.[1];
  if (received === 'undefined') return 'is missing';
  if (received === 'NaN') return 'is not a number';
  const wanted = `must be ${kinds[expected] ?? expected}`;
  return received === 'null' ? `is empty; it ${wanted}` : wanted;
}

const ownWords = (message: string): string => (/^Invalid\b/.test(message) ? 'is not of a form allowed here' : message);
