import { statSync } from 'node:fs';
import path from 'node:path';
import { OpsError } from '@yoban/shared/errors';
import type { EvidenceConfig } from '@yoban/shared/policy/action-config';
import { journalLines } from '../journal/journal-lines.ts';
import { createHttpProbe } from '../probes/http.ts';
import { readLastLines } from '../read-last-lines.ts';
import { resolveProgram } from '../resolve-program.ts';
import { plainEnvironment, runProgram } from '../run-program.ts';
import { diskText } from './builtin/disk-text.ts';
import { memoryText } from './builtin/memory-text.ts';
import { processesText } from './builtin/processes-text.ts';
import { serviceLogsText } from './builtin/service-logs-text.ts';
import { socketsText } from './builtin/sockets-text.ts';
import { supervisorText } from './builtin/supervisor-text.ts';
import type { EvidenceAround } from './evidence-around.ts';

const httpMs = 5_000;
const bodyMaxBytes = 64 * 1024;
const outputMax = 512 * 1024;

/** One piece as text, secrets still in it. Rejects when it cannot be had; the signal ends what takes too long. */
export async function gatherPiece(
  config: EvidenceConfig,
  around: EvidenceAround,
  signal: AbortSignal,
): Promise<string> {
  if ('journal' in config) return journalLines(config.journal, config.journal.lines, signal);
  if ('tail' in config) return fileEnd(path.resolve(around.baseDir, config.tail.path), config.tail.lines);
  if ('http' in config) return httpAnswer(config.http, signal);
  if ('argv' in config) return programOutput(config, around, signal);
  return builtins[config.builtin](around, signal);
}

type Builtin = Extract<EvidenceConfig, { builtin: string }>['builtin'];

const builtins: Record<Builtin, (around: EvidenceAround, signal: AbortSignal) => string | Promise<string>> = {
  ps: processesText,
  sockets: socketsText,
  disk: ({ home, baseDir }) => diskText([home, baseDir, '/']),
  memory: ({ supervisor }) => memoryText(supervisor.processNow()?.pid ?? null),
  supervisor_status: ({ supervisor }) => supervisorText(supervisor),
  service_logs: ({ supervisor }, signal) => serviceLogsText(supervisor, signal),
};

function fileEnd(file: string, lines: number): string {
  // A pipe in its place would make us wait for a writer.
  if (!statSync(file).isFile()) throw new OpsError('USAGE', `${file} is not a file`);
  return `${readLastLines(file, lines).lines.join('\n')}\n`;
}

async function httpAnswer(url: string, signal: AbortSignal): Promise<string> {
  const probe = createHttpProbe({ url, timeoutMs: httpMs, bodyMaxBytes });
  try {
    const seen = await probe.look(signal);
    if (seen.outcome === 'failed') return `no answer after ${seen.latencyMs} ms: ${seen.detail}\n`;
    return `${seen.status} after ${seen.latencyMs} ms\n\n${seen.body}\n`;
  } finally {
    probe.close();
  }
}

async function programOutput(
  { argv: [name = '', ...args], timeout }: Extract<EvidenceConfig, { argv: string[] }>,
  { env, baseDir }: EvidenceAround,
  signal: AbortSignal,
): Promise<string> {
  const file = resolveProgram(name, { searchPath: env.PATH, baseDir });
  const run = { file, args, env: plainEnvironment(env), cwd: baseDir, timeoutMs: timeout, signal, outputMax };
  const { code, stdout, stderr, timedOut } = await runProgram(run);
  const how = timedOut ? 'was ended: it took too long' : `ended with ${code ?? 'a signal'}`;
  return `${name} ${how}\n${stdout}${stderr && `\n--- stderr\n${stderr}`}`;
}
