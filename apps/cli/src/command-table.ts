import { runOptionTable } from '@yoban/run/option-table';
import type { CommandSpec } from './command.ts';

/** Every command there is. Those of later versions are added with their code, so that none promises what it cannot do. */
export const commandTable: readonly CommandSpec[] = [
  {
    name: 'backup now',
    args: [],
    options: [
      ['--db <name>', 'db'],
      ['--tier <tier>', 'tier'],
    ],
    load: async () => (await import('./commands/backup-now.ts')).backupNow,
  },
  {
    name: 'backup list',
    args: [],
    options: [['--db <name>', 'db']],
    load: async () => (await import('./commands/backup-list.ts')).backupList,
  },
  {
    name: 'backup verify',
    args: ['[file]'],
    options: [
      ['--all', 'all'],
      ['--db <name>', 'db'],
    ],
    load: async () => (await import('./commands/backup-verify.ts')).backupVerify,
  },
  {
    name: 'restore',
    args: ['[file]'],
    options: [
      ['--db <name>', 'db'],
      ['--latest', 'latest'],
      ['--at <time>', 'at'],
      ['--to <file>', 'to'],
      ['--dry-run', 'dryRun'],
      ['--yes', 'yes'],
    ],
    load: async () => (await import('./commands/restore.ts')).restore,
  },
  {
    name: 'health',
    args: [],
    options: [],
    load: async () => (await import('./commands/health.ts')).health,
  },
  {
    name: 'status',
    args: ['[service]'],
    options: [],
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'restart',
    args: ['[service]'],
    options: [],
    load: async () => (await import('./commands/restart.ts')).restart,
  },
  {
    name: 'logs',
    args: ['[service]'],
    options: [
      ['--follow', 'follow'],
      ['--lines <n>', 'lines'],
    ],
    load: async () => (await import('./commands/logs.ts')).logs,
  },
  {
    name: 'run',
    args: ['[command...]'],
    usage: '--socket <path> [options] -- <command...>',
    options: runOptionTable,
    withoutKit: true,
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'alerts list',
    isDefault: true,
    args: [],
    options: [
      ['--state <state>', 'ofState'],
      ['--service <name>', 'ofService'],
      ['--lines <n>', 'lines'],
    ],
    load: async () => (await import('./commands/alerts-list.ts')).alertsList,
  },
  {
    name: 'alerts ack',
    args: ['<id>'],
    options: [['--note <text>', 'note']],
    load: async () => (await import('./commands/alerts-ack.ts')).alertsAck,
  },
  {
    name: 'alerts unack',
    args: ['<id>'],
    options: [],
    load: async () => (await import('./commands/alerts-unack.ts')).alertsUnack,
  },
  {
    name: 'alerts silence',
    args: [],
    options: [
      ['--service <name>', 'ofService'],
      ['--type <type>', 'ofType'],
      ['--for <length>', 'forLength'],
      ['--until <time>', 'untilTime'],
      ['--from <time>', 'fromTime'],
      ['--comment <text>', 'comment'],
    ],
    load: async () => (await import('./commands/alerts-silence.ts')).alertsSilence,
  },
  {
    name: 'alerts silences',
    args: [],
    options: [],
    load: async () => (await import('./commands/alerts-silences.ts')).alertsSilences,
  },
  {
    name: 'alerts unsilence',
    args: ['<id>'],
    options: [],
    load: async () => (await import('./commands/alerts-unsilence.ts')).alertsUnsilence,
  },
  {
    name: 'alerts test',
    args: ['[channel]'],
    options: [],
    load: async () => (await import('./commands/alerts-test.ts')).alertsTest,
  },
  {
    name: 'alerts dead',
    args: ['[resend]', '[id]'],
    usage: '[resend <id>] [options]',
    options: [],
    load: async () => (await import('./commands/alerts-dead.ts')).alertsDead,
  },
  {
    name: 'kick',
    args: ['<action>'],
    options: [
      ['--source <source>', 'source'],
      ['--service <name>', 'kickedService'],
    ],
    load: async () => (await import('./commands/kick.ts')).kick,
  },
  {
    name: 'incidents list',
    isDefault: true,
    args: [],
    options: [
      ['--state <state>', 'incidentState'],
      ['--service <name>', 'ofService'],
      ['--lines <n>', 'lines'],
    ],
    load: async () => (await import('./commands/incidents-list.ts')).incidentsList,
  },
  {
    name: 'incidents show',
    args: ['<id>'],
    options: [],
    load: async () => (await import('./commands/incidents-show.ts')).incidentsShow,
  },
  {
    name: 'incidents ack',
    args: ['<id>'],
    options: [],
    load: async () => (await import('./commands/incidents-ack.ts')).incidentsAck,
  },
  {
    name: 'incidents note',
    args: ['<id>', '<text>'],
    options: [],
    load: async () => (await import('./commands/incidents-note.ts')).incidentsNote,
  },
  {
    name: 'incidents false-alarm',
    args: ['<id>'],
    options: [['--undo', 'undo']],
    load: async () => (await import('./commands/incidents-false-alarm.ts')).incidentsFalseAlarm,
  },
  {
    name: 'config check',
    args: [],
    options: [],
    load: async () => (await import('./commands/config-check.ts')).configCheck,
  },
];
