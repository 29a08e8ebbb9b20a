import { Link, Route, Router, Switch } from 'wouter';
import { PageHead } from '../components/page-head.tsx';
import { AlertsPage } from '../features/alerts/alerts-page.tsx';
import { BackupsPage } from '../features/backups/backups-page.tsx';
import { ChannelsPage } from '../features/channels/channels-page.tsx';
import { IncidentsPage } from '../features/incidents/incidents-page.tsx';
import { ServicesPage } from '../features/services/services-page.tsx';
import { SilencesPage } from '../features/silences/silences-page.tsx';
import { useWords } from '../lib/page-context.ts';
import { OverviewPage } from './overview-page.tsx';
import { SessionGate } from './session-gate.tsx';
import { Shell } from './shell.tsx';

/** Where health-api serves the page; vite.config.ts builds for the same place. */
const BASE = '/admin/dashboard';

function NotFound() {
  const words = useWords();
  return (
    <PageHead
      title={words.notFound}
      action={
        <Link className="btn" href="/">
          {words.toOverview}
        </Link>
      }
    />
  );
}

export function AppRouter() {
  return (
    <Router base={BASE}>
      <SessionGate>
        <Shell>
          <Switch>
            <Route path="/" component={OverviewPage} />
            <Route path="/services" component={ServicesPage} />
            <Route path="/alerts" component={AlertsPage} />
            <Route path="/alerts/silences" component={SilencesPage} />
            <Route path="/alerts/channels" component={ChannelsPage} />
            <Route path="/incidents" component={IncidentsPage} />
            <Route path="/backups" component={BackupsPage} />
            <Route component={NotFound} />
          </Switch>
        </Shell>
      </SessionGate>
    </Router>
  );
}
