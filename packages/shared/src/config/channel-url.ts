import type { ChannelConfig } from './yoban-config.ts';

const schemes = { slack: ['https:', 'http:'], smtp: ['smtp:', 'smtps:'] } as const satisfies Record<
  ChannelConfig['kind'],
  readonly string[]
>;

/**
 * What makes an address useless for a channel of this kind, null when nothing does. Told without any part of the address,
 * which is a secret.
 */
export function channelUrlProblem(kind: ChannelConfig['kind'], url: string): string | null {
  const allowed = schemes[kind].map((scheme) => `${scheme}//`).join(' or ');
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!schemes[kind].some((scheme) => url.trim().toLowerCase().startsWith(`${scheme}//`)))
    return `it does not begin with ${allowed}`;
  if (!parsed)
    return 'it is not a complete address: check the host, the port, and signs such as # / @ in a password (write them as %23 %2F %40)';
  if (parsed.hostname === '') return 'it names no host';
  if (kind === 'slack' && (parsed.username || parsed.password)) return 'a webhook has no user and no password';
  if (!isEscaped(parsed.username) || !isEscaped(parsed.password))
    return 'its user or password has a % that begins no escape (write it as %25)';
  return null;
}

function isEscaped(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    // The only error there is: a % that begins no escape.
    return false;
  }
}
