/**
 * Keeps this process from sleeping while it waits. Whoever writes to a process that sleeps pays for waking it, 10 to 20 µs
 * on a virtual machine: the cost of a slower contestant, whose other side sleeps more often, would be told too high.
 *
 * @returns lets it sleep again
 */
export const stayAwake = () => {
  let isAwake = true;
  const look = () => {
    if (isAwake) setImmediate(look);
  };
  look();
  return () => {
    isAwake = false;
  };
};
