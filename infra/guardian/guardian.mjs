#!/usr/bin/env node
// Looks whether yoban itself lives, and tells by Slack or mail when it does not. For cron or a systemd timer, once a minute: nothing
// of the kit is imported, so that it works when all of the kit is broken. docs/guardian.md
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { afterLook, dueFor, heardBy } from './judge.mjs';
import { lookAtKit } from './look-at-kit.mjs';
import { readMemory, writeMemory } from './memory.mjs';
import { readSettings } from './settings.mjs';
import { tellMail } from './tell-mail.mjs';
import { tellSlack } from './tell-slack.mjs';
import { messageOf } from './words.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** A service that is being started again is back within these. */
const recheckTimes = 2;
const recheckMs = 5_000;
const pingLimitMs = 5_000;
/** The next one comes in a minute: two at once would tell twice. */
const lifeLimitMs = 48_000;

/** What stays gone when it is looked at again. */
async function confirmedGone(settings, everyMs) {
  let gone = await lookAtKit(settings, Date.now);
  for (let n = 0; n < recheckTimes && Object.keys(gone).length > 0; n += 1) {
    await sleep(everyMs);
    const again = await lookAtKit(settings, Date.now);
    gone = Object.fromEntries(Object.entries(again).filter(([name]) => name in gone));
  }
  return gone;
}

/** Announced work on the kit itself: a file of the same shape as for a service, with its end. */
function inMaintenance({ home }) {
  try {
    const { until } = JSON.parse(readFileSync(path.join(home, 'run', 'maintenance', 'yoban.json'), 'utf8'));
    return Date.parse(until) > Date.now();
  } catch {
    // None, or none that can be read: it must never keep a fault from being told.
    return false;
  }
}

function channelsOf({ slackUrl, mail }) {
  return [
    ...(slackUrl ? [{ name: 'slack', tell: (message) => tellSlack(slackUrl, message) }] : []),
    ...(mail ? [{ name: 'mail', tell: (message) => tellMail(mail, message) }] : []),
  ];
}

/** Tells each channel what it has not heard; one that does not take it is told again next time. */
async function tellAll(settings, memory, gone) {
  let known = memory;
  for (const { name, tell } of channelsOf(settings)) {
    const due = dueFor(known, name);
    if (due === null) continue;
    const { lang, zone } = settings;
    try {
      await tell(messageOf({ due, gone, lang, zone, host: hostname(), now: Date.now() }));
      known = heardBy(known, name, due);
      console.log(
        `guardian: told ${name}: ${[...due.raise, ...due.clear.map((one) => `${one.name} is back`)].join(', ')}`,
      );
    } catch (error) {
      console.error(`guardian: ${name}: ${error.cause?.code ?? error.message}`);
    }
  }
  return known;
}

/** Says to somebody outside that the kit lives: their service makes a noise when that stops, also when this machine does. */
async function ping({ pingUrl }) {
  if (!pingUrl) return;
  try {
    const answer = await fetch(pingUrl, { signal: AbortSignal.timeout(pingLimitMs) });
    if (!answer.ok) console.error(`guardian: ping: HTTP ${answer.status}`);
  } catch (error) {
    console.error(`guardian: ping: ${error.cause?.code ?? error.name}`);
  }
}

async function main(args) {
  const { values } = parseArgs({
    args,
    options: { 'dry-run': { type: 'boolean', default: false }, 'recheck-ms': { type: 'string' } },
  });
  const settings = readSettings(process.env, root);
  const gone = await confirmedGone(settings, Number(values['recheck-ms'] ?? recheckMs));
  for (const [name, why] of Object.entries(gone)) console.error(`guardian: ${name} ${JSON.stringify(why)}`);
  if (!values['dry-run'] && !inMaintenance(settings)) {
    if (channelsOf(settings).length === 0)
      console.error('guardian: nobody to tell: set SLACK_WEBHOOK_URL, or SMTP_URL and EMAIL_TO');
    const memory = afterLook(readMemory(settings.home), gone, Date.now());
    // Told before it is kept: a kill in between tells twice rather than never.
    writeMemory(settings.home, await tellAll(settings, memory, gone), Date.now());
  }
  if (Object.keys(gone).length > 0) return 1;
  if (!values['dry-run']) await ping(settings);
  return 0;
}

setTimeout(() => {
  console.error('guardian: took too long');
  process.exit(1);
}, lifeLimitMs).unref();
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`guardian: ${error.message}`);
  process.exitCode = 2;
}
