// An app that takes memory or CPU when it is told to.
const held: Buffer[] = [];
let spinning: NodeJS.Timeout | undefined;
process.on('message', (word) => {
  if (word === 'eat') held.push(Buffer.alloc(150 * 1_048_576, 1));
  if (word === 'leak') setInterval(() => held.push(Buffer.alloc(1_048_576, 1)), 20);
  if (word === 'rest') clearInterval(spinning);
  if (word === 'spin')
    spinning = setInterval(() => {
      const end = Date.now() + 45;
      while (Date.now() < end);
    }, 50);
  process.send?.(word);
});
process.send?.('ready');
