/** Names, each with the names that it leads to. */
export type Graph = ReadonlyMap<string, Iterable<string>>;

/** Finds the names that lead to each other; circles that share a name make one list. */
export function circlesIn(graph: Graph): readonly (readonly string[])[] {
  const reached = new Map([...graph.keys()].map((one) => [one, reachedFrom(graph, one)]));
  const circleOf = (one: string) =>
    [...graph.keys()].filter((other) => reached.get(one)?.has(other) && reached.get(other)?.has(one));
  const circles = [...graph.keys()].map(circleOf).filter(([first]) => first !== undefined);
  return [...new Map(circles.map((circle) => [circle[0], circle])).values()];
}

/** Finds all that a name leads to; the name itself is among them only on a circle. */
function reachedFrom(graph: Graph, start: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const ahead = [start];
  for (const one of ahead) {
    for (const next of graph.get(one) ?? []) {
      if (!reached.has(next)) ahead.push(next);
      reached.add(next);
    }
  }
  return reached;
}
