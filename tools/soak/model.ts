/** The state of a resource as text; undefined if it does not exist. */
export type State = string | undefined;

/** The promises of the answers so far: the state of each resource, by its path, such as `/Users/1`. */
export type Model = Map<string, { readonly state: State; readonly before: State }>;

/** The states that a write leads to, by path. The write takes effect as a whole or not at all. */
export type Effects = ReadonlyMap<string, State>;

/** The differences between a model and an endpoint, one sentence each. */
export interface Findings {
  /** Writes that were answered with success and are not there. */
  readonly lost: string[];
  /** Everything that nobody wrote, and answers that nobody may get. */
  readonly wrong: string[];
}

/** Enters the effects of a write that was answered with success. */
export function enter(model: Model, effects: Effects): void {
  for (const [path, state] of effects) model.set(path, { state, before: model.get(path)?.state });
}

/** Reads the objects of a collection that should exist, by path. */
export function existing<T>(model: Model, collection: string): readonly (readonly [string, T])[] {
  return [...model].flatMap(([path, { state }]) =>
    state !== undefined && path.startsWith(collection) ? [[path, JSON.parse(state) as T] as const] : [],
  );
}

/** Compares all resources of an endpoint, by path, with a model. */
export function compare(model: Model, found: ReadonlyMap<string, string>): Findings {
  const findings: Findings = { lost: [], wrong: [] };
  for (const path of new Set([...model.keys(), ...found.keys()]))
    judge({ model, path, findings }, found.get(path));
  return findings;
}

interface Place {
  readonly model: Model;
  readonly path: string;
  readonly findings: Findings;
}

/** Adds a finding if a resource is not in the state that the model has for it. */
export function judge({ model, path, findings }: Place, actual: State): void {
  const known = model.get(path);
  if (actual === known?.state) return;
  const isLost = known !== undefined && (actual === undefined || actual === known.before);
  const sentence = `${path}: expected ${known?.state ?? 'nothing'}, found ${actual ?? 'nothing'}`;
  (isLost ? findings.lost : findings.wrong).push(sentence);
}
