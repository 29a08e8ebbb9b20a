import { useQueryClient } from '@tanstack/react-query';
import { Link, useRoute } from 'wouter';
import { type IconName, LineIcon } from '../components/icons.tsx';
import { StateShape } from '../components/state-mark.tsx';
import { LanguageSwitch, ThemeSwitch } from '../components/switches.tsx';
import { timeWithZone } from '../lib/format.ts';
import { useServices, useUiConfig, useWords, useZone } from '../lib/page-context.ts';
import { restartSession, useAlerts } from '../lib/queries.ts';
import { useLiveState, useNow } from '../lib/use-now.ts';

function OpenAlerts() {
  const open = (useAlerts() ?? []).filter(({ state, level }) => state === 'open' && level !== 'info');
  if (open.length === 0) return null;
  const shape = open.some(({ level }) => level === 'critical') ? 'error' : 'warn';
  return (
    <span className={`count state is-${shape}`} data-testid="nav.open-alerts">
      <StateShape shape={shape} />
      {open.length}
    </span>
  );
}

function NavLink({
  href,
  icon,
  label,
  count = false,
}: {
  href: string;
  icon: IconName;
  label: string;
  count?: boolean;
}) {
  const [exact] = useRoute(href);
  const [below] = useRoute(`${href}/*`);
  const here = exact || (href !== '/' && below);
  return (
    <Link href={href} aria-current={here ? 'page' : undefined}>
      <LineIcon name={icon} />
      <span>{label}</span>
      {count && <OpenAlerts />}
    </Link>
  );
}

export function Navigation() {
  const words = useWords();
  return (
    <nav className="nav" aria-label={words.pages}>
      <NavLink href="/" icon="overview" label={words.overview} />
      <NavLink href="/services" icon="services" label={words.services} />
      <NavLink href="/alerts" icon="alerts" label={words.alerts} count />
      <NavLink href="/incidents" icon="incidents" label={words.incidents} />
      <NavLink href="/backups" icon="backups" label={words.backups} />
      {/* bull-board is another app behind the same sign-in: a plain link, not a route of this one. */}
      <a href="/admin/queues">
        <LineIcon name="queues" />
        <span>{words.queues}</span>
      </a>
    </nav>
  );
}

function SignOut() {
  const words = useWords();
  const { api, live } = useServices();
  const client = useQueryClient();
  const signOut = async () => {
    await api.post('/admin/logout', {});
    live.stop();
    await restartSession(client);
  };
  return (
    <button type="button" className="plain" onClick={() => void signOut()} data-testid="sign-out">
      {words.signOut}
    </button>
  );
}

/** The quiet corner: live or not, the time with its zone, language, colours. */
export function SideFoot() {
  const words = useWords();
  const zone = useZone();
  const { version } = useUiConfig();
  const { serverMs } = useNow();
  const isLive = useLiveState().kind === 'live';
  return (
    <div className="side-foot">
      <div className="row">
        <span className="live" data-testid="live" data-value={isLive ? 'live' : 'offline'}>
          <LineIcon name={isLive ? 'live' : 'offline'} px={14} />
          {isLive ? words.live : words.offline}
        </span>
        <time dateTime={new Date(serverMs).toISOString()} data-testid="clock">
          {timeWithZone(serverMs, zone)}
        </time>
      </div>
      <div className="row">
        <LanguageSwitch />
        <ThemeSwitch />
      </div>
      <div className="row">
        <span>{version}</span>
        <SignOut />
      </div>
    </div>
  );
}
