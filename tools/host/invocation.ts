import type { CoreInvocation, RpcTypedData } from './core-api.ts';
import type { FunctionApp, LoadedFunction } from './function-app.ts';

/** One call of a function, with the data of its trigger. */
export interface Call {
  readonly invocationId: string;
  readonly data: RpcTypedData;
  readonly triggerMetadata?: Readonly<Record<string, RpcTypedData>>;
}

/** The result of a function, and the same result in the form of the worker protocol. */
export interface Outcome {
  readonly result: unknown;
  readonly returnValue: RpcTypedData | null | undefined;
}

/** Runs a function and its hooks in the order of the Functions Node worker; rejects with the error of either. */
export async function invoke(app: FunctionApp, target: LoadedFunction, call: Call): Promise<Outcome> {
  const invocation = describeInvocation(app, target, call);
  const model = await app.model.getInvocationModel(invocation);
  const { context, inputs } = await model.getArguments();
  const hookData = { hookData: {}, appHookData: app.appHookData, invocationContext: context };

  const before = { ...hookData, functionCallback: target.callback, inputs };
  invocation.state = 'preInvocationHooks';
  await app.runHooks('preInvocation', before);

  const after = { ...hookData, inputs: before.inputs, result: null as unknown, error: null as unknown };
  invocation.state = 'invocation';
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error;
  }

  invocation.state = 'postInvocationHooks';
  await app.runHooks('postInvocation', after);
  invocation.state = undefined;
  if (after.error) throw after.error;
  const { returnValue } = await model.getResponse(context, after.result);
  return { result: after.result, returnValue };
}

function describeInvocation(app: FunctionApp, target: LoadedFunction, call: Call): CoreInvocation {
  const { invocationId, data, triggerMetadata = {} } = call;
  return {
    invocationId,
    metadata: target.metadata,
    request: { invocationId, inputData: [{ name: target.triggerName, data }], triggerMetadata },
    state: undefined,
    log: (level, category, message) => app.log(level, category, `${target.name}: ${message}`),
  };
}
