const limitMs = 10_000;

/** Slack reads & < > as markup: escaped, no text of an error can forge a link or wake a channel. */
const plain = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Posts to a Slack webhook. Throws when Slack does not take it. */
export async function tellSlack(url, { isBad, head, lines }) {
  const emoji = isBad ? ':rotating_light:' : ':white_check_mark:';
  const text = `${emoji} ${plain([head, ...lines].join('\n'))}`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ attachments: [{ color: isBad ? 'danger' : 'good', text, fallback: head }] }),
    signal: AbortSignal.timeout(limitMs),
    redirect: 'error',
  });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
}
