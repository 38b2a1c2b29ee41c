/** Stands for a broker: what is added becomes text, and is worked off later by nobody who knows the request. */
export const createQueue = <Message>(work: (message: Message) => void) => {
  const waiting: string[] = [];
  const workOff = (): void => {
    for (const text of waiting.splice(0)) work(JSON.parse(text) as Message);
  };
  // A consumer of its own: begun outside every request, so that no job runs in the context of whoever added it.
  const timer = setInterval(workOff, 10).unref();
  return {
    add: (message: Message) => waiting.push(JSON.stringify(message)),
    close: () => clearInterval(timer),
  };
};
