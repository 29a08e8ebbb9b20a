export interface PostgresAddress {
  /** With its password: never to be told. */
  url: string;
  /** host:port, for people. */
  where: string;
  host: string;
  database: string;
}

/** The address of a database as libpq writes it; null when it is none. */
export function postgresAddress(url: string): PostgresAddress | null {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) return null;
  const { hostname, port, pathname, searchParams, username } = new URL(url);
  const host = searchParams.get('host') ?? (hostname || 'localhost');
  const database = decodeURIComponent(pathname.slice(1)) || username;
  return { url, where: `${host}:${port || searchParams.get('port') || 5432}`, host, database };
}

/** The same server, another database. */
export function withDatabase({ url }: PostgresAddress, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}
