import { parseArgs } from 'node:util';
import { type Check, checksOf } from './checks.ts';
import { followRequest, gatherEvidence } from './evidence.ts';
import { PHASES, type PhaseResult, runPhase, STALE_IF_ERROR_MS } from './phases.ts';
import { type Services, startServices } from './processes.ts';
import { answerReport, checkReport, heading, lineReport, phaseReport } from './report.ts';
import { serve } from './serve.ts';

const HELP = `npm run demo              three services through healthy, slow, failing, down and recovered (under a minute)
npm run demo -- --serve   keeps the services up and prints what to try with curl
npm run demo -- --help    this text`;

const ROUNDS = 6;
const PER_SECOND = 28;

const progress = (phase: string) => (sent: number, of: number) => {
  if (process.stdout.isTTY) process.stdout.write(`\r${phase.padEnd(10)} ${sent}/${of} `);
  else if (sent % (of / 2) === 0) console.log(`${phase.padEnd(10)} ${sent}/${of}`);
};

const runPhases = async (services: Services): Promise<readonly PhaseResult[]> => {
  const results: PhaseResult[] = [];
  for (const phase of PHASES) {
    console.log(`\n${phase.name}: ${phase.says}`);
    const onSent = progress(phase.name);
    results.push(await runPhase(services, phase, { rounds: ROUNDS, perSecond: PER_SECOND, onSent }));
  }
  return results;
};

const printSample = (results: readonly PhaseResult[]): void => {
  const sample = results[0]?.answers.find(({ kind }) => kind === 'poor order');
  if (sample === undefined) return;
  console.log(heading('a problem body: an order that its buyer cannot pay'));
  console.log(answerReport(sample));
};

const printStale = (results: readonly PhaseResult[]): void => {
  const down = results.find(({ phase }) => phase.name === 'down');
  const stale = down?.answers.find(({ kind }) => kind === 'profile');
  if (stale === undefined) return;
  console.log(heading(`a profile while users is down, with the token of ${stale.user}`));
  console.log(answerReport(stale));
};

const printFollowed = (services: Services, results: readonly PhaseResult[]): void => {
  const followed = results[0]?.answers.find(({ kind }) => kind === 'order');
  if (followed === undefined) return;
  console.log(heading(`one request through three logs: ${followed.requestId}`));
  for (const line of followRequest(services, followed.requestId)) console.log(lineReport(line));
};

const printChecks = (checks: readonly Check[]): boolean => {
  console.log(heading('what had to hold'));
  for (const check of checks) console.log(checkReport(check));
  const failed = checks.filter(({ passed }) => !passed).length;
  console.log(`\nDemo checks: ${checks.length - failed} passed, ${failed} failed`);
  return failed === 0;
};

const run = async (): Promise<boolean> => {
  console.log('Starting orders, catalog and users, each in a process of its own …');
  const services = await startServices(STALE_IF_ERROR_MS);
  const results = await runPhases(services).finally(() => services.stop());
  const reports = results.map((result) => ({ result, evidence: gatherEvidence(services, result) }));
  for (const { result, evidence } of reports) console.log(phaseReport(result, evidence));
  printSample(results);
  printStale(results);
  printFollowed(services, results);
  return printChecks(reports.flatMap(({ result, evidence }) => checksOf(result, evidence)));
};

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { serve: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
  });
  if (values.help) console.log(HELP);
  else if (values.serve) await serve();
  else process.exitCode = (await run()) ? 0 : 1;
};

// Whoever reads the output had enough of it.
process.stdout.on('error', () => process.exit());

main().catch((error: unknown) => {
  const badArgument =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  console.error(badArgument ? `${error.message}\n\n${HELP}` : error);
  // At once: services that did start would keep this process alive. They end with it.
  process.exit(1);
});
