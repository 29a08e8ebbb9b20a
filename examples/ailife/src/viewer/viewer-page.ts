import { activityWords, type Lang, viewerWords } from '../core/viewer-words.ts';

const STYLE = `
  :root { color-scheme: dark; font-family: system-ui, sans-serif; background: #14161c; color: #e8eaf0 }
  body { margin: 0; min-height: 100vh; display: grid; grid-template-rows: auto 1fr auto; gap: 1rem; padding: 1.5rem; box-sizing: border-box }
  header, footer { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: baseline; color: #a9b0c0 }
  h1 { font-size: 1.25rem; margin: 0; color: #fff } b { color: #fff; font-variant-numeric: tabular-nums }
  main { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); align-content: center }
  article { background: #20242e; border-radius: .75rem; padding: 1.25rem } h2 { margin: 0 0 .5rem; font-size: 1.5rem } p { margin: 0 }
`;

/** The page that OBS shows. Everything that changes comes over `/ws`. */
export function viewerPage(lang: Lang): string {
  const words = viewerWords[lang];
  const number = (label: string, id: string) => `<span>${label} <b id="${id}">–</b></span>`;
  return `<!doctype html>
<html lang="${lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.title}</title><style>${STYLE}</style><script type="module" src="/viewer/viewer-client.js"></script></head>
<body>
<header><h1>${words.title}</h1>${number(words.day, 'day')}${number(words.cycle, 'cycle')}${number(words.next, 'next')}</header>
<main id="characters" data-mood="${words.mood}" data-activities='${JSON.stringify(activityWords[lang])}'></main>
<footer>${number(words.viewers, 'viewers')}${number(words.tips, 'tips')}</footer>
</body>
</html>
`;
}
