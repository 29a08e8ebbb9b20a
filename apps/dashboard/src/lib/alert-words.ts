import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { Messages } from '../i18n/messages.ts';

type Notice = AlertRecord['notices'][number];

export const noticeKindText = (kind: Notice['kind'], words: Messages): string =>
  ({
    raise: words.noticeRaise,
    recovery: words.noticeRecovery,
    info: words.noticeInfo,
    summary: words.noticeSummary,
    digest: words.noticeDigest,
    escalation: words.noticeEscalation,
    ack: words.noticeAck,
  })[kind];

/** Why a try to send failed, from the alerter's word such as `http_404` or `smtp_550`. A word not known here stays readable. */
export function sendErrorText(word: string, words: Messages): string {
  const [, kind, status, rest = ''] = /^(http|smtp)_(\d{3})(?:_(.+))?$/.exec(word) ?? [];
  const more = rest === '' ? '' : `: ${rest.replaceAll('_', ' ')}`;
  if (kind === 'http') return words.answeredHttp(Number(status)) + more;
  if (kind === 'smtp') return words.answeredSmtp(Number(status)) + more;
  const known: Record<string, string> = {
    timeout: words.errorTimeout,
    network: words.errorNetwork,
    rate_limit: words.errorRateLimit,
    monthly_limit: words.errorMonthlyLimit,
    expired: words.errorExpired,
    no_such_channel: words.errorNoChannel,
    channel_removed: words.errorChannelRemoved,
  };
  return known[word] ?? word.replaceAll('_', ' ');
}

/** Why a command changed nothing, from the alerter's word such as `not_open`. */
export function alertReasonText(word: string, words: Messages): string {
  const known: Record<string, string> = {
    not_open: words.reasonNotOpen,
    not_acked: words.reasonNotAcked,
    over_already: words.reasonSilenceOver,
    no_such_silence: words.reasonNoSilence,
    too_many_silences: words.reasonTooManySilences,
    no_such_notice: words.reasonNoNotice,
    not_dead: words.reasonNotDead,
    no_such_channel: words.errorNoChannel,
  };
  return known[word] ?? word.replaceAll('_', ' ');
}
