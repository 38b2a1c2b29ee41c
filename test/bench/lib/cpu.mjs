/** CPU that this process has used, in its own accounting and the kernel's. */
export const cpuUs = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** CPU per call of `work`, one call after the other. */
export const cpuPerCall = async (calls, work) => {
  const startedAt = performance.now();
  const startedUs = cpuUs();
  for (let index = 0; index < calls; index += 1) await work(index);
  const spentUs = cpuUs() - startedUs;
  return { cpuUs: spentUs / calls, perSecond: calls / ((performance.now() - startedAt) / 1_000) };
};
