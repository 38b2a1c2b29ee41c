/** How a service behaves; `down` means that nobody listens. */
export type Mode = 'healthy' | 'slow' | 'failing' | 'flaky' | 'down';

export const MODES: readonly Mode[] = ['healthy', 'slow', 'failing', 'flaky', 'down'];

/** How long a slow service thinks, in milliseconds. */
export const SLOW_MS = 800;
