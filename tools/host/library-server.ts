import http, { type Server } from 'node:http';

/** Runs work that may create one HTTP server, and finds that server. */
export async function findServer<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly server: Server | undefined }> {
  const { createServer } = http;
  let server: Server | undefined;
  const create = (...args: Parameters<typeof createServer>) => {
    server = createServer(...args);
    return server;
  };
  Object.assign(http, { createServer: create });
  try {
    const result = await work();
    return { result, server };
  } finally {
    Object.assign(http, { createServer });
  }
}
