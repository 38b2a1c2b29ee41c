/** What can be measured by itself. */
export const PART_NAMES = ['inbound', 'outbound', 'failure', 'memory'];
