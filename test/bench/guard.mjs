// That nothing has become slower: ratios of CPU inside one run, against limits a little above what was measured last.
// `node test/bench/guard.mjs`, on the Node that the results are told for; prints a line for each ratio, and a count.
import { preparePeers } from './lib/prepare.mjs';

preparePeers();
const { guard } = await import('./lib/guard.mjs');
const failed = await guard((what) => process.stderr.write(`${what}\n`));
process.exitCode = failed === 0 ? 0 : 1;
