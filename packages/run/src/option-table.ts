import type { RunOptionWords } from './words/words.ts';

/** Flags as people write them, and the key of their sentence: the only list of them, for the parser, both helps and the CLI. */
export const runOptionTable = [
  ['--socket <path>', 'socket'],
  ['--name <name>', 'name'],
  ['--log-dir <folder>', 'logDir'],
  ['--log-limit <size>', 'logLimit'],
  ['--max-restarts <n>', 'maxRestarts'],
  ['--min-uptime <time>', 'minUptime'],
  ['--max-memory <size>', 'maxMemory'],
  ['--kill-timeout <time>', 'killTimeout'],
] as const satisfies readonly (readonly [flags: string, words: keyof RunOptionWords])[];
