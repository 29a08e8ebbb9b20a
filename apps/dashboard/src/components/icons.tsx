import type { ReactNode } from 'react';

function Icon({ px = 16, children }: { px?: number; children: ReactNode }) {
  return (
    <svg
      width={px}
      height={px}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const Chevron = () => (
  <svg
    width="12"
    height="12"
    viewBox="0 0 12 12"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.4"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
  >
    <path d="M4.5 2.8 7.7 6 4.5 9.2" />
  </svg>
);

export const Logo = ({ px = 22 }: { px?: number }) => (
  <svg width={px} height={px} viewBox="0 0 22 22" aria-hidden="true">
    <rect width="22" height="22" rx="6" fill="var(--ink)" />
    <path d="M14.9 13.6A5.6 5.6 0 0 1 8.4 6.3a5.6 5.6 0 1 0 6.5 7.3z" fill="var(--on-ink)" />
    <circle cx="14.4" cy="7.6" r="1.5" fill="var(--on-ink)" />
  </svg>
);

const lines = {
  overview: (
    <>
      <rect x="2" y="2.5" width="5" height="5" rx="1" />
      <rect x="9" y="2.5" width="5" height="5" rx="1" />
      <rect x="2" y="9.5" width="12" height="4" rx="1" />
    </>
  ),
  services: (
    <>
      <rect x="2" y="2.5" width="12" height="4.5" rx="1" />
      <rect x="2" y="9" width="12" height="4.5" rx="1" />
      <path d="M4.7 4.75h.01M4.7 11.25h.01" />
    </>
  ),
  incidents: <path d="M1.5 8h3l2-5 3 10 2-5h3" />,
  backups: (
    <>
      <ellipse cx="8" cy="3.8" rx="5.5" ry="1.9" />
      <path d="M2.5 3.8v8.4c0 1 2.5 1.9 5.5 1.9s5.5-.9 5.5-1.9V3.8M2.5 8c0 1 2.5 1.9 5.5 1.9S13.5 9 13.5 8" />
    </>
  ),
  queues: <path d="M2 4h12M2 8h8M2 12h5" />,
  alerts: (
    <path d="M8 2.2a3.9 3.9 0 0 0-3.9 3.9c0 3-1.4 4-1.4 4.9h10.6c0-.9-1.4-1.9-1.4-4.9A3.9 3.9 0 0 0 8 2.2zM6.6 13.3a1.5 1.5 0 0 0 2.8 0" />
  ),
  silence: (
    <path d="M2.5 2.5 13.5 13.5M5.3 3.3A3.9 3.9 0 0 1 11.9 6.1c0 1.3.3 2.2.6 2.9M4.2 5.6c-.1 3.3-1.5 4.4-1.5 5.4h8.3M6.6 13.3a1.5 1.5 0 0 0 2.8 0" />
  ),
  live: (
    <>
      <circle cx="8" cy="8" r=".8" fill="currentColor" />
      <path d="M5.2 10.8a4 4 0 0 1 0-5.6M10.8 5.2a4 4 0 0 1 0 5.6M3.1 12.9a6.9 6.9 0 0 1 0-9.8M12.9 3.1a6.9 6.9 0 0 1 0 9.8" />
    </>
  ),
  offline: <path d="m3 3 10 10M5.2 10.8a4 4 0 0 1 0-5.6M10.8 5.2a4 4 0 0 1 .5 5" />,
  menu: <path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />,
  light: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.8v1.4M8 12.8v1.4M1.8 8h1.4M12.8 8h1.4M3.6 3.6l1 1M11.4 11.4l1 1M12.4 3.6l-1 1M4.6 11.4l-1 1" />
    </>
  ),
  dark: <path d="M13 9.6A5.4 5.4 0 0 1 6.4 3a5.4 5.4 0 1 0 6.6 6.6z" />,
  system: (
    <>
      <rect x="2" y="3" width="12" height="8" rx="1" />
      <path d="M6 13.5h4" />
    </>
  ),
} as const;

export type IconName = keyof typeof lines;

/** A line icon of 16 px; always beside a word, never instead of one. */
export const LineIcon = ({ name, px = 16 }: { name: IconName; px?: number }) => <Icon px={px}>{lines[name]}</Icon>;
