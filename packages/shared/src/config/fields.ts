import { z } from 'zod';
import { cronProblem, isZone } from '../cron.ts';
import { parseDuration } from '../duration.ts';

/** Name of a service, database, target or channel. */
export const Name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, 'a name has letters, digits, - and _ and is at most 63 long');

/** What a supervisor's program is told to act on: never a flag, never a path. */
export const TargetName = z
  .string()
  .regex(/^[A-Za-z0-9@._][A-Za-z0-9@._-]*$/, 'a name here has letters, digits, @ . _ - and does not begin with -');

/** Duration as text with a unit in YAML, milliseconds in code. */
export const DurationMs = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  context.addIssue({ code: 'custom', message: `"${text}" is not a duration; write 500ms, 10s, 15m, 6h or 7d` });
  return z.NEVER;
});

export const Zone = z
  .string()
  .refine(isZone, { error: (issue) => `"${issue.input}" is not an IANA time zone such as Asia/Tokyo` });

export const CronText = z.string().superRefine((text, context) => {
  const problem = cronProblem(text, 'UTC');
  if (problem) context.addIssue({ code: 'custom', message: `"${text}" is not a cron pattern: ${problem}` });
});

export const Locale = z.enum(['ja', 'en']);
export type Locale = z.infer<typeof Locale>;

/** Where a secret lies: an environment variable (also read as `<NAME>_FILE`) or a file. A literal is refused. */
export const SecretRef = z.union(
  [z.strictObject({ env: z.string().regex(/^[A-Z][A-Z0-9_]*$/) }), z.strictObject({ file: z.string().min(1) })],
  {
    error: 'a secret is never written here: use {env: NAME} or {file: /path}',
  },
);
export type SecretRef = z.infer<typeof SecretRef>;

/** A plain value, or the name of the variable that holds it. */
export const TextOrEnv = z.union([z.string().min(1), z.strictObject({ env: z.string() })]);

/** sun_path of unix(7) holds 108 bytes with the one that ends it; a longer path would be cut short in silence. */
const socketPathMaxBytes = 107;

/** Where a unix socket lies. */
export const SocketPath = z
  .string()
  .min(1)
  .refine((file) => Buffer.byteLength(file) <= socketPathMaxBytes, {
    error: `the path of a socket has at most ${socketPathMaxBytes} bytes; use a shorter folder`,
  });

/** Where a container engine listens, as DOCKER_HOST says it; ssh and TLS are left to a tunnel or to the socket proxy. */
export const EngineHost = z
  .string()
  .regex(/^(unix:\/\/\/.+|tcp:\/\/([A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?\/?)$/, {
    error: 'write unix:///var/run/docker.sock or tcp://socket-proxy:2375',
  });

/** For sections of later versions: the value that means "off" is accepted, anything else is refused. */
export const notYet = <T extends z.ZodType>(off: T) =>
  z.unknown().transform((value, context) => {
    const parsed = off.safeParse(value);
    if (parsed.success) return parsed.data as z.infer<T>;
    context.addIssue({
      code: 'custom',
      message: 'not yet: this version does not act on this setting, so it refuses it',
    });
    return z.NEVER;
  });
