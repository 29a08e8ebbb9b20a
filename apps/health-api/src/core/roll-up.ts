import type { HealthResponse, OverallStatus } from '@yoban/shared/contracts/health';
import { backupsCheck } from './checks/backups-check.ts';
import { databaseCheck, noDatabase } from './checks/database-check.ts';
import { gameCheck } from './checks/game-check.ts';
import { llmCheck } from './checks/llm-check.ts';
import { platformsCheck } from './checks/platforms-check.ts';
import { processCheck, uptimeSeconds } from './checks/process-check.ts';
import { systemCheck } from './checks/system-check.ts';
import { tipsCheck } from './checks/tips-check.ts';
import type { Finding, Observed } from './observed.ts';

/** State of the kit itself, which is part of the status: a watch that cannot remember or speak is not healthy. */
export type KitState = HealthResponse['checks']['kit'];

export interface RolledUp {
  /** The evaluation as it is now; what people see is settled over two of them. */
  status: OverallStatus;
  uptimeSeconds: number;
  checks: HealthResponse['checks'];
  findings: Finding[];
}

const statusOf = (findings: readonly Finding[]): OverallStatus =>
  findings.some((one) => one.impact === 'unhealthy') ? 'unhealthy' : findings.length > 0 ? 'degraded' : 'healthy';

/** The default table (H2): every check of one service at `now` (epoch ms), each finding with value and limit, and what they add up to. */
export function rollUp(seen: Observed, kit: KitState, now: number): RolledUp {
  const process = processCheck(seen, now);
  const databases = seen.settings.databases.map((name) =>
    databaseCheck(
      {
        name,
        service: seen.settings.name,
        check: seen.databases.get(name) ?? null,
        overview: seen.overviews.get(name) ?? null,
      },
      now,
    ),
  );
  const llm = llmCheck(seen, now);
  const tips = tipsCheck(seen, now);
  const platforms = platformsCheck(seen, now);
  const game = gameCheck(seen, now);
  const system = systemCheck(seen, now);
  const backups = backupsCheck(seen, now);
  const findings = [process, ...databases, llm, tips, platforms, game, system, backups].flatMap((one) => one.findings);
  findings.push(...kitFindings(kit));
  return {
    status: statusOf(findings),
    uptimeSeconds: uptimeSeconds(seen, now),
    checks: {
      process: process.shown,
      database: databases[0]?.shown ?? noDatabase,
      llm: llm.shown,
      tips: tips.shown,
      platforms: platforms.shown,
      game: game.shown,
      ws: { connected_clients: seen.report?.gauges.wsConnectedClients ?? null },
      system: system.shown,
      backups: backups.shown,
      kit,
    },
    findings,
  };
}

function kitFindings(kit: KitState): Finding[] {
  const findings: Finding[] = [];
  const add = (code: string) => findings.push({ code, check: 'kit', impact: 'degraded', value: null, limit: null });
  if (kit.bus === 'down') add('bus_down');
  if (kit.bus === 'unsafe') add('bus_unsafe');
  if (kit.store === 'down') add('store_down');
  return findings;
}
