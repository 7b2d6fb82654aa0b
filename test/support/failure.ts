/** The code and detail of the ScimError that a call throws, or `no failure`. */
export function failure(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    return { code, detail: message };
  }
  return 'no failure';
}
