/** Stands for a database driver that takes a signal; it can be taken down. */
export const database = {
  isDown: false,
  async price(sku: string, signal: AbortSignal): Promise<{ sku: string; cents: number }> {
    signal.throwIfAborted();
    if (database.isDown)
      throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), {
        code: 'ECONNREFUSED',
        syscall: 'connect',
      });
    return { sku, cents: 250 };
  },
};
