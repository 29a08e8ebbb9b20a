import { randomUUID } from 'node:crypto';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { z } from 'zod';
import { openPostgres, type PostgresSession } from '../postgres/open-postgres.ts';
import { type PostgresAddress, withDatabase } from '../postgres/postgres-address.ts';
import { judgePools, PoolDatabaseRow, PoolRow } from './core/judge-pools.ts';
import { postgresProblem } from './core/postgres-problem.ts';
import { bad, good, unknown, type Verdict } from './verdict.ts';

export interface Question {
  config: ProbeConfigOf<'postgres'>;
  address: PostgresAddress;
  /** Cuts every connection. */
  signal: AbortSignal;
  onConnected: () => void;
  /** Monotonic ms. */
  begunAt: number;
}

/** As many rows as are counted of a query that should give none. */
const rowsCounted = 1_000;
const consoleName = 'pgbouncer';

/** Asks what is to be asked, on connections that are closed in the end. @throws the errors of `pg` */
export function ask(question: Question): Promise<Verdict> {
  switch (question.config.ask) {
    case 'connect':
      return withSession(question, async (session) => {
        await session.query('select 1');
        return good('answers');
      });
    case 'tables':
      return withSession(question, (session) => readTables(session, question));
    case 'query':
      return withSession(question, (session) => countBrokenRows(session, question));
    case 'notify':
      return hearNotice(question);
    case 'pool':
      return askPool(question);
    default:
      return question.config.ask satisfies never;
  }
}

async function withSession(
  { address, signal, onConnected }: Pick<Question, 'address' | 'signal' | 'onConnected'>,
  use: (session: PostgresSession) => Promise<Verdict>,
): Promise<Verdict> {
  const session = await openPostgres(address.url, signal);
  onConnected();
  try {
    return await use(session);
  } finally {
    session.close();
  }
}

/** Of the time that is left, what a query may take before the server ends it: there, it would go on without us. */
const shareOfQuery = 0.75;

/** Nothing is written. */
function begin({ config, begunAt }: Question): string {
  const leftMs = config.timeout - (performance.now() - begunAt);
  return `begin read only; set local statement_timeout = ${Math.max(1, Math.round(leftMs * shareOfQuery))}`;
}

async function readTables(session: PostgresSession, question: Question): Promise<Verdict> {
  const { config, address } = question;
  const problems: string[] = [];
  for (const table of config.tables) {
    try {
      await session.query(`${begin(question)}; select 1 from ${quoted(table)} limit 1`);
    } catch (error) {
      const { trouble, detail } = postgresProblem(error, address);
      if (trouble !== 'permission' && trouble !== 'no_table' && trouble !== 'late') throw error;
      problems.push(trouble === 'late' ? `${table}: ${detail}` : detail);
    }
    await session.query('rollback');
  }
  const read = config.tables.length - problems.length;
  const measured = { value: read, unit: 'count' } as const;
  return problems.length > 0 ? bad(problems.join('; '), measured) : good(`${read} tables can be read`, measured);
}

/** `schema.table`, each name taken as it is written. */
const quoted = (table: string): string =>
  table
    .split('.')
    .map((name) => `"${name.replaceAll('"', '""')}"`)
    .join('.');

/** A cursor: of a query that should give nothing, a million rows may come. What they hold is nobody's business here. */
async function countBrokenRows(session: PostgresSession, question: Question): Promise<Verdict> {
  const sql = question.config.sql?.trim().replace(/;+$/, '');
  if (!sql) return unknown('no SQL is given');
  await session.query(`${begin(question)}; declare yoban_probe no scroll cursor for ${sql}`);
  const rows = await session.query(`fetch ${rowsCounted} from yoban_probe`);
  await session.query('rollback');
  const measured = { value: rows.length, unit: 'count' } as const;
  if (rows.length === 0) return good('the query gives no row', measured);
  const many = rows.length === rowsCounted ? `${rowsCounted} rows or more` : `${rows.length} rows`;
  return bad(`the query gives ${many}, expected none`, measured);
}

/** Two connections: what a session tells itself goes another way in the server than what it tells others. */
function hearNotice(question: Question): Promise<Verdict> {
  const channel = `yoban_${randomUUID().replaceAll('-', '')}`;
  return withSession(question, async (listener) => {
    const heard = Promise.withResolvers<void>();
    listener.onNotice((name) => {
      if (name === channel) heard.resolve();
    });
    await listener.query(`listen ${channel}`);
    return withSession(question, async (sender) => {
      const begun = performance.now();
      await sender.query(`notify ${channel}`);
      const isHeard = await firstOf(heard.promise, question.signal);
      if (!isHeard) return bad('LISTEN does not hear NOTIFY');
      return good('LISTEN hears NOTIFY', { value: Math.round((performance.now() - begun) * 10) / 10, unit: 'ms' });
    });
  });
}

const firstOf = (heard: Promise<void>, signal: AbortSignal): Promise<boolean> =>
  Promise.race([
    heard.then(() => true),
    new Promise<boolean>((resolve) => signal.addEventListener('abort', () => resolve(false), { once: true })),
  ]);

/** pgbouncer's console, with the user of the address; of the pool of its database, or of all where it names the console. */
async function askPool(question: Question): Promise<Verdict> {
  const { address, config } = question;
  const database = address.database === consoleName ? null : address.database;
  const console = { ...address, url: withDatabase(address, consoleName), database: consoleName };
  return withSession({ ...question, address: console }, async (session) => {
    const pools = z.array(PoolRow).parse(await session.query('show pools'));
    const databases = z.array(PoolDatabaseRow).parse(await session.query('show databases'));
    return judgePools(pools, databases, { database, maxWaiting: config.maxWaiting });
  });
}
