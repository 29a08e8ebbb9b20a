import type { ChannelKind } from './channel-config.ts';

const web = ['https:', 'http:'] as const;
const schemes = {
  slack: web,
  discord: web,
  ntfy: web,
  webhook: web,
  smtp: ['smtp:', 'smtps:'],
} as const satisfies Partial<Record<ChannelKind, readonly string[]>>;

/** Kinds whose address is theirs alone. */
export type UrlKind = keyof typeof schemes;
export const isUrlKind = (kind: ChannelKind): kind is UrlKind => Object.hasOwn(schemes, kind);

/**
 * What makes an address useless for a channel of this kind, null when nothing does. Told without any part of the address,
 * which is a secret.
 */
export function channelUrlProblem(kind: UrlKind, url: string): string | null {
  const allowed = schemes[kind].map((scheme) => `${scheme}//`).join(' or ');
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!schemes[kind].some((scheme) => url.trim().toLowerCase().startsWith(`${scheme}//`)))
    return `it does not begin with ${allowed}`;
  if (!parsed)
    return 'it is not a complete address: check the host, the port, and signs such as # / @ in a password (write them as %23 %2F %40)';
  if (parsed.hostname === '') return 'it names no host';
  if (kind !== 'smtp' && (parsed.username || parsed.password)) return noUser[kind];
  if (kind === 'ntfy' && !/[^/]/.test(parsed.pathname)) return 'it names no topic: https://server/topic';
  if (!isEscaped(parsed.username) || !isEscaped(parsed.password) || !isEscaped(parsed.pathname))
    return 'it has a % that begins no escape (write it as %25)';
  return null;
}

const noUser = {
  slack: 'a webhook has no user and no password',
  discord: 'a webhook has no user and no password',
  ntfy: 'it has no user and no password: use token',
  webhook: 'it has no user and no password: use token',
} as const;

function isEscaped(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    // The only error there is: a % that begins no escape.
    return false;
  }
}
