import { app } from '@azure/functions';
import { sampleUser } from './sample-user.ts';

const body = JSON.stringify({ ...sampleUser(0), id: '0' });
const headers = {
  'Content-Type': 'application/scim+json',
  'Content-Length': String(Buffer.byteLength(body)),
};

app.setup({ enableHttpStream: true });

/** Answers every request with the same user, to measure the cost of a request without an application. */
app.http('empty', {
  route: '{*path}',
  methods: ['GET', 'POST', 'PATCH', 'DELETE'],
  authLevel: 'anonymous',
  handler: ({ method }) => ({ status: method === 'POST' ? 201 : 200, headers, body }),
});
