import { useState } from 'react';
import { useWords } from '../lib/page-context.ts';

/** The one command that helps, with a button to copy it. */
export function Command({ text }: { text: string }) {
  const words = useWords();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    // Refused where the page is not served securely; the text can still be marked by hand.
    void navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <span className="cmd">
      <code>{text}</code>
      <button type="button" className="btn small" onClick={copy}>
        {copied ? words.copied : words.copy}
      </button>
    </span>
  );
}
