/** Values that must not travel in a message: what is named as a secret, tokens by their look, addresses with a secret in them. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[redacted]'],
  [/\bhttps?:\/\/hooks\.[^\s"']+/gi, '[redacted]'],
  [/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@"']*:[^\s/@"']*@/gi, '$1[redacted]@'],
  // The whole of a header: a scheme that we do not know would leave its credentials behind.
  [/(\b(?:proxy-)?authorization["']?\s*[=:]\s*)("[^"\n]*"|'[^'\n]*'|[^\n"']+)/gi, '$1[redacted]'],
  [/(\b(?:set-)?cookie["']?\s*:\s*)("[^"\n]*"|'[^'\n]*'|[^\n"']+)/gi, '$1[redacted]'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, '$1 [redacted]'],
  [
    /((?:pass(?:word|wd|phrase)?|pwd|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|credentials?|authorization|cookie)[\w-]*["']?\s*[=:]\s*)(?!\[redacted\])("[^"]*"|'[^']*'|[^\s,;&]+)/gi,
    '$1[redacted]',
  ],
  // `--password hunter2`: a flag and its value are two words of a command line.
  [/((?:^|\s)--?[\w-]*(?:password|passwd|secret|token|api-?key)[\w-]*\s+)(?!-)[^\s]+/gi, '$1[redacted]'],
  [/\b[A-Za-z0-9_-]{40,}\b/g, '[redacted]'],
];

/** Text with everything taken out that looks like a secret. The one place where this is decided. */
export const redact = (text: string): string =>
  secrets.reduce((clean, [pattern, with_]) => clean.replace(pattern, with_), text);

/** Names of variables whose values are nobody's business. Of an address only its password is, which is found by its look. */
const secretName = /pass|secret|token|key|credential|auth|cookie|dsn|webhook|private/i;
/** Shorter values stand in ordinary text too often. */
const leastLength = 6;

/**
 * A redactor that also takes out the values of an environment's secrets, wherever they stand: a program that prints its token
 * without its name is not found by its look.
 */
export function redactorOf(env: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const values = Object.entries(env)
    .flatMap(([name, value]) => (value && value.length >= leastLength && secretName.test(name) ? [value] : []))
    // The longest first: one secret may be the beginning of another.
    .sort((a, b) => b.length - a.length);
  return (text) => redact(values.reduce((clean, value) => clean.replaceAll(value, '[redacted]'), text));
}
