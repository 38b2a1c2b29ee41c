// Starts the demo as `npm run demo -- --serve`, runs every curl command that it prints, in order, and compares the
// statuses. The last line is "Served checks: N passed, N failed".
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';

// In the order of the commands: products, profile, user info, orders; then a fault, the stale profile, and its mending.
const EXPECTED = [200, 404, 500, 200, 200, 403, 422, 200, 200, 200];

const child = spawn('npm', ['run', '--silent', 'demo', '--', '--serve'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  // A group of its own, to be ended as a terminal ends it.
  detached: true,
});
let printed = '';
child.stdout.setEncoding('utf8');
for await (const [text] of on(child.stdout)) {
  printed += text;
  if (printed.includes('Ctrl-C ends it.')) break;
}
// Log lines follow; nobody reads them.
child.stdout.resume();

const commands = printed.split('\n').filter((line) => line.startsWith('  curl '));
const statuses = commands.map((command) =>
  Number(
    execFileSync('bash', ['-c', `${command.replace(/ #.*/, '')} -s -o /dev/null -w '%{http_code}'`], {
      encoding: 'utf8',
    }),
  ),
);
process.kill(-child.pid, 'SIGINT');
const [code, signal] = await once(child, 'exit');

const right = EXPECTED.filter((status, index) => statuses[index] === status).length;
for (const [index, command] of commands.entries())
  console.log(`${statuses[index] === EXPECTED[index] ? '✔' : '✖'} ${statuses[index]} ${command.trim()}`);
const wrong = Math.max(EXPECTED.length, commands.length) - right;
console.log(`It ended with ${signal ?? code}`);
console.log(`Served checks: ${right} passed, ${wrong} failed`);
process.exitCode = wrong === 0 ? 0 : 1;

/** The chunks of a stream as they come. */
async function* on(stream) {
  while (true) yield await once(stream, 'data');
}
