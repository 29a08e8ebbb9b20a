/** What keeps a database from answering. */
export type PostgresTrouble =
  | 'refused'
  | 'no_host'
  | 'unreachable'
  | 'tls'
  | 'password'
  | 'no_database'
  | 'too_many'
  | 'pool_exhausted'
  | 'no_server'
  | 'paused'
  | 'starting'
  | 'broken'
  | 'permission'
  | 'no_table'
  | 'sql'
  | 'no_console'
  | 'no_file'
  | 'late'
  | 'other';

export interface PostgresProblem {
  trouble: PostgresTrouble;
  /** One line for people; without the address's password, which no message of a server repeats. */
  detail: string;
}

interface Where {
  /** host:port */
  where: string;
  host: string;
  database: string;
}

type Words = (message: string, at: Where) => string;
type Case = [PostgresTrouble, Words];

const isSupabase = (host: string): boolean => /(^|\.)supabase\.(co|com|net)$/.test(host);
const said: Words = (message) => message;

/** SQLSTATE, or the system's code. */
const byCode: Record<string, Case> = {
  ECONNREFUSED: ['refused', (_, { where }) => `connection refused: nothing listens at ${where}`],
  ENOTFOUND: ['no_host', (_, { host }) => `the name ${host} cannot be resolved`],
  ENOENT: ['no_file', (message) => `a file that its address names is not there: ${message}`],
  EAI_AGAIN: ['no_host', (_, { host }) => `the name ${host} cannot be resolved now`],
  EHOSTUNREACH: ['unreachable', (_, { where }) => `${where} cannot be reached`],
  ENETUNREACH: ['unreachable', (_, { where }) => `${where} cannot be reached`],
  ECONNRESET: ['broken', (_, { where }) => `${where} cut the connection`],
  EPIPE: ['broken', (_, { where }) => `${where} cut the connection`],
  '28P01': ['password', () => 'the password or the user is refused'],
  '28000': ['password', (message) => `this user may not connect: ${message}`],
  '3D000': ['no_database', (_, { database }) => `there is no database "${database}"`],
  '53300': ['too_many', (message) => `too many connections: ${message}`],
  '57P03': ['starting', said],
  '57P01': ['broken', said],
  '57P02': ['broken', said],
  '57P05': ['broken', said],
  '57014': ['late', () => 'the query did not end in time: it is slow, or waits for a lock'],
  '42501': ['permission', said],
  '42P01': ['no_table', said],
  '3F000': ['no_table', said],
  '42601': ['sql', (message) => `the SQL is wrong: ${message}`],
  '42703': ['sql', (message) => `the SQL is wrong: ${message}`],
  '25006': ['sql', () => 'the SQL writes; it may only read'],
};

/** pgbouncer and Supabase's pooler say most of theirs with one code and in these words. */
const byMessage: [RegExp, Case][] = [
  [
    /tenant or user not found/i,
    ['paused', () => 'its pooler knows no such project: it is paused or deleted, or the user lacks ".<project>"'],
  ],
  [/^connect ENOENT/, ['refused', (_, { host }) => `no server has its socket in ${host}`]],
  [/sslmode=verify-ca requires/, ['no_file', () => 'sslmode=verify-ca needs sslrootcert']],
  [/no such database/i, ['no_database', (_, { database }) => `the pool knows no database "${database}"`]],
  [/no such user|authentication failed|wrong password/i, ['password', () => 'the password or the user is refused']],
  [/no more connections allowed/i, ['too_many', () => 'the pool takes no more clients (max_client_conn)']],
  [/^not allowed$/i, ['no_console', () => 'this user may not look into pgbouncer: name it in its stats_users']],
  [/query_wait_timeout|max ?clients/i, ['pool_exhausted', (message) => `the pool is exhausted: ${message}`]],
  [
    /remaining connection slots|too many (clients|connections)/i,
    ['too_many', (message) => `too many connections: ${message}`],
  ],
  [
    /server_login_retry|server login|cannot connect to server|connect failed|server conn/i,
    ['no_server', (message) => `the pool does not reach the server behind it: ${message}`],
  ],
  [/terminated unexpectedly|connection terminated/i, ['broken', (_, { where }) => `${where} cut the connection`]],
  [/does not support SSL|certificate|self.signed/i, ['tls', (message) => `no encrypted connection: ${message}`]],
];

/** Ours to mend: they say nothing about the database. */
const ourOwn: readonly PostgresTrouble[] = ['sql', 'no_console', 'no_file'];
export const isOurOwn = ({ trouble }: PostgresProblem): boolean => ourOwn.includes(trouble);

/** What an error of `pg` means, in words. */
export function postgresProblem(error: unknown, at: Where): PostgresProblem {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 200);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [trouble, words] = caseOf(code, message);
  if (trouble === 'no_host' && isSupabase(at.host))
    return { trouble: 'paused', detail: `${words(message, at)}: the project is paused or deleted` };
  return { trouble, detail: words(message, at) };
}

function caseOf(code: string, message: string): Case {
  const known = byMessage.find(([pattern]) => pattern.test(message))?.[1];
  // Words first: the poolers' one code stands for many things, and a certificate's code says less than its message.
  return (/^(XX000|08P01|ENOENT|)$/.test(code) ? known : undefined) ?? byCode[code] ?? known ?? ['other', said];
}
