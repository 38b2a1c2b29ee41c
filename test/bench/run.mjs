import { parseArgs } from 'node:util';
import { inbound } from './inbound/index.mjs';
import { OWN } from './lib/builds.mjs';
import { costs } from './lib/table.mjs';
import { outbound } from './outbound/index.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    scale: { type: 'string', default: '1' },
    against: { type: 'string', multiple: true, default: [] },
    peers: { type: 'string' },
  },
});
const parts = { inbound, outbound };
for (const part of positionals.length > 0 ? positionals : Object.keys(parts)) {
  const result = await parts[part]({
    builds: [OWN, ...values.against],
    rounds: Number(values.rounds),
    scale: Number(values.scale),
    ...(values.peers && { peers: values.peers.split(',') }),
    tell: (what) => process.stderr.write(`${what}\n`),
  });
  for (const [what, figures] of Object.entries(result))
    console.log(`\n${part}, ${what}\n\n${costs(figures)}`);
}
