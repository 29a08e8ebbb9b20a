import { existsSync } from 'node:fs';
import path from 'node:path';
import { readLastLines } from '@yoban/host-tools/read-last-lines';
import type { JournalUnit } from '@yoban/host-tools/supervisors/supervisor';
import { OpsError } from '@yoban/shared/errors';
import { type CommandContext, type RunCommand, textOption } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { followFile } from '../follow-file.ts';
import { parseLines } from '../parse-lines.ts';
import { pickService } from '../pick-service.ts';
import { showJournal } from '../show-journal.ts';

const linesMax = 10_000;

/** The kit's own services write to `YOBAN_HOME/logs`. */
const kitServices = ['health-api', 'alerter', 'backup-worker', 'watchdog'];

interface LogFile {
  stream: 'out' | 'error';
  file: string;
}

/** `logs [SERVICE] [--follow] [--lines N]`: a guarded service by its supervisor's files, one of the kit's by its own. */
export const logs: RunCommand = async (context, given) => {
  const { io, out } = context;
  const name = given.args[0] ?? context.found().kit.primary;
  const count = parseLines(textOption(given, 'lines'), linesMax, context.words);
  const { files, journal } = await logFiles(name, context);
  const follow = given.options.follow === true;
  if (journal) return showJournal(context, name, { unit: journal, count, follow });
  const tails = files.map((log) => ({ ...log, ...readLastLines(log.file, count) }));
  const show = (stream: string, line: string) =>
    out.line(out.json ? JSON.stringify({ service: name, stream, line }) : line);
  if (out.json && !follow) {
    out.result(
      { service: name, files: tails.map(({ stream, file, lines }) => ({ stream, file, lines })) },
      () => undefined,
    );
    return exitCodes.fine;
  }
  for (const { stream, file, lines } of tails) {
    if (!out.json && tails.length > 1) out.note(`==> ${file}`);
    for (const line of lines) show(stream, line);
  }
  if (follow) {
    io.deferEnd();
    await Promise.all(
      tails.map(({ stream, file, endOffset }) => followFile(file, endOffset, (line) => show(stream, line), io.signal)),
    );
  }
  return exitCodes.fine;
};

interface FoundLogs {
  files: LogFile[];
  /** Where they are when they are in no file. */
  journal?: JournalUnit | undefined;
}

async function logFiles(name: string, { words, found }: CommandContext): Promise<FoundLogs> {
  const { kit } = found();
  const own = path.join(kit.paths.logs, `${name}.log`);
  if (!kit.config.services[name] && kitServices.includes(name) && existsSync(own))
    return { files: [{ stream: 'out', file: own }] };
  const { supervisor } = pickService(kit, name, words);
  const { out, error } = await supervisor.logFiles();
  const files: LogFile[] = [];
  if (out) files.push({ stream: 'out', file: out });
  if (error && error !== out) files.push({ stream: 'error', file: error });
  const there = files.filter(({ file }) => existsSync(file));
  if (there.length > 0) return { files: there };
  if (supervisor.journal) return { files: [], journal: supervisor.journal };
  if (files.length > 0) {
    const elsewhere = words.service.logsElsewhere(name, files.map(({ file }) => file).join(', '));
    throw new OpsError('SUPERVISOR_UNAVAILABLE', elsewhere, { hint: words.service.logsElsewhereHint(name) });
  }
  throw new OpsError('SUPERVISOR_UNAVAILABLE', words.service.noLogs(name), { hint: words.service.noLogsHint });
}
