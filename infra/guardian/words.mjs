const words = {
  en: {
    title: 'yoban itself',
    subject: 'yoban itself is in trouble',
    overSubject: 'yoban itself is well again',
    never: 'is not running',
    old: (ageS) => `gives no sign of life (the last ${ageS} s ago)`,
    silent: (why) => `does not answer (${why})`,
    over: (name, minutes) => `${name} is back after ${minutes} min.`,
    effect: 'Until it is back, faults may go untold and unrepaired.',
    next: (host) => `Look at it on ${host}: bin/yoban status, YOBAN_HOME/logs`,
  },
  ja: {
    title: 'yoban自身',
    subject: 'yoban自身に障害があります',
    overSubject: 'yoban自身が回復しました',
    never: 'が動いていません',
    old: (ageS) => `の生存信号が途絶えています（最後は${ageS}秒前）`,
    silent: (why) => `が応答しません（${why}）`,
    over: (name, minutes) => `${name}が${minutes}分後に回復しました。`,
    effect: '回復するまで、障害の通知と復旧が行われない可能性があります。',
    next: (host) => `${host}で確認してください: bin/yoban status、YOBAN_HOME/logs`,
  },
};

/** `YYYY-MM-DD HH:MM:SS` in the machine's zone or that of TZ_DISPLAY. */
function timeText(epochMs, zone) {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...(zone && { timeZone: zone }),
  });
  return `${parts.format(epochMs)}${zone ? ` (${zone})` : ''}`;
}

/** What is said of `due`, as one message: level, subject, lines. `gone` says why each that is raised counts as gone. */
export function messageOf({ due, gone, lang, host, zone, now }) {
  const say = words[lang];
  const gap = lang === 'ja' ? '' : ' ';
  const whyOf = ({ kind, ageS, why }) =>
    kind === 'old' ? say.old(ageS) : kind === 'silent' ? say.silent(why) : say.never;
  const raised = due.raise.map((name) => `${name}${gap}${whyOf(gone[name])}`);
  const cleared = due.clear.map(({ name, since, overAt }) =>
    say.over(name, Math.max(1, Math.round((overAt - since) / 60_000))),
  );
  const isBad = raised.length > 0;
  return {
    isBad,
    head: `${isBad ? '[CRITICAL]' : '[RECOVERED]'} ${say.title} (${host})`,
    subject: `${isBad ? '[CRITICAL]' : '[RECOVERED]'} ${isBad ? say.subject : say.overSubject}`,
    lines: [...raised, ...cleared, ...(isBad ? [say.effect, say.next(host)] : []), `Time: ${timeText(now, zone)}`],
  };
}
