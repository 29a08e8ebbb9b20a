export interface PostgresAddress {
  /** With its password: never to be told. */
  url: string;
  /** host:port, for people. */
  where: string;
  host: string;
  database: string;
}

/**
 * The address of a database as libpq writes it; null when it is none, or when a password that is not escaped breaks it: half of
 * it would be taken for a host and told.
 */
export function postgresAddress(url: string): PostgresAddress | null {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) return null;
  const { hostname, port, pathname, searchParams, username, hash } = new URL(url);
  if (hash !== '' || pathname.includes('@')) return null;
  const host = searchParams.get('host') ?? (hostname || 'localhost');
  const database = decodeURIComponent(pathname.slice(1)) || username;
  return { url, where: `${host}:${port || searchParams.get('port') || 5432}`, host, database };
}

/** Of these `pg` asks more than libpq: it would call a server insecure that the program beside it is content with. */
const asLibpq = ['prefer', 'require', 'verify-ca'];

/** The address in the words of `pg`, with the meaning that libpq gives its `sslmode`. */
export function connectionString(url: string): string {
  const address = new URL(url);
  if (!asLibpq.includes(address.searchParams.get('sslmode') ?? '')) return url;
  address.searchParams.set('uselibpqcompat', 'true');
  return address.href;
}

/** The same server, another database. */
export function withDatabase({ url }: PostgresAddress, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}
