/** Where lines go: nowhere, but counted, with the last one kept to be looked at. */
export const createSink = () => {
  const sink = { lines: 0, last: '' };
  return Object.assign(sink, {
    write(line) {
      sink.lines += 1;
      sink.last = line;
      return true;
    },
  });
};
