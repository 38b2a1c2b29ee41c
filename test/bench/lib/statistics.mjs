const sorted = (values) => values.toSorted((a, b) => a - b);

export const median = (values) => {
  const ordered = sorted(values);
  const middle = Math.floor(ordered.length / 2);
  return ordered.length % 2 === 1 ? ordered[middle] : (ordered[middle - 1] + ordered[middle]) / 2;
};

/** Median, least and most of the rounds. */
export const summarise = (values) => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
});

/** The same for each field of the objects that the rounds gave. */
export const summariseFields = (rounds) =>
  Object.fromEntries(
    Object.keys(rounds[0]).map((key) => [key, summarise(rounds.map((round) => round[key]))]),
  );
